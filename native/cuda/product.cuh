// Products of a tile of 64 rows with weights, by the 8 warps of a block: float by fused multiply-adds, TF32 and bf16 by
// tensor cores. A warp has 32 rows and every fourth of the 8-column strips, in fragments of mma.m16n8: lane 4 g + t
// holds rows g and g + 8, columns 2 t and 2 t + 1.
#pragma once

#include "convolution_arguments.hpp"
#include "device.cuh"

namespace migrate::device {

using cuda::Arithmetic;

constexpr int strip_columns = 8;

// Rows that other edges gather: bf16 with bf16 products.
template <Arithmetic arithmetic>
struct Gathered {
    using Type = float;
};
template <>
struct Gathered<Arithmetic::bf16> {
    using Type = uint16_t;
};

// Sums of one warp: [row half of 16][strip][fragment].
template <int strips>
struct Sums {
    float at[2][strips][4] = {};
};

struct Fragment {
    int row, column;  // of at[half][strip][0]; [1] is one column on, [2] and [3] are 8 rows on
};

MIGRATE_DEVICE Fragment fragment(int half, int strip) {
    return {static_cast<int>(warp() / 4 * 32 + 16 * static_cast<unsigned>(half) + lane() / 4),
            static_cast<int>((warp() % 4 + 4 * static_cast<unsigned>(strip)) * strip_columns + lane() % 4 * 2)};
}

// Two numbers to where a tile's products read them: as they are, at TF32, or as bf16.
template <Arithmetic arithmetic>
MIGRATE_DEVICE void store_pair(unsigned char* row, int column, float a, float b) {
    if constexpr (arithmetic == Arithmetic::bf16) {
        *reinterpret_cast<uint32_t*>(row + column * 2) = pack_bf16(a, b);
    } else if constexpr (arithmetic == Arithmetic::tf32) {
        *reinterpret_cast<uint2*>(row + column * 4) = uint2{to_tf32(a), to_tf32(b)};
    } else {
        *reinterpret_cast<float2*>(row + column * 4) = float2{a, b};
    }
}

// Rows first .. first + rows of in[, stride] floats; the rest of the tile is zero.
template <Arithmetic arithmetic>
MIGRATE_DEVICE void load_floats(unsigned char* tile, const float* in, int64_t stride, int rows, int depth) {
    const int64_t pitch = cuda::tile_pitch(arithmetic, depth);
    const int quarters = depth / 4;
    for (int i = static_cast<int>(thread()); i < cuda::tile_rows * quarters; i += static_cast<int>(threads())) {
        const int r = i / quarters, c = i % quarters * 4;
        unsigned char* row = tile + r * pitch;
        if (r >= rows) {
            store_pair<arithmetic>(row, c, 0, 0);
            store_pair<arithmetic>(row, c + 2, 0, 0);
        } else if constexpr (arithmetic == Arithmetic::f32) {
            copy_async(row + c * 4, in + r * stride + c);
        } else {
            const float4 x = *reinterpret_cast<const float4*>(in + r * stride + c);
            store_pair<arithmetic>(row, c, x.x, x.y);
            store_pair<arithmetic>(row, c + 2, x.z, x.w);
        }
    }
}

// The same of rows that are bf16 already.
MIGRATE_DEVICE void load_halves(unsigned char* tile, const uint16_t* in, int rows, int depth) {
    const int64_t pitch = cuda::tile_pitch(Arithmetic::bf16, depth);
    const int pieces = depth / 8;
    for (int i = static_cast<int>(thread()); i < cuda::tile_rows * pieces; i += static_cast<int>(threads())) {
        const int r = i / pieces, c = i % pieces * 8;
        unsigned char* to = tile + r * pitch + c * 2;
        if (r < rows) {
            copy_async(to, in + int64_t{r} * depth + c);
        } else {
            *reinterpret_cast<uint4*>(to) = uint4{0, 0, 0, 0};
        }
    }
}

// `chunk` numbers of depth, from `begin` on, of weights[width, depth].
template <Arithmetic arithmetic>
MIGRATE_DEVICE void load_weights(unsigned char* to, const void* weights, int width, int depth, int begin, int chunk) {
    constexpr int size = arithmetic == Arithmetic::bf16 ? 2 : 4;
    const int64_t pitch = cuda::tile_pitch(arithmetic, chunk);
    const int pieces = chunk * size / 16;
    const auto* from = static_cast<const unsigned char*>(weights) + begin * size;
    for (int i = static_cast<int>(thread()); i < width * pieces; i += static_cast<int>(threads())) {
        const int row = i / pieces, piece = i % pieces * 16;
        copy_async(to + row * pitch + piece, from + int64_t{row} * depth * size + piece);
    }
}

// Four floats of one row times four of another, added in order.
MIGRATE_DEVICE float dot4(const float4& a, const float4& b, float sum) {
    sum = fused(a.x, b.x, sum);
    sum = fused(a.y, b.y, sum);
    sum = fused(a.z, b.z, sum);
    return fused(a.w, b.w, sum);
}

template <int strips>
MIGRATE_DEVICE void multiply_floats(Sums<strips>& sums, const unsigned char* tile, int64_t pitch,
                                    const unsigned char* weights, int64_t weight_pitch, int chunk, int all_strips) {
    for (int k = 0; k < chunk; k += 4) {
        float4 rows[2][2];
#pragma unroll
        for (int half = 0; half < 2; half++) {
            const unsigned char* row = tile + fragment(half, 0).row * pitch + k * 4;
            rows[half][0] = *reinterpret_cast<const float4*>(row);
            rows[half][1] = *reinterpret_cast<const float4*>(row + 8 * pitch);
        }
#pragma unroll
        for (int strip = 0; strip < strips; strip++) {
            const int column = fragment(0, strip).column;
            if (column >= all_strips * strip_columns) break;
            const unsigned char* at = weights + column * weight_pitch + k * 4;
            const float4 first = *reinterpret_cast<const float4*>(at);
            const float4 second = *reinterpret_cast<const float4*>(at + weight_pitch);
#pragma unroll
            for (int half = 0; half < 2; half++) {
                float(&c)[4] = sums.at[half][strip];
                c[0] = dot4(rows[half][0], first, c[0]);
                c[1] = dot4(rows[half][0], second, c[1]);
                c[2] = dot4(rows[half][1], first, c[2]);
                c[3] = dot4(rows[half][1], second, c[3]);
            }
        }
    }
}

template <Arithmetic arithmetic>
MIGRATE_DEVICE void multiply_fragment(float (&c)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    if constexpr (arithmetic == Arithmetic::bf16) {
        multiply_bf16(c, a, b);
    } else {
        multiply_tf32(c, a, b);
    }
}

// 32 bytes of depth at a time: 16 bf16 or 8 TF32 numbers. Matrices of 8 rows by 16 bytes come in fours: of the tile
// rows 0-7, 8-15 and again 16 bytes on; of the weights a strip's two halves of depth and those of the next strip.
template <Arithmetic arithmetic, int strips>
MIGRATE_DEVICE void multiply_tensors(Sums<strips>& sums, const unsigned char* tile, int64_t pitch,
                                     const unsigned char* weights, int64_t weight_pitch, int chunk, int all_strips) {
    static_assert(strips % 2 == 0, "strips come in pairs");
    const int bytes = chunk * (arithmetic == Arithmetic::bf16 ? 2 : 4);
    const unsigned row = warp() / 4 * 32 + lane() % 16;
    for (int k = 0; k < bytes; k += 32) {
        uint32_t a[2][4];
#pragma unroll
        for (int half = 0; half < 2; half++) {
            load_matrices(a[half], tile + (row + 16 * static_cast<unsigned>(half)) * pitch + k + lane() / 16 * 16);
        }
#pragma unroll
        for (int pair = 0; pair < strips; pair += 2) {
            const int first = static_cast<int>(warp() % 4) + 4 * pair;
            if (first >= all_strips) break;
            const bool both = first + 4 < all_strips;
            const int mine = lane() < 16 || !both ? first : first + 4;
            uint32_t b[4];
            load_matrices(b, weights + (mine * strip_columns + static_cast<int>(lane() % 8)) * weight_pitch + k +
                                 lane() / 8 % 2 * 16);
#pragma unroll
            for (int half = 0; half < 2; half++) {
                multiply_fragment<arithmetic>(sums.at[half][pair], a[half], {b[0], b[1]});
                if (both) multiply_fragment<arithmetic>(sums.at[half][pair + 1], a[half], {b[2], b[3]});
            }
        }
    }
}

// A fragment of sums to their place in shared memory, [64, sums_pitch] floats.
MIGRATE_DEVICE void store_fragment(float* sums, int width, const Fragment& at, const float (&c)[4]) {
    const int64_t pitch = cuda::sums_pitch(width), column = cuda::sums_column(at.row, at.column);
    // Eight rows on, columns are turned alike.
    *reinterpret_cast<float2*>(sums + at.row * pitch + column) = float2{c[0], c[1]};
    *reinterpret_cast<float2*>(sums + (at.row + 8) * pitch + column) = float2{c[2], c[3]};
}

// A block's product machine: weights in shared memory, all of them or in turns.
template <Arithmetic arithmetic, int strips>
class Product {
  public:
    // tile: cuda::tile_bytes, weights: cuda::weight_bytes of shared memory.
    MIGRATE_METHOD Product(unsigned char* tile, unsigned char* weights, const void* global, int width, int depth,
                           int chunk)
        : tile_(tile), weights_(weights), global_(global), width_(width), depth_(depth), chunk_(chunk) {
        if (chunk_ == depth_) load_weights<arithmetic>(weights_, global_, width_, depth_, 0, depth_);
    }

    MIGRATE_METHOD unsigned char* tile() { return tile_; }

    // Multiplies what the block has put into the tile, and puts the sums into its place: [64, sums_pitch] floats.
    // Begins and ends with all threads together.
    MIGRATE_METHOD float* run() {
        Sums<strips> sums;
        for (int begin = 0; begin < depth_; begin += chunk_) {
            const int chunk = least(chunk_, depth_ - begin);
            if (chunk_ != depth_) {
                if (begin > 0) barrier();  // the last chunk is done with
                load_weights<arithmetic>(weights_, global_, width_, depth_, begin, chunk);
            }
            copies_done();
            barrier();
            multiply(sums, tile_ + begin * (arithmetic == Arithmetic::bf16 ? 2 : 4), chunk);
        }
        barrier();  // the tile is done with
        auto* out = reinterpret_cast<float*>(tile_);
#pragma unroll
        for (int half = 0; half < 2; half++) {
#pragma unroll
            for (int strip = 0; strip < strips; strip++) {
                const Fragment at = fragment(half, strip);
                if (at.column >= width_) break;
                store_fragment(out, width_, at, sums.at[half][strip]);
            }
        }
        barrier();
        return out;
    }

  private:
    unsigned char *tile_, *weights_;
    const void* global_;
    int width_, depth_, chunk_;

    MIGRATE_METHOD void multiply(Sums<strips>& sums, const unsigned char* tile, int chunk) {
        const int64_t pitch = cuda::tile_pitch(arithmetic, depth_), weight_pitch = cuda::tile_pitch(arithmetic, chunk);
        const int all = width_ / strip_columns;
        if constexpr (arithmetic == Arithmetic::f32) {
            multiply_floats<strips>(sums, tile, pitch, weights_, weight_pitch, chunk, all);
        } else {
            multiply_tensors<arithmetic, strips>(sums, tile, pitch, weights_, weight_pitch, chunk, all);
        }
    }
};

}  // namespace migrate::device
