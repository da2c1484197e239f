// SHA-256 (FIPS 180-4): what content policies of pages name scripts by, and page and engine
// compare.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace interleak::reports {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::string_view bytes);

/// 64 lower-case hexadecimal digits.
std::string hex_of(const Sha256& digest);
/// Base64 with padding, as in `script-src 'sha256-...'`.
std::string base64_of(const Sha256& digest);

}  // namespace interleak::reports
