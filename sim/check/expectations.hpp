// What a scenario file expects of which design, and whether an analysis meets it. Pure values: the
// command `check` finds the files, explores and prints.
//
// For each design the most specific glob counts (sim/scenario/glob.hpp says which that is), and within
// it the most specific invariant glob for each invariant. Two that are equally specific are an
// error. Expectations fail in both directions: a violation that no longer happens is a failure too.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/check/analysis.hpp"
#include "sim/kernel/diagnostic.hpp"
#include "sim/property/invariants.hpp"
#include "sim/terms/scenario.hpp"
#include "sim/world/world.hpp"

namespace interleak::check {

/// One design under one scenario: what is judged, and what is expected of it.
struct Case {
  std::string design;
  std::vector<property::Invariant> invariants;                     ///< to be judged, in order
  std::map<std::string, scenario::Expectation> expected;           ///< by name of invariant
  std::optional<scenario::ExpectedCounts> counts;
};

/// The cases of a scenario: every known design that some glob of its `expect` matches, sorted. The glob `*` alone
/// means the designs of the run: those of `of_run`, and those that the scenario's `designs` name; without `of_run`
/// all that are known.
/// Errors: no `expect` at all, a glob that matches no design, ambiguous globs.
/// `asked_by`: what a design decides of what is judged by default; without it nothing.
std::vector<Case> cases_of(const scenario::Scenario& scenario, const std::vector<std::string>& designs,
                           Diagnostics& errors, const std::vector<std::string>* of_run = nullptr,
                           const std::function<scenario::DesignAsks(const std::string&)>& asked_by = {});

/// The invariants that a scenario judges: its list, else the default ones. Which these are can depend on the design: so
/// ask for the scenario of a world, which knows (Scenario::named, Scenario::asserts).
std::vector<property::Invariant> invariants_of(const scenario::Scenario& scenario);

enum class FailureKind : std::uint8_t {
  unexpected_violation,
  unexpected_pass,
  wrong_length,
  count_mismatch,
  stale_witness,
  vacuous,
  changed_violation,  ///< against a baseline, see baseline.hpp
  less_explored,  ///< likewise
  inconclusive,
  differs_from_model,  ///< of a real client
  expired_waiver  ///< a baseline excused it, until a day that is over
};
/// "unexpected-violation", ...
std::string_view failure_name(FailureKind kind);

/// ": states budget", ": the design diverges": what kept something from being known.
std::string ending_words(const Analysis& analysis);

struct Failure {
  FailureKind kind = FailureKind::unexpected_violation;
  std::string invariant;  ///< empty: the counts
  std::string message;  ///< "expected holds, found a violation of 8 steps"
};

/// Why a schedule does not show a violation of the invariant; empty: it does.
std::string why_not_shown(const world::World& world, const property::Invariant& invariant, std::string_view schedule);

/// True if all that is expected has a reason to be skipped: nothing of it needs to be explored.
bool skipped(const Case& expectations);

/// Which stored witnesses no longer show their violation, in the order of the invariants. Replays
/// them, explores nothing: what fails here fails whatever a search would find.
std::vector<Failure> stale_witnesses(const Case& expectations, const world::World& world);

/// What else of the expectations is not met, in the order of the invariants, the counts last. Where a
/// budget ended the search, a stored witness that still shows its violation stands for it.
std::vector<Failure> unmet(const Case& expectations, const world::World& world, const Analysis& analysis);

/// Both, one after the other.
std::vector<Failure> failures_of(const Case& expectations, const world::World& world, const Analysis& analysis);

}  // namespace interleak::check
