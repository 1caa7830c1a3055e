#include "potentials/radial.hpp"

#include <array>
#include <cmath>

namespace migrate {
namespace {

constexpr double pi = 3.141592653589793;

// Zeros of j_0, j_1, j_2 (Abramowitz and Stegun, table 10.6).
constexpr std::array<double, 9> zeros{3.141592653589793, 6.283185307179586, 9.424777960769379,
                                      4.493409457909064, 7.725251836937707, 10.904121659428899,
                                      5.763459196894550, 9.095011330476355, 12.322940970566582};

// j_0 .. j_2 and their derivatives.
struct Bessel {
    std::array<double, 3> value, slope;
};

Bessel bessel(double x) {
    const double sine = std::sin(x), cosine = std::cos(x);
    Bessel j{};
    j.value[0] = sine / x;
    j.value[1] = (j.value[0] - cosine) / x;
    j.value[2] = 3 * j.value[1] / x - j.value[0];
    j.slope = {-j.value[1], j.value[0] - 2 * j.value[1] / x, j.value[1] - 3 * j.value[2] / x};
    return j;
}

std::array<double, 9> norms() {
    std::array<double, 9> out{};
    for (std::size_t q = 0; q < 9; q++) {
        const Bessel j = bessel(zeros[q]);
        const double above = q < 6 ? j.value[q / 3 + 1] : 5 * j.value[2] / zeros[q] - j.value[1];
        out[q] = std::sqrt(2 / (radial_cutoff * radial_cutoff * radial_cutoff)) / std::abs(above);
    }
    return out;
}

}  // namespace

void smooth_bessel(double r, std::int64_t count, double* values, double* slopes) {
    // sin(k_n r) / (k_n r) with k_n = (n + 1) pi / c: sines of multiples of one angle.
    const double step = pi / radial_cutoff, sine = std::sin(step * r), cosine = std::cos(step * r);
    double s = sine, c = cosine, previous = 1;
    double sinc = s / (step * r), sinc_slope = (c - sinc) / r;
    for (std::int64_t n = 0; n < count; n++) {
        const double next_s = s * cosine + c * sine, next_c = c * cosine - s * sine;
        const double a = static_cast<double>(n + 1), b = static_cast<double>(n + 2), m = static_cast<double>(n);
        const double next = next_s / (b * step * r), next_slope = (next_c - next) / r;
        const double factor = (n % 2 == 0 ? 1 : -1) * std::sqrt(2.0) * pi / (radial_cutoff * std::sqrt(radial_cutoff)) *
                              a * b / std::sqrt(a * a + b * b);
        values[n] = factor * (sinc + next);
        slopes[n] = factor * (sinc_slope + next_slope);
        if (n > 0) {
            const double e = m * m * b * b / (4 * a * a * a * a + 1), d = 1 - e / previous;
            const double share = std::sqrt(e / previous), norm = 1 / std::sqrt(d);
            values[n] = (values[n] + share * values[n - 1]) * norm;
            slopes[n] = (slopes[n] + share * slopes[n - 1]) * norm;
            previous = d;
        }
        s = next_s;
        c = next_c;
        sinc = next;
        sinc_slope = next_slope;
    }
}

void spherical_bessel(double r, double* values, double* slopes) {
    static const std::array<double, 9> norm = norms();
    for (std::size_t q = 0; q < 9; q++) {
        const double k = zeros[q] / radial_cutoff;
        const Bessel j = bessel(k * r);
        values[q] = norm[q] * j.value[q / 3];
        slopes[q] = norm[q] * k * j.slope[q / 3];
    }
}

void polynomial_envelope(double r, double& value, double& slope) {
    const double t = r / three_body_cutoff;
    value = t < 1 ? 1 - t * t * t * (10 - t * (15 - 6 * t)) : 0;
    slope = t < 1 ? -30 * t * t * (1 - t) * (1 - t) / three_body_cutoff : 0;
}

}  // namespace migrate
