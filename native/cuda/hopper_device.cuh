// Instructions of compute capability 9.0 alone (sm_90a): products of four warps that read shared memory themselves
// (wgmma), and boxes of a matrix copied by the tensor memory accelerator. PTX manual, sections on wgmma, mbarrier and
// cp.async.bulk.tensor.
#pragma once

#include "device.cuh"

#if defined(MIGRATE_EMULATE)
#include "emulated_hopper.hpp"
#else

namespace migrate::device {

MIGRATE_DEVICE uint32_t shared_address(const void* p) { return static_cast<uint32_t>(__cvta_generic_to_shared(p)); }

// What other threads have written to shared memory, after a barrier, becomes visible to wgmma and to copies of boxes.
MIGRATE_DEVICE void publish_to_engines() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }

// By the thread that copies boxes, before the first: the map was written by the host, to global memory.
MIGRATE_DEVICE void acquire_map(const void* map) {
    asm volatile("fence.proxy.tensormap::generic.acquire.sys [%0], 128;" ::"l"(map) : "memory");
}

// A barrier in shared memory, 8 bytes, that fills when as many bytes have arrived as were announced.
class Mailbox {
  public:
    MIGRATE_METHOD explicit Mailbox(uint64_t* memory) : address_(shared_address(memory)) {}

    // By one thread, before all others meet it.
    MIGRATE_METHOD void prepare() const {
        asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;" ::"r"(address_) : "memory");
        asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
    }
    // By one thread: so many bytes are to come.
    MIGRATE_METHOD void expect(uint32_t bytes) const {
        asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(address_), "r"(bytes) : "memory");
    }
    // Returns when the filling of this number (0, 1, 2, ..) has come.
    MIGRATE_METHOD void wait(uint32_t filling) const {
        asm volatile(
            "{\n"
            ".reg .pred done;\n"
            "again:\n"
            "mbarrier.try_wait.parity.shared::cta.b64 done, [%0], %1;\n"
            "@done bra go;\n"
            "bra again;\n"
            "go:\n"
            "}\n" ::"r"(address_),
            "r"(filling % 2)
            : "memory");
    }
    MIGRATE_METHOD uint32_t address() const { return address_; }

  private:
    uint32_t address_;
};

// A box of the matrix that `map` (cuTensorMapEncodeTiled) describes, from a column and a row on, to shared memory
// aligned to 1024 bytes. By one thread. What lies beyond the matrix comes as zero.
MIGRATE_DEVICE void copy_box(void* shared, const void* map, int32_t column, int32_t row, const Mailbox& mailbox) {
    asm volatile(
        "cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1, {%2, %3}], [%4];" ::"r"(
            shared_address(shared)),
        "l"(map), "r"(column), "r"(row), "r"(mailbox.address())
        : "memory");
}

// ---- products of four warps -----------------------------------------------------------------------------------------

// Rows of 128 bytes in groups of 8, swizzled, depth fastest: start, and 1024 bytes from group to group.
MIGRATE_DEVICE uint64_t matrix_descriptor(const void* shared) {
    const uint64_t start = (shared_address(shared) & 0x3ffff) >> 4;
    return start | uint64_t{1} << 16 | uint64_t{1024 >> 4} << 32 | uint64_t{1} << 62;
}

MIGRATE_DEVICE void products_begin() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }
MIGRATE_DEVICE void products_wait() {
    asm volatile("wgmma.commit_group.sync.aligned;\nwgmma.wait_group.sync.aligned 0;" ::: "memory");
}

#define MIGRATE_SUMS_4(c, i) "+f"(c[i]), "+f"(c[i + 1]), "+f"(c[i + 2]), "+f"(c[i + 3])
#define MIGRATE_SUMS_16(c, i) \
    MIGRATE_SUMS_4(c, i), MIGRATE_SUMS_4(c, i + 4), MIGRATE_SUMS_4(c, i + 8), MIGRATE_SUMS_4(c, i + 12)
#define MIGRATE_SUMS_32(c, i) MIGRATE_SUMS_16(c, i), MIGRATE_SUMS_16(c, i + 16)

// c[64, 2 n] += a[64, 16] b[2 n, 16]^T, n numbers of c in a thread: row 16 w + lane / 4 (+ 8), columns 8 j + lane % 4 *
// 2 (+ 1) in c[4 j + {0, 1} (+ 2)], w the warp among the four.
MIGRATE_DEVICE void multiply_group(float (&c)[32], uint64_t a, uint64_t b) {
    asm volatile(
        "{\n"
        ".reg .pred add;\n"
        "setp.ne.b32 add, %34, 0;\n"
        "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 "
        "{%0,%1,%2,%3,%4,%5,%6,%7,%8,%9,%10,%11,%12,%13,%14,%15,"
        "%16,%17,%18,%19,%20,%21,%22,%23,%24,%25,%26,%27,%28,%29,%30,%31"
        "}, %32, %33, add, 1, 1, 0, 0;\n"
        "}\n"
        : MIGRATE_SUMS_32(c, 0)
        : "l"(a), "l"(b), "r"(1));
}
MIGRATE_DEVICE void multiply_group(float (&c)[64], uint64_t a, uint64_t b) {
    asm volatile(
        "{\n"
        ".reg .pred add;\n"
        "setp.ne.b32 add, %66, 0;\n"
        "wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 "
        "{%0,%1,%2,%3,%4,%5,%6,%7,%8,%9,%10,%11,%12,%13,%14,%15,"
        "%16,%17,%18,%19,%20,%21,%22,%23,%24,%25,%26,%27,%28,%29,%30,%31,"
        "%32,%33,%34,%35,%36,%37,%38,%39,%40,%41,%42,%43,%44,%45,%46,%47,"
        "%48,%49,%50,%51,%52,%53,%54,%55,%56,%57,%58,%59,%60,%61,%62,%63"
        "}, %64, %65, add, 1, 1, 0, 0;\n"
        "}\n"
        : MIGRATE_SUMS_32(c, 0), MIGRATE_SUMS_32(c, 32)
        : "l"(a), "l"(b), "r"(1));
}

#undef MIGRATE_SUMS_32
#undef MIGRATE_SUMS_16
#undef MIGRATE_SUMS_4

}  // namespace migrate::device

#endif
