// Sums and moments over rows by pieces that depend on the number of rows alone, so that the result does not depend on
// the threads.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace migrate {

// Rows of one piece: enough to be worth a thread's while, few enough that float sums stay exact to some 1e-6.
constexpr std::int64_t piece_rows = 512;

// At most this many pieces, so that the partial results stay small.
constexpr std::int64_t most_pieces = 1024;

inline std::int64_t pieces_of(std::int64_t rows) {
    return std::clamp<std::int64_t>((rows + piece_rows - 1) / piece_rows, 1, most_pieces);
}

inline std::int64_t piece_begin(std::int64_t piece, std::int64_t pieces, std::int64_t rows) {
    return piece * rows / pieces;
}

// Count, mean and sum of squared deviations per channel of every piece, merged in order (Chan, Golub and LeVeque 1983).
class Moments {
  public:
    Moments(std::int64_t pieces, std::int64_t channels)
        : pieces_(pieces),
          channels_(channels),
          count_(static_cast<std::size_t>(pieces), 0.0),
          mean_(static_cast<std::size_t>(pieces * channels), 0.0),
          square_(static_cast<std::size_t>(pieces * channels), 0.0) {}

    void set_count(std::int64_t piece, double count) { count_[static_cast<std::size_t>(piece)] = count; }

    // Sums of w (x - shift) and w (x - shift)^2 of one channel of a piece whose count is set.
    void set(std::int64_t piece, std::int64_t channel, double shift, double sum, double square) {
        const double count = count_[static_cast<std::size_t>(piece)];
        if (count <= 0) return;
        const auto i = static_cast<std::size_t>(piece * channels_ + channel);
        mean_[i] = shift + sum / count;
        square_[i] = std::max(0.0, square - sum * sum / count);
    }

    template <class T>
    void merge(T* mean, T* variance) const {
        for (std::int64_t c = 0; c < channels_; c++) {
            double total = 0, center = 0, square = 0;
            for (std::int64_t p = 0; p < pieces_; p++) {
                const double count = count_[static_cast<std::size_t>(p)];
                if (count <= 0) continue;
                const auto i = static_cast<std::size_t>(p * channels_ + c);
                const double offset = mean_[i] - center, both = total + count;
                center += offset * count / both;
                square += square_[i] + offset * offset * total * count / both;
                total = both;
            }
            mean[c] = static_cast<T>(center);
            variance[c] = static_cast<T>(total > 0 ? square / total : 0.0);
        }
    }

  private:
    std::int64_t pieces_, channels_;
    std::vector<double> count_, mean_, square_;
};

// Column sums of every piece, added in order.
class PieceSums {
  public:
    PieceSums(std::int64_t pieces, std::int64_t channels)
        : pieces_(pieces), channels_(channels), sums_(static_cast<std::size_t>(pieces * channels), 0.0) {}

    double* row(std::int64_t piece) { return sums_.data() + piece * channels_; }

    template <class T>
    void merge(T* out) const {
        for (std::int64_t c = 0; c < channels_; c++) {
            double sum = 0;
            for (std::int64_t p = 0; p < pieces_; p++) sum += sums_[static_cast<std::size_t>(p * channels_ + c)];
            out[c] = static_cast<T>(sum);
        }
    }

  private:
    std::int64_t pieces_, channels_;
    std::vector<double> sums_;
};

}  // namespace migrate
