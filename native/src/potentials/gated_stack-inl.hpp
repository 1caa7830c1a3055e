// Products with packed weights and stacks of gated layers, forward and back, on blocks of rows that stay in the cache;
// once per target.
#if defined(MIGRATE_GATED_STACK_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef MIGRATE_GATED_STACK_INL_HPP
#undef MIGRATE_GATED_STACK_INL_HPP
#else
#define MIGRATE_GATED_STACK_INL_HPP
#endif

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "hwy/highway.h"
#include "kernels/tile-inl.hpp"
#include "kernels/vector_math-inl.hpp"
#include "potentials/m3gnet.hpp"

HWY_BEFORE_NAMESPACE();
namespace migrate {
namespace HWY_NAMESPACE {

// Calls strip(d, c) for whole vectors of columns, then for the columns that are left, one at a time.
template <class T, class Strip>
HWY_INLINE void ForColumns(std::int64_t columns, const Strip& strip) {
    const Wide<T> d;
    const hn::CappedTag<T, 1> one;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    std::int64_t c = 0;
    for (; c + lanes <= columns; c += lanes) strip(d, c);
    for (; c < columns; c++) strip(one, c);
}

template <class D>
HWY_INLINE void AddTo(D d, hn::Vec<D> v, TFromD<D>* p) {
    hn::StoreU(hn::Add(hn::LoadU(d, p), v), d, p);
}

// d/dx silu(x) = s (1 + x (1 - s)), with s = sigmoid(x) at hand.
template <class D>
HWY_INLINE hn::Vec<D> SwishSlope(D d, hn::Vec<D> x, hn::Vec<D> s) {
    const auto one = hn::Set(d, TFromD<D>{1});
    return hn::Mul(s, hn::MulAdd(x, hn::Sub(one, s), one));
}

// Memory of one block of rows.
template <class T>
struct BlockScratch {
    BlockScratch(std::int64_t widest, Workspace& workspace)
        : sums(workspace.take<T>(block_rows * PanelColumns<T>())),
          in(workspace.take<T>(block_rows * widest)),
          radial(workspace.take<T>(block_rows * widest)) {
        for (auto* set : {&d, &other}) {
            for (auto& half : *set) half = workspace.take<T>(block_rows * widest);
        }
    }

    Rows<T> sums, in, radial;
    std::array<Rows<T>, 2> d, other;  // gradients by the sums of values and gates
};

// emit(d, row, column, sums) for every vector of the product of `rows` dense rows with b; the rows of the last tile
// that are left over are read and not used.
template <class T, class Emit>
HWY_INLINE void Product(const Factor<T>& b, const T* a, std::int64_t rows, T* sums, const Emit& emit) {
    constexpr std::int64_t columns = PanelColumns<T>(), lanes = columns / kPanelVectors;
    const std::int64_t tiles = round_up(rows, kTileRows);
    for (std::int64_t first = 0; first < b.n; first += columns) {
        const std::int64_t left = std::min(columns, b.n - first);
        MultiplyRows<T>(a, tiles, b.k, b.panels.data() + first * b.k, sums, left > lanes ? 2 : 1);
        for (std::int64_t r = 0; r < rows; r++) {
            const T* row = sums + r * columns;
            ForColumns<T>(left, [&](auto d, std::int64_t c) HWY_ATTR { emit(d, r, first + c, hn::LoadU(d, row + c)); });
        }
    }
}

// out[rows, n] = rows * b + bias, any number of rows.
template <class T>
void DenseRows(const Factor<T>& b, const T* bias, const T* rows, std::int64_t count, T* sums, T* out) {
    for (std::int64_t first = 0; first < count; first += block_rows) {
        Product<T>(b, rows + first * b.k, std::min(block_rows, count - first), sums,
                   [&](auto d, std::int64_t r, std::int64_t c, auto v) HWY_ATTR {
                       if (bias != nullptr) v = hn::Add(v, hn::LoadU(d, bias + c));
                       hn::StoreU(v, d, out + (first + r) * b.n + c);
                   });
    }
}

// out[rows, n] += rows * b.
template <class T>
void AddDenseRows(const Factor<T>& b, const T* rows, std::int64_t count, T* sums, T* out) {
    for (std::int64_t first = 0; first < count; first += block_rows) {
        Product<T>(b, rows + first * b.k, std::min(block_rows, count - first), sums,
                   [&](auto d, std::int64_t r, std::int64_t c, auto v)
                       HWY_ATTR { AddTo(d, v, out + (first + r) * b.n + c); });
    }
}

// Sums of the layers of a stack, kept for the way back: [rows, 2 width], values before gates.
template <class T>
using LayerSums = std::vector<Rows<T>>;

template <class T>
LayerSums<T> RoomForSums(const GatedStack<T>& stack, std::int64_t rows, Workspace& workspace) {
    LayerSums<T> sums;
    for (const std::int64_t width : stack.widths) sums.push_back(workspace.take<T>(rows * 2 * width));
    return sums;
}

// From the sums of the first layer to those of the last.
template <class T>
void GoDeeper(const GatedStack<T>& stack, const LayerSums<T>& sums, std::int64_t first, std::int64_t rows,
              BlockScratch<T>& scratch) {
    for (std::size_t l = 0; l < stack.rest.size(); l++) {
        const std::int64_t width = stack.widths[l], next = stack.widths[l + 1];
        for (std::size_t half = 0; half < 2; half++) {
            const std::int64_t at = static_cast<std::int64_t>(half);
            for (std::int64_t r = 0; r < rows; r++) {
                const T* row = sums[l].data() + (first + r) * 2 * width + at * width;
                T* in = scratch.in.data() + r * width;
                ForColumns<T>(width, [&](auto d, std::int64_t c)
                                         HWY_ATTR { hn::StoreU(Silu(d, hn::LoadU(d, row + c)), d, in + c); });
            }
            const Linear<T>& layer = stack.rest[l][half];
            T* out = sums[l + 1].data() + first * 2 * next + at * next;
            Product<T>(layer.forward, scratch.in.data(), rows, scratch.sums.data(),
                       [&](auto d, std::int64_t r, std::int64_t c, auto v) HWY_ATTR {
                           hn::StoreU(hn::Add(v, hn::LoadU(d, layer.bias.data() + c)), d, out + r * 2 * next + c);
                       });
        }
    }
}

// scratch.d: from gradients by the sums of the last layer to those by the sums of the first, dense.
template <class T>
void GoBack(const GatedStack<T>& stack, const LayerSums<T>& sums, std::int64_t first, std::int64_t rows,
            BlockScratch<T>& scratch) {
    for (std::size_t l = stack.rest.size(); l-- > 0;) {
        const std::int64_t width = stack.widths[l];
        for (std::size_t half = 0; half < 2; half++) {
            const T* at = sums[l].data() + first * 2 * width + static_cast<std::int64_t>(half) * width;
            T* out = scratch.other[half].data();
            Product<T>(stack.rest[l][half].back, scratch.d[half].data(), rows, scratch.sums.data(),
                       [&](auto d, std::int64_t r, std::int64_t c, auto v) HWY_ATTR {
                           const auto x = hn::LoadU(d, at + r * 2 * width + c);
                           hn::StoreU(hn::Mul(v, SwishSlope(d, x, Sigmoid(d, x))), d, out + r * width + c);
                       });
        }
        std::swap(scratch.d, scratch.other);
    }
}

// out[rows, part] += gradients by the sums of the first layer, times its share for one part of the inputs.
template <class T>
void AddInputGradient(const std::array<Factor<T>, 2>& back, std::int64_t rows, BlockScratch<T>& scratch, T* out) {
    for (std::size_t half = 0; half < 2; half++) {
        const std::int64_t n = back[half].n;
        Product<T>(back[half], scratch.d[half].data(), rows, scratch.sums.data(),
                   [&](auto d, std::int64_t r, std::int64_t c, auto v) HWY_ATTR { AddTo(d, v, out + r * n + c); });
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace migrate
HWY_AFTER_NAMESPACE();

#endif
