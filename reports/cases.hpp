// What the result files of `check`, `run` and `live` are made of (JUnit, SARIF, GitHub, Markdown): cases,
// and where in the user's files each of their findings stands. Every format reads this one value.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reports/observed.hpp"
#include "reports/result.hpp"
#include "sim/check/baseline.hpp"
#include "sim/check/expectations.hpp"
#include "sim/kernel/diagnostic.hpp"
#include "sim/terms/scenario.hpp"
#include "sim/words/trace.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

/// One scenario (or variant) under one design, or with one client: then there is no world, and `observed`
/// stands for the result.
struct Case {
  enum class Status : std::uint8_t { passed, expected, failed, skipped };
  Status status = Status::skipped;  ///< expected: violated, as the scenario says
  std::shared_ptr<const world::World> world;
  std::string file;  ///< of the scenario; empty: none in the user's tree
  std::map<std::string, std::string> design_files;        ///< the same for designs, by id
  std::map<std::string, scenario::Expectation> expected;  ///< by name of invariant
  std::optional<scenario::ExpectedCounts> counts;
  std::vector<check::Failure> failures;
  std::map<std::string, check::Change> changes;  ///< against a baseline, by name of invariant
  std::map<std::string, check::Waiver> waivers;  ///< of the known violations, by name of invariant
  std::optional<Result> result;  ///< nothing: skipped before anything was explored
  std::optional<Observed> observed;
  std::string skipped_because;   ///< why there is no result, or why it does not count

  const scenario::Scenario& scenario() const { return observed ? *observed->scenario : world->scenario(); }
  /// The design, or the client that stands for one.
  const std::string& subject() const { return observed ? observed->client : world->design().id; }
};

/// All cases of a command, in its order.
struct Cases {
  std::vector<Case> all;
  int passed = 0, failed = 0, skipped = 0;  ///< expected violations have passed
  Diagnostics errors;  ///< of files: then nothing was run. Their files are the user's, or empty
};

/// Adds a case and counts it.
void add(Cases& cases, Case each);

/// The case of `run`, which has no expectations: every violation is a failure, and so is a verdict
/// that was not reached. `file` and `design_files` are left to the caller.
Case case_of_run(const Result& result);

/// The case of `live`: violations, unreached verdicts and differences from a model are failures.
Case case_of_live(Observed observed);

/// Why one invariant of a case is not judged; empty: it is.
std::string why_skipped(const Case& each, const std::string& invariant);

/// Names of the shapes of the witnesses of a result, one for each judgement; without one: empty.
std::vector<std::string> witness_digests(const Result& result);

/// True if nothing worse than an unreached verdict is wrong.
bool only_inconclusive(const std::vector<check::Failure>& failures);

/// "passed", "failed", "inconclusive", "invalid", of all cases together.
std::string_view verdict_word(const Cases& cases);

/// A failure, and the code under which annotations and SARIF show it: that of the violated
/// invariant, else one for the kind of failure (docs/output.md).
struct Finding {
  std::string code;       ///< "ILK0101", "ILK0201"
  std::string name;       ///< "no-cross-user-reply", "unexpected-pass"
  std::string kind;       ///< "unexpected-violation"
  std::string invariant;  ///< empty: the counts
  std::string message;
  int judgement = -1;     ///< index of the violated judgement, or of the difference from a model; -1: there
                          ///< is no schedule to show
  bool expected = false;  ///< no failure: a violation that the scenario expects
};

/// The findings of a case: its failures in their order, then, if asked, expected violations.
std::vector<Finding> findings_of(const Case& each, bool expected_too);

/// One kind of failure that is no violation, with its code and what it means.
struct FailureRule {
  check::FailureKind kind;
  std::string_view code, meaning;
};
const std::vector<FailureRule>& failure_rules();

/// A line of a file of the user's.
struct Place {
  std::string file;
  std::uint32_t line = 0;
  std::string text;  ///< of the listing line; empty: a scenario's
};

/// Where a line of a listing stands, or the innermost of those that called it, in a file of the user's.
/// Listings that are built in are in none.
std::optional<Place> place_of(const Case& each, const words::LineView& line);
/// Where an operation of the scenario stands.
std::optional<Place> operation_place(const Case& each, int task, int operation);
/// Where the expectation stands that a finding is about; without one, the scenario's first line.
std::optional<Place> expectation_place(const Case& each, const std::string& invariant);
/// The line on which the last cancel of a witness lands; null: it has no cancel.
const words::LineView* fatal_cancel(const words::Trace& trace);
/// The place that stands first: where the fatal cancel lands (live: the operation of its task), else the
/// expectation.
std::optional<Place> main_place(const Case& each, const Finding& finding);

/// The trace of a finding's witness; null: it has none, or no model.
const words::Trace* trace_of(const Case& each, const Finding& finding);

/// "two-users [two-cancels] under redis-py-4.5.1/pool".
std::string subject_words(const Case& each);

/// An error of a file in words: the message, then what was expected and what helps.
std::string error_words(const Diagnostic& error);

/// What a finding is in one sentence: "▲bob received ●alice's history".
std::string headline(const Case& each, const Finding& finding, bool ascii);

/// The schedule of a finding; empty: it has none.
std::string schedule_of(const Case& each, const Finding& finding);
/// The steps of a live finding's witness; null: it has none, or it is not of a live run.
const std::vector<ObservedStep>* observed_steps(const Case& each, const Finding& finding);

/// The command that replays a finding's schedule; empty: it has none.
std::string replay_of(const Case& each, const Finding& finding);

}  // namespace interleak::reports
