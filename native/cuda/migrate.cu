// Every kernel, as one module.
#include "fill.cu"
#include "layout.cu"
