#include "kernels/inference.hpp"
#include "kernels/parallel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/edge_gated.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/dispatch.hpp"
#include "kernels/interpolation-inl.hpp"
#include "kernels/tile-inl.hpp"
#include "kernels/vector_math-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace migrate {
namespace HWY_NAMESPACE {

constexpr double kGateEpsilon = 1e-6;

// A block of consecutive edges and what is at hand for it.
template <class T>
struct Block {
    std::int64_t first, rows;  // edges
    std::int64_t node;         // target of the first edge
    const T* sums;             // [rows, columns] W e of the panel, without a table
    std::int64_t columns;
    const Knot<T>* knots;  // [rows] with a table
    T* carry;              // [2, stride] sums of a node whose edges began in an earlier block
    std::int64_t panels;   // of the channels
};

HWY_INLINE void PrefetchToL2(const void* p) {
#if defined(__GNUC__) || defined(__clang__)
    __builtin_prefetch(p, 0, 2);
#else
    (void)p;
#endif
}

// `vectors` vectors of channels, from channel c on, of every edge of a block: gates, gated sums, and the update of
// edges and of the nodes whose last edge is here. The sums stay in registers along a node's run of edges.
template <class T, class TE, int vectors, bool tabulated>
HWY_INLINE void FinishStrip(const migrate_edge_gated& call, const Block<T>& block, std::int64_t c,
                            std::int64_t column) {
    const Wide<T> d;
    constexpr std::int64_t lanes = static_cast<std::int64_t>(hn::MaxLanes(Wide<T>()));
    const std::int64_t stride = call.stride, columns = block.columns, stretch = block.panels * call.n_nodes * columns;
    // The four panels of this strip.
    const T* source_gates = static_cast<const T*>(call.gates) + (c - column) * call.n_nodes + column;
    const T* messages = source_gates + stretch;
    const T* target_gates = messages + stretch;
    const T* updates = target_gates + stretch;
    T* nodes = static_cast<T*>(call.nodes) + c;
    TE* edges = static_cast<TE*>(call.edges) + c;
    hn::Vec<Wide<T>> edge_scale[vectors], edge_shift[vectors];
    for (int j = 0; j < vectors; j++) {
        edge_scale[j] = hn::LoadU(d, static_cast<const T*>(call.edge_scale) + c + j * lanes);
        edge_shift[j] = hn::LoadU(d, static_cast<const T*>(call.edge_shift) + c + j * lanes);
    }
    const std::int64_t end = block.first + block.rows;
    for (std::int64_t v = block.node; v < call.n_nodes && call.row_begin[v] < end; v++) {
        const std::int64_t run_begin = call.row_begin[v], run_end = call.row_begin[v + 1];
        if (run_begin == run_end) continue;
        hn::Vec<Wide<T>> target_gate[vectors], sum[vectors], open[vectors];
        for (int j = 0; j < vectors; j++) {
            target_gate[j] = hn::LoadU(d, target_gates + v * columns + j * lanes);
            const bool starts = run_begin >= block.first;
            sum[j] = starts ? hn::Zero(d) : hn::LoadU(d, block.carry + c + j * lanes);
            open[j] = starts ? hn::Zero(d) : hn::LoadU(d, block.carry + stride + c + j * lanes);
        }
        const std::int64_t from = std::max(run_begin, block.first), to = std::min(run_end, end);
        for (std::int64_t i = from; i < to; i++) {
            const std::int64_t other = call.source[i] * columns;
            const auto weight = hn::Set(d, call.weight == nullptr ? T{1} : static_cast<T>(call.weight[i]));
            const std::int64_t row = i - block.first;
            TE* edge = edges + i * stride;
            // What the next panel will gather: meanwhile its product is computed.
            PrefetchToL2(source_gates + other + call.n_nodes * columns);
            PrefetchToL2(messages + other + call.n_nodes * columns);
            if constexpr (vectors == 2) {
                PrefetchToL2(source_gates + other + call.n_nodes * columns + lanes);
                PrefetchToL2(messages + other + call.n_nodes * columns + lanes);
            }
            for (int j = 0; j < vectors; j++) {
                auto gate = hn::Add(hn::LoadU(d, source_gates + other + j * lanes), target_gate[j]);
                if constexpr (tabulated) {
                    gate = hn::Add(gate, Interpolated(d, block.knots[row], static_cast<const T*>(call.gate_table),
                                                      stride, c + j * lanes));
                } else {
                    gate = hn::Add(gate, hn::Load(d, block.sums + row * columns + column + j * lanes));
                }
                const auto share = hn::Mul(Sigmoid(d, gate), weight);
                sum[j] = hn::MulAdd(share, hn::LoadU(d, messages + other + j * lanes), sum[j]);
                open[j] = hn::Add(open[j], share);
                if (call.want_edges != 0) {
                    const auto old = [&]() HWY_ATTR {
                        if constexpr (tabulated) {
                            return Interpolated(d, block.knots[row], static_cast<const T*>(call.value_table), stride,
                                                c + j * lanes);
                        } else {
                            return LoadRow(d, edge + j * lanes);
                        }
                    }();
                    StoreRow(d, hn::Add(old, Silu(d, hn::MulAdd(edge_scale[j], gate, edge_shift[j]))),
                             edge + j * lanes);
                }
            }
        }
        for (int j = 0; j < vectors; j++) {
            if (run_end > end) {
                hn::StoreU(sum[j], d, block.carry + c + j * lanes);
                hn::StoreU(open[j], d, block.carry + stride + c + j * lanes);
                continue;
            }
            const auto mean = hn::Div(sum[j], hn::Add(open[j], hn::Set(d, static_cast<T>(kGateEpsilon))));
            const auto scale = hn::LoadU(d, static_cast<const T*>(call.node_scale) + c + j * lanes);
            T* node = nodes + v * stride + j * lanes;
            const auto update = hn::MulAdd(scale, mean, hn::LoadU(d, updates + v * columns + j * lanes));
            hn::StoreU(hn::Add(hn::LoadU(d, node), Silu(d, update)), d, node);
        }
    }
}

// All strips of a panel.
template <class T, class TE, bool tabulated>
HWY_NOINLINE void FinishPanel(const migrate_edge_gated& call, const Block<T>& block, std::int64_t first,
                              std::int64_t channels) {
    constexpr std::int64_t lanes = static_cast<std::int64_t>(hn::MaxLanes(Wide<T>()));
    std::int64_t column = 0;
    for (; column + 2 * lanes <= channels; column += 2 * lanes) {
        FinishStrip<T, TE, 2, tabulated>(call, block, first + column, column);
    }
    for (; column < channels; column += lanes) {
        FinishStrip<T, TE, 1, tabulated>(call, block, first + column, column);
    }
}

// Nodes that no edge enters: their mean is zero.
template <class T>
void FinishLonely(const migrate_edge_gated& call, std::int64_t begin, std::int64_t end, std::int64_t panels,
                  std::int64_t columns) {
    const Wide<T> d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    for (std::int64_t v = begin; v < end; v++) {
        if (call.row_begin[v] != call.row_begin[v + 1]) continue;
        T* node = static_cast<T*>(call.nodes) + v * call.stride;
        for (std::int64_t c = 0; c < call.stride; c += lanes) {
            const std::int64_t panel = 3 * panels + c / columns;
            const T* own = static_cast<const T*>(call.gates) + (panel * call.n_nodes + v) * columns + c % columns;
            hn::StoreU(hn::Add(hn::LoadU(d, node + c), Silu(d, hn::LoadU(d, own))), d, node + c);
        }
    }
}

template <class T, class TE>
void EdgeGatedOf(const migrate_edge_gated& call, char* workspace, int threads) {
    const auto arithmetic = static_cast<Arithmetic>(call.arithmetic);
    const TileShape shape = tile_shape(arithmetic);
    constexpr std::int64_t lanes = static_cast<std::int64_t>(hn::MaxLanes(Wide<T>()));
    const bool tabulated = call.position != nullptr;
    const PackRows pack = row_packer(arithmetic, static_cast<Storage>(call.storage));
    const MultiplyPanel product = half_product(arithmetic);
    const std::int64_t scratch = workspace_bytes(arithmetic, call.channels, 1);
    const std::int64_t a_bytes = block_a_bytes(shape, call.channels), c_bytes = block_c_bytes(shape);
    const std::int64_t depth = packed_depth(shape, call.channels), one_panel = panel_bytes(shape, call.channels);
    const std::int64_t panels = panel_count(shape, call.stride), n_edges = call.row_begin[call.n_nodes];
    // Pieces end where a node's run of edges ends; they depend on the graph alone.
    const std::int64_t pieces = std::max<std::int64_t>(1, n_edges / (4 * block_rows));
    const auto boundary = [&](std::int64_t piece) -> std::int64_t {
        if (piece == pieces) return call.n_nodes;
        return std::lower_bound(call.row_begin, call.row_begin + call.n_nodes, piece * n_edges / pieces) -
               call.row_begin;
    };
    for_pieces(pieces, threads, [&](std::int64_t piece, int thread) HWY_ATTR {
        char* a = workspace + thread * scratch;
        T* sums = reinterpret_cast<T*>(a + a_bytes);
        T* carry = reinterpret_cast<T*>(a + a_bytes + c_bytes);
        auto* knots = reinterpret_cast<Knot<T>*>(carry + 2 * round_up(call.channels, 64));
        const std::int64_t begin = piece == 0 ? 0 : boundary(piece), end = boundary(piece + 1);
        FinishLonely<T>(call, begin, end, panels, shape.columns);
        const std::int64_t last = call.row_begin[end];
        std::int64_t node = begin;
        for (std::int64_t first = call.row_begin[begin]; first < last; first += block_rows) {
            const std::int64_t rows = std::min(block_rows, last - first), tiles = round_up(rows, shape.rows);
            while (call.row_begin[node + 1] <= first) node++;
            const Block<T> block{first, rows, node, sums, shape.columns, knots, carry, panels};
            if (tabulated) {
                for (std::int64_t r = 0; r < rows; r++) knots[r] = KnotOf<T>(call.position[first + r], call.intervals);
                for (std::int64_t p = 0; p < panels; p++) {
                    const std::int64_t channels = std::min(shape.columns, call.stride - p * shape.columns);
                    FinishPanel<T, TE, true>(call, block, p * shape.columns, channels);
                }
                continue;
            }
            pack(static_cast<const TE*>(call.edges) + first * call.stride, call.stride, rows, call.channels, a);
            for (std::int64_t p = 0; p < panels; p++) {
                const char* b = static_cast<const char*>(call.weights) + p * one_panel;
                const std::int64_t channels = std::min(shape.columns, call.stride - p * shape.columns);
                if (product != nullptr) {
                    product(a, tiles, depth, b, sums);
                } else {
                    const std::int64_t vectors = std::min(kPanelVectors, channels / lanes);
                    MultiplyRows<T>(reinterpret_cast<T*>(a), tiles, depth, reinterpret_cast<const T*>(b), sums,
                                    vectors);
                }
                FinishPanel<T, TE, false>(call, block, p * shape.columns, channels);
            }
        }
    });
}

void EdgeGated(const migrate_edge_gated& call, char* workspace, int threads) {
    switch (static_cast<Storage>(call.storage)) {
        case Storage::f64:
            return EdgeGatedOf<double, double>(call, workspace, threads);
        case Storage::bf16:
            return EdgeGatedOf<float, hwy::bfloat16_t>(call, workspace, threads);
        case Storage::f16:
            return EdgeGatedOf<float, hwy::float16_t>(call, workspace, threads);
        default:
            return EdgeGatedOf<float, float>(call, workspace, threads);
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace migrate
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace migrate {

void edge_gated(const migrate_edge_gated& call, void* workspace, int threads) {
    MIGRATE_DISPATCH(EdgeGated(call, static_cast<char*>(workspace), threads));
}

}  // namespace migrate
#endif
