// Functions of a bond's length that M3GNet expands its surroundings in, with their derivatives; in double, whatever the
// network is.
#pragma once

#include <cstdint>

namespace migrate {

constexpr double radial_cutoff = 5.0, three_body_cutoff = 4.0;
constexpr std::int64_t most_radial_functions = 9;

// count (at most 9) smooth Bessel functions, whose first two derivatives vanish at the cutoff (Kocer, Mason and Erturk,
// AIP Advances 10, 015021 (2020)).
void smooth_bessel(double r, std::int64_t count, double* values, double* slopes);

// The nine normalized spherical Bessel functions with a zero at the cutoff, l = 0 .. 2, n = 0 .. 2, l-major.
void spherical_bessel(double r, double* values, double* slopes);

// 1 - 10 t^3 + 15 t^4 - 6 t^5 with t = r / 4, and 0 beyond.
void polynomial_envelope(double r, double& value, double& slope);

}  // namespace migrate
