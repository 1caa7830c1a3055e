#include "graph/crystal_graph.hpp"

#include <algorithm>
#include <tuple>

#include "graph/nearest_shell.hpp"
#include "neighbors/metric.hpp"

namespace migrate {
namespace {

// A bond without its target: the row says it.
struct Entering {
    int32_t source;
    Int3 shift;

    bool operator<(const Entering& o) const { return std::tie(source, shift) < std::tie(o.source, o.shift); }
    bool operator==(const Entering& o) const { return source == o.source && shift == o.shift; }
};

struct Rows {
    std::vector<std::size_t> begin;  // [n_atoms + 1]
    std::vector<Entering> bonds;     // twice as many as relations
};

Int3 opposite(const Int3& n) { return {-n[0], -n[1], -n[2]}; }

// Each relation "j + n is a neighbour of i" gives bond i -> j (n) and bond j -> i (-n): collected by target, unsorted.
Rows both_directions(const NearestShells& shells, int32_t n_atoms) {
    Rows rows;
    rows.begin.assign(static_cast<std::size_t>(n_atoms) + 1, 0);
    for (int32_t i = 0; i < n_atoms; i++) {
        const auto row = static_cast<std::size_t>(i);
        for (std::size_t k = shells.row_begin[row]; k < shells.row_begin[row + 1]; k++) {
            rows.begin[static_cast<std::size_t>(shells.kept[k].atom) + 1]++;
            rows.begin[row + 1]++;
        }
    }
    for (std::size_t i = 1; i < rows.begin.size(); i++) rows.begin[i] += rows.begin[i - 1];
    rows.bonds.resize(rows.begin.back());
    std::vector<std::size_t> next(rows.begin.begin(), rows.begin.end() - 1);
    for (int32_t i = 0; i < n_atoms; i++) {
        const auto row = static_cast<std::size_t>(i);
        for (std::size_t k = shells.row_begin[row]; k < shells.row_begin[row + 1]; k++) {
            const Candidate& to = shells.kept[k];
            rows.bonds[next[static_cast<std::size_t>(to.atom)]++] = {i, to.shift};
            rows.bonds[next[row]++] = {to.atom, opposite(to.shift)};
        }
    }
    return rows;
}

// Copies of a bond in the published edge list, from the relations that gave it. Canonical relations fold "i has j" and
// "j has i" into one, but not the two of an atom with its own images n and -n.
uint8_t multiplicity(std::ptrdiff_t relations, bool self, int32_t policy) {
    return static_cast<uint8_t>(policy == MIGRATE_RELATIONS_CANONICAL && !self ? 1 : relations);
}

}  // namespace

CrystalGraph build_graph(const Crystal& crystal, const migrate_graph_settings& settings) {
    NearestShells shells = find_nearest_shells(crystal, settings);
    Rows rows = both_directions(shells, crystal.n_atoms());
    // The published edge vectors use the lattice at 5 decimals throughout.
    const Lattice lattice =
        settings.ties == MIGRATE_TIES_PUBLISHED ? rounded_to_5_decimals(crystal.lattice) : crystal.lattice;

    CrystalGraph out;
    out.row_begin.push_back(0);
    for (int32_t target = 0; target < crystal.n_atoms(); target++) {
        const auto begin =
            rows.bonds.begin() + static_cast<std::ptrdiff_t>(rows.begin[static_cast<std::size_t>(target)]);
        const auto end =
            rows.bonds.begin() + static_cast<std::ptrdiff_t>(rows.begin[static_cast<std::size_t>(target) + 1]);
        std::sort(begin, end);
        for (auto bond = begin; bond != end;) {
            const auto next = std::find_if(bond, end, [&](const Entering& other) { return !(other == *bond); });
            const Vec3 r = displacement(crystal.fractional, lattice, bond->source, target, bond->shift);
            out.source.push_back(bond->source);
            for (const int64_t x : bond->shift) out.shift.push_back(static_cast<int32_t>(x));
            out.displacement.insert(out.displacement.end(), r.begin(), r.end());
            out.distance.push_back(length(r));
            out.multiplicity.push_back(multiplicity(next - bond, bond->source == target, settings.relations));
            bond = next;
        }
        out.row_begin.push_back(static_cast<int32_t>(out.source.size()));
    }

    double largest_shell = 0;
    for (const migrate_site& site : shells.sites) largest_shell = std::max(largest_shell, site.shell_radius);
    out.cutoff_used = published_cutoff(crystal.lattice, settings.cutoff, largest_shell);
    out.sites = std::move(shells.sites);
    return out;
}

}  // namespace migrate
