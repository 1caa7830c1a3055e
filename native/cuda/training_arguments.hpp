// Arguments of the kernels of training: forward and backward on torch's own memory, dense rows of float or double
// [rows, channels] with any number of channels, indices int64. Every kernel has two entry points, _f32 and _f64, and
// `void*` is that type. What has channels is aligned to 16 bytes.
//
// Every result is the same on every run and for any number of blocks: a node's edges belong to one thread for each
// strip of channels, and sums over many rows run over pieces that depend on the number of rows alone. Kernels have
// training_threads threads; those of block sums bring block_sum_shared_bytes of shared memory.
//
//   kernel                            blocks with work                               writes
//   migrate_gate_forward              rows_in_block nodes each                       gate, node_mean, inverse
//   migrate_column_statistics         a piece each, block sums                       pieces
//   migrate_column_statistics_merge   8 channels each                                mean, variance
//   migrate_norm_silu                 rows_in_block rows each                        out
//   migrate_norm_silu_reduce          a piece each, block sums                       pieces
//   migrate_norm_silu_reduce_merge    8 channels each                                sum, dot
//   migrate_norm_silu_backward        rows_in_block rows each                        out
//   migrate_gate_backward_target      rows_in_block nodes each                       d_gate, d_target_gate, d_sum
//   migrate_gate_backward_source      rows_in_block nodes each                       d_source_gate, d_message
//   migrate_segment_mean              a segment each, block sums                     out
//   migrate_segment_mean_backward     rows_in_block rows each                        d_values
#pragma once

#include <stdint.h>

namespace migrate::cuda {

constexpr int32_t training_threads = 256;

// Of the block sums: two strips of 16 bytes for each thread, and a double for each warp.
constexpr int32_t block_sum_shared_bytes = training_threads * 16 * 2 + training_threads / 32 * 8;

// Rows of one piece: enough for a block, few enough that float sums stay exact to some 1e-6. (As on the CPU.)
constexpr int64_t piece_rows = 512;
// At most this many pieces, so that the partial results stay small.
constexpr int64_t most_pieces = 1024;

constexpr int64_t pieces_of(int64_t rows) {
    const int64_t pieces = (rows + piece_rows - 1) / piece_rows;
    return pieces < 1 ? 1 : pieces > most_pieces ? most_pieces : pieces;
}
constexpr int64_t piece_begin(int64_t piece, int64_t pieces, int64_t rows) { return piece * rows / pieces; }

// Doubles of the scratch memory `pieces`: a number for each piece, then two for each piece and channel.
constexpr int64_t piece_numbers(int64_t rows, int64_t channels) { return pieces_of(rows) * (1 + 2 * channels); }

// Numbers of 16 bytes: channels that are read and written in one access, where the number of channels is a multiple of
// it; one by one else.
constexpr int32_t widest_strip(int64_t number_bytes) { return static_cast<int32_t>(16 / number_bytes); }

// Rows that a block works on at a time.
constexpr int64_t rows_in_block(int64_t channels, int64_t number_bytes) {
    const int64_t widest = widest_strip(number_bytes), strips = channels % widest == 0 ? channels / widest : channels;
    return strips < training_threads ? training_threads / strips : 1;
}

// The gates and gated means of an edge-gated convolution:
//   m_e = P[source] + Q[target] + edge part            h_v = sum w s(m) M[source] / (sum w s(m) + 1e-6)
struct GateForwardArguments {
    const int64_t* row_begin;  // [nodes + 1] edges into node v are row_begin[v] .. row_begin[v + 1]
    const int64_t* source;     // [edges]
    const void* weight;        // [edges] w; null: each is 1
    const void* source_gate;   // [nodes, channels] P
    const void* target_gate;   // [nodes, channels] Q
    const void* message;       // [nodes, channels] M
    void* gate;                // [edges, channels] in: the edges' part; out: m
    void* node_mean;           // [nodes, channels] h
    void* inverse;             // [nodes, channels] 1 / (sum w s(m) + 1e-6), for the backward pass; may be null
    int64_t nodes;
    int64_t channels;
};

// Mean and biased variance of every column, row r counted weight_r times; zeros where the weights add up to 0.
struct ColumnStatisticsArguments {
    const void* rows;    // [n, channels]
    const void* weight;  // [n]; null: each is 1
    double* pieces;      // [piece_numbers(n, channels)] scratch: weight, then means, then sums of squared deviations
    void* mean;          // [channels]
    void* variance;      // [channels]
    int64_t n;
    int64_t channels;
};

// out = residual + silu(scale rows + shift): a norm with its statistics in scale and shift.
struct NormSiluArguments {
    const void* rows;      // [n, channels]
    const void* residual;  // [n, channels] or null
    const void* scale;     // [channels]
    const void* shift;     // [channels]
    void* out;             // [n, channels]; may be rows or residual
    int64_t n;
    int64_t channels;
};

// Backward of y = silu(gamma n + beta), n = (rows - mean) inverse. With d = dy silu'(gamma n + beta):
//   sum = column sums of d (the gradient of beta)        dot = column sums of d n (the gradient of gamma)
//   d_rows = gamma inverse (d - weight_r / total (sum + n dot))      or gamma inverse d with total 0 (frozen
//   statistics)
struct NormSiluBackwardArguments {
    const void* grad;     // [n, channels] dy
    const void* rows;     // [n, channels]
    const void* weight;   // [n]; null: each is 1
    const void* mean;     // [channels]
    const void* inverse;  // [channels] 1 / sqrt(variance + eps)
    const void* gamma;    // [channels]
    const void* beta;     // [channels]
    double* pieces;       // [piece_numbers(n, channels)] scratch of the reduction
    void* sum;            // [channels] written by the reduction, read by the rest
    void* dot;            // [channels] the same
    void* out;            // [n, channels] d_rows; not used by the reduction
    double total;         // sum of the weights; 0: the statistics were frozen
    int64_t n;
    int64_t channels;
};

// Backward of migrate_gate_forward and of the edge norm behind it: dS = dh inverse, dG = -dh h inverse,
//   dm_e = norm part + w (M[source] dS[target] + dG[target]) s(m) (1 - s(m))
//   d_target_gate[v] = sum of dm into v     d_source_gate[u] = sum of dm out of u
//   d_message[u] = sum of w s(m) dS[target] out of u
// First the target side, then the source side, which reads its d_gate and d_sum.
struct GateBackwardArguments {
    NormSiluBackwardArguments norm;  // of the edges: rows = gate, sum and dot are there already, out is not used;
                                     // grad null: no norm
    const int64_t* row_begin;        // [nodes + 1] edges into a node
    const int64_t* source;           // [edges]
    const int64_t* target;           // [edges]
    const int64_t* out_begin;        // [nodes + 1] edges out of a node,
    const int64_t* out_edge;         // [edges] by number
    const void* weight;              // [edges] w; null: each is 1
    const void* gate;                // [edges, channels] m
    const void* message;             // [nodes, channels] M
    const void* node_mean;           // [nodes, channels] h
    const void* inverse;             // [nodes, channels]
    const void* d_node_mean;         // [nodes, channels] dh
    void* d_sum;                     // [nodes, channels] scratch: dS
    void* d_gate;                    // [edges, channels] dm
    void* d_source_gate;             // [nodes, channels]
    void* d_target_gate;             // [nodes, channels]
    void* d_message;                 // [nodes, channels]
    int64_t nodes;
    int64_t channels;
};

// out[s] = mean of rows begin[s] .. begin[s] + count[s].
struct SegmentMeanArguments {
    const int64_t* begin;  // [segments]
    const int64_t* count;  // [segments] at least 1
    const void* values;    // [rows, channels]
    void* out;             // [segments, channels]
    int64_t segments;
    int64_t channels;
};

// d_values[r] = d_out[segment[r]] / count[segment[r]].
struct SegmentMeanBackwardArguments {
    const int64_t* segment;  // [rows]
    const int64_t* count;    // [segments]
    const void* d_out;       // [segments, channels]
    void* d_values;          // [rows, channels]
    int64_t rows;
    int64_t channels;
};

}  // namespace migrate::cuda
