#include "kernels/training.hpp"

#include <algorithm>
#include <cstdint>

#include "kernels/parallel.hpp"
#include "kernels/statistics.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/training.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/dispatch.hpp"
#include "kernels/vector_math-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace migrate {
namespace HWY_NAMESPACE {

constexpr double kTrainingGateEpsilon = 1e-6;

// Calls strip(d, c) for whole vectors of channels, then for the channels that are left, one at a time.
template <class T, class Strip>
HWY_INLINE void ForStrips(std::int64_t channels, const Strip& strip) {
    const hn::ScalableTag<T> d;
    const hn::CappedTag<T, 1> one;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    std::int64_t c = 0;
    for (; c + lanes <= channels; c += lanes) strip(d, c);
    for (; c < channels; c++) strip(one, c);
}

template <class T>
HWY_INLINE T WeightOf(const void* weights, std::int64_t row) {
    return weights == nullptr ? T{1} : static_cast<const T*>(weights)[row];
}

// d/dx silu(x) = s (1 + x (1 - s)).
template <class D>
HWY_INLINE hn::Vec<D> SiluSlope(D d, hn::Vec<D> x) {
    const auto s = Sigmoid(d, x);
    const auto one = hn::Set(d, TFromD<D>{1});
    return hn::Mul(s, hn::MulAdd(x, hn::Sub(one, s), one));
}

// Lanes of a vector to doubles, added to sums.
template <class D>
HWY_INLINE void AddLanes(D d, hn::Vec<D> v, double* sums) {
    HWY_ALIGN TFromD<D> lanes[64];
    hn::Store(v, d, lanes);
    for (std::size_t i = 0; i < hn::Lanes(d); i++) sums[i] += static_cast<double>(lanes[i]);
}

// First node whose edges belong to a piece: pieces of about equally many edges, whole nodes.
template <class Index>
std::int64_t FirstNode(const Index* row_begin, std::int64_t n_nodes, std::int64_t piece, std::int64_t pieces) {
    if (piece == 0) return 0;
    if (piece == pieces) return n_nodes;
    return std::lower_bound(row_begin, row_begin + n_nodes, piece_begin(piece, pieces, row_begin[n_nodes])) - row_begin;
}

// ---- statistics ----------------------------------------------------------------------------------------------------

// Moments of rows begin .. end for one strip, about the first row.
template <class T, class D>
HWY_INLINE void StripMoments(D d, const T* rows, std::int64_t channels, const void* weight, std::int64_t begin,
                             std::int64_t end, std::int64_t c, std::int64_t piece, Moments& moments) {
    const auto shift = hn::LoadU(d, rows + begin * channels + c);
    auto sum = hn::Zero(d), square = hn::Zero(d);
    for (std::int64_t r = begin; r < end; r++) {
        const auto offset = hn::Sub(hn::LoadU(d, rows + r * channels + c), shift);
        const auto weighted = hn::Mul(offset, hn::Set(d, WeightOf<T>(weight, r)));
        sum = hn::Add(sum, weighted);
        square = hn::MulAdd(weighted, offset, square);
    }
    HWY_ALIGN T at[64], s[64], q[64];
    hn::Store(shift, d, at);
    hn::Store(sum, d, s);
    hn::Store(square, d, q);
    for (std::size_t i = 0; i < hn::Lanes(d); i++) {
        moments.set(piece, c + static_cast<std::int64_t>(i), static_cast<double>(at[i]), static_cast<double>(s[i]),
                    static_cast<double>(q[i]));
    }
}

template <class T>
double TotalWeight(const void* weight, std::int64_t begin, std::int64_t end) {
    double total = 0;
    for (std::int64_t r = begin; r < end; r++) total += static_cast<double>(WeightOf<T>(weight, r));
    return total;
}

template <class T>
void PieceMoments(const T* rows, std::int64_t channels, const void* weight, std::int64_t begin, std::int64_t end,
                  std::int64_t piece, Moments& moments) {
    if (begin == end) return;
    moments.set_count(piece, TotalWeight<T>(weight, begin, end));
    ForStrips<T>(channels, [&](auto d, std::int64_t c)
                               HWY_ATTR { StripMoments<T>(d, rows, channels, weight, begin, end, c, piece, moments); });
}

template <class T>
void ColumnStatisticsOf(const migrate_column_statistics& call) {
    const std::int64_t pieces = pieces_of(call.n);
    Moments moments(pieces, call.channels);
    for_pieces(pieces, call.threads, [&](std::int64_t piece, int) HWY_ATTR {
        PieceMoments<T>(static_cast<const T*>(call.rows), call.channels, call.weight,
                        piece_begin(piece, pieces, call.n), piece_begin(piece + 1, pieces, call.n), piece, moments);
    });
    moments.merge(static_cast<T*>(call.mean), static_cast<T*>(call.variance));
}

void ColumnStatistics(const migrate_column_statistics& call) {
    call.dtype == MIGRATE_F64 ? ColumnStatisticsOf<double>(call) : ColumnStatisticsOf<float>(call);
}

// ---- forward -------------------------------------------------------------------------------------------------------

template <class T>
void GateForwardOf(const migrate_gate_forward& call) {
    const std::int64_t channels = call.channels, pieces = pieces_of(call.n_edges);
    const bool statistics = call.mean != nullptr;
    Moments moments(statistics ? pieces : 0, channels);
    const T* source_gate = static_cast<const T*>(call.source_gate);
    const T* message = static_cast<const T*>(call.message);
    T* gate = static_cast<T*>(call.gate);
    for_pieces(pieces, call.threads, [&](std::int64_t piece, int) HWY_ATTR {
        const std::int64_t begin = FirstNode(call.row_begin, call.n_nodes, piece, pieces);
        const std::int64_t end = FirstNode(call.row_begin, call.n_nodes, piece + 1, pieces);
        for (std::int64_t v = begin; v < end; v++) {
            ForStrips<T>(channels, [&](auto d, std::int64_t c) HWY_ATTR {
                const auto own = hn::LoadU(d, static_cast<const T*>(call.target_gate) + v * channels + c);
                auto sum = hn::Zero(d), open = hn::Zero(d);
                for (std::int64_t e = call.row_begin[v]; e < call.row_begin[v + 1]; e++) {
                    const std::int64_t other = call.source[e] * channels + c;
                    T* at = gate + e * channels + c;
                    const auto m = hn::Add(hn::Add(hn::LoadU(d, source_gate + other), own), hn::LoadU(d, at));
                    hn::StoreU(m, d, at);
                    const auto share = hn::Mul(Sigmoid(d, m), hn::Set(d, WeightOf<T>(call.weight, e)));
                    sum = hn::MulAdd(share, hn::LoadU(d, message + other), sum);
                    open = hn::Add(open, share);
                }
                const auto inverse =
                    hn::Div(hn::Set(d, T{1}), hn::Add(open, hn::Set(d, static_cast<T>(kTrainingGateEpsilon))));
                hn::StoreU(hn::Mul(sum, inverse), d, static_cast<T*>(call.node_mean) + v * channels + c);
                if (call.inverse != nullptr) hn::StoreU(inverse, d, static_cast<T*>(call.inverse) + v * channels + c);
            });
        }
        if (statistics) {
            PieceMoments<T>(gate, channels, call.multiplicity, call.row_begin[begin], call.row_begin[end], piece,
                            moments);
        }
    });
    if (statistics) moments.merge(static_cast<T*>(call.mean), static_cast<T*>(call.variance));
}

void GateForward(const migrate_gate_forward& call) {
    call.dtype == MIGRATE_F64 ? GateForwardOf<double>(call) : GateForwardOf<float>(call);
}

template <class T>
void NormSiluOf(const migrate_norm_silu& call) {
    const std::int64_t pieces = pieces_of(call.n), channels = call.channels;
    for_pieces(pieces, call.threads, [&](std::int64_t piece, int) HWY_ATTR {
        const std::int64_t end = piece_begin(piece + 1, pieces, call.n);
        for (std::int64_t r = piece_begin(piece, pieces, call.n); r < end; r++) {
            ForStrips<T>(channels, [&](auto d, std::int64_t c) HWY_ATTR {
                const std::int64_t at = r * channels + c;
                const auto y = hn::MulAdd(hn::LoadU(d, static_cast<const T*>(call.rows) + at),
                                          hn::LoadU(d, static_cast<const T*>(call.scale) + c),
                                          hn::LoadU(d, static_cast<const T*>(call.shift) + c));
                auto out = Silu(d, y);
                if (call.residual != nullptr)
                    out = hn::Add(out, hn::LoadU(d, static_cast<const T*>(call.residual) + at));
                hn::StoreU(out, d, static_cast<T*>(call.out) + at);
            });
        }
    });
}

void NormSilu(const migrate_norm_silu& call) {
    call.dtype == MIGRATE_F64 ? NormSiluOf<double>(call) : NormSiluOf<float>(call);
}

// ---- backward ------------------------------------------------------------------------------------------------------

// The norm's parameters for one strip.
template <class T, class D>
struct NormStrip {
    hn::Vec<D> mean, inverse, gamma, beta;

    HWY_INLINE NormStrip(D d, const migrate_norm_silu_backward& call, std::int64_t c)
        : mean(hn::LoadU(d, static_cast<const T*>(call.mean) + c)),
          inverse(hn::LoadU(d, static_cast<const T*>(call.inverse) + c)),
          gamma(hn::LoadU(d, static_cast<const T*>(call.gamma) + c)),
          beta(hn::LoadU(d, static_cast<const T*>(call.beta) + c)) {}

    HWY_INLINE hn::Vec<D> Normal(hn::Vec<D> row) const { return hn::Mul(hn::Sub(row, mean), inverse); }

    // d = dy silu'(gamma n + beta).
    HWY_INLINE hn::Vec<D> Slope(D d, hn::Vec<D> grad, hn::Vec<D> normal) const {
        return hn::Mul(grad, SiluSlope(d, hn::MulAdd(gamma, normal, beta)));
    }
};

template <class T>
void NormSiluReduceOf(const migrate_norm_silu_backward& call) {
    const std::int64_t pieces = pieces_of(call.n), channels = call.channels;
    PieceSums sums(pieces, channels), dots(pieces, channels);
    for_pieces(pieces, call.threads, [&](std::int64_t piece, int) HWY_ATTR {
        const std::int64_t begin = piece_begin(piece, pieces, call.n), end = piece_begin(piece + 1, pieces, call.n);
        ForStrips<T>(channels, [&](auto d, std::int64_t c) HWY_ATTR {
            const NormStrip<T, decltype(d)> norm(d, call, c);
            auto sum = hn::Zero(d), dot = hn::Zero(d);
            for (std::int64_t r = begin; r < end; r++) {
                const std::int64_t at = r * channels + c;
                const auto normal = norm.Normal(hn::LoadU(d, static_cast<const T*>(call.rows) + at));
                const auto slope = norm.Slope(d, hn::LoadU(d, static_cast<const T*>(call.grad) + at), normal);
                sum = hn::Add(sum, slope);
                dot = hn::MulAdd(slope, normal, dot);
            }
            AddLanes(d, sum, sums.row(piece) + c);
            AddLanes(d, dot, dots.row(piece) + c);
        });
    });
    sums.merge(static_cast<T*>(call.sum));
    dots.merge(static_cast<T*>(call.dot));
}

void NormSiluReduce(const migrate_norm_silu_backward& call) {
    call.dtype == MIGRATE_F64 ? NormSiluReduceOf<double>(call) : NormSiluReduceOf<float>(call);
}

// Gradient of one strip of a row.
template <class T, class D>
HWY_INLINE hn::Vec<D> NormGradient(D d, const migrate_norm_silu_backward& call, const NormStrip<T, D>& norm,
                                   std::int64_t r, std::int64_t c) {
    const std::int64_t at = r * call.channels + c;
    const auto normal = norm.Normal(hn::LoadU(d, static_cast<const T*>(call.rows) + at));
    auto slope = norm.Slope(d, hn::LoadU(d, static_cast<const T*>(call.grad) + at), normal);
    if (call.total > 0) {
        const auto share = hn::Set(d, WeightOf<T>(call.weight, r) / static_cast<T>(call.total));
        const auto common = hn::MulAdd(normal, hn::LoadU(d, static_cast<const T*>(call.dot) + c),
                                       hn::LoadU(d, static_cast<const T*>(call.sum) + c));
        slope = hn::NegMulAdd(share, common, slope);
    }
    return hn::Mul(hn::Mul(norm.gamma, norm.inverse), slope);
}

template <class T>
void NormSiluBackwardOf(const migrate_norm_silu_backward& call) {
    const std::int64_t pieces = pieces_of(call.n), channels = call.channels;
    for_pieces(pieces, call.threads, [&](std::int64_t piece, int) HWY_ATTR {
        const std::int64_t end = piece_begin(piece + 1, pieces, call.n);
        for (std::int64_t r = piece_begin(piece, pieces, call.n); r < end; r++) {
            ForStrips<T>(channels, [&](auto d, std::int64_t c) HWY_ATTR {
                const NormStrip<T, decltype(d)> norm(d, call, c);
                hn::StoreU(NormGradient<T>(d, call, norm, r, c), d, static_cast<T*>(call.out) + r * channels + c);
            });
        }
    });
}

void NormSiluBackward(const migrate_norm_silu_backward& call) {
    call.dtype == MIGRATE_F64 ? NormSiluBackwardOf<double>(call) : NormSiluBackwardOf<float>(call);
}

// dm of the edges into a node, and their sum.
template <class T, class D>
HWY_INLINE void TargetSide(D d, const migrate_gate_backward& call, std::int64_t v, std::int64_t c) {
    const std::int64_t channels = call.channels, own = v * channels + c;
    const auto d_mean = hn::LoadU(d, static_cast<const T*>(call.d_node_mean) + own);
    const auto d_sum = hn::Mul(d_mean, hn::LoadU(d, static_cast<const T*>(call.inverse) + own));
    const auto d_open = hn::Neg(hn::Mul(d_sum, hn::LoadU(d, static_cast<const T*>(call.node_mean) + own)));
    const auto one = hn::Set(d, T{1});
    auto total = hn::Zero(d);
    for (std::int64_t e = call.row_begin[v]; e < call.row_begin[v + 1]; e++) {
        const auto s = Sigmoid(d, hn::LoadU(d, static_cast<const T*>(call.gate) + e * channels + c));
        const auto message = hn::LoadU(d, static_cast<const T*>(call.message) + call.source[e] * channels + c);
        const auto slope = hn::Mul(hn::Mul(s, hn::Sub(one, s)), hn::Set(d, WeightOf<T>(call.weight, e)));
        auto grad = hn::Mul(slope, hn::MulAdd(message, d_sum, d_open));
        if (call.norm != nullptr) {
            grad = hn::Add(grad, NormGradient<T>(d, *call.norm, NormStrip<T, D>(d, *call.norm, c), e, c));
        }
        hn::StoreU(grad, d, static_cast<T*>(call.d_gate) + e * channels + c);
        total = hn::Add(total, grad);
    }
    hn::StoreU(total, d, static_cast<T*>(call.d_target_gate) + own);
}

// What flows back to a node along the edges out of it.
template <class T, class D>
HWY_INLINE void SourceSide(D d, const migrate_gate_backward& call, std::int64_t u, std::int64_t c) {
    const std::int64_t channels = call.channels;
    auto d_gate = hn::Zero(d), d_message = hn::Zero(d);
    for (std::int64_t k = call.out_begin[u]; k < call.out_begin[u + 1]; k++) {
        const std::int64_t e = call.out_edge[k], at = e * channels + c, target = call.target[e] * channels + c;
        const auto d_sum = hn::Mul(hn::LoadU(d, static_cast<const T*>(call.d_node_mean) + target),
                                   hn::LoadU(d, static_cast<const T*>(call.inverse) + target));
        const auto s = Sigmoid(d, hn::LoadU(d, static_cast<const T*>(call.gate) + at));
        d_gate = hn::Add(d_gate, hn::LoadU(d, static_cast<const T*>(call.d_gate) + at));
        d_message = hn::MulAdd(hn::Mul(s, hn::Set(d, WeightOf<T>(call.weight, e))), d_sum, d_message);
    }
    hn::StoreU(d_gate, d, static_cast<T*>(call.d_source_gate) + u * channels + c);
    hn::StoreU(d_message, d, static_cast<T*>(call.d_message) + u * channels + c);
}

template <class T>
void GateBackwardOf(const migrate_gate_backward& call) {
    const std::int64_t pieces = pieces_of(call.n_edges);
    for_pieces(pieces, call.threads, [&](std::int64_t piece, int) HWY_ATTR {
        const std::int64_t end = FirstNode(call.row_begin, call.n_nodes, piece + 1, pieces);
        for (std::int64_t v = FirstNode(call.row_begin, call.n_nodes, piece, pieces); v < end; v++) {
            ForStrips<T>(call.channels, [&](auto d, std::int64_t c) HWY_ATTR { TargetSide<T>(d, call, v, c); });
        }
    });
    for_pieces(pieces, call.threads, [&](std::int64_t piece, int) HWY_ATTR {
        const std::int64_t end = FirstNode(call.out_begin, call.n_nodes, piece + 1, pieces);
        for (std::int64_t u = FirstNode(call.out_begin, call.n_nodes, piece, pieces); u < end; u++) {
            ForStrips<T>(call.channels, [&](auto d, std::int64_t c) HWY_ATTR { SourceSide<T>(d, call, u, c); });
        }
    });
}

void GateBackward(const migrate_gate_backward& call) {
    call.dtype == MIGRATE_F64 ? GateBackwardOf<double>(call) : GateBackwardOf<float>(call);
}

}  // namespace HWY_NAMESPACE
}  // namespace migrate
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace migrate {

void gate_forward(const migrate_gate_forward& call) { MIGRATE_DISPATCH(GateForward(call)); }
void norm_silu(const migrate_norm_silu& call) { MIGRATE_DISPATCH(NormSilu(call)); }
void column_statistics(const migrate_column_statistics& call) { MIGRATE_DISPATCH(ColumnStatistics(call)); }
void norm_silu_reduce(const migrate_norm_silu_backward& call) { MIGRATE_DISPATCH(NormSiluReduce(call)); }
void norm_silu_backward(const migrate_norm_silu_backward& call) { MIGRATE_DISPATCH(NormSiluBackward(call)); }
void gate_backward(const migrate_gate_backward& call) { MIGRATE_DISPATCH(GateBackward(call)); }

}  // namespace migrate
#endif
