#include "graph/line_graph.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "errors.hpp"

namespace migrate {
namespace {

// A bond of an atom to its own image is its own predecessor; the pair counts only where the bond has a second copy.
int weight_of(const migrate_bonds& bonds, int32_t first, int32_t second) {
    return bonds.multiplicity[first] - (first == second ? 1 : 0);
}

void check_rows(const migrate_bonds& bonds) {
    require(bonds.row_begin[0] == 0 && bonds.row_begin[bonds.n_atoms] == bonds.n_bonds,
            "row_begin must run from 0 to n_bonds");
    for (int64_t i = 0; i < bonds.n_atoms; i++) {
        require(bonds.row_begin[i] <= bonds.row_begin[i + 1], "row_begin must ascend");
    }
}

}  // namespace

int64_t count_triplets(const migrate_bonds& bonds) {
    constexpr int64_t most = std::numeric_limits<int32_t>::max();
    require(bonds.n_atoms >= 0 && bonds.n_atoms < most && bonds.n_bonds >= 0 && bonds.n_bonds <= most,
            "n_atoms and n_bonds must be counts below 2^31");
    require(bonds.row_begin != nullptr, "row_begin is null");
    require(bonds.n_bonds == 0 || (bonds.source != nullptr && bonds.displacement != nullptr &&
                                   bonds.distance != nullptr && bonds.multiplicity != nullptr),
            "an array of the bonds is null");
    check_rows(bonds);
    int64_t count = 0;
    for (int32_t target = 0; target < bonds.n_atoms; target++) {
        for (int32_t e = bonds.row_begin[target]; e < bonds.row_begin[target + 1]; e++) {
            const int32_t source = bonds.source[e];
            require(source >= 0 && source < bonds.n_atoms, "source must hold atoms of the graph");
            require(bonds.multiplicity[e] == 1 || bonds.multiplicity[e] == 2, "multiplicity must be 1 or 2");
            require(bonds.distance[e] > 0, "distance must be positive");
            count += bonds.row_begin[source + 1] - bonds.row_begin[source];
            if (source == target && bonds.multiplicity[e] == 1) count--;
        }
    }
    require(count <= most, "the graph has more than 2^31 - 1 triplets");
    return count;
}

void fill_triplets(const migrate_bonds& bonds, const migrate_triplets& out) {
    int32_t t = 0;
    for (int32_t e = 0; e < bonds.n_bonds; e++) {
        out.triplet_begin[e] = t;
        const double* r2 = bonds.displacement + 3 * static_cast<int64_t>(e);
        const int32_t middle = bonds.source[e];
        for (int32_t first = bonds.row_begin[middle]; first < bonds.row_begin[middle + 1]; first++) {
            const int weight = weight_of(bonds, first, e);
            if (weight == 0) continue;
            const double* r1 = bonds.displacement + 3 * static_cast<int64_t>(first);
            const double product = (r1[0] * r2[0] + r1[1] * r2[1]) + r1[2] * r2[2];
            const double cosine = -product / (bonds.distance[first] * bonds.distance[e]);
            out.source[t] = first;
            out.cosine[t] = std::clamp(cosine, -1.0, 1.0);
            out.weight[t] = static_cast<uint8_t>(weight);
            t++;
        }
    }
    out.triplet_begin[bonds.n_bonds] = t;
}

}  // namespace migrate
