// How far apart two atoms are: the two arithmetics that decide which neighbours are kept.
// Files that use it are compiled without contraction of a * b + c, so that the same bits come out on every machine.
#pragma once

#include <vector>

#include "crystal.hpp"
#include "neighbors/periodic_search.hpp"

namespace migrate {

inline Vec3 to_double(const Int3& n) {
    return {static_cast<double>(n[0]), static_cast<double>(n[1]), static_cast<double>(n[2])};
}

// (f_target + shift - f_source) * lattice. The opposite bond gets exactly the opposite vector: one of the two
// directions is computed, the other is its negative.
inline Vec3 displacement(const std::vector<Vec3>& f, const Lattice& lattice, int32_t source, int32_t target,
                         const Int3& shift) {
    const bool forward = source < target || (source == target && shift > Int3{0, 0, 0});
    const Vec3& from = f[static_cast<std::size_t>(forward ? source : target)];
    const Vec3& to = f[static_cast<std::size_t>(forward ? target : source)];
    const Vec3 n = to_double(shift);
    const Vec3 r = lattice.cartesian(((forward ? n : -n) + to) - from);
    return forward ? r : -r;
}

// On the lattice as it is.
class ExactMetric {
  public:
    explicit ExactMetric(const Crystal& crystal) : crystal_(crystal) {}

    double distance(int32_t source, const Candidate& to) const {
        return length(displacement(crystal_.fractional, crystal_.lattice, source, to.atom, to.shift));
    }

    // How much a distance may differ from that of the search.
    double error() const { return 1e-7; }

  private:
    const Crystal& crystal_;
};

// As usnistgov/jarvis computes it (jarvis/core/atoms.py, get_all_neighbors): positions from the lattice at 5 decimals,
// translations from the lattice as it is, summed in this order. With the fused product for positions all 413 bands of
// the reference come out alike, those whose shells are cut by the last bit of a distance included; without it, 383 do.
class PublishedMetric {
  public:
    explicit PublishedMetric(const Crystal& crystal);

    double distance(int32_t source, const Candidate& to) const {
        const Vec3 coords = lattice_.cartesian(to_double(to.shift)) + positions_[static_cast<std::size_t>(to.atom)];
        const Vec3 r = coords - positions_[static_cast<std::size_t>(source)];
        return std::sqrt((r[0] * r[0] + r[1] * r[1]) + r[2] * r[2]);
    }

    double error() const { return error_; }

  private:
    const Lattice& lattice_;
    std::vector<Vec3> positions_;  // [n_atoms] Cartesian, of the stored coordinates
    double error_;
};

inline PublishedMetric::PublishedMetric(const Crystal& crystal) : lattice_(crystal.lattice) {
    const Lattice rounded = rounded_to_5_decimals(crystal.lattice);
    positions_.reserve(crystal.fractional.size());
    double largest = 0;  // |f_a| + |f_b| + |f_c|
    for (const Vec3& f : crystal.fractional) {
        positions_.push_back(rounded.cartesian_fused(f));
        largest = std::max(largest, (std::abs(f[0]) + std::abs(f[1])) + std::abs(f[2]));
    }
    // Each component of a lattice vector moves by up to 5e-6, so each position by sqrt(3) * 5e-6 * (|f_a| + |f_b| +
    // |f_c|).
    error_ = 2 * 1.7321 * 5e-6 * largest + 1e-7;
}

}  // namespace migrate
