// Which neighbours an atom keeps: the k nearest and what ties with the k-th (native/src/graph/nearest_shell.*). A warp
// for each atom looks twice: first it finds the cut, and when all rows have their place it writes.
#include "graph_search.cuh"
#include "graph_sort.cuh"

namespace migrate::device {

using cuda::GraphArguments;
using cuda::shell_buffer;
using cuda::Site;

MIGRATE_DEVICE bool is_neighbor(const Seen& seen, double radius) {
    return seen.distance > cuda::coincident_distance && seen.distance <= radius;
}

struct Found {
    int32_t neighbors;  // within the radius
    int32_t coincident;
};

// Keeps the first distances, as many as there is room for.
MIGRATE_DEVICE Found collect(const Search& search, double radius, double* buffer) {
    Found found{0, 0};
    warp_barrier();  // the buffer is done with
    search.visit(radius, [&](const Seen& seen, bool live) {
        const bool neighbor = live && is_neighbor(seen, radius);
        const unsigned neighbors = ballot(neighbor);
        const unsigned coincident = ballot(live && seen.distance <= cuda::coincident_distance);
        const int32_t at = found.neighbors + static_cast<int32_t>(bits_before(neighbors));
        if (neighbor && at < shell_buffer) buffer[at] = seen.distance;
        found.neighbors += static_cast<int32_t>(bit_count(neighbors));
        found.coincident += static_cast<int32_t>(bit_count(coincident));
    });
    warp_barrier();
    return found;
}

// The k-th smallest of n numbers: the one with fewer than k below and, with its equals, k at least.
MIGRATE_DEVICE double kth_of(const double* numbers, int32_t n, int32_t k) {
    double kth = 0;
    for (int32_t i = static_cast<int32_t>(lane()); i < n; i += warp_size) {
        const double mine = numbers[i];
        int32_t below = 0, equal = 0;
        for (int32_t j = 0; j < n; j++) {
            below += numbers[j] < mine ? 1 : 0;
            equal += numbers[j] == mine ? 1 : 0;
        }
        if (below < k && below + equal >= k) kth = mine;
    }
    return warp_greatest(kth);
}

// The same of distances that are not kept: positive doubles are in the order of their bits, of which each visit finds
// eight, from the top.
MIGRATE_DEVICE double kth_by_visits(const Search& search, double radius, int32_t k, int32_t* counters) {
    constexpr int digits = 256, share = digits / static_cast<int>(warp_size);
    uint64_t found = 0, known = 0;  // bits, and which they are
    for (int place = 56; place >= 0; place -= 8) {
        for (int c = static_cast<int>(lane()); c < digits; c += warp_size) counters[c] = 0;
        warp_barrier();
        search.visit(radius, [&](const Seen& seen, bool live) {
            const uint64_t bits = double_to_bits(seen.distance);
            if (live && is_neighbor(seen, radius) && (bits & known) == found) {
                atomic_add(counters + (bits >> place & (digits - 1)), 1);
            }
        });
        warp_barrier();
        const int32_t* mine = counters + static_cast<int>(lane()) * share;
        int32_t sum = 0;
        for (int c = 0; c < share; c++) sum += mine[c];
        int32_t before = warp_sum_before(sum), digit = -1, rest = 0;
        for (int c = 0; c < share; before += mine[c++]) {
            if (before < k && before + mine[c] >= k) {
                digit = static_cast<int32_t>(lane()) * share + c;
                rest = k - before;
            }
        }
        found |= static_cast<uint64_t>(warp_greatest(digit)) << place;
        known |= uint64_t{digits - 1} << place;
        k = warp_greatest(rest);
        warp_barrier();  // the counters are done with
    }
    return bits_to_double(found);
}

// What lies on either side of the cut.
struct Tally {
    int32_t kept = 0, dropped = 0;
    double gap = bits_to_double(0x7ff0000000000000);  // infinity

    MIGRATE_METHOD void add(double distance, double cut) {
        if (distance <= cut) {
            kept++;
        } else {
            dropped += distance <= cut + cuda::tie_window ? 1 : 0;
            gap = least(gap, distance - cut);
        }
    }
};

MIGRATE_DEVICE Tally tally(const Search& search, double radius, double cut, const double* buffer, int32_t stored) {
    Tally mine;
    if (stored <= shell_buffer) {
        for (int32_t i = static_cast<int32_t>(lane()); i < stored; i += warp_size) mine.add(buffer[i], cut);
    } else {
        search.visit(radius, [&](const Seen& seen, bool live) {
            if (live && is_neighbor(seen, radius)) mine.add(seen.distance, cut);
        });
    }
    Tally all;
    all.kept = warp_sum(mine.kept);
    all.dropped = warp_sum(mine.dropped);
    all.gap = warp_least(mine.gap);
    return all;
}

// Grows the radius until the k-th, the cut and the first neighbour beyond are known, and leaves it there. Keeps none
// where the radius grows too long.
MIGRATE_DEVICE Site find_shell(const Search& search, int32_t k, double tolerance, double* buffer, double& radius) {
    for (; radius <= search.cell().longest_radius; radius *= 1.25) {
        const Found found = collect(search, radius, buffer);
        if (found.neighbors <= k) continue;
        const double shell = found.neighbors <= shell_buffer
                                 ? kth_of(buffer, found.neighbors, k)
                                 : kth_by_visits(search, radius, k, reinterpret_cast<int32_t*>(buffer));
        const double cut = shell + tolerance;
        if (cut + cuda::tie_window >= radius) {
            // Known to be too small: go just beyond the window at once.
            radius = greatest(radius, (cut + cuda::tie_window) / 1.25 * 1.02);
            continue;
        }
        const Tally seen = tally(search, radius, cut, buffer, found.neighbors);
        if (seen.kept == found.neighbors) continue;  // everything seen is in the shell: look farther
        return {seen.kept, seen.kept - k, seen.dropped, found.coincident, shell, seen.gap};
    }
    return {};
}

MIGRATE_DEVICE double tolerance_of(const GraphArguments& args) {
    return args.search.ties == cuda::Ties::whole_shell ? args.shell_tolerance : 0;
}

// Shared memory: cuda::shell_shared_bytes.
MIGRATE_KERNEL(migrate_graph_find_shells, cuda::GraphArguments, 256) {
    double* buffer = reinterpret_cast<double*>(shared_memory()) + warp() * shell_buffer;
    const int32_t atoms = args.search.atom_begin[*args.search.structures];
    for (int64_t i = int64_t{block()} * warps() + warp(); i < atoms; i += int64_t{blocks()} * warps()) {
        Site site{};
        double radius = 0;
        if (args.search.status[args.search.structure[i]] == 0) {
            const Search search(args.search, static_cast<int32_t>(i));
            radius = search.cell().radius;
            site = find_shell(search, args.search.neighbors, tolerance_of(args), buffer, radius);
        }
        if (lane() != 0) continue;
        args.sites[i] = site;
        args.radius[i] = radius;
        args.search.count[i] = site.kept;
    }
}

// The published search radius: it grows for all atoms as long as one has fewer than k neighbours inside.
MIGRATE_DEVICE double published_cutoff(const double* lattice, double cutoff, double largest_shell) {
    double longest = 0;
    for (int row = 0; row < 3; row++) {
        Vector v;
        for (int x = 0; x < 3; x++) v.at[x] = round_decimals(lattice[3 * row + x], 1e5);
        longest = greatest(longest, length(v));
    }
    longest = round_decimals(longest, 1e6);
    while (cutoff < largest_shell) cutoff = cutoff < longest ? longest : 2 * cutoff;
    return cutoff;
}

// By all lanes: what has become of a structure whose atoms have been searched, and its longest shell.
struct Outcome {
    StructureStatus status;
    double largest_shell;
};

MIGRATE_DEVICE Outcome outcome_of(const GraphArguments& args, int64_t structure) {
    const SearchArguments& search = args.search;
    const auto status = static_cast<StructureStatus>(search.status[structure]);
    double largest = 0;
    bool all = true;
    for (int32_t i = search.atom_begin[structure] + static_cast<int32_t>(lane()); i < search.atom_begin[structure + 1];
         i += warp_size) {
        largest = greatest(largest, args.sites[i].shell_radius);
        all = all && args.sites[i].kept > 0;
    }
    const bool many = sum_of_counts(search, structure) > cuda::max_relations, skewed = ballot(!all) != 0;
    if (status != StructureStatus::ok) return {status, 0};
    if (skewed) return {StructureStatus::too_skewed, 0};
    if (many) return {StructureStatus::too_many_relations, 0};
    return {StructureStatus::ok, warp_greatest(largest)};
}

// Empties structures that turned out bad, and says how far the others' shells reach.
MIGRATE_KERNEL(migrate_graph_close_shells, cuda::GraphArguments, 256) {
    const SearchArguments& search = args.search;
    for (int64_t s = int64_t{block()} * warps() + warp(); s < *search.structures; s += int64_t{blocks()} * warps()) {
        const Outcome outcome = outcome_of(args, s);
        const bool good = outcome.status == StructureStatus::ok;
        for (int32_t i = search.atom_begin[s] + static_cast<int32_t>(lane()); i < search.atom_begin[s + 1] && !good;
             i += warp_size) {
            search.count[i] = 0;
            args.sites[i] = {};
        }
        if (lane() != 0) continue;
        search.status[s] = static_cast<int32_t>(outcome.status);
        args.cutoff_used[s] = good ? published_cutoff(search.lattice + 9 * s, search.cutoff, outcome.largest_shell) : 0;
    }
}

// Writes and sorts each atom's relations, and begins to count its bonds with them.
MIGRATE_KERNEL(migrate_graph_keep_relations, cuda::GraphArguments, 256) {
    const int32_t atoms = args.search.atom_begin[*args.search.structures];
    for (int64_t i = int64_t{block()} * warps() + warp(); i < atoms; i += int64_t{blocks()} * warps()) {
        Relation* row = args.relations + args.relation_begin[i];
        const int32_t kept = args.relation_begin[i + 1] - args.relation_begin[i];
        if (lane() == 0) args.search.count[i] = kept;
        if (kept == 0) continue;
        // The same radius, so that the same candidates come again.
        const Search search(args.search, static_cast<int32_t>(i));
        const double cut = args.sites[i].shell_radius + tolerance_of(args);
        write_row(search, args.radius[i], row, [=](const Seen& seen) { return is_neighbor(seen, cut); });
        sort_row(row, kept);
    }
}

}  // namespace migrate::device
