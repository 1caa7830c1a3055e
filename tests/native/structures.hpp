// Small structures and seeded random ones for the tests.
#pragma once

#include <random>
#include <vector>

#include "crystal.hpp"

namespace migrate::testing {

inline Lattice cubic(double a) { return {{{{a, 0, 0}, {0, a, 0}, {0, 0, a}}}}; }

// 1 to 12 atoms anywhere, not wrapped, in a cell of random shape at an ordinary density.
inline Crystal random_crystal(unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> component(-6, 6), fraction(-2, 2);
    Crystal crystal;
    crystal.fractional.resize(1 + random() % 12);
    do {
        for (Vec3& row : crystal.lattice.rows) {
            for (double& x : row) x = component(random);
        }
    } while (crystal.density() < 1 / 60.0 || crystal.density() > 1 / 5.0);
    for (Vec3& f : crystal.fractional) {
        for (double& x : f) x = fraction(random);
    }
    return crystal;
}

// Cells that trip a search: skewed by many cells, flat, needle-like, left-handed, almost empty.
inline std::vector<Crystal> difficult_crystals() {
    const std::vector<Vec3> two = {{0.1, 0.2, 0.3}, {0.6, -3.7, 12.9}};
    return {
        {cubic(3.1), {{0, 0, 0}}},
        {{{{{3, 0, 0}, {40, 3.2, 0}, {-55, 27, 3.5}}}}, two},
        {{{{{3, 0, 0}, {3e4, 3.2, 0}, {-5e4, 2e4, 3.5}}}}, two},
        {{{{{14, 0, 0}, {0, 11, 0}, {0.2, 0.1, 0.7}}}}, two},
        {{{{{1.3, 0, 0}, {0, 1.4, 0}, {0, 0, 60}}}}, two},
        {{{{{0, 4, 0}, {5, 0.3, 0}, {0, 0.2, 6}}}}, two},
        {cubic(70), {{0.2, 0.2, 0.2}, {0.22, 0.2, 0.2}}},
        {cubic(4.2), {{0, 0, 0}, {1, 1, 1.5}, {-1e-17, 0.5, 1 - 1e-16}, {0.5, -0.0, 2}}},
    };
}

}  // namespace migrate::testing
