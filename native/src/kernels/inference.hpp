// The kernels of a forward pass with frozen weights; what they compute stands in migrate.h. Results do not depend on
// the number of threads, nor on what else is in a batch: every sum runs in the order of its edges or channels.
#pragma once

#include <cstdint>

#include "kernels/gemm.hpp"
#include "migrate.h"

namespace migrate {

// Scratch that a call needs, for all threads together, aligned to 64 bytes.
std::int64_t workspace_bytes(Arithmetic arithmetic, std::int64_t k, std::int64_t threads);

void dense(const migrate_dense& call, void* workspace, int threads);
void edge_gated(const migrate_edge_gated& call, void* workspace, int threads);
void radial_basis(const migrate_radial_basis& call);
void interpolate(const migrate_interpolate& call);
void pool(const migrate_pool& call);

}  // namespace migrate
