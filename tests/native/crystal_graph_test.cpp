#include "graph/crystal_graph.hpp"

#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "errors.hpp"
#include "graph/nearest_shell.hpp"
#include "structures.hpp"

namespace migrate {
namespace {

migrate_graph_settings settings(int32_t k, int32_t ties, int32_t relations) {
    return {k, ties, relations, 0, 8.0, 1e-4};
}

const int32_t all_ties[] = {MIGRATE_TIES_PUBLISHED, MIGRATE_TIES_WHOLE_SHELL};
const int32_t all_relations[] = {MIGRATE_RELATIONS_DUPLICATED, MIGRATE_RELATIONS_CANONICAL};

// Sorted, symmetric, every atom with at least k bonds; multiplicities 1 or 2.
void expect_well_formed(const CrystalGraph& g, int32_t k, int32_t relations) {
    std::map<std::tuple<int, int, int, int, int>, int> bonds;
    const int n_atoms = int(g.row_begin.size()) - 1;
    for (int target = 0; target < n_atoms; target++) {
        const auto begin = std::size_t(g.row_begin[std::size_t(target)]),
                   end = std::size_t(g.row_begin[std::size_t(target) + 1]);
        EXPECT_GE(end - begin, std::size_t(k));
        for (std::size_t e = begin; e < end; e++) {
            const std::tuple key{target, g.source[e], g.shift[3 * e], g.shift[3 * e + 1], g.shift[3 * e + 2]};
            EXPECT_TRUE(bonds.empty() || bonds.rbegin()->first < key);
            bonds[key] = g.multiplicity[e];
            EXPECT_GT(g.distance[e], coincident_distance);
            if (relations == MIGRATE_RELATIONS_CANONICAL && g.source[e] != target) {
                EXPECT_EQ(g.multiplicity[e], 1);
            }
        }
    }
    for (const auto& [key, multiplicity] : bonds) {
        const auto [target, source, a, b, c] = key;
        const auto back = bonds.find({source, target, -a, -b, -c});
        ASSERT_NE(back, bonds.end());
        EXPECT_EQ(back->second, multiplicity);
        EXPECT_TRUE(multiplicity == 1 || multiplicity == 2);
    }
}

TEST(CrystalGraph, is_well_formed_for_every_policy) {
    for (const int32_t ties : all_ties) {
        for (const int32_t relations : all_relations) {
            for (unsigned seed = 0; seed < 40; seed++) {
                expect_well_formed(build_graph(testing::random_crystal(seed), settings(12, ties, relations)), 12,
                                   relations);
            }
            for (const Crystal& crystal : testing::difficult_crystals()) {
                expect_well_formed(build_graph(crystal, settings(12, ties, relations)), 12, relations);
            }
        }
    }
}

TEST(CrystalGraph, one_atom_has_bonds_to_its_images_only_and_all_double) {
    // Simple cubic: 6 images at a, 12 at a * sqrt(2); k = 12 keeps both shells.
    for (const int32_t relations : all_relations) {
        const CrystalGraph g =
            build_graph({testing::cubic(3), {{0.2, 0.3, 0.4}}}, settings(12, MIGRATE_TIES_WHOLE_SHELL, relations));
        EXPECT_EQ(g.source, std::vector<int32_t>(18, 0));
        EXPECT_EQ(g.multiplicity, std::vector<uint8_t>(18, 2));
    }
}

TEST(CrystalGraph, one_sided_relation_counts_once) {
    // On a line of period 60, apart from everything else: atoms at 0, 1 and 3. Nearest: 0 <-> 1, and 3 -> 1, which is
    // one-sided.
    const Crystal crystal{{{{{60, 0, 0}, {0, 60, 0}, {0, 0, 60}}}}, {{0, 0, 0}, {1 / 60.0, 0, 0}, {3 / 60.0, 0, 0}}};
    const CrystalGraph g = build_graph(crystal, settings(1, MIGRATE_TIES_WHOLE_SHELL, MIGRATE_RELATIONS_DUPLICATED));
    EXPECT_EQ(g.source, (std::vector<int32_t>{1, 0, 2, 1}));
    EXPECT_EQ(g.row_begin, (std::vector<int32_t>{0, 1, 3, 4}));
    EXPECT_EQ(g.multiplicity, (std::vector<uint8_t>{2, 2, 1, 1}));
    const CrystalGraph canonical =
        build_graph(crystal, settings(1, MIGRATE_TIES_WHOLE_SHELL, MIGRATE_RELATIONS_CANONICAL));
    EXPECT_EQ(canonical.multiplicity, (std::vector<uint8_t>{1, 1, 1, 1}));
}

TEST(CrystalGraph, opposite_bonds_have_exactly_opposite_vectors) {
    const CrystalGraph g =
        build_graph(testing::random_crystal(3), settings(12, MIGRATE_TIES_WHOLE_SHELL, MIGRATE_RELATIONS_DUPLICATED));
    std::map<std::array<double, 3>, int> seen;
    for (std::size_t e = 0; e < g.source.size(); e++) {
        seen[{g.displacement[3 * e], g.displacement[3 * e + 1], g.displacement[3 * e + 2]}]++;
    }
    for (const auto& [r, count] : seen) EXPECT_EQ((seen[{-r[0], -r[1], -r[2]}]), count);
}

TEST(CrystalGraph, refuses_cells_that_are_no_crystal) {
    const migrate_graph_settings s = settings(12, MIGRATE_TIES_WHOLE_SHELL, MIGRATE_RELATIONS_DUPLICATED);
    EXPECT_THROW(build_graph({testing::cubic(0.14), {{0, 0, 0}}}, s), InvalidCrystal);
    EXPECT_THROW(build_graph({testing::cubic(0.4), {{0, 0, 0}}}, s), InvalidCrystal);
}

TEST(PublishedCutoff, grows_to_the_longest_vector_then_twofold) {
    const Lattice lattice{{{{11.000004, 0, 0}, {0, 5, 0}, {0, 0, 3}}}};
    EXPECT_EQ(published_cutoff(lattice, 8, 7.9), 8);
    EXPECT_EQ(published_cutoff(lattice, 8, 8.1), 11);  // 5 decimals
    EXPECT_EQ(published_cutoff(lattice, 8, 11.5), 22);
    EXPECT_EQ(published_cutoff(lattice, 12, 13), 24);
}

}  // namespace
}  // namespace migrate
