// Sizes of the argument structs, in the order of arguments.hpp, for the handshake of the program that loads the module.
#include "arguments.hpp"
#include "device.cuh"

extern "C" MIGRATE_SYMBOL const uint32_t migrate_cuda_layout[] = {
    migrate::cuda::layout_version,
    1,
    sizeof(migrate::cuda::FillArguments),
};
MIGRATE_EXPORT_SYMBOL(migrate_cuda_layout)
