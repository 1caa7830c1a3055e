// All pairs of a batch within a cutoff, as native/src/neighbors/neighbor_list.cpp finds them.
#include "graph_sort.cuh"

namespace migrate::device {

using cuda::NeighborArguments;

MIGRATE_KERNEL(migrate_neighbors_count, cuda::NeighborArguments, 256) {
    const int32_t atoms = args.search.atom_begin[*args.search.structures];
    const double cutoff = args.search.cutoff;
    for (int64_t i = int64_t{block()} * warps() + warp(); i < atoms; i += int64_t{blocks()} * warps()) {
        int32_t pairs = 0;
        if (args.search.status[args.search.structure[i]] == 0) {
            const Search search(args.search, static_cast<int32_t>(i));
            search.visit(cutoff,
                         [&](const Seen& seen, bool live) { pairs += live && seen.distance <= cutoff ? 1 : 0; });
        }
        pairs = warp_sum(pairs);
        if (lane() == 0) args.search.count[i] = pairs;
    }
}

// Empties structures with too many pairs.
MIGRATE_KERNEL(migrate_neighbors_close, cuda::NeighborArguments, 256) {
    const int32_t structures = *args.search.structures;
    for (int64_t s = int64_t{block()} * warps() + warp(); s < structures; s += int64_t{blocks()} * warps()) {
        if (sum_of_counts(args.search, s) <= cuda::max_pairs) continue;
        for (int32_t i = args.search.atom_begin[s] + static_cast<int32_t>(lane()); i < args.search.atom_begin[s + 1];
             i += warp_size) {
            args.search.count[i] = 0;
        }
        if (lane() == 0) args.search.status[s] = static_cast<int32_t>(StructureStatus::too_many_pairs);
    }
}

MIGRATE_DEVICE void write_pair(const NeighborArguments& args, int64_t at, int32_t source, const Relation& to) {
    const double* fractional = args.search.fractional;
    const double* lattice = args.search.lattice + int64_t{9} * args.search.structure[source];
    const Vector r =
        displacement(lattice, load(fractional + int64_t{3} * source), load(fractional + int64_t{3} * to.atom), to.shift,
                     is_forward(source, to.atom, to.shift));
    args.target[at] = to.atom;
    for (int x = 0; x < 3; x++) args.shift[3 * at + x] = to.shift[x];
    store(args.displacement + 3 * at, r);
    args.distance[at] = length(r);
}

MIGRATE_KERNEL(migrate_neighbors_fill, cuda::NeighborArguments, 256) {
    const int32_t atoms = args.search.atom_begin[*args.search.structures];
    const double cutoff = args.search.cutoff;
    for (int64_t i = int64_t{block()} * warps() + warp(); i < atoms; i += int64_t{blocks()} * warps()) {
        const int32_t begin = args.row_begin[i], end = args.row_begin[i + 1];
        if (begin == end) continue;
        const auto source = static_cast<int32_t>(i);
        const Search search(args.search, source);
        write_row(search, cutoff, args.pairs + begin, [=](const Seen& seen) { return seen.distance <= cutoff; });
        sort_row(args.pairs + begin, end - begin);
        for (int64_t p = begin + lane(); p < end; p += warp_size) write_pair(args, p, source, args.pairs[p]);
    }
}

}  // namespace migrate::device
