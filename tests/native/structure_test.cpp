// Voronoi cells and space groups of crystals whose answers are known.
#include <gtest/gtest.h>

#include <numbers>
#include <numeric>

#include "errors.hpp"
#include "graph/nearest_shell.hpp"
#include "neighbors/neighbor_list.hpp"
#include "structure/symmetry.hpp"
#include "structure/voronoi.hpp"
#include "structures.hpp"

namespace migrate {
namespace {

constexpr double smallest_share = 1e-3;

const Lattice face_centred{{{{0, 2, 2}, {2, 0, 2}, {2, 2, 0}}}};
const Lattice body_centred{{{{-2, 2, 2}, {2, -2, 2}, {2, 2, -2}}}};

class Voronoi : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!has_voronoi()) GTEST_SKIP() << "built without Voro++";
    }
};

class Symmetry : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!has_symmetry()) GTEST_SKIP() << "built without spglib";
    }

    static migrate_symmetry of(const Crystal& crystal, std::vector<int32_t> species,
                               std::vector<int32_t>* orbits = nullptr) {
        std::vector<int32_t> orbit(crystal.fractional.size());
        const migrate_symmetry found = find_symmetry(crystal, species.data(), 0.01, orbit.data());
        if (orbits != nullptr) *orbits = orbit;
        return found;
    }
};

void expect_cells(const VoronoiCells& cells, const Crystal& crystal) {
    const double volume = std::accumulate(cells.volume.begin(), cells.volume.end(), 0.0);
    EXPECT_NEAR(volume, crystal.lattice.volume(), 1e-6 * crystal.lattice.volume());
}

TEST_F(Voronoi, cell_of_a_cubic_lattice_is_a_cube) {
    const Crystal crystal{testing::cubic(3), {{0.3, 0.1, -0.7}}};
    const VoronoiCells cells = find_voronoi_cells(crystal, smallest_share);
    EXPECT_NEAR(cells.volume[0], 27, 1e-9);
    ASSERT_EQ(cells.neighbor.size(), 6u);
    for (std::size_t f = 0; f < 6; f++) {
        EXPECT_NEAR(cells.area[f], 9, 1e-9);
        EXPECT_NEAR(cells.solid_angle[f], 4 * std::numbers::pi / 6, 1e-9);
        EXPECT_EQ(cells.edges[f], 4);
    }
}

TEST_F(Voronoi, cell_of_a_face_centred_lattice_is_a_rhombic_dodecahedron) {
    const Crystal crystal{face_centred, {{0, 0, 0}}};
    const VoronoiCells cells = find_voronoi_cells(crystal, smallest_share);
    EXPECT_NEAR(cells.volume[0], 16, 1e-9);
    ASSERT_EQ(cells.neighbor.size(), 12u);
    for (std::size_t f = 0; f < 12; f++) {
        // A twelfth of the volume is a pyramid of height sqrt 2 over the face.
        EXPECT_NEAR(cells.area[f], 3 * 16 / 12.0 / std::numbers::sqrt2, 1e-9);
        EXPECT_EQ(cells.edges[f], 4);
    }
}

TEST_F(Voronoi, cell_of_a_body_centred_lattice_is_a_truncated_octahedron) {
    const Crystal crystal{body_centred, {{0, 0, 0}}};
    const VoronoiCells cells = find_voronoi_cells(crystal, smallest_share);
    ASSERT_EQ(cells.neighbor.size(), 14u);
    EXPECT_EQ(std::count(cells.edges.begin(), cells.edges.end(), 6), 8);
    EXPECT_EQ(std::count(cells.edges.begin(), cells.edges.end(), 4), 6);
}

TEST_F(Voronoi, volumes_fill_the_cell_and_angles_the_sphere) {
    for (unsigned seed = 0; seed < 40; seed++) {
        const Crystal crystal = testing::random_crystal(seed);
        if (!find_neighbors(crystal, coincident_distance).target.empty()) continue;
        const VoronoiCells cells = find_voronoi_cells(crystal, 0);
        expect_cells(cells, crystal);
        for (std::size_t i = 0; i + 1 < cells.row_begin.size(); i++) {
            const double sum = std::accumulate(cells.solid_angle.begin() + cells.row_begin[i],
                                               cells.solid_angle.begin() + cells.row_begin[i + 1], 0.0);
            EXPECT_NEAR(sum, 4 * std::numbers::pi, 1e-6);
        }
    }
}

TEST_F(Voronoi, skewed_vectors_and_mirrored_cells_give_the_same_cells) {
    const Crystal plain{{{{{3, 0, 0}, {0, 3.2, 0}, {0.4, 0, 3.5}}}}, {{0, 0, 0}, {0.5, 0.4, 0.3}}};
    Crystal skewed = plain;
    skewed.lattice.rows[1] = plain.lattice.rows[1] + 7.0 * plain.lattice.rows[0];
    for (Vec3& f : skewed.fractional) f[0] -= 7 * f[1];
    Crystal mirrored = plain;
    for (Vec3& row : mirrored.lattice.rows) row[2] = -row[2];
    const VoronoiCells expected = find_voronoi_cells(plain, smallest_share);
    expect_cells(expected, plain);
    for (const Crystal& crystal : {skewed, mirrored}) {
        const VoronoiCells cells = find_voronoi_cells(crystal, smallest_share);
        ASSERT_EQ(cells.neighbor.size(), expected.neighbor.size());
        for (std::size_t i = 0; i < 2; i++) EXPECT_NEAR(cells.volume[i], expected.volume[i], 1e-9);
    }
}

TEST_F(Voronoi, a_void_that_no_cell_closes_is_said) {
    const Crystal crystal{{{{{200, 0, 0}, {0, 200, 0}, {0, 0, 200}}}}, {{0, 0, 0}}};
    EXPECT_THROW(find_voronoi_cells(crystal, smallest_share), InvalidCrystal);
}

TEST_F(Symmetry, rock_salt) {
    const Crystal crystal{face_centred, {{0, 0, 0}, {0.5, 0.5, 0.5}}};
    const migrate_symmetry found = of(crystal, {11, 17});
    EXPECT_EQ(found.space_group, 225);
    EXPECT_EQ(found.point_group_order, 48);
    EXPECT_EQ(found.centrosymmetric, 1);
    EXPECT_EQ(found.n_orbits, 2);
    // Equal atoms: a simple cubic lattice of half the edge.
    EXPECT_EQ(of(crystal, {11, 11}).space_group, 221);
}

TEST_F(Symmetry, zinc_blende_has_no_inversion) {
    const migrate_symmetry found = of({face_centred, {{0, 0, 0}, {0.25, 0.25, 0.25}}}, {30, 16});
    EXPECT_EQ(found.space_group, 216);
    EXPECT_EQ(found.point_group_order, 24);
    EXPECT_EQ(found.centrosymmetric, 0);
}

TEST_F(Symmetry, supercell_has_the_same_group_and_orbits) {
    std::vector<int32_t> orbits;
    const migrate_symmetry found =
        of({{{{{4, 0, 0}, {0, 4, 0}, {0, 0, 8}}}}, {{0, 0, 0}, {0, 0, 0.5}, {0.5, 0.5, 0.25}, {0.5, 0.5, 1.75}}},
           {55, 55, 17, 17}, &orbits);
    EXPECT_EQ(found.space_group, 221);
    EXPECT_EQ(found.point_group_order, 48);
    EXPECT_EQ(orbits, (std::vector<int32_t>{0, 0, 2, 2}));
}

TEST(Structure, capabilities_agree_with_what_works) {
    const Crystal crystal{testing::cubic(3), {{0, 0, 0}}};
    EXPECT_EQ((migrate_capabilities() & MIGRATE_CAPABILITY_VORONOI) != 0, has_voronoi());
    EXPECT_EQ((migrate_capabilities() & MIGRATE_CAPABILITY_SYMMETRY) != 0, has_symmetry());
    int32_t species = 1, orbit = -1;
    if (!has_voronoi()) {
        EXPECT_THROW(find_voronoi_cells(crystal, 0), InvalidArgument);
    }
    if (!has_symmetry()) {
        EXPECT_THROW(find_symmetry(crystal, &species, 0.01, &orbit), InvalidArgument);
    }
}

}  // namespace
}  // namespace migrate
