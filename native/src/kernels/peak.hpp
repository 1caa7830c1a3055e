// What this machine can do at most, measured: the yardstick of every benchmark.
#pragma once

namespace migrate {

// FLOP/s or bytes/s of migrate_peak `which` on that many threads; 0 where the processor cannot do it.
double measure_peak(int which, int threads);

}  // namespace migrate
