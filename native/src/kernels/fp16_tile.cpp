#include "kernels/half_tiles.hpp"

#if defined(__AVX512FP16__)
#include <immintrin.h>

#include <algorithm>
#include <cstring>

namespace migrate {
namespace {

constexpr std::int64_t run_length = 64;

inline void add_to(float* c, __m512h halves) {
    const __m512i bits = _mm512_castph_si512(halves);
    const __m512 low = _mm512_cvtph_ps(_mm512_castsi512_si256(bits));
    const __m512 high = _mm512_cvtph_ps(_mm512_extracti64x4_epi64(bits, 1));
    _mm512_store_ps(c, _mm512_add_ps(_mm512_load_ps(c), low));
    _mm512_store_ps(c + 16, _mm512_add_ps(_mm512_load_ps(c + 16), high));
}

inline void multiply_run(const char* a, std::int64_t stride, std::int64_t k, const char* b, float* c) {
    __m512h sum[half_tile_rows][2];
#pragma GCC unroll 12
    for (auto& row : sum) row[0] = row[1] = _mm512_setzero_ph();
    for (std::int64_t l = 0; l < k; l++, b += 128) {
        const __m512h left = _mm512_castsi512_ph(_mm512_load_si512(b));
        const __m512h right = _mm512_castsi512_ph(_mm512_load_si512(b + 64));
#pragma GCC unroll 12
        for (std::int64_t i = 0; i < half_tile_rows; i++) {
            int twice = 0;
            std::memcpy(&twice, a + 4 * (i * stride + l), 4);
            const __m512h value = _mm512_castsi512_ph(_mm512_set1_epi32(twice));
            sum[i][0] = _mm512_fmadd_ph(value, left, sum[i][0]);
            sum[i][1] = _mm512_fmadd_ph(value, right, sum[i][1]);
        }
    }
#pragma GCC unroll 12
    for (auto& row : sum) {
        add_to(c, row[0]);
        add_to(c + 32, row[1]);
        c += fp16_panel_columns;
    }
}

}  // namespace

void multiply_fp16(const void* a_block, std::int64_t rows, std::int64_t k, const void* b_panel, void* c_block) {
    const auto* a = static_cast<const char*>(a_block);
    const auto* b = static_cast<const char*>(b_panel);
    auto* c = static_cast<float*>(c_block);
    std::memset(c, 0, static_cast<std::size_t>(rows * fp16_panel_columns) * sizeof(float));
    for (std::int64_t r = 0; r < rows; r += half_tile_rows) {
        for (std::int64_t l = 0; l < k; l += run_length) {
            multiply_run(a + 4 * (r * k + l), k, std::min(run_length, k - l), b + 128 * l, c + r * fp16_panel_columns);
        }
    }
}

float spin_fp16(std::int64_t rounds) {
    __m512h sum[24];
    for (int i = 0; i < 24; i++) sum[i] = _mm512_set1_ph(static_cast<_Float16>(i));
    __m512h factor = _mm512_set1_ph(static_cast<_Float16>(0.5f));
    for (std::int64_t r = 0; r < rounds; r++) {
        // The operand could change each round for all the compiler knows: nothing is hoisted.
        __asm__ volatile("" : "+v"(factor));
#pragma GCC unroll 24
        for (auto& s : sum) s = _mm512_fmadd_ph(s, factor, factor);
    }
    float total = 0;
    for (const auto& s : sum) total += static_cast<float>(_mm512_reduce_add_ph(s));
    return total;
}

}  // namespace migrate

#else
#include <cstdlib>

namespace migrate {

// This compiler cannot make it, so tile_shape() never offers it.
void multiply_fp16(const void*, std::int64_t, std::int64_t, const void*, void*) { std::abort(); }
float spin_fp16(std::int64_t) { std::abort(); }

}  // namespace migrate
#endif
