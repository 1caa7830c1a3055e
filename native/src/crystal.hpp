// A checked crystal: what every operation below works on.
#pragma once

#include <vector>

#include "lattice.hpp"
#include "migrate.h"

namespace migrate {

struct Crystal {
    Lattice lattice;
    std::vector<Vec3> fractional;  // [n_atoms], as given

    int32_t n_atoms() const { return static_cast<int32_t>(fractional.size()); }
    double density() const {
        return static_cast<double>(fractional.size()) / lattice.volume();
    }  // atoms per cubic Angstrom
};

// Copies and checks. Throws InvalidArgument for nulls and sizes, InvalidCrystal for numbers that no crystal has.
Crystal checked_crystal(const migrate_crystal* crystal);

// Throws unless the cell is wide enough for a neighbour search: a lattice vector above 0.15, a density below 10 per
// cubic Angstrom. (No crystal comes near either; a lattice in another unit does.)
void require_searchable(const Crystal& crystal, const ReducedLattice& reduced);

}  // namespace migrate
