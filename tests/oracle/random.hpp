// Where random cases come from: a generator of which the standard says what it draws, so that a seed
// means the same case everywhere.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace interleak::oracle {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  /// The numbers that belong to a case or a schedule: neighbours have nothing in common.
  Random(std::uint64_t seed, std::uint64_t number) : Random(mixed(seed + mixed(number))) {}

  std::uint64_t bits() { return engine_(); }
  /// 0 to n - 1.
  int below(int n) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(n)); }
  /// `from` to `to`, both included.
  int between(int from, int to) { return from + below(to - from + 1); }
  bool one_in(int n) { return below(n) == 0; }
  bool percent(int chance) { return below(100) < chance; }

  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(below(static_cast<int>(from.size())))];
  }

 private:
  /// The finalizer of SplitMix64.
  static constexpr std::uint64_t mixed(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
  }

  std::mt19937_64 engine_;
};

}  // namespace interleak::oracle
