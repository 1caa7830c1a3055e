// The forward kernels over the emulator against plain double arithmetic and against the CPU library.
#include <gtest/gtest.h>

#include "convolution_arguments.hpp"
#include "emulated_tensor_map.hpp"
#include "kernel_reference.hpp"
#include "launch.hpp"

namespace migrate::cuda::testing {
namespace {

using migrate::testing::Doubles;
using migrate::testing::expect_close;
using migrate::testing::Graph;
using migrate::testing::Layer;
using migrate::testing::Rows;
using Reference = migrate::testing::Variant;

using Kind = cuda::Arithmetic;

struct Precision {
    Kind arithmetic;
    bool half_rows;  // edge rows in bf16
};

const std::vector<Precision> precisions = {
    {Kind::f32, false}, {Kind::tf32, false}, {Kind::bf16, false}, {Kind::bf16, true}};

std::string name_of(const Precision& p) {
    const std::string product = p.arithmetic == Kind::f32 ? "f32" : p.arithmetic == Kind::tf32 ? "tf32" : "bf16";
    return p.half_rows ? product + "_rows" : product;
}

int64_t padded(int64_t channels) { return (channels + depth_step - 1) / depth_step * depth_step; }
int64_t widest(int64_t channels) { return channels <= 64 ? 64 : channels <= 128 ? 128 : channels <= 256 ? 256 : 512; }
std::string kernel(const std::string& stem, const std::string& precision, int64_t channels) {
    return "migrate_" + stem + "_" + precision + "_" + std::to_string(widest(channels));
}

// Rounded as a factor of a product: TF32 keeps 11 significant bits, ties go away from zero.
double as_factor(Kind arithmetic, double x) {
    if (arithmetic == Kind::f32) return double(float(x));
    if (arithmetic == Kind::bf16) return migrate::testing::rounded(Storage::bf16, x);
    return double(std::bit_cast<float>((std::bit_cast<uint32_t>(float(x)) + 0x1000) & 0xffffe000u));
}

Doubles as_factors(Kind arithmetic, Doubles values) {
    for (double& x : values) x = as_factor(arithmetic, x);
    return values;
}

Doubles product(Kind arithmetic, const Doubles& in, const Doubles& weights, const Doubles& bias, bool silu) {
    return migrate::testing::dense(as_factors(arithmetic, in), as_factors(arithmetic, weights), bias, silu,
                                   Storage::f64);
}

// rows[n, width] padded to `stride`, as float or bf16. Sized exactly, for the address sanitizer.
template <class T>
std::vector<T> rows_of(const Doubles& values, int64_t width, int64_t stride) {
    const auto n = static_cast<int64_t>(values.size()) / width;
    std::vector<T> out(static_cast<std::size_t>(n * stride));
    for (int64_t i = 0; i < n * width; i++) {
        migrate::testing::put(sizeof(T) == 2 ? Storage::bf16 : Storage::f32, out.data(), i / width * stride + i % width,
                              values[static_cast<std::size_t>(i)]);
    }
    return out;
}

template <class T>
Doubles values_of(const std::vector<T>& rows, int64_t width, int64_t stride) {
    Doubles out;
    for (int64_t i = 0; i < static_cast<int64_t>(rows.size()); i++) {
        const double x = migrate::testing::get(sizeof(T) == 2 ? Storage::bf16 : Storage::f32, rows.data(), i);
        if (i % stride < width) {
            out.push_back(x);
        } else {
            EXPECT_EQ(x, 0) << "padding of row " << i / stride;
        }
    }
    return out;
}

// Either of the two, and a pointer to it.
struct AnyRows {
    std::vector<float> wide;
    std::vector<uint16_t> half;

    AnyRows(const Doubles& values, int64_t width, int64_t stride, bool halves) {
        if (halves) {
            half = rows_of<uint16_t>(values, width, stride);
        } else {
            wide = rows_of<float>(values, width, stride);
        }
    }
    void* data() { return half.empty() ? static_cast<void*>(wide.data()) : half.data(); }
    Doubles values(int64_t width, int64_t stride) const {
        return half.empty() ? values_of(wide, width, stride) : values_of(half, width, stride);
    }
};

// weights [sections, width, depth] padded both ways, as the kernels read them.
AnyRows packed(Kind arithmetic, const Doubles& weights, int64_t sections, int64_t width, int64_t depth) {
    const int64_t rows = padded(width), columns = padded(depth);
    Doubles all(static_cast<std::size_t>(sections * rows * columns));
    for (int64_t i = 0; i < sections * width * depth; i++) {
        const int64_t section = i / (width * depth), row = i / depth % width, column = i % depth;
        all[static_cast<std::size_t>((section * rows + row) * columns + column)] =
            as_factor(arithmetic, weights[static_cast<std::size_t>(i)]);
    }
    return AnyRows(all, columns, columns, arithmetic == Kind::bf16);
}

// ---- linear layers --------------------------------------------------------------------------------------------------

struct DenseCase {
    int64_t n, depth, width, sections, gathered, chunk;
    bool silu;
};

const std::vector<DenseCase> dense_cases = {
    {1, 16, 16, 1, 0, 16, false},    {63, 48, 48, 4, 2, 48, false}, {64, 48, 128, 1, 0, 16, true},
    {65, 33, 1, 1, 0, 48, false},    {7, 128, 128, 1, 0, 32, true}, {130, 80, 64, 2, 1, 80, false},
    {70, 256, 256, 4, 2, 64, false}, {5, 272, 300, 1, 0, 96, true}, {0, 16, 16, 1, 0, 16, false}};

TEST(CudaDense, equals_the_reference_in_any_order_and_grid) {
    for (const Precision& p : precisions) {
        if (p.half_rows) continue;
        for (const DenseCase& c : dense_cases) {
            migrate::testing::Random random(7);
            const Doubles in = random.numbers(c.n * c.depth, 2, Storage::f32);
            const Doubles weights =
                random.numbers(c.sections * c.width * c.depth, std::sqrt(3.0 / double(c.depth)), Storage::f32);
            const Doubles bias = random.numbers(c.sections * c.width, 1, Storage::f32);
            const int64_t width = padded(c.width), depth = padded(c.depth), own = c.sections - c.gathered;
            AnyRows matrix = packed(p.arithmetic, weights, c.sections, c.width, c.depth);
            const std::vector<float> input = rows_of<float>(in, c.depth, depth),
                                     offset = rows_of<float>(bias, c.width, width);
            const auto n = static_cast<int32_t>(c.n);
            const bool half = p.arithmetic == Kind::bf16;
            std::vector<Doubles> seen;
            for (const unsigned order : orders) {
                const InOrder in_order(order);
                AnyRows gathered(Doubles(static_cast<std::size_t>(c.n * c.gathered * width)), width, width, half);
                std::vector<float> rest(static_cast<std::size_t>(c.n * own * width));
                const DenseArguments args{&n,
                                          input.data(),
                                          matrix.data(),
                                          offset.data(),
                                          gathered.data(),
                                          rest.data(),
                                          static_cast<int32_t>(depth),
                                          static_cast<int32_t>(depth),
                                          static_cast<int32_t>(width),
                                          static_cast<int32_t>(c.sections),
                                          static_cast<int32_t>(c.gathered),
                                          static_cast<int32_t>(c.chunk),
                                          c.silu ? 1 : 0,
                                          0};
                launch(kernel("dense", name_of(p), width).c_str(), args,
                       static_cast<unsigned>(c.sections * (1 + order)) + order / 3, product_threads,
                       static_cast<std::size_t>(DenseArguments::shared_bytes(p.arithmetic, depth, width, c.chunk)));
                Doubles all;
                for (const bool first : {true, false}) {
                    const int64_t count = first ? c.gathered : own;
                    const Doubles part = first ? gathered.values(width, width) : values_of(rest, width, width);
                    for (int64_t s = 0; s < count; s++) {
                        const int64_t section = first ? s : c.gathered + s;
                        const auto slice = [&](const Doubles& of, int64_t size) {
                            return Doubles(of.begin() + section * size, of.begin() + (section + 1) * size);
                        };
                        const Doubles want =
                            product(p.arithmetic, in, slice(weights, c.width * c.depth), slice(bias, c.width), c.silu);
                        Doubles got;
                        for (int64_t i = 0; i < c.n * width; i++) {
                            const double x =
                                part[static_cast<std::size_t>((i / width * count + s) * width + i % width)];
                            if (i % width < c.width) got.push_back(x);
                        }
                        expect_close(got, want, 3e-6, first && half ? 0x1p-8 : 0);
                        all.insert(all.end(), got.begin(), got.end());
                    }
                }
                seen.push_back(all);
            }
            for (const Doubles& other : seen) EXPECT_EQ(other, seen[0]) << "bits depend on order or grid";
        }
    }
}

// ---- edge-gated convolution -----------------------------------------------------------------------------------------

// What a call needs, in the precision's types.
struct ConvolutionCase {
    Precision precision;
    int64_t channels, width;
    Graph graph;
    Layer layer;
    Rows rows;
    int64_t chunk;

    ConvolutionCase(const Precision& p, int64_t n_channels, Graph g, int64_t depth_chunk = 0)
        : precision(p),
          channels(n_channels),
          width(padded(n_channels)),
          graph(std::move(g)),
          chunk(depth_chunk == 0 ? width : std::min(depth_chunk, width)) {
        const Reference wide{Target::baseline, migrate::Arithmetic::f32, p.half_rows ? Storage::bf16 : Storage::f32};
        layer = migrate::testing::random_layer(channels, wide);
        rows = migrate::testing::random_rows(graph, channels, wide);
        if (p.arithmetic == Kind::bf16) {
            for (Doubles* gathered : {&rows.source_gate, &rows.message}) *gathered = as_factors(Kind::bf16, *gathered);
        }
    }

    double tolerance() const { return 5e-6; }
    double rounding() const { return precision.half_rows ? 0x1p-8 : 0; }

    Rows expected() const {
        const Doubles none(static_cast<std::size_t>(channels));
        return migrate::testing::edge_gated(graph, layer, rows,
                                            product(precision.arithmetic, rows.edges, layer.weights, none, false));
    }
};

// Two stretches side by side: [n, 2, width].
Doubles side_by_side(const Doubles& a, const Doubles& b, int64_t channels) {
    Doubles out;
    for (std::size_t i = 0; i < a.size(); i += static_cast<std::size_t>(channels)) {
        const auto at = static_cast<std::ptrdiff_t>(i);
        out.insert(out.end(), a.begin() + at, a.begin() + at + channels);
        out.insert(out.end(), b.begin() + at, b.begin() + at + channels);
    }
    return out;
}

struct Tables {
    Doubles position, gate, value;
    int32_t intervals;
};

struct Outcome {
    Doubles nodes, edges;
    bool operator==(const Outcome&) const = default;
};

Outcome run(const ConvolutionCase& c, unsigned blocks, bool want_edges = true, const Tables* tables = nullptr,
            const Graph* bonds = nullptr, bool hopper = false) {
    const bool half = c.precision.arithmetic == Kind::bf16;
    const int64_t width = c.width, channels = c.channels;
    AnyRows gathered(side_by_side(c.rows.source_gate, c.rows.message, channels), channels, width, half);
    const std::vector<float> own =
        rows_of<float>(side_by_side(c.rows.target_gate, c.rows.update, channels), channels, width);
    std::vector<float> nodes = rows_of<float>(c.rows.nodes, channels, width);
    AnyRows edges(c.rows.edges, channels, width, c.precision.half_rows);
    AnyRows weights = packed(c.precision.arithmetic, c.layer.weights, 1, channels, channels);
    const std::vector<float> node_scale = rows_of<float>(c.layer.node_scale, channels, width);
    const std::vector<float> edge_scale = rows_of<float>(c.layer.edge_scale, channels, width);
    const std::vector<float> edge_shift = rows_of<float>(c.layer.edge_shift, channels, width);
    const auto n = static_cast<int32_t>(c.graph.nodes());
    EdgeGatedArguments args{};
    args.nodes_count = &n;
    args.row_begin = c.graph.row_begin.data();
    args.source = c.graph.source.data();
    args.weight = c.graph.weight.empty() ? nullptr : c.graph.weight.data();
    if (bonds != nullptr) {
        args.source = nullptr;
        args.weight = nullptr;
        args.bond_row_begin = bonds->row_begin.data();
        args.bond_source = bonds->source.data();
        args.bond_weight = bonds->weight.data();
    }
    args.gathered = gathered.data();
    args.own = own.data();
    args.nodes = nodes.data();
    args.edges = edges.data();
    args.weights = weights.data();
    args.node_scale = node_scale.data();
    args.edge_scale = edge_scale.data();
    args.edge_shift = edge_shift.data();
    args.channels = static_cast<int32_t>(width);
    args.chunk = static_cast<int32_t>(c.chunk);
    args.want_edges = want_edges ? 1 : 0;
    std::vector<float> gate_table, value_table;
    std::string name = kernel("edge_gated", name_of(c.precision), width);
    int64_t shared = EdgeGatedArguments::shared_bytes(c.precision.arithmetic, width, c.chunk);
    if (tables != nullptr) {
        gate_table = rows_of<float>(tables->gate, channels, width);
        value_table = rows_of<float>(tables->value, channels, width);
        args.position = tables->position.data();
        args.gate_table = gate_table.data();
        args.value_table = value_table.data();
        args.intervals = tables->intervals;
        args.weights = nullptr;
        name =
            std::string("migrate_edge_gated_table_") + (half ? "bf16" : "f32") + (c.precision.half_rows ? "_rows" : "");
        shared = EdgeGatedArguments::carry_bytes(width);
    }
    const emulation::TensorMap map{edges.data(),
                                   static_cast<uint64_t>(width),
                                   static_cast<uint64_t>(c.graph.edges()),
                                   static_cast<uint64_t>(2 * width),
                                   64,
                                   64};
    if (hopper) {
        args.edge_map = &map;
        name = "migrate_edge_gated_hopper_" + std::to_string(width);
        shared = EdgeGatedArguments::hopper_shared_bytes(width);
    }
    launch(name.c_str(), args, blocks, product_threads, static_cast<std::size_t>(shared));
    return {values_of(nodes, channels, width), edges.values(channels, width)};
}

void expect_outcome(const ConvolutionCase& c, const Outcome& got, const Rows& want) {
    expect_close(got.nodes, want.nodes, c.tolerance());
    expect_close(got.edges, want.edges, c.tolerance(), c.rounding());
}

// Many short runs, some empty; runs longer than a tile; none at all.
std::vector<Graph> graphs() {
    return {migrate::testing::random_graph(40, 9, 5),
            migrate::testing::graph_of({0, 200, 1, 0, 63, 64, 65, 0, 2}, false),
            migrate::testing::graph_of({0, 0, 0}, true), migrate::testing::graph_of({1}, true)};
}

TEST(CudaEdgeGated, equals_the_reference) {
    for (const Precision& p : precisions) {
        for (const int64_t channels : {int64_t{1}, int64_t{17}, int64_t{48}, int64_t{64}, int64_t{100}, int64_t{128}}) {
            for (const Graph& graph : graphs()) {
                const ConvolutionCase c(p, channels, graph);
                SCOPED_TRACE(name_of(p) + " " + std::to_string(channels));
                expect_outcome(c, run(c, 3), c.expected());
            }
        }
    }
}

TEST(CudaEdgeGated, equals_the_reference_at_the_published_width_and_beyond) {
    for (const Precision& p : precisions) {
        for (const int64_t channels : {int64_t{256}, int64_t{300}}) {
            const ConvolutionCase c(p, channels, migrate::testing::random_graph(20, 12, 9),
                                    p.arithmetic == Kind::bf16 && channels == 256 ? 0 : 32);
            SCOPED_TRACE(name_of(p) + " " + std::to_string(channels));
            expect_outcome(c, run(c, 2), c.expected());
        }
    }
}

TEST(CudaEdgeGated, equals_the_kernels_of_the_processor) {
    for (const int64_t channels : {int64_t{48}, int64_t{100}}) {
        for (const Graph& graph : graphs()) {
            const ConvolutionCase c({Kind::f32, false}, channels, graph);
            migrate::testing::EdgeGatedCall call({Target::baseline, migrate::Arithmetic::f32, Storage::f32}, c.graph,
                                                 c.layer, c.rows);
            ASSERT_EQ(call.run(), MIGRATE_OK) << migrate_last_error();
            const Outcome got = run(c, 3);
            expect_close(got.nodes, migrate::testing::read_rows(Storage::f32, call.nodes, channels, call.stride), 1e-5);
            expect_close(got.edges, migrate::testing::read_rows(Storage::f32, call.edges, channels, call.stride), 1e-5);
        }
    }
}

TEST(CudaEdgeGated, weights_in_turns_give_the_same_bits) {
    for (const Precision& p : precisions) {
        const ConvolutionCase whole(p, 80, migrate::testing::random_graph(30, 9, 4)), turns(p, 80, whole.graph, 32);
        EXPECT_EQ(run(whole, 2), run(turns, 2)) << name_of(p);
    }
}

TEST(CudaEdgeGated, bits_do_not_depend_on_grid_nor_order) {
    for (const Precision& p : precisions) {
        for (const Graph& graph : graphs()) {
            const ConvolutionCase c(p, 48, graph);
            const Outcome first = run(c, 1);
            for (const unsigned order : orders) {
                const InOrder in_order(order);
                for (const unsigned blocks : {2u, 7u}) EXPECT_EQ(run(c, blocks), first) << name_of(p);
            }
        }
    }
}

TEST(CudaEdgeGated, bits_do_not_depend_on_what_else_is_in_the_batch) {
    for (const Precision& p : precisions) {
        const Graph one = migrate::testing::random_graph(9, 11, 1), two = migrate::testing::random_graph(30, 11, 2);
        const ConvolutionCase a(p, 48, two), b(p, 48, one);
        ConvolutionCase both(p, 48, migrate::testing::joined(std::vector<Graph>{two, one}));
        both.rows = migrate::testing::joined(std::vector<Rows>{a.rows, b.rows});
        both.layer = a.layer;
        ConvolutionCase alone = b;
        alone.layer = a.layer;
        const Outcome together = run(both, 3), apart = run(alone, 1);
        EXPECT_EQ(Doubles(together.nodes.end() - static_cast<std::ptrdiff_t>(apart.nodes.size()), together.nodes.end()),
                  apart.nodes);
        EXPECT_EQ(Doubles(together.edges.end() - static_cast<std::ptrdiff_t>(apart.edges.size()), together.edges.end()),
                  apart.edges);
    }
}

TEST(CudaEdgeGated, unwanted_edges_stay_as_they_are) {
    for (const Precision& p : precisions) {
        const ConvolutionCase c(p, 33, graphs()[0]);
        const Outcome got = run(c, 2, false), all = run(c, 2);
        EXPECT_EQ(got.nodes, all.nodes);
        EXPECT_EQ(got.edges, c.rows.edges);
    }
}

TEST(CudaEdgeGated, takes_edges_from_tables) {
    for (const Precision& p : precisions) {
        for (const int64_t channels : {int64_t{17}, int64_t{128}}) {
            ConvolutionCase c(p, channels, graphs()[0]);
            migrate::testing::Random random(3);
            Tables tables{
                {}, random.numbers(13 * channels, 2, Storage::f32), random.numbers(13 * channels, 2, Storage::f32), 10};
            for (int64_t e = 0; e < c.graph.edges(); e++) {
                tables.position.push_back(e == 0 ? 0 : e == 1 ? 10 : double(random.below(10000)) / 1000);
            }
            Rows from = c.rows;
            from.edges = migrate::testing::interpolated(tables.position, tables.value, tables.intervals);
            const Doubles gate = migrate::testing::interpolated(tables.position, tables.gate, tables.intervals);
            const Outcome got = run(c, 2, true, &tables);
            expect_outcome(c, got, migrate::testing::edge_gated(c.graph, c.layer, from, gate));
            EXPECT_EQ(run(c, 5, true, &tables), got);
        }
    }
}

// Bonds 0 -> 1 and so on, some from an atom to its own image, once and twice; and their line graph with arrays.
TEST(CudaEdgeGated, implicit_line_graph_equals_the_explicit_one) {
    Graph bonds;
    migrate::testing::Random random(11);
    for (int32_t atom = 0; atom < 12; atom++) {
        for (int64_t k = random.below(7); k > 0; k--) {
            bonds.source.push_back(random.below(3) == 0 ? atom : static_cast<int32_t>(random.below(12)));
            bonds.weight.push_back(static_cast<float>(1 + random.below(2)));
        }
        bonds.row_begin.push_back(static_cast<int32_t>(bonds.source.size()));
    }
    Graph line;
    for (int32_t e = 0; e < bonds.edges(); e++) {
        const int32_t middle = bonds.source[static_cast<std::size_t>(e)];
        for (int32_t first = bonds.row_begin[static_cast<std::size_t>(middle)];
             first < bonds.row_begin[static_cast<std::size_t>(middle) + 1]; first++) {
            const float weight = bonds.weight[static_cast<std::size_t>(first)] - (first == e ? 1.0f : 0.0f);
            if (weight == 0) continue;
            line.source.push_back(first);
            line.weight.push_back(weight);
        }
        line.row_begin.push_back(static_cast<int32_t>(line.source.size()));
    }
    for (const Precision& p : precisions) {
        const ConvolutionCase c(p, 32, line);
        const Outcome got = run(c, 3);
        expect_outcome(c, got, c.expected());
        EXPECT_EQ(run(c, 2, true, nullptr, &bonds), got) << name_of(p);
    }
}

TEST(CudaEdgeGated, hopper_kernels_equal_the_reference_in_any_order_and_grid) {
    for (const int64_t channels : {int64_t{128}, int64_t{256}}) {
        for (const Graph& graph : graphs()) {
            const ConvolutionCase c({Kind::bf16, true}, channels, graph);
            const Outcome first = run(c, 1, true, nullptr, nullptr, true);
            expect_outcome(c, first, c.expected());
            for (const unsigned order : orders) {
                const InOrder in_order(order);
                EXPECT_EQ(run(c, 2 + order, true, nullptr, nullptr, true), first);
            }
            EXPECT_EQ(run(c, 2, false, nullptr, nullptr, true).nodes, first.nodes);
        }
    }
}

TEST(CudaEdgeGated, a_number_that_is_none_stays_none) {
    ConvolutionCase c({Kind::bf16, true}, 16, migrate::testing::graph_of({3, 2}, false));
    c.rows.edges[0] = std::nan("");
    const Outcome got = run(c, 1);
    EXPECT_TRUE(std::isnan(got.nodes[0]));
    EXPECT_TRUE(std::isnan(got.edges[0]));
    EXPECT_FALSE(std::isnan(got.nodes.back()));
}

// ---- the rest -------------------------------------------------------------------------------------------------------

TEST(CudaReadout, gathers_rows_and_pools_segments) {
    migrate::testing::Random random(2);
    const int64_t channels = 48;
    const Doubles table = random.numbers(5 * channels, 2, Storage::f32);
    const std::vector<float> rows = rows_of<float>(table, channels, channels);
    const std::vector<int32_t> key = {4, 0, 2, 2, 1, 3, 0}, begin = {0, 1, 3}, count = {1, 2, 4};
    const auto n = static_cast<int32_t>(key.size()), segments = static_cast<int32_t>(begin.size());
    for (const unsigned order : orders) {
        const InOrder in_order(order);
        std::vector<float> out(key.size() * channels), pooled(begin.size() * channels);
        launch("migrate_gather_rows", GatherRowsArguments{&n, key.data(), rows.data(), out.data(), channels, 0}, 2,
               256);
        Doubles want;
        for (const int32_t k : key)
            want.insert(want.end(), table.begin() + k * channels, table.begin() + (k + 1) * channels);
        EXPECT_EQ(values_of(out, channels, channels), want);
        launch("migrate_pool",
               PoolArguments{&segments, begin.data(), count.data(), out.data(), pooled.data(), channels, 0}, 2, 256);
        expect_close(values_of(pooled, channels, channels), migrate::testing::pool(want, channels, begin, count), 1e-6);
    }
}

}  // namespace
}  // namespace migrate::cuda::testing
