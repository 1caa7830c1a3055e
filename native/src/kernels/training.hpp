// The kernels of a training step; what they compute stands in migrate.h.
#pragma once

#include "migrate.h"

namespace migrate {

void gate_forward(const migrate_gate_forward& call);
void norm_silu(const migrate_norm_silu& call);
void column_statistics(const migrate_column_statistics& call);
void norm_silu_reduce(const migrate_norm_silu_backward& call);
void norm_silu_backward(const migrate_norm_silu_backward& call);
void gate_backward(const migrate_gate_backward& call);

}  // namespace migrate
