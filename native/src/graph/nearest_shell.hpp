// Which neighbours an atom keeps: the k nearest and what ties with the k-th.
// Rule: architecture of the published models (nearest_neighbor_edges); the whole-shell variant differs in the cut only.
#pragma once

#include <vector>

#include "crystal.hpp"
#include "neighbors/periodic_search.hpp"

namespace migrate {

// Pairs at this distance or less are one site written twice, not neighbours.
inline constexpr double coincident_distance = 0.15;

// A neighbour left out this close to the cut is reported as a tie.
inline constexpr double tie_window = 1e-3;

struct NearestShells {
    std::vector<std::size_t> row_begin;  // [n_atoms + 1] neighbours of atom i in kept
    std::vector<Candidate> kept;         // [sum of kept] in no particular order inside a row
    std::vector<migrate_site> sites;     // [n_atoms]
};

NearestShells find_nearest_shells(const Crystal& crystal, const migrate_graph_settings& settings);

// The published search radius: it grows for all atoms as long as one has fewer than k neighbours inside, first to the
// longest lattice vector if that is longer, then twofold. largest_shell: the largest d_k of all atoms.
double published_cutoff(const Lattice& lattice, double cutoff, double largest_shell);

}  // namespace migrate
