// Voronoi cells in a build without Voro++.
#include "errors.hpp"
#include "structure/voronoi.hpp"

namespace migrate {

bool has_voronoi() { return false; }

VoronoiCells find_voronoi_cells(const Crystal&, double) {
    throw InvalidArgument("this library was built without Voro++ (Debian: voro++-dev), so it knows no Voronoi cells");
}

}  // namespace migrate
