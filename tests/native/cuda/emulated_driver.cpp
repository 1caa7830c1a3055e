// The functions of the CUDA driver that the program calls, over plain host memory and the emulator: with this library
// in its place the whole program runs its CUDA path without a GPU. Errors are the driver's own numbers.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "emulated_tensor_map.hpp"
#include "emulator.hpp"

#define MIGRATE_DRIVER extern "C" __attribute__((visibility("default"))) int

namespace {

using namespace migrate::emulation;

constexpr int success = 0, invalid_value = 1, out_of_memory = 2, invalid_image = 200, invalid_context = 201,
              not_found = 500, launch_failed = 719, capture_unsupported = 900;
constexpr int64_t multiprocessors = 2, shared_bytes_of_block = 232448;
constexpr uintptr_t the_context = 0x1000, the_module = 0x2000;

std::mutex gate;
std::string last_failure = "launch failed";
std::map<uintptr_t, std::size_t> memory;
std::size_t used_bytes = 0;
thread_local uintptr_t current_context = 0;

using Work = std::vector<std::function<int()>>;
Work* capturing = nullptr;
uintptr_t capturing_stream = 0;
thread_local bool captures = false;

std::size_t limit_bytes = 0;

std::size_t total_bytes() { return limit_bytes != 0 ? limit_bytes : std::size_t{4} << 30; }

int capability() {
    const char* text = std::getenv("MIGRATE_EMULATED_CAPABILITY");
    return text == nullptr ? 90 : std::atoi(text);
}

// Dynamic shared memory that each function was last allowed, as cuFuncSetAttribute set it.
std::map<const void*, int> allowed_shared_bytes;
constexpr int shared_bytes_without_asking = 48 * 1024;

// True where a launch may have so much dynamic shared memory.
bool is_allowed(const void* function, std::size_t shared_bytes) {
    const std::lock_guard lock(gate);
    const auto at = allowed_shared_bytes.find(function);
    return shared_bytes <=
           static_cast<std::size_t>(at == allowed_shared_bytes.end() ? shared_bytes_without_asking : at->second);
}

int no_context() { return current_context == the_context ? success : invalid_context; }

// What may be called now: a thread that captures may neither wait nor allocate.
int no_capture() { return captures ? capture_unsupported : no_context(); }

// Now, or when the graph is launched that is being captured.
int queue(void* stream, std::function<int()> work) {
    const std::lock_guard lock(gate);
    if (no_context() != success) return invalid_context;
    if (capturing != nullptr && reinterpret_cast<uintptr_t>(stream) == capturing_stream) {
        capturing->push_back(std::move(work));
        return success;
    }
    return work();
}

int run(const Kernel& kernel, Dim grid, unsigned threads, std::size_t shared_bytes, const void* args) {
    try {
        launch(kernel, grid, threads, shared_bytes, args);
        return success;
    } catch (const std::exception& e) {
        last_failure = e.what();
        return launch_failed;
    }
}

}  // namespace

// For tests: bytes that the device has from now on; 0 for what it starts with.
extern "C" __attribute__((visibility("default"))) void migrate_emulated_limit(int64_t bytes) {
    const std::lock_guard lock(gate);
    limit_bytes = static_cast<std::size_t>(bytes);
}

MIGRATE_DRIVER cuInit(unsigned) { return success; }

MIGRATE_DRIVER cuDriverGetVersion(int* version) {
    *version = 12000;
    return success;
}

MIGRATE_DRIVER cuDeviceGetCount(int* count) {
    *count = 1;
    return success;
}

MIGRATE_DRIVER cuDeviceGet(int* device, int ordinal) {
    *device = ordinal;
    return ordinal == 0 ? success : invalid_value;
}

MIGRATE_DRIVER cuDeviceGetName(char* name, int length, int) {
    std::strncpy(name, "Migrate emulated GPU", static_cast<std::size_t>(length));
    return success;
}

MIGRATE_DRIVER cuDeviceGetAttribute(int* value, int attribute, int) {
    switch (attribute) {
        case 16:
            *value = multiprocessors;
            return success;
        case 75:
            *value = capability() / 10;
            return success;
        case 76:
            *value = capability() % 10;
            return success;
        case 97:
            *value = shared_bytes_of_block;
            return success;
        default:
            return invalid_value;
    }
}

MIGRATE_DRIVER cuDevicePrimaryCtxRetain(void** context, int) {
    *context = reinterpret_cast<void*>(the_context);
    return success;
}

MIGRATE_DRIVER cuCtxSetCurrent(void* context) {
    current_context = reinterpret_cast<uintptr_t>(context);
    return no_context();
}

MIGRATE_DRIVER cuGetErrorName(int error, const char** text) {
    *text = error == out_of_memory         ? "CUDA_ERROR_OUT_OF_MEMORY"
            : error == launch_failed       ? "CUDA_ERROR_LAUNCH_FAILED"
            : error == not_found           ? "CUDA_ERROR_NOT_FOUND"
            : error == invalid_image       ? "CUDA_ERROR_INVALID_IMAGE"
            : error == invalid_context     ? "CUDA_ERROR_INVALID_CONTEXT"
            : error == capture_unsupported ? "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"
                                           : "CUDA_ERROR_INVALID_VALUE";
    return success;
}

MIGRATE_DRIVER cuGetErrorString(int error, const char** text) {
    *text = error == out_of_memory   ? "out of memory"
            : error == launch_failed ? last_failure.c_str()
                                     : "not as it should be";
    return success;
}

// Takes every image but an empty one, of which it says so in the log, as the driver does of PTX that it cannot
// translate.
MIGRATE_DRIVER cuModuleLoadDataEx(void** module, const void* image, unsigned count, int* options, void** values) {
    constexpr int error_log = 5;
    if (image == nullptr) return invalid_value;
    if (*static_cast<const char*>(image) == '\0') {
        const auto* log = std::find(options, options + count, error_log);
        if (log != options + count)
            std::strcpy(static_cast<char*>(values[log - options]), "emulated: empty image\nsecond line");
        return invalid_image;
    }
    *module = reinterpret_cast<void*>(the_module);
    return no_context();
}

MIGRATE_DRIVER cuModuleGetFunction(void** function, void*, const char* name) {
    const Kernel* kernel = find_kernel(name);
    *function = const_cast<Kernel*>(kernel);
    return kernel == nullptr ? not_found : no_context();
}

MIGRATE_DRIVER cuModuleGetGlobal_v2(void** address, std::size_t* bytes, void*, const char* name) {
    *address = const_cast<void*>(find_symbol(name, bytes));
    return *address == nullptr ? not_found : no_context();
}

MIGRATE_DRIVER cuFuncSetAttribute(void* function, int, int value) {
    if (value > shared_bytes_of_block) return invalid_value;
    const std::lock_guard lock(gate);
    // The last call decides, also where it allows less than the one before.
    allowed_shared_bytes[function] = value;
    return success;
}

MIGRATE_DRIVER cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, void*, int, std::size_t shared_bytes) {
    *blocks = shared_bytes > shared_bytes_of_block ? 0 : shared_bytes > shared_bytes_of_block / 2 ? 1 : 2;
    return no_context();
}

MIGRATE_DRIVER cuLaunchKernel(void* function, unsigned x, unsigned y, unsigned z, unsigned threads, unsigned, unsigned,
                              unsigned shared_bytes, void* stream, void** arguments, void**) {
    if (x == 0 || threads == 0 || !is_allowed(function, shared_bytes)) return invalid_value;
    const auto* kernel = static_cast<const Kernel*>(function);
    const auto* bytes = static_cast<const char*>(arguments[0]);
    // Aligned as the compiler lays out a struct of pointers.
    auto copy = std::make_shared<std::vector<uint64_t>>((kernel->argument_bytes + 7) / 8);
    std::memcpy(copy->data(), bytes, kernel->argument_bytes);
    return queue(stream, [=] { return run(*kernel, {x, y, z}, threads, shared_bytes, copy->data()); });
}

MIGRATE_DRIVER cuMemGetInfo_v2(std::size_t* free, std::size_t* total) {
    const std::lock_guard lock(gate);
    *total = total_bytes();
    *free = used_bytes < *total ? *total - used_bytes : 0;
    return no_context();
}

MIGRATE_DRIVER cuMemAlloc_v2(void** address, std::size_t bytes) {
    const std::lock_guard lock(gate);
    if (const int error = no_capture(); error != success) return error;
    if (bytes == 0) return invalid_value;
    if (used_bytes + bytes > total_bytes()) return out_of_memory;
    if (posix_memalign(address, 256, bytes) != 0) return out_of_memory;
    // Device memory starts as anything.
    std::memset(*address, 0xCD, bytes);
    memory[reinterpret_cast<uintptr_t>(*address)] = bytes;
    used_bytes += bytes;
    return success;
}

MIGRATE_DRIVER cuMemFree_v2(void* address) {
    const std::lock_guard lock(gate);
    if (captures) return capture_unsupported;
    const auto at = memory.find(reinterpret_cast<uintptr_t>(address));
    if (at == memory.end()) return invalid_value;
    used_bytes -= at->second;
    memory.erase(at);
    std::free(address);
    return success;
}

MIGRATE_DRIVER cuMemHostAlloc(void** address, std::size_t bytes, unsigned) {
    *address = std::malloc(bytes);
    return *address == nullptr ? out_of_memory : no_context();
}

MIGRATE_DRIVER cuMemFreeHost(void* address) {
    std::free(address);
    return success;
}

MIGRATE_DRIVER cuMemcpyHtoDAsync_v2(void* to, const void* from, std::size_t bytes, void* stream) {
    return queue(stream, [=] {
        if (bytes > 0) std::memcpy(to, from, bytes);
        return success;
    });
}

MIGRATE_DRIVER cuMemcpyDtoHAsync_v2(void* to, const void* from, std::size_t bytes, void* stream) {
    return cuMemcpyHtoDAsync_v2(to, from, bytes, stream);
}

MIGRATE_DRIVER cuMemsetD8Async(void* address, unsigned char value, std::size_t count, void* stream) {
    return queue(stream, [=] {
        std::memset(address, value, count);
        return success;
    });
}

MIGRATE_DRIVER cuStreamCreate(void** stream, unsigned) {
    static uintptr_t next = 0x100;
    const std::lock_guard lock(gate);
    *stream = reinterpret_cast<void*>(next++);
    return no_context();
}

MIGRATE_DRIVER cuStreamDestroy_v2(void*) { return success; }
MIGRATE_DRIVER cuStreamSynchronize(void*) { return no_capture(); }

MIGRATE_DRIVER cuStreamBeginCapture_v2(void* stream, int) {
    const std::lock_guard lock(gate);
    // The default stream cannot be captured.
    if (stream == nullptr || capturing != nullptr) return invalid_value;
    capturing = new Work();
    capturing_stream = reinterpret_cast<uintptr_t>(stream);
    captures = true;
    return no_context();
}

MIGRATE_DRIVER cuStreamEndCapture(void*, void** graph) {
    const std::lock_guard lock(gate);
    if (capturing == nullptr) return invalid_value;
    *graph = capturing;
    capturing = nullptr;
    captures = false;
    return success;
}

MIGRATE_DRIVER cuGraphInstantiateWithFlags(void** executable, void* graph, unsigned long long) {
    *executable = new Work(*static_cast<Work*>(graph));
    return no_context();
}

MIGRATE_DRIVER cuGraphDestroy(void* graph) {
    delete static_cast<Work*>(graph);
    return success;
}

MIGRATE_DRIVER cuGraphExecDestroy(void* executable) { return cuGraphDestroy(executable); }

MIGRATE_DRIVER cuGraphLaunch(void* executable, void*) {
    const std::lock_guard lock(gate);
    for (const auto& work : *static_cast<Work*>(executable)) {
        if (const int error = work(); error != success) return error;
    }
    return no_context();
}

MIGRATE_DRIVER cuEventCreate(void** event, unsigned) {
    *event = new std::chrono::steady_clock::time_point();
    return no_context();
}

MIGRATE_DRIVER cuEventDestroy_v2(void* event) {
    delete static_cast<std::chrono::steady_clock::time_point*>(event);
    return success;
}

MIGRATE_DRIVER cuEventRecord(void* event, void*) {
    *static_cast<std::chrono::steady_clock::time_point*>(event) = std::chrono::steady_clock::now();
    return success;
}

MIGRATE_DRIVER cuEventElapsedTime(float* milliseconds, void* from, void* to) {
    const auto time = *static_cast<std::chrono::steady_clock::time_point*>(to) -
                      *static_cast<std::chrono::steady_clock::time_point*>(from);
    *milliseconds = std::chrono::duration<float, std::milli>(time).count();
    return success;
}

MIGRATE_DRIVER cuTensorMapEncodeTiled(void* map, int type, unsigned rank, void* address, const uint64_t* sizes,
                                      const uint64_t* strides, const uint32_t* box, const uint32_t* steps,
                                      int interleave, int swizzle, int, int) {
    constexpr int bf16 = 9, swizzle_128 = 3;
    const bool fits = type == bf16 && rank == 2 && interleave == 0 && swizzle == swizzle_128 && steps[0] == 1 &&
                      steps[1] == 1 && box[0] * 2 == 128 && box[1] <= 256 && strides[0] % 16 == 0 &&
                      reinterpret_cast<uintptr_t>(address) % 16 == 0 && reinterpret_cast<uintptr_t>(map) % 64 == 0;
    if (!fits) return invalid_value;
    const TensorMap described{address, sizes[0], sizes[1], strides[0], box[0], box[1]};
    std::memset(map, 0, 128);
    std::memcpy(map, &described, sizeof described);
    return success;
}
