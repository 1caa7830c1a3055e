#include "crystal.hpp"

#include <algorithm>
#include <string>

#include "errors.hpp"
#include "graph/nearest_shell.hpp"

namespace migrate {
namespace {

// Beyond this a coordinate has lost the digits that decide distances.
constexpr double max_fractional = 1e4;
constexpr double max_density = 10;  // atoms per cubic Angstrom; solid hydrogen under pressure has about 0.2
constexpr int64_t max_atoms = 10'000'000;

}  // namespace

Crystal checked_crystal(const migrate_crystal* crystal) {
    require(crystal != nullptr, "crystal is null");
    require(crystal->lattice != nullptr && crystal->fractional != nullptr, "crystal has a null array");
    require(crystal->n_atoms >= 1 && crystal->n_atoms <= max_atoms, "a crystal has 1 to 10 million atoms");
    Crystal out;
    for (std::size_t i = 0; i < 9; i++) out.lattice.rows[i / 3][i % 3] = crystal->lattice[i];
    const double volume = out.lattice.volume();
    require_crystal(std::isfinite(volume) && volume > 0, "lattice vectors are not finite, or span no volume");
    out.fractional.resize(static_cast<std::size_t>(crystal->n_atoms));
    for (std::size_t i = 0; i < out.fractional.size(); i++) {
        for (std::size_t x = 0; x < 3; x++) {
            const double f = crystal->fractional[3 * i + x];
            require_crystal(
                std::abs(f) <= max_fractional,
                "site " + std::to_string(i + 1) + ": fractional coordinates must lie within -10000 to 10000");
            out.fractional[i][x] = f;
        }
    }
    return out;
}

void require_searchable(const Crystal& crystal, const ReducedLattice& reduced) {
    const auto& rows = reduced.lattice.rows;
    const double shortest = std::min({length(rows[0]), length(rows[1]), length(rows[2])});
    require_crystal(shortest > coincident_distance,
                    "the lattice has a vector of " + std::to_string(shortest) +
                        " \xC3\x85, so every site would coincide with its own image; is the lattice in \xC3\x85?");
    require_crystal(crystal.density() <= max_density, "the structure has " + std::to_string(crystal.density()) +
                                                          " atoms per \xC3\x85\xC2\xB3, more than any crystal; is the "
                                                          "lattice in \xC3\x85?");
}

}  // namespace migrate
