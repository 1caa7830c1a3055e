// Bonds of a batch, as native/src/graph/crystal_graph.cpp makes them: each relation "j + n is a neighbour of i" gives
// bond i -> j (n) and bond j -> i (-n). Row i so has one bond for each of its own relations, and one for each relation
// of another atom that it does not have itself.
#include "graph_sort.cuh"

namespace migrate::device {

using cuda::GraphArguments;

// The relation seen from the other side, as the other atom's row would have it.
MIGRATE_DEVICE Relation opposite(int32_t atom, const Relation& to) {
    Relation out{atom, {}};
    for (int x = 0; x < 3; x++) out.shift[x] = -to.shift[x];
    return out;
}

MIGRATE_DEVICE bool is_mutual(const GraphArguments& args, int32_t atom, const Relation& to) {
    const int32_t begin = args.relation_begin[to.atom];
    return has(args.relations + begin, args.relation_begin[to.atom + 1] - begin, opposite(atom, to));
}

// Adds the relations of others to `count`, which holds the atom's own.
MIGRATE_KERNEL(migrate_graph_count_bonds, cuda::GraphArguments, 256) {
    const int32_t atoms = args.search.atom_begin[*args.search.structures];
    for (int64_t i = int64_t{block()} * warps() + warp(); i < atoms; i += int64_t{blocks()} * warps()) {
        for (int64_t r = args.relation_begin[i] + lane(); r < args.relation_begin[i + 1]; r += warp_size) {
            const Relation to = args.relations[r];
            if (!is_mutual(args, static_cast<int32_t>(i), to)) atomic_add(args.search.count + to.atom, 1);
        }
    }
}

// A bond with the number of its relations, which sorting by shift does not notice.
MIGRATE_DEVICE Relation bond(int32_t source, const int32_t* shift, bool mutual) {
    return {source, {shift[0], shift[1], 2 * shift[2] + (mutual ? 1 : 0)}};
}

// Own relations first, in place; those of others from the end of the row, in any order, which takes `count` down.
MIGRATE_KERNEL(migrate_graph_place_bonds, cuda::GraphArguments, 256) {
    const int32_t atoms = args.search.atom_begin[*args.search.structures];
    if (args.row_begin[atoms] == 0) return;  // none, or no room
    for (int64_t i = int64_t{block()} * warps() + warp(); i < atoms; i += int64_t{blocks()} * warps()) {
        const auto atom = static_cast<int32_t>(i);
        const int32_t begin = args.relation_begin[i], kept = args.relation_begin[i + 1] - begin;
        for (int32_t r = static_cast<int32_t>(lane()); r < kept; r += warp_size) {
            const Relation to = args.relations[begin + r];
            const bool mutual = is_mutual(args, atom, to);
            args.entering[args.row_begin[i] + r] = bond(to.atom, opposite(atom, to).shift, mutual);
            if (mutual) continue;
            const int32_t at = atomic_add(args.search.count + to.atom, -1) - 1;
            args.entering[args.row_begin[to.atom] + at] = bond(atom, to.shift, false);
        }
    }
}

MIGRATE_DEVICE void write_bond(const GraphArguments& args, int64_t at, int32_t target, const Relation& record) {
    const int32_t source = record.atom;
    const bool mutual = record.shift[2] % 2 != 0;
    const int32_t shift[3] = {record.shift[0], record.shift[1], record.shift[2] >> 1};
    const double* fractional = args.search.fractional;
    const double* lattice = args.search.cells[args.search.structure[target]].bond_lattice;
    const Vector r = displacement(lattice, load(fractional + int64_t{3} * source),
                                  load(fractional + int64_t{3} * target), shift, is_forward(source, target, shift));
    const double d = length(r);
    // Canonical relations fold "i has j" and "j has i" into one, but not the two of an atom with its images n and -n.
    const bool folded = args.relation_policy == cuda::Relations::canonical && source != target;
    const int copies = mutual && !folded ? 2 : 1;
    args.source[at] = source;
    store(args.displacement + 3 * at, r);
    args.distance[at] = d;
    args.multiplicity[at] = static_cast<uint8_t>(copies);
    if (args.target != nullptr) args.target[at] = target;
    if (args.shift != nullptr) {
        for (int x = 0; x < 3; x++) args.shift[3 * at + x] = shift[x];
    }
    if (args.weight != nullptr) args.weight[at] = static_cast<float>(copies);
    if (args.position != nullptr) args.position[at] = table_position(d, args.low, args.spacing, args.intervals);
}

MIGRATE_KERNEL(migrate_graph_finish_bonds, cuda::GraphArguments, 256) {
    const int32_t atoms = args.search.atom_begin[*args.search.structures];
    for (int64_t i = int64_t{block()} * warps() + warp(); i < atoms; i += int64_t{blocks()} * warps()) {
        const int32_t begin = args.row_begin[i], end = args.row_begin[i + 1];
        sort_row(args.entering + begin, end - begin);
        for (int64_t e = begin + lane(); e < end; e += warp_size) {
            write_bond(args, e, static_cast<int32_t>(i), args.entering[e]);
        }
    }
}

}  // namespace migrate::device
