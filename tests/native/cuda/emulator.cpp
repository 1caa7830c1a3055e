#include "emulator.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

#if !defined(__x86_64__) || defined(_WIN32)
#error "the emulator switches fibers in x86-64 assembly, System V calling convention"
#endif

// Saves the callee-saved registers and the stack pointer, and goes on where the other fiber left off.
extern "C" void migrate_switch_fiber(void** from, void* to);
asm(R"(
.text
.globl migrate_switch_fiber
.type migrate_switch_fiber, @function
migrate_switch_fiber:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size migrate_switch_fiber, .-migrate_switch_fiber
)");

namespace migrate::emulation {
namespace {

constexpr std::size_t page = 4096, stack_bytes = 256 * 1024;

// Stacks with a page below each that nobody may touch.
class Stacks {
  public:
    explicit Stacks(unsigned count) : bytes_(count * (stack_bytes + page)) {
        memory_ = static_cast<char*>(
            mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
        if (memory_ == MAP_FAILED) throw std::bad_alloc();
        for (unsigned i = 0; i < count; i++) mprotect(memory_ + i * (stack_bytes + page), page, PROT_NONE);
    }
    ~Stacks() { munmap(memory_, bytes_); }
    Stacks(const Stacks&) = delete;
    Stacks& operator=(const Stacks&) = delete;

    char* bottom(unsigned i) const { return memory_ + i * (stack_bytes + page) + page; }

  private:
    char* memory_;
    std::size_t bytes_;
};

enum class State { ready, at_barrier, meeting, done };

struct Fiber {
    void* stack_pointer = nullptr;
    State state = State::ready;
    const char* file = nullptr;  // where it waits
    unsigned line = 0;
    unsigned first = 0, count = 0;  // whom it meets
    void* brought = nullptr;
    void (*act)(void**, void*) = nullptr;
    void* context = nullptr;
    void* shadow = nullptr;  // the address sanitizer's
};

struct Block {
    const Kernel* kernel;
    const void* args;
    Place place;
    std::vector<Fiber> fibers;
    std::unique_ptr<unsigned char, void (*)(void*)> shared{nullptr, std::free};
    void* scheduler = nullptr;  // stack pointer
    void* scheduler_shadow = nullptr;
    const void* scheduler_stack = nullptr;
    std::size_t scheduler_bytes = 0;
};

thread_local Block* current = nullptr;
thread_local std::unique_ptr<Stacks> stacks;
thread_local unsigned stack_count = 0;
thread_local unsigned chosen_order = 0;

std::vector<Kernel>& kernels() {
    static std::vector<Kernel> all;
    return all;
}

struct Symbol {
    const char* name;
    const void* address;
    std::size_t bytes;
};

std::vector<Symbol>& symbols() {
    static std::vector<Symbol> all;
    return all;
}

Fiber& self() { return current->fibers[current->place.thread]; }

void to_scheduler([[maybe_unused]] bool for_ever) {
    Fiber& fiber = self();
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(for_ever ? nullptr : &fiber.shadow, current->scheduler_stack,
                                   current->scheduler_bytes);
#endif
    migrate_switch_fiber(&fiber.stack_pointer, current->scheduler);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fiber.shadow, &current->scheduler_stack, &current->scheduler_bytes);
#endif
}

extern "C" void migrate_fiber_entry() {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(nullptr, &current->scheduler_stack, &current->scheduler_bytes);
#endif
    current->kernel->run(current->args);
    self().state = State::done;
    to_scheduler(true);
    std::abort();
}

void resume(Block& block, unsigned i) {
    block.place.thread = i;
    Fiber& fiber = block.fibers[i];
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(&block.scheduler_shadow, stacks->bottom(i), stack_bytes);
#endif
    migrate_switch_fiber(&block.scheduler, fiber.stack_pointer);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(block.scheduler_shadow, nullptr, nullptr);
#endif
}

[[noreturn]] void fail(const Block& block, unsigned i, const std::string& what) {
    const Fiber& fiber = block.fibers[i];
    throw std::runtime_error(
        std::string(block.kernel->name) + ": block " + std::to_string(block.place.block) + " thread " +
        std::to_string(i) +
        (fiber.file == nullptr ? "" : std::string(" at ") + fiber.file + ":" + std::to_string(fiber.line)) + ": " +
        what);
}

bool same_site(const Fiber& a, const Fiber& b) {
    return a.state == b.state && a.line == b.line && std::strcmp(a.file, b.file) == 0;
}

// Lets groups go whose threads are all there. Returns false if there was none.
bool release_meetings(Block& block) {
    bool any = false;
    std::vector<void*> brought;
    auto& fibers = block.fibers;
    for (unsigned i = 0; i < fibers.size(); i++) {
        const Fiber leader = fibers[i];
        if (leader.state != State::meeting || i != leader.first) continue;
        bool whole = true;
        for (unsigned j = leader.first; j < leader.first + leader.count; j++) {
            if (fibers[j].state == State::done)
                fail(block, i, "thread " + std::to_string(j) + " of the group has ended");
            whole = whole && same_site(fibers[j], leader) && fibers[j].first == leader.first &&
                    fibers[j].count == leader.count;
        }
        if (!whole) continue;
        brought.clear();
        for (unsigned j = leader.first; j < leader.first + leader.count; j++) brought.push_back(fibers[j].brought);
        leader.act(brought.data(), leader.context);
        for (unsigned j = leader.first; j < leader.first + leader.count; j++) fibers[j].state = State::ready;
        any = true;
    }
    return any;
}

bool release_barrier(Block& block) {
    auto& fibers = block.fibers;
    for (unsigned i = 0; i < fibers.size(); i++) {
        if (fibers[i].state != State::at_barrier) return false;
        if (!same_site(fibers[i], fibers[0])) fail(block, i, "waits at another barrier than thread 0");
    }
    for (Fiber& fiber : fibers) fiber.state = State::ready;
    return true;
}

void prepare(Block& block) {
    for (unsigned i = 0; i < block.fibers.size(); i++) {
        Fiber& fiber = block.fibers[i];
        fiber = Fiber();
        auto** top = reinterpret_cast<void**>(stacks->bottom(i) + stack_bytes);
        *--top = nullptr;  // keeps the stack aligned as after a call
        *--top = reinterpret_cast<void*>(&migrate_fiber_entry);
        for (int r = 0; r < 6; r++) *--top = nullptr;
        fiber.stack_pointer = top;
    }
}

void run(Block& block, std::mt19937& random) {
    prepare(block);
    const auto n = static_cast<unsigned>(block.fibers.size());
    std::vector<unsigned> order(n);
    std::iota(order.begin(), order.end(), 0u);
    if (chosen_order == 1) std::reverse(order.begin(), order.end());
    for (unsigned idle = 0;;) {
        if (chosen_order > 1) std::shuffle(order.begin(), order.end(), random);
        bool ran = false;
        unsigned done = 0;
        for (const unsigned i : order) {
            if (block.fibers[i].state == State::ready) {
                resume(block, i);
                ran = true;
            }
            done += block.fibers[i].state == State::done;
        }
        if (done == n) return;
        if (release_meetings(block) || release_barrier(block)) {
            idle = 0;
            continue;
        }
        // Threads that poll stay ready for ever if nobody wakes them.
        if (ran && ++idle < 100000) continue;
        for (unsigned i = 0; i < n; i++) {
            if (block.fibers[i].state != State::done) fail(block, i, "waits for threads that never come");
        }
    }
}

void wait_at(State state, const std::source_location& at) {
    Fiber& fiber = self();
    fiber.state = state;
    fiber.file = at.file_name();
    fiber.line = at.line();
    to_scheduler(false);
}

}  // namespace

KernelRegistration::KernelRegistration(const char* name, void (*run)(const void*), std::size_t bytes,
                                       unsigned threads) {
    kernels().push_back({name, run, bytes, threads});
}

SymbolRegistration::SymbolRegistration(const char* name, const void* address, std::size_t bytes) {
    symbols().push_back({name, address, bytes});
}

const Kernel* find_kernel(const char* name) {
    for (const Kernel& kernel : kernels()) {
        if (std::strcmp(kernel.name, name) == 0) return &kernel;
    }
    return nullptr;
}

const void* find_symbol(const char* name, std::size_t* bytes) {
    for (const Symbol& symbol : symbols()) {
        if (std::strcmp(symbol.name, name) == 0) {
            *bytes = symbol.bytes;
            return symbol.address;
        }
    }
    return nullptr;
}

void set_order(unsigned order) { chosen_order = order; }

const Place& here() { return current->place; }
unsigned char* shared_memory() { return current->shared.get(); }
void barrier(const std::source_location& at) { wait_at(State::at_barrier, at); }
void yield() { to_scheduler(false); }

void meet(unsigned first, unsigned count, void* mine, void (*act)(void**, void*), void* context,
          const std::source_location& at) {
    Fiber& fiber = self();
    fiber.first = first;
    fiber.count = count;
    fiber.brought = mine;
    fiber.act = act;
    fiber.context = context;
    wait_at(State::meeting, at);
}

void launch(const Kernel& kernel, Dim grid, unsigned threads, std::size_t shared_bytes, const void* args) {
    if (threads == 0 || threads > kernel.threads || threads % 32 != 0) {
        throw std::runtime_error(std::string(kernel.name) + ": " + std::to_string(threads) + " threads in a block, " +
                                 std::to_string(kernel.threads) + " at most, whole warps");
    }
    if (shared_bytes > 232448) throw std::runtime_error(std::string(kernel.name) + ": too much shared memory");
    if (grid.y != 1 || grid.z != 1)
        throw std::runtime_error(std::string(kernel.name) + ": grids have one dimension here");
    if (stack_count < threads) {
        stacks.reset();
        stacks = std::make_unique<Stacks>(threads);
        stack_count = threads;
    }
    Block block{&kernel, args, {0, threads, 0, grid.x}, std::vector<Fiber>(threads)};
    std::vector<unsigned> order(grid.x);
    std::iota(order.begin(), order.end(), 0u);
    std::mt19937 random(chosen_order);
    if (chosen_order == 1) std::reverse(order.begin(), order.end());
    if (chosen_order > 1) std::shuffle(order.begin(), order.end(), random);
    Block* const outer = current;
    for (const unsigned b : order) {
        block.place.block = b;
        // Exactly as many bytes as were asked for: the address sanitizer sees a step beyond.
        void* memory = nullptr;
        if (posix_memalign(&memory, 1024, std::max<std::size_t>(shared_bytes, 1)) != 0) throw std::bad_alloc();
        block.shared.reset(static_cast<unsigned char*>(memory));
        std::memset(memory, 0xCD, shared_bytes);
        current = &block;
        try {
            run(block, random);
        } catch (...) {
            current = outer;
            throw;
        }
        current = outer;
    }
}

}  // namespace migrate::emulation
