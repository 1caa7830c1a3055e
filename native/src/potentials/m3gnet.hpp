// M3GNet (Chen and Ong, Nat. Comput. Sci. 2, 718 (2022)) with frozen weights: energies of atoms and the gradient of
// their sum by the bond vectors, both passes written out. What is computed stands in migrate.h.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/gemm.hpp"
#include "migrate.h"
#include "potentials/aligned_array.hpp"

namespace migrate {

constexpr std::int64_t angular = 9;  // three radial functions for each of three angular ones

// A matrix for products row * matrix: k inputs, n outputs.
template <class T>
struct Factor {
    std::int64_t n = 0, k = 0;
    AlignedArray<T> panels;
};

// A linear layer, forward and back.
template <class T>
struct Linear {
    Factor<T> forward, back;
    std::vector<T> bias;  // zeros where there is none
};

// Two stacks of linear layers with swish between them; the product of swish of the one (or of its sums as they are) and
// the logistic function of the other. widths[l] = outputs of layer l of each.
template <class T>
struct GatedStack {
    std::vector<std::int64_t> widths;
    // Of the first layer: both stacks as one product, for each part of the inputs; the way back by stack.
    std::vector<Factor<T>> first;
    std::vector<std::array<Factor<T>, 2>> first_back;
    std::vector<T> first_bias;
    std::vector<std::array<Linear<T>, 2>> rest;
};

template <class T>
struct M3GNetBlock {
    Linear<T> atom_gate;
    GatedStack<T> three_body, bond, atom;
    Linear<T> bond_weight, atom_weight;
};

enum class RadialFunctions : std::int32_t { smooth = 0, spherical = 1 };

template <class T>
struct M3GNetModel {
    TileShape shape{};
    std::int64_t width = 0, bond_functions = 0;
    RadialFunctions bond_basis{}, three_body_basis{};
    bool sums_at_centre = false;  // and radial weights of atoms end in swish: the original release
    std::vector<T> embedding;
    Linear<T> bond_embedding;
    std::vector<M3GNetBlock<T>> blocks;
    GatedStack<T> readout;
};

template <class T>
M3GNetModel<T> build_m3gnet(const migrate_m3gnet_spec& spec);

// Sizes and indices have been checked. Returns the bytes of the workspace; where that is null, it only counts them.
std::int64_t run_m3gnet(const M3GNetModel<float>& model, const migrate_m3gnet_run& call);
std::int64_t run_m3gnet(const M3GNetModel<double>& model, const migrate_m3gnet_run& call);

}  // namespace migrate
