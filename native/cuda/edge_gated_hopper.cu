// The fused edge-gated convolution on bf16 rows for compute capability 9.0: while a tile's gates are worked on, the
// next tile's rows arrive; two groups of four warps multiply, half of the columns each. The rest is that of
// edge_gated.cu.
#include "edge_gated.cuh"
#include "hopper_device.cuh"
#include "product.cuh"

#if defined(MIGRATE_EMULATE) || defined(__CUDA_ARCH_FEAT_SM90_ALL)

namespace migrate::device {

// Matrices lie in shared memory in blocks of 64 columns, rows of 128 bytes.
constexpr int block_columns = 64, block_row_bytes = 128;

// Weights[channels, channels], swizzled as wgmma reads them.
MIGRATE_DEVICE void load_swizzled(unsigned char* to, const uint16_t* weights, int channels) {
    const int pieces = channels / 8;
    for (int i = static_cast<int>(thread()); i < channels * pieces; i += static_cast<int>(threads())) {
        const int row = i / pieces, piece = i % pieces, column_block = piece / 8;
        unsigned char* place =
            to + (int64_t{column_block} * channels + row) * block_row_bytes + (piece % 8 ^ row % 8) * 16;
        copy_async(place, weights + int64_t{row} * channels + piece * 8);
    }
    copies_done();
}

// Tiles that arrive while the one before is worked on.
template <int channels>
struct ArrivingTile {
    static constexpr int column_blocks = channels / block_columns, half = channels / 2;
    static constexpr int box_bytes = cuda::tile_rows * block_row_bytes;

    const EdgeGatedArguments& args;
    unsigned char *tile, *weights;
    float* sums;
    Mailbox mailbox;
    uint32_t filling = 0;

    // By one thread.
    MIGRATE_METHOD void fetch(int64_t first) {
        mailbox.expect(column_blocks * box_bytes);
        for (int b = 0; b < column_blocks; b++) {
            copy_box(tile + b * box_bytes, args.edge_map, b * block_columns, static_cast<int32_t>(first), mailbox);
        }
    }

    MIGRATE_METHOD const float* operator()(int64_t first, int, int64_t last) {
        const int group = static_cast<int>(thread() / 128);
        float c[half / 2] = {};
        mailbox.wait(filling++);
        products_begin();
#pragma unroll
        for (int k = 0; k < channels; k += 16) {
            const int b = k / block_columns, within = k % block_columns * 2;
            multiply_group(c, matrix_descriptor(tile + b * box_bytes + within),
                           matrix_descriptor(weights + (b * channels + group * half) * block_row_bytes + within));
        }
        products_wait();
        const int row = static_cast<int>(warp() % 4 * 16 + lane() / 4);
#pragma unroll
        for (int j = 0; j < half / 8; j++) {
            const Fragment at{row, group * half + 8 * j + static_cast<int>(lane() % 4) * 2};
            store_fragment(sums, channels, at, {c[4 * j], c[4 * j + 1], c[4 * j + 2], c[4 * j + 3]});
        }
        barrier();
        if (thread() == 0 && first + cuda::tile_rows < last) fetch(first + cuda::tile_rows);
        return sums;
    }
};

template <int channels>
MIGRATE_DEVICE void run_hopper(const EdgeGatedArguments& args) {
    using Tiles = ArrivingTile<channels>;
    unsigned char* tile = shared_memory();
    unsigned char* weights = tile + Tiles::column_blocks * Tiles::box_bytes;
    auto* sums = reinterpret_cast<float*>(weights + Tiles::column_blocks * channels * block_row_bytes);
    float* carry = sums + cuda::tile_rows * cuda::sums_pitch(channels);
    Tiles fill{args, tile, weights, sums, Mailbox(reinterpret_cast<uint64_t*>(carry + 2 * channels))};
    const Share share = share_of(args);
    const int64_t begin = args.row_begin[share.begin], end = args.row_begin[share.end];
    if (thread() == 0) {
        fill.mailbox.prepare();
        acquire_map(args.edge_map);
        if (begin < end) fill.fetch(begin);
    }
    load_swizzled(weights, static_cast<const uint16_t*>(args.weights), channels);
    publish_to_engines();
    barrier();
    walk<uint16_t, uint16_t, 4>(args, carry, fill);
}

MIGRATE_KERNEL(migrate_edge_gated_hopper_128, cuda::EdgeGatedArguments, 256) { run_hopper<128>(args); }
MIGRATE_KERNEL(migrate_edge_gated_hopper_256, cuda::EdgeGatedArguments, 256) { run_hopper<256>(args); }

}  // namespace migrate::device

#endif
