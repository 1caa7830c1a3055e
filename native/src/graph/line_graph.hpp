// Triplets: pairs of bonds that meet head to tail, with the cosine of the angle between them.
#pragma once

#include "migrate.h"

namespace migrate {

// Checks every index and length of the arrays, and returns the number of triplets with a weight above 0.
// Throws InvalidArgument if something does not fit.
int64_t count_triplets(const migrate_bonds& bonds);

// Writes the triplets of checked bonds; out.n_triplets is what count_triplets said.
void fill_triplets(const migrate_bonds& bonds, const migrate_triplets& out);

}  // namespace migrate
