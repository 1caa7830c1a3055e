// The words of native/cuda/hopper_device.cuh over the emulator. Copies and products are done at once; what the emulator
// holds them to is where the numbers lie: swizzle, descriptors, boxes and the count of bytes that a mailbox waits for.
#pragma once

#include <stdexcept>

#include "emulated_device.hpp"
#include "emulated_tensor_map.hpp"

namespace migrate::device {

MIGRATE_DEVICE void publish_to_engines() {}
MIGRATE_DEVICE void acquire_map(const void*) {}

class Mailbox {
  public:
    explicit Mailbox(uint64_t* memory) : state_(reinterpret_cast<State*>(memory)) {}

    void prepare() const { *state_ = {0, 0, 0}; }
    void expect(uint32_t bytes) const {
        state_->bytes += static_cast<int32_t>(bytes);
        state_->arrived = 1;
        settle();
    }
    void deliver(uint32_t bytes) const {
        state_->bytes -= static_cast<int32_t>(bytes);
        settle();
    }
    void wait(uint32_t filling) const {
        // As the hardware: waits while the phase of this parity is under way.
        while (state_->fillings % 2 == filling % 2) emulation::yield();
    }

  private:
    struct State {
        int32_t bytes;
        uint16_t arrived, fillings;
    };
    State* state_;

    void settle() const {
        if (state_->arrived == 0 || state_->bytes != 0) return;
        state_->arrived = 0;
        state_->fillings++;
    }
};

// 16-byte pieces of a row of 128 change places by the number of the row among eight.
MIGRATE_DEVICE std::size_t swizzled(std::size_t offset) { return offset ^ ((offset >> 7 & 7) << 4); }

MIGRATE_DEVICE void copy_box(void* shared, const void* map, int32_t column, int32_t row, const Mailbox& mailbox) {
    emulation::TensorMap matrix;
    std::memcpy(&matrix, map, sizeof matrix);
    auto* to = static_cast<unsigned char*>(shared);
    const std::size_t start = static_cast<std::size_t>(to - shared_memory());
    if (start % 1024 != 0 || matrix.box_columns != 64)
        throw std::runtime_error("a box must be 64 wide and lie at a multiple of 1024");
    for (uint32_t r = 0; r < matrix.box_rows; r++) {
        for (uint32_t c = 0; c < matrix.box_columns; c++) {
            const uint64_t x = static_cast<uint64_t>(column) + c, y = static_cast<uint64_t>(row) + r;
            uint16_t value = 0;
            if (x < matrix.columns && y < matrix.rows) {
                std::memcpy(&value, static_cast<const unsigned char*>(matrix.base) + y * matrix.row_bytes + 2 * x, 2);
            }
            std::memcpy(shared_memory() + swizzled(start + r * 128 + 2 * c), &value, 2);
        }
    }
    mailbox.deliver(matrix.box_rows * matrix.box_columns * 2);
}

MIGRATE_DEVICE uint64_t matrix_descriptor(const void* shared) {
    const auto start = static_cast<uint64_t>(static_cast<const unsigned char*>(shared) - shared_memory());
    if (start % 16 != 0 || start > 0x3ffff) throw std::runtime_error("no descriptor can hold this address");
    return start >> 4 | uint64_t{1} << 16 | uint64_t{1024 >> 4} << 32 | uint64_t{1} << 62;
}

MIGRATE_DEVICE void products_begin() {}
MIGRATE_DEVICE void products_wait() {}

struct GroupProduct {
    float* c;
    int columns;
    uint64_t a, b;
};

// Number k of row r of the matrix that a descriptor describes.
MIGRATE_DEVICE float described(uint64_t descriptor, int r, int k) {
    const std::size_t start = (descriptor & 0x3fff) << 4, group = (descriptor >> 32 & 0x3fff) << 4;
    const std::size_t offset = start + static_cast<std::size_t>(r / 8) * group + static_cast<std::size_t>(r % 8) * 128 +
                               static_cast<std::size_t>(k) * 2;
    uint16_t half;
    std::memcpy(&half, shared_memory() + swizzled(offset), 2);
    return std::bit_cast<float>(uint32_t{half} << 16);
}

template <int n>
static void multiply_group(float (&c)[n], uint64_t a, uint64_t b, const At& at = At::current()) {
    GroupProduct mine{c, 2 * n, a, b};
    emulation::meet(
        thread() / 128 * 128, 128, &mine,
        [](void** all, void*) {
            const auto* first = static_cast<const GroupProduct*>(all[0]);
            float rows[64][16], columns[256][16];
            for (int k = 0; k < 16; k++) {
                for (int r = 0; r < 64; r++) rows[r][k] = described(first->a, r, k);
                for (int r = 0; r < first->columns; r++) columns[r][k] = described(first->b, r, k);
            }
            for (int l = 0; l < 128; l++) {
                const auto* product = static_cast<const GroupProduct*>(all[l]);
                if (product->a != first->a || product->b != first->b)
                    throw std::runtime_error("other matrices in one group");
                for (int i = 0; i < first->columns / 2; i++) {
                    const float* row = rows[16 * (l / 32) + l % 32 / 4 + 8 * (i / 2 % 2)];
                    const float* column = columns[8 * (i / 4) + l % 4 * 2 + i % 2];
                    float sum = 0;
                    for (int k = 0; k < 16; k++) sum += row[k] * column[k];
                    product->c[i] += sum;
                }
            }
        },
        nullptr, at);
}

}  // namespace migrate::device
