// Vectors and lattices in double, operation by operation as native/src/lattice.*: which bonds a graph keeps depends on
// the last bit. Matrices are 9 numbers, rows a, b, c: cartesian = fractional * matrix.
#pragma once

#include "device.cuh"

namespace migrate::device {

struct Vector {
    double at[3];
};

MIGRATE_DEVICE Vector operator+(const Vector& u, const Vector& v) {
    return {{u.at[0] + v.at[0], u.at[1] + v.at[1], u.at[2] + v.at[2]}};
}
MIGRATE_DEVICE Vector operator-(const Vector& u, const Vector& v) {
    return {{u.at[0] - v.at[0], u.at[1] - v.at[1], u.at[2] - v.at[2]}};
}
MIGRATE_DEVICE Vector operator-(const Vector& u) { return {{-u.at[0], -u.at[1], -u.at[2]}}; }
MIGRATE_DEVICE Vector operator*(double s, const Vector& v) { return {{s * v.at[0], s * v.at[1], s * v.at[2]}}; }
MIGRATE_DEVICE double dot(const Vector& u, const Vector& v) {
    return (u.at[0] * v.at[0] + u.at[1] * v.at[1]) + u.at[2] * v.at[2];
}
MIGRATE_DEVICE double length(const Vector& v) { return square_root(dot(v, v)); }
MIGRATE_DEVICE Vector cross(const Vector& u, const Vector& v) {
    return {{u.at[1] * v.at[2] - u.at[2] * v.at[1], u.at[2] * v.at[0] - u.at[0] * v.at[2],
             u.at[0] * v.at[1] - u.at[1] * v.at[0]}};
}
MIGRATE_DEVICE double absolute(double x) { return x < 0 ? -x : x; }

MIGRATE_DEVICE Vector load(const double* from) { return {{from[0], from[1], from[2]}}; }
MIGRATE_DEVICE void store(double* to, const Vector& v) {
    for (int x = 0; x < 3; x++) to[x] = v.at[x];
}
MIGRATE_DEVICE Vector to_double(const int32_t* n) {
    return {{static_cast<double>(n[0]), static_cast<double>(n[1]), static_cast<double>(n[2])}};
}

MIGRATE_DEVICE Vector cartesian(const double* lattice, const Vector& f) {
    Vector out;
    for (int x = 0; x < 3; x++) {
        out.at[x] = (f.at[0] * lattice[x] + f.at[1] * lattice[3 + x]) + f.at[2] * lattice[6 + x];
    }
    return out;
}

MIGRATE_DEVICE Vector cartesian_fused(const double* lattice, const Vector& f) {
    Vector out;
    for (int x = 0; x < 3; x++) {
        out.at[x] = fused(f.at[2], lattice[6 + x], fused(f.at[1], lattice[3 + x], f.at[0] * lattice[x]));
    }
    return out;
}

MIGRATE_DEVICE double volume(const double* lattice) {
    return absolute(dot(load(lattice), cross(load(lattice + 3), load(lattice + 6))));
}

// Distances between opposite faces, along a, b, c.
MIGRATE_DEVICE Vector heights(const double* lattice) {
    const Vector a = load(lattice), b = load(lattice + 3), c = load(lattice + 6);
    const double v = volume(lattice);
    return {{v / length(cross(b, c)), v / length(cross(c, a)), v / length(cross(a, b))}};
}

// Rounded half to even.
MIGRATE_DEVICE double round_decimals(double value, double scale) { return round_even(value * scale) / scale; }

// (f_target + shift - f_source) * lattice. `forward` is for one of the two directions of a bond; the other one gets
// exactly the opposite vector.
MIGRATE_DEVICE Vector displacement(const double* lattice, const Vector& source, const Vector& target,
                                   const int32_t* shift, bool forward) {
    const Vector n = to_double(shift);
    const Vector r = forward ? cartesian(lattice, (n + target) - source) : cartesian(lattice, (-n + source) - target);
    return forward ? r : -r;
}

MIGRATE_DEVICE bool is_forward(int32_t source, int32_t target, const int32_t* shift) {
    if (source != target) return source < target;
    for (int x = 0; x < 2; x++) {
        if (shift[x] != 0) return shift[x] > 0;
    }
    return shift[2] > 0;
}

// The same lattice points spanned by short vectors: reduced = to * original, fractional_reduced = fractional * from.
struct Reduction {
    double lattice[9];
    int64_t to[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    int64_t from[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
};

// One step: shortens row i by whole multiples of the other two rows. Returns false if it is as short as it gets.
MIGRATE_DEVICE bool shorten(Reduction& r, int i) {
    const int j = (i + 1) % 3, k = (i + 2) % 3;
    const Vector row = load(r.lattice + 3 * i), row_j = load(r.lattice + 3 * j), row_k = load(r.lattice + 3 * k);
    const double jj = dot(row_j, row_j), kk = dot(row_k, row_k), jk = dot(row_j, row_k);
    const double ij = dot(row, row_j), ik = dot(row, row_k);
    const double determinant = jj * kk - jk * jk;
    if (!(determinant > 0)) return false;
    const double x = round_down((ij * kk - ik * jk) / determinant), y = round_down((ik * jj - ij * jk) / determinant);
    double best = dot(row, row) * (1 - 1e-9), best_x = 0, best_y = 0;
    for (int corner = 0; corner < 4; corner++) {
        const double p = corner < 2 ? x : x + 1, q = corner % 2 == 0 ? y : y + 1;
        const Vector candidate = row - (p * row_j + q * row_k);
        const double squared = dot(candidate, candidate);
        if (squared < best) {
            best = squared;
            best_x = p;
            best_y = q;
        }
    }
    constexpr double limit = 1e9;  // products of the integers below stay far inside int64
    if ((best_x == 0 && best_y == 0) || !(absolute(best_x) < limit && absolute(best_y) < limit)) return false;
    store(r.lattice + 3 * i, row - (best_x * row_j + best_y * row_k));
    const auto p = static_cast<int64_t>(best_x), q = static_cast<int64_t>(best_y);
    for (int c = 0; c < 3; c++) {
        r.to[i][c] -= p * r.to[j][c] + q * r.to[k][c];
        r.from[c][j] += p * r.from[c][i];
        r.from[c][k] += q * r.from[c][i];
    }
    return true;
}

MIGRATE_DEVICE Reduction reduce(const double* original) {
    Reduction r;
    for (int x = 0; x < 9; x++) r.lattice[x] = original[x];
    for (int step = 0, idle = 0; step < 1000 && idle < 3; step++) idle = shorten(r, step % 3) ? 0 : idle + 1;
    // From the integers once more, without the rounding of the steps.
    for (int i = 0; i < 3; i++) {
        const Vector n{
            {static_cast<double>(r.to[i][0]), static_cast<double>(r.to[i][1]), static_cast<double>(r.to[i][2])}};
        store(r.lattice + 3 * i, cartesian(original, n));
    }
    return r;
}

// Abscissa in a table, as C#'s Math.Clamp leaves it.
MIGRATE_DEVICE double table_position(double value, double low, double spacing, int32_t intervals) {
    const double x = (value - low) / spacing, most = intervals;
    return x < 0 ? 0 : x > most ? most : x;
}

// Of a positive number, nearly: only where a search begins depends on it.
MIGRATE_DEVICE double cube_root(double x) {
    double y = bits_to_double(double_to_bits(x) / 3 + 0x2a9f7893782da1ce);  // within 5 percent
    for (int step = 0; step < 4; step++) y = (2 * y + x / (y * y)) / 3;
    return y;
}

}  // namespace migrate::device
