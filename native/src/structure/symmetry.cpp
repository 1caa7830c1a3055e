// spglib wants lattice vectors as columns and a right-handed cell is not needed.
#include "structure/symmetry.hpp"

#include <spglib.h>

#include <memory>

#include "errors.hpp"

namespace migrate {
namespace {

// The point groups of the space groups up to a number (International Tables A). The operations that spglib lists are
// fewer in a supercell whose shape is less symmetric than its crystal.
struct PointGroup {
    int last, order;
    bool centrosymmetric;
};

constexpr PointGroup point_groups[] = {
    {1, 1, false},    {2, 2, true},    {9, 2, false},    {15, 4, true},   {46, 4, false},   {74, 8, true},
    {82, 4, false},   {88, 8, true},   {122, 8, false},  {142, 16, true}, {146, 3, false},  {148, 6, true},
    {161, 6, false},  {167, 12, true}, {174, 6, false},  {176, 12, true}, {190, 12, false}, {194, 24, true},
    {199, 12, false}, {206, 24, true}, {220, 24, false}, {230, 48, true},
};

}  // namespace

bool has_symmetry() { return true; }

migrate_symmetry find_symmetry(const Crystal& crystal, const int32_t* species, double tolerance, int32_t* orbit) {
    const std::size_t n = crystal.fractional.size();
    double columns[3][3];
    for (std::size_t i = 0; i < 3; i++) {
        for (std::size_t x = 0; x < 3; x++) columns[x][i] = crystal.lattice.rows[i][x];
    }
    const std::unique_ptr<double[][3]> position(new double[n][3]);
    for (std::size_t i = 0; i < n; i++) {
        for (std::size_t x = 0; x < 3; x++) {
            position[i][x] = crystal.fractional[i][x] - std::floor(crystal.fractional[i][x]);
        }
    }
    const std::vector<int> types(species, species + n);
    const std::unique_ptr<SpglibDataset, decltype(&spg_free_dataset)> found(
        spg_get_dataset(columns, position.get(), types.data(), static_cast<int>(n), tolerance), &spg_free_dataset);
    require_crystal(found != nullptr && found->spacegroup_number > 0,
                    "no space group was found: do two sites coincide?");
    migrate_symmetry out{};
    out.space_group = found->spacegroup_number;
    for (const PointGroup& group : point_groups) {
        if (out.space_group <= group.last) {
            out.point_group_order = group.order;
            out.centrosymmetric = group.centrosymmetric;
            break;
        }
    }
    for (std::size_t i = 0; i < n; i++) {
        orbit[i] = found->crystallographic_orbits[i];
        out.n_orbits += orbit[i] == static_cast<int32_t>(i);
    }
    return out;
}

}  // namespace migrate
