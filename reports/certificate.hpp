// Certificates in words: what `run` says about the one that it writes, and `verify` about one that it
// has checked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

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

/// A file that what was proved came from.
struct Source {
  std::string id;                  ///< of the scenario or the design
  std::string file;                ///< built in: its path in the source tree
  bool built_in = false;
  bool replaces_built_in = false;  ///< a file that is not built in, under the name of something that is
};

/// What a certificate was held against.
struct Subject {
  Source scenario;
  std::vector<std::string> changes;   ///< flags that change the scenario, as words
  std::vector<Source> designs;        ///< the design, then all that it inherits
  bool named_by_certificate = false;  ///< by its own words; else by the command line
};

/// What `verify` found out about a file. `world` may be null: it was refused before there was one.
struct Verification {
  std::string file;
  std::string_view certificate;  ///< its bytes
  certify::Checked checked;
  const world::World* world = nullptr;
  Subject subject;               ///< if there is a world
};
std::string verification_text(const Verification& verification, const Style& style, bool quiet);
Json verification_json(const Verification& verification);

}  // namespace interleak::reports
