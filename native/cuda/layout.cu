// Sizes of the argument structs, for the handshake of the program that loads the module (CudaLayout in C#): the same
// order there.
#include "arguments.hpp"
#include "convolution_arguments.hpp"
#include "device.cuh"
#include "graph_arguments.hpp"
#include "training_arguments.hpp"

MIGRATE_SYMBOL uint32_t migrate_cuda_layout[] = {
    migrate::cuda::layout_version,
    22,
    sizeof(migrate::cuda::FillArguments),
    sizeof(migrate::cuda::DenseArguments),
    sizeof(migrate::cuda::EdgeGatedArguments),
    sizeof(migrate::cuda::GatherRowsArguments),
    sizeof(migrate::cuda::PoolArguments),
    sizeof(migrate::cuda::SearchArguments),
    sizeof(migrate::cuda::GraphArguments),
    sizeof(migrate::cuda::TripletArguments),
    sizeof(migrate::cuda::NeighborArguments),
    sizeof(migrate::cuda::CountsArguments),
    sizeof(migrate::cuda::ScanArguments),
    sizeof(migrate::cuda::Site),
    sizeof(migrate::cuda::Relation),
    sizeof(migrate::cuda::SearchCell),
    sizeof(migrate::cuda::SearchSlot),
    sizeof(migrate::cuda::GateForwardArguments),
    sizeof(migrate::cuda::ColumnStatisticsArguments),
    sizeof(migrate::cuda::NormSiluArguments),
    sizeof(migrate::cuda::NormSiluBackwardArguments),
    sizeof(migrate::cuda::GateBackwardArguments),
    sizeof(migrate::cuda::SegmentMeanArguments),
    sizeof(migrate::cuda::SegmentMeanBackwardArguments),
};
MIGRATE_EXPORT_SYMBOL(migrate_cuda_layout)
