#include "lattice.hpp"

#include <algorithm>

namespace migrate {
namespace {

// One step: shortens row i by whole multiples of the other two rows. Returns false if it is as short as it gets.
bool shorten(ReducedLattice& r, std::size_t i) {
    const std::size_t j = (i + 1) % 3, k = (i + 2) % 3;
    auto& rows = r.lattice.rows;
    // Least squares: row i is nearest to x * row j + y * row k.
    const double jj = dot(rows[j], rows[j]), kk = dot(rows[k], rows[k]), jk = dot(rows[j], rows[k]);
    const double ij = dot(rows[i], rows[j]), ik = dot(rows[i], rows[k]);
    const double determinant = jj * kk - jk * jk;
    if (!(determinant > 0)) return false;
    const double x = (ij * kk - ik * jk) / determinant, y = (ik * jj - ij * jk) / determinant;
    double best = dot(rows[i], rows[i]) * (1 - 1e-9);
    double best_x = 0, best_y = 0;
    for (const double p : {std::floor(x), std::floor(x) + 1}) {
        for (const double q : {std::floor(y), std::floor(y) + 1}) {
            const Vec3 candidate = rows[i] - (p * rows[j] + q * rows[k]);
            if (dot(candidate, candidate) < best) {
                best = dot(candidate, candidate);
                best_x = p;
                best_y = q;
            }
        }
    }
    constexpr double limit = 1e9;  // products of the integers below stay far inside int64
    if ((best_x == 0 && best_y == 0) || !(std::abs(best_x) < limit && std::abs(best_y) < limit)) return false;
    rows[i] = rows[i] - (best_x * rows[j] + best_y * rows[k]);
    const auto p = static_cast<int64_t>(best_x), q = static_cast<int64_t>(best_y);
    for (std::size_t c = 0; c < 3; c++) {
        r.to_reduced[i][c] -= p * r.to_reduced[j][c] + q * r.to_reduced[k][c];
        r.from_reduced[c][j] += p * r.from_reduced[c][i];
        r.from_reduced[c][k] += q * r.from_reduced[c][i];
    }
    return true;
}

}  // namespace

ReducedLattice::ReducedLattice(const Lattice& original) : lattice(original) {
    // Every step shortens a vector by a fixed part, so this ends; the bound is for lattices that arithmetic cannot
    // follow.
    for (int step = 0, idle = 0; step < 1000 && idle < 3; step++) {
        idle = shorten(*this, static_cast<std::size_t>(step % 3)) ? 0 : idle + 1;
    }
    // From the integers once more, without the rounding of the steps.
    for (std::size_t i = 0; i < 3; i++) {
        const Int3& n = to_reduced[i];
        lattice.rows[i] =
            original.cartesian({static_cast<double>(n[0]), static_cast<double>(n[1]), static_cast<double>(n[2])});
    }
}

}  // namespace migrate
