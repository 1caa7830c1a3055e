#include "kernels/gemm.hpp"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gemm.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/dispatch.hpp"
#include "kernels/half_tiles.hpp"
#include "kernels/tile-inl.hpp"
#include "kernels/vector_math-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace migrate {
namespace HWY_NAMESPACE {

TileShape ShapeOf(Arithmetic arithmetic) {
    if (arithmetic == Arithmetic::f64) {
        return {arithmetic, PanelColumns<double>() / kPanelVectors, kTileRows, PanelColumns<double>(), 8, 8};
    }
    return {arithmetic, PanelColumns<float>() / kPanelVectors, kTileRows, PanelColumns<float>(), 4, 4};
}

// Rows to a dense block, each element converted by `load` and `store`; the rest of the last tile is zero.
template <class From, class To>
void PackPlain(const void* rows, std::int64_t stride, std::int64_t count, std::int64_t k, void* out) {
    const hn::ScalableTag<To> d;
    const auto* from = static_cast<const From*>(rows);
    auto* to = static_cast<To*>(out);
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    const hn::CappedTag<To, 1> one;
    for (std::int64_t r = 0; r < count; r++, from += stride, to += k) {
        std::int64_t l = 0;
        for (; l + lanes <= k; l += lanes) hn::StoreU(LoadRow(d, from + l), d, to + l);
        for (; l < k; l++) hn::StoreU(LoadRow(one, from + l), one, to + l);
    }
    std::memset(to, 0, static_cast<std::size_t>((round_up(count, kTileRows) - count) * k) * sizeof(To));
}

// Pairs of k for the bf16 dot product: plain bf16 rows, filled up to an even length.
template <class From>
void PackBf16(const void* rows, std::int64_t stride, std::int64_t count, std::int64_t k, void* out) {
    const hn::ScalableTag<float> d;
    const auto* from = static_cast<const From*>(rows);
    auto* to = static_cast<hwy::bfloat16_t*>(out);
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    const hn::CappedTag<float, 1> one;
    const std::int64_t even = round_up(k, 2);
    for (std::int64_t r = 0; r < count; r++, from += stride, to += even) {
        std::int64_t l = 0;
        for (; l + lanes <= k; l += lanes) StoreRow(d, LoadRow(d, from + l), to + l);
        for (; l < k; l++) StoreRow(one, LoadRow(one, from + l), to + l);
        if (even > k) StoreRow(one, hn::Zero(one), to + k);
    }
    std::memset(static_cast<void*>(to), 0,
                static_cast<std::size_t>((round_up(count, half_tile_rows) - count) * even) * 2);
}

// Every number twice, so that it can be broadcast as four bytes.
template <class From>
void PackFp16(const void* rows, std::int64_t stride, std::int64_t count, std::int64_t k, void* out) {
    const hn::CappedTag<float, 16> d;
    const hn::Rebind<std::uint16_t, decltype(d)> half;
    const hn::Rebind<std::uint32_t, decltype(d)> wide;
    const auto* from = static_cast<const From*>(rows);
    auto* to = static_cast<std::uint32_t*>(out);
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    const hn::CappedTag<float, 1> one;
    for (std::int64_t r = 0; r < count; r++, from += stride, to += k) {
        HWY_ALIGN std::uint16_t narrow[16];
        std::int64_t l = 0;
        for (; l + lanes <= k; l += lanes) {
            StoreRow(d, LoadRow(d, from + l), reinterpret_cast<hwy::float16_t*>(narrow));
            const auto v = hn::PromoteTo(wide, hn::Load(half, narrow));
            hn::StoreU(hn::Or(v, hn::ShiftLeft<16>(v)), wide, to + l);
        }
        for (; l < k; l++) {
            StoreRow(one, LoadRow(one, from + l), reinterpret_cast<hwy::float16_t*>(narrow));
            to[l] = narrow[0] | static_cast<std::uint32_t>(narrow[0]) << 16;
        }
    }
    std::memset(to, 0, static_cast<std::size_t>((round_up(count, half_tile_rows) - count) * k) * 4);
}

PackRows PackerOf(Arithmetic arithmetic, Storage storage) {
    switch (arithmetic) {
        case Arithmetic::f64:
            return storage == Storage::f64 ? PackPlain<double, double> : nullptr;
        case Arithmetic::f32:
            return storage == Storage::f32    ? PackPlain<float, float>
                   : storage == Storage::bf16 ? PackPlain<hwy::bfloat16_t, float>
                   : storage == Storage::f16  ? PackPlain<hwy::float16_t, float>
                                              : nullptr;
        case Arithmetic::bf16_dot:
            return storage == Storage::f32    ? PackBf16<float>
                   : storage == Storage::bf16 ? PackBf16<hwy::bfloat16_t>
                                              : nullptr;
        default:
            return storage == Storage::f32    ? PackFp16<float>
                   : storage == Storage::f16  ? PackFp16<hwy::float16_t>
                   : storage == Storage::bf16 ? PackFp16<hwy::bfloat16_t>
                                              : nullptr;
    }
}

void NarrowToBf16(const float* from, std::uint16_t* to, std::int64_t n) {
    const hn::CappedTag<float, 1> one;
    for (std::int64_t i = 0; i < n; i++)
        StoreRow(one, hn::Set(one, from[i]), reinterpret_cast<hwy::bfloat16_t*>(to + i));
}

void NarrowToFp16(const float* from, std::uint16_t* to, std::int64_t n) {
    const hn::CappedTag<float, 1> one;
    for (std::int64_t i = 0; i < n; i++)
        StoreRow(one, hn::Set(one, from[i]), reinterpret_cast<hwy::float16_t*>(to + i));
}

}  // namespace HWY_NAMESPACE
}  // namespace migrate
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace migrate {
namespace {

void narrow_to_bf16(const float* from, std::uint16_t* to, std::int64_t n) {
    MIGRATE_DISPATCH(NarrowToBf16(from, to, n));
}
void narrow_to_fp16(const float* from, std::uint16_t* to, std::int64_t n) {
    MIGRATE_DISPATCH(NarrowToFp16(from, to, n));
}

PackRows packer_of(Arithmetic arithmetic, Storage storage) { MIGRATE_DISPATCH(PackerOf(arithmetic, storage)); }
TileShape shape_of(Arithmetic arithmetic) { MIGRATE_DISPATCH(ShapeOf(arithmetic)); }

}  // namespace

TileShape tile_shape(Arithmetic arithmetic) {
    switch (arithmetic) {
        case Arithmetic::bf16_dot:
            return {arithmetic, 16, half_tile_rows, bf16_panel_columns, 2, 2};
        case Arithmetic::fp16:
            return {arithmetic, 16, half_tile_rows, fp16_panel_columns, 4, 2};
        default:
            return shape_of(arithmetic);
    }
}

void pack_weights(const TileShape& shape, const double* weights, std::int64_t n, std::int64_t k, void* out) {
    std::memset(out, 0, static_cast<std::size_t>(packed_bytes(shape, n, k)));
    for (std::int64_t j = 0; j < n; j++) {
        auto* panel = static_cast<char*>(out) + j / shape.columns * panel_bytes(shape, k);
        const std::int64_t column = j % shape.columns;
        for (std::int64_t l = 0; l < k; l++) {
            const double value = weights[j * k + l];
            const auto narrow = static_cast<float>(value);
            switch (shape.arithmetic) {
                case Arithmetic::f64:
                    reinterpret_cast<double*>(panel)[l * shape.columns + column] = value;
                    break;
                case Arithmetic::f32:
                    reinterpret_cast<float*>(panel)[l * shape.columns + column] = narrow;
                    break;
                case Arithmetic::bf16_dot:
                    narrow_to_bf16(
                        &narrow, reinterpret_cast<std::uint16_t*>(panel) + (l / 2 * shape.columns + column) * 2 + l % 2,
                        1);
                    break;
                case Arithmetic::fp16:
                    narrow_to_fp16(&narrow, reinterpret_cast<std::uint16_t*>(panel) + l * shape.columns + column, 1);
                    break;
            }
        }
    }
}

PackRows row_packer(Arithmetic arithmetic, Storage storage) { return packer_of(arithmetic, storage); }

MultiplyPanel half_product(Arithmetic arithmetic) {
    return arithmetic == Arithmetic::bf16_dot ? multiply_bf16
           : arithmetic == Arithmetic::fp16   ? multiply_fp16
                                              : nullptr;
}

std::int64_t size_of(Storage storage) {
    switch (storage) {
        case Storage::f64:
            return 8;
        case Storage::f32:
            return 4;
        default:
            return 2;
    }
}

}  // namespace migrate
#endif
