#include "lattice.hpp"

#include <gtest/gtest.h>

#include "structures.hpp"

namespace migrate {
namespace {

void expect_inverse_integers(const ReducedLattice& r) {
    for (std::size_t i = 0; i < 3; i++) {
        for (std::size_t j = 0; j < 3; j++) {
            int64_t sum = 0;
            for (std::size_t k = 0; k < 3; k++) sum += r.to_reduced[i][k] * r.from_reduced[k][j];
            EXPECT_EQ(sum, i == j ? 1 : 0);
        }
    }
}

TEST(ReducedLattice, spans_the_same_points) {
    for (unsigned seed = 0; seed < 200; seed++) {
        const Lattice original = testing::random_crystal(seed).lattice;
        const ReducedLattice r(original);
        expect_inverse_integers(r);
        EXPECT_NEAR(r.lattice.volume(), original.volume(), 1e-9 * original.volume());
        const Vec3 f{0.3, -1.7, 2.9};
        const Vec3 difference = r.lattice.cartesian(r.fractional(f)) - original.cartesian(f);
        EXPECT_LT(length(difference), 1e-10);
    }
}

TEST(ReducedLattice, has_short_vectors_however_skewed_the_cell) {
    // The lattice of 3 x 3.2 x 3.5, written with vectors up to 5e4 long.
    const ReducedLattice r(Lattice{{{{3, 0, 0}, {3e4, 3.2, 0}, {-6e4, 2e4 * 3.2, 3.5}}}});
    expect_inverse_integers(r);
    EXPECT_NEAR(r.lattice.longest(), 3.5, 1e-6);
}

TEST(ReducedLattice, finds_the_shortest_vector) {
    for (unsigned seed = 0; seed < 200; seed++) {
        const Lattice original = testing::random_crystal(seed).lattice;
        const auto& rows = ReducedLattice(original).lattice.rows;
        double shortest = INFINITY;
        for (int a = -6; a <= 6; a++) {
            for (int b = -6; b <= 6; b++) {
                for (int c = -6; c <= 6; c++) {
                    if (a == 0 && b == 0 && c == 0) continue;
                    const double n[] = {double(a), double(b), double(c)};
                    shortest = std::min(shortest, length(original.cartesian({n[0], n[1], n[2]})));
                }
            }
        }
        // The box of images above may miss the shortest one, never the other way round.
        EXPECT_LE(std::min({length(rows[0]), length(rows[1]), length(rows[2])}), shortest + 1e-9);
    }
}

TEST(Lattice, heights_are_distances_between_faces) {
    const Vec3 h = Lattice{{{{2, 0, 0}, {1, 3, 0}, {0, 0, 5}}}}.heights();
    EXPECT_NEAR(h[0], 6 / std::sqrt(10.0), 1e-12);  // 6 = |a x b|, sqrt(10) = |b|
    EXPECT_NEAR(h[1], 3, 1e-12);
    EXPECT_NEAR(h[2], 5, 1e-12);
}

TEST(Lattice, rounds_half_to_even) {
    EXPECT_EQ(round_decimals(0.5, 1), 0);
    EXPECT_EQ(round_decimals(1.5, 1), 2);
    EXPECT_EQ(round_decimals(-2.5, 1), -2);
    EXPECT_EQ(round_decimals(6.407468971388442, 1e5), 6.40747);
}

}  // namespace
}  // namespace migrate
