// The naive explorer: every maximal schedule of a small world, one by one, with nothing remembered
// between them. Exponential, and too simple to be wrong in the way that the fast one could be.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/oracle/interpreter.hpp"

namespace interleak::oracle {

/// An invariant as docs/semantics.md has it: what it is called, and the facts that violate it.
struct Judged {
  std::string invariant;
  std::vector<std::string> violated_by;  ///< outcomes, findings about the pool, or what else an event or an end shows
};

/// All of them, in the order of the page. The engine's table is another; a test compares their names, all others
/// what they lead to.
const std::vector<Judged>& judged();

/// What all schedules of a world come to. Names are those of docs/semantics.md.
struct Enumeration {
  bool finished = false;  ///< false: a limit was passed or the design diverges; the rest is partial
  bool diverges = false;
  std::uint64_t schedules = 0;
  std::map<std::string, std::uint64_t> by_outcome;  ///< by the worst outcome
  std::map<std::string, std::uint64_t> without_cancel;  ///< the same, of schedules with no cancel
  std::map<std::string, std::uint64_t> by_finding;
  std::map<std::string, int> shortest;  ///< by invariant; absent: it holds
  Failures failures;  ///< how operations have failed in some schedule
};

/// Enumerates until more than `max_schedules` were found, or `max_steps` events were run.
Enumeration enumerate(const Oracle& start, std::uint64_t max_schedules, std::uint64_t max_steps);

/// The same without cancels, timeouts and errors of servers.
scenario::Scenario without_faults(scenario::Scenario scenario);

/// How operations fail without faults; null: that would be more schedules, or more events, or a bound is passed.
std::shared_ptr<const Failures> excused_in(const scenario::Scenario& scenario, const design::Design& design,
                                           std::uint64_t max_schedules, std::uint64_t max_steps);

}  // namespace interleak::oracle
