// Work on pieces that are the same for any number of threads; a build without OpenMP does them one after another.
#pragma once

#include <cstdint>

#if defined(_OPENMP)
#include <omp.h>
#endif

namespace migrate {

// False in a build without OpenMP.
constexpr bool has_threads() {
#if defined(_OPENMP)
    return true;
#else
    return false;
#endif
}

// Calls work(piece, thread) for every piece in 0 .. pieces, each once, in any order.
template <typename Work>
void for_pieces(std::int64_t pieces, int threads, const Work& work) {
#if defined(_OPENMP)
    if (threads > 1 && pieces > 1) {
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
        for (std::int64_t piece = 0; piece < pieces; piece++) work(piece, omp_get_thread_num());
        return;
    }
#else
    (void)threads;
#endif
    for (std::int64_t piece = 0; piece < pieces; piece++) work(piece, 0);
}

}  // namespace migrate
