// All pairs within a cutoff, both directions, every periodic image.
#pragma once

#include <vector>

#include "crystal.hpp"

namespace migrate {

struct NeighborList {
    std::vector<int32_t> row_begin;    // [n_atoms + 1] pairs of source i
    std::vector<int32_t> target;       // [n_pairs]
    std::vector<int32_t> shift;        // [n_pairs, 3]
    std::vector<double> displacement;  // [n_pairs, 3] (f_target + shift - f_source) * lattice
    std::vector<double> distance;      // [n_pairs]
};

// Two sites at this distance or less are one point, whatever the rounding of their coordinates, and no pair.
inline constexpr double same_site_distance = 1e-8;

// Pairs with same_site_distance < distance <= cutoff, sorted by (source, target, shift).
NeighborList find_neighbors(const Crystal& crystal, double cutoff);

}  // namespace migrate
