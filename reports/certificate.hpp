// Certificates in words: what `run` says about the one that it writes, and `verify` about one that it
// has checked.
#pragma once

#include <string>
#include <string_view>

#include "reports/json.hpp"
#include "reports/result.hpp"
#include "reports/style.hpp"
#include "sim/certify/checker.hpp"

namespace interleak::reports {

/// The line of `run`: file, digest, size, and how to check it; why there is none if nothing holds. Empty
/// if none was asked for.
std::string certificate_line(const Result& result, const Style& style);
/// The same for programs; null if there is none.
Json certificate_json(const Result& result);

/// What `verify` found out about a file. `world` may be null: it was refused before there was one.
struct Verification {
  std::string file;
  std::string_view certificate;  ///< its bytes
  certify::Checked checked;
  const world::World* world = nullptr;
};
std::string verification_text(const Verification& verification, const Style& style, bool quiet);
Json verification_json(const Verification& verification);

}  // namespace interleak::reports
