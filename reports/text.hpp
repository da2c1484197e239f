// What people read: verdicts first, then the shortest schedule as a table, the listing around the
// line where the cancel lands, the command that replays it, and what was explored.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "reports/result.hpp"
#include "reports/style.hpp"

namespace interleak::reports {

struct TextOptions {
  Style style;
  bool quiet = false;      ///< verdict lines only
  bool verbose = false;    ///< a table for each violated invariant, and where every task stops
  bool coverage = false;   ///< the lines of the listings, with what landed on them
  bool timings = false;    ///< seconds, memory, threads
  bool chances = true;     ///< how likely the outcomes are, where that is known
  check::Rational rate = {1, 100};  ///< of cancels, for probabilities
};

/// Report of one exploration.
std::string run_text(const Result& result, const TextOptions& options);

/// One line for each design.
std::string comparison_text(std::span<const Result> results, const Style& style);

/// Report of a schedule that was replayed.
std::string replay_text(const world::World& world, const words::Trace& trace, const TextOptions& options);

/// What is said of one invariant: "VIOLATED  no-cross-user-reply  bob received alice's history [ILK0101]".
struct VerdictRow {
  std::string_view word;
  Tone tone = Tone::good;
  std::string_view invariant;
  std::string_view text;
};
std::string verdict_row(const VerdictRow& row, const Style& style);
/// The name of an invariant, with the blanks up to what is said of it.
std::string name_column(std::string_view invariant);

/// How many connections there may be, on how many nodes.
struct Places {
  int connections = 0;
  int nodes = 1;
};
/// "interleak 0.1.0 · two-users · 2 tasks, 1 connection, ≤1 cancel · live: asio shield".
std::string header_line(const scenario::Scenario& scenario, const std::optional<Places>& places, std::string_view about,
                        const Style& style);
/// "interleak 0.1.0 · two-users · 2 tasks, 1 connection, ≤1 cancel · redis-py-4.5.1/pool".
std::string header_line(const world::World& world, const Style& style);
/// The same about several designs: "... · cancellation matrix". `connections`: how many there are,
/// where all designs have the same number.
std::string header_line(const world::World& world, std::string_view about, bool connections, const Style& style);

}  // namespace interleak::reports
