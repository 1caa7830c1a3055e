#include "kernels/half_tiles.hpp"

#if defined(__AVX512BF16__)
#include <immintrin.h>

#include <cstring>

namespace migrate {

void multiply_bf16(const void* a_block, std::int64_t rows, std::int64_t k, const void* b_panel, void* c_block) {
    const std::int64_t pairs = k / 2;
    const auto* a = static_cast<const char*>(a_block);
    auto* c = static_cast<float*>(c_block);
    for (std::int64_t r = 0; r < rows; r += half_tile_rows) {
        const auto* b = static_cast<const char*>(b_panel);
        __m512 sum[half_tile_rows][2];
#pragma GCC unroll 12
        for (auto& row : sum) row[0] = row[1] = _mm512_setzero_ps();
        for (std::int64_t l = 0; l < pairs; l++, b += 128) {
            const __m512bh left = reinterpret_cast<__m512bh>(_mm512_load_si512(b));
            const __m512bh right = reinterpret_cast<__m512bh>(_mm512_load_si512(b + 64));
#pragma GCC unroll 12
            for (std::int64_t i = 0; i < half_tile_rows; i++) {
                int pair = 0;
                std::memcpy(&pair, a + 4 * (i * pairs + l), 4);
                const __m512bh value = reinterpret_cast<__m512bh>(_mm512_set1_epi32(pair));
                sum[i][0] = _mm512_dpbf16_ps(sum[i][0], value, left);
                sum[i][1] = _mm512_dpbf16_ps(sum[i][1], value, right);
            }
        }
#pragma GCC unroll 12
        for (auto& row : sum) {
            _mm512_store_ps(c, row[0]);
            _mm512_store_ps(c + 16, row[1]);
            c += bf16_panel_columns;
        }
        a += 4 * half_tile_rows * pairs;
    }
}

float spin_bf16(std::int64_t rounds) {
    __m512 sum[24];
    for (int i = 0; i < 24; i++) sum[i] = _mm512_set1_ps(static_cast<float>(i));
    __m512i value = _mm512_set1_epi32(0x3F803F80);
    for (std::int64_t r = 0; r < rounds; r++) {
        // The operand could change each round for all the compiler knows: nothing is hoisted.
        __asm__ volatile("" : "+v"(value));
#pragma GCC unroll 24
        for (auto& s : sum)
            s = _mm512_dpbf16_ps(s, reinterpret_cast<__m512bh>(value), reinterpret_cast<__m512bh>(value));
    }
    float total = 0;
    for (const auto& s : sum) total += _mm512_reduce_add_ps(s);
    return total;
}

}  // namespace migrate

#else
#include <cstdlib>

namespace migrate {

// This compiler cannot make it, so tile_shape() never offers it.
void multiply_bf16(const void*, std::int64_t, std::int64_t, const void*, void*) { std::abort(); }
float spin_bf16(std::int64_t) { std::abort(); }

}  // namespace migrate
#endif
