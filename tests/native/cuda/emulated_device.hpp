// The words of native/cuda/device.cuh over the emulator: what the instructions compute, in plain C++.
#pragma once

#include <bit>
#include <cmath>
#include <cstring>
#include <source_location>

#include "emulator.hpp"

#define MIGRATE_DEVICE [[maybe_unused]] static inline
#define MIGRATE_METHOD

#define MIGRATE_KERNEL(name, Arguments, threads_per_block)                                                            \
    static void name(const Arguments& args);                                                                          \
    static const ::migrate::emulation::KernelRegistration registered_##name(                                          \
        #name, [](const void* a) { name(*static_cast<const Arguments*>(a)); }, sizeof(Arguments), threads_per_block); \
    static void name([[maybe_unused]] const Arguments& args)

#define MIGRATE_SYMBOL static
#define MIGRATE_EXPORT_SYMBOL(name) \
    static const ::migrate::emulation::SymbolRegistration registered_##name(#name, &name, sizeof name);

struct alignas(8) float2 {
    float x, y;
};
struct alignas(16) float4 {
    float x, y, z, w;
};
struct alignas(8) uint2 {
    unsigned x, y;
};
struct alignas(16) uint4 {
    unsigned x, y, z, w;
};

namespace migrate::device {

using At = std::source_location;

MIGRATE_DEVICE unsigned thread() { return emulation::here().thread; }
MIGRATE_DEVICE unsigned threads() { return emulation::here().threads; }
MIGRATE_DEVICE unsigned block() { return emulation::here().block; }
MIGRATE_DEVICE unsigned blocks() { return emulation::here().blocks; }
MIGRATE_DEVICE unsigned char* shared_memory() { return emulation::shared_memory(); }

// ---- together -------------------------------------------------------------------------------------------------------

MIGRATE_DEVICE void barrier(const At& at = At::current()) { emulation::barrier(at); }

// All lanes of this thread's warp: act(all, context) runs once, all[l] being what lane l brought.
MIGRATE_DEVICE void warp_meet(void* mine, void (*act)(void**, void*), const At& at) {
    emulation::meet(thread() / 32 * 32, 32, mine, act, nullptr, at);
}

MIGRATE_DEVICE void warp_barrier(const At& at = At::current()) {
    warp_meet(
        nullptr, [](void**, void*) {}, at);
}

MIGRATE_DEVICE unsigned ballot(bool bit, const At& at = At::current()) {
    struct Vote {
        bool bit;
        unsigned all;
    } vote{bit, 0};
    warp_meet(
        &vote,
        [](void** all, void*) {
            unsigned bits = 0;
            for (unsigned l = 0; l < 32; l++) bits |= unsigned{static_cast<Vote*>(all[l])->bit} << l;
            for (unsigned l = 0; l < 32; l++) static_cast<Vote*>(all[l])->all = bits;
        },
        at);
    return vote.all;
}

template <class T>
static T shuffle(T value, unsigned from, const At& at = At::current()) {
    struct Offer {
        T value, result;
        unsigned from;
    } offer{value, value, from % 32};
    warp_meet(
        &offer,
        [](void** all, void*) {
            for (unsigned l = 0; l < 32; l++) {
                auto* mine = static_cast<Offer*>(all[l]);
                mine->result = static_cast<Offer*>(all[mine->from])->value;
            }
        },
        at);
    return offer.result;
}

template <class T>
static T shuffle_xor(T value, unsigned mask, const At& at = At::current()) {
    return shuffle(value, (thread() % 32) ^ mask, at);
}

// One block runs at a time and no thread is interrupted, so plain arithmetic is atomic.
MIGRATE_DEVICE int32_t atomic_add(int32_t* to, int32_t value) {
    const int32_t old = *to;
    *to = old + value;
    return old;
}
MIGRATE_DEVICE uint64_t atomic_max(uint64_t* to, uint64_t value) {
    const uint64_t old = *to;
    if (value > old) *to = value;
    return old;
}

// ---- numbers --------------------------------------------------------------------------------------------------------

MIGRATE_DEVICE unsigned bit_count(unsigned bits) { return static_cast<unsigned>(std::popcount(bits)); }
MIGRATE_DEVICE float bits_to_float(uint32_t bits) { return std::bit_cast<float>(bits); }
MIGRATE_DEVICE uint32_t float_to_bits(float x) { return std::bit_cast<uint32_t>(x); }
MIGRATE_DEVICE double bits_to_double(uint64_t bits) { return std::bit_cast<double>(bits); }
MIGRATE_DEVICE uint64_t double_to_bits(double x) { return std::bit_cast<uint64_t>(x); }
MIGRATE_DEVICE float fused(float a, float b, float c) { return std::fma(a, b, c); }
MIGRATE_DEVICE double fused(double a, double b, double c) { return std::fma(a, b, c); }
MIGRATE_DEVICE double round_even(double x) { return std::nearbyint(x); }
MIGRATE_DEVICE double round_down(double x) { return std::floor(x); }
MIGRATE_DEVICE double square_root(double x) { return std::sqrt(x); }
MIGRATE_DEVICE float reciprocal(float x) { return 1.0f / x; }
MIGRATE_DEVICE float exponential_of_two(float x) { return std::exp2(x); }
MIGRATE_DEVICE float coarse_tanh(float x) { return std::tanh(x); }

MIGRATE_DEVICE uint32_t to_bf16(float x) {
    const uint32_t bits = std::bit_cast<uint32_t>(x);
    if (x != x) return 0x7fff;
    return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}
MIGRATE_DEVICE uint32_t pack_bf16(float low, float high) { return to_bf16(low) | to_bf16(high) << 16; }
// Ten bits of fraction are kept, ties away from zero.
MIGRATE_DEVICE uint32_t to_tf32(float x) { return (std::bit_cast<uint32_t>(x) + 0x1000) & 0xffffe000u; }

// ---- products of a warp: fragments as the PTX manual draws them -----------------------------------------------------

struct Fragments {
    float* c;
    const uint32_t *a, *b;
};

MIGRATE_DEVICE float half_of_pair(uint32_t pair, int which) {
    return std::bit_cast<float>(which == 0 ? pair << 16 : pair & 0xffff0000u);
}

// Lane 4 g + t holds of c rows g and g + 8, columns 2 t and 2 t + 1; of a those rows and columns 2 t, 2 t + 1, and 8
// more; of b column g, rows 2 t, 2 t + 1, and 8 more.
MIGRATE_DEVICE void multiply_bf16(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2],
                                  const At& at = At::current()) {
    Fragments mine{c, a, b};
    warp_meet(
        &mine,
        [](void** all, void*) {
            float rows[16][16], columns[8][16];
            for (int l = 0; l < 32; l++) {
                const auto* f = static_cast<const Fragments*>(all[l]);
                const int g = l / 4, t = l % 4;
                for (int r = 0; r < 4; r++) {
                    for (int h = 0; h < 2; h++)
                        rows[g + 8 * (r % 2)][2 * t + 8 * (r / 2) + h] = half_of_pair(f->a[r], h);
                }
                for (int r = 0; r < 2; r++) {
                    for (int h = 0; h < 2; h++) columns[g][2 * t + 8 * r + h] = half_of_pair(f->b[r], h);
                }
            }
            for (int l = 0; l < 32; l++) {
                float* out = static_cast<Fragments*>(all[l])->c;
                for (int i = 0; i < 4; i++) {
                    const float *row = rows[l / 4 + 8 * (i / 2)], *column = columns[2 * (l % 4) + i % 2];
                    float sum = 0;
                    for (int k = 0; k < 16; k++) sum += row[k] * column[k];
                    out[i] += sum;
                }
            }
        },
        at);
}

// The same with 8 numbers of depth: a rows g and g + 8, columns t and t + 4; b column g, rows t and t + 4.
MIGRATE_DEVICE void multiply_tf32(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2],
                                  const At& at = At::current()) {
    Fragments mine{c, a, b};
    warp_meet(
        &mine,
        [](void** all, void*) {
            // The unit reads the upper 19 bits, whatever the others are.
            const auto value = [](uint32_t bits) { return std::bit_cast<float>(bits & 0xffffe000u); };
            float rows[16][8], columns[8][8];
            for (int l = 0; l < 32; l++) {
                const auto* f = static_cast<const Fragments*>(all[l]);
                const int g = l / 4, t = l % 4;
                for (int r = 0; r < 4; r++) rows[g + 8 * (r % 2)][t + 4 * (r / 2)] = value(f->a[r]);
                for (int r = 0; r < 2; r++) columns[g][t + 4 * r] = value(f->b[r]);
            }
            for (int l = 0; l < 32; l++) {
                float* out = static_cast<Fragments*>(all[l])->c;
                for (int i = 0; i < 4; i++) {
                    const float *row = rows[l / 4 + 8 * (i / 2)], *column = columns[2 * (l % 4) + i % 2];
                    float sum = 0;
                    for (int k = 0; k < 8; k++) sum += row[k] * column[k];
                    out[i] += sum;
                }
            }
        },
        at);
}

MIGRATE_DEVICE void load_matrices(uint32_t (&out)[4], const void* row, const At& at = At::current()) {
    struct Load {
        const unsigned char* row;
        uint32_t* out;
    } mine{static_cast<const unsigned char*>(row), out};
    warp_meet(
        &mine,
        [](void** all, void*) {
            for (int m = 0; m < 4; m++) {
                for (int l = 0; l < 32; l++) {
                    const unsigned char* from = static_cast<const Load*>(all[8 * m + l / 4])->row + 4 * (l % 4);
                    std::memcpy(static_cast<Load*>(all[l])->out + m, from, 4);
                }
            }
        },
        at);
}

// ---- copies ---------------------------------------------------------------------------------------------------------

MIGRATE_DEVICE void copy_async(void* shared, const void* global) { std::memcpy(shared, global, 16); }
MIGRATE_DEVICE void copies_done() {}

}  // namespace migrate::device
