#include "neighbors/neighbor_list.hpp"

#include <algorithm>
#include <string>
#include <tuple>

#include "errors.hpp"
#include "neighbors/metric.hpp"
#include "neighbors/periodic_search.hpp"

namespace migrate {
namespace {

// 52 bytes each; the 619 published bands have 14 million pairs within 8 Angstrom together.
constexpr double max_pairs = 5e7;

[[noreturn]] void too_many_pairs(double cutoff) {
    throw InvalidCrystal("a cutoff of " + std::to_string(cutoff) +
                         " \xC3\x85 gives this structure more than 50 million pairs");
}

}  // namespace

NeighborList find_neighbors(const Crystal& crystal, double cutoff) {
    const ReducedLattice reduced(crystal.lattice);
    require_searchable(crystal, reduced);
    const auto n = static_cast<double>(crystal.n_atoms());
    if (n * crystal.density() * 4.18879 * cutoff * cutoff * cutoff > 2 * max_pairs) too_many_pairs(cutoff);

    const PeriodicSearch search(crystal, reduced, cutoff / 2);
    const ExactMetric metric(crystal);
    NeighborList out;
    out.row_begin.push_back(0);
    std::vector<Candidate> row;
    for (int32_t i = 0; i < crystal.n_atoms(); i++) {
        row.clear();
        search.visit(i, cutoff + metric.error(), [&](const Candidate& to, double) { row.push_back(to); });
        std::sort(row.begin(), row.end(), [](const Candidate& a, const Candidate& b) {
            return std::tie(a.atom, a.shift) < std::tie(b.atom, b.shift);
        });
        for (const Candidate& to : row) {
            const Vec3 r = displacement(crystal.fractional, crystal.lattice, i, to.atom, to.shift);
            const double d = length(r);
            if (!(d <= cutoff)) continue;
            out.target.push_back(to.atom);
            for (const int64_t x : to.shift) out.shift.push_back(static_cast<int32_t>(x));
            out.displacement.insert(out.displacement.end(), r.begin(), r.end());
            out.distance.push_back(d);
        }
        if (static_cast<double>(out.target.size()) > max_pairs) too_many_pairs(cutoff);
        out.row_begin.push_back(static_cast<int32_t>(out.target.size()));
    }
    return out;
}

}  // namespace migrate
