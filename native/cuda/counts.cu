// Sizes that only the device knows, to where other kernels read them: so that a batch of any size is worked on by the
// same launches.
#include "device.cuh"
#include "graph_arguments.hpp"

namespace migrate::device {

// counts[1] = bonds and, where there are triplets already, counts[2] = triplets. One thread.
MIGRATE_KERNEL(migrate_note_counts, cuda::CountsArguments, 32) {
    if (block() != 0 || thread() != 0) return;
    const int32_t bonds = args.row_begin[args.counts[0]];
    args.counts[1] = bonds;
    if (args.triplet_begin != nullptr) args.counts[2] = args.triplet_begin[bonds];
}

}  // namespace migrate::device
