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

// Every pair with distance <= cutoff but an atom with itself, sorted by (source, target, shift). Two sites at one point
// are a pair like any other, so that the rounding of their coordinates never decides.
NeighborList find_neighbors(const Crystal& crystal, double cutoff);

}  // namespace migrate
