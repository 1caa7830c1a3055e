// Small dense matrix products with packed weights: the shapes and layouts that the kernels of this folder share.
//
// A product C[rows, n] = A[rows, k] * B[k, n] is done in panels of B, `columns` wide, and tiles of A, `rows` high;
// every element of C is one chain over k, in order, whatever tile it falls in, so results do not depend on how rows are
// cut into blocks.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/target.hpp"

namespace migrate {

// What the product is computed in. Sums of bf16 and fp16 products are kept in float.
enum class Arithmetic : std::int32_t { f32 = 0, f64 = 1, bf16_dot = 2, fp16 = 3 };

// How rows lie in memory.
enum class Storage : std::int32_t { f32 = 0, f64 = 1, bf16 = 2, f16 = 3 };

// Rows of A that are worked on together: a multiple of every tile height, and small enough that block, panel and sums
// stay in L2.
constexpr std::int64_t block_rows = 96;

constexpr std::int64_t round_up(std::int64_t value, std::int64_t to) { return (value + to - 1) / to * to; }

// Geometry of the product for one arithmetic on the active target.
struct TileShape {
    Arithmetic arithmetic;
    std::int64_t lanes;    // of float or double
    std::int64_t rows;     // height of a tile
    std::int64_t columns;  // width of a panel of B
    std::int64_t a_bytes;  // of one element in a packed block of A
    std::int64_t b_bytes;  // of one element in a panel of B
};

TileShape tile_shape(Arithmetic arithmetic);

// Widths are counted with the vectors filled up: channels of the next multiple of the lanes.
inline std::int64_t padded(const TileShape& shape, std::int64_t channels) { return round_up(channels, shape.lanes); }

// k as packed: pairs for the bf16 dot product.
inline std::int64_t packed_depth(const TileShape& shape, std::int64_t k) {
    return shape.arithmetic == Arithmetic::bf16_dot ? round_up(k, 2) : k;
}

inline std::int64_t panel_count(const TileShape& shape, std::int64_t n) {
    return (n + shape.columns - 1) / shape.columns;
}

inline std::int64_t panel_bytes(const TileShape& shape, std::int64_t k) {
    return packed_depth(shape, k) * shape.columns * shape.b_bytes;
}

inline std::int64_t packed_bytes(const TileShape& shape, std::int64_t n, std::int64_t k) {
    return panel_count(shape, n) * panel_bytes(shape, k);
}

// weights [n, k] (row = output channel, as torch keeps them) to panels; columns past n are zero. `out` is aligned to 64
// bytes.
void pack_weights(const TileShape& shape, const double* weights, std::int64_t n, std::int64_t k, void* out);

// Rows [count, k] of A to a block for the tiles; rows up to the next multiple of the tile height are zero.
using PackRows = void (*)(const void* rows, std::int64_t stride, std::int64_t count, std::int64_t k, void* out);

// c[rows, columns] = block of A * panel of B, rows a multiple of the tile height, c dense with `columns` elements a
// row.
using MultiplyPanel = void (*)(const void* a, std::int64_t rows, std::int64_t k, const void* b, void* c);

PackRows row_packer(Arithmetic arithmetic, Storage storage);

// For bf16 and fp16 arithmetic; float and double products are inlined in the kernels.
MultiplyPanel half_product(Arithmetic arithmetic);

std::int64_t size_of(Storage storage);

// Scratch of one thread: a block of A and the sums of one panel (64-byte aligned parts).
inline std::int64_t block_a_bytes(const TileShape& shape, std::int64_t k) {
    return round_up(block_rows * packed_depth(shape, k) * shape.a_bytes, 64);
}

inline std::int64_t block_c_bytes(const TileShape& shape) {
    return round_up(block_rows * shape.columns * (shape.arithmetic == Arithmetic::f64 ? 8 : 4), 64);
}

}  // namespace migrate
