// The argument structs of all kernels: read by the kernels, by the C++ tests, and mirrored in C# (Migrate.Native/Cuda),
// which compares their sizes with `migrate_cuda_layout` of the module it loads. Pointers are to device memory. Members
// lie without gaps: pointers and int64 first, then int32 in pairs.
#pragma once

#include <stdint.h>

namespace migrate::cuda {

// Raised with every change here; C# must be built for the same number.
constexpr uint32_t layout_version = 1;

// out[0 .. n) = value. For tests of the launcher.
struct FillArguments {
    uint32_t* out;
    int64_t n;
    uint32_t value;
    uint32_t reserved;
};

}  // namespace migrate::cuda
