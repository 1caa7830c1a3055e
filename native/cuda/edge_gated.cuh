// What an edge-gated convolution does with its gates: a block's share of the graph, the source and weight of an edge,
// and the pass over tiles of edges in which a warp owns a node's run of edges. Sums run over the edges of a node in
// their order, so that neither the grid nor what else is in a batch changes a bit.
#pragma once

#include "convolution_arguments.hpp"
#include "device.cuh"

namespace migrate::device {

using cuda::Arithmetic;
using cuda::EdgeGatedArguments;

constexpr float gate_epsilon = 1e-6f;

// ---- vectors of columns ---------------------------------------------------------------------------------------------

template <int width>
struct Columns {
    float at[width];
};

template <int width>
MIGRATE_DEVICE Columns<width> load_columns(const float* p) {
    Columns<width> x;
    if constexpr (width == 4) {
        const float4 v = *reinterpret_cast<const float4*>(p);
        x = {{v.x, v.y, v.z, v.w}};
    } else {
        const float2 v = *reinterpret_cast<const float2*>(p);
        x = {{v.x, v.y}};
    }
    return x;
}

template <int width>
MIGRATE_DEVICE Columns<width> load_columns(const uint16_t* p) {
    Columns<width> x;
    if constexpr (width == 4) {
        const uint2 v = *reinterpret_cast<const uint2*>(p);
        x = {{low_half(v.x), high_half(v.x), low_half(v.y), high_half(v.y)}};
    } else {
        const uint32_t v = *reinterpret_cast<const uint32_t*>(p);
        x = {{low_half(v), high_half(v)}};
    }
    return x;
}

template <int width>
MIGRATE_DEVICE void store_columns(float* p, const Columns<width>& x) {
    if constexpr (width == 4) {
        *reinterpret_cast<float4*>(p) = float4{x.at[0], x.at[1], x.at[2], x.at[3]};
    } else {
        *reinterpret_cast<float2*>(p) = float2{x.at[0], x.at[1]};
    }
}

template <int width>
MIGRATE_DEVICE void store_columns(uint16_t* p, const Columns<width>& x) {
    if constexpr (width == 4) {
        *reinterpret_cast<uint2*>(p) = uint2{pack_bf16(x.at[0], x.at[1]), pack_bf16(x.at[2], x.at[3])};
    } else {
        *reinterpret_cast<uint32_t*>(p) = pack_bf16(x.at[0], x.at[1]);
    }
}

// SiLU for a row that is kept in bf16: one of the slow instructions instead of two, its error far below that of the
// row. (Not for the gates: where all of a node's are nearly closed, their relative errors count.)
template <bool coarse>
MIGRATE_DEVICE float row_silu(float x) {
    if constexpr (coarse) {
        return x * fused(0.5f, coarse_tanh(0.5f * x), 0.5f);
    } else {
        return silu(x);
    }
}

// ---- the graph ------------------------------------------------------------------------------------------------------

// First node in [0, n] whose edges begin at or after an edge.
MIGRATE_DEVICE int64_t first_node_from(const int32_t* row_begin, int64_t n, int64_t edge) {
    int64_t low = 0, high = n;
    while (low < high) {
        const int64_t middle = (low + high) / 2;
        if (row_begin[middle] < edge) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

// Nodes of this block: whole runs of edges, about equally many.
struct Share {
    int64_t begin, end;
};

MIGRATE_DEVICE Share share_of(const EdgeGatedArguments& args) {
    const int64_t n = *args.nodes_count, edges = args.row_begin[n], b = block(), all = blocks();
    return {b == 0 ? 0 : first_node_from(args.row_begin, n, b * edges / all),
            b + 1 == all ? n : first_node_from(args.row_begin, n, (b + 1) * edges / all)};
}

// Edges into one node.
struct Run {
    int64_t begin, end;
    int64_t first_bond;  // of the implicit line graph: triplet `begin` comes from it
    int64_t skipped;     // a bond that is no predecessor of itself, or far away
    int64_t self;        // the node, if it is its own predecessor once
};

MIGRATE_DEVICE Run run_of(const EdgeGatedArguments& args, int64_t v) {
    Run run{args.row_begin[v], args.row_begin[v + 1], 0, INT64_MAX, -1};
    if (args.source == nullptr) {
        const int32_t atom = args.bond_source[v];
        run.first_bond = args.bond_row_begin[atom];
        if (run.first_bond <= v && v < args.bond_row_begin[atom + 1]) {
            if (args.bond_weight[v] == 1) {
                run.skipped = v;
            } else {
                run.self = v;
            }
        }
    }
    return run;
}

struct From {
    int64_t node;
    float weight;
};

MIGRATE_DEVICE From edge_from(const EdgeGatedArguments& args, const Run& run, int64_t edge) {
    if (args.source != nullptr) return {args.source[edge], args.weight == nullptr ? 1.0f : args.weight[edge]};
    int64_t bond = run.first_bond + (edge - run.begin);
    if (bond >= run.skipped) bond++;
    return {bond, bond == run.self ? args.bond_weight[bond] - 1 : args.bond_weight[bond]};
}

// ---- the pass -------------------------------------------------------------------------------------------------------

// Where a number falls in a table: the first of four rows and their weights (Lagrange).
struct Knot {
    int64_t row;
    float weight[4];
};

MIGRATE_DEVICE Knot knot_of(double position, int32_t intervals) {
    const double inside = least(greatest(position, 0.0), static_cast<double>(intervals));
    // A number that is none stays none: its row is the first, its weights are no numbers.
    const int64_t row = inside > 0 ? least<int64_t>(static_cast<int64_t>(inside), intervals - 1) : 0;
    const double t = inside - static_cast<double>(row), a = t + 1, c = t - 1, e = t - 2;
    return {row,
            {static_cast<float>(-t * c * e / 6), static_cast<float>(a * c * e / 2), static_cast<float>(-a * t * e / 2),
             static_cast<float>(a * t * c / 6)}};
}

template <int width>
MIGRATE_DEVICE Columns<width> interpolated(const float* table, int64_t channels, const Knot& knot, int64_t c) {
    Columns<width> sum{};
#pragma unroll
    for (int i = 0; i < 4; i++) {
        const Columns<width> row = load_columns<width>(table + (knot.row + i) * channels + c);
#pragma unroll
        for (int j = 0; j < width; j++) sum.at[j] = fused(knot.weight[i], row.at[j], sum.at[j]);
    }
    return sum;
}

// What an edge brings to its columns before the pass.
template <int width>
struct Incoming {
    Columns<width> source_gate, message, gate, old;
    float weight;
};

// A tile of edges first .. end; sums [rows, pitch] hold W e, or are null with tables. `carry` [2, channels]: the sums
// of a run that goes on in the next tile.
struct Tile {
    int64_t first, end;
    const float* sums;
    int64_t pitch;
    float* carry;
};

// Sums of a run so far.
template <int width>
struct Gated {
    Columns<width> sum{}, open{};
};

// G: type of the gathered rows; E: of the edge rows; width: columns of a lane.
template <class G, class E, int width>
class GatePass {
  public:
    MIGRATE_METHOD GatePass(const EdgeGatedArguments& args, int64_t c) : args_(args), c_(c) {
        edge_scale_ = load_columns<width>(args.edge_scale + c);
        edge_shift_ = load_columns<width>(args.edge_shift + c);
    }

    // The part of node v's run that lies in the tile, after what earlier tiles had of it.
    MIGRATE_METHOD void run(const Tile& tile, int64_t v, const Run& run, Gated<width> gated) {
        const int64_t channels = args_.channels;
        const Columns<width> target_gate = load_columns<width>(args_.own + v * 2 * channels + c_);
        // Several edges in flight at a time.
        constexpr int flight = 4;
        const int64_t begin = greatest(run.begin, tile.first), end = least(run.end, tile.end);
        for (int64_t i = begin; i < end; i += flight) {
            Incoming<width> in[flight];
#pragma unroll
            for (int k = 0; k < flight; k++) {
                if (i + k < end) in[k] = load(tile, run, i + k);
            }
#pragma unroll
            for (int k = 0; k < flight; k++) {
                if (i + k < end) take(in[k], i + k, target_gate, gated);
            }
        }
        if (run.end <= tile.end) {
            update_node(v, gated);
        } else {
            store_columns<width>(tile.carry + c_, gated.sum);
            store_columns<width>(tile.carry + channels + c_, gated.open);
        }
    }

    // x += silu(U + scale h).
    MIGRATE_METHOD void update_node(int64_t v, const Gated<width>& gated) {
        const int64_t channels = args_.channels;
        const Columns<width> update = load_columns<width>(args_.own + (v * 2 + 1) * channels + c_),
                             scale = load_columns<width>(args_.node_scale + c_);
        float* node = args_.nodes + v * channels + c_;
        Columns<width> x = load_columns<width>(node);
#pragma unroll
        for (int j = 0; j < width; j++) {
            const float mean = gated.sum.at[j] / (gated.open.at[j] + gate_epsilon);
            x.at[j] += silu(fused(scale.at[j], mean, update.at[j]));
        }
        store_columns<width>(node, x);
    }

  private:
    static constexpr bool coarse = sizeof(E) == 2;

    const EdgeGatedArguments& args_;
    int64_t c_;
    Columns<width> edge_scale_, edge_shift_;

    MIGRATE_METHOD Incoming<width> load(const Tile& tile, const Run& run, int64_t edge) const {
        const int64_t channels = args_.channels;
        const From from = edge_from(args_, run, edge);
        const G* other = static_cast<const G*>(args_.gathered) + from.node * 2 * channels + c_;
        Incoming<width> in;
        in.weight = from.weight;
        in.source_gate = load_columns<width>(other);
        in.message = load_columns<width>(other + channels);
        if (tile.sums != nullptr) {
            const int64_t row = edge - tile.first;
            in.gate = load_columns<width>(tile.sums + row * tile.pitch + cuda::sums_column(row, c_));
            if (args_.want_edges != 0)
                in.old = load_columns<width>(static_cast<const E*>(args_.edges) + edge * channels + c_);
        } else {
            const Knot knot = knot_of(args_.position[edge], args_.intervals);
            in.gate = interpolated<width>(args_.gate_table, channels, knot, c_);
            if (args_.want_edges != 0) in.old = interpolated<width>(args_.value_table, channels, knot, c_);
        }
        return in;
    }

    MIGRATE_METHOD void take(const Incoming<width>& in, int64_t edge, const Columns<width>& target_gate,
                             Gated<width>& gated) {
        Columns<width> updated;
#pragma unroll
        for (int j = 0; j < width; j++) {
            const float gate = in.source_gate.at[j] + target_gate.at[j] + in.gate.at[j];
            const float share = sigmoid(gate) * in.weight;
            gated.sum.at[j] = fused(share, in.message.at[j], gated.sum.at[j]);
            gated.open.at[j] += share;
            updated.at[j] = in.old.at[j] + row_silu<coarse>(fused(edge_scale_.at[j], gate, edge_shift_.at[j]));
        }
        if (args_.want_edges != 0)
            store_columns<width>(static_cast<E*>(args_.edges) + edge * args_.channels + c_, updated);
    }
};

// Columns of an item of work, which is a node and 32 lanes' columns: those of this lane.
template <int width>
struct Items {
    int64_t channels, lanes = 32 * width, groups;

    MIGRATE_METHOD explicit Items(int64_t n) : channels(n), groups((n + lanes - 1) / lanes) {}
    MIGRATE_METHOD int64_t column(int64_t item) const { return item % groups * lanes + lane() * width; }
};

// What earlier tiles had of the first node's run: for the warps whose first item it will be. Everybody must have it
// before anybody stores what the next tile needs.
template <int width>
MIGRATE_DEVICE Gated<width> carried(const float* carry, int64_t channels) {
    const Items<width> items(channels);
    const int64_t c = items.column(warp());
    if (warp() >= items.groups || c >= channels) return {};
    return {load_columns<width>(carry + c), load_columns<width>(carry + channels + c)};
}

// All runs of a tile: a warp takes a run and 32 lanes' columns at a time.
template <class G, class E, int width>
MIGRATE_DEVICE void pass_tile(const EdgeGatedArguments& args, const Share& share, const Tile& tile, int64_t first_node,
                              const Gated<width>& before) {
    const Items<width> items(args.channels);
    for (int64_t item = warp();; item += warps()) {
        const int64_t v = first_node + item / items.groups;
        if (v >= share.end || args.row_begin[v] >= tile.end) break;
        const int64_t c = items.column(item);
        const Run run = run_of(args, v);
        if (c >= args.channels || run.begin == run.end) continue;
        GatePass<G, E, width>(args, c).run(tile, v, run, run.begin < tile.first ? before : Gated<width>{});
    }
}

// Nodes that no edge enters: their mean is zero.
template <class G, class E, int width>
MIGRATE_DEVICE void pass_lonely(const EdgeGatedArguments& args, const Share& share) {
    const int64_t channels = args.channels;
    for (int64_t v = share.begin + warp(); v < share.end; v += warps()) {
        if (args.row_begin[v] != args.row_begin[v + 1]) continue;
        for (int64_t c = lane() * width; c < channels; c += 32 * width) {
            GatePass<G, E, width>(args, c).update_node(v, Gated<width>{});
        }
    }
}

// The block's share, tile by tile. `fill(first, rows, last)` gives the sums of a tile, with all threads together at its
// end; `last` is the end of the share.
template <class G, class E, int width, class Fill>
MIGRATE_DEVICE void walk(const EdgeGatedArguments& args, float* carry, Fill& fill) {
    const Share share = share_of(args);
    pass_lonely<G, E, width>(args, share);
    const int64_t last = args.row_begin[share.end];
    int64_t node = share.begin;
    for (int64_t first = args.row_begin[share.begin]; first < last; first += cuda::tile_rows) {
        while (args.row_begin[node + 1] <= first) node++;
        const Gated<width> before =
            args.row_begin[node] < first ? carried<width>(carry, args.channels) : Gated<width>{};
        const int rows = static_cast<int>(least<int64_t>(cuda::tile_rows, last - first));
        const float* sums = fill(first, rows, last);
        const Tile tile{first, first + rows, sums, cuda::sums_pitch(args.channels), carry};
        pass_tile<G, E, width>(args, share, tile, node, before);
        barrier();  // the sums are done with, and the carry is there
    }
}

}  // namespace migrate::device
