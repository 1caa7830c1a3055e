// Structures and atoms made ready for the search: reduced cells, checks, bins.
#include "graph_search.cuh"

namespace migrate::device {

constexpr double max_fractional = 1e4;  // beyond this a coordinate has lost the digits that decide distances
constexpr double max_density = 10;      // atoms per Å^3
constexpr int32_t max_bins = 128;       // along an axis
// Reduced vectors span nearly the volume of a box. Where a height is this far below a length, arithmetic could not
// follow the reduction.
constexpr double least_height_to_length = 1e-3;
constexpr double max_shift = 1e9;   // so that 2 shift + 1, and some, is an int32
constexpr double max_images = 1e7;  // so that bins of all images can be numbered

struct Verdict {
    StructureStatus status;
    int32_t site;
    double value;
};

struct Coordinates {
    int32_t first_bad;  // or the number of atoms
    double largest;     // |f_a| + |f_b| + |f_c|
};

// By all lanes: names each atom's structure and looks at its coordinates.
MIGRATE_DEVICE Coordinates look_at_atoms(const SearchArguments& args, int64_t structure, int32_t first, int32_t atoms) {
    Coordinates out{atoms, 0};
    for (int32_t i = static_cast<int32_t>(lane()); i < atoms; i += warp_size) {
        args.structure[first + i] = static_cast<int32_t>(structure);
        const Vector f = load(args.fractional + int64_t{3} * (first + i));
        bool good = true;
        for (int x = 0; x < 3; x++) good = good && absolute(f.at[x]) <= max_fractional;
        if (!good) out.first_bad = least(out.first_bad, i);
        out.largest = greatest(out.largest, (absolute(f.at[0]) + absolute(f.at[1])) + absolute(f.at[2]));
    }
    return {warp_least(out.first_bad), warp_greatest(out.largest)};
}

MIGRATE_DEVICE double shortest_of(const double* lattice) {
    return least(least(length(load(lattice)), length(load(lattice + 3))), length(load(lattice + 6)));
}

// The matrices of a structure, and how far distances and the search differ.
MIGRATE_DEVICE void fill_cell(const SearchArguments& args, const double* lattice, double density, double largest,
                              SearchCell& cell) {
    const Reduction reduction = reduce(lattice);
    const bool published = args.ties == cuda::Ties::published;
    for (int x = 0; x < 9; x++) {
        cell.bond_lattice[x] = published ? round_decimals(lattice[x], 1e5) : lattice[x];
        cell.reduced[x] = reduction.lattice[x];
        cell.from_reduced[x] = static_cast<double>(reduction.from[x / 3][x % 3]);
        cell.to_reduced[x] = static_cast<int32_t>(reduction.to[x / 3][x % 3]);
    }
    store(cell.heights, heights(cell.reduced));
    const Vector given = heights(lattice);
    cell.longest_radius = least(max_shift * least(least(given.at[0], given.at[1]), given.at[2]),
                                max_images * least(least(cell.heights[0], cell.heights[1]), cell.heights[2]));
    // Each component of a lattice vector moves by up to 5e-6.
    cell.error = published ? 2 * 1.7321 * 5e-6 * largest + 1e-7 : 1e-7;
    // Half as many again and a few more: one search is then enough for nearly every atom of a dense crystal.
    cell.radius = args.neighbors > 0 ? cube_root((1.5 * args.neighbors + 6) / (4.18879 * density)) : args.cutoff;
}

MIGRATE_DEVICE bool can_be_searched(const SearchCell& cell) {
    bool good = cell.radius <= cell.longest_radius;
    for (int axis = 0; axis < 3; axis++) {
        good = good && cell.heights[axis] >= least_height_to_length * length(load(cell.reduced + 3 * axis));
    }
    return good;
}

// In the order of the CPU's checks. Fills the cell as soon as there is one.
MIGRATE_DEVICE Verdict check(const SearchArguments& args, const double* lattice, int32_t atoms, const Coordinates& seen,
                             SearchCell& cell) {
    if (atoms < 1 || atoms > cuda::max_atoms) return {StructureStatus::atom_count, 0, 0};
    const double v = volume(lattice);
    if (!(v > 0 && v - v == 0)) return {StructureStatus::no_volume, 0, 0};
    if (seen.first_bad < atoms) return {StructureStatus::coordinate, seen.first_bad, 0};
    const double density = static_cast<double>(atoms) / v;
    fill_cell(args, lattice, density, seen.largest, cell);
    const double shortest = shortest_of(cell.reduced);
    if (!(shortest > cuda::coincident_distance)) return {StructureStatus::vector_too_short, 0, shortest};
    if (!(density <= max_density)) return {StructureStatus::too_dense, 0, density};
    if (args.neighbors == 0 &&
        static_cast<double>(atoms) * density * 4.18879 * args.cutoff * args.cutoff * args.cutoff >
            2 * static_cast<double>(cuda::max_pairs)) {
        return {StructureStatus::too_many_pairs, 0, 0};
    }
    if (!can_be_searched(cell)) return {StructureStatus::too_skewed, 0, 0};
    return {StructureStatus::ok, 0, 0};
}

// Bins as wide as the radius, for a list half of it; no more of them than atoms.
MIGRATE_DEVICE void choose_bins(SearchCell& cell, int32_t atoms, double width) {
    for (int axis = 0; axis < 3; axis++) {
        const auto wanted = static_cast<int32_t>(least(cell.heights[axis] / width, 1e6));
        cell.bins[axis] = atoms < cuda::atoms_for_bins ? 1 : greatest(1, least(wanted, least(atoms, max_bins)));
    }
    while (number_of_bins(cell) > atoms) {
        int widest = 0;
        for (int axis = 1; axis < 3; axis++) {
            if (cell.bins[axis] > cell.bins[widest]) widest = axis;
        }
        cell.bins[widest]--;
    }
}

MIGRATE_KERNEL(migrate_search_prepare, cuda::SearchArguments, 256) {
    for (int64_t s = int64_t{block()} * warps() + warp(); s < *args.structures; s += int64_t{blocks()} * warps()) {
        const int32_t first = args.atom_begin[s], atoms = args.atom_begin[s + 1] - first;
        const Coordinates seen = look_at_atoms(args, s, first, atoms);
        SearchCell cell{};  // every lane works out the same
        const Verdict verdict = check(args, args.lattice + 9 * s, atoms, seen, cell);
        if (verdict.status == StructureStatus::ok) {
            choose_bins(cell, atoms, args.neighbors > 0 ? cell.radius : args.cutoff / 2);
            int32_t* bins = bins_of(args, s);
            for (int64_t b = lane(); b <= number_of_bins(cell); b += warp_size) bins[b] = 0;
        }
        if (lane() != 0) continue;
        args.cells[s] = cell;
        args.status[s] = static_cast<int32_t>(verdict.status);
        args.bad_site[s] = verdict.site;
        args.bad_value[s] = verdict.value;
    }
}

MIGRATE_KERNEL(migrate_search_count_bins, cuda::SearchArguments, 256) {
    const int32_t atoms = args.atom_begin[*args.structures];
    for (int64_t i = int64_t{block()} * threads() + thread(); i < atoms; i += int64_t{blocks()} * threads()) {
        const int32_t s = args.structure[i];
        if (args.status[s] != 0) continue;
        const SearchCell& cell = args.cells[s];
        atomic_add(bins_of(args, s) + bin_of(cell, wrap(cell, load(args.fractional + 3 * i)).fractional), 1);
    }
}

// Numbers of atoms to the end of each bin; one more bin holds the number of all.
MIGRATE_KERNEL(migrate_search_scan_bins, cuda::SearchArguments, 256) {
    for (int64_t s = int64_t{block()} * warps() + warp(); s < *args.structures; s += int64_t{blocks()} * warps()) {
        if (args.status[s] != 0) continue;
        int32_t* bins = bins_of(args, s);
        const int64_t n = number_of_bins(args.cells[s]);
        int32_t sum = 0;
        for (int64_t first = 0; first < n; first += warp_size) {
            const int64_t b = first + lane();
            const int32_t count = b < n ? bins[b] : 0, end = sum + warp_sum_before(count) + count;
            if (b < n) bins[b] = end;
            sum = shuffle(end, warp_size - 1);
        }
        if (lane() == 0) bins[n] = sum;
    }
}

// Fills each bin from its end, so that the ends become begins.
MIGRATE_KERNEL(migrate_search_fill_bins, cuda::SearchArguments, 256) {
    const int32_t atoms = args.atom_begin[*args.structures];
    for (int64_t i = int64_t{block()} * threads() + thread(); i < atoms; i += int64_t{blocks()} * threads()) {
        const int32_t s = args.structure[i];
        if (args.status[s] != 0) continue;
        const SearchCell& cell = args.cells[s];
        const Vector fractional = load(args.fractional + 3 * i);
        const Wrapped wrapped = wrap(cell, fractional);
        SearchSlot slot;
        store(slot.position, wrapped.position);
        store(slot.metric, metric_of(args, cell, fractional));
        for (int x = 0; x < 3; x++) slot.cell[x] = wrapped.cell[x];
        slot.atom = static_cast<int32_t>(i);
        const int32_t at = atomic_add(bins_of(args, s) + bin_of(cell, wrapped.fractional), -1) - 1;
        args.slots[args.atom_begin[s] + at] = slot;
    }
}

}  // namespace migrate::device
