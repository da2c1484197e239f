// A sample of the schedules of one scenario under one design. It finds what is wrong, and says how often that is;
// it never proves that something holds. Definitions: docs/semantics.md, Samples.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/check/analysis.hpp"
#include "sim/check/interval.hpp"

namespace interleak::check {

/// How schedules are drawn. `uniform`: each maximal schedule is as likely as the other. `scheduler` and `rate`:
/// as the schedulers of docs/semantics.md would choose. `pct`: by random priorities.
enum class Sampler : std::uint8_t { uniform, scheduler, rate, pct };

struct SampleOptions {
  Sampler by = Sampler::scheduler;
  Rational rate{1, 100};            ///< of cancels; `rate` only
  std::uint64_t depth = 2;          ///< d; `pct` only
  std::uint64_t steps = 0;          ///< k; `pct` only; 0: what the longest of some random walks has
  std::uint64_t seed = 1;
  std::uint64_t count = 1'000;      ///< schedules to draw
  std::size_t max_length = 10'000;  ///< longer schedules are broken off
  Rational confidence{19, 20};      ///< of the intervals
};

/// How many of the schedules show something, and how likely it therefore is.
struct Share {
  std::uint64_t schedules = 0;
  Interval likely{};
};

/// One invariant. Its verdict is `violated` if some schedule shows it, else `unknown`.
struct SampledJudgement {
  property::Invariant invariant{};
  Verdict verdict = Verdict::unknown;
  Share violated{};
  std::uint64_t drawn_as = 0;       ///< number of the schedule, from 1, that the witness is of
  std::vector<Event> witness{};     ///< the shortest that was drawn, up to the violation; of these the first
  std::string schedule{};           ///< the same as text
};

/// What `pct` promises: a violation that d ordering constraints bring about is found with probability
/// 1 / (n k^(d-1)) by each schedule, if there are no more actors and steps than these.
struct Guarantee {
  std::uint64_t actors = 0, steps = 0, depth = 0;
  bool exceeded = false;            ///< a schedule was longer than that: there is no promise
  Rational each;                    ///< by one schedule
  Rational all;                     ///< by one of the sample at least, rounded down
};

struct Sampling {
  SampleOptions options;
  std::uint64_t drawn = 0;          ///< fewer than asked for: it was stopped, or could not begin
  std::string stopped_by;           ///< why fewer; empty: not fewer
  std::uint64_t broken_off = 0;     ///< too long, or into an endless event; they have no outcome
  std::size_t longest = 0;          ///< events
  std::optional<BigInt> schedules;  ///< `uniform`: how many there are in all
  std::map<std::string, Share> by_outcome;   ///< those that were seen
  std::map<std::string, Share> by_finding;   ///< likewise
  std::vector<SampledJudgement> judgements;  ///< in the order asked
  std::optional<Guarantee> guarantee;        ///< `pct` only, if a schedule was drawn
};

/// Draws and judges. `search`: budgets, threads and the means to stop it; `uniform` explores everything first.
/// The result depends on the options alone.
Sampling sample(const world::World& world, const std::vector<property::Invariant>& invariants,
                const SampleOptions& options, const Options& search);

/// "violated" if some invariant is, else "unknown".
Verdict verdict_of(const Sampling& sampling);

}  // namespace interleak::check
