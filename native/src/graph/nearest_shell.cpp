#include "graph/nearest_shell.hpp"

#include <algorithm>
#include <cmath>

#include "errors.hpp"
#include "neighbors/metric.hpp"

namespace migrate {
namespace {

// Bonds are numbered by int32; the 619 published bands have 1 million relations together.
constexpr std::size_t max_relations = 20'000'000;

struct Neighbor {
    double distance;
    Candidate to;
};

// Radius of the sphere that holds so many atoms on average.
double radius_of(double atoms, double density) { return std::cbrt(atoms / (4.18879 * density)); }

// One atom's search: all neighbours within a radius, grown until the k-th, the cut and the first neighbour beyond are
// known.
template <typename Metric>
class ShellSearch {
  public:
    ShellSearch(const Crystal& crystal, const PeriodicSearch& search, const migrate_graph_settings& settings)
        : metric_(crystal),
          search_(search),
          k_(static_cast<std::size_t>(settings.neighbors)),
          tolerance_(settings.ties == MIGRATE_TIES_WHOLE_SHELL ? settings.shell_tolerance : 0) {}

    migrate_site find(int32_t i, double radius, std::vector<Candidate>& kept) {
        for (;; radius *= 1.25) {
            const int32_t coincident = collect(i, radius);
            if (found_.size() <= k_) continue;
            const auto kth = found_.begin() + static_cast<std::ptrdiff_t>(k_ - 1);
            std::nth_element(found_.begin(), kth, found_.end(),
                             [](const Neighbor& a, const Neighbor& b) { return a.distance < b.distance; });
            const double shell = kth->distance, cut = shell + tolerance_;
            if (cut + tie_window >= radius) {
                // Known to be too small: go just beyond the window at once.
                radius = std::max(radius, (cut + tie_window) / 1.25 * 1.02);
                continue;
            }
            migrate_site site{0, 0, 0, coincident, shell, INFINITY};
            const std::size_t begin = kept.size();
            for (const Neighbor& n : found_) {
                if (n.distance <= cut) {
                    kept.push_back(n.to);
                } else {
                    site.ties_dropped += n.distance <= cut + tie_window;
                    site.gap_after_cut = std::min(site.gap_after_cut, n.distance - cut);
                }
            }
            if (std::isinf(site.gap_after_cut)) {  // everything seen is in the shell: look farther
                kept.resize(begin);
                continue;
            }
            site.kept = static_cast<int32_t>(kept.size() - begin);
            site.ties_kept = site.kept - static_cast<int32_t>(k_);
            return site;
        }
    }

  private:
    Metric metric_;
    const PeriodicSearch& search_;
    std::size_t k_;
    double tolerance_;
    std::vector<Neighbor> found_;

    // Fills found_ with all neighbours at distance <= radius; returns the number of coincident pairs.
    int32_t collect(int32_t i, double radius) {
        found_.clear();
        int32_t coincident = 0;
        search_.visit(i, radius + metric_.error(), [&](const Candidate& to, double) {
            const double d = metric_.distance(i, to);
            if (d <= coincident_distance) {
                coincident++;
            } else if (d <= radius) {
                found_.push_back({d, to});
            }
        });
        return coincident;
    }
};

template <typename Metric>
NearestShells find(const Crystal& crystal, const migrate_graph_settings& settings) {
    const ReducedLattice reduced(crystal.lattice);
    require_searchable(crystal, reduced);
    // Half as many again and a few more: one search is then enough for nearly every atom of a dense crystal.
    const double radius = radius_of(1.5 * settings.neighbors + 6, crystal.density());
    const PeriodicSearch search(crystal, reduced, radius);
    ShellSearch<Metric> shells(crystal, search, settings);
    NearestShells out;
    out.row_begin.push_back(0);
    out.sites.reserve(crystal.fractional.size());
    out.kept.reserve(crystal.fractional.size() * static_cast<std::size_t>(settings.neighbors));
    for (int32_t i = 0; i < crystal.n_atoms(); i++) {
        out.sites.push_back(shells.find(i, radius, out.kept));
        out.row_begin.push_back(out.kept.size());
        require_crystal(out.kept.size() <= max_relations,
                        "the graph would have more than 20 million neighbour relations; do many sites coincide?");
    }
    return out;
}

}  // namespace

NearestShells find_nearest_shells(const Crystal& crystal, const migrate_graph_settings& settings) {
    return settings.ties == MIGRATE_TIES_PUBLISHED ? find<PublishedMetric>(crystal, settings)
                                                   : find<ExactMetric>(crystal, settings);
}

double published_cutoff(const Lattice& lattice, double cutoff, double largest_shell) {
    const double longest = round_decimals(rounded_to_5_decimals(lattice).longest(), 1e6);
    while (cutoff < largest_shell) cutoff = cutoff < longest ? longest : 2 * cutoff;
    return cutoff;
}

}  // namespace migrate
