// The Voronoi cell of every atom of a crystal, periodic images included.
#pragma once

#include <vector>

#include "crystal.hpp"

namespace migrate {

// Faces are sorted by (atom, distance of the neighbour); those that are seen under less than a share of the full solid
// angle are left out: rounding alone makes such, where many planes meet in one point.
struct VoronoiCells {
    std::vector<double> volume;        // [n_atoms] of the whole cell
    std::vector<int32_t> row_begin;    // [n_atoms + 1] faces of atom i
    std::vector<int32_t> neighbor;     // [n_faces] atom on the other side
    std::vector<int32_t> edges;        // [n_faces] edges longer than 1 % of the perimeter
    std::vector<double> displacement;  // [n_faces, 3] from the atom to that neighbour
    std::vector<double> area;          // [n_faces]
    std::vector<double> solid_angle;   // [n_faces] under which the atom sees the face, of 4 pi in all
};

// Whether the library was built with Voro++ (Rycroft, Chaos 19, 041111 (2009)).
bool has_voronoi();

// Throws InvalidCrystal for a void that no cell closes within 60 Angstrom, InvalidArgument without Voro++.
VoronoiCells find_voronoi_cells(const Crystal& crystal, double smallest_share);

}  // namespace migrate
