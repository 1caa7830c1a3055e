// Arguments of the kernels of a forward pass with frozen weights. Rows are padded to `channels`, a multiple of 16; what
// lies past the last channel is zero and stays zero.
//
// Tiles of 64 rows meet weights in shared memory: `chunk` numbers of depth at a time, all of it (chunk = depth) where
// it fits and then for the life of the block. shared_bytes() says what a launch must bring.
#pragma once

#include <stdint.h>

namespace migrate::cuda {

enum class Arithmetic : int32_t { f32 = 0, tf32 = 1, bf16 = 2 };

constexpr int32_t tile_rows = 64;         // rows of a tile
constexpr int32_t product_threads = 256;  // 8 warps: 2 of 32 rows by 4 of every fourth 8 columns
constexpr int32_t depth_step = 16;        // depths and widths are multiples of it

constexpr int64_t element_bytes(Arithmetic arithmetic) { return arithmetic == Arithmetic::bf16 ? 2 : 4; }

// Bytes from row to row of a tile: an odd multiple of 16, so that eight rows fall into different banks.
constexpr int64_t tile_pitch(Arithmetic arithmetic, int64_t depth) { return depth * element_bytes(arithmetic) + 16; }

// Numbers from row to row of the sums.
constexpr int64_t sums_pitch(int64_t width) { return (width + 31) / 32 * 32; }

// Where a column of a row of sums lies: turned by row, for the pairs of a fragment's rows to fall into different banks.
// Columns that differ only below 8 stay neighbours.
constexpr int64_t sums_column(int64_t row, int64_t column) { return column ^ (row % 4 * 8); }

// A tile of input, whose place the sums take when the product is done; and the weights.
constexpr int64_t tile_bytes(Arithmetic arithmetic, int64_t depth, int64_t width) {
    const int64_t input = tile_rows * tile_pitch(arithmetic, depth), sums = tile_rows * sums_pitch(width) * 4;
    return input > sums ? input : sums;
}
constexpr int64_t weight_bytes(Arithmetic arithmetic, int64_t chunk, int64_t width) {
    return width * tile_pitch(arithmetic, chunk);
}

// out = activation(in W + b) in sections of `width` columns: the first `gathered_sections` go to `gathered`, as bf16
// with bf16 arithmetic, the others to `own`. A block works on one section: number of block modulo sections.
struct DenseArguments {
    const int32_t* rows;  // [1] n
    const float* in;      // [n, in_stride]
    const void* weights;  // [sections, width, depth] float, TF32 or bf16; row = output column
    const float* bias;    // [sections, width]
    void* gathered;       // [n, gathered_sections, width]
    float* own;           // [n, sections - gathered_sections, width]
    int32_t in_stride;    // at least depth
    int32_t depth;        // k
    int32_t width;        // of a section
    int32_t sections;
    int32_t gathered_sections;
    int32_t chunk;  // of the depth
    int32_t silu;   // 1: SiLU after the bias
    int32_t reserved;

    static constexpr int64_t shared_bytes(Arithmetic arithmetic, int64_t depth, int64_t width, int64_t chunk) {
        return tile_bytes(arithmetic, depth, width) + weight_bytes(arithmetic, chunk, width);
    }
};

// Edge-gated graph convolution with its norms folded in, nodes and edges updated in place:
//   m_e = P[source] + Q[target] + W e       h_v = sum w s(m) M[source] / (sum w s(m) + 1e-6)     s: logistic function
//   x_v += silu(U_v + node_scale h_v)       e += silu(edge_scale m_e + edge_shift)
// Where `position` is given, an edge is one number: W e and e are interpolated (cubic) in tables, rows are only
// written. Where `source` is null, the graph is the line graph of the bonds `bond_*`, which needs no arrays of its own.
struct EdgeGatedArguments {
    const int32_t* nodes_count;     // [1] n_nodes
    const int32_t* row_begin;       // [n_nodes + 1] edges that enter node v are row_begin[v] .. row_begin[v + 1]
    const int32_t* source;          // [n_edges], or null
    const float* weight;            // [n_edges] w, or null where every one is 1
    const int32_t* bond_row_begin;  // [n_atoms + 1]
    const int32_t* bond_source;     // [n_nodes] atom that a bond leaves
    const float* bond_weight;       // [n_nodes] multiplicity
    const void* gathered;           // [n_nodes, 2, channels] P, M
    const float* own;               // [n_nodes, 2, channels] Q, U
    float* nodes;                   // [n_nodes, channels] x
    void* edges;                    // [n_edges, channels] e, float or bf16
    const double* position;         // [n_edges] abscissa in units of the tables' spacing, or null
    const float* gate_table;        // [intervals + 3, channels] W e at -1, 0, 1, .. intervals + 1
    const float* value_table;       // the same of e
    const void* edge_map;           // tensor map of `edges` in boxes of 64 x 64, for the kernels of capability 9.0
    const void* weights;            // [channels, channels] W, row = output channel
    const float* node_scale;        // [channels]
    const float* edge_scale;        // [channels]
    const float* edge_shift;        // [channels]
    int32_t channels;
    int32_t chunk;  // of the depth of W
    int32_t intervals;
    int32_t want_edges;  // 0: edge rows are not written

    // Besides the product's: sums that a run of edges hands on from tile to tile.
    static constexpr int64_t shared_bytes(Arithmetic arithmetic, int64_t channels, int64_t chunk) {
        return tile_bytes(arithmetic, channels, channels) + weight_bytes(arithmetic, chunk, channels) +
               carry_bytes(channels);
    }
    static constexpr int64_t carry_bytes(int64_t channels) { return 2 * channels * 4; }

    // Of the kernels of capability 9.0: tile, weights, sums and carry side by side, and a mailbox.
    static constexpr int64_t hopper_shared_bytes(int64_t channels) {
        return tile_rows * channels * 2 + channels * channels * 2 + tile_rows * sums_pitch(channels) * 4 +
               carry_bytes(channels) + 8;
    }
};

// out[i] = table[key[i]].
struct GatherRowsArguments {
    const int32_t* rows;  // [1] n
    const int32_t* key;   // [n]
    const float* table;   // [keys, channels]
    float* out;           // [n, channels]
    int32_t channels;
    int32_t reserved;
};

// out[segment] = silu(mean of its rows).
struct PoolArguments {
    const int32_t* segments;  // [1]
    const int32_t* begin;     // [segments] first row
    const int32_t* count;     // [segments] rows, at least 1
    const float* rows;        // [n, channels]
    float* out;               // [segments, channels]
    int32_t channels;
    int32_t reserved;
};

}  // namespace migrate::cuda
