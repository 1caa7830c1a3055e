// What the kernels of training share: strips of channels, a block's threads as rows by strips, several loads in flight,
// sums of a block, and the norm's gradient.
#pragma once

#include "device.cuh"
#include "training_arguments.hpp"

namespace migrate::device::training {

// ---- strips of channels ---------------------------------------------------------------------------------------------

// Neighbouring channels of one row, in one access.
template <class T, int width>
struct alignas(sizeof(T) * width) Strip {
    T at[width];
};

template <class T, int width>
MIGRATE_DEVICE Strip<T, width> load_strip(const void* rows, int64_t at) {
    return *reinterpret_cast<const Strip<T, width>*>(static_cast<const T*>(rows) + at);
}

template <class T, int width>
MIGRATE_DEVICE void store_strip(void* rows, int64_t at, const Strip<T, width>& strip) {
    *reinterpret_cast<Strip<T, width>*>(static_cast<T*>(rows) + at) = strip;
}

template <class T>
MIGRATE_DEVICE T weight_of(const void* weights, int64_t row) {
    return weights == nullptr ? T{1} : static_cast<const T*>(weights)[row];
}

// ---- who does what --------------------------------------------------------------------------------------------------

// Calls work(c, row, step) with the first channel of a strip, for this thread's strips (more than one only where a row
// has more than the block has threads). It is to take the rows `row`, `row + step` ..: a thread stays on its channels,
// whose parameters it can keep.
template <int width, class Work>
MIGRATE_DEVICE void for_strips(int64_t channels, const Work& work) {
    const int64_t strips = channels / width;
    const auto across = static_cast<unsigned>(least<int64_t>(strips, threads()));
    const unsigned together = threads() / across, row = thread() / across;
    if (row >= together) return;
    for (int64_t s = thread() % across; s < strips; s += across) {
        work(s * width, int64_t{block()} * together + row, int64_t{blocks()} * together);
    }
}

// Calls take(load(i), i) for i = begin, begin + step .. below end, in order, with several loads in flight. (The
// compiler may not move them over the stores of `take` by itself.)
template <int flight, class Load, class Take>
MIGRATE_DEVICE void in_flight(int64_t begin, int64_t end, int64_t step, const Load& load, const Take& take) {
    for (int64_t i = begin; i < end; i += flight * step) {
        decltype(load(i)) loaded[flight] = {};
#pragma unroll
        for (int k = 0; k < flight; k++) {
            if (i + k * step < end) loaded[k] = load(i + k * step);
        }
#pragma unroll
        for (int k = 0; k < flight; k++) {
            if (i + k * step < end) take(loaded[k], i + k * step);
        }
    }
}

// ---- sums of a block ------------------------------------------------------------------------------------------------

MIGRATE_DEVICE double* numbers_of_warps() { return reinterpret_cast<double*>(shared_memory()); }

// Sum of the weights of rows begin .. end, by the whole block.
template <class T>
MIGRATE_DEVICE double block_weight(const void* weights, int64_t begin, int64_t end) {
    if (weights == nullptr) return static_cast<double>(end - begin);
    double sum = 0;
    for (int64_t r = begin + thread(); r < end; r += threads()) sum += static_cast<double>(weight_of<T>(weights, r));
    sum = warp_sum(sum);
    if (lane() == 0) numbers_of_warps()[warp()] = sum;
    barrier();
    sum = 0;
    for (unsigned w = 0; w < warps(); w++) sum += numbers_of_warps()[w];
    barrier();  // they have been read
    return sum;
}

// `count` sums of every channel over rows begin .. end, by the whole block: a thread adds up rows at a fixed distance,
// then one thread for each channel adds up those sums in their order, in double.
//   summand(c) is called only where there are rows, and gives for the strip at c an object with load(r), what row r
//   brings, and add(loaded, sums), which adds it to Strip<T, width> sums[count]
//   result(c, sums) gets double sums[count] of channel c, once
template <class T, int width, int count, class Summand, class Result>
MIGRATE_DEVICE void block_sums(int64_t channels, int64_t begin, int64_t end, const Summand& summand,
                               const Result& result) {
    const int64_t strips = channels / width;
    const auto across = static_cast<unsigned>(least<int64_t>(strips, threads()));
    const unsigned together = threads() / across, row = thread() / across, column = thread() % across;
    T* of_threads = reinterpret_cast<T*>(shared_memory() + cuda::training_threads / 32 * 8);
    for (int64_t first = 0; first < strips; first += across) {
        if (row < together && first + column < strips) {
            Strip<T, width> sums[count] = {};
            if (begin + row < end) {
                const auto rows = summand((first + column) * width);
                in_flight<4>(
                    begin + row, end, together, [&](int64_t r) { return rows.load(r); },
                    [&](const auto& loaded, int64_t) { rows.add(loaded, sums); });
            }
#pragma unroll
            for (int k = 0; k < count; k++) {
                store_strip<T, width>(of_threads, (int64_t{k} * threads() + thread()) * width, sums[k]);
            }
        }
        barrier();
        const int64_t of_row = int64_t{across} * width, left = (strips - first) * width;
        for (int64_t c = thread(); c < least(of_row, left); c += threads()) {
            double sums[count] = {};
            for (unsigned i = 0; i < together; i++) {
#pragma unroll
                for (int k = 0; k < count; k++) {
                    sums[k] += static_cast<double>(of_threads[int64_t{k} * threads() * width + i * of_row + c]);
                }
            }
            result(first * width + c, sums);
        }
        barrier();  // the threads' sums have been read
    }
}

// ---- the norm -------------------------------------------------------------------------------------------------------

// A norm's parameters for a strip, and its gradient.
template <class T, int width>
class NormStrip {
  public:
    MIGRATE_METHOD NormStrip(const cuda::NormSiluBackwardArguments& args, int64_t c)
        : mean_(load_strip<T, width>(args.mean, c)),
          inverse_(load_strip<T, width>(args.inverse, c)),
          gamma_(load_strip<T, width>(args.gamma, c)),
          beta_(load_strip<T, width>(args.beta, c)) {}

    MIGRATE_METHOD T normal(T row, int j) const { return (row - mean_.at[j]) * inverse_.at[j]; }

    // d = dy silu'(y), y = gamma n + beta; silu'(y) = s (1 + y (1 - s)).
    MIGRATE_METHOD T slope(T grad, T normal, int j) const {
        const T y = fused(gamma_.at[j], normal, beta_.at[j]), s = sigmoid(y);
        return grad * (s * fused(y, T{1} - s, T{1}));
    }

    MIGRATE_METHOD T scale(int j) const { return gamma_.at[j] * inverse_.at[j]; }

  private:
    Strip<T, width> mean_, inverse_, gamma_, beta_;
};

// The same with the sums over all rows, for the gradient of the rows.
template <class T, int width>
class NormGradient {
  public:
    MIGRATE_METHOD NormGradient(const cuda::NormSiluBackwardArguments& args, int64_t c) : norm_(args, c) {
        if (args.total > 0) {
            share_ = static_cast<T>(1 / args.total);
            sum_ = load_strip<T, width>(args.sum, c);
            dot_ = load_strip<T, width>(args.dot, c);
        }
    }

    // d_rows of one number.
    MIGRATE_METHOD T operator()(T row, T grad, T weight, int j) const {
        const T normal = norm_.normal(row, j);
        const T common = fused(normal, dot_.at[j], sum_.at[j]);
        return norm_.scale(j) * fused(-(weight * share_), common, norm_.slope(grad, normal, j));
    }

  private:
    NormStrip<T, width> norm_;
    Strip<T, width> sum_{}, dot_{};  // zeros with frozen statistics,
    T share_ = 0;                    // as is the share of a row of weight 1
};

}  // namespace migrate::device::training

// One kernel, with the widest strips that the number of channels allows.
#define MIGRATE_STRIP_KERNEL(name, T, Arguments, work)              \
    MIGRATE_KERNEL(name, cuda::Arguments, cuda::training_threads) { \
        constexpr int widest = cuda::widest_strip(sizeof(T));       \
        if (args.channels % widest == 0) {                          \
            work<T, widest>(args);                                  \
        } else {                                                    \
            work<T, 1>(args);                                       \
        }                                                           \
    }

// Both entry points.
#define MIGRATE_TRAINING_KERNEL(name, Arguments, work)                 \
    MIGRATE_STRIP_KERNEL(migrate_##name##_f32, float, Arguments, work) \
    MIGRATE_STRIP_KERNEL(migrate_##name##_f64, double, Arguments, work)
