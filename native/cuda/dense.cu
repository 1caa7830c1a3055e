// Linear layers: sections of columns, each by its own blocks, whose weights stay in shared memory.
#include "convolution_arguments.hpp"
#include "device.cuh"
#include "product.cuh"

namespace migrate::device {

template <Arithmetic arithmetic, int strips>
MIGRATE_DEVICE void run_dense(const cuda::DenseArguments& args) {
    const int section = static_cast<int>(block()) % args.sections, width = args.width;
    const int64_t n = *args.rows, tiles = (n + cuda::tile_rows - 1) / cuda::tile_rows;
    const int64_t workers = blocks() / static_cast<unsigned>(args.sections),
                  worker = block() / static_cast<unsigned>(args.sections);
    if (worker >= workers || worker >= tiles) return;
    constexpr int size = arithmetic == Arithmetic::bf16 ? 2 : 4;
    unsigned char* tile = shared_memory();
    Product<arithmetic, strips> product(
        tile, tile + cuda::tile_bytes(arithmetic, args.depth, width),
        static_cast<const unsigned char*>(args.weights) + int64_t{section} * width * args.depth * size, width,
        args.depth, args.chunk);
    const float* bias = args.bias + int64_t{section} * width;
    const bool gathered = section < args.gathered_sections;
    const int64_t stride = int64_t{gathered ? args.gathered_sections : args.sections - args.gathered_sections} * width;
    const int64_t column = int64_t{gathered ? section : section - args.gathered_sections} * width;
    for (int64_t t = worker; t < tiles; t += workers) {
        const int64_t first = t * cuda::tile_rows;
        const int rows = static_cast<int>(least<int64_t>(cuda::tile_rows, n - first));
        load_floats<arithmetic>(tile, args.in + first * args.in_stride, args.in_stride, rows, args.depth);
        const float* sums = product.run();
        const int pairs = width / 2;
        for (int i = static_cast<int>(thread()); i < rows * pairs; i += static_cast<int>(threads())) {
            const int r = i / pairs, c = i % pairs * 2;
            const float2 sum =
                *reinterpret_cast<const float2*>(sums + r * cuda::sums_pitch(width) + cuda::sums_column(r, c));
            float2 x{sum.x + bias[c], sum.y + bias[c + 1]};
            if (args.silu != 0) x = float2{silu(x.x), silu(x.y)};
            const int64_t at = (first + r) * stride + column + c;
            if (!gathered) {
                *reinterpret_cast<float2*>(args.own + at) = x;
            } else if constexpr (arithmetic == Arithmetic::bf16) {
                *reinterpret_cast<uint32_t*>(static_cast<uint16_t*>(args.gathered) + at) = pack_bf16(x.x, x.y);
            } else {
                *reinterpret_cast<float2*>(static_cast<float*>(args.gathered) + at) = x;
            }
        }
        barrier();  // the sums are done with
    }
}

// Named by arithmetic and by the widest section: 64 columns a pair of strips.
#define MIGRATE_DENSE(name, arithmetic, strips) \
    MIGRATE_KERNEL(migrate_dense_##name, cuda::DenseArguments, 256) { run_dense<Arithmetic::arithmetic, strips>(args); }

MIGRATE_DENSE(f32_64, f32, 2)
MIGRATE_DENSE(f32_128, f32, 4)
MIGRATE_DENSE(f32_256, f32, 8)
MIGRATE_DENSE(f32_512, f32, 16)
MIGRATE_DENSE(tf32_64, tf32, 2)
MIGRATE_DENSE(tf32_128, tf32, 4)
MIGRATE_DENSE(tf32_256, tf32, 8)
MIGRATE_DENSE(tf32_512, tf32, 16)
MIGRATE_DENSE(bf16_64, bf16, 2)
MIGRATE_DENSE(bf16_128, bf16, 4)
MIGRATE_DENSE(bf16_256, bf16, 8)
MIGRATE_DENSE(bf16_512, bf16, 16)

#undef MIGRATE_DENSE

}  // namespace migrate::device
