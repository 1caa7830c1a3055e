// Three-body sums of M3GNet by moments: the angular functions are polynomials of u = r_ij . r_ik up to the second
// degree, so
//   sum over k of Y_l(u) s_ik = c_l . (r_ij x ...) : sum over k of (r_ik x ...) s_ik
// moments of the bonds of an atom, contracted with each of its bonds, less the bond itself.
#pragma once

#include <cmath>
#include <cstdint>

#include "potentials/m3gnet.hpp"

namespace migrate {

// Of an atom: 3 sums of s_0, 3 of s_2, 9 of s_1 u, 18 of s_2 and the six products of two components of u.
constexpr std::int64_t moment_count = 33;

// What depends on where the atoms are. Bonds of 4 A and more have no part in three-body sums.
template <class T>
struct BondGeometry {
    Rows<T> basis, basis_slope;    // [n, functions]
    Rows<T> radial, radial_slope;  // [n, 9] with the envelope
    Rows<T> envelope, envelope_slope;
    Rows<T> unit;    // [n, 3]
    Rows<T> second;  // [n, 6] xx, yy, zz, sqrt 2 xy, xz, yz: their scalar product is u^2
    Rows<T> length;
};

// Gradients by the same quantities, where anything hangs on them.
template <class T>
struct BondGradients {
    Rows<T> basis, radial, envelope, unit, second;
};

template <class T>
struct SphericalFactors {
    T y0 = static_cast<T>(0.5 * std::sqrt(1 / 3.141592653589793));
    T y1 = static_cast<T>(0.5 * std::sqrt(3 / 3.141592653589793));
    T y2 = static_cast<T>(0.25 * std::sqrt(5 / 3.141592653589793));
};

// gates [n_atoms, 9] of end atoms -> moments [n_atoms, 33], sums [n, 9] without the envelope of the bond itself.
template <class T>
void three_body_sums(const migrate_m3gnet_run& call, const BondGeometry<T>& geometry, const T* gates, T* moments,
                     T* sums);

// d_sums [n, 9] -> added to d_gates [n_atoms, 9] and to gradients of radial, unit and second.
template <class T>
void three_body_gradients(const migrate_m3gnet_run& call, const BondGeometry<T>& geometry, const T* gates,
                          const T* moments, const T* d_sums, T* d_gates, BondGradients<T>& gradients);

}  // namespace migrate
