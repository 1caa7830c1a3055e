// The fused edge-gated convolution: persistent blocks, each with a contiguous share of the nodes, walk over their edges
// in tiles of 64: product with W on what arithmetic says, then gates, gated sums and the updates of edges and nodes.
#include "edge_gated.cuh"
#include "product.cuh"

namespace migrate::device {

// Fills a tile with rows and multiplies them with W. (Functions of their own kind instead of lambdas: these are
// inlined.)
template <Arithmetic arithmetic, class E, int strips>
struct MultipliedTile {
    const EdgeGatedArguments& args;
    Product<arithmetic, strips>& product;

    MIGRATE_METHOD const float* operator()(int64_t first, int rows, int64_t) {
        const int channels = args.channels;
        const E* edges = static_cast<const E*>(args.edges) + first * channels;
        if constexpr (sizeof(E) == 2) {
            load_halves(product.tile(), edges, rows, channels);
        } else {
            load_floats<arithmetic>(product.tile(), edges, channels, rows, channels);
        }
        return product.run();
    }
};

template <Arithmetic arithmetic, class E, int strips>
MIGRATE_DEVICE void run_edge_gated(const EdgeGatedArguments& args) {
    using G = typename Gathered<arithmetic>::Type;
    const int channels = args.channels;
    unsigned char* tile = shared_memory();
    unsigned char* weights = tile + cuda::tile_bytes(arithmetic, channels, channels);
    auto* carry = reinterpret_cast<float*>(weights + cuda::weight_bytes(arithmetic, args.chunk, channels));
    Product<arithmetic, strips> product(tile, weights, args.weights, channels, channels, args.chunk);
    MultipliedTile<arithmetic, E, strips> fill{args, product};
    // Few channels are shared out thinner, so that more lanes have some.
    walk<G, E, strips == 2 ? 2 : 4>(args, carry, fill);
    copies_done();  // of a block without a share
}

// With tables there is nothing to multiply.
struct TabulatedTile {
    MIGRATE_METHOD const float* operator()(int64_t, int, int64_t) {
        barrier();  // the carry has been read
        return nullptr;
    }
};

template <class G, class E>
MIGRATE_DEVICE void run_tabulated(const EdgeGatedArguments& args) {
    auto* carry = reinterpret_cast<float*>(shared_memory());
    TabulatedTile fill;
    walk<G, E, 2>(args, carry, fill);
}

// Named by arithmetic, edge rows and the most channels.
#define MIGRATE_EDGE_GATED(name, arithmetic, E, strips)                        \
    MIGRATE_KERNEL(migrate_edge_gated_##name, cuda::EdgeGatedArguments, 256) { \
        run_edge_gated<Arithmetic::arithmetic, E, strips>(args);               \
    }

MIGRATE_EDGE_GATED(f32_64, f32, float, 2)
MIGRATE_EDGE_GATED(f32_128, f32, float, 4)
MIGRATE_EDGE_GATED(f32_256, f32, float, 8)
MIGRATE_EDGE_GATED(f32_512, f32, float, 16)
MIGRATE_EDGE_GATED(tf32_64, tf32, float, 2)
MIGRATE_EDGE_GATED(tf32_128, tf32, float, 4)
MIGRATE_EDGE_GATED(tf32_256, tf32, float, 8)
MIGRATE_EDGE_GATED(tf32_512, tf32, float, 16)
MIGRATE_EDGE_GATED(bf16_64, bf16, float, 2)
MIGRATE_EDGE_GATED(bf16_128, bf16, float, 4)
MIGRATE_EDGE_GATED(bf16_256, bf16, float, 8)
MIGRATE_EDGE_GATED(bf16_512, bf16, float, 16)
MIGRATE_EDGE_GATED(bf16_rows_64, bf16, uint16_t, 2)
MIGRATE_EDGE_GATED(bf16_rows_128, bf16, uint16_t, 4)
MIGRATE_EDGE_GATED(bf16_rows_256, bf16, uint16_t, 8)
MIGRATE_EDGE_GATED(bf16_rows_512, bf16, uint16_t, 16)

#undef MIGRATE_EDGE_GATED

MIGRATE_KERNEL(migrate_edge_gated_table_f32, cuda::EdgeGatedArguments, 256) { run_tabulated<float, float>(args); }
MIGRATE_KERNEL(migrate_edge_gated_table_bf16, cuda::EdgeGatedArguments, 256) { run_tabulated<uint16_t, float>(args); }
MIGRATE_KERNEL(migrate_edge_gated_table_bf16_rows, cuda::EdgeGatedArguments, 256) {
    run_tabulated<uint16_t, uint16_t>(args);
}

}  // namespace migrate::device
