#include "potentials/three_body.hpp"

#include <algorithm>
#include <array>

namespace migrate {
namespace {

// Places in the moments of an atom.
constexpr std::int64_t of_first = 0, of_third = 3, of_vectors = 6, of_squares = 15;

template <class T>
using Nine = std::array<T, angular>;

template <class T>
Nine<T> weighted(const BondGeometry<T>& geometry, const T* gates, std::int64_t bond, std::int64_t end) {
    Nine<T> s;
    for (std::int64_t q = 0; q < angular; q++) {
        s[static_cast<std::size_t>(q)] = geometry.radial[bond * angular + q] * gates[end * angular + q];
    }
    return s;
}

}  // namespace

template <class T>
void three_body_sums(const migrate_m3gnet_run& call, const BondGeometry<T>& geometry, const T* gates, T* moments,
                     T* sums) {
    const SphericalFactors<T> y;
    std::fill_n(moments, call.n_atoms * moment_count, T{0});
    std::fill_n(sums, call.n_bonds * angular, T{0});
    for (std::int64_t atom = 0; atom < call.n_atoms; atom++) {
        T* m = moments + atom * moment_count;
        for (std::int64_t b = call.begin[atom]; b < call.begin[atom + 1]; b++) {
            if (geometry.envelope[b] == T{0}) continue;
            const Nine<T> s = weighted(geometry, gates, b, call.end[b]);
            const T *u = geometry.unit.data() + 3 * b, *v = geometry.second.data() + 6 * b;
            for (std::size_t n = 0; n < 3; n++) {
                m[of_first + n] += s[n];
                m[of_third + n] += s[6 + n];
                for (std::size_t d = 0; d < 3; d++) m[of_vectors + 3 * n + d] += s[3 + n] * u[d];
                for (std::size_t d = 0; d < 6; d++) m[of_squares + 6 * n + d] += s[6 + n] * v[d];
            }
        }
        for (std::int64_t b = call.begin[atom]; b < call.begin[atom + 1]; b++) {
            if (geometry.envelope[b] == T{0}) continue;
            const Nine<T> s = weighted(geometry, gates, b, call.end[b]);
            const T *u = geometry.unit.data() + 3 * b, *v = geometry.second.data() + 6 * b;
            T* t = sums + b * angular;
            for (std::size_t n = 0; n < 3; n++) {
                T one{0}, two{0};
                for (std::size_t d = 0; d < 3; d++) one += m[of_vectors + 3 * n + d] * u[d];
                for (std::size_t d = 0; d < 6; d++) two += m[of_squares + 6 * n + d] * v[d];
                // u = 1 for the bond with itself.
                t[n] = (m[of_first + n] - s[n]) * y.y0;
                t[3 + n] = (one - s[3 + n]) * y.y1;
                t[6 + n] = (3 * (two - s[6 + n]) - (m[of_third + n] - s[6 + n])) * y.y2;
            }
        }
    }
}

template <class T>
void three_body_gradients(const migrate_m3gnet_run& call, const BondGeometry<T>& geometry, const T* gates,
                          const T* moments, const T* d_sums, T* d_gates, BondGradients<T>& gradients) {
    const SphericalFactors<T> y;
    for (std::int64_t atom = 0; atom < call.n_atoms; atom++) {
        const T* m = moments + atom * moment_count;
        std::array<T, moment_count> dm{};
        for (std::int64_t b = call.begin[atom]; b < call.begin[atom + 1]; b++) {
            if (geometry.envelope[b] == T{0}) continue;
            const T *u = geometry.unit.data() + 3 * b, *v = geometry.second.data() + 6 * b, *dt = d_sums + b * angular;
            T *du = gradients.unit.data() + 3 * b, *dv = gradients.second.data() + 6 * b;
            for (std::size_t n = 0; n < 3; n++) {
                const T zero = y.y0 * dt[n], one = y.y1 * dt[3 + n], two = 3 * y.y2 * dt[6 + n];
                dm[of_first + n] += zero;
                dm[of_third + n] -= y.y2 * dt[6 + n];
                for (std::size_t d = 0; d < 3; d++) {
                    dm[of_vectors + 3 * n + d] += one * u[d];
                    du[d] += one * m[of_vectors + 3 * n + d];
                }
                for (std::size_t d = 0; d < 6; d++) {
                    dm[of_squares + 6 * n + d] += two * v[d];
                    dv[d] += two * m[of_squares + 6 * n + d];
                }
            }
        }
        for (std::int64_t b = call.begin[atom]; b < call.begin[atom + 1]; b++) {
            if (geometry.envelope[b] == T{0}) continue;
            const std::int64_t end = call.end[b];
            const Nine<T> s = weighted(geometry, gates, b, end);
            const T *u = geometry.unit.data() + 3 * b, *v = geometry.second.data() + 6 * b, *dt = d_sums + b * angular;
            T *du = gradients.unit.data() + 3 * b, *dv = gradients.second.data() + 6 * b;
            Nine<T> ds;
            for (std::size_t n = 0; n < 3; n++) {
                ds[n] = dm[of_first + n] - y.y0 * dt[n];
                ds[3 + n] = -y.y1 * dt[3 + n];
                ds[6 + n] = dm[of_third + n] - 2 * y.y2 * dt[6 + n];
                for (std::size_t d = 0; d < 3; d++) {
                    ds[3 + n] += dm[of_vectors + 3 * n + d] * u[d];
                    du[d] += dm[of_vectors + 3 * n + d] * s[3 + n];
                }
                for (std::size_t d = 0; d < 6; d++) {
                    ds[6 + n] += dm[of_squares + 6 * n + d] * v[d];
                    dv[d] += dm[of_squares + 6 * n + d] * s[6 + n];
                }
            }
            for (std::int64_t q = 0; q < angular; q++) {
                gradients.radial[b * angular + q] += ds[static_cast<std::size_t>(q)] * gates[end * angular + q];
                d_gates[end * angular + q] += ds[static_cast<std::size_t>(q)] * geometry.radial[b * angular + q];
            }
        }
    }
}

template void three_body_sums(const migrate_m3gnet_run&, const BondGeometry<float>&, const float*, float*, float*);
template void three_body_sums(const migrate_m3gnet_run&, const BondGeometry<double>&, const double*, double*, double*);
template void three_body_gradients(const migrate_m3gnet_run&, const BondGeometry<float>&, const float*, const float*,
                                   const float*, float*, BondGradients<float>&);
template void three_body_gradients(const migrate_m3gnet_run&, const BondGeometry<double>&, const double*, const double*,
                                   const double*, double*, BondGradients<double>&);

}  // namespace migrate
