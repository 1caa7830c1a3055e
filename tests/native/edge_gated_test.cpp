// The edge-gated convolution against its formula, and what must hold to the last bit.
#include <gtest/gtest.h>

#include <thread>

#include "kernel_reference.hpp"

namespace migrate {
namespace {

using testing::Buffer;
using testing::Doubles;
using testing::EdgeGatedCall;
using testing::expect_refused;
using testing::Graph;
using testing::graph_of;
using testing::Layer;
using testing::Rows;
using testing::Variant;

class EdgeGated : public testing::OnVariant {
  protected:
    static Layer layer_of(int64_t channels) { return testing::random_layer(channels, GetParam()); }
    static Rows rows_of(const Graph& graph, int64_t channels, unsigned seed = 3) {
        return testing::random_rows(graph, channels, GetParam(), seed);
    }
    static EdgeGatedCall call_of(const Graph& graph, int64_t channels) {
        return {GetParam(), graph, layer_of(channels), rows_of(graph, channels)};
    }

    static void expect_reference(const Graph& graph, int64_t channels) {
        const Layer layer = layer_of(channels);
        const Rows rows = rows_of(graph, channels);
        EdgeGatedCall gated(GetParam(), graph, layer, rows);
        ASSERT_EQ(gated.run(), MIGRATE_OK) << migrate_last_error();
        gated.expect_result(testing::edge_gated(graph, layer, rows, GetParam().factor()));
    }
};

// In-degrees of graphs that trip a loop over runs of edges.
const std::vector<std::pair<const char*, std::vector<int64_t>>> small_graphs = {
    {"no nodes", {}},
    {"one node", {0}},
    {"nodes without edges", {0, 0, 0, 0, 0}},
    {"self loop", {1}},
    {"one edge", {0, 1}},
    {"nothing enters the first", {0, 3, 2}},
    {"nothing enters those between", {2, 0, 0, 3, 0, 1}},
    {"nothing enters the last", {3, 1, 0}},
    {"all enters the last", {0, 0, 0, 7}},
};

// Runs that end at, before and after a block of 96 edges, or go on for many.
const std::vector<std::pair<const char*, std::vector<int64_t>>> long_graphs = {
    {"whole blocks", {96, 96, 0, 192}},
    {"blocks but one edge", {95, 0, 2, 95, 1}},
    {"a thousand edges into one node", {2, 1000, 0, 3}},
};

TEST_P(EdgeGated, matches_the_reference) {
    for (const int64_t channels : testing::channel_counts) {
        for (const auto& [name, in_degrees] : small_graphs) {
            for (const bool weighted : {false, true}) {
                SCOPED_TRACE(::testing::Message() << name << ", " << channels << " channels, weighted " << weighted);
                expect_reference(graph_of(in_degrees, weighted), channels);
            }
        }
    }
}

TEST_P(EdgeGated, matches_the_reference_over_many_blocks) {
    for (const int64_t channels : {1, 33, 64, 100}) {
        for (const auto& [name, in_degrees] : long_graphs) {
            SCOPED_TRACE(::testing::Message() << name << ", " << channels << " channels");
            expect_reference(graph_of(in_degrees, true), channels);
        }
    }
    expect_reference(testing::random_graph(40, 12, 5), 256);
}

TEST_P(EdgeGated, leaves_edges_alone_where_they_are_not_wanted) {
    const Graph graph = testing::random_graph(30, 12, 6);
    for (const int64_t channels : {17, 100}) {
        EdgeGatedCall gated = call_of(graph, channels), both = call_of(graph, channels);
        const Buffer before = testing::copy_of(gated.edges);
        gated.call.want_edges = 0;
        ASSERT_EQ(gated.run(), MIGRATE_OK);
        ASSERT_EQ(both.run(), MIGRATE_OK);
        EXPECT_TRUE(gated.edges == before);
        EXPECT_TRUE(gated.nodes == both.nodes);
        EXPECT_FALSE(both.edges == before);
    }
}

// Dozens of pieces of a few hundred edges, so that threads meet; one of them is a single run.
Graph large_graph() {
    return testing::joined(
        {testing::random_graph(500, 14, 7), graph_of({0, 1000, 2, 0}, true, 8), testing::random_graph(500, 20, 9)});
}

// Edges as numbers anywhere in a table of ten intervals of random rows.
void tabulate(EdgeGatedCall& gated, const Doubles& position) {
    testing::Random random(11);
    const Doubles gate_part = random.numbers(13 * gated.channels, 1, gated.variant.wide());
    gated.tabulate(position, gate_part, random.numbers(13 * gated.channels, 1, gated.variant.wide()), 10);
}

Doubles positions(int64_t n) {
    Doubles out = testing::Random(12).numbers(n, 5, Storage::f64);
    for (double& x : out) x += 5;
    return out;
}

TEST_P(EdgeGated, is_the_same_for_any_number_of_threads) {
    const Graph graph = large_graph();
    for (const bool tabulated : {false, true}) {
        EdgeGatedCall once = call_of(graph, 50);
        if (tabulated) tabulate(once, positions(graph.edges()));
        ASSERT_EQ(once.run(1), MIGRATE_OK);
        for (const int threads : {2, 3}) {
            EdgeGatedCall again = call_of(graph, 50);
            if (tabulated) tabulate(again, positions(graph.edges()));
            ASSERT_EQ(again.run(threads), MIGRATE_OK);
            EXPECT_TRUE(again.nodes == once.nodes) << threads;
            EXPECT_TRUE(again.edges == once.edges) << threads;
        }
    }
}

TEST_P(EdgeGated, is_the_same_alone_and_in_a_batch) {
    const std::vector<Graph> graphs = {testing::random_graph(20, 12, 1), graph_of({1}, true), graph_of({0, 0}, true),
                                       graph_of({3, 0, 900, 1}, true), testing::random_graph(50, 20, 2)};
    const Graph all = testing::joined(graphs);
    for (const int64_t channels : {17, 64}) {
        for (const bool tabulated : {false, true}) {
            const Layer layer = layer_of(channels);
            std::vector<Rows> parts;
            for (const Graph& graph : graphs) parts.push_back(rows_of(graph, channels, unsigned(parts.size())));
            const Doubles position = positions(all.edges());
            EdgeGatedCall batch(GetParam(), all, layer, testing::joined(parts));
            if (tabulated) tabulate(batch, position);
            ASSERT_EQ(batch.run(2), MIGRATE_OK);
            int64_t node_bytes = 0, edge_bytes = 0, edges = 0;
            for (std::size_t i = 0; i < graphs.size(); i++) {
                EdgeGatedCall alone(GetParam(), graphs[i], layer, parts[i]);
                if (tabulated) {
                    tabulate(alone, {position.begin() + edges, position.begin() + edges + graphs[i].edges()});
                }
                ASSERT_EQ(alone.run(), MIGRATE_OK);
                EXPECT_TRUE(batch.nodes.has_at(node_bytes, alone.nodes)) << "graph " << i << ", table " << tabulated;
                EXPECT_TRUE(batch.edges.has_at(edge_bytes, alone.edges)) << "graph " << i << ", table " << tabulated;
                node_bytes += alone.nodes.bytes();
                edge_bytes += alone.edges.bytes();
                edges += graphs[i].edges();
            }
        }
    }
}

// What the thread sanitizer watches: calls share weights and graph, and write to rows of their own.
TEST_P(EdgeGated, runs_on_several_threads_of_the_caller) {
    const Graph graph = large_graph();
    EdgeGatedCall serial = call_of(graph, 33);
    std::vector<EdgeGatedCall> calls;
    for (int i = 0; i < 4; i++) {
        calls.push_back(call_of(graph, 33));
        calls.back().call.weights = serial.call.weights;
        calls.back().call.gates = serial.call.gates;
    }
    std::vector<migrate_status> statuses(calls.size(), MIGRATE_INTERNAL_ERROR);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < calls.size(); i++) threads.emplace_back([&, i] { statuses[i] = calls[i].run(); });
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(serial.run(), MIGRATE_OK);
    for (std::size_t i = 0; i < calls.size(); i++) {
        EXPECT_EQ(statuses[i], MIGRATE_OK);
        EXPECT_TRUE(calls[i].nodes == serial.nodes);
        EXPECT_TRUE(calls[i].edges == serial.edges);
    }
}

// Rows of a smooth function of each edge's position: the table stands for W e and e.
TEST_P(EdgeGated, interpolates_edges_in_a_table) {
    const Graph graph = testing::joined({testing::random_graph(20, 12, 4), graph_of({0, 150, 0, 1, 0}, true)});
    for (const int64_t channels : {1, 17, 48, 100}) {
        for (const int64_t intervals : {1, 40}) {
            SCOPED_TRACE(::testing::Message() << channels << " channels, " << intervals << " intervals");
            const auto wave = [&](double x, int64_t c) { return std::sin(0.05 * x + double(c)); };
            Doubles gate_table, value_table, gate_part;
            for (int64_t i = 0; i < (intervals + 3) * channels; i++) {
                gate_table.push_back(testing::rounded(GetParam().wide(), wave(double(i / channels - 1), i % channels)));
                value_table.push_back(gate_table.back() / 2);
            }
            Doubles position = positions(graph.edges());
            for (double& x : position) x *= double(intervals) / 10;
            // Both ends and a place in the table belong to it.
            position[0] = 0;
            position[1] = double(intervals);
            position[2] = 1;
            const Layer layer = layer_of(channels);
            Rows rows = rows_of(graph, channels);
            EdgeGatedCall gated(GetParam(), graph, layer, rows);
            gated.tabulate(position, gate_table, value_table, intervals);
            // Rows are only written.
            std::memset(gated.edges.data(), 0xFF, std::size_t(gated.edges.bytes()));
            ASSERT_EQ(gated.run(), MIGRATE_OK) << migrate_last_error();
            for (int64_t i = 0; i < graph.edges() * channels; i++) {
                gate_part.push_back(wave(position[std::size_t(i / channels)], i % channels));
                rows.edges[std::size_t(i)] = gate_part.back() / 2;
            }
            // Against the function, but for the cubic's error: 3 / 128 of the fourth derivative.
            const Rows want = testing::edge_gated(graph, layer, rows, gate_part);
            const double cubic = 4 * 3.0 / 128 * std::pow(0.05, 4), tolerance = GetParam().tolerance() + cubic;
            const Storage wide = GetParam().wide(), storage = GetParam().storage;
            testing::expect_close(testing::read_rows(wide, gated.nodes, channels, gated.stride), want.nodes, tolerance);
            testing::expect_close(testing::read_rows(storage, gated.edges, channels, gated.stride), want.edges,
                                  tolerance, testing::rounding_of(storage));
            // Against the same cubic, as exactly as without a table.
            rows.edges = testing::interpolated(position, value_table, intervals);
            gated.expect_result(
                testing::edge_gated(graph, layer, rows, testing::interpolated(position, gate_table, intervals)));
        }
    }
}

TEST_P(EdgeGated, needs_no_rows_where_edges_are_numbers_and_not_wanted) {
    const Graph graph = testing::random_graph(9, 5, 3);
    EdgeGatedCall gated = call_of(graph, 40), both = call_of(graph, 40);
    tabulate(gated, positions(graph.edges()));
    tabulate(both, positions(graph.edges()));
    gated.call.want_edges = 0;
    gated.call.edges = nullptr;
    ASSERT_EQ(gated.run(), MIGRATE_OK) << migrate_last_error();
    ASSERT_EQ(both.run(), MIGRATE_OK) << migrate_last_error();
    EXPECT_TRUE(gated.nodes == both.nodes);
}

TEST_P(EdgeGated, rounds_rows_to_nearest) {
    // With neither scale nor shift an edge is its table row: numbers of every size, ties, and some beyond float16.
    constexpr int64_t channels = 64, intervals = 64;
    const Storage wide = GetParam().wide(), storage = GetParam().storage;
    Doubles values;
    for (int64_t i = 0; i < (intervals + 3) * channels; i++) {
        values.push_back(testing::rounded(wide, std::ldexp(double(i + 1), int(i % 40) - 36) * (i % 3 == 0 ? -1 : 1)));
    }
    Layer layer = layer_of(channels);
    layer.edge_scale = layer.edge_shift = Doubles(channels, 0);
    const Graph graph = graph_of({intervals + 1}, false);
    EdgeGatedCall gated(GetParam(), graph, layer, rows_of(graph, channels));
    Doubles position;
    for (int64_t i = 0; i <= intervals; i++) position.push_back(double(i));
    gated.tabulate(position, values, values, intervals);
    ASSERT_EQ(gated.run(), MIGRATE_OK) << migrate_last_error();
    const Doubles got = testing::read_rows(storage, gated.edges, channels, channels);
    int wrong = 0;
    for (std::size_t i = 0; i < got.size(); i++) {
        const double x = values[i + channels], want = testing::rounded(storage, x);
        if (got[i] != want && ++wrong <= 5) ADD_FAILURE() << x << " became " << got[i] << ", nearest is " << want;
    }
    EXPECT_EQ(wrong, 0) << "of " << got.size();
}

INSTANTIATE_TEST_SUITE_P(Kernels, EdgeGated, ::testing::ValuesIn(testing::variants()), testing::variant_name);

// One call on any processor, each time with a different mistake.
struct Mistaken {
    const Variant variant{Target::baseline, Arithmetic::f32, Storage::f32};
    Graph graph = graph_of({2, 0, 3}, true);
    EdgeGatedCall gated{variant, graph, testing::random_layer(20, variant), testing::random_rows(graph, 20, variant)};
};

template <class Change>
void expect_call_refused(const char* reason, Change&& change) {
    Mistaken m;
    tabulate(m.gated, positions(5));
    m.gated.call.weights = m.gated.weights.data();
    m.gated.call.position = nullptr;
    const Buffer nodes = testing::copy_of(m.gated.nodes), edges = testing::copy_of(m.gated.edges);
    change(m.gated.call, m.graph);
    const testing::Scratch scratch(MIGRATE_ARITHMETIC_F32, 20, 1);
    expect_refused(migrate_edge_gated_run(&m.gated.call, &scratch.view), reason);
    EXPECT_TRUE(m.gated.nodes == nodes && m.gated.edges == edges) << reason;
}

TEST(EdgeGatedCall, refuses_what_does_not_go_together) {
    const auto refused = [](const char* reason, auto&& change) { expect_call_refused(reason, change); };
    refused("arithmetic is unknown", [](auto& c, auto&) { c.arithmetic = -1; });
    refused("arithmetic is unknown", [](auto& c, auto&) { c.arithmetic = 4; });
    refused("storage is unknown", [](auto& c, auto&) { c.storage = -1; });
    refused("storage is unknown", [](auto& c, auto&) { c.storage = 4; });
    refused("does not go with", [](auto& c, auto&) { c.storage = MIGRATE_F64; });
    refused("does not go with", [](auto& c, auto&) { c.arithmetic = MIGRATE_ARITHMETIC_F64; });
    if (cpu_features().bf16_dot) {
        refused("does not go with", [](auto& c, auto&) {
            c.arithmetic = MIGRATE_ARITHMETIC_BF16_DOT;
            c.storage = MIGRATE_F16;
        });
    }
    if (cpu_features().fp16_math) {
        refused("does not go with", [](auto& c, auto&) {
            c.arithmetic = MIGRATE_ARITHMETIC_FP16;
            c.storage = MIGRATE_F64;
        });
    }
    refused("channels is out of range", [](auto& c, auto&) { c.channels = 0; });
    refused("channels is out of range", [](auto& c, auto&) { c.channels = 1 << 21; });
    refused("stride is not the padded", [](auto& c, auto&) { c.stride = 20 + c.stride; });
    refused("stride is not the padded", [](auto& c, auto&) { c.stride = 0; });
    refused("stride is not the padded", [](auto& c, auto&) { c.channels = 100; });
    limit_target(Target::avx2);
    refused("no bf16 dot product", [](auto& c, auto&) { c.arithmetic = MIGRATE_ARITHMETIC_BF16_DOT; });
    refused("no fp16 arithmetic", [](auto& c, auto&) { c.arithmetic = MIGRATE_ARITHMETIC_FP16; });
    limit_target(Target::avx512);
}

TEST(EdgeGatedCall, trusts_no_index) {
    const auto refused = [](const char* reason, auto&& change) { expect_call_refused(reason, change); };
    refused("n_nodes is out of range", [](auto& c, auto&) { c.n_nodes = -1; });
    refused("n_nodes is out of range", [](auto& c, auto&) { c.n_nodes = int64_t{1} << 40; });
    refused("n_edges is out of range", [](auto& c, auto&) { c.n_edges = -1; });
    refused("n_edges is out of range", [](auto& c, auto&) { c.n_edges = int64_t{1} << 40; });
    refused("row_begin does not end", [](auto& c, auto&) { c.n_edges = 4; });
    refused("row_begin does not end", [](auto& c, auto&) { c.n_nodes = 2; });
    refused("row_begin does not end", [](auto&, Graph& g) { g.row_begin[0] = 1; });
    refused("row_begin does not end", [](auto&, Graph& g) { g.row_begin[3] = 6; });
    refused("row_begin descends", [](auto&, Graph& g) { g.row_begin[1] = 3; });
    refused("row_begin descends", [](auto&, Graph& g) { g.row_begin[1] = -1; });
    refused("row_begin descends", [](auto&, Graph& g) { g.row_begin[2] = 6; });
    refused("a source is no node", [](auto&, Graph& g) { g.source[4] = 3; });
    refused("a source is no node", [](auto&, Graph& g) { g.source[0] = -1; });
}

TEST(EdgeGatedCall, refuses_missing_or_misaligned_memory) {
    const auto refused = [](const char* reason, auto&& change) { expect_call_refused(reason, change); };
    refused("row_begin is null", [](auto& c, auto&) { c.row_begin = nullptr; });
    refused("source is null", [](auto& c, auto&) { c.source = nullptr; });
    refused("gates or nodes is null", [](auto& c, auto&) { c.gates = nullptr; });
    refused("gates or nodes is null", [](auto& c, auto&) { c.nodes = nullptr; });
    refused("edges is null", [](auto& c, auto&) { c.edges = nullptr; });
    refused("scale or shift is null", [](auto& c, auto&) { c.node_scale = nullptr; });
    refused("scale or shift is null", [](auto& c, auto&) { c.edge_scale = nullptr; });
    refused("scale or shift is null", [](auto& c, auto&) { c.edge_shift = nullptr; });
    refused("the weights are not aligned", [](auto& c, auto&) { c.weights = nullptr; });
    refused("the weights are not aligned",
            [](auto& c, auto&) { c.weights = static_cast<const char*>(c.weights) + 16; });
    expect_refused(migrate_edge_gated_run(nullptr, nullptr), "call is null");
}

TEST(EdgeGatedCall, refuses_a_table_without_its_rows) {
    const Doubles position = positions(5);
    const auto refused = [&](const char* reason, auto&& change) {
        expect_call_refused(reason, [&](migrate_edge_gated& c, Graph&) {
            c.position = position.data();
            change(c);
        });
    };
    refused("intervals is out of range", [](auto& c) { c.intervals = 0; });
    refused("intervals is out of range", [](auto& c) { c.intervals = int64_t{1} << 30; });
    refused("a table is null", [](auto& c) { c.gate_table = nullptr; });
    refused("a table is null", [](auto& c) { c.value_table = nullptr; });
    refused("edges is null", [](auto& c) { c.edges = nullptr; });
}

TEST(EdgeGatedCall, refuses_a_workspace_that_is_too_small) {
    Mistaken m;
    const auto refused = [&](const char* reason, auto&& change) {
        testing::Scratch scratch(MIGRATE_ARITHMETIC_F32, 20, 2);
        change(scratch.view);
        expect_refused(migrate_edge_gated_run(&m.gated.call, &scratch.view), reason);
    };
    refused("the workspace is smaller", [](auto& w) { w.bytes--; });
    refused("the workspace is smaller", [](auto& w) { w.threads = 3; });
    refused("the workspace is not aligned", [](auto& w) { w.memory = nullptr; });
    refused("the workspace is not aligned", [](auto& w) { w.memory = static_cast<char*>(w.memory) + 4; });
    refused("threads must be", [](auto& w) { w.threads = 0; });
    expect_refused(migrate_edge_gated_run(&m.gated.call, nullptr), "workspace is null");
}

TEST(EdgeGatedCall, of_nothing_needs_no_memory) {
    Mistaken m;
    migrate_edge_gated& call = m.gated.call;
    const int32_t zeros[3] = {0, 0, 0};
    call.row_begin = zeros;
    call.n_nodes = call.n_edges = 0;
    call.source = nullptr;
    call.weight = nullptr;
    call.gates = call.nodes = call.edges = nullptr;
    EXPECT_EQ(m.gated.run(), MIGRATE_OK) << migrate_last_error();
    m.gated.tabulate({}, Doubles(80, 1.0), Doubles(80, 1.0), 1);
    EXPECT_EQ(m.gated.run(2), MIGRATE_OK) << migrate_last_error();
}

}  // namespace
}  // namespace migrate
