// SHA-256 (FIPS 180-4), so that a certificate can be named by its digest and bound to what it is
// about. Nothing faster is needed: a text is hashed once.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace interleak::certify {

using Digest = std::array<std::uint8_t, 32>;

/// The digest of a text that comes in pieces.
class Hasher {
 public:
  void add(std::string_view bytes);
  /// Of all pieces together; the last thing to ask.
  Digest finish();

 private:
  std::array<std::uint32_t, 8> sum_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::string rest_;          // less than a block
  std::uint64_t bytes_ = 0;   // so far
};

Digest sha256(std::string_view bytes);

/// 64 hexadecimal digits.
std::string hex(const Digest& digest);

}  // namespace interleak::certify
