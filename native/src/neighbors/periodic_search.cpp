#include "neighbors/periodic_search.hpp"

#include <algorithm>

namespace migrate {

PeriodicSearch::PeriodicSearch(const Crystal& crystal, const ReducedLattice& reduced, double bin_width)
    : reduced_(reduced), heights_(reduced.lattice.heights()) {
    const std::size_t n = crystal.fractional.size();
    // No more bins along an axis than atoms in the crystal: a huge, empty cell needs no more.
    for (std::size_t axis = 0; axis < 3; axis++) {
        bins_[axis] = std::clamp<int64_t>(static_cast<int64_t>(std::min(heights_[axis] / bin_width, 1e6)), 1,
                                          std::min<int64_t>(static_cast<int64_t>(n), 128));
    }
    wrapped_.resize(n);
    std::vector<Slot> slots(n);
    std::vector<int64_t> bin(n);
    bin_begin_.assign(static_cast<std::size_t>(bins_[0] * bins_[1] * bins_[2]) + 1, 0);
    for (std::size_t i = 0; i < n; i++) {
        const Vec3 f = reduced.fractional(crystal.fractional[i]);
        slots[i].atom = static_cast<int32_t>(i);
        for (std::size_t axis = 0; axis < 3; axis++) {
            const double cell = std::floor(f[axis]);
            slots[i].cell[axis] = static_cast<int64_t>(cell);
            wrapped_[i][axis] = f[axis] - cell;
        }
        slots[i].position = reduced.lattice.cartesian(wrapped_[i]);
        bin[i] =
            (bin_of(0, wrapped_[i][0]) * bins_[1] + bin_of(1, wrapped_[i][1])) * bins_[2] + bin_of(2, wrapped_[i][2]);
        bin_begin_[static_cast<std::size_t>(bin[i]) + 1]++;
    }
    for (std::size_t b = 1; b < bin_begin_.size(); b++) bin_begin_[b] += bin_begin_[b - 1];
    // Counting sort by bin; atoms stay in order inside a bin.
    std::vector<int32_t> next(bin_begin_.begin(), bin_begin_.end() - 1);
    slots_.resize(n);
    slot_of_.resize(n);
    for (std::size_t i = 0; i < n; i++) {
        const int32_t slot = next[static_cast<std::size_t>(bin[i])]++;
        slots_[static_cast<std::size_t>(slot)] = slots[i];
        slot_of_[i] = slot;
    }
}

}  // namespace migrate
