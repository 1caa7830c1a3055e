// Exclusive prefix sums of counts, in three steps. Integers: the same on every grid.
#include "device.cuh"
#include "graph_arguments.hpp"

namespace migrate::device {

// A warp's sum of a chunk.
MIGRATE_KERNEL(migrate_scan_sum, cuda::ScanArguments, 256) {
    const int64_t length = *args.length, chunks = cuda::scan_chunks(length);
    for (int64_t c = int64_t{block()} * warps() + warp(); c < chunks; c += int64_t{blocks()} * warps()) {
        const int64_t begin = c * cuda::scan_chunk, end = least(begin + cuda::scan_chunk, length);
        int64_t sum = 0;
        for (int64_t i = begin + lane(); i < end; i += warp_size) sum += args.count[i];
        sum = warp_sum(sum);
        if (lane() == 0) args.chunks[c] = sum;
    }
}

// Sums of the chunks to sums of the chunks before: one block, as many chunks at a time as it has threads. Shared
// memory: cuda::scan_shared_bytes.
MIGRATE_KERNEL(migrate_scan_chunks, cuda::ScanArguments, 256) {
    if (block() != 0) return;
    auto* of_warp = reinterpret_cast<int64_t*>(shared_memory());
    const int64_t chunks = cuda::scan_chunks(*args.length);
    int64_t carry = 0;
    for (int64_t first = 0; first < chunks; first += threads()) {
        const int64_t c = first + thread(), sum = c < chunks ? args.chunks[c] : 0;
        const int64_t before = warp_sum_before(sum);
        if (lane() == warp_size - 1) of_warp[warp()] = before + sum;
        barrier();
        int64_t begin = carry;
        for (unsigned w = 0; w < warps(); w++) {
            if (w < warp()) begin += of_warp[w];
            carry += of_warp[w];
        }
        if (c < chunks) args.chunks[c] = begin + before;
        barrier();  // of_warp is done with
    }
    if (thread() == 0) *args.total = carry;
}

MIGRATE_KERNEL(migrate_scan_write, cuda::ScanArguments, 256) {
    const int64_t length = *args.length, chunks = cuda::scan_chunks(length), total = *args.total;
    const bool fits = total <= least<int64_t>(args.capacity, INT32_MAX);
    for (int64_t c = int64_t{block()} * warps() + warp(); c < chunks; c += int64_t{blocks()} * warps()) {
        const int64_t end = least((c + 1) * cuda::scan_chunk, length);
        int64_t sum = args.chunks[c];
        for (int64_t first = c * cuda::scan_chunk; first < end; first += warp_size) {
            const int64_t i = first + lane(), count = i < end ? args.count[i] : 0, before = warp_sum_before(count);
            if (i < end) args.begin[i] = fits ? static_cast<int32_t>(sum + before) : 0;
            sum += shuffle(before + count, warp_size - 1);
        }
    }
    if (block() == 0 && thread() == 0) args.begin[length] = fits ? static_cast<int32_t>(total) : 0;
}

}  // namespace migrate::device
