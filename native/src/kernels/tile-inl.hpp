// The float and double microkernels, once per target: a tile of C stays in registers while A is broadcast and B is
// loaded.
#if defined(MIGRATE_TILE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef MIGRATE_TILE_INL_HPP
#undef MIGRATE_TILE_INL_HPP
#else
#define MIGRATE_TILE_INL_HPP
#endif

#include <cstdint>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace migrate {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// 32 vector registers hold 12 x 2 sums, 16 hold 6 x 2.
#if HWY_TARGET == HWY_AVX3
constexpr std::int64_t kTileRows = 12;
#else
constexpr std::int64_t kTileRows = 6;
#endif
constexpr std::int64_t kPanelVectors = 2;

template <class T>
using Wide = hn::ScalableTag<T>;

template <class T>
constexpr std::int64_t PanelColumns() {
    return kPanelVectors * static_cast<std::int64_t>(hn::MaxLanes(Wide<T>()));
}

// One tile. `vectors` columns of vectors (1 or 2) of the panel are computed; the panel is kPanelVectors wide in memory.
template <class T, int vectors>
HWY_INLINE void MultiplyTile(const T* HWY_RESTRICT a, std::int64_t k, const T* HWY_RESTRICT b, T* HWY_RESTRICT c) {
    const Wide<T> d;
    constexpr std::int64_t lanes = static_cast<std::int64_t>(hn::MaxLanes(Wide<T>()));
    hn::Vec<Wide<T>> sum[kTileRows][vectors];
    HWY_UNROLL(12)
    for (std::int64_t i = 0; i < kTileRows; i++) {
        HWY_UNROLL(2)
        for (int j = 0; j < vectors; j++) sum[i][j] = hn::Zero(d);
    }
    for (std::int64_t l = 0; l < k; l++) {
        hn::Vec<Wide<T>> column[vectors];
        HWY_UNROLL(2)
        for (int j = 0; j < vectors; j++) column[j] = hn::Load(d, b + j * lanes);
        HWY_UNROLL(12)
        for (std::int64_t i = 0; i < kTileRows; i++) {
            const auto value = hn::Set(d, a[i * k + l]);
            HWY_UNROLL(2)
            for (int j = 0; j < vectors; j++) sum[i][j] = hn::MulAdd(value, column[j], sum[i][j]);
        }
        b += kPanelVectors * lanes;
    }
    HWY_UNROLL(12)
    for (std::int64_t i = 0; i < kTileRows; i++) {
        HWY_UNROLL(2)
        for (int j = 0; j < vectors; j++) hn::Store(sum[i][j], d, c + (i * kPanelVectors + j) * lanes);
    }
}

// rows (a multiple of kTileRows) of A, dense with k elements a row, times one panel.
template <class T>
HWY_NOINLINE void MultiplyRows(const T* a, std::int64_t rows, std::int64_t k, const T* b, T* c, std::int64_t vectors) {
    const std::int64_t c_tile = kTileRows * PanelColumns<T>();
    for (std::int64_t r = 0; r < rows; r += kTileRows, a += kTileRows * k, c += c_tile) {
        if (vectors == 2) {
            MultiplyTile<T, 2>(a, k, b, c);
        } else {
            MultiplyTile<T, 1>(a, k, b, c);
        }
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace migrate
HWY_AFTER_NAMESPACE();

#endif
