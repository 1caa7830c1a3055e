// Which atoms, in which periodic image, lie within a radius of an atom: a cell list over the reduced, wrapped crystal.
//
// Exact for every cell shape: bins are slices of the cell along its three axes, and the search runs over all bins, and
// all periodic images of bins, that a sphere can touch. Nothing is truncated.
#pragma once

#include <vector>

#include "crystal.hpp"

namespace migrate {

// An atom seen from another: shift is in cells of the original lattice, relative to the stored coordinates.
struct Candidate {
    int32_t atom;
    Int3 shift;
};

class PeriodicSearch {
  public:
    // bin_width: wished thickness of a bin, Angstrom; half of the usual radius to the whole of it is fast (smaller for
    // large radii).
    PeriodicSearch(const Crystal& crystal, const ReducedLattice& reduced, double bin_width);

    // Calls visit(Candidate, approximate squared distance) for every atom image within radius of atom i; for some that
    // are farther by rounding (1e-9 relative) too. The atom itself (same atom, shift 0) is left out.
    template <typename Visit>
    void visit(int32_t i, double radius, Visit&& visit) const;

  private:
    struct Slot {
        int32_t atom;
        Vec3 position;  // Cartesian, wrapped into the reduced cell
        Int3 cell;      // whole reduced cells that were taken off by wrapping
    };

    const ReducedLattice& reduced_;
    Vec3 heights_;
    Int3 bins_;                       // bins along each axis
    std::vector<int32_t> bin_begin_;  // [n_bins + 1] slots of bin b are bin_begin_[b] .. bin_begin_[b + 1]
    std::vector<Slot> slots_;         // [n_atoms] by bin, then by atom
    std::vector<int32_t> slot_of_;    // [n_atoms]
    std::vector<Vec3> wrapped_;       // [n_atoms] fractional in the reduced cell, in [0, 1]

    int64_t bin_of(std::size_t axis, double wrapped) const {
        const auto bin = static_cast<int64_t>(wrapped * static_cast<double>(bins_[axis]));
        return bin < bins_[axis] ? bin : bins_[axis] - 1;
    }
};

// A bin number along an axis that may lie outside the cell, split into the bin inside and the cell it is in.
struct BinImage {
    int64_t bin;
    int64_t cell;

    BinImage(int64_t number, int64_t bins)
        : bin(number % bins < 0 ? number % bins + bins : number % bins), cell((number - bin) / bins) {}
};

template <typename Visit>
void PeriodicSearch::visit(int32_t i, double radius, Visit&& visit) const {
    const Slot& from = slots_[static_cast<std::size_t>(slot_of_[static_cast<std::size_t>(i)])];
    const Vec3& center = wrapped_[static_cast<std::size_t>(i)];
    const double reach = radius * (1 + 1e-9) + 1e-9;
    const double limit = reach * reach;
    Int3 low, high;
    for (std::size_t axis = 0; axis < 3; axis++) {
        const double wide = reach / heights_[axis] + 1e-9;
        const auto bins = static_cast<double>(bins_[axis]);
        low[axis] = static_cast<int64_t>(std::floor((center[axis] - wide) * bins));
        high[axis] = static_cast<int64_t>(std::floor((center[axis] + wide) * bins));
    }
    for (int64_t a = low[0]; a <= high[0]; a++) {
        const BinImage ia(a, bins_[0]);
        for (int64_t b = low[1]; b <= high[1]; b++) {
            const BinImage ib(b, bins_[1]);
            for (int64_t c = low[2]; c <= high[2]; c++) {
                const BinImage ic(c, bins_[2]);
                const auto bin = static_cast<std::size_t>((ia.bin * bins_[1] + ib.bin) * bins_[2] + ic.bin);
                if (bin_begin_[bin] == bin_begin_[bin + 1]) continue;
                const Int3 cell{ia.cell, ib.cell, ic.cell};
                const Vec3 away =
                    reduced_.lattice.cartesian(
                        {static_cast<double>(cell[0]), static_cast<double>(cell[1]), static_cast<double>(cell[2])}) -
                    from.position;
                for (int32_t s = bin_begin_[bin]; s < bin_begin_[bin + 1]; s++) {
                    const Slot& to = slots_[static_cast<std::size_t>(s)];
                    const Vec3 r = to.position + away;
                    const double squared = dot(r, r);
                    if (squared > limit) continue;
                    // stored coordinate = wrapped + cell taken off, so the stored pair is that much closer or farther
                    Int3 shift;
                    for (std::size_t x = 0; x < 3; x++) shift[x] = cell[x] + from.cell[x] - to.cell[x];
                    if (to.atom == i && cell == Int3{0, 0, 0}) continue;
                    visit(Candidate{to.atom, reduced_.original_shift(shift)}, squared);
                }
            }
        }
    }
}

}  // namespace migrate
