// The training kernels: values against a scalar reference, gradients against the change of the loss along random
// directions, the same bits for any number of threads, refusals. Buffers have exactly the size that is needed, for the
// address sanitizer.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <tuple>
#include <vector>

#include "kernels/target.hpp"
#include "migrate.h"

namespace {

using Doubles = std::vector<double>;

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

double silu(double x) { return x * logistic(x); }

struct Graph {
    std::int64_t nodes, edges;
    std::vector<std::int64_t> begin, source, target, out_begin, out_edge;
    Doubles weight, multiplicity;
};

Graph make_graph(std::int64_t nodes, std::int64_t edges, unsigned seed) {
    std::mt19937 random(seed);
    Graph g{nodes, edges, {}, {}, {}, {}, {}, {}, {}};
    for (std::int64_t e = 0; e < edges; e++) {
        g.target.push_back(static_cast<std::int64_t>(random() % static_cast<unsigned>(nodes)));
        g.source.push_back(static_cast<std::int64_t>(random() % static_cast<unsigned>(nodes)));
        g.weight.push_back(1 + static_cast<double>(random() % 2));
        g.multiplicity.push_back(1 + static_cast<double>(random() % 3));
    }
    std::sort(g.target.begin(), g.target.end());
    const auto count = static_cast<std::size_t>(nodes) + 1;
    g.begin.assign(count, 0);
    g.out_begin.assign(count, 0);
    for (std::int64_t v = 0; v < nodes; v++) {
        const auto i = static_cast<std::size_t>(v);
        g.begin[i + 1] = g.begin[i] + std::count(g.target.begin(), g.target.end(), v);
        g.out_begin[i + 1] = g.out_begin[i] + std::count(g.source.begin(), g.source.end(), v);
        for (std::int64_t e = 0; e < edges; e++) {
            if (g.source[static_cast<std::size_t>(e)] == v) g.out_edge.push_back(e);
        }
    }
    return g;
}

template <class T>
std::vector<T> as(const Doubles& values) {
    return std::vector<T>(values.begin(), values.end());
}

Doubles random_numbers(std::int64_t n, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    Doubles values(static_cast<std::size_t>(n));
    for (double& value : values) value = normal(random);
    return values;
}

// P, Q, M, edge part, gamma, beta of one convolution with its edge norm.
struct Inputs {
    Doubles p, q, m, part, gamma, beta;
};

Inputs make_inputs(const Graph& g, std::int64_t c) {
    return {random_numbers(g.nodes * c, 1), random_numbers(g.nodes * c, 2), random_numbers(g.nodes * c, 3),
            random_numbers(g.edges * c, 4), random_numbers(c, 5),           random_numbers(c, 6)};
}

template <class T>
constexpr std::int32_t dtype_of() {
    return sizeof(T) == 8 ? MIGRATE_F64 : MIGRATE_F32;
}

// What the kernels give for one pass.
template <class T>
struct Pass {
    std::vector<T> gate, mean, inverse, center, variance, activated;
};

template <class T>
Pass<T> forward(const Graph& g, const Inputs& in, std::int64_t c, int threads) {
    const auto p = as<T>(in.p), q = as<T>(in.q), m = as<T>(in.m), weight = as<T>(g.weight),
               multiplicity = as<T>(g.multiplicity);
    const auto n = static_cast<std::size_t>(c), rows = static_cast<std::size_t>(g.nodes * c);
    Pass<T> out{as<T>(in.part), std::vector<T>(rows), std::vector<T>(rows), std::vector<T>(n), std::vector<T>(n), {}};
    const migrate_gate_forward call{dtype_of<T>(),
                                    threads,
                                    g.nodes,
                                    g.edges,
                                    c,
                                    g.begin.data(),
                                    g.source.data(),
                                    weight.data(),
                                    multiplicity.data(),
                                    p.data(),
                                    q.data(),
                                    m.data(),
                                    out.gate.data(),
                                    out.mean.data(),
                                    out.inverse.data(),
                                    out.center.data(),
                                    out.variance.data()};
    EXPECT_EQ(migrate_gate_forward_run(&call), MIGRATE_OK) << migrate_last_error();
    std::vector<T> scale(n), shift(n);
    for (std::size_t i = 0; i < n; i++) {
        scale[i] = static_cast<T>(in.gamma[i] / std::sqrt(static_cast<double>(out.variance[i]) + 1e-5));
        shift[i] = static_cast<T>(in.beta[i]) - out.center[i] * scale[i];
    }
    out.activated.resize(out.gate.size());
    const migrate_norm_silu norm{
        dtype_of<T>(), threads, g.edges, c, out.gate.data(), nullptr, scale.data(), shift.data(), out.activated.data()};
    EXPECT_EQ(migrate_norm_silu_run(&norm), MIGRATE_OK) << migrate_last_error();
    return out;
}

// A loss that tells all outputs apart, and its weights.
Doubles loss_weights(std::int64_t n, double phase) {
    Doubles w(static_cast<std::size_t>(n));
    for (std::size_t i = 0; i < w.size(); i++) w[i] = std::sin(phase + 0.7 * static_cast<double>(i));
    return w;
}

double loss(const Graph& g, const Inputs& in, std::int64_t c) {
    const Pass<double> pass = forward<double>(g, in, c, 1);
    const Doubles of_mean = loss_weights(g.nodes * c, 0.1), of_edges = loss_weights(g.edges * c, 0.2);
    double sum = 0;
    for (std::size_t i = 0; i < of_mean.size(); i++) sum += of_mean[i] * pass.mean[i];
    for (std::size_t i = 0; i < of_edges.size(); i++) sum += of_edges[i] * pass.activated[i];
    return sum;
}

template <class T>
Inputs backward(const Graph& g, const Inputs& in, std::int64_t c, int threads) {
    const Pass<T> pass = forward<T>(g, in, c, threads);
    const auto n = static_cast<std::size_t>(c), rows = static_cast<std::size_t>(g.nodes * c);
    const auto m = as<T>(in.m), weight = as<T>(g.weight), multiplicity = as<T>(g.multiplicity), gamma = as<T>(in.gamma),
               beta = as<T>(in.beta), d_mean = as<T>(loss_weights(g.nodes * c, 0.1)),
               d_edges = as<T>(loss_weights(g.edges * c, 0.2));
    std::vector<T> inverse(n), sum(n), dot(n), d_gate(pass.gate.size()), d_p(rows), d_q(rows), d_m(rows);
    for (std::size_t i = 0; i < n; i++)
        inverse[i] = static_cast<T>(1 / std::sqrt(static_cast<double>(pass.variance[i]) + 1e-5));
    double total = 0;
    for (const double w : g.multiplicity) total += w;
    const migrate_norm_silu_backward norm{dtype_of<T>(),
                                          threads,
                                          g.edges,
                                          c,
                                          d_edges.data(),
                                          pass.gate.data(),
                                          multiplicity.data(),
                                          total,
                                          pass.center.data(),
                                          inverse.data(),
                                          gamma.data(),
                                          beta.data(),
                                          sum.data(),
                                          dot.data(),
                                          nullptr};
    EXPECT_EQ(migrate_norm_silu_reduce_run(&norm), MIGRATE_OK) << migrate_last_error();
    const migrate_gate_backward call{dtype_of<T>(),
                                     threads,
                                     g.nodes,
                                     g.edges,
                                     c,
                                     g.begin.data(),
                                     g.source.data(),
                                     g.target.data(),
                                     g.out_begin.data(),
                                     g.out_edge.data(),
                                     weight.data(),
                                     &norm,
                                     pass.gate.data(),
                                     m.data(),
                                     pass.mean.data(),
                                     pass.inverse.data(),
                                     d_mean.data(),
                                     d_gate.data(),
                                     d_p.data(),
                                     d_q.data(),
                                     d_m.data()};
    EXPECT_EQ(migrate_gate_backward_run(&call), MIGRATE_OK) << migrate_last_error();
    const auto wide = [](const std::vector<T>& v) { return Doubles(v.begin(), v.end()); };
    return {wide(d_p), wide(d_q), wide(d_m), wide(d_gate), wide(dot), wide(sum)};
}

class Training : public testing::TestWithParam<std::tuple<migrate::Target, std::int64_t, std::int64_t, std::int64_t>> {
  protected:
    void SetUp() override {
        if (std::get<0>(GetParam()) > migrate::cpu_features().target) GTEST_SKIP() << "not on this processor";
        migrate::limit_target(std::get<0>(GetParam()));
    }
    void TearDown() override { migrate::limit_target(migrate::Target::avx512); }
    std::int64_t channels() const { return std::get<3>(GetParam()); }
    Graph graph() const { return make_graph(std::get<1>(GetParam()), std::get<2>(GetParam()), 7); }
};

TEST_P(Training, forward_equals_the_reference) {
    const Graph g = graph();
    const std::int64_t c = channels();
    const Inputs in = make_inputs(g, c);
    const Pass<double> exact = forward<double>(g, in, c, 2);
    const Pass<float> narrow = forward<float>(g, in, c, 2);
    for (std::int64_t j = 0; j < c; j++) {
        double total = 0, sum = 0, square = 0;
        for (std::int64_t v = 0; v < g.nodes; v++) {
            double up = 0, down = 0;
            for (std::int64_t e = g.begin[static_cast<std::size_t>(v)]; e < g.begin[static_cast<std::size_t>(v) + 1];
                 e++) {
                const auto edge = static_cast<std::size_t>(e);
                const auto from = static_cast<std::size_t>(g.source[edge] * c + j);
                const double gate = in.p[from] + in.q[static_cast<std::size_t>(v * c + j)] +
                                    in.part[static_cast<std::size_t>(e * c + j)];
                EXPECT_NEAR(exact.gate[static_cast<std::size_t>(e * c + j)], gate, 1e-13);
                up += g.weight[edge] * logistic(gate) * in.m[from];
                down += g.weight[edge] * logistic(gate);
                total += g.multiplicity[edge];
                sum += g.multiplicity[edge] * gate;
            }
            const auto at = static_cast<std::size_t>(v * c + j);
            EXPECT_NEAR(exact.mean[at], up / (down + 1e-6), 1e-12);
            EXPECT_NEAR(narrow.mean[at], up / (down + 1e-6), 1e-5);
        }
        const auto k = static_cast<std::size_t>(j);
        const double center = total > 0 ? sum / total : 0;
        for (std::int64_t e = 0; e < g.edges; e++) {
            const double offset = exact.gate[static_cast<std::size_t>(e * c + j)] - center;
            square += g.multiplicity[static_cast<std::size_t>(e)] * offset * offset;
        }
        EXPECT_NEAR(exact.center[k], center, 1e-12);
        EXPECT_NEAR(exact.variance[k], total > 0 ? square / total : 0, 1e-12);
        EXPECT_NEAR(narrow.variance[k], total > 0 ? square / total : 0, 1e-5);
        for (std::int64_t e = 0; e < g.edges; e++) {
            const auto at = static_cast<std::size_t>(e * c + j);
            const double y = in.gamma[k] * (exact.gate[at] - center) / std::sqrt(exact.variance[k] + 1e-5) + in.beta[k];
            EXPECT_NEAR(exact.activated[at], silu(y), 1e-11 * (1 + std::abs(y)));
        }
    }
}

TEST_P(Training, gradients_foretell_the_loss) {
    const Graph g = graph();
    const std::int64_t c = channels();
    const Inputs in = make_inputs(g, c), grads = backward<double>(g, in, c, 2);
    constexpr double step = 1e-6;
    Inputs above = in, below = in;
    double expected = 0;
    unsigned seed = 20;
    const auto move = [&](Doubles& up, Doubles& down, const Doubles& grad) {
        const Doubles direction = random_numbers(static_cast<std::int64_t>(up.size()), seed++);
        for (std::size_t i = 0; i < up.size(); i++) {
            up[i] += step * direction[i];
            down[i] -= step * direction[i];
            expected += grad[i] * direction[i];
        }
    };
    move(above.p, below.p, grads.p);
    move(above.q, below.q, grads.q);
    move(above.m, below.m, grads.m);
    move(above.part, below.part, grads.part);
    move(above.gamma, below.gamma, grads.gamma);
    move(above.beta, below.beta, grads.beta);
    const double actual = (loss(g, above, c) - loss(g, below, c)) / (2 * step);
    EXPECT_NEAR(actual, expected, 1e-5 * (1 + std::abs(expected)));
}

TEST_P(Training, bits_do_not_depend_on_the_threads) {
    const Graph g = graph();
    const Inputs in = make_inputs(g, channels());
    const Inputs one = backward<float>(g, in, channels(), 1), three = backward<float>(g, in, channels(), 3);
    EXPECT_EQ(one.p, three.p);
    EXPECT_EQ(one.m, three.m);
    EXPECT_EQ(one.part, three.part);
    EXPECT_EQ(one.gamma, three.gamma);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, Training,
    testing::Combine(testing::Values(migrate::Target::baseline, migrate::Target::avx2, migrate::Target::avx512),
                     testing::Values<std::int64_t>(1, 9), testing::Values<std::int64_t>(0, 1, 40, 1500),
                     testing::Values<std::int64_t>(1, 5, 16, 33)));

TEST(TrainingDoors, refuse_what_does_not_fit) {
    const Graph g = make_graph(3, 5, 1);
    Doubles rows(32), vector(4);
    migrate_gate_forward call{
        MIGRATE_F64,  1,           3,           5,           4,           g.begin.data(), g.source.data(), nullptr,
        nullptr,      rows.data(), rows.data(), rows.data(), rows.data(), rows.data(),    nullptr,         nullptr,
        vector.data()};
    EXPECT_EQ(migrate_gate_forward_run(&call), MIGRATE_INVALID_ARGUMENT);
    EXPECT_STRNE(migrate_last_error(), "");
    call.variance = nullptr;
    call.dtype = MIGRATE_F16;
    EXPECT_EQ(migrate_gate_forward_run(&call), MIGRATE_INVALID_ARGUMENT);
    call.dtype = MIGRATE_F64;
    call.threads = 0;
    EXPECT_EQ(migrate_gate_forward_run(&call), MIGRATE_INVALID_ARGUMENT);
    call.threads = 1;
    auto source = g.source;
    source[2] = 3;
    call.source = source.data();
    EXPECT_EQ(migrate_gate_forward_run(&call), MIGRATE_INVALID_ARGUMENT);
    auto begin = g.begin;
    begin[1] = 99;
    call.source = g.source.data();
    call.row_begin = begin.data();
    EXPECT_EQ(migrate_gate_forward_run(&call), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(migrate_gate_forward_run(nullptr), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(migrate_gate_backward_run(nullptr), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(migrate_norm_silu_run(nullptr), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(migrate_norm_silu_reduce_run(nullptr), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(migrate_norm_silu_backward_run(nullptr), MIGRATE_INVALID_ARGUMENT);
    const migrate_column_statistics no_rows{MIGRATE_F64, 1, 0, 4, rows.data(), nullptr, vector.data(), vector.data()};
    EXPECT_EQ(migrate_column_statistics_run(&no_rows), MIGRATE_INVALID_ARGUMENT);
}

}  // namespace
