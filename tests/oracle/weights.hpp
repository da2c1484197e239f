// Probabilities by the definition: every maximal schedule of a small world, one by one, each with the exact
// weight that a scheduler gives it. Nothing is remembered between schedules, and nothing is shared with the
// engine: which events are enabled, and which of them are cancels, is what the literal interpreter says.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <boost/multiprecision/cpp_int.hpp>

#include "tests/oracle/interpreter.hpp"

namespace interleak::oracle {

using Fraction = boost::multiprecision::cpp_rational;

/// The schedules that show something.
struct Weight {
  std::uint64_t schedules = 0;
  Fraction uniform = 0;          ///< all choices of a state, and the end where it is one, equally likely
  std::vector<Fraction> rate;    ///< for each p of the call: where cancels are possible, one with chance p
};

struct Weights {
  bool finished = false;         ///< false: a limit was passed or the design diverges; the rest is partial
  bool diverges = false;
  Weight all;
  std::map<std::string, Weight> by_outcome, by_finding;   ///< those that occur; names of docs/semantics.md
  std::vector<Fraction> cancels; ///< for each p: expected number of cancels
  std::vector<Fraction> spent;   ///< for each p: that `max_cancels` have happened
};

/// Enumerates until more than `max_schedules` were found, or `max_steps` events were run.
Weights weigh(const Oracle& start, int max_cancels, const std::vector<Fraction>& ps, std::uint64_t max_schedules,
              std::uint64_t max_steps);

}  // namespace interleak::oracle
