// The boundary of what describes structures: check, call, translate; nothing else. No exception leaves this file.
#include "abi_guard.hpp"
#include "crystal.hpp"
#include "errors.hpp"
#include "migrate.h"
#include "structure/symmetry.hpp"
#include "structure/voronoi.hpp"

struct migrate_voronoi {
    migrate::VoronoiCells cells;
};

using migrate::guarded;

int32_t migrate_capabilities(void) {
    return (migrate::has_voronoi() ? MIGRATE_CAPABILITY_VORONOI : 0) |
           (migrate::has_symmetry() ? MIGRATE_CAPABILITY_SYMMETRY : 0);
}

migrate_status migrate_voronoi_build(const migrate_crystal* crystal, double smallest_share, migrate_voronoi** out) {
    return guarded([&] {
        migrate::require(out != nullptr, "out is null");
        *out = nullptr;
        migrate::require(smallest_share >= 0 && smallest_share < 0.25, "smallest_share must be 0 to 0.25");
        *out = new migrate_voronoi{migrate::find_voronoi_cells(migrate::checked_crystal(crystal), smallest_share)};
    });
}

migrate_status migrate_voronoi_arrays_of(const migrate_voronoi* voronoi, migrate_voronoi_arrays* out) {
    return guarded([&] {
        migrate::require(voronoi != nullptr && out != nullptr, "voronoi or out is null");
        const migrate::VoronoiCells& c = voronoi->cells;
        *out = {static_cast<int64_t>(c.volume.size()),
                static_cast<int64_t>(c.neighbor.size()),
                c.volume.data(),
                c.row_begin.data(),
                c.neighbor.data(),
                c.edges.data(),
                c.displacement.data(),
                c.area.data(),
                c.solid_angle.data()};
    });
}

void migrate_voronoi_free(migrate_voronoi* voronoi) { delete voronoi; }

migrate_status migrate_symmetry_find(const migrate_crystal* crystal, const int32_t* species, double tolerance,
                                     int32_t* orbit, migrate_symmetry* out) {
    return guarded([&] {
        migrate::require(species != nullptr && orbit != nullptr && out != nullptr, "species, orbit or out is null");
        migrate::require(tolerance > 0 && tolerance <= 1, "tolerance must be above 0 and at most 1");
        *out = migrate::find_symmetry(migrate::checked_crystal(crystal), species, tolerance, orbit);
    });
}
