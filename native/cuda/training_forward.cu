// Training, forward: gates and gated sums of an edge-gated convolution, norm with SiLU, means of segments.
#include "training.cuh"

namespace migrate::device::training {

// ---- gates ----------------------------------------------------------------------------------------------------------

constexpr double gate_epsilon = 1e-6;

// What an edge brings to a strip.
template <class T, int width>
struct ForwardEdge {
    Strip<T, width> source_gate, message, part;
    T weight;
};

// A thread goes through all edges into a node for its strip of channels.
template <class T, int width>
MIGRATE_DEVICE void gate_forward(const cuda::GateForwardArguments& args) {
    const int64_t channels = args.channels;
    for_strips<width>(channels, [&](int64_t c, int64_t row, int64_t step) {
        for (int64_t v = row; v < args.nodes; v += step) {
            const auto own = load_strip<T, width>(args.target_gate, v * channels + c);
            Strip<T, width> sum{}, open{};
            const auto load = [&](int64_t e) {
                const int64_t other = args.source[e] * channels + c;
                return ForwardEdge<T, width>{
                    load_strip<T, width>(args.source_gate, other), load_strip<T, width>(args.message, other),
                    load_strip<T, width>(args.gate, e * channels + c), weight_of<T>(args.weight, e)};
            };
            const auto take = [&](const ForwardEdge<T, width>& edge, int64_t e) {
                Strip<T, width> gate;
#pragma unroll
                for (int j = 0; j < width; j++) {
                    gate.at[j] = edge.source_gate.at[j] + own.at[j] + edge.part.at[j];
                    const T share = sigmoid(gate.at[j]) * edge.weight;
                    sum.at[j] = fused(share, edge.message.at[j], sum.at[j]);
                    open.at[j] += share;
                }
                store_strip(args.gate, e * channels + c, gate);
            };
            in_flight<4>(args.row_begin[v], args.row_begin[v + 1], 1, load, take);
            Strip<T, width> mean, inverse;
#pragma unroll
            for (int j = 0; j < width; j++) {
                inverse.at[j] = T{1} / (open.at[j] + static_cast<T>(gate_epsilon));
                mean.at[j] = sum.at[j] * inverse.at[j];
            }
            store_strip(args.node_mean, v * channels + c, mean);
            if (args.inverse != nullptr) store_strip(args.inverse, v * channels + c, inverse);
        }
    });
}

MIGRATE_TRAINING_KERNEL(gate_forward, GateForwardArguments, gate_forward)

// ---- norm -----------------------------------------------------------------------------------------------------------

template <class T, int width>
MIGRATE_DEVICE void norm_silu(const cuda::NormSiluArguments& args) {
    const int64_t channels = args.channels;
    for_strips<width>(channels, [&](int64_t c, int64_t row, int64_t step) {
        struct Loaded {
            Strip<T, width> row, residual;
        };
        const auto scale = load_strip<T, width>(args.scale, c), shift = load_strip<T, width>(args.shift, c);
        const auto load = [&](int64_t r) {
            const int64_t at = r * channels + c;
            Loaded loaded{load_strip<T, width>(args.rows, at), {}};
            if (args.residual != nullptr) loaded.residual = load_strip<T, width>(args.residual, at);
            return loaded;
        };
        const auto take = [&](Loaded& in, int64_t r) {
        // Without a residual nothing is added, so that -0 stays -0.
#pragma unroll
            for (int j = 0; j < width; j++) {
                const T y = silu(fused(in.row.at[j], scale.at[j], shift.at[j]));
                in.row.at[j] = args.residual == nullptr ? y : y + in.residual.at[j];
            }
            store_strip(args.out, r * channels + c, in.row);
        };
        in_flight<4>(row, args.n, step, load, take);
    });
}

MIGRATE_TRAINING_KERNEL(norm_silu, NormSiluArguments, norm_silu)

// ---- means of segments ----------------------------------------------------------------------------------------------

template <class T, int width>
struct PlainSums {
    const cuda::SegmentMeanArguments& args;
    int64_t c;

    MIGRATE_METHOD Strip<T, width> load(int64_t r) const {
        return load_strip<T, width>(args.values, r * args.channels + c);
    }
    MIGRATE_METHOD void add(const Strip<T, width>& row, Strip<T, width> (&sums)[1]) const {
#pragma unroll
        for (int j = 0; j < width; j++) sums[0].at[j] += row.at[j];
    }
};

template <class T, int width>
MIGRATE_DEVICE void segment_mean(const cuda::SegmentMeanArguments& args) {
    const int64_t channels = args.channels;
    for (int64_t s = block(); s < args.segments; s += blocks()) {
        const int64_t begin = args.begin[s], count = args.count[s];
        block_sums<T, width, 1>(
            channels, begin, begin + count,
            [&](int64_t c) {
                return PlainSums<T, width>{args, c};
            },
            [&](int64_t c, const double(&sums)[1]) {
                static_cast<T*>(args.out)[s * channels + c] = static_cast<T>(sums[0] / static_cast<double>(count));
            });
    }
}

MIGRATE_TRAINING_KERNEL(segment_mean, SegmentMeanArguments, segment_mean)

}  // namespace migrate::device::training
