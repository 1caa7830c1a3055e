// Arguments of the kernels that build the graphs of a batch of crystals: the same bits as the CPU library, bond by
// bond. Atoms, bonds and triplets are numbered across the batch. S structures, N atoms, R relations, B bonds, T
// triplets, P pairs; a relation is "atom j in cell n is a neighbour of atom i".
//
// One stream, one launch after another, any number of blocks of 256 threads or fewer; nothing comes back to the host in
// between. Only two kernels need shared memory.
//
//   kernel                        one ... each         reads                        writes
//   -- search, for graphs and lists: SearchArguments
//   migrate_search_prepare        warp, structure      lattice, fractional          structure, cells, bins = 0, status
//   migrate_search_count_bins     thread, atom         cells                        bins
//   migrate_search_scan_bins      warp, structure      bins                         bins
//   migrate_search_fill_bins      thread, atom         cells, bins                  bins, slots
//   -- graphs: GraphArguments; find_shells has shell_shared_bytes(threads) of shared memory
//   migrate_graph_find_shells     warp, atom           slots                        sites, radius, count
//   migrate_graph_close_shells    warp, structure      sites, count                 status, cutoff_used, count, sites
//   migrate_scan_*                                     count, N = atom_begin + S    relation_begin
//   migrate_graph_keep_relations  warp, atom           slots, sites, radius         relations, count
//   migrate_graph_count_bonds     warp, atom           relations                    count
//   migrate_scan_*                                     count, N                     row_begin
//   migrate_graph_place_bonds     warp, atom           relations, row_begin         entering, count
//   migrate_graph_finish_bonds    warp, atom           entering                     source ... position
//   -- line graphs: TripletArguments
//   migrate_triplets_count        thread, bond         row_begin, source            triplet_begin
//   migrate_scan_*                                     triplet_begin, row_begin + N triplet_begin, in place
//   migrate_triplets_fill         warp, bond           triplet_begin, bonds         triplet_source ... position
//   -- neighbour lists, after the search: NeighborArguments
//   migrate_neighbors_count       warp, atom           slots                        count
//   migrate_neighbors_close       warp, structure      count                        count, status
//   migrate_scan_*                                     count, N                     row_begin
//   migrate_neighbors_fill        warp, atom           slots, row_begin             pairs, target ... distance
//
// migrate_scan_* are migrate_scan_sum, migrate_scan_chunks (one block works; scan_shared_bytes(threads) of shared
// memory) and migrate_scan_write, with ScanArguments.
// Where a total exceeds its capacity, all begins are 0, so that what follows finds nothing to do, and the total stays
// for the host to read, enlarge, and run everything again. B is at most 2 R.
#pragma once

#include <stdint.h>

namespace migrate::cuda {

// Pairs at this distance or less are one site written twice, not neighbours. Å
constexpr double coincident_distance = 0.15;
// A neighbour left out this close to the cut is reported as a tie. Å
constexpr double tie_window = 1e-3;
// Of one structure.
constexpr int64_t max_relations = 20'000'000, max_pairs = 50'000'000;
constexpr int32_t max_atoms = 10'000'000;
// Smaller structures get one bin: all their images are looked at.
constexpr int32_t atoms_for_bins = 32;

// What became of a structure. Any but `ok` leaves it without neighbours; the others of the batch go on.
enum class StructureStatus : int32_t {
    ok = 0,
    atom_count = 1,          // none, or more than max_atoms
    no_volume = 2,           // lattice vectors are not finite, or span no volume
    coordinate = 3,          // above 10000, or not a number; bad_site says where
    vector_too_short = 4,    // bad_value: the shortest lattice vector, Å
    too_dense = 5,           // bad_value: atoms per Å^3
    too_many_relations = 6,  // above max_relations
    too_many_pairs = 7,      // above max_pairs
    too_skewed = 8           // a cell that cannot be reduced to short vectors: for the CPU, which takes its time
};

enum class Ties : int32_t { published = 0, whole_shell = 1 };      // migrate_ties
enum class Relations : int32_t { duplicated = 0, canonical = 1 };  // migrate_relations

// How the neighbours of one atom were chosen: migrate_site.
struct Site {
    int32_t kept;                // neighbours with distance <= cut
    int32_t ties_kept;           // kept - k
    int32_t ties_dropped;        // left out within tie_window of the cut
    int32_t coincident_skipped;  // pairs at coincident_distance or less
    double shell_radius;         // d_k, Å
    double gap_after_cut;        // from the cut to the first one left out, Å
};

// An atom and the cell of the given lattice that it is seen in, relative to the stored coordinates.
struct alignas(16) Relation {
    int32_t atom;
    int32_t shift[3];
};

// Scratch: how to search a structure. Matrices [3, 3], rows are vectors, Å.
struct SearchCell {
    double bond_lattice[9];  // of the vectors of bonds: at 5 decimals with published ties, else as given
    double reduced[9];       // short vectors that span the same points
    double from_reduced[9];  // integers: fractional in the reduced cell = fractional * from_reduced
    double heights[3];       // of the reduced cell, Å
    double error;            // how much a distance may differ from that of the search, Å
    double radius;           // where the search for shells starts, or the cutoff of a list, Å
    double longest_radius;   // beyond it shifts and bins would outgrow int32, Å
    int32_t to_reduced[9];   // reduced = to_reduced * lattice
    int32_t bins[3];         // along each axis; their product is at most the number of atoms
};

// Scratch: an atom where the search finds it.
struct SearchSlot {
    double position[3];  // Cartesian, wrapped into the reduced cell, Å
    double metric[3];    // what distances are made of: fractional, or Cartesian (Å) with published ties
    int32_t cell[3];     // whole cells of the given lattice that wrapping took off
    int32_t atom;        // in the batch
};

// The search for neighbours.
struct SearchArguments {
    const int32_t* structures;  // [1] S
    const int32_t* atom_begin;  // [S + 1] atoms of structure s are atom_begin[s] .. atom_begin[s + 1]
    const double* lattice;      // [S, 3, 3] rows a, b, c, Å
    const double* fractional;   // [N, 3] any image
    int32_t* structure;         // [N] out: structure of the atom
    int32_t* status;            // [S] out: StructureStatus
    int32_t* bad_site;          // [S] out: first site out of range, from 0 on in its structure
    double* bad_value;          // [S] out: what the status is about
    int32_t* count;             // [N] scratch: relations, then bonds, or pairs of the atom
    SearchCell* cells;          // [S] scratch
    int32_t* bins;              // [N + S] scratch: first slot of each bin; those of structure s from atom_begin[s] + s
    SearchSlot* slots;          // [N] scratch, by bin
    double cutoff;              // Å: published radius that cutoff_used starts from, or longest pair of a list
    int32_t neighbors;          // k, or 0 for a list
    Ties ties;                  // whole_shell for a list
};

// The graphs. `target`, `shift`, `weight` and `position` may be null.
struct GraphArguments {
    SearchArguments search;
    Site* sites;              // [N] out
    double* cutoff_used;      // [S] out: the published search radius after its growth, Å
    double* radius;           // [N] scratch: of the sphere that was searched, Å
    int32_t* relation_begin;  // [N + 1] scratch
    Relation* relations;      // [R] scratch: neighbours of each atom, sorted
    Relation* entering;       // [B] scratch: source of each bond, its shift, the last one 2 c + (two relations ? 1 : 0)
    int32_t* row_begin;       // [N + 1] out: bonds that enter atom i are row_begin[i] .. row_begin[i + 1]
    int32_t* source;          // [B] out: sorted by (target, source, shift)
    int32_t* target;          // [B] out
    int32_t* shift;           // [B, 3] out
    double* displacement;     // [B, 3] out: source to target, Å; lattice at 5 decimals with published ties
    double* distance;         // [B] out: length of the displacement, Å
    uint8_t* multiplicity;    // [B] out: copies in the published edge list, 1 or 2
    float* weight;            // [B] out: the same for the network
    double* position;         // [B] out: (distance - low) / spacing, clamped to 0 .. intervals
    double shell_tolerance;   // Å, with whole shells
    double low;               // Å, abscissa of the table's first interval
    double spacing;           // Å
    int32_t intervals;
    Relations relation_policy;
};

// Distances that a warp keeps while it searches; where it sees more it looks again. Also room for 256 counters.
constexpr int32_t shell_buffer = 256;
constexpr int64_t shell_shared_bytes(int64_t threads) { return threads / 32 * shell_buffer * 8; }

// Triplets of bonds e1 -> e2, target(e1) = source(e2), sorted by (e2, e1). Outputs but `triplet_begin` may be null.
struct TripletArguments {
    const int32_t* atoms;         // [1] N
    const int32_t* row_begin;     // [N + 1]
    const int32_t* source;        // [B]
    const double* displacement;   // [B, 3] Å
    const double* distance;       // [B] Å
    const uint8_t* multiplicity;  // [B] 1 or 2
    int32_t* triplet_begin;   // [B + 1] out: triplets that enter bond e are triplet_begin[e] .. triplet_begin[e + 1]
    int32_t* triplet_source;  // [T] out: e1
    double* cosine;           // [T] out: -r1 . r2 / (|r1| |r2|), clamped to [-1, 1]
    uint8_t* copies;          // [T] out: multiplicity(e1) - (e1 == e2); triplets with 0 are left out
    float* weight;            // [T] out: the same for the network
    double* position;         // [T] out: (cosine - low) / spacing, clamped to 0 .. intervals
    double low;               // abscissa of the table's first interval
    double spacing;
    int32_t intervals;
    int32_t reserved;
};

// All pairs within search.cutoff, sorted by (source, target, shift); two sites at one point are a pair too.
struct NeighborArguments {
    SearchArguments search;
    Relation* pairs;       // [P] scratch
    int32_t* row_begin;    // [N + 1] out: pairs of source i are row_begin[i] .. row_begin[i + 1]
    int32_t* target;       // [P] out
    int32_t* shift;        // [P, 3] out
    double* displacement;  // [P, 3] out: (f_target + shift - f_source) * lattice, Å
    double* distance;      // [P] out, Å
};

// Sizes of a batch: atoms, bonds, triplets, structures.
struct CountsArguments {
    int32_t* counts;               // [4] atoms and structures are there, bonds and triplets come
    const int32_t* row_begin;      // [atoms + 1]
    const int32_t* triplet_begin;  // [bonds + 1], or null
};

// begin[i] = count[0] + .. + count[i - 1] for i = 0 .. length. `begin` may be `count`.
constexpr int32_t scan_chunk = 1024;  // counts that a warp adds up
constexpr int64_t scan_chunks(int64_t length) { return (length + scan_chunk - 1) / scan_chunk; }
constexpr int64_t scan_shared_bytes(int64_t threads) { return threads / 32 * 8; }
struct ScanArguments {
    const int32_t* length;  // [1]
    const int32_t* count;   // [length]
    int32_t* begin;         // [length + 1] out
    int64_t* chunks;        // [scan_chunks(length)] scratch
    int64_t* total;         // [1] out, the true one even if it exceeds the capacity
    int64_t capacity;       // most that there is room for, below 2^31
};

}  // namespace migrate::cuda
