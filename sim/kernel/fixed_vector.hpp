// A short vector without allocation, for the queues inside a state.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>

namespace interleak {

/// At most N elements of a trivial type. Positions beyond size() are always zero, so that equal
/// contents are equal objects.
template <class T, std::size_t N>
class FixedVector {
 public:
  static constexpr std::size_t capacity() { return N; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool full() const { return size_ == N; }
  const T* begin() const { return items_.data(); }
  const T* end() const { return items_.data() + size_; }
  T* begin() { return items_.data(); }
  T* end() { return items_.data() + size_; }
  const T& front() const { assert(size_ > 0); return items_[0]; }
  const T& back() const { assert(size_ > 0); return items_[size_ - 1]; }
  const T& operator[](std::size_t i) const { assert(i < size_); return items_[i]; }
  T& operator[](std::size_t i) { assert(i < size_); return items_[i]; }

  void push_back(const T& item) {
    assert(size_ < N);
    items_[size_++] = item;
  }
  void push_front(const T& item) {
    assert(size_ < N);
    std::copy_backward(begin(), end(), end() + 1);
    items_[0] = item;
    ++size_;
  }
  T pop_front() {
    assert(size_ > 0);
    const T item = items_[0];
    erase(0);
    return item;
  }
  void pop_back() {
    assert(size_ > 0);
    erase(size_ - 1u);
  }
  void erase(std::size_t index) {
    assert(index < size_);
    std::copy(begin() + index + 1, end(), begin() + index);
    items_[--size_] = T{};
  }
  /// Takes out the first equal element, if there is one.
  bool remove(const T& item) {
    const auto found = std::find(begin(), end(), item);
    if (found == end()) return false;
    erase(static_cast<std::size_t>(found - begin()));
    return true;
  }
  bool contains(const T& item) const { return std::find(begin(), end(), item) != end(); }
  void clear() {
    std::fill(begin(), end(), T{});
    size_ = 0;
  }
  friend bool operator==(const FixedVector&, const FixedVector&) = default;

 private:
  std::array<T, N> items_{};
  std::uint8_t size_ = 0;
};

}  // namespace interleak
