// The k-nearest-shell graph: each atom's neighbours, made symmetric, as unique directed bonds with multiplicities.
#pragma once

#include <vector>

#include "crystal.hpp"

namespace migrate {

struct CrystalGraph {
    double cutoff_used = 0;
    std::vector<int32_t> row_begin;     // [n_atoms + 1] bonds that enter atom i
    std::vector<int32_t> source;        // [n_bonds]
    std::vector<int32_t> shift;         // [n_bonds, 3]
    std::vector<double> displacement;   // [n_bonds, 3]
    std::vector<double> distance;       // [n_bonds]
    std::vector<uint8_t> multiplicity;  // [n_bonds] 1 or 2
    std::vector<migrate_site> sites;    // [n_atoms]
};

CrystalGraph build_graph(const Crystal& crystal, const migrate_graph_settings& settings);

}  // namespace migrate
