// Sigmoid and storage conversions on vectors, once per target.
#if defined(MIGRATE_VECTOR_MATH_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef MIGRATE_VECTOR_MATH_INL_HPP
#undef MIGRATE_VECTOR_MATH_INL_HPP
#else
#define MIGRATE_VECTOR_MATH_INL_HPP
#endif

#include <cstdint>
#include <cstring>

#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace migrate {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using hn::TFromD;  // the HWY_IF_ macros name it without its namespace

// 1 / (1 + exp(-x)), absolute error below 2e-7, relative below 4e-6 far out. exp(-x) = 2^r 2^f with r whole and |f| <=
// 1/2: adding 1.5 * 2^23 leaves r in the low bits of the sum, 2^f is a polynomial (Chebyshev interpolation on [-1/2,
// 1/2], relative error 8e-8), and r goes into its exponent.
template <class D, HWY_IF_LANE_SIZE_D(D, 4)>
HWY_INLINE hn::Vec<D> Sigmoid(D d, hn::Vec<D> x) {
    const hn::RebindToSigned<D> di;
    const auto log2e = hn::Set(d, -1.44269504088896341f);
    const auto magic = hn::Set(d, 12582912.0f);
    // In this order a NaN passes through.
    x = hn::Min(hn::Set(d, 85.0f), hn::Max(hn::Set(d, -85.0f), x));
    const auto shifted = hn::MulAdd(x, log2e, magic);
    const auto whole = hn::Sub(shifted, magic);
    const auto f = hn::MulSub(x, log2e, whole);
    auto p = hn::Set(d, 1.339086336e-3f);
    p = hn::MulAdd(p, f, hn::Set(d, 9.676031918e-3f));
    p = hn::MulAdd(p, f, hn::Set(d, 5.550357114e-2f));
    p = hn::MulAdd(p, f, hn::Set(d, 2.402210749e-1f));
    p = hn::MulAdd(p, f, hn::Set(d, 6.931471880e-1f));
    p = hn::MulAdd(p, f, hn::Set(d, 1.000000075f));
    const auto exponent = hn::ShiftLeft<23>(hn::BitCast(di, shifted));
    const auto e = hn::BitCast(d, hn::Add(hn::BitCast(di, p), exponent));
    const auto sum = hn::Add(e, hn::Set(d, 1.0f));
#if HWY_TARGET == HWY_AVX3
    // 14 bits, doubled by one Newton step.
    const auto guess = hn::ApproximateReciprocal(sum);
    return hn::Mul(guess, hn::NegMulAdd(guess, sum, hn::Set(d, 2.0f)));
#else
    return hn::Div(hn::Set(d, 1.0f), sum);
#endif
}

template <class D, HWY_IF_LANE_SIZE_D(D, 8)>
HWY_INLINE hn::Vec<D> Sigmoid(D d, hn::Vec<D> x) {
    const auto one = hn::Set(d, 1.0);
    const auto clamped = hn::Min(hn::Set(d, 700.0), hn::Max(hn::Set(d, -700.0), x));
    return hn::Div(one, hn::Add(one, hn::Exp(d, hn::Neg(clamped))));
}

template <class D>
HWY_INLINE hn::Vec<D> Silu(D d, hn::Vec<D> x) {
    return hn::Mul(x, Sigmoid(d, x));
}

// Rows as they lie in memory to vectors of the computing type, and back (rounded to nearest, ties to even).
template <class D, class T = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> LoadRow(D d, const T* p) {
    return hn::LoadU(d, p);
}

template <class D>
HWY_INLINE hn::Vec<D> LoadRow(D d, const hwy::bfloat16_t* p) {
    const hn::Rebind<std::uint16_t, D> half;
    const hn::RebindToUnsigned<D> wide;
    const auto bits = hn::LoadU(half, reinterpret_cast<const std::uint16_t*>(p));
    return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(wide, bits)));
}

template <class D>
HWY_INLINE hn::Vec<D> LoadRow(D d, const hwy::float16_t* p) {
    const hn::Rebind<hwy::float16_t, D> half;
    return hn::PromoteTo(d, hn::LoadU(half, p));
}

template <class D, class T = hn::TFromD<D>>
HWY_INLINE void StoreRow(D d, hn::Vec<D> v, T* p) {
    hn::StoreU(v, d, p);
}

template <class D>
HWY_INLINE void StoreRow(D d, hn::Vec<D> v, hwy::bfloat16_t* p) {
    const hn::Rebind<std::uint16_t, D> half;
    const hn::RebindToUnsigned<D> wide;
    const hn::RebindToSigned<D> signed_wide;
    (void)d;
    const auto bits = hn::BitCast(wide, v);
    const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(wide, 1u));
    const auto rounded = hn::ShiftRight<16>(hn::Add(bits, hn::Add(odd, hn::Set(wide, 0x7FFFu))));
    hn::StoreU(hn::DemoteTo(half, hn::BitCast(signed_wide, rounded)), half, reinterpret_cast<std::uint16_t*>(p));
}

#if HWY_TARGET == HWY_SCALAR
// A number within the range of float16 as its bits, rounded to nearest, ties to even.
inline std::uint16_t HalfBits(float value) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    const std::uint32_t sign = bits >> 16 & 0x8000u;
    bits &= 0x7FFFFFFFu;
    if (bits < 0x38800000u) {
        // Below the smallest normal number: 0.5 has its last bit where a subnormal float16 has it.
        float shifted = 0;
        std::memcpy(&shifted, &bits, sizeof bits);
        shifted += 0.5f;
        std::memcpy(&bits, &shifted, sizeof bits);
        return static_cast<std::uint16_t>(sign | (bits - 0x3F000000u));
    }
    bits += 0xFFFu + (bits >> 13 & 1u);
    return static_cast<std::uint16_t>(sign | (bits - 0x38000000u) >> 13);
}
#endif

template <class D>
HWY_INLINE void StoreRow(D d, hn::Vec<D> v, hwy::float16_t* p) {
    const hn::Rebind<hwy::float16_t, D> half;
    (void)d;
    // Beyond the range of float16 the largest number stands for what was meant: an infinity would spread.
    const auto largest = hn::Set(d, 65504.0f);
    v = hn::Min(largest, hn::Max(hn::Neg(largest), v));
#if HWY_TARGET == HWY_SCALAR
    // Highway's scalar conversion cuts off instead of rounding.
    (void)half;
    const auto bits = HalfBits(hn::GetLane(v));
    std::memcpy(static_cast<void*>(p), &bits, sizeof bits);
#else
    hn::StoreU(hn::DemoteTo(half, v), half, p);
#endif
}

}  // namespace HWY_NAMESPACE
}  // namespace migrate
HWY_AFTER_NAMESPACE();

#endif
