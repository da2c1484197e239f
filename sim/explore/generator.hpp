// Random numbers that are the same on every machine. The generator counts: number i of a seed is a pure
// function of both.
#pragma once

#include <cstdint>

#include <boost/multiprecision/cpp_int.hpp>

namespace interleak::explore {

/// SplitMix64 (Steele, Lea, Flood 2014) as a function of seed and counter.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : seed_(seed) {}

  std::uint64_t next() {
    std::uint64_t x = seed_ + ++count_ * 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
  }
  /// Uniform from 0 to n - 1, without bias. Precondition: n > 0.
  std::uint64_t below(std::uint64_t n) {
    const std::uint64_t uneven = -n % n;  // so many of 2^64 values are too many
    std::uint64_t x = next();
    while (x < uneven) x = next();
    return x % n;
  }
  /// The same for numbers of any size: as many random bits as n - 1 has, until they are below n.
  boost::multiprecision::cpp_int below(const boost::multiprecision::cpp_int& n) {
    using boost::multiprecision::cpp_int;
    if (n == 1) return 0;
    const std::size_t bits = msb(cpp_int(n - 1)) + 1;
    for (;;) {
      cpp_int x = 0;
      for (std::size_t have = 0; have < bits; have += 64) x = (x << 64) | next();
      x >>= (64 - bits % 64) % 64;
      if (x < n) return x;
    }
  }
  /// True with exactly that probability. Precondition: 0 <= p <= 1.
  bool happens(const boost::multiprecision::cpp_rational& p) {
    return below(boost::multiprecision::cpp_int(denominator(p))) < numerator(p);
  }

 private:
  std::uint64_t seed_;
  std::uint64_t count_ = 0;
};

}  // namespace interleak::explore
