#include "kernels/peak.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <vector>

#include "kernels/parallel.hpp"
#include "migrate.h"

#ifndef MIGRATE_PEAK_CPP
#define MIGRATE_PEAK_CPP
namespace migrate {

struct Spinner {
    double (*spin)(std::int64_t);
    double round_flops;  // floating-point operations of one round
};

}  // namespace migrate
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/peak.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/dispatch.hpp"
#include "kernels/half_tiles.hpp"

HWY_BEFORE_NAMESPACE();
namespace migrate {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Independent chains: enough to hide the latency of a multiply-add, few enough for the registers.
#if HWY_TARGET == HWY_AVX3
constexpr int kChains = 24;
#else
constexpr int kChains = 12;
#endif

// Floating-point operations of one round.
template <class T>
double RoundFlops() {
    return 2.0 * kChains * static_cast<double>(hn::Lanes(hn::ScalableTag<T>()));
}

template <class T>
double Spin(std::int64_t rounds) {
    const hn::ScalableTag<T> d;
    hn::Vec<decltype(d)> sum[kChains];
    // Equal chains would be one to the compiler.
    HWY_UNROLL(24)
    for (int i = 0; i < kChains; i++) sum[i] = hn::Set(d, static_cast<T>(i));
    const auto factor = hn::Set(d, static_cast<T>(0.5));
    for (std::int64_t r = 0; r < rounds; r++) {
        HWY_UNROLL(24)
        for (int i = 0; i < kChains; i++) sum[i] = hn::MulAdd(sum[i], factor, factor);
    }
    auto total = hn::Zero(d);
    for (int i = 0; i < kChains; i++) total = hn::Add(total, sum[i]);
    return static_cast<double>(hn::GetLane(total));
}

Spinner SpinnerOf(bool is_double) {
    return is_double ? Spinner{Spin<double>, RoundFlops<double>()} : Spinner{Spin<float>, RoundFlops<float>()};
}

// Reads every cache line.
std::uint64_t ReadAll(const std::uint64_t* words, std::int64_t n) {
    const hn::ScalableTag<std::uint64_t> d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    auto a = hn::Zero(d), b = hn::Zero(d), c = hn::Zero(d), e = hn::Zero(d);
    for (std::int64_t i = 0; i + 4 * lanes <= n; i += 4 * lanes) {
        a = hn::Add(a, hn::LoadU(d, words + i));
        b = hn::Add(b, hn::LoadU(d, words + i + lanes));
        c = hn::Add(c, hn::LoadU(d, words + i + 2 * lanes));
        e = hn::Add(e, hn::LoadU(d, words + i + 3 * lanes));
    }
    return hn::GetLane(hn::Add(hn::Add(a, b), hn::Add(c, e)));
}

}  // namespace HWY_NAMESPACE
}  // namespace migrate
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace migrate {
namespace {

constexpr int runs = 7;

Spinner spinner_of(bool is_double) { MIGRATE_DISPATCH(SpinnerOf(is_double)); }
std::uint64_t read_all(const std::uint64_t* words, std::int64_t n) { MIGRATE_DISPATCH(ReadAll(words, n)); }

double spin_bf16_double(std::int64_t rounds) { return static_cast<double>(spin_bf16(rounds)); }
double spin_fp16_double(std::int64_t rounds) { return static_cast<double>(spin_fp16(rounds)); }

// Best of several runs of `work(thread)` on all threads: amount / seconds.
template <typename Work>
double best_rate(double amount, int threads, const Work& work) {
    double best = 0;
    for (int run = 0; run < runs; run++) {
        const auto start = std::chrono::steady_clock::now();
        for_pieces(threads, threads, [&](std::int64_t piece, int) { work(piece); });
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
        best = std::max(best, amount / seconds.count());
    }
    return best;
}

double arithmetic_peak(const Spinner& spinner, int threads) {
    constexpr std::int64_t rounds = 5'000'000;
    std::vector<double> results(static_cast<std::size_t>(threads) * 8);
    return best_rate(spinner.round_flops * rounds * threads, threads,
                     [&](std::int64_t piece) { results[static_cast<std::size_t>(piece) * 8] = spinner.spin(rounds); });
}

double memory_peak(bool copy, int threads) {
    constexpr std::int64_t total_words = std::int64_t{1} << 26;  // 512 MiB
    const std::int64_t words = total_words / threads;
    const auto n = static_cast<std::size_t>(words * threads);
    std::vector<std::uint64_t> from(n, 1), to(copy ? n : 0, 2), sums(static_cast<std::size_t>(threads) * 8);
    const double bytes = 8.0 * static_cast<double>(n) * (copy ? 2 : 1);
    return best_rate(bytes, threads, [&](std::int64_t piece) {
        const std::uint64_t* own = from.data() + piece * words;
        if (copy) {
            std::memcpy(to.data() + piece * words, own, static_cast<std::size_t>(words) * 8);
        } else {
            sums[static_cast<std::size_t>(piece) * 8] = read_all(own, words);
        }
    });
}

}  // namespace

double measure_peak(int which, int threads) {
    const CpuFeatures& cpu = cpu_features();
    switch (which) {
        case MIGRATE_PEAK_F32:
            return arithmetic_peak(spinner_of(false), threads);
        case MIGRATE_PEAK_F64:
            return arithmetic_peak(spinner_of(true), threads);
        case MIGRATE_PEAK_BF16:
            return cpu.bf16_dot ? arithmetic_peak({spin_bf16_double, 24.0 * 64}, threads) : 0;
        case MIGRATE_PEAK_FP16:
            return cpu.fp16_math ? arithmetic_peak({spin_fp16_double, 24.0 * 64}, threads) : 0;
        default:
            return memory_peak(which == MIGRATE_PEAK_COPY, threads);
    }
}

}  // namespace migrate
#endif
