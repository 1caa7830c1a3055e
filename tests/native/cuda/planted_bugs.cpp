// Kernels with the mistakes that the emulator must find.
#include "planted_bugs.hpp"

#include "device.cuh"

namespace migrate::device {

using cuda::testing::Numbers;

// Reads what another thread wrote, without waiting for it.
MIGRATE_KERNEL(planted_missing_barrier, Numbers, 64) {
    auto* shared = reinterpret_cast<uint32_t*>(shared_memory());
    shared[thread()] = args.in[thread()];
    args.out[thread()] = shared[threads() - 1 - thread()];
}

MIGRATE_KERNEL(repaired_missing_barrier, Numbers, 64) {
    auto* shared = reinterpret_cast<uint32_t*>(shared_memory());
    shared[thread()] = args.in[thread()];
    barrier();
    args.out[thread()] = shared[threads() - 1 - thread()];
}

// A warp's lanes read each other's shared memory without waiting.
MIGRATE_KERNEL(planted_missing_warp_barrier, Numbers, 32) {
    auto* shared = reinterpret_cast<uint32_t*>(shared_memory());
    shared[lane()] = args.in[lane()];
    args.out[lane()] = shared[lane() ^ 1];
}

// Two blocks write to one place.
MIGRATE_KERNEL(planted_race_of_blocks, Numbers, 32) { args.out[0] = block(); }

// Half of the block waits elsewhere.
MIGRATE_KERNEL(planted_divergent_barrier, Numbers, 64) {
    if (thread() < 32) {
        barrier();
    } else {
        args.out[thread()] = 1;
        barrier();
    }
}

// One lane has left before the others vote.
MIGRATE_KERNEL(planted_missing_lane, Numbers, 32) {
    if (thread() == 5) return;
    args.out[thread()] = ballot(true);
}

// The barrier waits for a thread that has returned.
MIGRATE_KERNEL(planted_missing_thread, Numbers, 64) {
    if (thread() == 63) return;
    barrier();
    args.out[thread()] = 1;
}

// Shared memory that nobody has written.
MIGRATE_KERNEL(planted_uninitialized, Numbers, 32) {
    args.out[lane()] = reinterpret_cast<const uint32_t*>(shared_memory())[lane()];
}

// Every collective and number of device.cuh, for comparison with plain arithmetic.
MIGRATE_KERNEL(try_collectives, Numbers, 64) {
    const uint32_t value = args.in[thread()];
    uint32_t* out = args.out + 8 * thread();
    out[0] = warp_sum(value);
    out[1] = warp_sum_before(value);
    out[2] = warp_least(value);
    out[3] = warp_greatest(value);
    out[4] = ballot(value % 2 == 1);
    out[5] = shuffle(value, lane() + 1);
    out[6] = bits_before(ballot(value % 3 == 0));
    out[7] = static_cast<uint32_t>(warp_sum(uint64_t{value} << 20) >> 20);
}

}  // namespace migrate::device
