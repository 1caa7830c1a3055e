// The kernels of training over the emulator against the CPU library: each on the CPU's own inputs, in several orders of
// threads and on several grids, which must not change a bit.
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "launch.hpp"
#include "migrate.h"
#include "training_arguments.hpp"

namespace migrate::cuda::testing {
namespace {

template <class T>
using Numbers = std::vector<T>;

std::size_t size(int64_t n) { return static_cast<std::size_t>(n); }

template <class T>
Numbers<T> random_numbers(int64_t n, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    Numbers<T> values(size(n));
    for (T& value : values) value = static_cast<T>(normal(random));
    return values;
}

// 0 .. most, whole.
template <class T>
Numbers<T> random_counts(int64_t n, unsigned most, unsigned seed) {
    std::mt19937 random(seed);
    Numbers<T> values(size(n));
    for (T& value : values) value = static_cast<T>(random() % (most + 1));
    return values;
}

struct Graph {
    const char* name;
    std::vector<int64_t> begin, source, target, out_begin, out_edge;

    // With so many edges into each node, from random ones.
    Graph(const char* the_name, const std::vector<int64_t>& runs)
        : name(the_name), begin(1), out_begin(runs.size() + 1) {
        std::mt19937 random(3);
        for (std::size_t v = 0; v < runs.size(); v++) {
            for (int64_t i = 0; i < runs[v]; i++) {
                target.push_back(static_cast<int64_t>(v));
                source.push_back(static_cast<int64_t>(random() % runs.size()));
            }
            begin.push_back(begin.back() + runs[v]);
        }
        for (std::size_t u = 0; u < runs.size(); u++) {
            for (int64_t e = 0; e < edges(); e++) {
                if (source[size(e)] == static_cast<int64_t>(u)) out_edge.push_back(e);
            }
            out_begin[u + 1] = static_cast<int64_t>(out_edge.size());
        }
    }

    int64_t nodes() const { return static_cast<int64_t>(begin.size()) - 1; }
    int64_t edges() const { return begin.back(); }
};

std::vector<Graph> make_graphs() {
    std::mt19937 random(5);
    std::vector<int64_t> few(40), many(9);
    for (int64_t& run : few) run = static_cast<int64_t>(random() % 7);
    for (int64_t& run : many) run = static_cast<int64_t>(100 + random() % 100);
    return {{"no edges", {0}}, {"empty nodes", few}, {"a long run", {0, 700, 0, 5}}, {"several pieces", many}};
}

// What the kernels read, and what the CPU makes of it: of one convolution with its edge norm.
template <class T>
struct Case {
    static constexpr int32_t type = sizeof(T) == 8 ? MIGRATE_F64 : MIGRATE_F32;
    static constexpr double tolerance = sizeof(T) == 8 ? 1e-12 : 1e-5;

    const Graph& graph;
    int64_t channels, nodes = graph.nodes(), edges = graph.edges();
    bool frozen;
    Numbers<T> weight, multiplicity;  // empty: null
    Numbers<T> p, q, m, part, gamma, beta, d_mean, d_edges;
    Numbers<T> gate, mean, inverse, center, variance, deviation, scale, shift, activated, sum, dot, d_rows;
    Numbers<T> d_gate, d_p, d_q, d_m, d_gate_alone, d_p_alone, d_q_alone, d_m_alone;

    Case(const Graph& g, int64_t n_channels, bool weighted, bool counted, bool is_frozen)
        : graph(g), channels(n_channels), frozen(is_frozen) {
        if (weighted) weight = random_counts<T>(edges, 2, 1);
        if (counted) multiplicity = random_counts<T>(edges, 3, 2);
        const int64_t rows = nodes * channels;
        p = random_numbers<T>(rows, 3);
        q = random_numbers<T>(rows, 4);
        m = random_numbers<T>(rows, 5);
        part = random_numbers<T>(edges * channels, 6);
        gamma = random_numbers<T>(channels, 7);
        beta = random_numbers<T>(channels, 8);
        d_mean = random_numbers<T>(rows, 9);
        d_edges = random_numbers<T>(edges * channels, 10);
        compute();
    }

    static const T* pointer(const Numbers<T>& values) { return values.empty() ? nullptr : values.data(); }

    double total() const {
        if (frozen) return 0;
        if (multiplicity.empty()) return static_cast<double>(edges);
        double all = 0;
        for (const T x : multiplicity) all += static_cast<double>(x);
        return all;
    }

    void compute() {
        const auto rows = size(nodes * channels), one = size(channels);
        gate = part;
        for (Numbers<T>* of : {&mean, &inverse, &d_p, &d_q, &d_m, &d_p_alone, &d_q_alone, &d_m_alone}) of->resize(rows);
        for (Numbers<T>* of : {&center, &variance, &deviation, &scale, &shift, &sum, &dot}) of->resize(one);
        for (Numbers<T>* of : {&activated, &d_rows, &d_gate, &d_gate_alone}) of->resize(gate.size());
        const migrate_gate_forward forward{type,
                                           1,
                                           nodes,
                                           edges,
                                           channels,
                                           graph.begin.data(),
                                           graph.source.data(),
                                           pointer(weight),
                                           pointer(multiplicity),
                                           p.data(),
                                           q.data(),
                                           m.data(),
                                           gate.data(),
                                           mean.data(),
                                           inverse.data(),
                                           center.data(),
                                           variance.data()};
        ASSERT_EQ(migrate_gate_forward_run(&forward), MIGRATE_OK) << migrate_last_error();
        for (std::size_t c = 0; c < one; c++) {
            deviation[c] = static_cast<T>(1 / std::sqrt(static_cast<double>(variance[c]) + 1e-5));
            scale[c] = gamma[c] * deviation[c];
            shift[c] = beta[c] - center[c] * scale[c];
        }
        const migrate_norm_silu norm{
            type, 1, edges, channels, gate.data(), part.data(), scale.data(), shift.data(), activated.data()};
        ASSERT_EQ(migrate_norm_silu_run(&norm), MIGRATE_OK) << migrate_last_error();
        const migrate_norm_silu_backward back{type,
                                              1,
                                              edges,
                                              channels,
                                              d_edges.data(),
                                              gate.data(),
                                              pointer(multiplicity),
                                              total(),
                                              center.data(),
                                              deviation.data(),
                                              gamma.data(),
                                              beta.data(),
                                              sum.data(),
                                              dot.data(),
                                              d_rows.data()};
        ASSERT_EQ(migrate_norm_silu_reduce_run(&back), MIGRATE_OK) << migrate_last_error();
        ASSERT_EQ(migrate_norm_silu_backward_run(&back), MIGRATE_OK) << migrate_last_error();
        for (const bool alone : {false, true}) {
            const migrate_gate_backward backward{type,
                                                 1,
                                                 nodes,
                                                 edges,
                                                 channels,
                                                 graph.begin.data(),
                                                 graph.source.data(),
                                                 graph.target.data(),
                                                 graph.out_begin.data(),
                                                 graph.out_edge.data(),
                                                 pointer(weight),
                                                 alone ? nullptr : &back,
                                                 gate.data(),
                                                 m.data(),
                                                 mean.data(),
                                                 inverse.data(),
                                                 d_mean.data(),
                                                 (alone ? d_gate_alone : d_gate).data(),
                                                 (alone ? d_p_alone : d_p).data(),
                                                 (alone ? d_q_alone : d_q).data(),
                                                 (alone ? d_m_alone : d_m).data()};
            ASSERT_EQ(migrate_gate_backward_run(&backward), MIGRATE_OK) << migrate_last_error();
        }
    }
};

template <class T>
using Results = std::vector<Numbers<T>>;

template <class T, class Arguments>
void run(const std::string& stem, const Arguments& args, unsigned blocks, bool sums_of_blocks = false) {
    launch(("migrate_" + stem + (sizeof(T) == 8 ? "_f64" : "_f32")).c_str(), args, blocks, training_threads,
           sums_of_blocks ? block_sum_shared_bytes : 0);
}

// Filled with what nobody may read.
template <class T>
Numbers<T> unwritten(std::size_t n) {
    return Numbers<T>(n, std::numeric_limits<T>::quiet_NaN());
}

template <class T>
Results<T> forward(const Case<T>& c, unsigned blocks) {
    const auto rows = size(c.nodes * c.channels), one = size(c.channels);
    Results<T> out = {c.part,
                      unwritten<T>(rows),
                      unwritten<T>(rows),
                      unwritten<T>(one),
                      unwritten<T>(one),
                      unwritten<T>(c.gate.size())};
    Numbers<double> pieces = unwritten<double>(size(piece_numbers(c.edges, c.channels)));
    run<T>(
        "gate_forward",
        GateForwardArguments{c.graph.begin.data(), c.graph.source.data(), c.pointer(c.weight), c.p.data(), c.q.data(),
                             c.m.data(), out[0].data(), out[1].data(), out[2].data(), c.nodes, c.channels},
        blocks);
    const ColumnStatisticsArguments statistics{
        c.gate.data(), c.pointer(c.multiplicity), pieces.data(), out[3].data(), out[4].data(), c.edges, c.channels};
    run<T>("column_statistics", statistics, blocks, true);
    run<T>("column_statistics_merge", statistics, blocks);
    run<T>("norm_silu",
           NormSiluArguments{c.gate.data(), c.part.data(), c.scale.data(), c.shift.data(), out[5].data(), c.edges,
                             c.channels},
           blocks);
    return out;
}

template <class T>
Results<T> backward(const Case<T>& c, unsigned blocks) {
    const auto rows = size(c.nodes * c.channels), one = size(c.channels);
    Results<T> out = {unwritten<T>(one), unwritten<T>(one), unwritten<T>(c.gate.size())};
    Numbers<double> pieces = unwritten<double>(size(piece_numbers(c.edges, c.channels)));
    NormSiluBackwardArguments norm{c.d_edges.data(), c.gate.data(),      c.pointer(c.multiplicity),
                                   c.center.data(),  c.deviation.data(), c.gamma.data(),
                                   c.beta.data(),    pieces.data(),      out[0].data(),
                                   out[1].data(),    out[2].data(),      c.total(),
                                   c.edges,          c.channels};
    run<T>("norm_silu_reduce", norm, blocks, true);
    run<T>("norm_silu_reduce_merge", norm, blocks);
    run<T>("norm_silu_backward", norm, blocks);
    // On the CPU's sums.
    Numbers<T> sum = c.sum, dot = c.dot;
    norm.sum = sum.data();
    norm.dot = dot.data();
    norm.out = nullptr;
    for (const bool alone : {false, true}) {
        Numbers<T> d_sum = unwritten<T>(rows), d_gate = unwritten<T>(c.gate.size()), d_p = unwritten<T>(rows),
                   d_q = unwritten<T>(rows), d_m = unwritten<T>(rows);
        const GateBackwardArguments gate{alone ? NormSiluBackwardArguments{} : norm,
                                         c.graph.begin.data(),
                                         c.graph.source.data(),
                                         c.graph.target.data(),
                                         c.graph.out_begin.data(),
                                         c.graph.out_edge.data(),
                                         c.pointer(c.weight),
                                         c.gate.data(),
                                         c.m.data(),
                                         c.mean.data(),
                                         c.inverse.data(),
                                         c.d_mean.data(),
                                         d_sum.data(),
                                         d_gate.data(),
                                         d_p.data(),
                                         d_q.data(),
                                         d_m.data(),
                                         c.nodes,
                                         c.channels};
        run<T>("gate_backward_target", gate, blocks);
        run<T>("gate_backward_source", gate, blocks);
        for (Numbers<T>* of : {&d_gate, &d_p, &d_q, &d_m}) out.push_back(std::move(*of));
    }
    return out;
}

// Within `tolerance` of the largest number, or of 1.
template <class T>
void expect_close(const Numbers<T>& got, const Numbers<T>& want, double tolerance) {
    ASSERT_EQ(got.size(), want.size());
    double largest = 1, error = 0;
    for (std::size_t i = 0; i < want.size(); i++) {
        largest = std::max(largest, std::abs(static_cast<double>(want[i])));
        const double difference = std::abs(static_cast<double>(got[i]) - static_cast<double>(want[i]));
        error = difference <= error ? error : difference;  // NaN stays
    }
    EXPECT_LE(error, tolerance * largest);
}

// Orders of threads, each on a grid of its own.
constexpr unsigned grids[] = {1, 3, 7, 3};

template <class T, class Pass>
void expect_all(const Case<T>& c, const Results<T>& want, const Pass& pass) {
    Results<T> first;
    for (const unsigned order : orders) {
        const InOrder in_order(order);
        const Results<T> got = pass(c, grids[order]);
        if (order == 0) {
            first = got;
            ASSERT_EQ(got.size(), want.size());
            for (std::size_t i = 0; i < want.size(); i++) {
                SCOPED_TRACE("result " + std::to_string(i));
                expect_close(got[i], want[i], Case<T>::tolerance);
            }
        } else {
            EXPECT_EQ(got, first) << "bits depend on order or grid";
        }
    }
}

template <class T>
void expect_case(const Case<T>& c) {
    SCOPED_TRACE(std::string(c.graph.name) + ", " + std::to_string(c.channels) + " channels, " +
                 (sizeof(T) == 8 ? "double" : "float") + (c.weight.empty() ? "" : ", weights") +
                 (c.multiplicity.empty() ? "" : ", multiplicities") + (c.frozen ? ", frozen" : ""));
    expect_all(c, {c.gate, c.mean, c.inverse, c.center, c.variance, c.activated}, forward<T>);
    expect_all(
        c,
        {c.sum, c.dot, c.d_rows, c.d_gate, c.d_p, c.d_q, c.d_m, c.d_gate_alone, c.d_p_alone, c.d_q_alone, c.d_m_alone},
        backward<T>);
}

class CudaTraining : public ::testing::TestWithParam<int64_t> {};

TEST_P(CudaTraining, equals_the_cpu_in_any_order_and_grid) {
    unsigned number = 0;
    for (const Graph& graph : make_graphs()) {
        // Weights, multiplicities and frozen statistics by turns.
        const bool weighted = number % 2 == 1, counted = number >= 2, frozen = number == 2;
        expect_case(Case<float>(graph, GetParam(), weighted, counted, frozen));
        expect_case(Case<double>(graph, GetParam(), !weighted, !counted, !frozen));
        number++;
    }
}

INSTANTIATE_TEST_SUITE_P(Channels, CudaTraining, ::testing::Values<int64_t>(1, 3, 16, 33, 48, 64, 100, 256));

TEST(CudaTrainingRows, with_more_strips_than_threads_work) {
    const Graph graph("a few edges", {2, 0, 3});
    expect_case(Case<float>(graph, 1100, true, true, false));
    expect_case(Case<double>(graph, 301, false, false, false));
}

TEST(CudaTrainingStatistics, of_weights_that_add_up_to_nothing_are_zero) {
    const Numbers<float> rows = random_numbers<float>(6, 1), weight(3);
    Numbers<float> mean = unwritten<float>(2), variance = unwritten<float>(2);
    Numbers<double> pieces = unwritten<double>(size(piece_numbers(3, 2)));
    const ColumnStatisticsArguments args{rows.data(), weight.data(), pieces.data(), mean.data(), variance.data(), 3, 2};
    run<float>("column_statistics", args, 1, true);
    run<float>("column_statistics_merge", args, 1);
    EXPECT_EQ(mean, Numbers<float>(2));
    EXPECT_EQ(variance, Numbers<float>(2));
}

TEST(CudaTrainingStatistics, equal_the_cpu_on_many_rows_far_from_zero) {
    constexpr int64_t n = piece_rows * most_pieces + 77, channels = 3;
    Numbers<float> rows = random_numbers<float>(n * channels, 1);
    for (float& x : rows) x += 100;
    Numbers<float> mean(channels), variance(channels), want_mean(channels), want_variance(channels);
    const migrate_column_statistics cpu{MIGRATE_F32,         1, n, channels, rows.data(), nullptr, want_mean.data(),
                                        want_variance.data()};
    ASSERT_EQ(migrate_column_statistics_run(&cpu), MIGRATE_OK) << migrate_last_error();
    Numbers<double> pieces = unwritten<double>(size(piece_numbers(n, channels)));
    const ColumnStatisticsArguments args{rows.data(),     nullptr, pieces.data(), mean.data(),
                                         variance.data(), n,       channels};
    run<float>("column_statistics", args, 4, true);
    run<float>("column_statistics_merge", args, 2);
    expect_close(mean, want_mean, 1e-6);
    expect_close(variance, want_variance, 1e-5);
}

TEST(CudaTrainingRows, a_number_that_is_none_stays_none) {
    const Graph graph("a few edges", {2, 0, 3});
    Case<float> c(graph, 4, false, false, false);
    c.part[4] = c.gate[4] = std::numeric_limits<float>::quiet_NaN();  // edge 1, channel 0, into node 0
    const Results<float> ahead = forward(c, 2), back = backward(c, 2);
    for (const std::size_t k : {0u, 5u}) {
        for (std::size_t i = 0; i < ahead[k].size(); i++) EXPECT_EQ(std::isnan(ahead[k][i]), i == 4);
    }
    for (const std::size_t k : {1u, 2u, 3u, 4u}) {
        for (std::size_t i = 0; i < ahead[k].size(); i++) EXPECT_EQ(std::isnan(ahead[k][i]), i == 0);
    }
    for (const std::size_t k : {0u, 1u}) {
        for (std::size_t i = 0; i < back[k].size(); i++) EXPECT_EQ(std::isnan(back[k][i]), i == 0);
    }
    for (const std::size_t k : {2u, 3u, 7u}) EXPECT_TRUE(std::isnan(back[k][4]));
    EXPECT_TRUE(std::isnan(back[5][0])) << "sum of the edges into node 0";
    EXPECT_FALSE(std::isnan(back[5][8])) << "sum of the edges into node 2";
}

template <class T>
void expect_segment_means(int64_t channels) {
    const std::vector<int64_t> count = {1, 300, 7}, begin = {0, 1, 301};
    const int64_t rows = 308, segments = 3;
    std::vector<int64_t> segment;
    for (int64_t s = 0; s < segments; s++) segment.insert(segment.end(), size(count[size(s)]), s);
    const Numbers<T> values = random_numbers<T>(rows * channels, 1), d_out = random_numbers<T>(segments * channels, 2);
    Numbers<T> want(d_out.size()), want_back(values.size());
    for (int64_t i = 0; i < segments * channels; i++) {
        double sum = 0;
        const int64_t s = i / channels, c = i % channels;
        for (int64_t r = begin[size(s)]; r < begin[size(s)] + count[size(s)]; r++) {
            sum += static_cast<double>(values[size(r * channels + c)]);
            want_back[size(r * channels + c)] = d_out[size(i)] / static_cast<T>(count[size(s)]);
        }
        want[size(i)] = static_cast<T>(sum / static_cast<double>(count[size(s)]));
    }
    Numbers<T> first;
    for (const unsigned order : orders) {
        const InOrder in_order(order);
        Numbers<T> out = unwritten<T>(d_out.size()), d_values = unwritten<T>(values.size());
        run<T>("segment_mean",
               SegmentMeanArguments{begin.data(), count.data(), values.data(), out.data(), segments, channels},
               grids[order], true);
        run<T>(
            "segment_mean_backward",
            SegmentMeanBackwardArguments{segment.data(), count.data(), d_out.data(), d_values.data(), rows, channels},
            grids[order]);
        expect_close(out, want, sizeof(T) == 8 ? 1e-14 : 1e-6);
        EXPECT_EQ(d_values, want_back);
        if (order == 0) first = out;
        EXPECT_EQ(out, first) << "bits depend on order or grid";
    }
}

TEST_P(CudaTraining, means_of_segments_equal_plain_arithmetic) {
    expect_segment_means<float>(GetParam());
    expect_segment_means<double>(GetParam());
}

}  // namespace
}  // namespace migrate::cuda::testing
