// Which atoms, in which periodic image, lie within a radius of an atom: the cell list of native/src/neighbors, searched
// by a warp. Which bins there are, and the order of atoms in them, is of no consequence.
#pragma once

#include "device.cuh"
#include "graph_arguments.hpp"
#include "graph_lattice.cuh"

namespace migrate::device {

using cuda::Relation;
using cuda::SearchArguments;
using cuda::SearchCell;
using cuda::SearchSlot;
using cuda::StructureStatus;

// An atom in the reduced cell, and where it was taken from.
struct Wrapped {
    Vector fractional;  // in [0, 1]
    Vector position;    // Å
    int32_t cell[3];    // whole cells of the given lattice that were taken off
};

MIGRATE_DEVICE Wrapped wrap(const SearchCell& cell, const Vector& original) {
    Wrapped out;
    uint32_t taken[3] = {};  // the result fits, what it is summed from may not
    for (int b = 0; b < 3; b++) {
        const double f = (original.at[0] * cell.from_reduced[b] + original.at[1] * cell.from_reduced[3 + b]) +
                         original.at[2] * cell.from_reduced[6 + b];
        const double whole = round_down(f);
        out.fractional.at[b] = f - whole;
        const auto n = static_cast<uint32_t>(static_cast<int64_t>(whole));
        for (int x = 0; x < 3; x++) taken[x] += n * static_cast<uint32_t>(cell.to_reduced[3 * b + x]);
    }
    out.position = cartesian(cell.reduced, out.fractional);
    for (int x = 0; x < 3; x++) out.cell[x] = static_cast<int32_t>(taken[x]);
    return out;
}

// Number of the bin that holds a wrapped atom.
MIGRATE_DEVICE int64_t bin_of(const SearchCell& cell, const Vector& wrapped) {
    int64_t bin = 0;
    for (int axis = 0; axis < 3; axis++) {
        const int32_t bins = cell.bins[axis];
        const auto at = static_cast<int32_t>(wrapped.at[axis] * static_cast<double>(bins));
        bin = bin * bins + (at < bins ? at : bins - 1);
    }
    return bin;
}

MIGRATE_DEVICE int64_t number_of_bins(const SearchCell& cell) {
    return int64_t{cell.bins[0]} * cell.bins[1] * cell.bins[2];
}

// Bins of a structure: one number more than it has bins.
MIGRATE_DEVICE int32_t* bins_of(const SearchArguments& args, int64_t structure) {
    return args.bins + args.atom_begin[structure] + structure;
}

// What distances of an atom are made of: SearchSlot::metric.
MIGRATE_DEVICE Vector metric_of(const SearchArguments& args, const SearchCell& cell, const Vector& fractional) {
    return args.ties == cuda::Ties::published ? cartesian_fused(cell.bond_lattice, fractional) : fractional;
}

// A candidate: an atom image near another atom.
struct Seen {
    Relation to;
    double distance;
};

// The search around one atom, by all lanes of a warp.
class Search {
  public:
    MIGRATE_METHOD Search(const SearchArguments& args, int32_t atom)
        : atom_(atom),
          published_(args.ties == cuda::Ties::published),
          structure_(args.structure[atom]),
          lattice_(args.lattice + int64_t{9} * structure_),
          cell_(args.cells[structure_]),
          bins_(bins_of(args, structure_)),
          slots_(args.slots + args.atom_begin[structure_]) {
        const Vector fractional = load(args.fractional + int64_t{3} * atom);
        from_ = wrap(cell_, fractional);
        metric_ = metric_of(args, cell_, fractional);
    }

    MIGRATE_METHOD const SearchCell& cell() const { return cell_; }

    // Calls visit(Seen, whether it is one at all) with all lanes together, until every atom image within radius was
    // there once; some that are farther come too. The atom itself (same atom, shift 0) is left out.
    template <class Visit>
    MIGRATE_METHOD void visit(double radius, const Visit& visit) const {
        const Range range = range_of(radius);
        for (int64_t first = 0; first < range.segments; first += warp_size) {
            const Segment mine = segment(range, first + lane());
            const int32_t before = warp_sum_before(mine.length);
            const int32_t total = shuffle(before + mine.length, warp_size - 1);
            // The lanes take the slots of all 32 segments, however many each one has.
            for (int32_t done = 0; done < total; done += warp_size) {
                const int32_t t = done + static_cast<int32_t>(lane());
                unsigned owner = 0;  // last segment that begins at t or before
                for (unsigned step = warp_size / 2; step > 0; step /= 2) {
                    if (shuffle(before, owner + step) <= t) owner += step;
                }
                const int32_t slot = shuffle(mine.begin - before, owner) + t;
                int32_t image[3];
                for (int x = 0; x < 3; x++) image[x] = shuffle(mine.image[x], owner);
                Seen seen{};
                const bool live = t < total && look(range, slots_[slot], image, seen);
                visit(seen, live);
            }
        }
    }

  private:
    // Bins that the sphere can touch, beyond the cell too, in segments: those of one row along c and of one image.
    struct Range {
        double limit;  // squared, Å^2
        int32_t low[3], high[3];
        int32_t first_image, images;  // along c
        int64_t segments;
    };

    struct Segment {
        int32_t begin, length;  // slots
        int32_t image[3];       // cell of the reduced lattice
    };

    int32_t atom_;
    bool published_;
    int32_t structure_;
    const double* lattice_;
    const SearchCell& cell_;
    const int32_t* bins_;
    const SearchSlot* slots_;
    Wrapped from_;
    Vector metric_;

    static MIGRATE_METHOD int32_t floor_of(int32_t a, int32_t b) { return a / b - (a % b < 0 ? 1 : 0); }

    MIGRATE_METHOD Range range_of(double radius) const {
        Range out;
        const double reach = (radius + cell_.error) * (1 + 1e-9) + 1e-9;
        out.limit = reach * reach;
        for (int axis = 0; axis < 3; axis++) {
            const double wide = reach / cell_.heights[axis] + 1e-9, center = from_.fractional.at[axis];
            const auto bins = static_cast<double>(cell_.bins[axis]);
            out.low[axis] = static_cast<int32_t>(round_down((center - wide) * bins));
            out.high[axis] = static_cast<int32_t>(round_down((center + wide) * bins));
        }
        out.first_image = floor_of(out.low[2], cell_.bins[2]);
        out.images = floor_of(out.high[2], cell_.bins[2]) - out.first_image + 1;
        out.segments = (int64_t{out.high[0]} - out.low[0] + 1) * (int64_t{out.high[1]} - out.low[1] + 1) * out.images;
        return out;
    }

    MIGRATE_METHOD Segment segment(const Range& range, int64_t number) const {
        if (number >= range.segments) return {};
        const int64_t row = number / range.images, wide = range.high[1] - range.low[1] + 1;
        const auto a = static_cast<int32_t>(range.low[0] + row / wide);
        const auto b = static_cast<int32_t>(range.low[1] + row % wide);
        Segment out{0,
                    0,
                    {floor_of(a, cell_.bins[0]), floor_of(b, cell_.bins[1]),
                     range.first_image + static_cast<int32_t>(number % range.images)}};
        const int32_t bins = cell_.bins[2], first = out.image[2] * bins;
        const int32_t low = greatest(range.low[2] - first, 0), high = least(range.high[2] - first, bins - 1);
        const int64_t row_of_bins =
            int64_t{a - out.image[0] * cell_.bins[0]} * cell_.bins[1] + (b - out.image[1] * cell_.bins[1]);
        const int32_t* slots = bins_ + row_of_bins * bins;
        out.begin = slots[low];
        out.length = slots[high + 1] - out.begin;
        return out;
    }

    // Whether the atom of a slot, in that image, is near; and who it is.
    MIGRATE_METHOD bool look(const Range& range, const SearchSlot& slot, const int32_t* image, Seen& seen) const {
        const Vector away = cartesian(cell_.reduced, to_double(image)) - from_.position;
        const Vector r = load(slot.position) + away;
        if (dot(r, r) > range.limit) return false;
        if (slot.atom == atom_ && image[0] == 0 && image[1] == 0 && image[2] == 0) return false;
        seen.to.atom = slot.atom;
        for (int x = 0; x < 3; x++) {
            auto n = static_cast<uint32_t>(from_.cell[x]) - static_cast<uint32_t>(slot.cell[x]);
            for (int i = 0; i < 3; i++) {
                n += static_cast<uint32_t>(image[i]) * static_cast<uint32_t>(cell_.to_reduced[3 * i + x]);
            }
            seen.to.shift[x] = static_cast<int32_t>(n);
        }
        seen.distance = distance(seen.to, load(slot.metric));
        return true;
    }

    // The two arithmetics of native/src/neighbors/metric.hpp.
    MIGRATE_METHOD double distance(const Relation& to, const Vector& metric) const {
        if (published_) return length((cartesian(lattice_, to_double(to.shift)) + metric) - metric_);
        return length(displacement(lattice_, metric_, metric, to.shift, is_forward(atom_, to.atom, to.shift)));
    }
};

}  // namespace migrate::device
