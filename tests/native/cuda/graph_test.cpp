// Graphs by the emulated kernels against those of the CPU library: every number, bit for bit.
#include <gtest/gtest.h>

#include <cmath>

#include "graph/nearest_shell.hpp"
#include "graph_batch.hpp"
#include "graph_reference.hpp"

namespace migrate::cuda::testing {
namespace {

static_assert(coincident_distance == migrate::coincident_distance && tie_window == migrate::tie_window);
static_assert(sizeof(Site) == sizeof(migrate_site));
static_assert(int(Ties::published) == MIGRATE_TIES_PUBLISHED && int(Ties::whole_shell) == MIGRATE_TIES_WHOLE_SHELL);
static_assert(int(Relations::duplicated) == MIGRATE_RELATIONS_DUPLICATED &&
              int(Relations::canonical) == MIGRATE_RELATIONS_CANONICAL);

void expect_graphs_of_the_cpu(const std::vector<Crystal>& crystals, const GraphSettings& settings,
                              const Grid& grid = {}) {
    const BatchGraph want = expected_graphs(crystals, settings);
    const BatchGraph got = build_graphs(crystals, settings, room_for(want), grid);
    EXPECT_EQ(got.status, std::vector<int32_t>(crystals.size(), 0));
    expect_same(got, want);
}

const Ties all_ties[] = {Ties::published, Ties::whole_shell};
const Relations all_relations[] = {Relations::duplicated, Relations::canonical};

std::string name_of(const GraphSettings& s) {
    return "k " + std::to_string(s.neighbors) + " ties " + std::to_string(int(s.ties)) + " relations " +
           std::to_string(int(s.relations));
}

TEST(CudaGraph, equals_the_cpu_library_bit_for_bit) {
    const std::vector<Crystal> crystals = mixed_batch();
    for (const Ties ties : all_ties) {
        for (const Relations relations : all_relations) {
            for (const int32_t k : {1, 8, 12, 40}) {
                const GraphSettings settings{k, ties, relations};
                SCOPED_TRACE(name_of(settings));
                expect_graphs_of_the_cpu(crystals, settings);
            }
        }
    }
}

TEST(CudaGraph, equals_the_cpu_library_in_many_random_cells) {
    std::vector<Crystal> crystals;
    for (unsigned seed = 100; seed < 160; seed++) crystals.push_back(migrate::testing::random_crystal(seed));
    for (const Ties ties : all_ties) {
        expect_graphs_of_the_cpu(crystals, {12, ties, Relations::duplicated}, {.blocks = 2, .threads = 256});
    }
}

TEST(CudaGraph, does_not_depend_on_order_or_grid) {
    std::vector<Crystal> crystals = {migrate::testing::random_crystal(7),
                                     {cubic(3.1), {{0, 0, 0}}},
                                     supercell({cubic(3.6), {{0, 0, 0}}}, {4, 3, 3})};
    for (const Ties ties : all_ties) {
        const GraphSettings settings{8, ties, Relations::duplicated};
        const BatchGraph want = expected_graphs(crystals, settings);
        for (const unsigned order : orders) {
            const InOrder in_order(order);
            for (const unsigned blocks : {1u, 3u, 7u}) {
                SCOPED_TRACE(name_of(settings) + " order " + std::to_string(order) + " blocks " +
                             std::to_string(blocks));
                expect_same(build_graphs(crystals, settings, room_for(want), {blocks, 32 * (1 + order % 2)}), want);
            }
        }
    }
}

// The cut lies beyond the first radius, which has to grow for it.
TEST(CudaGraph, equals_the_cpu_library_with_thick_shells) {
    for (const double tolerance : {0.3, 2.0}) {
        expect_graphs_of_the_cpu(mixed_batch(), {2, Ties::whole_shell, Relations::duplicated, 8, tolerance});
    }
}

// Just before the first radius ends comes the cut, and just after it a tie.
TEST(CudaGraph, sees_ties_beyond_its_first_radius) {
    const double side = 20, radius = std::cbrt((1.5 * 1 + 6) / (4.18879 * 40 / (side * side * side)));
    Crystal crystal{cubic(side), std::vector<Vec3>(40, Vec3{0.5, 0.5, 0.5})};
    crystal.fractional[0] = {0, 0, 0};
    crystal.fractional[1] = {2 / side, 0, 0};
    crystal.fractional[2] = {0, (radius - 2e-4) / side, 0};
    crystal.fractional[3] = {0, 0, (radius + 3e-4) / side};
    const GraphSettings settings{1, Ties::whole_shell, Relations::duplicated, 8, radius - 5e-4 - 2};
    EXPECT_EQ(expected_graphs({crystal}, settings).sites[0].ties_dropped, 2);
    expect_graphs_of_the_cpu({crystal}, settings);
}

// Far more candidates than a warp keeps: selection by repeated visits.
TEST(CudaGraph, sees_more_candidates_than_it_keeps) {
    const Crystal slab = scattered({{{{10, 0, 0}, {0, 11, 0}, {0, 0, 900}}}}, 40, {0, 0, 0.5}, {1, 1, 0.503}, 1);
    Crystal cluster = scattered(cubic(9), 40, {0.5, 0.5, 0.5}, {0.5, 0.5, 0.5}, 2);  // all at one point
    for (const Vec3& f : {Vec3{0.1, 0.2, 0.3}, Vec3{0.9, 0.4, 0.6}}) cluster.fractional.push_back(f);
    for (const Ties ties : all_ties) {
        expect_graphs_of_the_cpu({slab, cluster}, {12, ties, Relations::canonical});
        expect_graphs_of_the_cpu({{cubic(2.9), {{0.1, 0, 0}, {0.4, 0.3, 0.8}}}}, {300, ties, Relations::duplicated});
        expect_graphs_of_the_cpu({{cubic(3), {{0, 0, 0}}}}, {1024, ties, Relations::canonical});
    }
}

TEST(CudaGraph, says_what_it_has_no_room_for) {
    const std::vector<Crystal> crystals = {
        migrate::testing::random_crystal(1), {cubic(3.1), {{0, 0, 0}}}, migrate::testing::random_crystal(2)};
    const GraphSettings settings{8, Ties::whole_shell, Relations::duplicated};
    const BatchGraph want = expected_graphs(crystals, settings);
    const Capacity exact = room_for(want);

    const BatchGraph no_relations =
        build_graphs(crystals, settings, {exact.relations - 1, exact.bonds, exact.triplets});
    EXPECT_EQ(no_relations.relations, want.relations);
    EXPECT_EQ(no_relations.bonds, 0);
    EXPECT_EQ(no_relations.row_begin, std::vector<int32_t>(want.row_begin.size(), 0));

    const BatchGraph no_bonds = build_graphs(crystals, settings, {exact.relations, exact.bonds - 1, exact.triplets});
    EXPECT_EQ(no_bonds.relations, want.relations);
    EXPECT_EQ(no_bonds.bonds, want.bonds);
    EXPECT_EQ(no_bonds.triplets, 0);
    EXPECT_EQ(no_bonds.row_begin, std::vector<int32_t>(want.row_begin.size(), 0));

    EXPECT_EQ(build_graphs(crystals, settings, {exact.relations, 0, 0}).bonds, want.bonds);
    EXPECT_EQ(build_graphs(crystals, settings, {0, 0, 0}).relations, want.relations);

    const BatchGraph no_triplets = build_graphs(crystals, settings, {exact.relations, exact.bonds, exact.triplets - 1});
    EXPECT_EQ(no_triplets.bonds, want.bonds);
    EXPECT_EQ(no_triplets.triplets, want.triplets);
    EXPECT_EQ(no_triplets.triplet_begin, std::vector<int32_t>(want.triplet_begin.size(), 0));
    expect_bits("source", no_triplets.source, want.source);

    expect_same(build_graphs(crystals, settings, exact), want);
}

TEST(CudaGraph, goes_on_past_structures_that_are_no_crystals) {
    const Crystal good = migrate::testing::random_crystal(11);
    const Lattice endless{{{{1e200, 0, 0}, {0, 1e200, 0}, {0, 0, 1e200}}}};
    const Lattice skewed{{{{3, 0, 0}, {3e15, 3.2, 0}, {-5e15, 2e15, 3.5}}}};
    const std::vector<Crystal> crystals = {
        {cubic(3), {}},
        good,
        {{{{{1, 2, 3}, {2, 4, 6}, {0, 0, 1}}}}, {{0, 0, 0}}},
        {endless, {{0, 0, 0}}},
        {cubic(NAN), {{0, 0, 0}}},
        {cubic(4), {{0, 0, 0}, {0, 1e4, 0}, {0, -1.1e4, 0}, {NAN, 0, 0}}},
        good,
        {cubic(4), {{0, 0, 0}, {0.5, 0.5, INFINITY}}},
        {cubic(0.14), {{0, 0, 0}}},
        {cubic(0.4), {{0, 0, 0}}},
        {skewed, {{0, 0, 0}}},
        good,
    };
    using enum StructureStatus;
    const std::vector<StructureStatus> want = {atom_count,       ok,         no_volume,  no_volume,
                                               no_volume,        coordinate, ok,         coordinate,
                                               vector_too_short, too_dense,  too_skewed, ok};
    std::vector<int32_t> status;
    for (const StructureStatus s : want) status.push_back(static_cast<int32_t>(s));
    for (const Ties ties : all_ties) {
        const GraphSettings settings{12, ties, Relations::duplicated};
        const BatchGraph want_graphs = expected_graphs(crystals, settings, status);
        const BatchGraph got = build_graphs(crystals, settings, room_for(want_graphs));
        EXPECT_EQ(got.status, status);
        EXPECT_EQ(got.bad_site[5], 2);
        EXPECT_EQ(got.bad_site[7], 1);
        EXPECT_EQ(got.bad_value[8], 0.14);
        EXPECT_EQ(got.bad_value[9], 1 / crystals[9].lattice.volume());
        expect_same(got, want_graphs);
    }
}

TEST(CudaGraph, refuses_structures_with_too_many_relations) {
    CrystalBatch batch({{cubic(3), {{0, 0, 0}, {0.5, 0, 0}}}, {cubic(3), {{0, 0, 0}}}, {cubic(3), {{0, 0, 0}}}});
    batch.status = {0, 0, 0};
    batch.count = {12'000'000, 8'000'001, 20'000'000, 7};
    std::vector<Site> sites(4);
    for (Site& site : sites) site.kept = 12;
    sites[1].shell_radius = 9;
    sites[2].shell_radius = 7;
    sites[3].shell_radius = 17;
    std::vector<double> cutoff_used(3);
    GraphArguments args{};
    args.search = batch.arguments(12, Ties::published, 8);
    args.sites = sites.data();
    args.cutoff_used = cutoff_used.data();
    Grid().run("migrate_graph_close_shells", args);
    EXPECT_EQ(batch.status, (std::vector<int32_t>{int32_t(StructureStatus::too_many_relations), 0, 0}));
    EXPECT_EQ(batch.count, (std::vector<int32_t>{0, 0, 20'000'000, 7}));
    EXPECT_EQ(cutoff_used, (std::vector<double>{0, 8, 32}));
    EXPECT_EQ(sites[1].shell_radius, 0);
}

// Shells are 3 long, but one lattice vector comes so near to another that shifts of more than 2.5 outgrow int32.
TEST(CudaGraph, refuses_shells_whose_shifts_no_integer_holds) {
    const Lattice skewed{{{{3, 0, 0}, {1e5, 3.2, 0}, {-5e4, 1.34e5, 3.5}}}};
    const std::vector<Crystal> crystals = {
        {cubic(3), {{0, 0, 0}}}, {skewed, std::vector<Vec3>(8, Vec3{0.1, 0.2, 0.3})}, {cubic(3), {{0, 0, 0}}}};
    const GraphSettings settings{1, Ties::whole_shell, Relations::duplicated};
    const std::vector<int32_t> status = {0, int32_t(StructureStatus::too_skewed), 0};
    const BatchGraph want = expected_graphs(crystals, settings, status);
    const BatchGraph got = build_graphs(crystals, settings, room_for(want));
    EXPECT_EQ(got.status, status);
    expect_same(got, want);
}

TEST(CudaGraph, of_no_structure_is_nothing) {
    expect_graphs_of_the_cpu({}, {12, Ties::published, Relations::duplicated});
}

TEST(CudaTriplets, outputs_may_be_absent) {
    const BatchGraph g = expected_graphs({migrate::testing::random_crystal(3)}, {8, Ties::published, {}});
    const auto atoms = static_cast<int32_t>(g.row_begin.size()) - 1;
    std::vector<int32_t> begin = g.triplet_begin;
    TripletArguments args{};
    args.atoms = &atoms;
    args.row_begin = g.row_begin.data();
    args.source = g.source.data();
    args.displacement = g.displacement.data();
    args.distance = g.distance.data();
    args.multiplicity = g.multiplicity.data();
    args.triplet_begin = begin.data();
    Grid().run("migrate_triplets_fill", args);
    EXPECT_EQ(begin, g.triplet_begin);
}

}  // namespace
}  // namespace migrate::cuda::testing
