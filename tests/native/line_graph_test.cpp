#include "graph/line_graph.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "errors.hpp"

namespace migrate {
namespace {

struct Bonds {
    std::vector<int32_t> row_begin, source;
    std::vector<double> displacement, distance;
    std::vector<uint8_t> multiplicity;

    migrate_bonds view() const {
        return {int64_t(row_begin.size()) - 1, int64_t(source.size()), row_begin.data(),   source.data(),
                displacement.data(),           distance.data(),        multiplicity.data()};
    }
};

struct Triplets {
    std::vector<int32_t> begin, source;
    std::vector<double> cosine;
    std::vector<uint8_t> weight;
};

Triplets build(const Bonds& bonds) {
    const auto n = std::size_t(count_triplets(bonds.view()));
    Triplets t{std::vector<int32_t>(bonds.source.size() + 1), std::vector<int32_t>(n), std::vector<double>(n),
               std::vector<uint8_t>(n)};
    fill_triplets(bonds.view(), {int64_t(n), t.begin.data(), t.source.data(), t.cosine.data(), t.weight.data()});
    return t;
}

// Three atoms on a corner: 1 at the origin, 0 along x, 2 along y. Bonds by target: 1 -> 0, 0 -> 1, 2 -> 1, 1 -> 2.
Bonds corner() {
    return {{0, 1, 3, 4}, {1, 0, 2, 1}, {2, 0, 0, -2, 0, 0, 0, -3, 0, 0, 3, 0}, {2, 2, 3, 3}, {2, 2, 1, 1}};
}

TEST(LineGraph, joins_bonds_head_to_tail) {
    const Triplets t = build(corner());
    // Into 1 -> 0 come the bonds that enter atom 1: 0 -> 1 (back-tracking, cosine 1) and 2 -> 1 (right angle), and so
    // on.
    EXPECT_EQ(t.begin, (std::vector<int32_t>{0, 2, 3, 4, 6}));
    EXPECT_EQ(t.source, (std::vector<int32_t>{1, 2, 0, 3, 1, 2}));
    EXPECT_EQ(t.weight, (std::vector<uint8_t>{2, 1, 2, 1, 2, 1}));
    EXPECT_EQ(t.cosine, (std::vector<double>{1, 0, 1, 1, 0, 1}));
}

TEST(LineGraph, leaves_out_a_self_bond_before_itself_unless_it_is_double) {
    // One atom with bonds to its images +x and -x.
    Bonds line{{0, 2}, {0, 0}, {-2, 0, 0, 2, 0, 0}, {2, 2}, {1, 1}};
    const Triplets once = build(line);
    EXPECT_EQ(once.source, (std::vector<int32_t>{1, 0}));
    EXPECT_EQ(once.cosine, (std::vector<double>{1, 1}));
    line.multiplicity = {2, 2};
    const Triplets twice = build(line);
    EXPECT_EQ(twice.source, (std::vector<int32_t>{0, 1, 0, 1}));
    EXPECT_EQ(twice.weight, (std::vector<uint8_t>{1, 2, 2, 1}));
    EXPECT_EQ(twice.cosine, (std::vector<double>{-1, 1, 1, -1}));
}

TEST(LineGraph, clamps_cosines) {
    Bonds bonds = corner();
    for (double& d : bonds.distance) d *= 1 - 1e-9;
    for (const double c : build(bonds).cosine) EXPECT_LE(std::abs(c), 1);
}

TEST(LineGraph, of_nothing_is_nothing) {
    const Triplets t = build({{0}, {}, {}, {}, {}});
    EXPECT_EQ(t.begin, std::vector<int32_t>{0});
    EXPECT_TRUE(t.source.empty());
}

TEST(LineGraph, trusts_no_index) {
    const auto refused = [](auto&& change) {
        Bonds bonds = corner();
        change(bonds);
        EXPECT_THROW(count_triplets(bonds.view()), InvalidArgument);
    };
    refused([](Bonds& b) { b.source[2] = 3; });
    refused([](Bonds& b) { b.source[2] = -1; });
    refused([](Bonds& b) { b.row_begin[1] = 5; });
    refused([](Bonds& b) { b.row_begin[1] = -1; });
    refused([](Bonds& b) { b.row_begin[3] = 3; });
    refused([](Bonds& b) { b.row_begin[0] = 1; });
    refused([](Bonds& b) { b.multiplicity[0] = 0; });
    refused([](Bonds& b) { b.multiplicity[0] = 3; });
    refused([](Bonds& b) { b.distance[0] = 0; });
    refused([](Bonds& b) { b.distance[0] = NAN; });
    migrate_bonds huge = corner().view();
    huge.n_bonds = int64_t{1} << 40;
    EXPECT_THROW(count_triplets(huge), InvalidArgument);
    huge.n_atoms = -1;
    EXPECT_THROW(count_triplets(huge), InvalidArgument);
}

}  // namespace
}  // namespace migrate
