#include "kernels/inference.hpp"
#include "kernels/parallel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/dense.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/dispatch.hpp"
#include "kernels/interpolation-inl.hpp"
#include "kernels/tile-inl.hpp"
#include "kernels/vector_math-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace migrate {
namespace HWY_NAMESPACE {

// Sums of one panel, plus bias, activated, to their place. Columns past `width` are not written.
template <class T>
void FinishDense(const migrate_dense& call, const TileShape& shape, const T* sums, std::int64_t first,
                 std::int64_t rows, std::int64_t column) {
    const Wide<T> d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    const hn::CappedTag<T, 1> one;
    const T* bias = static_cast<const T*>(call.bias) + column;
    const std::int64_t columns = std::min(shape.columns, call.width - column);
    for (std::int64_t r = 0; r < rows; r++, sums += shape.columns) {
        T* out = static_cast<T*>(call.out) + (call.panel_major != 0 ? column * call.n + (first + r) * shape.columns
                                                                    : (first + r) * call.out_stride + column);
        std::int64_t j = 0;
        for (; j + lanes <= columns; j += lanes) {
            const auto v = hn::Add(hn::Load(d, sums + j), hn::LoadU(d, bias + j));
            hn::StoreU(call.silu != 0 ? Silu(d, v) : v, d, out + j);
        }
        for (; j < columns; j++) {
            const auto v = hn::Set(one, sums[j] + bias[j]);
            hn::StoreU(call.silu != 0 ? Silu(one, v) : v, one, out + j);
        }
    }
}

template <class T>
void DenseOf(const migrate_dense& call, char* workspace, int threads) {
    const auto arithmetic = static_cast<Arithmetic>(call.arithmetic);
    const TileShape shape = tile_shape(arithmetic);
    const Storage storage = sizeof(T) == 8 ? Storage::f64 : Storage::f32;
    const PackRows pack = row_packer(arithmetic, storage);
    const MultiplyPanel product = half_product(arithmetic);
    const std::int64_t a_bytes = block_a_bytes(shape, call.k), scratch = a_bytes + block_c_bytes(shape);
    const std::int64_t depth = packed_depth(shape, call.k), one_panel = panel_bytes(shape, call.k);
    // Few rows are shared out by panels as well.
    const std::int64_t panels = panel_count(shape, call.width), group = std::min<std::int64_t>(panels, 8);
    const std::int64_t groups = (panels + group - 1) / group, blocks = (call.n + block_rows - 1) / block_rows;
    for_pieces(blocks * groups, threads, [&](std::int64_t piece, int thread) HWY_ATTR {
        char* a = workspace + thread * scratch;
        T* sums = reinterpret_cast<T*>(a + a_bytes);
        const std::int64_t first = piece / groups * block_rows, rows = std::min(block_rows, call.n - first);
        pack(static_cast<const T*>(call.in) + first * call.in_stride, call.in_stride, rows, call.k, a);
        const std::int64_t tiles = round_up(rows, shape.rows), begin = piece % groups * group;
        for (std::int64_t p = begin; p < std::min(begin + group, panels); p++) {
            const char* b = static_cast<const char*>(call.weights) + p * one_panel;
            if (product != nullptr) {
                product(a, tiles, depth, b, sums);
            } else {
                MultiplyRows<T>(reinterpret_cast<T*>(a), tiles, depth, reinterpret_cast<const T*>(b), sums,
                                kPanelVectors);
            }
            FinishDense<T>(call, shape, sums, first, rows, p * shape.columns);
        }
    });
}

void Dense(const migrate_dense& call, char* workspace, int threads) {
    if (call.arithmetic == MIGRATE_ARITHMETIC_F64) {
        DenseOf<double>(call, workspace, threads);
    } else {
        DenseOf<float>(call, workspace, threads);
    }
}

template <class T>
void RadialBasisOf(const migrate_radial_basis& call) {
    const Wide<T> d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    constexpr std::int64_t piece_rows = 1024;
    const auto* centers = static_cast<const T*>(call.centers);
    const auto minus_gamma = static_cast<T>(-call.gamma);
    for_pieces((call.n + piece_rows - 1) / piece_rows, call.threads, [&](std::int64_t piece, int) HWY_ATTR {
        for (std::int64_t r = piece * piece_rows; r < std::min(call.n, (piece + 1) * piece_rows); r++) {
            T* row = static_cast<T*>(call.rows) + r * call.stride;
            const auto value = hn::Set(d, static_cast<T>(call.values[r]));
            for (std::int64_t j = 0; j < call.stride; j += lanes) {
                const auto offset = hn::Sub(value, hn::LoadU(d, centers + j));
                hn::StoreU(hn::Exp(d, hn::Mul(hn::Mul(offset, offset), hn::Set(d, minus_gamma))), d, row + j);
            }
            std::fill(row + call.bins, row + call.stride, T{0});
        }
    });
}

void RadialBasis(const migrate_radial_basis& call) {
    if (call.dtype == MIGRATE_F64) {
        RadialBasisOf<double>(call);
    } else {
        RadialBasisOf<float>(call);
    }
}

template <class T>
void InterpolateOf(const migrate_interpolate& call) {
    const Wide<T> d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    constexpr std::int64_t piece_rows = 1024;
    for_pieces((call.n + piece_rows - 1) / piece_rows, call.threads, [&](std::int64_t piece, int) HWY_ATTR {
        for (std::int64_t r = piece * piece_rows; r < std::min(call.n, (piece + 1) * piece_rows); r++) {
            T* row = static_cast<T*>(call.rows) + r * call.stride;
            const Knot<T> knot = KnotOf<T>(call.position[r], call.intervals);
            for (std::int64_t j = 0; j < call.stride; j += lanes) {
                hn::StoreU(Interpolated(d, knot, static_cast<const T*>(call.table), call.stride, j), d, row + j);
            }
        }
    });
}

void Interpolate(const migrate_interpolate& call) {
    if (call.dtype == MIGRATE_F64) {
        InterpolateOf<double>(call);
    } else {
        InterpolateOf<float>(call);
    }
}

template <class T>
void PoolOf(const migrate_pool& call) {
    const Wide<T> d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    for (std::int64_t s = 0; s < call.n_segments; s++) {
        const T* rows = static_cast<const T*>(call.rows) + call.begin[s] * call.stride;
        const auto share = hn::Set(d, T{1} / static_cast<T>(call.count[s]));
        for (std::int64_t j = 0; j < call.stride; j += lanes) {
            auto sum = hn::Zero(d);
            for (std::int64_t r = 0; r < call.count[s]; r++)
                sum = hn::Add(sum, hn::LoadU(d, rows + r * call.stride + j));
            hn::StoreU(Silu(d, hn::Mul(sum, share)), d, static_cast<T*>(call.out) + s * call.stride + j);
        }
    }
}

void Pool(const migrate_pool& call) {
    if (call.dtype == MIGRATE_F64) {
        PoolOf<double>(call);
    } else {
        PoolOf<float>(call);
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace migrate
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace migrate {

std::int64_t workspace_bytes(Arithmetic arithmetic, std::int64_t k, std::int64_t threads) {
    const TileShape shape = tile_shape(arithmetic);
    // Sums that a run of edges hands on to the next block, and the places of a block's edges in a table.
    const std::int64_t carry = 2 * round_up(k, 64) * 8, knots = block_rows * 64;
    return threads * (block_a_bytes(shape, k) + block_c_bytes(shape) + carry + knots);
}

void dense(const migrate_dense& call, void* workspace, int threads) {
    MIGRATE_DISPATCH(Dense(call, static_cast<char*>(workspace), threads));
}
void radial_basis(const migrate_radial_basis& call) { MIGRATE_DISPATCH(RadialBasis(call)); }
void interpolate(const migrate_interpolate& call) { MIGRATE_DISPATCH(Interpolate(call)); }
void pool(const migrate_pool& call) { MIGRATE_DISPATCH(Pool(call)); }

}  // namespace migrate
#endif
