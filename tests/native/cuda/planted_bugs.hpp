#pragma once

#include <stdint.h>

namespace migrate::cuda::testing {

struct Numbers {
    const uint32_t* in;
    uint32_t* out;
};

}  // namespace migrate::cuda::testing
