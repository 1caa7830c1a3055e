// The few words of CUDA's own headers that gpu_device.cuh uses, for clang without a toolkit.
#pragma once

#define __global__ __attribute__((global))
#define __device__ __attribute__((device))
#define __host__ __attribute__((host))
#define __shared__ __attribute__((shared))
#define __constant__ __attribute__((constant))
#define __forceinline__ __inline__ __attribute__((always_inline))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))
#define __DELETE

struct dim3 {
    unsigned x, y, z;
};
struct uint3 {
    unsigned x, y, z;
};

struct __attribute__((aligned(8))) float2 {
    float x, y;
};
struct __attribute__((aligned(16))) float4 {
    float x, y, z, w;
};
struct __attribute__((aligned(8))) uint2 {
    unsigned x, y;
};
struct __attribute__((aligned(16))) uint4 {
    unsigned x, y, z, w;
};

#include <__clang_cuda_builtin_vars.h>

#define MIGRATE_CUDA_WORD static __device__ __forceinline__

MIGRATE_CUDA_WORD void __syncwarp() { __nvvm_bar_warp_sync(0xffffffffu); }
MIGRATE_CUDA_WORD unsigned __ballot_sync(unsigned mask, int bit) { return __nvvm_vote_ballot_sync(mask, bit); }
// The last argument is the clamp of shfl.idx: all 32 lanes are one segment.
MIGRATE_CUDA_WORD int __shfl_sync(unsigned mask, int value, int from) {
    return __nvvm_shfl_sync_idx_i32(mask, value, from, 0x1f);
}
MIGRATE_CUDA_WORD int __popc(unsigned bits) { return __builtin_popcount(bits); }
MIGRATE_CUDA_WORD float __uint_as_float(unsigned bits) { return __builtin_bit_cast(float, bits); }
MIGRATE_CUDA_WORD unsigned __float_as_uint(float x) { return __builtin_bit_cast(unsigned, x); }
MIGRATE_CUDA_WORD double __longlong_as_double(long long bits) { return __builtin_bit_cast(double, bits); }
MIGRATE_CUDA_WORD long long __double_as_longlong(double x) { return __builtin_bit_cast(long long, x); }
MIGRATE_CUDA_WORD float __fmaf_rn(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
MIGRATE_CUDA_WORD double __fma_rn(double a, double b, double c) { return __builtin_fma(a, b, c); }
#define memcpy __builtin_memcpy
MIGRATE_CUDA_WORD int atomicAdd(int* to, int value) { return __nvvm_atom_add_gen_i(to, value); }
MIGRATE_CUDA_WORD unsigned long long __cvta_generic_to_shared(const void* p) {
    return reinterpret_cast<unsigned long long>((__attribute__((address_space(3))) const void*)p);
}

#undef MIGRATE_CUDA_WORD
