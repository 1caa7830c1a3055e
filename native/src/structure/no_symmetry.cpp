// Space groups in a build without spglib.
#include "errors.hpp"
#include "structure/symmetry.hpp"

namespace migrate {

bool has_symmetry() { return false; }

migrate_symmetry find_symmetry(const Crystal&, const int32_t*, double, int32_t*) {
    throw InvalidArgument("this library was built without spglib (Debian: libsymspg-dev), so it knows no space groups");
}

}  // namespace migrate
