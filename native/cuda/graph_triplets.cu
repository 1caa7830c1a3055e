// Line graphs of a batch, as native/src/graph/line_graph.cpp makes them: before bond e come the bonds that enter the
// atom it leaves.
#include "graph_arguments.hpp"
#include "graph_lattice.cuh"

namespace migrate::device {

using cuda::TripletArguments;

// A bond of an atom to its own image is its own predecessor; the pair counts only where the bond has a second copy.
MIGRATE_DEVICE bool skips_itself(const TripletArguments& args, int64_t e) {
    const int32_t source = args.source[e];
    return args.multiplicity[e] == 1 && e >= args.row_begin[source] && e < args.row_begin[source + 1];
}

MIGRATE_KERNEL(migrate_triplets_count, cuda::TripletArguments, 256) {
    const int32_t bonds = args.row_begin[*args.atoms];
    for (int64_t e = int64_t{block()} * threads() + thread(); e < bonds; e += int64_t{blocks()} * threads()) {
        const int32_t source = args.source[e];
        args.triplet_begin[e] = args.row_begin[source + 1] - args.row_begin[source] - (skips_itself(args, e) ? 1 : 0);
    }
}

MIGRATE_DEVICE void write_triplet(const TripletArguments& args, int64_t at, int64_t first, int64_t second) {
    const Vector r1 = load(args.displacement + 3 * first), r2 = load(args.displacement + 3 * second);
    const double exact = -dot(r1, r2) / (args.distance[first] * args.distance[second]);
    const double cosine = exact < -1 ? -1 : exact > 1 ? 1 : exact;
    const int copies = args.multiplicity[first] - (first == second ? 1 : 0);
    if (args.triplet_source != nullptr) args.triplet_source[at] = static_cast<int32_t>(first);
    if (args.cosine != nullptr) args.cosine[at] = cosine;
    if (args.copies != nullptr) args.copies[at] = static_cast<uint8_t>(copies);
    if (args.weight != nullptr) args.weight[at] = static_cast<float>(copies);
    if (args.position != nullptr) args.position[at] = table_position(cosine, args.low, args.spacing, args.intervals);
}

MIGRATE_KERNEL(migrate_triplets_fill, cuda::TripletArguments, 256) {
    const int32_t bonds = args.row_begin[*args.atoms];
    for (int64_t e = int64_t{block()} * warps() + warp(); e < bonds; e += int64_t{blocks()} * warps()) {
        if (args.triplet_begin[e] == args.triplet_begin[e + 1]) continue;  // none, or no room
        const int32_t source = args.source[e], begin = args.row_begin[source], end = args.row_begin[source + 1];
        const bool skips = skips_itself(args, e);
        for (int64_t first = begin + lane(); first < end; first += warp_size) {
            if (skips && first == e) continue;
            const int64_t before = first - begin - (skips && first > e ? 1 : 0);
            write_triplet(args, args.triplet_begin[e] + before, first, e);
        }
    }
}

}  // namespace migrate::device
