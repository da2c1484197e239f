// A short vector without allocation, for the queues inside a state.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/kernel/ensure.hpp"

namespace interleak {

/// At most N elements of a trivial type. Positions beyond size() are always zero, so that equal
/// contents are equal objects. Whoever adds to one asks before whether it is full(): what then happens is
/// theirs to say, and adding all the same is a Defect in every build.
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
  const T& front() const { return items_[checked(0)]; }
  const T& back() const { return items_[checked(size_ - std::size_t{1})]; }
  const T& operator[](std::size_t i) const { return items_[checked(i)]; }
  T& operator[](std::size_t i) { return items_[checked(i)]; }

  void push_back(const T& item) {
    ensure(size_ < N, "a fixed vector is full");
    items_[size_++] = item;
  }
  void push_front(const T& item) { insert(0, item); }
  /// Before what is at `index`, which may be behind the last.
  void insert(std::size_t index, const T& item) {
    ensure(size_ < N, "a fixed vector is full");
    ensure(index <= size_, "a position beyond the end of a fixed vector");
    std::copy_backward(begin() + index, end(), end() + 1);
    items_[index] = item;
    ++size_;
  }
  T pop_front() {
    const T item = front();
    erase(0);
    return item;
  }
  void pop_back() { erase(size_ - std::size_t{1}); }
  void erase(std::size_t index) {
    checked(index);
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
  static_assert(N <= 255, "the size is one byte");

  constexpr std::size_t checked(std::size_t index) const {
    ensure(index < size_, "a position beyond the end of a fixed vector");
    return index;
  }

  std::array<T, N> items_{};
  std::uint8_t size_ = 0;
};

}  // namespace interleak
