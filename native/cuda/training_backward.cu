// Training, backward: norm with SiLU, gates and gated sums of an edge-gated convolution, means of segments.
#include "training.cuh"

namespace migrate::device::training {

// ---- norm -----------------------------------------------------------------------------------------------------------

template <class T, int width>
MIGRATE_DEVICE void norm_silu_backward(const cuda::NormSiluBackwardArguments& args) {
    const int64_t channels = args.channels;
    for_strips<width>(channels, [&](int64_t c, int64_t row, int64_t step) {
        struct Loaded {
            Strip<T, width> row, grad;
            T weight;
        };
        const NormGradient<T, width> gradient(args, c);
        const auto load = [&](int64_t r) {
            const int64_t at = r * channels + c;
            return Loaded{load_strip<T, width>(args.rows, at), load_strip<T, width>(args.grad, at),
                          weight_of<T>(args.weight, r)};
        };
        const auto take = [&](const Loaded& in, int64_t r) {
            Strip<T, width> out;
#pragma unroll
            for (int j = 0; j < width; j++) out.at[j] = gradient(in.row.at[j], in.grad.at[j], in.weight, j);
            store_strip(args.out, r * channels + c, out);
        };
        in_flight<2>(row, args.n, step, load, take);
    });
}

MIGRATE_TRAINING_KERNEL(norm_silu_backward, NormSiluBackwardArguments, norm_silu_backward)

// ---- gates ----------------------------------------------------------------------------------------------------------

// dm of the edges into a node and their sum; dS for the source side. A thread goes through all edges of a node for its
// strip of channels.
template <class T, int width, bool has_norm>
MIGRATE_DEVICE void gate_backward_target(const cuda::GateBackwardArguments& args) {
    const int64_t channels = args.channels;
    for_strips<width>(channels, [&](int64_t c, int64_t row, int64_t step) {
        struct Loaded {
            Strip<T, width> gate, message, grad;
            T weight, multiplicity;
        };
        const auto load = [&](int64_t e) {
            Loaded in{};
            in.gate = load_strip<T, width>(args.gate, e * channels + c);
            in.message = load_strip<T, width>(args.message, args.source[e] * channels + c);
            in.weight = weight_of<T>(args.weight, e);
            if constexpr (has_norm) {
                in.grad = load_strip<T, width>(args.norm.grad, e * channels + c);
                in.multiplicity = weight_of<T>(args.norm.weight, e);
            }
            return in;
        };
        const auto go = [&](const auto& norm) {
            for (int64_t v = row; v < args.nodes; v += step) {
                const int64_t own = v * channels + c;
                const auto mean_grad = load_strip<T, width>(args.d_node_mean, own),
                           inverse = load_strip<T, width>(args.inverse, own),
                           mean = load_strip<T, width>(args.node_mean, own);
                Strip<T, width> d_sum, d_open, total{};
#pragma unroll
                for (int j = 0; j < width; j++) {
                    d_sum.at[j] = mean_grad.at[j] * inverse.at[j];
                    d_open.at[j] = -(d_sum.at[j] * mean.at[j]);
                }
                const auto take = [&](const Loaded& in, int64_t e) {
                    Strip<T, width> grad;
#pragma unroll
                    for (int j = 0; j < width; j++) {
                        const T s = sigmoid(in.gate.at[j]), slope = s * (T{1} - s) * in.weight;
                        grad.at[j] = slope * fused(in.message.at[j], d_sum.at[j], d_open.at[j]);
                        if constexpr (has_norm) {
                            grad.at[j] += norm(in.gate.at[j], in.grad.at[j], in.multiplicity, j);
                        }
                        total.at[j] += grad.at[j];
                    }
                    store_strip(args.d_gate, e * channels + c, grad);
                };
                in_flight<2>(args.row_begin[v], args.row_begin[v + 1], 1, load, take);
                store_strip(args.d_target_gate, own, total);
                store_strip(args.d_sum, own, d_sum);
            }
        };
        if constexpr (has_norm) {
            go(NormGradient<T, width>(args.norm, c));
        } else {
            go(nullptr);
        }
    });
}

template <class T, int width>
MIGRATE_DEVICE void gate_backward_target(const cuda::GateBackwardArguments& args) {
    if (args.norm.grad != nullptr) {
        gate_backward_target<T, width, true>(args);
    } else {
        gate_backward_target<T, width, false>(args);
    }
}

MIGRATE_TRAINING_KERNEL(gate_backward_target, GateBackwardArguments, gate_backward_target)

// What flows back to a node along the edges out of it.
template <class T, int width>
MIGRATE_DEVICE void gate_backward_source(const cuda::GateBackwardArguments& args) {
    const int64_t channels = args.channels;
    for_strips<width>(channels, [&](int64_t c, int64_t row, int64_t step) {
        struct Loaded {
            Strip<T, width> gate, gate_grad, d_sum;
            T weight;
        };
        const auto load = [&](int64_t k) {
            const int64_t e = args.out_edge[k];
            return Loaded{
                load_strip<T, width>(args.gate, e * channels + c), load_strip<T, width>(args.d_gate, e * channels + c),
                load_strip<T, width>(args.d_sum, args.target[e] * channels + c), weight_of<T>(args.weight, e)};
        };
        for (int64_t u = row; u < args.nodes; u += step) {
            Strip<T, width> d_gate{}, d_message{};
            const auto take = [&](const Loaded& in, int64_t) {
#pragma unroll
                for (int j = 0; j < width; j++) {
                    d_gate.at[j] += in.gate_grad.at[j];
                    d_message.at[j] = fused(sigmoid(in.gate.at[j]) * in.weight, in.d_sum.at[j], d_message.at[j]);
                }
            };
            in_flight<4>(args.out_begin[u], args.out_begin[u + 1], 1, load, take);
            store_strip(args.d_source_gate, u * channels + c, d_gate);
            store_strip(args.d_message, u * channels + c, d_message);
        }
    });
}

MIGRATE_TRAINING_KERNEL(gate_backward_source, GateBackwardArguments, gate_backward_source)

// ---- means of segments ----------------------------------------------------------------------------------------------

template <class T, int width>
MIGRATE_DEVICE void segment_mean_backward(const cuda::SegmentMeanBackwardArguments& args) {
    const int64_t channels = args.channels;
    for_strips<width>(channels, [&](int64_t c, int64_t row, int64_t step) {
        for (int64_t r = row; r < args.rows; r += step) {
            const int64_t s = args.segment[r];
            const T count = static_cast<T>(args.count[s]);
            auto grad = load_strip<T, width>(args.d_out, s * channels + c);
#pragma unroll
            for (int j = 0; j < width; j++) grad.at[j] /= count;
            store_strip(args.d_values, r * channels + c, grad);
        }
    });
}

MIGRATE_TRAINING_KERNEL(segment_mean_backward, SegmentMeanBackwardArguments, segment_mean_backward)

}  // namespace migrate::device::training
