// What the kernels must compute, in plain double arithmetic; graphs to try them on; and calls built from plain arrays.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>
#include <new>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "kernels/gemm.hpp"
#include "migrate.h"

namespace migrate::testing {

using Doubles = std::vector<double>;

// ---- numbers as they lie in memory ----------------------------------------------------------------------------------

// To `bits` significant bits, ties to even; below 2^lowest the spacing grows no finer.
inline double to_bits(double x, int bits, int lowest) {
    if (x == 0 || !std::isfinite(x)) return x;
    const int unit = std::max(std::ilogb(x), lowest) - (bits - 1);
    return std::ldexp(std::nearbyint(std::ldexp(x, -unit)), unit);
}

// x as it can be stored: through float, as the kernels go, and no further than the largest float16.
inline double rounded(Storage storage, double x) {
    const double single = double(float(x));
    switch (storage) {
        case Storage::f64:
            return x;
        case Storage::f32:
            return single;
        case Storage::bf16:
            return to_bits(single, 8, -126);
        default:
            return std::clamp(to_bits(single, 11, -14), -65504.0, 65504.0);
    }
}

// Largest relative error of rounded(), of a number that is not tiny.
inline double rounding_of(Storage storage) {
    switch (storage) {
        case Storage::f64:
            return std::ldexp(1, -53);
        case Storage::f32:
            return std::ldexp(1, -24);
        case Storage::bf16:
            return std::ldexp(1, -8);
        default:
            return std::ldexp(1, -11);
    }
}

inline uint16_t half_of(double x) {
    const uint16_t sign = std::signbit(x) ? 0x8000 : 0;
    const double size = std::abs(rounded(Storage::f16, x));
    if (size == 0) return sign;
    const int exponent = std::max(std::ilogb(size), -14);
    return uint16_t(sign | (((exponent + 14) << 10) + int(std::ldexp(size, 10 - exponent))));
}

inline double of_half(uint16_t bits) {
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    const double size = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    return bits & 0x8000 ? -size : size;
}

inline void put(Storage storage, void* p, int64_t i, double x) {
    if (storage == Storage::f64) static_cast<double*>(p)[i] = x;
    if (storage == Storage::f32) static_cast<float*>(p)[i] = float(x);
    if (storage == Storage::f16) static_cast<uint16_t*>(p)[i] = half_of(x);
    if (storage == Storage::bf16) {
        static_cast<uint16_t*>(p)[i] = uint16_t(std::bit_cast<uint32_t>(float(rounded(storage, x))) >> 16);
    }
}

inline double get(Storage storage, const void* p, int64_t i) {
    if (storage == Storage::f64) return static_cast<const double*>(p)[i];
    if (storage == Storage::f32) return double(static_cast<const float*>(p)[i]);
    const uint16_t bits = static_cast<const uint16_t*>(p)[i];
    return storage == Storage::f16 ? of_half(bits) : double(std::bit_cast<float>(uint32_t(bits) << 16));
}

// Bytes of exactly this size, aligned to 64: the address sanitizer sees a step beyond.
class Buffer {
  public:
    explicit Buffer(int64_t bytes = 0, int fill = 0)
        : memory_(::operator new(std::size_t(bytes), std::align_val_t(64))), bytes_(bytes) {
        std::memset(memory_.get(), fill, std::size_t(bytes));
    }

    // rows[n, width] with their `stride`; what lies between is zero.
    Buffer(Storage storage, const Doubles& rows, int64_t width, int64_t stride)
        : Buffer(int64_t(rows.size()) / width * stride * size_of(storage)) {
        for (int64_t i = 0; i < int64_t(rows.size()); i++)
            put(storage, data(), i / width * stride + i % width, rows[i]);
    }

    char* data() { return static_cast<char*>(memory_.get()); }
    const char* data() const { return static_cast<const char*>(memory_.get()); }
    int64_t bytes() const { return bytes_; }

    // The part that begins at `from` is, bit for bit, what the other one holds.
    bool has_at(int64_t from, const Buffer& other) const {
        return from + other.bytes_ <= bytes_ &&
               std::memcmp(data() + from, other.data(), std::size_t(other.bytes_)) == 0;
    }
    bool operator==(const Buffer& other) const { return bytes_ == other.bytes_ && has_at(0, other); }

  private:
    struct Free {
        void operator()(void* p) const { ::operator delete(p, std::align_val_t(64)); }
    };
    std::unique_ptr<void, Free> memory_;
    int64_t bytes_;
};

inline Buffer copy_of(const Buffer& buffer) {
    Buffer copy(buffer.bytes());
    std::memcpy(copy.data(), buffer.data(), std::size_t(buffer.bytes()));
    return copy;
}

// rows[n, width] out of rows with a stride.
inline Doubles read_rows(Storage storage, const Buffer& buffer, int64_t width, int64_t stride) {
    Doubles rows;
    for (int64_t r = 0; r < buffer.bytes() / size_of(storage) / stride; r++) {
        for (int64_t c = 0; c < width; c++) rows.push_back(get(storage, buffer.data(), r * stride + c));
    }
    return rows;
}

// Every bit past the first `width` channels of every row is zero.
inline bool padding_is_zero(Storage storage, const Buffer& buffer, int64_t width, int64_t stride) {
    const int64_t row_bytes = stride * size_of(storage), from = width * size_of(storage);
    for (int64_t i = 0; i < buffer.bytes(); i++) {
        if (i % row_bytes >= from && buffer.data()[i] != 0) return false;
    }
    return true;
}

// ---- what a test runs on --------------------------------------------------------------------------------------------

struct Variant {
    Target target;
    Arithmetic arithmetic;
    Storage storage;  // of the edge rows

    // Of sums, node rows and gates.
    Storage wide() const { return arithmetic == Arithmetic::f64 ? Storage::f64 : Storage::f32; }

    // Of the numbers that are multiplied.
    Storage factor() const {
        return arithmetic == Arithmetic::bf16_dot ? Storage::bf16
               : arithmetic == Arithmetic::fp16   ? Storage::f16
                                                  : wide();
    }

    // Relative to the largest value. The reference rounds its factors as the kernels do, so that float has the rounding
    // of its sums and of the logistic function left; of fp16 sums nothing is rounded alike.
    double tolerance() const {
        return arithmetic == Arithmetic::f64 ? 1e-12 : arithmetic == Arithmetic::fp16 ? 5e-3 : 2e-6;
    }
};

inline std::string name_of(const Variant& v) {
    static const char* const arithmetics[] = {"f32", "f64", "bf16_dot", "fp16"};
    static const char* const storages[] = {"f32", "f64", "bf16", "f16"};
    const std::string product = std::string(migrate::name_of(v.target)) + "_" + arithmetics[int(v.arithmetic)];
    return v.storage == v.wide() ? product : product + "_in_" + storages[int(v.storage)];
}

inline std::ostream& operator<<(std::ostream& out, const Variant& v) { return out << name_of(v); }

// Every target with every arithmetic and storage that go together.
inline std::vector<Variant> variants() {
    std::vector<Variant> all;
    for (const Target target : {Target::baseline, Target::avx2, Target::avx512}) {
        all.push_back({target, Arithmetic::f64, Storage::f64});
        for (const Storage s : {Storage::f32, Storage::bf16, Storage::f16}) all.push_back({target, Arithmetic::f32, s});
    }
    for (const Storage s : {Storage::f32, Storage::bf16}) all.push_back({Target::avx512, Arithmetic::bf16_dot, s});
    for (const Storage s : {Storage::f32, Storage::f16, Storage::bf16}) {
        all.push_back({Target::avx512, Arithmetic::fp16, s});
    }
    return all;
}

// Those whose rows are float or double.
inline std::vector<Variant> wide_variants() {
    std::vector<Variant> wide = variants();
    std::erase_if(wide, [](const Variant& v) { return v.storage != v.wide(); });
    return wide;
}

inline std::string variant_name(const ::testing::TestParamInfo<Variant>& info) { return name_of(info.param); }

// A test that lowers the target to that of its variant, and is skipped where the processor lacks it.
class OnVariant : public ::testing::TestWithParam<Variant> {
  protected:
    void SetUp() override {
        const Variant& v = GetParam();
        const CpuFeatures& cpu = cpu_features();
        const bool has = v.target <= cpu.target && (v.arithmetic != Arithmetic::bf16_dot || cpu.bf16_dot) &&
                         (v.arithmetic != Arithmetic::fp16 || cpu.fp16_math);
        if (!has) GTEST_SKIP() << "not on this processor";
        limit_target(v.target);
    }
    void TearDown() override { limit_target(Target::avx512); }
};

// Widths below, at and above a vector, a panel and a run of fp16 sums.
inline const std::vector<int64_t> channel_counts = {1, 3, 16, 17, 33, 48, 64, 100, 256};

// |got - want| <= tolerance * largest |want| + rounding * |want|, of all elements. What goes in is of size 1, and
// leaves its rounding in a result that happens to be small: the largest counts as 1 at least.
inline void expect_close(const Doubles& got, const Doubles& want, double tolerance, double rounding = 0) {
    ASSERT_EQ(got.size(), want.size());
    double largest = 1;
    for (const double x : want) largest = std::max(largest, std::abs(x));
    for (std::size_t i = 0; i < want.size(); i++) {
        const double bound = tolerance * largest + rounding * std::abs(want[i]);
        // Also true of a NaN.
        if (!(std::abs(got[i] - want[i]) <= bound)) {
            ADD_FAILURE() << "element " << i << ": " << got[i] << " for " << want[i] << ", off by "
                          << std::abs(got[i] - want[i]) << " with " << bound << " allowed";
            return;
        }
    }
}

// The call was refused, and for this reason.
inline void expect_refused(migrate_status status, const char* reason) {
    EXPECT_EQ(status, MIGRATE_INVALID_ARGUMENT) << reason;
    EXPECT_NE(std::strstr(migrate_last_error(), reason), nullptr)
        << "\"" << migrate_last_error() << "\" does not say \"" << reason << "\"";
}

// ---- the reference --------------------------------------------------------------------------------------------------

inline double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
inline double silu(double x) { return x * sigmoid(x); }

// in[n, k] times weights[width, k], both rounded to what is multiplied; plus bias; activated.
inline Doubles dense(const Doubles& in, const Doubles& weights, const Doubles& bias, bool activated, Storage factor) {
    const std::size_t width = bias.size(), k = weights.size() / width, n = in.size() / k;
    Doubles columns(weights.size()), out;
    for (std::size_t j = 0; j < width; j++) {
        for (std::size_t l = 0; l < k; l++) columns[l * width + j] = rounded(factor, weights[j * k + l]);
    }
    for (std::size_t r = 0; r < n; r++) {
        Doubles row(width);
        for (std::size_t l = 0; l < k; l++) {
            const double value = rounded(factor, in[r * k + l]);
            for (std::size_t j = 0; j < width; j++) row[j] += value * columns[l * width + j];
        }
        for (std::size_t j = 0; j < width; j++) out.push_back(activated ? silu(row[j] + bias[j]) : row[j] + bias[j]);
    }
    return out;
}

// Lagrange's cubic through the four rows around each position; row 0 of the table belongs to -1.
inline Doubles interpolated(const Doubles& position, const Doubles& table, int64_t intervals) {
    const int64_t width = int64_t(table.size()) / (intervals + 3);
    Doubles out;
    for (const double x : position) {
        const int64_t first = std::min(int64_t(std::floor(x)), intervals - 1) - 1;
        for (int64_t c = 0; c < width; c++) {
            double value = 0;
            for (int64_t i = first; i < first + 4; i++) {
                double share = 1;
                for (int64_t j = first; j < first + 4; j++) share *= j == i ? 1 : (x - double(j)) / double(i - j);
                value += share * table[std::size_t((i + 1) * width + c)];
            }
            out.push_back(value);
        }
    }
    return out;
}

inline Doubles radial_basis(const Doubles& values, const Doubles& centers, double gamma) {
    Doubles out;
    for (const double x : values) {
        for (const double c : centers) out.push_back(std::exp(-gamma * (x - c) * (x - c)));
    }
    return out;
}

inline Doubles pool(const Doubles& rows, int64_t width, const std::vector<int32_t>& begin,
                    const std::vector<int32_t>& count) {
    Doubles out;
    for (std::size_t s = 0; s < begin.size(); s++) {
        for (int64_t c = 0; c < width; c++) {
            double sum = 0;
            for (int64_t r = begin[s]; r < begin[s] + count[s]; r++) sum += rows[std::size_t(r * width + c)];
            out.push_back(silu(sum / count[s]));
        }
    }
    return out;
}

// Edges sorted by the node that they enter.
struct Graph {
    std::vector<int32_t> row_begin{0}, source;
    std::vector<float> weight;  // empty: null

    int64_t nodes() const { return int64_t(row_begin.size()) - 1; }
    int64_t edges() const { return int64_t(source.size()); }
};

struct Layer {
    int64_t channels;
    Doubles weights, node_scale, edge_scale, edge_shift;
};

// Rows of `channels` numbers, of nodes and of edges.
struct Rows {
    Doubles source_gate, message, target_gate, update;  // P, M, Q, U
    Doubles nodes, edges;
};

// Nodes and edges after the convolution; edge_part is W e.
inline Rows edge_gated(const Graph& graph, const Layer& layer, const Rows& rows, const Doubles& edge_part) {
    Rows out = rows;
    const auto at = [&](int64_t row, int64_t c) { return std::size_t(row * layer.channels + c); };
    for (int64_t v = 0; v < graph.nodes(); v++) {
        for (int64_t c = 0; c < layer.channels; c++) {
            double sum = 0, open = 0;
            for (int64_t e = graph.row_begin[v]; e < graph.row_begin[v + 1]; e++) {
                const int64_t u = graph.source[e];
                const double gate = rows.source_gate[at(u, c)] + rows.target_gate[at(v, c)] + edge_part[at(e, c)];
                const double share = sigmoid(gate) * (graph.weight.empty() ? 1 : double(graph.weight[e]));
                sum += share * rows.message[at(u, c)];
                open += share;
                out.edges[at(e, c)] += silu(layer.edge_scale[c] * gate + layer.edge_shift[c]);
            }
            out.nodes[at(v, c)] += silu(rows.update[at(v, c)] + layer.node_scale[c] * sum / (open + 1e-6));
        }
    }
    return out;
}

inline Rows edge_gated(const Graph& graph, const Layer& layer, const Rows& rows, Storage factor) {
    const Doubles no_bias(std::size_t(layer.channels));
    return edge_gated(graph, layer, rows, dense(rows.edges, layer.weights, no_bias, false, factor));
}

// ---- random input ---------------------------------------------------------------------------------------------------

class Random {
  public:
    explicit Random(unsigned seed) : engine_(seed) {}

    int64_t below(int64_t n) { return int64_t(engine_() % uint64_t(n)); }

    // n numbers within -size to size, as they can be stored.
    Doubles numbers(int64_t n, double size, Storage storage) {
        std::uniform_real_distribution<double> any(-size, size);
        Doubles out;
        for (int64_t i = 0; i < n; i++) out.push_back(rounded(storage, any(engine_)));
        return out;
    }

  private:
    std::mt19937_64 engine_;
};

// One node for every in-degree; sources anywhere; weights 1 or 2.
inline Graph graph_of(const std::vector<int64_t>& in_degrees, bool weighted, unsigned seed = 1) {
    Random random(seed);
    Graph graph;
    for (const int64_t degree : in_degrees) {
        for (int64_t i = 0; i < degree; i++) {
            graph.source.push_back(int32_t(random.below(int64_t(in_degrees.size()))));
            if (weighted) graph.weight.push_back(float(1 + random.below(2)));
        }
        graph.row_begin.push_back(int32_t(graph.source.size()));
    }
    return graph;
}

// As a line graph is: many nodes with an ordinary number of edges, some with none.
inline Graph random_graph(int64_t nodes, int64_t most_edges, unsigned seed) {
    Random random(seed);
    std::vector<int64_t> in_degrees;
    for (int64_t v = 0; v < nodes; v++) in_degrees.push_back(random.below(most_edges + 1));
    return graph_of(in_degrees, true, seed);
}

inline Graph joined(const std::vector<Graph>& graphs) {
    Graph batch;
    for (const Graph& graph : graphs) {
        const int32_t nodes = int32_t(batch.nodes()), edges = int32_t(batch.edges());
        for (std::size_t v = 1; v < graph.row_begin.size(); v++) batch.row_begin.push_back(edges + graph.row_begin[v]);
        for (const int32_t u : graph.source) batch.source.push_back(nodes + u);
        batch.weight.insert(batch.weight.end(), graph.weight.begin(), graph.weight.end());
    }
    return batch;
}

inline Rows joined(const std::vector<Rows>& parts) {
    Rows batch;
    for (const Rows& part : parts) {
        for (const auto field :
             {&Rows::source_gate, &Rows::message, &Rows::target_gate, &Rows::update, &Rows::nodes, &Rows::edges}) {
            (batch.*field).insert((batch.*field).end(), (part.*field).begin(), (part.*field).end());
        }
    }
    return batch;
}

// W keeps the size of what it multiplies.
inline Layer random_layer(int64_t channels, const Variant& v, unsigned seed = 2) {
    Random random(seed);
    const double size = std::sqrt(3.0 / double(channels));
    return {channels, random.numbers(channels * channels, size, v.wide()), random.numbers(channels, 1.5, v.wide()),
            random.numbers(channels, 1.5, v.wide()), random.numbers(channels, 0.5, v.wide())};
}

inline Rows random_rows(const Graph& graph, int64_t channels, const Variant& v, unsigned seed = 3) {
    Random random(seed);
    const int64_t n = graph.nodes() * channels;
    Rows rows{random.numbers(n, 2, v.wide()), random.numbers(n, 2, v.wide()),
              random.numbers(n, 2, v.wide()), random.numbers(n, 2, v.wide()),
              random.numbers(n, 2, v.wide()), random.numbers(graph.edges() * channels, 2, v.storage)};
    // Gates that are all but closed: there the 1e-6 counts. Every fifth node, and one beyond what float can hold.
    for (int64_t i = 0; i < n; i++) {
        const double lower = i / channels % 5 == 3 ? (i / channels % 2 == 1 ? 13 : 120) : 0;
        rows.target_gate[std::size_t(i)] = rounded(v.wide(), rows.target_gate[std::size_t(i)] - lower);
    }
    return rows;
}

// ---- calls ----------------------------------------------------------------------------------------------------------

inline Buffer packed(Arithmetic arithmetic, const Doubles& weights, int64_t n, int64_t k) {
    int64_t bytes = 0;
    EXPECT_EQ(migrate_packed_bytes(int32_t(arithmetic), n, k, &bytes), MIGRATE_OK) << migrate_last_error();
    Buffer out(bytes, 0x55);
    EXPECT_EQ(migrate_pack_weights(int32_t(arithmetic), weights.data(), n, k, out.data()), MIGRATE_OK);
    return out;
}

// As large as it must be and no larger, full of NaN.
struct Scratch {
    Buffer memory;
    migrate_workspace view;

    Scratch(int32_t arithmetic, int64_t k, int32_t threads) {
        int64_t bytes = 0;
        EXPECT_EQ(migrate_workspace_bytes(arithmetic, k, threads, &bytes), MIGRATE_OK) << migrate_last_error();
        memory = Buffer(bytes, 0xFF);
        view = {memory.data(), bytes, threads, 0};
    }
};

// An edge-gated call and all that it points to but the graph, laid out for the active target.
struct EdgeGatedCall {
    Variant variant;
    TileShape shape;
    int64_t channels, stride;
    Buffer gates, nodes, edges, weights, node_scale, edge_scale, edge_shift, gate_table, value_table;
    Doubles position;
    migrate_edge_gated call;

    EdgeGatedCall(const Variant& v, const Graph& graph, const Layer& layer, const Rows& rows)
        : variant(v),
          shape(tile_shape(v.arithmetic)),
          channels(layer.channels),
          stride(padded(shape, channels)),
          gates(4 * panel_count(shape, channels) * graph.nodes() * shape.columns * size_of(v.wide())),
          nodes(v.wide(), rows.nodes, channels, stride),
          edges(v.storage, rows.edges, channels, stride),
          weights(packed(v.arithmetic, layer.weights, channels, channels)),
          node_scale(v.wide(), layer.node_scale, channels, stride),
          edge_scale(v.wide(), layer.edge_scale, channels, stride),
          edge_shift(v.wide(), layer.edge_shift, channels, stride),
          call{} {
        const int64_t n = graph.nodes();
        const Doubles* stretches[] = {&rows.source_gate, &rows.message, &rows.target_gate, &rows.update};
        for (int64_t s = 0; s < 4; s++) {
            for (int64_t i = 0; i < n * channels; i++) {
                const int64_t node = i / channels, c = i % channels;
                const int64_t panel = s * panel_count(shape, channels) + c / shape.columns;
                put(v.wide(), gates.data(), (panel * n + node) * shape.columns + c % shape.columns,
                    (*stretches[s])[std::size_t(i)]);
            }
        }
        call.arithmetic = int32_t(v.arithmetic);
        call.storage = int32_t(v.storage);
        call.want_edges = 1;
        call.n_nodes = n;
        call.n_edges = graph.edges();
        call.channels = channels;
        call.stride = stride;
        call.row_begin = graph.row_begin.data();
        call.source = graph.source.data();
        call.weight = graph.weight.empty() ? nullptr : graph.weight.data();
        call.gates = gates.data();
        call.nodes = nodes.data();
        call.edges = edges.data();
        call.weights = weights.data();
        call.node_scale = node_scale.data();
        call.edge_scale = edge_scale.data();
        call.edge_shift = edge_shift.data();
    }

    // Edges are numbers from now on; tables [intervals + 3, channels] hold W e and e of them.
    void tabulate(const Doubles& at, const Doubles& gate_part, const Doubles& value, int64_t intervals) {
        position = at;
        position.reserve(1);  // null would mean that there is no table
        gate_table = Buffer(variant.wide(), gate_part, channels, stride);
        value_table = Buffer(variant.wide(), value, channels, stride);
        call.position = position.data();
        call.intervals = intervals;
        call.gate_table = gate_table.data();
        call.value_table = value_table.data();
        call.weights = nullptr;
    }

    migrate_status run(int32_t threads = 1) {
        const Scratch scratch(call.arithmetic, channels, threads);
        return migrate_edge_gated_run(&call, &scratch.view);
    }

    void expect_result(const Rows& want) const {
        const double tolerance = variant.tolerance();
        expect_close(read_rows(variant.wide(), nodes, channels, stride), want.nodes, tolerance);
        expect_close(read_rows(variant.storage, edges, channels, stride), want.edges, tolerance,
                     rounding_of(variant.storage));
        EXPECT_TRUE(padding_is_zero(variant.wide(), nodes, channels, stride));
        EXPECT_TRUE(padding_is_zero(variant.storage, edges, channels, stride));
    }
};

}  // namespace migrate::testing
