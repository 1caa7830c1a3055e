#include "kernels/target.hpp"

#include <atomic>
#include <cstdlib>
#include <cstring>

namespace migrate {
namespace {

#if (defined(__x86_64__) || defined(__i386__)) && (defined(__GNUC__) || defined(__clang__))
CpuFeatures detect() {
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                        __builtin_cpu_supports("avx512cd");
    CpuFeatures features{avx512 ? Target::avx512 : avx2 ? Target::avx2 : Target::baseline, false, false};
    if (avx512) {
#if defined(MIGRATE_HAS_BF16)
        features.bf16_dot = __builtin_cpu_supports("avx512bf16") != 0;
#endif
#if defined(MIGRATE_HAS_FP16)
        unsigned a = 0, b = 0, c = 0, d = 0;
        // Leaf 7: AVX512_FP16 is bit 23 of edx; __builtin_cpu_supports does not know it in every compiler.
        __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(7), "c"(0));
        features.fp16_math = ((d >> 23) & 1) != 0;
#endif
    }
    return features;
}
#else
CpuFeatures detect() { return {Target::baseline, false, false}; }
#endif

CpuFeatures with_environment() {
    CpuFeatures features = detect();
    const char* wish = std::getenv("MIGRATE_SIMD");
    if (wish == nullptr) return features;
    for (const Target target : {Target::baseline, Target::avx2}) {
        if (std::strcmp(wish, name_of(target)) == 0 && target < features.target) features = {target, false, false};
    }
    return features;
}

std::atomic<Target> highest{Target::avx512};

}  // namespace

const CpuFeatures& cpu_features() {
    static const CpuFeatures features = with_environment();
    return features;
}

Target active_target() {
    const Target limit = highest.load(std::memory_order_relaxed);
    const Target own = cpu_features().target;
    return own < limit ? own : limit;
}

void limit_target(Target limit) { highest.store(limit, std::memory_order_relaxed); }

const char* name_of(Target target) {
    switch (target) {
        case Target::avx512:
            return "avx512";
        case Target::avx2:
            return "avx2";
        default:
            return "baseline";
    }
}

}  // namespace migrate
