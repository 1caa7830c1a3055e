// What the emulated driver's cuTensorMapEncodeTiled writes into the 128 bytes of a tensor map, and emulated copies of
// boxes read.
#pragma once

#include <cstdint>

namespace migrate::emulation {

// A matrix of 16-bit numbers, columns fastest, and the box that is copied at a time, swizzled by 128 bytes.
struct TensorMap {
    const void* base;
    uint64_t columns, rows, row_bytes;
    uint32_t box_columns, box_rows;
};

}  // namespace migrate::emulation
