// Rows of relations: written, sorted, and searched by a warp; and what graphs and lists have in common.
#pragma once

#include "graph_search.cuh"

namespace migrate::device {

// By atom, then shift.
MIGRATE_DEVICE bool is_before(const Relation& a, const Relation& b) {
    if (a.atom != b.atom) return a.atom < b.atom;
    for (int x = 0; x < 2; x++) {
        if (a.shift[x] != b.shift[x]) return a.shift[x] < b.shift[x];
    }
    return a.shift[2] < b.shift[2];
}

MIGRATE_DEVICE void sort_pair(Relation* row, int64_t low, int64_t high, int64_t n) {
    if (high >= n) return;  // as if the row went on with the largest of all
    const Relation a = row[low], b = row[high];
    if (!is_before(b, a)) return;
    row[low] = b;
    row[high] = a;
}

// In place, by a network: stretches of twice the size are merged, first each number with its mirror image, then at half
// the distance, and so on.
MIGRATE_DEVICE void sort_row(Relation* row, int64_t n) {
    warp_barrier();
    for (int64_t size = 2; size / 2 < n; size *= 2) {
        const int64_t half = size / 2, pairs = (n + size - 1) / size * half;
        for (int64_t t = lane(); t < pairs; t += warp_size) {
            const int64_t at = t & (half - 1), begin = 2 * (t - at);
            sort_pair(row, begin + at, begin + size - 1 - at, n);
        }
        warp_barrier();
        for (int64_t step = size / 4; step > 0; step /= 2) {
            for (int64_t t = lane(); t < pairs; t += warp_size) {
                const int64_t at = t & (step - 1), low = 2 * (t - at) + at;
                sort_pair(row, low, low + step, n);
            }
            warp_barrier();
        }
    }
}

// Whether a sorted row has it.
MIGRATE_DEVICE bool has(const Relation* row, int32_t n, const Relation& wanted) {
    int32_t low = 0, high = n;
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        if (is_before(row[middle], wanted)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < n && !is_before(wanted, row[low]);
}

// All candidates that are wanted, in no particular order.
template <class Wanted>
MIGRATE_DEVICE void write_row(const Search& search, double radius, Relation* row, const Wanted& wanted) {
    int32_t written = 0;
    search.visit(radius, [&](const Seen& seen, bool live) {
        const bool mine = live && wanted(seen);
        const unsigned all = ballot(mine);
        if (mine) row[written + static_cast<int32_t>(bits_before(all))] = seen.to;
        written += static_cast<int32_t>(bit_count(all));
    });
}

// By all lanes: relations or pairs of a structure.
MIGRATE_DEVICE int64_t sum_of_counts(const SearchArguments& args, int64_t structure) {
    int64_t sum = 0;
    for (int32_t i = args.atom_begin[structure] + static_cast<int32_t>(lane()); i < args.atom_begin[structure + 1];
         i += warp_size) {
        sum += args.count[i];
    }
    return warp_sum(sum);
}

}  // namespace migrate::device
