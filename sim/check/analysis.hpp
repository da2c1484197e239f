// One scenario under one design, explored: the result that reports print and expectations judge.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/multiprecision/cpp_int.hpp>

#include "sim/check/numbers.hpp"
#include "sim/kernel/allowance.hpp"
#include "sim/kernel/interrupt.hpp"
#include "sim/kernel/system.hpp"
#include "sim/property/invariants.hpp"
#include "sim/words/disclosure.hpp"
#include "sim/words/names.hpp"
#include "sim/world/world.hpp"

namespace interleak::explain {
struct Why;   // sim/explain/why.hpp
}
namespace interleak::certify {
struct Head;  // sim/certify/certificate.hpp
}

namespace interleak::check {

using BigInt = boost::multiprecision::cpp_int;

/// Budgets of one exploration; 0 = none. States and depth are deterministic.
struct Budget {
  std::uint64_t max_states = 0;
  int max_depth = 0;
  std::uint64_t max_bytes = 4ull << 30;
};

enum class Verdict : std::uint8_t { holds, violated, unknown };
/// "holds", "violated", "unknown".
std::string_view verdict_name(Verdict verdict);

struct Judgement {
  property::Invariant invariant;
  Verdict verdict = Verdict::unknown;
  std::string vacuous;            ///< why a `holds` says little; empty: it does not
  std::vector<Event> witness;     ///< violated: the least schedule, see docs/semantics.md
  std::string schedule;           ///< the same as text
  bool without_cancel = false;    ///< violated even in a schedule with no cancel at all
  std::shared_ptr<const explain::Why> why;   ///< if asked for: what explains the witness; else null
};

struct Counts {
  BigInt schedules;
  std::map<std::string, BigInt> by_outcome;   ///< all outcome names are present
  std::map<std::string, BigInt> by_finding;   ///< all pool finding names are present
  std::map<std::string, BigInt> without_cancel;  ///< by outcome, of schedules with no cancel
};

struct LineCoverage {
  words::LineView line;
  bool ran = false;
  bool is_await = false;
  bool cancelled_waiting = false, cancelled_ready = false;  ///< a cancel landed here
};

/// The lines of all listings that are reachable, in order; of none it is known that it ran.
std::vector<LineCoverage> listing_lines(const world::World& world);

enum class Stop : std::uint8_t { finished, states, depth, bytes, interrupted };
std::string_view stop_name(Stop stop);   ///< "finished", "states budget", ...

struct Analysis {
  std::uint64_t states = 0, transitions = 0;
  std::uint64_t kept = 0;         ///< states that were kept for these; as many, if nothing was folded
  int depth = 0;                  ///< length of the longest of the shortest paths to a state
  int clear_steps = 0;            ///< all schedules up to this many events were seen; finished: all
  Stop stop = Stop::finished;
  std::optional<std::vector<Event>> diverges;  ///< schedule into an endless event or a cycle
  std::string diverges_schedule;
  world::Bound bound = world::Bound::none;     ///< that it runs into there; none: it goes in a circle
  std::vector<Judgement> judgements;           ///< in the order asked
  std::optional<Counts> counts;                ///< only if finished and not diverging
  std::optional<Numbers> numbers;              ///< likewise, if they were asked for
  std::vector<words::Disclosure> disclosures;  ///< all that some schedule seen so far ends in, once each
  std::vector<LineCoverage> coverage;          ///< lines of all listings that are reachable, in order
  std::string certificate;                     ///< if asked for, and some invariant holds: the file
  /// What was asked for behind the search and is not here, since no time or memory was left for it: words
  /// such as "counts". The verdicts are those of all that was seen.
  std::vector<std::string> left_out;
  Stop left_out_by = Stop::finished;           ///< what ended; finished: nothing was left out
  /// How whoever ran it calls what ended the search or what is behind it: "--max-time", "SIGINT"; empty: it is
  /// called by the name of the stop.
  std::string stopped_by;
};

/// What ended the search or what is behind it, by name: "--max-mem 100 MiB", "states budget"; empty: nothing did.
std::string ended_by(const Analysis& analysis);

/// Are witnesses explained (sim/explain)? `bounded`: as far as it takes no longer than the search.
enum class Explain : std::uint8_t { no, bounded, all };

/// What a long exploration says while it runs.
struct Progress {
  int depth = 0;
  std::uint64_t frontier = 0, states = 0, bytes = 0;
};

/// Whether exact probabilities are computed. `cheap`: if that takes about as long as the search at most.
enum class WhichNumbers : std::uint8_t { none, cheap, all };
inline constexpr std::size_t kCheapTransitions = 20'000;

struct Options {
  Budget budget;
  std::vector<std::string> invariants;   ///< names; empty: the scenario's, else the default ones
  bool counts = true;
  bool fold = true;                      ///< keep one state for all that differ only in which of some tasks
                     ///< that are alike is which: changes no result, but what a budget means
  Explain explain = Explain::no;
  /// Head of the certificate that is to be written, of which the analysis fills in the rest.
  std::shared_ptr<const certify::Head> certificate;
  WhichNumbers numbers = WhichNumbers::none;  ///< only with counts
  /// Runs the jobs, all of them, in any order and on any threads; empty: one after another.
  std::function<void(std::vector<std::function<void()>>&)> executor;
  int workers = 1;
  std::function<void(const Progress&)> progress;  ///< called between levels
  Interrupt interrupt;  ///< ends the search, and what follows it
  /// May so many bytes more be taken? 0: may anything go on? Empty: yes. From any thread.
  std::function<bool(std::uint64_t)> room;

  /// Of the search, and of what tells more about its result.
  Allowance allowance() const { return {interrupt, room}; }
  /// Of what gives the result of a search. A search that was stopped has one, too.
  Allowance judging() const { return {{}, room}; }
  /// What it is that has ended where one of these did.
  Stop ended_by() const { return interrupt.raised() ? Stop::interrupted : Stop::bytes; }
};

/// Explores everything and judges. The result does not depend on `workers` or the executor.
Analysis analyse(const world::World& world, const std::vector<property::Invariant>& invariants, const Options& options);

}  // namespace interleak::check
