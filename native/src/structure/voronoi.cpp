// A cell starts as a box and is cut by the bisecting planes of the atom's neighbours, nearest first. Only Voro++'s cell
// is used, not its containers: they end the process where they meet a lattice they cannot handle, and the neighbour
// list knows every image of every lattice.
#include "structure/voronoi.hpp"

#include <algorithm>
#include <numbers>
#include <numeric>
#include <optional>
#include <voro++/voro++.hh>

#include "errors.hpp"
#include "graph/nearest_shell.hpp"
#include "neighbors/neighbor_list.hpp"

namespace migrate {
namespace {

constexpr double widest_search = 60;
constexpr double shortest_edge = 0.01;  // of the perimeter of its face

Vec3 vertex_at(const std::vector<double>& vertices, int index) {
    const auto k = 3 * static_cast<std::size_t>(index);
    return {vertices[k], vertices[k + 1], vertices[k + 2]};
}

double radius_of(const std::vector<double>& vertices) {
    double radius = 0;
    for (std::size_t k = 0; k < vertices.size(); k += 3) {
        radius = std::max(radius, length(Vec3{vertices[k], vertices[k + 1], vertices[k + 2]}));
    }
    return radius;
}

// Van Oosterom and Strackee, IEEE Trans. Biomed. Eng. 30, 125 (1983), over the triangles from the first vertex.
double solid_angle_of(const std::vector<Vec3>& polygon) {
    double sum = 0;
    for (std::size_t k = 1; k + 1 < polygon.size(); k++) {
        const Vec3 &a = polygon[0], &b = polygon[k], &c = polygon[k + 1];
        const double la = length(a), lb = length(b), lc = length(c);
        sum += 2 * std::atan2(std::abs(dot(a, cross(b, c))),
                              la * lb * lc + dot(a, b) * lc + dot(b, c) * la + dot(c, a) * lb);
    }
    return sum;
}

int32_t edges_of(const std::vector<Vec3>& polygon) {
    std::vector<double> lengths;
    for (std::size_t k = 0; k < polygon.size(); k++) {
        lengths.push_back(length(polygon[(k + 1) % polygon.size()] - polygon[k]));
    }
    const double perimeter = std::accumulate(lengths.begin(), lengths.end(), 0.0);
    return static_cast<int32_t>(
        std::count_if(lengths.begin(), lengths.end(), [&](double l) { return l > shortest_edge * perimeter; }));
}

struct Face {
    std::size_t pair;  // in the neighbour list
    int32_t edges;
    double area, solid_angle;
};

void append(VoronoiCells& out, const NeighborList& list, std::vector<Face>& faces) {
    std::sort(faces.begin(), faces.end(), [&](const Face& a, const Face& b) {
        return std::pair(list.distance[a.pair], a.pair) < std::pair(list.distance[b.pair], b.pair);
    });
    for (const Face& face : faces) {
        out.neighbor.push_back(list.target[face.pair]);
        out.edges.push_back(face.edges);
        out.area.push_back(face.area);
        out.solid_angle.push_back(face.solid_angle);
        for (std::size_t x = 0; x < 3; x++) out.displacement.push_back(list.displacement[3 * face.pair + x]);
    }
    out.row_begin.push_back(static_cast<int32_t>(out.neighbor.size()));
}

// False where the cutoff is too short to close the cell.
bool add_cell(VoronoiCells& out, const NeighborList& list, std::size_t atom, double cutoff, double smallest_share) {
    std::vector<std::size_t> order(static_cast<std::size_t>(list.row_begin[atom + 1] - list.row_begin[atom]));
    std::iota(order.begin(), order.end(), static_cast<std::size_t>(list.row_begin[atom]));
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::pair(list.distance[a], a) < std::pair(list.distance[b], b);
    });
    voro::voronoicell_neighbor cell;
    cell.init(-cutoff, cutoff, -cutoff, cutoff, -cutoff, cutoff);
    std::vector<double> vertices;
    double radius = 2 * cutoff;
    for (std::size_t k = 0; k < order.size(); k++) {
        const std::size_t pair = order[k];
        if (list.distance[pair] <= coincident_distance) continue;
        if (list.distance[pair] > 2 * radius) break;
        const double* r = &list.displacement[3 * pair];
        // The number of the plane is that of the neighbour in this order; the box has negative ones.
        cell.nplane(r[0], r[1], r[2], static_cast<int>(k));
        if (k % 8 == 7) {
            cell.vertices(vertices);
            radius = radius_of(vertices);
        }
    }
    cell.vertices(vertices);
    if (2 * radius_of(vertices) > cutoff) return false;

    std::vector<int> planes, corners;
    std::vector<double> areas;
    cell.neighbors(planes);
    cell.face_vertices(corners);
    cell.face_areas(areas);
    std::vector<Face> faces;
    for (std::size_t f = 0, at = 0; f < planes.size(); f++) {
        const auto count = static_cast<std::size_t>(corners[at]);
        std::vector<Vec3> polygon;
        for (std::size_t k = 1; k <= count; k++) polygon.push_back(vertex_at(vertices, corners[at + k]));
        at += count + 1;
        const double angle = solid_angle_of(polygon);
        if (planes[f] >= 0 && angle >= smallest_share * 4 * std::numbers::pi) {
            faces.push_back({order[static_cast<std::size_t>(planes[f])], edges_of(polygon), areas[f], angle});
        }
    }
    append(out, list, faces);
    out.volume.push_back(cell.volume());
    return true;
}

std::optional<VoronoiCells> attempt(const Crystal& crystal, double cutoff, double smallest_share) {
    const NeighborList list = find_neighbors(crystal, cutoff);
    VoronoiCells out;
    out.row_begin.push_back(0);
    for (std::size_t atom = 0; atom < crystal.fractional.size(); atom++) {
        if (!add_cell(out, list, atom, cutoff, smallest_share)) return std::nullopt;
    }
    return out;
}

}  // namespace

bool has_voronoi() { return true; }

VoronoiCells find_voronoi_cells(const Crystal& crystal, double smallest_share) {
    for (double cutoff = std::max(3.0, 2.5 * std::cbrt(1 / crystal.density())); cutoff <= widest_search;
         cutoff *= 1.4) {
        if (auto cells = attempt(crystal, cutoff, smallest_share)) return *std::move(cells);
    }
    throw InvalidCrystal(
        "a Voronoi cell is wider than 60 \xC3\x85: the structure has a void larger than any crystal's");
}

}  // namespace migrate
