// Digests as pages need them: what content policies name scripts by, and what page and engine compare.
#pragma once

#include <string>
#include <string_view>

#include "sim/certify/sha256.hpp"

namespace interleak::reports {

using Sha256 = certify::Digest;
using certify::sha256;

/// 64 lower-case hexadecimal digits.
inline std::string hex_of(const Sha256& digest) { return certify::hex(digest); }
/// Base64 with padding, as in `script-src 'sha256-...'`.
std::string base64_of(const Sha256& digest);

}  // namespace interleak::reports
