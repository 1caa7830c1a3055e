// The boundary of the graph half: check, call, translate; nothing else. No exception leaves this file. (The kernels':
// abi_kernels.cpp.)
#include "abi_guard.hpp"
#include "crystal.hpp"
#include "errors.hpp"
#include "graph/crystal_graph.hpp"
#include "graph/line_graph.hpp"
#include "graph/nearest_shell.hpp"
#include "migrate.h"
#include "neighbors/neighbor_list.hpp"

struct migrate_neighbor_list {
    migrate::NeighborList list;
};

struct migrate_crystal_graph {
    migrate::CrystalGraph graph;
};

namespace {

using migrate::guarded;

void check(const migrate_graph_settings& s) {
    using migrate::require;
    require(s.neighbors >= 1 && s.neighbors <= 1024, "neighbors must be 1 to 1024");
    require(s.ties == MIGRATE_TIES_PUBLISHED || s.ties == MIGRATE_TIES_WHOLE_SHELL, "ties is no known policy");
    require(s.relations == MIGRATE_RELATIONS_DUPLICATED || s.relations == MIGRATE_RELATIONS_CANONICAL,
            "relations is no known policy");
    require(s.cutoff > migrate::coincident_distance && s.cutoff <= 1000, "cutoff must be above 0.15 and at most 1000");
    require(s.shell_tolerance >= 0 && s.shell_tolerance <= 1, "shell_tolerance must be 0 to 1");
}

}  // namespace

int32_t migrate_version(void) { return MIGRATE_ABI_VERSION; }

int64_t migrate_sizeof(int32_t which) {
    switch (which) {
        case MIGRATE_STRUCT_CRYSTAL:
            return sizeof(migrate_crystal);
        case MIGRATE_STRUCT_NEIGHBOR_ARRAYS:
            return sizeof(migrate_neighbor_arrays);
        case MIGRATE_STRUCT_GRAPH_SETTINGS:
            return sizeof(migrate_graph_settings);
        case MIGRATE_STRUCT_SITE:
            return sizeof(migrate_site);
        case MIGRATE_STRUCT_GRAPH_ARRAYS:
            return sizeof(migrate_graph_arrays);
        case MIGRATE_STRUCT_BONDS:
            return sizeof(migrate_bonds);
        case MIGRATE_STRUCT_TRIPLETS:
            return sizeof(migrate_triplets);
        case MIGRATE_STRUCT_PROCESSOR:
            return sizeof(migrate_processor);
        case MIGRATE_STRUCT_TILE:
            return sizeof(migrate_tile);
        case MIGRATE_STRUCT_DENSE:
            return sizeof(migrate_dense);
        case MIGRATE_STRUCT_EDGE_GATED:
            return sizeof(migrate_edge_gated);
        case MIGRATE_STRUCT_RADIAL_BASIS:
            return sizeof(migrate_radial_basis);
        case MIGRATE_STRUCT_INTERPOLATE:
            return sizeof(migrate_interpolate);
        case MIGRATE_STRUCT_POOL:
            return sizeof(migrate_pool);
        case MIGRATE_STRUCT_WORKSPACE:
            return sizeof(migrate_workspace);
        case MIGRATE_STRUCT_GATE_FORWARD:
            return sizeof(migrate_gate_forward);
        case MIGRATE_STRUCT_GATE_BACKWARD:
            return sizeof(migrate_gate_backward);
        case MIGRATE_STRUCT_NORM_SILU:
            return sizeof(migrate_norm_silu);
        case MIGRATE_STRUCT_NORM_SILU_BACKWARD:
            return sizeof(migrate_norm_silu_backward);
        case MIGRATE_STRUCT_COLUMN_STATISTICS:
            return sizeof(migrate_column_statistics);
        case MIGRATE_STRUCT_VORONOI_ARRAYS:
            return sizeof(migrate_voronoi_arrays);
        case MIGRATE_STRUCT_SYMMETRY:
            return sizeof(migrate_symmetry);
        case MIGRATE_STRUCT_LAYER:
            return sizeof(migrate_layer);
        case MIGRATE_STRUCT_M3GNET_SPEC:
            return sizeof(migrate_m3gnet_spec);
        case MIGRATE_STRUCT_M3GNET_RUN:
            return sizeof(migrate_m3gnet_run);
        default:
            return 0;
    }
}

const char* migrate_last_error(void) { return migrate::last_error(); }

migrate_status migrate_neighbor_list_build(const migrate_crystal* crystal, double cutoff, migrate_neighbor_list** out) {
    return guarded([&] {
        migrate::require(out != nullptr, "out is null");
        *out = nullptr;
        migrate::require(cutoff > 0 && cutoff <= 1000, "cutoff must be above 0 and at most 1000");
        *out = new migrate_neighbor_list{migrate::find_neighbors(migrate::checked_crystal(crystal), cutoff)};
    });
}

migrate_status migrate_neighbor_list_arrays(const migrate_neighbor_list* list, migrate_neighbor_arrays* out) {
    return guarded([&] {
        migrate::require(list != nullptr && out != nullptr, "list or out is null");
        const migrate::NeighborList& l = list->list;
        *out = {static_cast<int64_t>(l.row_begin.size()) - 1,
                static_cast<int64_t>(l.target.size()),
                l.row_begin.data(),
                l.target.data(),
                l.shift.data(),
                l.displacement.data(),
                l.distance.data()};
    });
}

void migrate_neighbor_list_free(migrate_neighbor_list* list) { delete list; }

migrate_status migrate_crystal_graph_build(const migrate_crystal* crystal, const migrate_graph_settings* settings,
                                           migrate_crystal_graph** out) {
    return guarded([&] {
        migrate::require(out != nullptr, "out is null");
        *out = nullptr;
        migrate::require(settings != nullptr, "settings is null");
        check(*settings);
        *out = new migrate_crystal_graph{migrate::build_graph(migrate::checked_crystal(crystal), *settings)};
    });
}

migrate_status migrate_crystal_graph_arrays(const migrate_crystal_graph* graph, migrate_graph_arrays* out) {
    return guarded([&] {
        migrate::require(graph != nullptr && out != nullptr, "graph or out is null");
        const migrate::CrystalGraph& g = graph->graph;
        *out = {static_cast<int64_t>(g.row_begin.size()) - 1,
                static_cast<int64_t>(g.source.size()),
                g.cutoff_used,
                g.row_begin.data(),
                g.source.data(),
                g.shift.data(),
                g.displacement.data(),
                g.distance.data(),
                g.multiplicity.data(),
                g.sites.data()};
    });
}

void migrate_crystal_graph_free(migrate_crystal_graph* graph) { delete graph; }

migrate_status migrate_line_graph_count(const migrate_bonds* bonds, int64_t* n_triplets) {
    return guarded([&] {
        migrate::require(bonds != nullptr && n_triplets != nullptr, "bonds or n_triplets is null");
        *n_triplets = migrate::count_triplets(*bonds);
    });
}

migrate_status migrate_line_graph_fill(const migrate_bonds* bonds, const migrate_triplets* out) {
    return guarded([&] {
        migrate::require(bonds != nullptr && out != nullptr, "bonds or out is null");
        const int64_t count = migrate::count_triplets(*bonds);
        migrate::require(out->n_triplets == count, "n_triplets is not what migrate_line_graph_count says");
        migrate::require(out->triplet_begin != nullptr, "triplet_begin is null");
        migrate::require(count == 0 || (out->source != nullptr && out->cosine != nullptr && out->weight != nullptr),
                         "an array of the triplets is null");
        migrate::fill_triplets(*bonds, *out);
    });
}
