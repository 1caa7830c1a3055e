// Cubic interpolation in a table of rows, once per target.
#if defined(MIGRATE_INTERPOLATION_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef MIGRATE_INTERPOLATION_INL_HPP
#undef MIGRATE_INTERPOLATION_INL_HPP
#else
#define MIGRATE_INTERPOLATION_INL_HPP
#endif

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace migrate {
namespace HWY_NAMESPACE {

// Where a number falls in a table: the first of four rows and their weights (Lagrange, through -1, 0, 1 and 2 of the
// interval).
template <class T>
struct Knot {
    std::int64_t row;
    T weight[4];
};

template <class T>
HWY_INLINE Knot<T> KnotOf(double position, std::int64_t intervals) {
    const double inside = std::min(std::max(position, 0.0), static_cast<double>(intervals));
    // A number that is none stays none: its row is the first, its weights are no numbers.
    const std::int64_t row = inside > 0 ? std::min(static_cast<std::int64_t>(inside), intervals - 1) : 0;
    const double t = inside - static_cast<double>(row);
    const double a = t + 1, b = t, c = t - 1, e = t - 2;
    return {row,
            {static_cast<T>(-b * c * e / 6), static_cast<T>(a * c * e / 2), static_cast<T>(-a * b * e / 2),
             static_cast<T>(a * b * c / 6)}};
}

// One vector of the interpolated row.
template <class D, class T = hwy::HWY_NAMESPACE::TFromD<D>>
HWY_INLINE hwy::HWY_NAMESPACE::Vec<D> Interpolated(D d, const Knot<T>& knot, const T* table, std::int64_t stride,
                                                   std::int64_t c) {
    namespace hn = hwy::HWY_NAMESPACE;
    const T* p = table + knot.row * stride + c;
    auto v = hn::Mul(hn::Set(d, knot.weight[0]), hn::LoadU(d, p));
    v = hn::MulAdd(hn::Set(d, knot.weight[1]), hn::LoadU(d, p + stride), v);
    v = hn::MulAdd(hn::Set(d, knot.weight[2]), hn::LoadU(d, p + 2 * stride), v);
    return hn::MulAdd(hn::Set(d, knot.weight[3]), hn::LoadU(d, p + 3 * stride), v);
}

}  // namespace HWY_NAMESPACE
}  // namespace migrate
HWY_AFTER_NAMESPACE();

#endif
