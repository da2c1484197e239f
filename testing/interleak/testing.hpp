// interleak in a program's own tests: one scenario under one pool design, explored on the spot.
//
//   #include <interleak/catch2.hpp>    // or <interleak/gtest.hpp>, or this header for any other framework
//   REQUIRE(interleak::check("scenario.json", "shop.pool") == interleak::holds);
//
// A failing comparison prints the shortest counterexample. Link interleak::testing. Needs C++17, and no
// other header of interleak. The simulator's own headers have a namespace `interleak::check`: who
// includes them in the same file defines INTERLEAK_NO_SHORT_NAMES and writes `interleak::suite::check`.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace interleak::suite {

enum class Verdict : std::uint8_t {
  holds,      ///< everything was explored, and no invariant is violated
  violated,   ///< the outcome has the shortest schedule that does it
  unknown,    ///< the budget ended the search: never a pass
  invalid     ///< a file cannot be read, or a name is unknown: the outcome says which
};

/// "holds", "violated", "unknown", "invalid".
const char* name_of(Verdict verdict);

struct Options {
  std::string variant;                      ///< of the scenario; empty: the file as it stands
  std::vector<std::string> invariants;      ///< names or patterns; empty: those of the scenario
  std::vector<std::string> designs;         ///< more design files, for `extends`
  std::uint64_t max_states = 5'000'000;     ///< 0: no end
  std::uint64_t max_bytes = 1ull << 30;     ///< of memory
};

/// What came out.
struct Outcome {
  Verdict verdict = Verdict::invalid;
  std::string text;        ///< for people: verdicts and the shortest counterexample, or errors, in ASCII
  std::string schedule;    ///< violated: of the gravest invariant, as `interleak replay -s` takes it

  friend bool operator==(const Outcome& outcome, Verdict other) { return outcome.verdict == other; }
  friend bool operator==(Verdict other, const Outcome& outcome) { return outcome.verdict == other; }
  friend bool operator!=(const Outcome& outcome, Verdict other) { return outcome.verdict != other; }
  friend bool operator!=(Verdict other, const Outcome& outcome) { return outcome.verdict != other; }
};

/// `scenario`: a file, or a built-in one ("incident/two-users"). `design`: a file, or the id of a built-in
/// one ("redis-py-4.5.1/pool"). Never throws because of what files hold: that is Verdict::invalid.
Outcome check(const std::string& scenario, const std::string& design, const Options& options = {});

inline std::ostream& operator<<(std::ostream& out, Verdict verdict) { return out << name_of(verdict); }
inline std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  return out << name_of(outcome.verdict) << '\n' << outcome.text;
}

}  // namespace interleak::suite

#ifndef INTERLEAK_NO_SHORT_NAMES
namespace interleak {
using suite::check;
inline constexpr suite::Verdict holds = suite::Verdict::holds;
inline constexpr suite::Verdict violated = suite::Verdict::violated;
inline constexpr suite::Verdict unknown = suite::Verdict::unknown;
inline constexpr suite::Verdict invalid = suite::Verdict::invalid;
}  // namespace interleak
#endif
