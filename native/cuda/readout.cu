// Rows by key, and means over the rows of a segment.
#include "convolution_arguments.hpp"
#include "device.cuh"

namespace migrate::device {

MIGRATE_KERNEL(migrate_gather_rows, cuda::GatherRowsArguments, 256) {
    const int64_t channels = args.channels, quarters = channels / 4, n = *args.rows * quarters;
    for (int64_t i = int64_t{block()} * threads() + thread(); i < n; i += int64_t{blocks()} * threads()) {
        const int64_t row = i / quarters, c = i % quarters * 4;
        *reinterpret_cast<float4*>(args.out + row * channels + c) =
            *reinterpret_cast<const float4*>(args.table + args.key[row] * channels + c);
    }
}

MIGRATE_KERNEL(migrate_pool, cuda::PoolArguments, 256) {
    const int64_t channels = args.channels, n = *args.segments;
    for (int64_t s = block(); s < n; s += blocks()) {
        const float share = 1.0f / static_cast<float>(args.count[s]);
        for (int64_t c = thread(); c < channels; c += threads()) {
            const float* rows = args.rows + args.begin[s] * channels + c;
            float sum = 0;
            for (int32_t r = 0; r < args.count[s]; r++) sum += rows[r * channels];
            args.out[s * channels + c] = silu(sum * share);
        }
    }
}

}  // namespace migrate::device
