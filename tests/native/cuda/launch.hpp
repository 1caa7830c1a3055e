// Launches of emulated kernels, and arrays that the address sanitizer watches.
#pragma once

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "emulator.hpp"

namespace migrate::cuda::testing {

// Orders of threads and blocks that every kernel is run in: up, down, and shuffled.
inline const std::vector<unsigned> orders = {0, 1, 2, 3};

// For as long as it lives.
class InOrder {
  public:
    explicit InOrder(unsigned order) { emulation::set_order(order); }
    ~InOrder() { emulation::set_order(0); }
    InOrder(const InOrder&) = delete;
    InOrder& operator=(const InOrder&) = delete;
};

template <class Arguments>
void launch(const char* name, const Arguments& args, unsigned blocks, unsigned threads, std::size_t shared_bytes = 0) {
    const emulation::Kernel* kernel = emulation::find_kernel(name);
    if (kernel == nullptr) throw std::runtime_error(std::string("no kernel ") + name);
    if (kernel->argument_bytes != sizeof(Arguments)) throw std::runtime_error(std::string("other arguments: ") + name);
    emulation::launch(*kernel, {blocks, 1, 1}, threads, shared_bytes, &args);
}

}  // namespace migrate::cuda::testing
