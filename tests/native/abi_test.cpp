// The C interface: statuses, messages, ownership; nothing that a caller passes is trusted.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "migrate.h"

extern "C" int header_is_c(void);

namespace {

const double lattice[9] = {3, 0, 0, 0, 3, 0, 0, 0, 3};
const double origin[3] = {0, 0, 0};
const migrate_crystal cubic{1, lattice, origin};
const migrate_graph_settings settings{12, MIGRATE_TIES_WHOLE_SHELL, MIGRATE_RELATIONS_DUPLICATED, 0, 8.0, 1e-4};

TEST(Abi, works_from_c) { EXPECT_EQ(header_is_c(), 6); }

TEST(Abi, tells_version_and_sizes) {
    EXPECT_EQ(migrate_version(), MIGRATE_ABI_VERSION);
    EXPECT_EQ(migrate_sizeof(MIGRATE_STRUCT_CRYSTAL), int64_t{sizeof(migrate_crystal)});
    EXPECT_EQ(migrate_sizeof(MIGRATE_STRUCT_TRIPLETS), int64_t{sizeof(migrate_triplets)});
    EXPECT_EQ(migrate_sizeof(-1), 0);
    EXPECT_EQ(migrate_sizeof(MIGRATE_STRUCT_M3GNET_RUN + 1), 0);
}

TEST(Abi, graph_has_its_arrays) {
    migrate_crystal_graph* graph = nullptr;
    ASSERT_EQ(migrate_crystal_graph_build(&cubic, &settings, &graph), MIGRATE_OK);
    migrate_graph_arrays arrays;
    ASSERT_EQ(migrate_crystal_graph_arrays(graph, &arrays), MIGRATE_OK);
    EXPECT_EQ(arrays.n_atoms, 1);
    EXPECT_EQ(arrays.n_bonds, 18);
    EXPECT_EQ(arrays.sites[0].kept, 18);
    const migrate_bonds bonds{
        1, 18, arrays.row_begin, arrays.source, arrays.displacement, arrays.distance, arrays.multiplicity};
    int64_t count = 0;
    ASSERT_EQ(migrate_line_graph_count(&bonds, &count), MIGRATE_OK);
    EXPECT_EQ(count, 18 * 18);
    std::vector<int32_t> begin(19), source(324);
    std::vector<double> cosine(324);
    std::vector<uint8_t> weight(324);
    migrate_triplets triplets{324, begin.data(), source.data(), cosine.data(), weight.data()};
    EXPECT_EQ(migrate_line_graph_fill(&bonds, &triplets), MIGRATE_OK);
    EXPECT_EQ(begin[18], 324);
    triplets.n_triplets = 323;
    EXPECT_EQ(migrate_line_graph_fill(&bonds, &triplets), MIGRATE_INVALID_ARGUMENT);
    triplets = {324, begin.data(), nullptr, cosine.data(), weight.data()};
    EXPECT_EQ(migrate_line_graph_fill(&bonds, &triplets), MIGRATE_INVALID_ARGUMENT);
    migrate_crystal_graph_free(graph);
}

TEST(Abi, structure_refuses_null_and_settings_out_of_range) {
    migrate_voronoi* voronoi = nullptr;
    migrate_symmetry symmetry;
    int32_t species = 1, orbit = -1;
    EXPECT_EQ(migrate_voronoi_build(nullptr, 0, &voronoi), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(migrate_voronoi_build(&cubic, 0.5, &voronoi), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(migrate_voronoi_build(&cubic, 0, nullptr), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(migrate_voronoi_arrays_of(nullptr, nullptr), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(migrate_symmetry_find(nullptr, &species, 0.01, &orbit, &symmetry), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(migrate_symmetry_find(&cubic, nullptr, 0.01, &orbit, &symmetry), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(migrate_symmetry_find(&cubic, &species, 0, &orbit, &symmetry), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(migrate_symmetry_find(&cubic, &species, 0.01, &orbit, nullptr), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(voronoi, nullptr);
    migrate_voronoi_free(nullptr);
    if ((migrate_capabilities() & MIGRATE_CAPABILITY_VORONOI) != 0) {
        ASSERT_EQ(migrate_voronoi_build(&cubic, 1e-3, &voronoi), MIGRATE_OK);
        migrate_voronoi_arrays arrays;
        ASSERT_EQ(migrate_voronoi_arrays_of(voronoi, &arrays), MIGRATE_OK);
        EXPECT_EQ(arrays.n_faces, 6);
        migrate_voronoi_free(voronoi);
    }
}

TEST(Abi, refuses_null) {
    migrate_crystal_graph* graph = nullptr;
    migrate_neighbor_list* list = nullptr;
    const migrate_crystal no_lattice{1, nullptr, origin}, no_sites{1, lattice, nullptr};
    for (const migrate_crystal* crystal : {static_cast<const migrate_crystal*>(nullptr), &no_lattice, &no_sites}) {
        EXPECT_EQ(migrate_crystal_graph_build(crystal, &settings, &graph), MIGRATE_INVALID_ARGUMENT);
        EXPECT_EQ(migrate_neighbor_list_build(crystal, 3, &list), MIGRATE_INVALID_ARGUMENT);
    }
    EXPECT_EQ(migrate_crystal_graph_build(&cubic, nullptr, &graph), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(migrate_crystal_graph_build(&cubic, &settings, nullptr), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(migrate_neighbor_list_build(&cubic, 3, nullptr), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(migrate_neighbor_list_arrays(nullptr, nullptr), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(migrate_crystal_graph_arrays(nullptr, nullptr), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(migrate_line_graph_count(nullptr, nullptr), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(migrate_line_graph_fill(nullptr, nullptr), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(graph, nullptr);
    EXPECT_EQ(list, nullptr);
    migrate_crystal_graph_free(nullptr);
    migrate_neighbor_list_free(nullptr);
}

TEST(Abi, refuses_settings_out_of_range) {
    const auto status = [](auto&& change) {
        migrate_graph_settings s = settings;
        change(s);
        migrate_crystal_graph* graph = nullptr;
        return migrate_crystal_graph_build(&cubic, &s, &graph);
    };
    EXPECT_EQ(status([](auto& s) { s.neighbors = 0; }), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(status([](auto& s) { s.neighbors = 1 << 20; }), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(status([](auto& s) { s.ties = 2; }), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(status([](auto& s) { s.relations = -1; }), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(status([](auto& s) { s.cutoff = NAN; }), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(status([](auto& s) { s.cutoff = 0.1; }), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(status([](auto& s) { s.shell_tolerance = -1; }), MIGRATE_INVALID_ARGUMENT);
    migrate_neighbor_list* list = nullptr;
    for (const double cutoff : {0.0, -1.0, 1e9, double{NAN}}) {
        EXPECT_EQ(migrate_neighbor_list_build(&cubic, cutoff, &list), MIGRATE_INVALID_ARGUMENT);
    }
}

TEST(Abi, refuses_what_is_no_crystal) {
    migrate_neighbor_list* list = nullptr;
    const auto status = [&](int64_t n, std::vector<double> rows, std::vector<double> sites) {
        const migrate_crystal crystal{n, rows.data(), sites.data()};
        return migrate_neighbor_list_build(&crystal, 3, &list);
    };
    EXPECT_EQ(status(0, {3, 0, 0, 0, 3, 0, 0, 0, 3}, {0, 0, 0}), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(status(-5, {3, 0, 0, 0, 3, 0, 0, 0, 3}, {0, 0, 0}), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(status(int64_t{1} << 60, {3, 0, 0, 0, 3, 0, 0, 0, 3}, {0, 0, 0}), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(status(1, {3, 0, 0, 0, 3, 0, 3, 3, 0}, {0, 0, 0}), MIGRATE_INVALID_CRYSTAL);
    EXPECT_EQ(status(1, {NAN, 0, 0, 0, 3, 0, 0, 0, 3}, {0, 0, 0}), MIGRATE_INVALID_CRYSTAL);
    EXPECT_EQ(status(1, {INFINITY, 0, 0, 0, 3, 0, 0, 0, 3}, {0, 0, 0}), MIGRATE_INVALID_CRYSTAL);
    EXPECT_EQ(status(1, {3, 0, 0, 0, 3, 0, 0, 0, 3}, {0, NAN, 0}), MIGRATE_INVALID_CRYSTAL);
    EXPECT_STREQ(migrate_last_error(), "site 1: fractional coordinates must lie within -10000 to 10000");
    EXPECT_EQ(status(1, {3, 0, 0, 0, 3, 0, 0, 0, 3}, {0, 1e5, 0}), MIGRATE_INVALID_CRYSTAL);
    EXPECT_EQ(status(1, {0.1, 0, 0, 0, 0.1, 0, 0, 0, 0.1}, {0, 0, 0}), MIGRATE_INVALID_CRYSTAL);
}

TEST(Abi, message_belongs_to_the_thread) {
    EXPECT_EQ(migrate_line_graph_count(nullptr, nullptr), MIGRATE_INVALID_ARGUMENT);
    const std::string here = migrate_last_error();
    std::thread([] {
        EXPECT_STREQ(migrate_last_error(), "");
        migrate_neighbor_list* list = nullptr;
        migrate_neighbor_list_build(&cubic, -1, &list);
        EXPECT_STREQ(migrate_last_error(), "cutoff must be above 0 and at most 1000");
    }).join();
    EXPECT_EQ(migrate_last_error(), here);
}

}  // namespace
