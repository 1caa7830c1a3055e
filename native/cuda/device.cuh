// What the kernels need of the machine they run on, in the words of this project. Three compilers read the kernels:
//   nvcc                    with the CUDA toolkit
//   clang -x cuda           without any toolkit, to PTX
//   a host C++ compiler     over the emulator of the tests (MIGRATE_EMULATE), which runs them thread by thread
// Every collective function of a warp is for all 32 lanes: none may be absent.
#pragma once

#include <stdint.h>

#if defined(MIGRATE_EMULATE)
#include "emulated_device.hpp"
#else
#if defined(__clang__) && defined(__CUDA__)
#include "clang_device.cuh"
#endif
#include "gpu_device.cuh"
#endif

namespace migrate::device {

constexpr unsigned warp_size = 32;

MIGRATE_DEVICE unsigned lane() { return thread() % warp_size; }
MIGRATE_DEVICE unsigned warp() { return thread() / warp_size; }
MIGRATE_DEVICE unsigned warps() { return threads() / warp_size; }

template <class T>
MIGRATE_DEVICE T least(T a, T b) {
    return b < a ? b : a;
}

template <class T>
MIGRATE_DEVICE T greatest(T a, T b) {
    return a < b ? b : a;
}

// ---- sums over a warp: the same tree of additions always ------------------------------------------------------------

template <class T>
MIGRATE_DEVICE T warp_sum(T value) {
    for (unsigned step = warp_size / 2; step > 0; step /= 2) value += shuffle_xor(value, step);
    return value;
}

template <class T>
MIGRATE_DEVICE T warp_least(T value) {
    for (unsigned step = warp_size / 2; step > 0; step /= 2) value = least(value, shuffle_xor(value, step));
    return value;
}

template <class T>
MIGRATE_DEVICE T warp_greatest(T value) {
    for (unsigned step = warp_size / 2; step > 0; step /= 2) value = greatest(value, shuffle_xor(value, step));
    return value;
}

// Sum of the lanes before this one.
template <class T>
MIGRATE_DEVICE T warp_sum_before(T value) {
    T sum = value;
    for (unsigned step = 1; step < warp_size; step *= 2) {
        const T other = shuffle(sum, lane() - step);
        if (lane() >= step) sum += other;
    }
    return sum - value;
}

// Lanes before this one where the bit is set.
MIGRATE_DEVICE unsigned bits_before(unsigned bits) { return bit_count(bits & ((1u << lane()) - 1)); }

// ---- numbers --------------------------------------------------------------------------------------------------------

// bf16 is the upper half of a float.
MIGRATE_DEVICE float low_half(uint32_t pair) { return bits_to_float(pair << 16); }
MIGRATE_DEVICE float high_half(uint32_t pair) { return bits_to_float(pair & 0xffff0000u); }

// exp in double, error below 1e-15 relative: 2^k times a Taylor polynomial on |r| <= ln 2 / 2. (There is no library of
// such functions without a toolkit.)
MIGRATE_DEVICE double exponential(double x) {
    if (!(x > -708)) return x == x ? 0 : x;
    if (x > 709) x = 709;
    const double k = round_even(x * 1.4426950408889634074);
    const double r = fused(-k, 1.90821492927058770002e-10, fused(-k, 6.93147180369123816490e-01, x));
    double p = 1.0 / 6227020800;
    const double terms[] = {
        1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720,
        1.0 / 120,       1.0 / 24,       1.0 / 6,       1.0 / 2,      1.0,         1.0};
    for (const double term : terms) p = fused(p, r, term);
    return p * bits_to_double(static_cast<uint64_t>(static_cast<int64_t>(k) + 1023) << 52);
}

// The float one is that of the hardware: error below 2^-21 near 0, 2^-24 |x| more far from it.
MIGRATE_DEVICE float exponential(float x) { return exponential_of_two(x * 1.44269504f); }

MIGRATE_DEVICE float sigmoid(float x) { return reciprocal(1.0f + exponential(-x)); }
MIGRATE_DEVICE double sigmoid(double x) { return 1.0 / (1.0 + exponential(-x)); }

template <class T>
MIGRATE_DEVICE T silu(T x) {
    return x * sigmoid(x);
}

}  // namespace migrate::device
