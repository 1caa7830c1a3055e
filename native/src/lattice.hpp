// Vectors, lattices and their reduction. Lattice matrices hold the vectors a, b, c as rows: cartesian = fractional *
// matrix.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace migrate {

using Vec3 = std::array<double, 3>;
using Int3 = std::array<int64_t, 3>;

inline Vec3 operator+(const Vec3& u, const Vec3& v) { return {u[0] + v[0], u[1] + v[1], u[2] + v[2]}; }
inline Vec3 operator-(const Vec3& u, const Vec3& v) { return {u[0] - v[0], u[1] - v[1], u[2] - v[2]}; }
inline Vec3 operator-(const Vec3& u) { return {-u[0], -u[1], -u[2]}; }
inline Vec3 operator*(double s, const Vec3& v) { return {s * v[0], s * v[1], s * v[2]}; }
inline double dot(const Vec3& u, const Vec3& v) { return (u[0] * v[0] + u[1] * v[1]) + u[2] * v[2]; }
inline double length(const Vec3& v) { return std::sqrt(dot(v, v)); }
inline Vec3 cross(const Vec3& u, const Vec3& v) {
    return {u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]};
}

struct Lattice {
    std::array<Vec3, 3> rows;  // a, b, c

    // Row vector times matrix, added from left to right: the order is part of the published arithmetic.
    Vec3 cartesian(const Vec3& f) const {
        Vec3 out;
        for (std::size_t x = 0; x < 3; x++) out[x] = (f[0] * rows[0][x] + f[1] * rows[1][x]) + f[2] * rows[2][x];
        return out;
    }

    // The same with each product and sum in one rounding, as the matrix product of numpy (OpenBLAS) does it on machines
    // that have such an instruction. std::fma gives these bits on every machine.
    Vec3 cartesian_fused(const Vec3& f) const {
        Vec3 out;
        for (std::size_t x = 0; x < 3; x++) {
            out[x] = std::fma(f[2], rows[2][x], std::fma(f[1], rows[1][x], f[0] * rows[0][x]));
        }
        return out;
    }

    double volume() const { return std::abs(dot(rows[0], cross(rows[1], rows[2]))); }

    // Distances between opposite faces, along a, b, c.
    Vec3 heights() const {
        const double v = volume();
        return {v / length(cross(rows[1], rows[2])), v / length(cross(rows[2], rows[0])),
                v / length(cross(rows[0], rows[1]))};
    }

    double longest() const { return std::max({length(rows[0]), length(rows[1]), length(rows[2])}); }
};

// Rounded half to even, as numpy.around does it: scaled, rounded, scaled back.
inline double round_decimals(double value, double scale) { return std::nearbyint(value * scale) / scale; }

inline Lattice rounded_to_5_decimals(Lattice lattice) {
    for (Vec3& row : lattice.rows) {
        for (double& x : row) x = round_decimals(x, 1e5);
    }
    return lattice;
}

// The same lattice points spanned by short, nearly orthogonal vectors, so that a search touches few cells however
// skewed the given cell is.  reduced.rows = to_reduced * original.rows;  fractional_reduced = fractional *
// from_reduced.
struct ReducedLattice {
    Lattice lattice;
    std::array<Int3, 3> to_reduced{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
    std::array<Int3, 3> from_reduced{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};  // inverse of to_reduced, integers too

    explicit ReducedLattice(const Lattice& original);

    Vec3 fractional(const Vec3& original) const {
        Vec3 out;
        for (std::size_t b = 0; b < 3; b++) {
            out[b] = (original[0] * static_cast<double>(from_reduced[0][b]) +
                      original[1] * static_cast<double>(from_reduced[1][b])) +
                     original[2] * static_cast<double>(from_reduced[2][b]);
        }
        return out;
    }

    // Whole cells of the original lattice for whole cells of the reduced one.
    Int3 original_shift(const Int3& reduced) const {
        Int3 out;
        for (std::size_t b = 0; b < 3; b++) {
            out[b] = reduced[0] * to_reduced[0][b] + reduced[1] * to_reduced[1][b] + reduced[2] * to_reduced[2][b];
        }
        return out;
    }
};

}  // namespace migrate
