// Crystals for the tests of the graph kernels, what the CPU library makes of them, and comparison bit for bit.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <random>
#include <type_traits>

#include "graph/crystal_graph.hpp"
#include "graph/line_graph.hpp"
#include "graph_batch.hpp"
#include "structures.hpp"

namespace migrate::cuda::testing {

using migrate::testing::cubic;

// ---- crystals -------------------------------------------------------------------------------------------------------

// n cells along each axis, with all sites.
inline Crystal supercell(const Crystal& crystal, std::array<int, 3> n) {
    Crystal out;
    for (std::size_t x = 0; x < 3; x++) out.lattice.rows[x] = double(n[x]) * crystal.lattice.rows[x];
    for (const Vec3& f : crystal.fractional) {
        for (int i = 0; i < n[0] * n[1] * n[2]; i++) {
            const int cell[3] = {i / (n[1] * n[2]), i / n[2] % n[1], i % n[2]};
            Vec3 moved;
            for (std::size_t x = 0; x < 3; x++) moved[x] = (f[x] + cell[x]) / n[x];
            out.fractional.push_back(moved);
        }
    }
    return out;
}

// Sites anywhere, in a block of the cell.
inline Crystal scattered(const Lattice& lattice, int atoms, Vec3 low, Vec3 high, unsigned seed) {
    std::mt19937 random(seed);
    Crystal out{lattice, {}};
    for (int i = 0; i < atoms; i++) {
        Vec3 f;
        for (std::size_t x = 0; x < 3; x++) f[x] = std::uniform_real_distribution<double>(low[x], high[x])(random);
        out.fractional.push_back(f);
    }
    return out;
}

// Small and large ones side by side; the last two have bins.
inline std::vector<Crystal> mixed_batch() {
    std::vector<Crystal> out;
    for (unsigned seed = 0; seed < 4; seed++) out.push_back(migrate::testing::random_crystal(seed));
    for (const Crystal& crystal : migrate::testing::difficult_crystals()) out.push_back(crystal);
    out.push_back(supercell({cubic(4.2), {{0, 0, 0}, {0.5, 0.5, 0.5}}}, {4, 4, 4}));
    out.push_back(scattered({{{{11, 1, 0}, {-3, 9, 2}, {0.5, 1, 24}}}}, 200, {-1, -1, -1}, {2, 2, 2}, 5));
    return out;
}

// ---- what the CPU makes of them -------------------------------------------------------------------------------------

inline migrate_graph_settings settings_of(const GraphSettings& s) {
    return {s.neighbors, int32_t(s.ties), int32_t(s.relations), 0, s.cutoff, s.shell_tolerance};
}

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

inline void append_moved(std::vector<int32_t>& to, const std::vector<int32_t>& from, int32_t offset) {
    for (const int32_t x : from) to.push_back(x + offset);
}

inline double clamped(double value, double low, double spacing, int32_t intervals) {
    return std::clamp((value - low) / spacing, 0.0, double(intervals));
}

// The graphs of the good structures, joined; the others have atoms and nothing else.
inline BatchGraph expected_graphs(const std::vector<Crystal>& crystals, const GraphSettings& s,
                                  const std::vector<int32_t>& status = {}) {
    BatchGraph out;
    out.row_begin = {0};
    int32_t atom = 0;
    for (std::size_t c = 0; c < crystals.size(); c++) {
        const int32_t n = crystals[c].n_atoms();
        CrystalGraph g;
        if (status.empty() || status[c] == 0) {
            g = build_graph(crystals[c], settings_of(s));
        } else {
            g.row_begin.assign(static_cast<std::size_t>(n) + 1, 0);
            g.sites.assign(static_cast<std::size_t>(n), migrate_site{});
        }
        out.cutoff_used.push_back(g.cutoff_used);
        for (const migrate_site& site : g.sites) {
            out.sites.push_back({site.kept, site.ties_kept, site.ties_dropped, site.coincident_skipped,
                                 site.shell_radius, site.gap_after_cut});
            out.relations += site.kept;
        }
        const auto bond = static_cast<int32_t>(out.source.size());
        for (int32_t i = 0; i < n; i++) {
            const auto row = static_cast<std::size_t>(i);
            out.row_begin.push_back(bond + g.row_begin[row + 1]);
            out.target.insert(out.target.end(), std::size_t(g.row_begin[row + 1] - g.row_begin[row]), atom + i);
        }
        append_moved(out.source, g.source, atom);
        append(out.shift, g.shift);
        append(out.displacement, g.displacement);
        append(out.distance, g.distance);
        append(out.multiplicity, g.multiplicity);
        atom += n;
    }
    out.bonds = int64_t(out.source.size());
    for (const double d : out.distance) out.position.push_back(clamped(d, s.low, s.spacing, s.intervals));
    out.weight.assign(out.multiplicity.begin(), out.multiplicity.end());

    const migrate_bonds bonds{
        int64_t(out.row_begin.size()) - 1, out.bonds,           out.row_begin.data(),   out.source.data(),
        out.displacement.data(),           out.distance.data(), out.multiplicity.data()};
    out.triplets = count_triplets(bonds);
    const auto triplets = std::size_t(out.triplets);
    out.triplet_begin.resize(out.source.size() + 1);
    out.triplet_source.resize(triplets);
    out.cosine.resize(triplets);
    out.copies.resize(triplets);
    fill_triplets(bonds, {out.triplets, out.triplet_begin.data(), out.triplet_source.data(), out.cosine.data(),
                          out.copies.data()});
    for (const double c : out.cosine) {
        out.triplet_position.push_back(clamped(c, s.low_cosine, s.cosine_spacing, s.cosine_intervals));
    }
    out.triplet_weight.assign(out.copies.begin(), out.copies.end());
    return out;
}

inline Capacity room_for(const BatchGraph& g) { return {g.relations, g.bonds, g.triplets}; }

// ---- comparison -----------------------------------------------------------------------------------------------------

template <class T>
void expect_bits(const char* name, const std::vector<T>& got, const std::vector<T>& want) {
    ASSERT_EQ(got.size(), want.size()) << name;
    for (std::size_t i = 0; i < got.size(); i++) {
        if (std::memcmp(&got[i], &want[i], sizeof(T)) == 0) continue;
        if constexpr (std::is_arithmetic_v<T>) {
            FAIL() << name << '[' << i << "] is " << +got[i] << ", not " << +want[i];
        } else {
            FAIL() << name << '[' << i << ']';
        }
    }
}

inline void expect_same(BatchGraph got, const BatchGraph& want) {
    ASSERT_EQ(got.relations, want.relations);
    ASSERT_EQ(got.bonds, want.bonds);
    ASSERT_EQ(got.triplets, want.triplets);
    got.trim();
    expect_bits("sites", got.sites, want.sites);
    expect_bits("cutoff_used", got.cutoff_used, want.cutoff_used);
    expect_bits("row_begin", got.row_begin, want.row_begin);
    expect_bits("source", got.source, want.source);
    expect_bits("target", got.target, want.target);
    expect_bits("shift", got.shift, want.shift);
    expect_bits("displacement", got.displacement, want.displacement);
    expect_bits("distance", got.distance, want.distance);
    expect_bits("multiplicity", got.multiplicity, want.multiplicity);
    expect_bits("weight", got.weight, want.weight);
    expect_bits("position", got.position, want.position);
    expect_bits("triplet_begin", got.triplet_begin, want.triplet_begin);
    expect_bits("triplet_source", got.triplet_source, want.triplet_source);
    expect_bits("cosine", got.cosine, want.cosine);
    expect_bits("copies", got.copies, want.copies);
    expect_bits("triplet_weight", got.triplet_weight, want.triplet_weight);
    expect_bits("triplet_position", got.triplet_position, want.triplet_position);
}

}  // namespace migrate::cuda::testing
