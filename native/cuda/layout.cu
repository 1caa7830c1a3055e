// Sizes of the argument structs, for the handshake of the program that loads the module (CudaLayout in C#): the same
// order there.
#include "arguments.hpp"
#include "convolution_arguments.hpp"
#include "device.cuh"

extern "C" MIGRATE_SYMBOL const uint32_t migrate_cuda_layout[] = {
    migrate::cuda::layout_version,
    5,
    sizeof(migrate::cuda::FillArguments),
    sizeof(migrate::cuda::DenseArguments),
    sizeof(migrate::cuda::EdgeGatedArguments),
    sizeof(migrate::cuda::GatherRowsArguments),
    sizeof(migrate::cuda::PoolArguments),
};
MIGRATE_EXPORT_SYMBOL(migrate_cuda_layout)
