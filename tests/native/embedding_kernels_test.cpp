// What comes before and after the convolutions: radial basis, interpolation in a table, pooling.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "kernel_reference.hpp"

namespace migrate {
namespace {

using testing::Buffer;
using testing::Doubles;
using testing::expect_close;
using testing::expect_refused;

class Embedding : public testing::OnVariant {
  protected:
    static Storage type() { return GetParam().wide(); }
    static int32_t dtype() { return int32_t(type()); }
    static int64_t stride_of(int64_t width) { return padded(tile_shape(GetParam().arithmetic), width); }
};

std::vector<testing::Variant> plain_variants() {
    std::vector<testing::Variant> plain = testing::wide_variants();
    std::erase_if(plain, [](const testing::Variant& v) { return v.factor() != v.wide(); });
    return plain;
}

Doubles numbers(int64_t n, double from, double to) {
    Doubles out = testing::Random(1).numbers(n, 0.5 * (to - from), Storage::f64);
    for (double& x : out) x += 0.5 * (from + to);
    return out;
}

// A stride that every vector divides. One less is wrong, unless vectors are single numbers.
constexpr int64_t whole_stride = 16;

void expect_odd_stride_refused(migrate_status status) {
    if (tile_shape(Arithmetic::f64).lanes > 1) expect_refused(status, "no multiple of the lanes");
}

// ---- radial basis ---------------------------------------------------------------------------------------------------

TEST_P(Embedding, radial_basis_matches_the_reference) {
    for (const int64_t bins : {1, 3, 40, 64, 80}) {
        for (const int64_t n : {0, 1, 2500}) {
            SCOPED_TRACE(::testing::Message() << n << " values, " << bins << " bins");
            const int64_t stride = stride_of(bins);
            Doubles centers;
            for (int64_t j = 0; j < bins; j++) centers.push_back(testing::rounded(type(), 8.0 * double(j) / 79));
            Doubles values = numbers(n, 0, 8);
            // Sharp enough that most are zero in float.
            const double gamma = 79 / 8.0 * 79 / 8.0;
            // Centres past the last one must not matter.
            Buffer rows(n * stride * size_of(type()), 0xFF), row(stride * size_of(type()));
            for (int64_t j = 0; j < stride; j++) testing::put(type(), row.data(), j, j < bins ? centers[j] : 4);
            const migrate_radial_basis call{dtype(), 1, n, bins, stride, values.data(), row.data(), gamma, rows.data()};
            ASSERT_EQ(migrate_radial_basis_run(&call), MIGRATE_OK) << migrate_last_error();
            for (double& x : values) x = testing::rounded(type(), x);
            expect_close(testing::read_rows(type(), rows, bins, stride), testing::radial_basis(values, centers, gamma),
                         GetParam().tolerance());
            EXPECT_TRUE(testing::padding_is_zero(type(), rows, bins, stride));
        }
    }
}

TEST_P(Embedding, radial_basis_is_the_same_for_any_number_of_threads) {
    const int64_t n = 3000, stride = stride_of(40);
    const Doubles values = numbers(n, 0, 8);
    const Buffer centers(type(), numbers(40, 0, 8), 40, stride);
    const auto run = [&](int32_t threads) {
        Buffer rows(n * stride * size_of(type()));
        const migrate_radial_basis call{dtype(),       threads,        n,   40,         stride,
                                        values.data(), centers.data(), 2.0, rows.data()};
        EXPECT_EQ(migrate_radial_basis_run(&call), MIGRATE_OK);
        return rows;
    };
    const Buffer once = run(1);
    EXPECT_TRUE(run(2) == once);
    EXPECT_TRUE(run(3) == once);
}

TEST(RadialBasis, refuses_what_it_cannot_read) {
    const int64_t stride = whole_stride;
    const Doubles values(2);
    Buffer centers(stride * 4), rows(2 * stride * 4);
    const auto status = [&](auto&& change) {
        migrate_radial_basis call{MIGRATE_F32, 1, 2, 3, stride, values.data(), centers.data(), 1.0, rows.data()};
        change(call);
        return migrate_radial_basis_run(&call);
    };
    EXPECT_EQ(status([](auto&) {}), MIGRATE_OK);
    expect_refused(migrate_radial_basis_run(nullptr), "call is null");
    expect_refused(status([](auto& c) { c.dtype = MIGRATE_BF16; }), "dtype must be");
    expect_refused(status([](auto& c) { c.n = -1; }), "n is out of range");
    expect_refused(status([](auto& c) { c.stride = 0; }), "stride is out of range");
    expect_odd_stride_refused(status([](auto& c) { c.stride--; }));
    expect_refused(status([](auto& c) { c.threads = 0; }), "threads must be");
    expect_refused(status([](auto& c) { c.bins = 0; }), "bins is not 1 to stride");
    expect_refused(status([](auto& c) { c.bins = c.stride + 1; }), "bins is not 1 to stride");
    expect_refused(status([](auto& c) { c.centers = nullptr; }), "centers is null");
    expect_refused(status([](auto& c) { c.values = nullptr; }), "values or rows is null");
    expect_refused(status([](auto& c) { c.rows = nullptr; }), "values or rows is null");
}

// ---- interpolation --------------------------------------------------------------------------------------------------

struct Table {
    int64_t width, stride, intervals;
    Doubles numbers;
    Buffer rows;

    Table(Storage type, int64_t width, int64_t stride, int64_t intervals)
        : width(width),
          stride(stride),
          intervals(intervals),
          numbers(testing::Random(2).numbers((intervals + 3) * width, 1, type)),
          rows(type, numbers, width, stride) {}

    Buffer at(Storage type, const Doubles& position, int32_t threads = 1) const {
        Buffer out(int64_t(position.size()) * stride * size_of(type), 0xFF);
        const migrate_interpolate call{int32_t(type), threads,   int64_t(position.size()),
                                       stride,        intervals, position.data(),
                                       rows.data(),   out.data()};
        EXPECT_EQ(migrate_interpolate_run(&call), MIGRATE_OK) << migrate_last_error();
        return out;
    }
};

TEST_P(Embedding, interpolates_as_the_reference) {
    for (const int64_t width : {1, 17, 64, 100}) {
        for (const int64_t intervals : {1, 2, 50}) {
            SCOPED_TRACE(::testing::Message() << width << " channels, " << intervals << " intervals");
            const Table table(type(), width, stride_of(width), intervals);
            Doubles position = numbers(1500, 0, double(intervals));
            position[7] = 0;
            position[8] = double(intervals);
            position[9] = std::nextafter(double(intervals), 0);
            position[10] = 1;
            const Buffer rows = table.at(type(), position);
            expect_close(testing::read_rows(type(), rows, width, table.stride),
                         testing::interpolated(position, table.numbers, intervals), GetParam().tolerance());
            EXPECT_TRUE(testing::padding_is_zero(type(), rows, width, table.stride));
        }
    }
}

// At its own abscissas a table gives its rows to the last bit, and whatever lies outside gives the end.
TEST_P(Embedding, interpolation_goes_through_the_table_and_no_further) {
    const Table table(type(), 33, stride_of(33), 5);
    Doubles inside, outside = {-0.25, -1e300, 5.5, 1e300, std::numeric_limits<double>::infinity()};
    for (int i = 0; i <= 5; i++) inside.push_back(i);
    const Doubles got = testing::read_rows(type(), table.at(type(), inside), 33, table.stride);
    EXPECT_EQ(got, Doubles(table.numbers.begin() + 33, table.numbers.begin() + 7 * 33));
    EXPECT_TRUE(table.at(type(), outside) == table.at(type(), {0, 0, 5, 5, 5}));
}

// Nothing outside the table is read, and what is not a number does not become one.
TEST_P(Embedding, interpolation_keeps_nan) {
    const Table table(type(), 16, stride_of(16), 5);
    const Buffer rows = table.at(type(), {std::numeric_limits<double>::quiet_NaN(), 2});
    const Doubles got = testing::read_rows(type(), rows, 16, table.stride);
    for (int i = 0; i < 16; i++) EXPECT_TRUE(std::isnan(got[i])) << got[i];
    for (int i = 16; i < 32; i++) EXPECT_EQ(got[i], table.numbers[3 * 16 + i - 16]);
}

TEST_P(Embedding, interpolation_is_the_same_for_any_number_of_threads) {
    const Table table(type(), 64, stride_of(64), 9);
    const Doubles position = numbers(3000, 0, 9);
    const Buffer once = table.at(type(), position, 1);
    EXPECT_TRUE(table.at(type(), position, 2) == once);
    EXPECT_TRUE(table.at(type(), position, 3) == once);
}

TEST(Interpolation, refuses_what_it_cannot_read) {
    const int64_t stride = whole_stride;
    const Doubles position = {0, 1}, table(std::size_t(4 * stride));
    Doubles rows(std::size_t(2 * stride));
    const auto status = [&](auto&& change) {
        migrate_interpolate call{MIGRATE_F64, 1, 2, stride, 1, position.data(), table.data(), rows.data()};
        change(call);
        return migrate_interpolate_run(&call);
    };
    EXPECT_EQ(status([](auto&) {}), MIGRATE_OK);
    expect_refused(migrate_interpolate_run(nullptr), "call is null");
    expect_refused(status([](auto& c) { c.dtype = 9; }), "dtype must be");
    expect_refused(status([](auto& c) { c.n = -1; }), "n is out of range");
    expect_refused(status([](auto& c) { c.stride = -8; }), "stride is out of range");
    expect_odd_stride_refused(status([](auto& c) { c.stride--; }));
    expect_refused(status([](auto& c) { c.threads = 0; }), "threads must be");
    expect_refused(status([](auto& c) { c.intervals = 0; }), "intervals is out of range");
    expect_refused(status([](auto& c) { c.intervals = int64_t{1} << 30; }), "intervals is out of range");
    expect_refused(status([](auto& c) { c.table = nullptr; }), "table is null");
    expect_refused(status([](auto& c) { c.position = nullptr; }), "position or rows is null");
    expect_refused(status([](auto& c) { c.rows = nullptr; }), "position or rows is null");
    EXPECT_EQ(status([](auto& c) { c.n = 0, c.position = nullptr, c.rows = nullptr; }), MIGRATE_OK);
}

// ---- pooling --------------------------------------------------------------------------------------------------------

TEST_P(Embedding, pool_matches_the_reference) {
    for (const int64_t width : testing::channel_counts) {
        SCOPED_TRACE(width);
        // A batch may leave rows out, and read some twice.
        const std::vector<int32_t> begin = {0, 1, 40, 3, 199}, count = {1, 39, 150, 7, 1};
        const int64_t stride = stride_of(width);
        const Doubles numbers = testing::Random(4).numbers(200 * width, 2, type());
        const Buffer rows(type(), numbers, width, stride);
        Buffer out(5 * stride * size_of(type()), 0xFF);
        const migrate_pool call{dtype(), 0, 200, 5, stride, begin.data(), count.data(), rows.data(), out.data()};
        ASSERT_EQ(migrate_pool_run(&call), MIGRATE_OK) << migrate_last_error();
        expect_close(testing::read_rows(type(), out, width, stride), testing::pool(numbers, width, begin, count),
                     GetParam().tolerance());
        EXPECT_TRUE(testing::padding_is_zero(type(), out, width, stride));
    }
}

TEST(Pool, refuses_segments_outside_the_rows) {
    const int64_t stride = whole_stride;
    const Doubles rows(std::size_t(4 * stride));
    Doubles out(std::size_t(2 * stride));
    const auto status = [&](std::vector<int32_t> begin, std::vector<int32_t> count, auto&& change) {
        migrate_pool call{MIGRATE_F64, 0, 4, 2, stride, begin.data(), count.data(), rows.data(), out.data()};
        change(call);
        return migrate_pool_run(&call);
    };
    const auto nothing = [](auto&) {};
    EXPECT_EQ(status({0, 1}, {1, 3}, nothing), MIGRATE_OK);
    expect_refused(status({0, -1}, {1, 3}, nothing), "a segment is not within the rows");
    expect_refused(status({0, 1}, {1, 4}, nothing), "a segment is not within the rows");
    expect_refused(status({0, 1}, {0, 3}, nothing), "a segment is not within the rows");
    expect_refused(status({0, 1}, {1, -3}, nothing), "a segment is not within the rows");
    expect_refused(status({0, INT32_MAX}, {1, INT32_MAX}, nothing), "a segment is not within the rows");
    expect_refused(migrate_pool_run(nullptr), "call is null");
    expect_refused(status({0, 1}, {1, 3}, [](auto& c) { c.dtype = MIGRATE_F16; }), "dtype must be");
    expect_refused(status({0, 1}, {1, 3}, [](auto& c) { c.n_rows = -1; }), "n is out of range");
    expect_refused(status({0, 1}, {1, 3}, [](auto& c) { c.stride = 0; }), "stride is out of range");
    expect_odd_stride_refused(status({0, 1}, {1, 3}, [](auto& c) { c.stride--; }));
    expect_refused(status({0, 1}, {1, 3}, [](auto& c) { c.n_segments = -1; }), "n_segments is out of range");
    expect_refused(status({0, 1}, {1, 3}, [](auto& c) { c.begin = nullptr; }), "an array is null");
    expect_refused(status({0, 1}, {1, 3}, [](auto& c) { c.count = nullptr; }), "an array is null");
    expect_refused(status({0, 1}, {1, 3}, [](auto& c) { c.rows = nullptr; }), "an array is null");
    expect_refused(status({0, 1}, {1, 3}, [](auto& c) { c.out = nullptr; }), "an array is null");
    EXPECT_EQ(status({}, {}, [](auto& c) { c.n_segments = 0, c.out = nullptr; }), MIGRATE_OK);
}

INSTANTIATE_TEST_SUITE_P(Kernels, Embedding, ::testing::ValuesIn(plain_variants()), testing::variant_name);

}  // namespace
}  // namespace migrate
