// Graphs, line graphs and neighbour lists of a batch of crystals by the emulated kernels: arrays as the program
// allocates them, and the launches it makes, in order. graph_arguments.hpp says what each one reads and writes.
#pragma once

#include <string>
#include <vector>

#include "crystal.hpp"
#include "graph_arguments.hpp"
#include "launch.hpp"

namespace migrate::cuda::testing {

// Launch shape of every kernel. On a GPU: 256 threads, as many blocks as it runs at once.
struct Grid {
    unsigned blocks = 3, threads = 64;

    template <class Arguments>
    void run(const char* kernel, const Arguments& args, int64_t shared_bytes = 0) const {
        launch(kernel, args, blocks, threads, static_cast<std::size_t>(shared_bytes));
    }
};

// Rubbish until a kernel writes it, sized exactly for the address sanitizer.
template <class T>
std::vector<T> device_array(int64_t n) {
    std::vector<T> out(static_cast<std::size_t>(n));
    std::fill_n(reinterpret_cast<unsigned char*>(out.data()), out.size() * sizeof(T), static_cast<unsigned char>(0xA5));
    return out;
}

// Three launches: begin[i] = sum of the counts before i; all 0 where the total is more than there is room for.
inline void scan(const Grid& grid, const int32_t* length, int64_t most, const int32_t* count, int32_t* begin,
                 int64_t capacity, int64_t* total) {
    std::vector<int64_t> chunks = device_array<int64_t>(scan_chunks(most));
    const ScanArguments args{length, count, begin, chunks.data(), total, capacity};
    grid.run("migrate_scan_sum", args);
    grid.run("migrate_scan_chunks", args, scan_shared_bytes(grid.threads));
    grid.run("migrate_scan_write", args);
}

// Crystals end to end, and what the search keeps of them.
struct CrystalBatch {
    int32_t structures;
    std::vector<int32_t> atom_begin;
    std::vector<double> lattice, fractional;
    std::vector<int32_t> structure, status, bad_site, count, bins;
    std::vector<double> bad_value;
    std::vector<SearchCell> cells;
    std::vector<SearchSlot> slots;

    explicit CrystalBatch(const std::vector<Crystal>& crystals)
        : structures(static_cast<int32_t>(crystals.size())), atom_begin{0} {
        for (const Crystal& crystal : crystals) {
            for (const Vec3& row : crystal.lattice.rows) lattice.insert(lattice.end(), row.begin(), row.end());
            for (const Vec3& f : crystal.fractional) fractional.insert(fractional.end(), f.begin(), f.end());
            atom_begin.push_back(atom_begin.back() + crystal.n_atoms());
        }
        structure = device_array<int32_t>(atoms());
        count = device_array<int32_t>(atoms());
        bins = device_array<int32_t>(atoms() + structures);
        slots = device_array<SearchSlot>(atoms());
        status = device_array<int32_t>(structures);
        bad_site = device_array<int32_t>(structures);
        bad_value = device_array<double>(structures);
        cells = device_array<SearchCell>(structures);
    }

    int64_t atoms() const { return atom_begin.back(); }
    const int32_t* atom_count() const { return &atom_begin.back(); }

    SearchArguments arguments(int32_t neighbors, Ties ties, double cutoff) {
        return {&structures,   atom_begin.data(), lattice.data(),   fractional.data(), structure.data(),
                status.data(), bad_site.data(),   bad_value.data(), count.data(),      cells.data(),
                bins.data(),   slots.data(),      cutoff,           neighbors,         ties};
    }

    static void search(const Grid& grid, const SearchArguments& args) {
        grid.run("migrate_search_prepare", args);
        grid.run("migrate_search_count_bins", args);
        grid.run("migrate_search_scan_bins", args);
        grid.run("migrate_search_fill_bins", args);
    }
};

struct GraphSettings {
    int32_t neighbors;
    Ties ties;
    Relations relations;
    double cutoff = 8, shell_tolerance = 1e-4;
    // Tables of the embeddings: distances and cosines.
    double low = 0.5, spacing = 0.01;
    int32_t intervals = 300;
    double low_cosine = -1, cosine_spacing = 0.015625;
    int32_t cosine_intervals = 128;
};

// How many of each there is room for.
struct Capacity {
    int64_t relations, bonds, triplets;
};

struct BatchGraph {
    std::vector<int32_t> status, bad_site;
    std::vector<double> bad_value;
    std::vector<Site> sites;
    std::vector<double> cutoff_used;
    std::vector<int32_t> row_begin, source, target, shift;
    std::vector<double> displacement, distance, position;
    std::vector<uint8_t> multiplicity;
    std::vector<float> weight;
    std::vector<int32_t> triplet_begin, triplet_source;
    std::vector<double> cosine, triplet_position;
    std::vector<uint8_t> copies;
    std::vector<float> triplet_weight;
    int64_t relations = 0, bonds = 0, triplets = 0;  // totals, whatever there is room for

    // Cuts off the rest of the capacity.
    void trim() {
        const auto cut = [](auto& array, int64_t n) { array.resize(static_cast<std::size_t>(n)); };
        for (auto* a : {&source, &target}) cut(*a, bonds);
        for (auto* a : {&distance, &position}) cut(*a, bonds);
        cut(shift, 3 * bonds), cut(displacement, 3 * bonds), cut(multiplicity, bonds), cut(weight, bonds);
        cut(triplet_begin, bonds + 1), cut(triplet_source, triplets), cut(cosine, triplets), cut(copies, triplets);
        cut(triplet_weight, triplets), cut(triplet_position, triplets);
    }
};

// The whole chain. What does not fit is left out, and the totals say so.
inline BatchGraph build_graphs(const std::vector<Crystal>& crystals, const GraphSettings& settings,
                               const Capacity& room, const Grid& grid = {}) {
    CrystalBatch batch(crystals);
    const int64_t atoms = batch.atoms();
    BatchGraph out;
    out.sites = device_array<Site>(atoms);
    out.cutoff_used = device_array<double>(batch.structures);
    out.row_begin = device_array<int32_t>(atoms + 1);
    out.source = device_array<int32_t>(room.bonds);
    out.target = device_array<int32_t>(room.bonds);
    out.shift = device_array<int32_t>(3 * room.bonds);
    out.displacement = device_array<double>(3 * room.bonds);
    out.distance = device_array<double>(room.bonds);
    out.multiplicity = device_array<uint8_t>(room.bonds);
    out.weight = device_array<float>(room.bonds);
    out.position = device_array<double>(room.bonds);
    out.triplet_begin = device_array<int32_t>(room.bonds + 1);
    out.triplet_source = device_array<int32_t>(room.triplets);
    out.cosine = device_array<double>(room.triplets);
    out.copies = device_array<uint8_t>(room.triplets);
    out.triplet_weight = device_array<float>(room.triplets);
    out.triplet_position = device_array<double>(room.triplets);
    std::vector<double> radius = device_array<double>(atoms);
    std::vector<int32_t> relation_begin = device_array<int32_t>(atoms + 1);
    std::vector<Relation> relations = device_array<Relation>(room.relations);
    std::vector<Relation> entering = device_array<Relation>(room.bonds);

    const SearchArguments search = batch.arguments(settings.neighbors, settings.ties, settings.cutoff);
    const GraphArguments graph{search,
                               out.sites.data(),
                               out.cutoff_used.data(),
                               radius.data(),
                               relation_begin.data(),
                               relations.data(),
                               entering.data(),
                               out.row_begin.data(),
                               out.source.data(),
                               out.target.data(),
                               out.shift.data(),
                               out.displacement.data(),
                               out.distance.data(),
                               out.multiplicity.data(),
                               out.weight.data(),
                               out.position.data(),
                               settings.shell_tolerance,
                               settings.low,
                               settings.spacing,
                               settings.intervals,
                               settings.relations};
    const TripletArguments triplets{
        batch.atom_count(),  out.row_begin.data(),    out.source.data(),         out.displacement.data(),
        out.distance.data(), out.multiplicity.data(), out.triplet_begin.data(),  out.triplet_source.data(),
        out.cosine.data(),   out.copies.data(),       out.triplet_weight.data(), out.triplet_position.data(),
        settings.low_cosine, settings.cosine_spacing, settings.cosine_intervals, 0};

    CrystalBatch::search(grid, search);
    grid.run("migrate_graph_find_shells", graph, shell_shared_bytes(grid.threads));
    grid.run("migrate_graph_close_shells", graph);
    scan(grid, batch.atom_count(), atoms, search.count, graph.relation_begin, room.relations, &out.relations);
    grid.run("migrate_graph_keep_relations", graph);
    grid.run("migrate_graph_count_bonds", graph);
    scan(grid, batch.atom_count(), atoms, search.count, graph.row_begin, room.bonds, &out.bonds);
    grid.run("migrate_graph_place_bonds", graph);
    grid.run("migrate_graph_finish_bonds", graph);

    grid.run("migrate_triplets_count", triplets);
    scan(grid, graph.row_begin + atoms, room.bonds, triplets.triplet_begin, triplets.triplet_begin, room.triplets,
         &out.triplets);
    grid.run("migrate_triplets_fill", triplets);

    out.status = batch.status;
    out.bad_site = batch.bad_site;
    out.bad_value = batch.bad_value;
    return out;
}

struct BatchNeighbors {
    std::vector<int32_t> status, row_begin, target, shift;
    std::vector<double> displacement, distance;
    int64_t pairs = 0;
};

inline BatchNeighbors list_neighbors(const std::vector<Crystal>& crystals, double cutoff, int64_t room,
                                     const Grid& grid = {}) {
    CrystalBatch batch(crystals);
    BatchNeighbors out;
    out.row_begin = device_array<int32_t>(batch.atoms() + 1);
    out.target = device_array<int32_t>(room);
    out.shift = device_array<int32_t>(3 * room);
    out.displacement = device_array<double>(3 * room);
    out.distance = device_array<double>(room);
    std::vector<Relation> pairs = device_array<Relation>(room);
    const NeighborArguments args{batch.arguments(0, Ties::whole_shell, cutoff),
                                 pairs.data(),
                                 out.row_begin.data(),
                                 out.target.data(),
                                 out.shift.data(),
                                 out.displacement.data(),
                                 out.distance.data()};
    CrystalBatch::search(grid, args.search);
    grid.run("migrate_neighbors_count", args);
    grid.run("migrate_neighbors_close", args);
    scan(grid, batch.atom_count(), batch.atoms(), args.search.count, args.row_begin, room, &out.pairs);
    grid.run("migrate_neighbors_fill", args);
    out.status = batch.status;
    return out;
}

}  // namespace migrate::cuda::testing
