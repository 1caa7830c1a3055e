#include "neighbors/neighbor_list.hpp"

#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include "errors.hpp"
#include "structures.hpp"

namespace migrate {
namespace {

using Pair = std::tuple<int, int, int64_t, int64_t, int64_t>;  // source, target, shift

// Every image that a component-wise bound allows, one after another.
std::set<Pair> brute_force(const Crystal& crystal, double cutoff) {
    std::set<Pair> pairs;
    const Vec3 heights = crystal.lattice.heights();
    const int n = crystal.n_atoms();
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            const Vec3 away = crystal.fractional[std::size_t(j)] - crystal.fractional[std::size_t(i)];
            int64_t low[3], high[3];
            for (std::size_t x = 0; x < 3; x++) {
                low[x] = int64_t(std::floor(-away[x] - cutoff / heights[x]));
                high[x] = int64_t(std::ceil(-away[x] + cutoff / heights[x]));
            }
            for (int64_t a = low[0]; a <= high[0]; a++) {
                for (int64_t b = low[1]; b <= high[1]; b++) {
                    for (int64_t c = low[2]; c <= high[2]; c++) {
                        const double d =
                            length(crystal.lattice.cartesian(Vec3{double(a), double(b), double(c)} + away));
                        if (d <= cutoff && !(i == j && a == 0 && b == 0 && c == 0)) pairs.insert({i, j, a, b, c});
                    }
                }
            }
        }
    }
    return pairs;
}

void expect_same_pairs(const Crystal& crystal, double cutoff) {
    const NeighborList list = find_neighbors(crystal, cutoff);
    std::vector<Pair> found;
    for (int i = 0; i < crystal.n_atoms(); i++) {
        for (auto k = std::size_t(list.row_begin[std::size_t(i)]); k < std::size_t(list.row_begin[std::size_t(i) + 1]);
             k++) {
            found.push_back({i, list.target[k], list.shift[3 * k], list.shift[3 * k + 1], list.shift[3 * k + 2]});
            const Vec3 r{list.displacement[3 * k], list.displacement[3 * k + 1], list.displacement[3 * k + 2]};
            EXPECT_NEAR(length(r), list.distance[k], 1e-12);
        }
    }
    EXPECT_TRUE(std::is_sorted(found.begin(), found.end()));
    EXPECT_EQ(std::set<Pair>(found.begin(), found.end()), brute_force(crystal, cutoff));
    EXPECT_EQ(found.size(), list.target.size());
}

TEST(NeighborList, matches_brute_force_in_random_cells) {
    for (unsigned seed = 0; seed < 60; seed++) expect_same_pairs(testing::random_crystal(seed), 0.5 + 0.1 * seed);
}

TEST(NeighborList, matches_brute_force_in_difficult_cells) {
    for (const Crystal& crystal : testing::difficult_crystals()) {
        if (crystal.lattice.longest() > 1e3) continue;  // too many images for brute force
        for (const double cutoff : {1.0, 3.1, 5.0}) expect_same_pairs(crystal, cutoff);
    }
}

TEST(NeighborList, does_not_depend_on_how_the_lattice_is_written) {
    // The same lattice, 3 x 3.2 x 3.5, with short vectors and with vectors up to 6e4 long.
    const Crystal plain{{{{{3, 0, 0}, {0, 3.2, 0}, {0, 0, 3.5}}}}, {{0, 0, 0}}};
    const Crystal skewed{{{{{3, 0, 0}, {3e4, 3.2, 0}, {-6e4, 2e4 * 3.2, 3.5}}}}, {{0, 0, 0}}};
    auto a = find_neighbors(plain, 8).distance, b = find_neighbors(skewed, 8).distance;
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); i++) EXPECT_NEAR(a[i], b[i], 1e-9);
}

TEST(NeighborList, refuses_more_pairs_than_memory_should_hold) {
    EXPECT_THROW(find_neighbors({testing::cubic(0.6), {{0, 0, 0}}}, 1000), InvalidCrystal);
}

}  // namespace
}  // namespace migrate
