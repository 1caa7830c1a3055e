// Neighbour lists by the emulated kernels against those of the CPU library, and the prefix sums that both need.
#include <gtest/gtest.h>

#include <numeric>

#include "graph_batch.hpp"
#include "graph_reference.hpp"
#include "neighbors/neighbor_list.hpp"

namespace migrate::cuda::testing {
namespace {

void expect_lists_of_the_cpu(const std::vector<Crystal>& crystals, double cutoff, const Grid& grid = {}) {
    NeighborList want;
    want.row_begin = {0};
    int32_t atom = 0;
    for (const Crystal& crystal : crystals) {
        const NeighborList list = find_neighbors(crystal, cutoff);
        const auto pair = static_cast<int32_t>(want.target.size());
        for (std::size_t i = 1; i < list.row_begin.size(); i++) want.row_begin.push_back(pair + list.row_begin[i]);
        append_moved(want.target, list.target, atom);
        append(want.shift, list.shift);
        append(want.displacement, list.displacement);
        append(want.distance, list.distance);
        atom += crystal.n_atoms();
    }
    const auto pairs = static_cast<int64_t>(want.target.size());
    if (pairs > 0) {
        const BatchNeighbors none = list_neighbors(crystals, cutoff, pairs - 1, grid);
        EXPECT_EQ(none.pairs, pairs);
        EXPECT_EQ(none.row_begin, std::vector<int32_t>(want.row_begin.size(), 0));
    }
    const BatchNeighbors got = list_neighbors(crystals, cutoff, pairs, grid);
    EXPECT_EQ(got.status, std::vector<int32_t>(crystals.size(), 0));
    ASSERT_EQ(got.pairs, pairs);
    expect_bits("row_begin", got.row_begin, want.row_begin);
    expect_bits("target", got.target, want.target);
    expect_bits("shift", got.shift, want.shift);
    expect_bits("displacement", got.displacement, want.displacement);
    expect_bits("distance", got.distance, want.distance);
}

TEST(CudaNeighborList, equals_the_cpu_library_bit_for_bit) {
    std::vector<Crystal> crystals = mixed_batch();
    crystals.push_back({cubic(5), {{0.1, 0.2, 0.3}, {0.1, 0.2, 0.3}, {1.1, 0.2, 0.3}}});  // one point three times
    for (const double cutoff : {0.1, 3.1, 5.0}) expect_lists_of_the_cpu(crystals, cutoff);
}

TEST(CudaNeighborList, does_not_depend_on_order_or_grid) {
    const std::vector<Crystal> crystals = {migrate::testing::random_crystal(7),
                                           supercell({cubic(3.6), {{0, 0, 0}}}, {4, 3, 3})};
    for (const unsigned order : orders) {
        const InOrder in_order(order);
        for (const unsigned blocks : {1u, 3u, 7u}) expect_lists_of_the_cpu(crystals, 4, {blocks, 64});
    }
}

TEST(CudaNeighborList, refuses_more_pairs_than_memory_should_hold) {
    const std::vector<Crystal> crystals = {{cubic(0.6), {{0, 0, 0}}}, {cubic(700), {{0, 0, 0}}}};
    const BatchNeighbors got = list_neighbors(crystals, 1000, 100);
    EXPECT_EQ(got.status, (std::vector<int32_t>{int32_t(StructureStatus::too_many_pairs), 0}));
    EXPECT_EQ(got.row_begin, (std::vector<int32_t>{0, 0, 18}));
}

// ---- prefix sums ----------------------------------------------------------------------------------------------------

TEST(CudaScan, equals_a_plain_sum_in_any_order) {
    for (const int32_t length : {0, 1, 31, 32, 33, 1023, 1024, 1025, 2047, 140'000}) {
        std::vector<int32_t> count(static_cast<std::size_t>(length));
        for (std::size_t i = 0; i < count.size(); i++) count[i] = static_cast<int32_t>(i * 7919 % 11 + 1);
        std::vector<int32_t> want(count.size() + 1);
        std::partial_sum(count.begin(), count.end(), want.begin() + 1);
        for (const unsigned order : orders) {
            const InOrder in_order(order);
            const Grid grid{1 + order, 64};
            std::vector<int32_t> begin = device_array<int32_t>(length + 1), in_place = count;
            in_place.push_back(-1);
            int64_t total = -1;
            scan(grid, &length, length, count.data(), begin.data(), want.back() - 1, &total);
            EXPECT_EQ(total, want.back());
            EXPECT_EQ(begin, length == 0 ? want : std::vector<int32_t>(want.size(), 0)) << length;
            scan(grid, &length, length, count.data(), begin.data(), want.back(), &total);
            EXPECT_EQ(total, want.back());
            EXPECT_EQ(begin, want) << length;
            scan(grid, &length, length, in_place.data(), in_place.data(), want.back(), &total);
            EXPECT_EQ(in_place, want) << length;
        }
    }
}

TEST(CudaScan, knows_totals_that_no_array_can_hold) {
    const int32_t length = 3;
    const std::vector<int32_t> count(3, 1 << 30);
    std::vector<int32_t> begin(4, -1);
    int64_t total = 0;
    scan({}, &length, length, count.data(), begin.data(), int64_t{1} << 40, &total);
    EXPECT_EQ(total, int64_t{3} << 30);
    EXPECT_EQ(begin, std::vector<int32_t>(4, 0));
}

}  // namespace
}  // namespace migrate::cuda::testing
