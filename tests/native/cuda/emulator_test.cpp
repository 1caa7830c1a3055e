#include "emulator.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "arguments.hpp"
#include "launch.hpp"
#include "planted_bugs.hpp"

namespace migrate::cuda::testing {
namespace {

std::vector<uint32_t> counting(std::size_t n) {
    std::vector<uint32_t> in(n);
    std::iota(in.begin(), in.end(), 1u);
    return in;
}

// What a kernel leaves behind in each of the orders, without repetitions.
std::set<std::vector<uint32_t>> results(const char* name, unsigned blocks, unsigned threads, std::size_t shared_bytes) {
    std::set<std::vector<uint32_t>> all;
    const std::vector<uint32_t> in = counting(threads);
    for (const unsigned order : orders) {
        const InOrder in_order(order);
        std::vector<uint32_t> out(threads);
        launch(name, Numbers{in.data(), out.data()}, blocks, threads, shared_bytes);
        all.insert(out);
    }
    return all;
}

void expect_failure(const char* name, unsigned threads, const char* message) {
    std::vector<uint32_t> out(threads);
    try {
        launch(name, Numbers{nullptr, out.data()}, 1, threads, 0);
        ADD_FAILURE() << name << " went unnoticed";
    } catch (const std::runtime_error& e) {
        EXPECT_NE(std::string(e.what()).find(message), std::string::npos) << e.what();
    }
}

TEST(Emulator, a_missing_barrier_shows_as_results_that_depend_on_the_order) {
    EXPECT_GT(results("planted_missing_barrier", 1, 64, 64 * 4).size(), 1u);
    EXPECT_EQ(results("repaired_missing_barrier", 1, 64, 64 * 4).size(), 1u);
    EXPECT_GT(results("planted_missing_warp_barrier", 1, 32, 32 * 4).size(), 1u);
}

TEST(Emulator, a_race_of_blocks_shows_as_results_that_depend_on_the_order) {
    EXPECT_GT(results("planted_race_of_blocks", 5, 32, 0).size(), 1u);
}

TEST(Emulator, finds_threads_that_wait_for_ever) {
    expect_failure("planted_divergent_barrier", 64, "another barrier");
    expect_failure("planted_missing_lane", 32, "has ended");
    expect_failure("planted_missing_thread", 64, "never come");
}

TEST(Emulator, shared_memory_starts_as_rubbish) {
    EXPECT_EQ(*results("planted_uninitialized", 1, 32, 32 * 4).begin(), std::vector<uint32_t>(32, 0xCDCDCDCD));
}

TEST(Emulator, refuses_launches_that_a_gpu_refuses) {
    std::vector<uint32_t> out(64);
    const Numbers args{nullptr, out.data()};
    EXPECT_THROW(launch("planted_missing_lane", args, 1, 64), std::runtime_error);
    EXPECT_THROW(launch("planted_missing_lane", args, 1, 31), std::runtime_error);
    EXPECT_THROW(launch("planted_missing_lane", args, 1, 32, 300000), std::runtime_error);
}

TEST(Emulator, collectives_equal_plain_arithmetic) {
    std::vector<uint32_t> in(64);
    for (std::size_t i = 0; i < in.size(); i++) in[i] = static_cast<uint32_t>((i * 7919) % 97);
    for (const unsigned order : orders) {
        const InOrder in_order(order);
        std::vector<uint32_t> out(64 * 8);
        launch("try_collectives", Numbers{in.data(), out.data()}, 1, 64);
        for (std::size_t i = 0; i < 64; i++) {
            const std::size_t first = i / 32 * 32;
            uint32_t sum = 0, before = 0, odd = 0, threes = 0;
            for (std::size_t j = first; j < first + 32; j++) {
                sum += in[j];
                if (j < i) before += in[j], threes += in[j] % 3 == 0;
                odd |= (in[j] % 2) << (j - first);
            }
            const auto begin = in.begin() + static_cast<std::ptrdiff_t>(first);
            const std::vector<uint32_t> want = {sum,
                                                before,
                                                *std::min_element(begin, begin + 32),
                                                *std::max_element(begin, begin + 32),
                                                odd,
                                                in[first + (i + 1) % 32],
                                                threes,
                                                sum};
            const auto at = out.begin() + static_cast<std::ptrdiff_t>(8 * i);
            EXPECT_EQ(std::vector<uint32_t>(at, at + 8), want) << "thread " << i;
        }
    }
}

TEST(Fill, fills_every_number_and_none_beyond) {
    for (const int64_t n : {0, 1, 255, 256, 257, 5000}) {
        std::vector<uint32_t> out(static_cast<std::size_t>(n) + 1, 1);
        launch("migrate_fill_u32", FillArguments{out.data(), n, 7, 0}, 3, 256);
        std::vector<uint32_t> want(static_cast<std::size_t>(n) + 1, 7);
        want.back() = 1;
        EXPECT_EQ(out, want);
    }
}

}  // namespace
}  // namespace migrate::cuda::testing
