// The words of device.cuh on a GPU: for nvcc and clang. Instructions that neither has a word for are PTX, which clang
// does not check; what they compute is checked against the emulator wherever there is a GPU.
#pragma once

#define MIGRATE_DEVICE __device__ __forceinline__
#define MIGRATE_METHOD __device__ __forceinline__

// One kernel, one argument struct by value.
#define MIGRATE_KERNEL(name, Arguments, threads_per_block) \
    extern "C" __global__ void __launch_bounds__(threads_per_block) name(const Arguments args)

// What the host reads by its name. Not const: a compiler may drop constants that no kernel reads.
#define MIGRATE_SYMBOL extern "C" __device__
#define MIGRATE_EXPORT_SYMBOL(name)

namespace migrate::device {

MIGRATE_DEVICE unsigned thread() { return threadIdx.x; }
MIGRATE_DEVICE unsigned threads() { return blockDim.x; }
MIGRATE_DEVICE unsigned block() { return blockIdx.x; }
MIGRATE_DEVICE unsigned blocks() { return gridDim.x; }

extern __shared__ __attribute__((aligned(1024))) unsigned char dynamic_shared_memory[];

// The block's shared memory, as many bytes as the launch asked for, aligned to 1024.
MIGRATE_DEVICE unsigned char* shared_memory() { return dynamic_shared_memory; }

// ---- together -------------------------------------------------------------------------------------------------------

MIGRATE_DEVICE void barrier() { __syncthreads(); }
MIGRATE_DEVICE void warp_barrier() { __syncwarp(); }
MIGRATE_DEVICE unsigned ballot(bool bit) { return __ballot_sync(0xffffffffu, bit); }

// Any type of 4 or 8 bytes, word by word.
template <class T>
MIGRATE_DEVICE T shuffle(T value, unsigned from) {
    static_assert(sizeof(T) % 4 == 0, "whole words");
    int words[sizeof(T) / 4];
    memcpy(words, &value, sizeof(T));
    for (int& word : words) word = __shfl_sync(0xffffffffu, word, static_cast<int>(from & 31));
    memcpy(&value, words, sizeof(T));
    return value;
}

template <class T>
MIGRATE_DEVICE T shuffle_xor(T value, unsigned mask) {
    return shuffle(value, (threadIdx.x & 31) ^ mask);
}

MIGRATE_DEVICE int32_t atomic_add(int32_t* to, int32_t value) { return atomicAdd(to, value); }
MIGRATE_DEVICE uint64_t atomic_max(uint64_t* to, uint64_t value) {
    uint64_t old;
    asm volatile("atom.global.max.u64 %0, [%1], %2;" : "=l"(old) : "l"(to), "l"(value) : "memory");
    return old;
}

// ---- numbers --------------------------------------------------------------------------------------------------------

MIGRATE_DEVICE unsigned bit_count(unsigned bits) { return static_cast<unsigned>(__popc(bits)); }
MIGRATE_DEVICE float bits_to_float(uint32_t bits) { return __uint_as_float(bits); }
MIGRATE_DEVICE uint32_t float_to_bits(float x) { return __float_as_uint(x); }
MIGRATE_DEVICE double bits_to_double(uint64_t bits) { return __longlong_as_double(static_cast<long long>(bits)); }
MIGRATE_DEVICE uint64_t double_to_bits(double x) { return static_cast<uint64_t>(__double_as_longlong(x)); }

MIGRATE_DEVICE float fused(float a, float b, float c) { return __fmaf_rn(a, b, c); }
MIGRATE_DEVICE double fused(double a, double b, double c) { return __fma_rn(a, b, c); }
MIGRATE_DEVICE double round_even(double x) {
    double y;
    asm("cvt.rni.f64.f64 %0, %1;" : "=d"(y) : "d"(x));
    return y;
}
MIGRATE_DEVICE double round_down(double x) {
    double y;
    asm("cvt.rmi.f64.f64 %0, %1;" : "=d"(y) : "d"(x));
    return y;
}
MIGRATE_DEVICE double square_root(double x) {
    double y;
    asm("sqrt.rn.f64 %0, %1;" : "=d"(y) : "d"(x));
    return y;
}
MIGRATE_DEVICE float reciprocal(float x) {
    float y;
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}
MIGRATE_DEVICE float exponential_of_two(float x) {
    float y;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}
// Error below 2^-10.9.
MIGRATE_DEVICE float coarse_tanh(float x) {
    float y;
    asm("tanh.approx.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}

// Two floats to bf16, ties to even: `low` in the lower half.
MIGRATE_DEVICE uint32_t pack_bf16(float low, float high) {
    uint32_t pair;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
    return pair;
}

// To TF32, kept in a float's bits.
MIGRATE_DEVICE uint32_t to_tf32(float x) {
    uint32_t bits;
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
    return bits;
}

// ---- products of a warp ---------------------------------------------------------------------------------------------

// c[16, 8] += a[16, 16] b[16, 8] in fragments of the PTX manual (mma.m16n8k16, bf16, row.col).
MIGRATE_DEVICE void multiply_bf16(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// c[16, 8] += a[16, 8] b[8, 8] (mma.m16n8k8, tf32, row.col).
MIGRATE_DEVICE void multiply_tf32(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    asm volatile(
        "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// Four 8 x 8 matrices of 16-bit numbers from shared memory: lane l gives the address of row l % 8 of matrix l / 8.
MIGRATE_DEVICE void load_matrices(uint32_t (&out)[4], const void* row) {
    const auto address = static_cast<uint32_t>(__cvta_generic_to_shared(row));
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(out[0]), "=r"(out[1]), "=r"(out[2]), "=r"(out[3])
                 : "r"(address)
                 : "memory");
}

// ---- copies to shared memory that the thread does not wait for ------------------------------------------------------

// 16 bytes, both addresses aligned to 16.
MIGRATE_DEVICE void copy_async(void* shared, const void* global) {
    const auto address = static_cast<uint32_t>(__cvta_generic_to_shared(shared));
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(address), "l"(global) : "memory");
}
// Waits for all copies of this thread.
MIGRATE_DEVICE void copies_done() { asm volatile("cp.async.wait_all;" ::: "memory"); }

}  // namespace migrate::device
