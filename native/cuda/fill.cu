#include "arguments.hpp"
#include "device.cuh"

namespace migrate::device {

MIGRATE_KERNEL(migrate_fill_u32, cuda::FillArguments, 256) {
    for (int64_t i = int64_t{block()} * threads() + thread(); i < args.n; i += int64_t{blocks()} * threads()) {
        args.out[i] = args.value;
    }
}

}  // namespace migrate::device
