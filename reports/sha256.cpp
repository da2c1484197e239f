#include "reports/sha256.hpp"

#include <cstdint>

namespace interleak::reports {

std::string base64_of(const Sha256& digest) {
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < digest.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t j = i; j < i + 3; ++j) three = three << 8 | (j < digest.size() ? digest[j] : 0u);
    for (int shift = 18; shift >= 0; shift -= 6) out += kDigits[three >> shift & 63];
  }
  out.back() = '=';  // 32 bytes: one short of a multiple of three
  return out;
}

}  // namespace interleak::reports
