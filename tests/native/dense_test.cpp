// Dense layers, their packed weights and scratch, and what the processor is said to have.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernel_reference.hpp"
#include "kernels/inference.hpp"

namespace migrate {
namespace {

using testing::Buffer;
using testing::Doubles;
using testing::expect_close;
using testing::expect_refused;
using testing::Scratch;
using testing::Variant;

class Dense : public testing::OnVariant {};
class NarrowRows : public testing::OnVariant {};

// A layer and all that its call points to.
struct DenseCall {
    Variant variant;
    int64_t n, k, width;
    Doubles in, weights, bias;
    Buffer in_rows, packed, bias_row, out;
    migrate_dense call;

    // Rows lie a bit further apart than they are long; the output begins full of NaN.
    DenseCall(const Variant& v, int64_t rows, int64_t depth, int64_t columns, unsigned seed = 1)
        : variant(v), n(rows), k(depth), width(columns), call{} {
        testing::Random random(seed);
        in = random.numbers(n * k, 2, v.wide());
        weights = random.numbers(width * k, std::sqrt(3.0 / double(k)), v.wide());
        bias = random.numbers(width, 1, v.wide());
        in_rows = Buffer(v.wide(), in, k, k + 3);
        packed = testing::packed(v.arithmetic, weights, width, k);
        bias_row = Buffer(v.wide(), bias, width, width);
        out = Buffer(n * (width + 5) * size_of(v.wide()), 0xFF);
        call = {int32_t(v.arithmetic), 0,         0, 0, n, k, k + 3, width, width + 5, in_rows.data(), packed.data(),
                bias_row.data(),       out.data()};
    }

    migrate_status run(int32_t threads = 1) {
        const Scratch scratch(call.arithmetic, k, threads);
        return migrate_dense_run(&call, &scratch.view);
    }

    void activate() { call.silu = 1; }

    void make_panel_major() {
        call.panel_major = 1;
        call.out_stride = 0;
        out = Buffer(n * width * size_of(variant.wide()), 0xFF);
        call.out = out.data();
    }

    Doubles reference() const { return testing::dense(in, weights, bias, call.silu != 0, variant.factor()); }
};

TEST_P(Dense, matches_the_reference) {
    for (const int64_t k : testing::channel_counts) {
        for (const int64_t width : testing::channel_counts) {
            SCOPED_TRACE(::testing::Message() << k << " to " << width);
            DenseCall layer(GetParam(), 5, k, width);
            ASSERT_EQ(layer.run(), MIGRATE_OK) << migrate_last_error();
            const Doubles want = layer.reference();
            expect_close(testing::read_rows(GetParam().wide(), layer.out, width, width + 5), want,
                         GetParam().tolerance());
            layer.activate();
            ASSERT_EQ(layer.run(), MIGRATE_OK) << migrate_last_error();
            expect_close(testing::read_rows(GetParam().wide(), layer.out, width, width + 5), layer.reference(),
                         GetParam().tolerance());
        }
    }
}

// Rows of any number: none, less than a tile, a block and its neighbours.
TEST_P(Dense, takes_any_number_of_rows) {
    for (const int64_t n : {0, 1, 6, 7, 12, 13, 95, 96, 97, 300}) {
        SCOPED_TRACE(n);
        DenseCall layer(GetParam(), n, 33, 100);
        ASSERT_EQ(layer.run(2), MIGRATE_OK) << migrate_last_error();
        expect_close(testing::read_rows(GetParam().wide(), layer.out, 100, 105), layer.reference(),
                     GetParam().tolerance());
    }
}

TEST_P(Dense, writes_panels) {
    const int64_t columns = tile_shape(GetParam().arithmetic).columns, n = 100, width = 3 * columns;
    DenseCall layer(GetParam(), n, 48, width);
    layer.make_panel_major();
    layer.activate();
    ASSERT_EQ(layer.run(), MIGRATE_OK) << migrate_last_error();
    Doubles got;
    for (int64_t i = 0; i < n * width; i++) {
        const int64_t row = i / width, c = i % width;
        got.push_back(
            testing::get(GetParam().wide(), layer.out.data(), (c / columns * n + row) * columns + c % columns));
    }
    expect_close(got, layer.reference(), GetParam().tolerance());
}

TEST_P(Dense, writes_nothing_past_the_width) {
    for (const int64_t width : {1, 17, 31, 33}) {
        DenseCall layer(GetParam(), 9, 5, width);
        ASSERT_EQ(layer.run(), MIGRATE_OK);
        const int64_t bytes = size_of(GetParam().wide());
        for (int64_t i = 0; i < layer.out.bytes(); i++) {
            const bool past = i % ((width + 5) * bytes) >= width * bytes;
            ASSERT_TRUE(!past || uint8_t(layer.out.data()[i]) == 0xFF) << i;
        }
    }
}

// Blocks by rows and groups of panels are shared out.
TEST_P(Dense, is_the_same_for_any_number_of_threads) {
    DenseCall layer(GetParam(), 500, 100, 600);
    layer.activate();
    ASSERT_EQ(layer.run(1), MIGRATE_OK);
    const Buffer once = testing::copy_of(layer.out);
    for (const int threads : {2, 3}) {
        std::memset(layer.out.data(), 0xFF, std::size_t(layer.out.bytes()));
        ASSERT_EQ(layer.run(threads), MIGRATE_OK);
        EXPECT_TRUE(layer.out == once) << threads;
    }
}

TEST_P(Dense, gives_a_row_what_it_gets_alone) {
    DenseCall many(GetParam(), 200, 100, 80);
    many.activate();
    ASSERT_EQ(many.run(), MIGRATE_OK);
    const Buffer all = testing::copy_of(many.out);
    for (const int64_t row : {0, 11, 95, 96, 199}) {
        DenseCall one(GetParam(), 1, 100, 80);
        one.activate();
        one.call.in = many.in_rows.data() + row * many.call.in_stride * size_of(GetParam().wide());
        one.call.weights = many.call.weights;
        one.call.bias = many.call.bias;
        ASSERT_EQ(one.run(), MIGRATE_OK);
        EXPECT_TRUE(all.has_at(row * one.out.bytes(), one.out)) << row;
    }
}

// Each factor is rounded to nearest, ties to even, once: times 1 it comes out again.
TEST_P(Dense, rounds_factors_to_nearest) {
    const Storage wide = GetParam().wide();
    Doubles values;
    for (int step = 0; step < 4096; step++) {
        // Many ties of float16 and bfloat16 among them.
        for (const double unit : {1.0, 1.0 / 4096, 7.0 / 3})
            values.push_back(testing::rounded(wide, (step - 2000) * unit));
    }
    const int64_t n = int64_t(values.size());
    Buffer in(wide, values, 1, 1), bias(size_of(wide)), out(n * size_of(wide));
    Buffer one = testing::packed(GetParam().arithmetic, {1}, 1, 1);
    const Scratch scratch(int32_t(GetParam().arithmetic), 1, 1);
    const migrate_dense call{
        int32_t(GetParam().arithmetic), 0, 0, 0, n, 1, 1, 1, 1, in.data(), one.data(), bias.data(), out.data()};
    ASSERT_EQ(migrate_dense_run(&call, &scratch.view), MIGRATE_OK) << migrate_last_error();
    for (int64_t i = 0; i < n; i++) {
        ASSERT_EQ(testing::get(wide, out.data(), i), testing::rounded(GetParam().factor(), values[i])) << values[i];
    }
    // The same of weights.
    Buffer weights = testing::packed(GetParam().arithmetic, values, n, 1), zeros(n * size_of(wide));
    testing::put(wide, in.data(), 0, 1);
    const migrate_dense turned{
        int32_t(GetParam().arithmetic), 0, 0, 0, 1, 1, 1, n, n, in.data(), weights.data(), zeros.data(), out.data()};
    ASSERT_EQ(migrate_dense_run(&turned, &scratch.view), MIGRATE_OK) << migrate_last_error();
    for (int64_t i = 0; i < n; i++) {
        ASSERT_EQ(testing::get(wide, out.data(), i), testing::rounded(GetParam().factor(), values[i])) << values[i];
    }
}

// The logistic function over all that it must tell apart, as silu(x) / x. Float loses digits of 1 / (1 + exp(-x)) where
// exp(-x) is large, and so the result is small; without fused multiply-adds it loses two bits more.
TEST_P(Dense, has_an_accurate_logistic_function) {
    if (GetParam().factor() != GetParam().wide()) GTEST_SKIP() << "the same function as with float";
    const Storage wide = GetParam().wide();
    Doubles values;
    for (int i = -85 * 64; i <= 90 * 64; i++) values.push_back(testing::rounded(wide, i / 64.0 + 1e-3));
    const int64_t n = int64_t(values.size());
    Buffer in(wide, values, 1, 1), bias(size_of(wide)), out(n * size_of(wide));
    Buffer one = testing::packed(GetParam().arithmetic, {1}, 1, 1);
    const Scratch scratch(int32_t(GetParam().arithmetic), 1, 1);
    const migrate_dense call{
        int32_t(GetParam().arithmetic), 1, 0, 0, n, 1, 1, 1, 1, in.data(), one.data(), bias.data(), out.data()};
    ASSERT_EQ(migrate_dense_run(&call, &scratch.view), MIGRATE_OK) << migrate_last_error();
    const bool fused = GetParam().target != Target::baseline, is_double = wide == Storage::f64;
    for (int64_t i = 0; i < n; i++) {
        const double x = values[i], want = testing::silu(x);
        const double error = std::abs(testing::get(wide, out.data(), i) - want);
        const double relative = is_double ? 1e-15 : x > -20 ? (fused ? 4e-7 : 1.2e-6) : (fused ? 1.5e-6 : 5e-6);
        ASSERT_LE(error, relative * std::abs(want)) << x;
        ASSERT_LE(error, (is_double ? 4e-16 : 2.5e-7) * std::abs(x)) << x;
    }
}

INSTANTIATE_TEST_SUITE_P(Kernels, Dense, ::testing::ValuesIn(testing::wide_variants()), testing::variant_name);

// Every number that bfloat16 and float16 have, as a row: it is read exactly, and rounded where the factors are others.
TEST_P(NarrowRows, are_read_without_loss) {
    const Variant v = GetParam();
    const PackRows pack = row_packer(v.arithmetic, v.storage);
    ASSERT_NE(pack, nullptr);
    constexpr int64_t n = 64, k = 1024;
    Buffer rows(n * k * 2), block(n * k * 4 + 12 * k * 4);
    for (int64_t i = 0; i < n * k; i++) reinterpret_cast<uint16_t*>(rows.data())[i] = uint16_t(i);
    pack(rows.data(), k, n, k, block.data());
    for (int64_t i = 0; i < n * k; i++) {
        const int exponents = v.storage == Storage::f16 ? (i >> 10 & 31) + 1 : (i >> 7 & 255) + 1;
        if (exponents == (v.storage == Storage::f16 ? 32 : 256)) continue;  // infinities and what is no number
        const double want = testing::rounded(v.factor(), testing::get(v.storage, rows.data(), i));
        if (v.arithmetic != Arithmetic::fp16) {
            ASSERT_EQ(testing::get(v.factor(), block.data(), i), want) << i;
        } else {
            // These factors are stored twice.
            ASSERT_EQ(testing::get(Storage::f16, block.data(), 2 * i), want) << i;
            ASSERT_EQ(testing::get(Storage::f16, block.data(), 2 * i + 1), want) << i;
        }
    }
}

std::vector<Variant> narrow_variants() {
    std::vector<Variant> narrow = testing::variants();
    std::erase_if(narrow, [](const Variant& v) { return size_of(v.storage) != 2; });
    return narrow;
}

INSTANTIATE_TEST_SUITE_P(Kernels, NarrowRows, ::testing::ValuesIn(narrow_variants()), testing::variant_name);

const Variant plain{Target::baseline, Arithmetic::f32, Storage::f32};

TEST(DenseCall, refuses_what_it_cannot_read) {
    const auto refused = [](const char* reason, auto&& change) {
        DenseCall layer(plain, 4, 5, 6);
        change(layer.call);
        expect_refused(layer.run(), reason);
    };
    refused("n is out of range", [](auto& c) { c.n = -1; });
    refused("n is out of range", [](auto& c) { c.n = int64_t{1} << 50; });
    refused("k is out of range", [](auto& c) { c.k = 0; });
    refused("k is out of range", [](auto& c) { c.k = 1 << 21; });
    refused("width is out of range", [](auto& c) { c.width = 0; });
    refused("width is out of range", [](auto& c) { c.width = 1 << 23; });
    refused("in_stride is below k", [](auto& c) { c.in_stride = 4; });
    refused("the output is neither", [](auto& c) { c.out_stride = 5; });
    refused("the output is neither", [](auto& c) { c.panel_major = c.width = 1; });
    refused("in or out is null", [](auto& c) { c.in = nullptr; });
    refused("in or out is null", [](auto& c) { c.out = nullptr; });
    refused("bias is null", [](auto& c) { c.bias = nullptr; });
    refused("the weights are not aligned", [](auto& c) { c.weights = nullptr; });
    refused("the weights are not aligned", [](auto& c) { c.weights = static_cast<const char*>(c.weights) + 32; });
    expect_refused(migrate_dense_run(nullptr, nullptr), "call is null");
    DenseCall empty(plain, 0, 5, 6);
    empty.call.in = empty.call.out = nullptr;
    EXPECT_EQ(empty.run(), MIGRATE_OK) << "no rows need no memory";
}

TEST(DenseCall, refuses_an_unknown_arithmetic) {
    DenseCall layer(plain, 4, 5, 6);
    const Scratch scratch(MIGRATE_ARITHMETIC_F32, 5, 1);
    for (const int32_t arithmetic : {-1, 4}) {
        layer.call.arithmetic = arithmetic;
        expect_refused(migrate_dense_run(&layer.call, &scratch.view), "arithmetic is unknown");
    }
    limit_target(Target::avx2);
    layer.call.arithmetic = MIGRATE_ARITHMETIC_BF16_DOT;
    expect_refused(migrate_dense_run(&layer.call, &scratch.view), "no bf16 dot product");
    layer.call.arithmetic = MIGRATE_ARITHMETIC_FP16;
    expect_refused(migrate_dense_run(&layer.call, &scratch.view), "no fp16 arithmetic");
    limit_target(Target::avx512);
}

TEST(Workspace, is_refused_unless_aligned_and_large_enough) {
    DenseCall layer(plain, 4, 5, 6);
    const auto refused = [&](const char* reason, auto&& change) {
        Scratch scratch(MIGRATE_ARITHMETIC_F32, 5, 2);
        change(scratch.view);
        expect_refused(migrate_dense_run(&layer.call, &scratch.view), reason);
    };
    refused("the workspace is smaller", [](auto& w) { w.bytes--; });
    refused("the workspace is smaller", [](auto& w) { w.bytes = -1; });
    refused("the workspace is smaller", [](auto& w) { w.threads = 3; });
    refused("the workspace is not aligned", [](auto& w) { w.memory = nullptr; });
    refused("the workspace is not aligned", [](auto& w) { w.memory = static_cast<char*>(w.memory) + 16; });
    refused("threads must be", [](auto& w) { w.threads = 0; });
    refused("threads must be", [](auto& w) { w.threads = -1; });
    refused("threads must be", [](auto& w) { w.threads = 1025; });
    expect_refused(migrate_dense_run(&layer.call, nullptr), "workspace is null");
}

TEST(Weights, are_packed_or_refused) {
    const Doubles weights(12, 1.0);
    Buffer out(1 << 12);
    int64_t bytes = 0;
    const auto pack = [&](int32_t arithmetic, const double* from, int64_t n, int64_t k, void* to) {
        return migrate_pack_weights(arithmetic, from, n, k, to);
    };
    EXPECT_EQ(pack(0, weights.data(), 3, 4, out.data()), MIGRATE_OK);
    expect_refused(pack(4, weights.data(), 3, 4, out.data()), "arithmetic is unknown");
    expect_refused(pack(0, weights.data(), 0, 4, out.data()), "n is out of range");
    expect_refused(pack(0, weights.data(), 3, 0, out.data()), "k is out of range");
    expect_refused(pack(0, nullptr, 3, 4, out.data()), "weights is null");
    expect_refused(pack(0, weights.data(), 3, 4, nullptr), "out is not aligned");
    expect_refused(pack(0, weights.data(), 3, 4, out.data() + 8), "out is not aligned");
    expect_refused(migrate_packed_bytes(4, 3, 4, &bytes), "arithmetic is unknown");
    expect_refused(migrate_packed_bytes(0, -3, 4, &bytes), "n is out of range");
    expect_refused(migrate_packed_bytes(0, 3, int64_t{1} << 40, &bytes), "k is out of range");
    expect_refused(migrate_packed_bytes(0, 3, 4, nullptr), "bytes is null");
    expect_refused(migrate_workspace_bytes(4, 4, 1, &bytes), "arithmetic is unknown");
    expect_refused(migrate_workspace_bytes(0, 0, 1, &bytes), "k is out of range");
    expect_refused(migrate_workspace_bytes(0, 4, 0, &bytes), "threads must be");
    expect_refused(migrate_workspace_bytes(0, 4, 1, nullptr), "bytes is null");
    expect_refused(migrate_tile_of(0, nullptr), "out is null");
    migrate_tile tile;
    expect_refused(migrate_tile_of(-1, &tile), "arithmetic is unknown");
}

TEST(Processor, is_what_the_kernels_run_on) {
    migrate_processor processor;
    ASSERT_EQ(migrate_processor_info(&processor), MIGRATE_OK);
    EXPECT_EQ(processor.simd, int32_t(active_target()));
    EXPECT_GE(processor.max_threads, 1);
    migrate_tile tile;
    EXPECT_EQ(migrate_tile_of(MIGRATE_ARITHMETIC_F32, &tile), MIGRATE_OK);
    // Without Highway's help for a processor, one number at a time.
    EXPECT_EQ(tile.lanes % (processor.simd == MIGRATE_SIMD_AVX512 ? 16
                            : processor.simd == MIGRATE_SIMD_AVX2 ? 8
                                                                  : 1),
              0);
    EXPECT_EQ(tile.columns % tile.lanes, 0);
    EXPECT_EQ(migrate_tile_of(MIGRATE_ARITHMETIC_BF16_DOT, &tile) == MIGRATE_OK, processor.bf16_dot == 1);
    EXPECT_EQ(migrate_tile_of(MIGRATE_ARITHMETIC_FP16, &tile) == MIGRATE_OK, processor.fp16_math == 1);
    expect_refused(migrate_processor_info(nullptr), "out is null");
}

TEST(Processor, has_a_peak) {
    double rate = -1;
    ASSERT_EQ(migrate_measure_peak(MIGRATE_PEAK_F32, 1, &rate), MIGRATE_OK);
    EXPECT_GT(rate, 1e8);
    EXPECT_LT(rate, 1e13);
    if (!cpu_features().bf16_dot) {
        ASSERT_EQ(migrate_measure_peak(MIGRATE_PEAK_BF16, 1, &rate), MIGRATE_OK);
        EXPECT_EQ(rate, 0);
    }
    expect_refused(migrate_measure_peak(MIGRATE_PEAK_F32, 1, nullptr), "rate is null");
    expect_refused(migrate_measure_peak(MIGRATE_PEAK_F32, 0, &rate), "threads must be");
    expect_refused(migrate_measure_peak(-1, 1, &rate), "which is unknown");
    expect_refused(migrate_measure_peak(MIGRATE_PEAK_COPY + 1, 1, &rate), "which is unknown");
}

}  // namespace
}  // namespace migrate
