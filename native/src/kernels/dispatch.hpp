// After foreach_target.h has compiled a file for every target, in its HWY_ONCE part: calls the variant for this
// processor.
#pragma once

#include "hwy/detect_targets.h"
#include "kernels/target.hpp"

#if HWY_TARGETS & HWY_AVX3
#define MIGRATE_IF_AVX512(call) \
    if (::migrate::active_target() == ::migrate::Target::avx512) return N_AVX3::call
#else
#define MIGRATE_IF_AVX512(call) (void)0
#endif
#if HWY_TARGETS & HWY_AVX2
#define MIGRATE_IF_AVX2(call) \
    if (::migrate::active_target() >= ::migrate::Target::avx2) return N_AVX2::call
#else
#define MIGRATE_IF_AVX2(call) (void)0
#endif
#define MIGRATE_DISPATCH(call) \
    MIGRATE_IF_AVX512(call);   \
    MIGRATE_IF_AVX2(call);     \
    return HWY_STATIC_DISPATCH(call)
