// The microkernels that need instructions Highway has no words for. Each lies in a file compiled for them alone and is
// called only where the processor has them.
#pragma once

#include <cstdint>

namespace migrate {

constexpr std::int64_t half_tile_rows = 12;
constexpr std::int64_t bf16_panel_columns = 32;
constexpr std::int64_t fp16_panel_columns = 64;

// c[rows, 32] (float) = a[rows, k] (bf16, k even) * b[k / 2, 32, 2] (bf16), sums in float. VDPBF16PS.
void multiply_bf16(const void* a, std::int64_t rows, std::int64_t k, const void* b, void* c);

// c[rows, 64] (float) = a[rows, k] (every fp16 number twice) * b[k, 64] (fp16). Products and sums are fp16 within runs
// of 64, float between them: a run's rounding, 2^-11 of its partial sums, is about that of its inputs.
void multiply_fp16(const void* a, std::int64_t rows, std::int64_t k, const void* b, void* c);

// `rounds` times 24 independent products, for measuring the peak: 24 * 64 floating-point operations a round. The result
// means nothing.
float spin_bf16(std::int64_t rounds);
float spin_fp16(std::int64_t rounds);

}  // namespace migrate
