// The space group of a crystal.
#pragma once

#include "crystal.hpp"

namespace migrate {

// Whether the library was built with spglib (Togo, Shinohara and Tanaka, Sci. Technol. Adv. Mater. Meth. 4, 2384822
// (2024)).
bool has_symmetry();

// species [n_atoms]; orbit [n_atoms] receives for each atom the first one that the symmetry carries it to. Throws
// InvalidCrystal where no symmetry is found within the tolerance, InvalidArgument without spglib.
migrate_symmetry find_symmetry(const Crystal& crystal, const int32_t* species, double tolerance, int32_t* orbit);

}  // namespace migrate
