// Memory for vectors: aligned to 64 bytes, not initialized.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace migrate {

// Owns its numbers.
template <class T>
class AlignedArray {
  public:
    AlignedArray() = default;
    explicit AlignedArray(std::int64_t count)
        : data_(static_cast<T*>(::operator new (static_cast<std::size_t>(count) * sizeof(T), std::align_val_t{64}))) {}

    T* data() { return data_.get(); }
    const T* data() const { return data_.get(); }

  private:
    struct Free {
        void operator()(T* p) const { ::operator delete (p, std::align_val_t{64}); }
    };
    std::unique_ptr<T, Free> data_;
};

// Numbers in somebody's workspace.
template <class T>
class Rows {
  public:
    Rows() = default;
    explicit Rows(T* data) : data_(data) {}
    T* data() const { return data_; }
    T& operator[](std::int64_t i) const { return data_[i]; }

  private:
    T* data_ = nullptr;
};

// Hands out parts of a workspace; of none, it counts what would be needed.
class Workspace {
  public:
    explicit Workspace(void* memory) : memory_(static_cast<char*>(memory)) {}

    template <class T>
    Rows<T> take(std::int64_t count) {
        char* at = memory_ == nullptr ? nullptr : memory_ + used_;
        used_ += (count * static_cast<std::int64_t>(sizeof(T)) + 63) / 64 * 64;
        return Rows<T>(reinterpret_cast<T*>(at));
    }

    std::int64_t used() const { return used_; }

  private:
    char* memory_;
    std::int64_t used_ = 0;
};

}  // namespace migrate
