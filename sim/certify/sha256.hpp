// SHA-256 (FIPS 180-4), so that a certificate can be named by its digest and bound to what it is
// about. Nothing faster is needed: a certificate is hashed once.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace interleak::certify {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view bytes);

/// 64 hexadecimal digits.
std::string hex(const Digest& digest);

}  // namespace interleak::certify
