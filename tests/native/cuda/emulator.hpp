// Runs CUDA kernels on the CPU, unmodified, so that they can be tested without a GPU: one block after another, each
// thread of a block as a fiber that runs until it waits for others. What it finds: wrong results, steps out of shared
// and global memory (under the address sanitizer), threads that miss a barrier, uninitialized shared memory (filled
// with 0xCD), and races between barriers, which make results depend on the order that threads run in (set_order).
#pragma once

#include <cstddef>
#include <cstdint>
#include <source_location>

namespace migrate::emulation {

struct Dim {
    unsigned x, y, z;
};

struct Kernel {
    const char* name;
    void (*run)(const void* args);
    std::size_t argument_bytes;
    unsigned threads;  // most that a block may have
};

const Kernel* find_kernel(const char* name);                    // null if there is none
const void* find_symbol(const char* name, std::size_t* bytes);  // what MIGRATE_EXPORT_SYMBOL named

// Runs all blocks. Throws std::runtime_error when threads wait for each other for ever or a launch is out of bounds.
void launch(const Kernel& kernel, Dim grid, unsigned threads, std::size_t shared_bytes, const void* args);

// Order in which the threads of a block, and the blocks of a grid, get their turns: 0 ascending, 1 descending, any
// other number seeds a new shuffle for every turn.
void set_order(unsigned order);

// ---- for the kernels ------------------------------------------------------------------------------------------------

struct Place {
    unsigned thread, threads, block, blocks;
};
const Place& here();
unsigned char* shared_memory();

// Waits for all threads of the block.
void barrier(const std::source_location& at);

// Waits for the `count` threads from `first` on; when all are there `act` runs once, with what each of them brought.
void meet(unsigned first, unsigned count, void* mine, void (*act)(void** all, void* context), void* context,
          const std::source_location& at);

// Lets the others run: for threads that wait for memory to change.
void yield();

// ---- registration, by the macros of emulated_device.hpp ------------------------------------------------------------

struct KernelRegistration {
    KernelRegistration(const char* name, void (*run)(const void*), std::size_t bytes, unsigned threads);
};

struct SymbolRegistration {
    SymbolRegistration(const char* name, const void* address, std::size_t bytes);
};

}  // namespace migrate::emulation
