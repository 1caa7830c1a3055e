// Every kernel, as one module.
#include "dense.cu"
#include "edge_gated.cu"
#include "edge_gated_hopper.cu"
#include "fill.cu"
#include "layout.cu"
#include "readout.cu"
