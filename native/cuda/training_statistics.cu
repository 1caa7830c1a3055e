// Training: statistics of a norm over the rows of a batch, and the sums of its backward pass. A block sums up a piece
// of the rows; a second kernel merges the pieces in double, a warp for each channel. Which rows make a piece, and the
// order within it, depend on the number of rows and channels alone.
#include "training.cuh"

namespace migrate::device::training {

// The scratch memory `pieces`.
struct Pieces {
    int64_t count, channels;
    double* weight;   // [count]
    double* numbers;  // [2, count, channels]

    MIGRATE_METHOD Pieces(double* memory, int64_t rows, int64_t n_channels)
        : count(cuda::pieces_of(rows)), channels(n_channels), weight(memory), numbers(memory + count) {}

    MIGRATE_METHOD double& first(int64_t piece, int64_t c) const { return numbers[piece * channels + c]; }
    MIGRATE_METHOD double& second(int64_t piece, int64_t c) const { return numbers[(count + piece) * channels + c]; }
};

// Calls work(c) for this warp's channels.
template <class Work>
MIGRATE_DEVICE void for_channels_of_warp(int64_t channels, const Work& work) {
    for (int64_t c = int64_t{block()} * warps() + warp(); c < channels; c += int64_t{blocks()} * warps()) work(c);
}

// Sum of number(p) over all pieces, in every lane.
template <class Number>
MIGRATE_DEVICE double sum_of_pieces(int64_t pieces, const Number& number) {
    double sum = 0;
    for (int64_t p = lane(); p < pieces; p += warp_size) sum += number(p);
    return warp_sum(sum);
}

// ---- mean and variance ----------------------------------------------------------------------------------------------

// Sums of w (x - shift) and w (x - shift)^2.
template <class T, int width>
class MomentSums {
  public:
    struct Loaded {
        Strip<T, width> row;
        T weight;
    };

    // The shift is the row at `first`.
    MIGRATE_METHOD MomentSums(const cuda::ColumnStatisticsArguments& args, int64_t first, int64_t c)
        : args_(args), c_(c), shift_(load_strip<T, width>(args.rows, first * args.channels + c)) {}

    MIGRATE_METHOD Loaded load(int64_t r) const {
        return {load_strip<T, width>(args_.rows, r * args_.channels + c_), weight_of<T>(args_.weight, r)};
    }
    MIGRATE_METHOD void add(const Loaded& in, Strip<T, width> (&sums)[2]) const {
#pragma unroll
        for (int j = 0; j < width; j++) {
            const T offset = in.row.at[j] - shift_.at[j], weighted = offset * in.weight;
            sums[0].at[j] += weighted;
            sums[1].at[j] = fused(weighted, offset, sums[1].at[j]);
        }
    }

  private:
    const cuda::ColumnStatisticsArguments& args_;
    int64_t c_;
    Strip<T, width> shift_;
};

// Mean and sum of squared deviations of each piece.
template <class T, int width>
MIGRATE_DEVICE void column_statistics(const cuda::ColumnStatisticsArguments& args) {
    const int64_t channels = args.channels;
    const Pieces pieces(args.pieces, args.n, channels);
    for (int64_t p = block(); p < pieces.count; p += blocks()) {
        const int64_t begin = cuda::piece_begin(p, pieces.count, args.n),
                      end = cuda::piece_begin(p + 1, pieces.count, args.n);
        const double weight = block_weight<T>(args.weight, begin, end);
        if (thread() == 0) pieces.weight[p] = weight;
        const auto summand = [&](int64_t c) { return MomentSums<T, width>(args, begin, c); };
        block_sums<T, width, 2>(channels, begin, end, summand, [&](int64_t c, const double(&sums)[2]) {
            double mean = 0, square = 0;
            if (weight > 0) {
                mean = static_cast<double>(static_cast<const T*>(args.rows)[begin * channels + c]) + sums[0] / weight;
                square = sums[1] - sums[0] * sums[0] / weight;
            }
            pieces.first(p, c) = mean;
            pieces.second(p, c) = square < 0 ? 0 : square;
        });
    }
}

// Pieces of weight w, mean a and squared deviations q: mean = sum w a / sum w, squares = sum q + w (a - mean)^2 (Chan,
// Golub and LeVeque 1983).
template <class T>
MIGRATE_DEVICE void merge_column_statistics(const cuda::ColumnStatisticsArguments& args) {
    const Pieces pieces(args.pieces, args.n, args.channels);
    for_channels_of_warp(args.channels, [&](int64_t c) {
        const double total = sum_of_pieces(pieces.count, [&](int64_t p) { return pieces.weight[p]; });
        const double sum =
            sum_of_pieces(pieces.count, [&](int64_t p) { return pieces.weight[p] * pieces.first(p, c); });
        const double mean = total > 0 ? sum / total : 0;
        const double square = sum_of_pieces(pieces.count, [&](int64_t p) {
            const double offset = pieces.first(p, c) - mean;
            return pieces.second(p, c) + pieces.weight[p] * offset * offset;
        });
        if (lane() == 0) {
            static_cast<T*>(args.mean)[c] = static_cast<T>(mean);
            static_cast<T*>(args.variance)[c] = static_cast<T>(total > 0 ? square / total : 0);
        }
    });
}

MIGRATE_TRAINING_KERNEL(column_statistics, ColumnStatisticsArguments, column_statistics)
MIGRATE_KERNEL(migrate_column_statistics_merge_f32, cuda::ColumnStatisticsArguments, cuda::training_threads) {
    merge_column_statistics<float>(args);
}
MIGRATE_KERNEL(migrate_column_statistics_merge_f64, cuda::ColumnStatisticsArguments, cuda::training_threads) {
    merge_column_statistics<double>(args);
}

// ---- sums of the backward pass --------------------------------------------------------------------------------------

// Sums of d and d n.
template <class T, int width>
class NormSums {
  public:
    struct Loaded {
        Strip<T, width> row, grad;
    };

    MIGRATE_METHOD NormSums(const cuda::NormSiluBackwardArguments& args, int64_t c)
        : args_(args), c_(c), norm_(args, c) {}

    MIGRATE_METHOD Loaded load(int64_t r) const {
        const int64_t at = r * args_.channels + c_;
        return {load_strip<T, width>(args_.rows, at), load_strip<T, width>(args_.grad, at)};
    }
    MIGRATE_METHOD void add(const Loaded& in, Strip<T, width> (&sums)[2]) const {
#pragma unroll
        for (int j = 0; j < width; j++) {
            const T normal = norm_.normal(in.row.at[j], j), slope = norm_.slope(in.grad.at[j], normal, j);
            sums[0].at[j] += slope;
            sums[1].at[j] = fused(slope, normal, sums[1].at[j]);
        }
    }

  private:
    const cuda::NormSiluBackwardArguments& args_;
    int64_t c_;
    NormStrip<T, width> norm_;
};

template <class T, int width>
MIGRATE_DEVICE void norm_silu_reduce(const cuda::NormSiluBackwardArguments& args) {
    const int64_t channels = args.channels;
    const Pieces pieces(args.pieces, args.n, channels);
    for (int64_t p = block(); p < pieces.count; p += blocks()) {
        const auto summand = [&](int64_t c) { return NormSums<T, width>(args, c); };
        block_sums<T, width, 2>(channels, cuda::piece_begin(p, pieces.count, args.n),
                                cuda::piece_begin(p + 1, pieces.count, args.n), summand,
                                [&](int64_t c, const double(&sums)[2]) {
                                    pieces.first(p, c) = sums[0];
                                    pieces.second(p, c) = sums[1];
                                });
    }
}

template <class T>
MIGRATE_DEVICE void merge_norm_silu_reduce(const cuda::NormSiluBackwardArguments& args) {
    const Pieces pieces(args.pieces, args.n, args.channels);
    for_channels_of_warp(args.channels, [&](int64_t c) {
        const double sum = sum_of_pieces(pieces.count, [&](int64_t p) { return pieces.first(p, c); }),
                     dot = sum_of_pieces(pieces.count, [&](int64_t p) { return pieces.second(p, c); });
        if (lane() == 0) {
            static_cast<T*>(args.sum)[c] = static_cast<T>(sum);
            static_cast<T*>(args.dot)[c] = static_cast<T>(dot);
        }
    });
}

MIGRATE_TRAINING_KERNEL(norm_silu_reduce, NormSiluBackwardArguments, norm_silu_reduce)
MIGRATE_KERNEL(migrate_norm_silu_reduce_merge_f32, cuda::NormSiluBackwardArguments, cuda::training_threads) {
    merge_norm_silu_reduce<float>(args);
}
MIGRATE_KERNEL(migrate_norm_silu_reduce_merge_f64, cuda::NormSiluBackwardArguments, cuda::training_threads) {
    merge_norm_silu_reduce<double>(args);
}

}  // namespace migrate::device::training
