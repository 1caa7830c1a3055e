// Which instruction set the kernels run on, decided once from the processor.
#pragma once

#include <cstdint>

namespace migrate {

enum class Target : std::int32_t { baseline = 0, avx2 = 1, avx512 = 2 };

// Arithmetic beyond the target that a processor may have.
struct CpuFeatures {
    Target target;
    bool bf16_dot;   // AVX512_BF16
    bool fp16_math;  // AVX512_FP16
};

// What the processor has, lowered by the environment variable MIGRATE_SIMD (baseline, avx2, avx512) where that is set.
const CpuFeatures& cpu_features();

// The target in use. Tests lower it to run every variant on one machine; not for use while a kernel runs.
Target active_target();
void limit_target(Target highest);

const char* name_of(Target target);

}  // namespace migrate
