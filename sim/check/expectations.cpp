// Matching and judging of expectations: see expectations.hpp.
#include "sim/check/expectations.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "sim/design/parse.hpp"
#include "sim/scenario/glob.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/words/schedule_text.hpp"

namespace interleak::check {
namespace {

Diagnostic fault(const scenario::Scenario& scenario, std::string code, std::string message, Position at,
                 std::string path) {
  Diagnostic error;
  error.code = std::move(code);
  error.message = std::move(message);
  error.file = scenario.file;
  error.at = at;
  error.path = std::move(path);
  return error;
}

/// Where a design glob stands.
Position place_of(const scenario::Scenario& scenario, const std::string& glob) {
  for (const auto& expected : scenario.expected_designs) {
    if (expected.glob == glob) return expected.at;
  }
  return scenario.at;
}

std::vector<std::string> globs_of(const scenario::Scenario& scenario) {
  std::vector<std::string> globs;
  for (const auto& expected : scenario.expected_designs) globs.push_back(expected.glob);
  return globs;
}

/// The globs that match `name`, the most specific first; ties in their order.
std::vector<std::string> matching(const std::vector<std::string>& globs, std::string_view name) {
  std::vector<std::string> found;
  for (const std::string& glob : globs) {
    const bool seen = std::find(found.begin(), found.end(), glob) != found.end();
    if (!seen && scenario::glob_match(glob, name)) found.push_back(glob);
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return scenario::glob_specificity(a) > scenario::glob_specificity(b);
  });
  return found;
}

bool tie(const std::vector<std::string>& found) {
  return found.size() > 1 && scenario::glob_specificity(found[0]) == scenario::glob_specificity(found[1]);
}

void report_tie(const scenario::Scenario& scenario, const std::vector<std::string>& found, const std::string& what,
                Position at, Diagnostics& errors) {
  Diagnostic error = fault(
      scenario, "ILK0031",
      "\"" + found[0] + "\" and \"" + found[1] + "\" both match " + what + " and are equally specific", at, "$.expect");
  error.help = "name " + what + " itself, or make one of the patterns longer";
  errors.push_back(std::move(error));
}

/// The entries under one design glob.
std::vector<scenario::Expectation> entries_under(const scenario::Scenario& scenario, const std::string& glob) {
  std::vector<scenario::Expectation> entries;
  for (const auto& entry : scenario.expectations) {
    if (entry.design == glob) entries.push_back(entry);
  }
  return entries;
}

/// Invariants that are named in full count although the scenario does not list them.
void add_named(const std::vector<scenario::Expectation>& entries, std::vector<property::Invariant>& invariants) {
  for (const auto& entry : entries) {
    const property::Invariant* named = property::find_invariant(entry.invariant);
    if (named == nullptr) continue;
    const bool listed =
        std::any_of(invariants.begin(), invariants.end(), [&](const auto& i) { return i.name == named->name; });
    if (!listed) invariants.push_back(*named);
  }
}

Case case_of(const scenario::Scenario& scenario, const std::string& design, const std::string& glob,
             std::vector<property::Invariant> invariants, Diagnostics& errors) {
  Case result{.design = design, .invariants = std::move(invariants), .expected = {}, .counts = {}};
  const auto entries = entries_under(scenario, glob);
  add_named(entries, result.invariants);
  std::vector<std::string> globs;
  for (const auto& entry : entries) globs.push_back(entry.invariant);
  for (const property::Invariant& invariant : result.invariants) {
    const auto found = matching(globs, invariant.name);
    if (found.empty()) continue;
    if (tie(found)) report_tie(scenario, found, std::string(invariant.name), place_of(scenario, glob), errors);
    for (const auto& entry : entries) {
      if (entry.invariant == found[0]) result.expected.emplace(invariant.name, entry);
    }
  }
  for (const auto& entry : scenario.expected_counts) {
    if (entry.design == glob) result.counts = entry;
  }
  return result;
}

Facts facts_of_run(const world::World& world, const std::vector<Event>& events) {
  world::World::State state = world.initial();
  Facts seen = world.facts(state);
  for (const Event event : events) {
    seen |= world.apply(state, event).facts;
    seen |= world.facts(state);
  }
  Events enabled;
  world.enabled(state, enabled);
  const bool complete = std::all_of(enabled.begin(), enabled.end(), [&](Event e) { return world.is_optional(e); });
  return complete ? seen | world.end(state).facts : seen;
}

std::string steps(std::size_t n) { return std::to_string(n) + (n == 1 ? " step" : " steps"); }

const Judgement* judgement_of(const Analysis& analysis, std::string_view invariant) {
  for (const Judgement& judgement : analysis.judgements) {
    if (judgement.invariant.name == invariant) return &judgement;
  }
  return nullptr;
}

/// True if the stored witness proves all that is expected, whatever the search saw: a violation, of at
/// most so many steps. That none is shorter only a search can tell.
bool settled(const scenario::Expectation& expected, const Judgement& judgement, const world::World& world) {
  if (expected.verdict != "violated" || expected.witness.empty() || expected.shortest) return false;
  std::vector<Event> events;
  if (words::parse_schedule(world, expected.witness, events)) return false;
  if (expected.shortest_at_most && static_cast<int>(events.size()) > *expected.shortest_at_most) return false;
  return why_not_shown(world, judgement.invariant, expected.witness).empty();
}

/// The verdict alone, against what was expected.
void judge_verdict(const scenario::Expectation& expected, const Judgement& judgement, const world::World& world,
                   const Analysis& analysis, std::vector<Failure>& out) {
  const auto fail = [&](FailureKind kind, std::string message) {
    out.push_back({kind, std::string(judgement.invariant.name), std::move(message)});
  };
  if (expected.verdict == "any") return;
  if (judgement.verdict == Verdict::unknown) {
    if (settled(expected, judgement, world)) return;
    return fail(FailureKind::inconclusive,
                "expected " + expected.verdict + ", the search ended without a verdict" + ending_words(analysis));
  }
  const bool violated = judgement.verdict == Verdict::violated;
  if (expected.verdict == "holds" && violated) {
    return fail(FailureKind::unexpected_violation,
                "expected holds, found a violation of " + steps(judgement.witness.size()) + ": " + judgement.schedule);
  }
  if (expected.verdict == "violated" && !violated) {
    return fail(FailureKind::unexpected_pass, "expected violated, but it holds");
  }
  const bool allowed = expected.because.rfind("vacuous", 0) == 0;
  if (!violated && !judgement.vacuous.empty() && !allowed) {
    fail(FailureKind::vacuous, "holds, but that says little: " + judgement.vacuous +
                                   " (if that is meant, add \"because\": \"vacuous: ...\")");
  }
}

void judge_length(const scenario::Expectation& expected, const Judgement& judgement, std::vector<Failure>& out) {
  if (judgement.verdict != Verdict::violated) return;
  const int length = static_cast<int>(judgement.witness.size());
  std::string wanted;
  if (expected.shortest && *expected.shortest != length) {
    wanted = std::to_string(*expected.shortest);
  } else if (expected.shortest_at_most && length > *expected.shortest_at_most) {
    wanted = "at most " + std::to_string(*expected.shortest_at_most);
  }
  if (wanted.empty()) return;
  out.push_back({FailureKind::wrong_length, std::string(judgement.invariant.name),
                 "expected a shortest violation of " + wanted + ", found " + steps(judgement.witness.size()) + ": " +
                     judgement.schedule});
}

/// The count of that name, as digits; nothing if there is no such count.
std::optional<std::string> count_of(const Counts& counts, const std::string& name) {
  if (name == "schedules") return counts.schedules.str();
  for (const auto* group : {&counts.by_outcome, &counts.by_finding}) {
    if (const auto found = group->find(name); found != group->end()) return found->second.str();
  }
  return std::nullopt;
}

void judge_counts(const scenario::ExpectedCounts& expected, const Analysis& analysis, std::vector<Failure>& out) {
  if (!analysis.counts) {
    out.push_back({FailureKind::inconclusive, "",
                   "counts were expected, but not everything was seen and counted" + ending_words(analysis)});
    return;
  }
  for (const auto& [name, wanted] : expected.counts) {
    const auto found = count_of(*analysis.counts, name);
    if (found == wanted) continue;
    out.push_back({FailureKind::count_mismatch, "",
                   "expected " + wanted + " of \"" + name + "\", found " + found.value_or("no such count")});
  }
}

/// The glob that means the designs of the run, whatever else is known.
constexpr std::string_view kDesignsOfRun = "*";

bool is_of_run(const scenario::Scenario& scenario, const std::vector<std::string>& of_run, const std::string& design) {
  const auto names = [&](const std::string& glob) { return scenario::glob_match(glob, design); };
  return std::find(of_run.begin(), of_run.end(), design) != of_run.end() ||
         std::any_of(scenario.designs.begin(), scenario.designs.end(), names);
}

}  // namespace

std::string ending_words(const Analysis& analysis) {
  return ": " + (analysis.diverges ? std::string("the design diverges") : ended_by(analysis));
}

std::string_view failure_name(FailureKind kind) {
  static constexpr std::array<std::string_view, 11> kNames = {
      "unexpected-violation", "unexpected-pass", "wrong-length", "count-mismatch",     "stale-witness", "vacuous",
      "changed-violation",    "less-explored",   "inconclusive", "differs-from-model", "expired-waiver"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::vector<property::Invariant> invariants_of(const scenario::Scenario& scenario) {
  std::vector<property::Invariant> invariants;
  const auto add = [&](std::string_view name) {
    const property::Invariant* invariant = property::find_invariant(name);
    if (invariant != nullptr) invariants.push_back(*invariant);
  };
  for (const std::string& name : scenario.invariants) add(name);
  if (!invariants.empty()) return invariants;
  for (const std::string_view name : property::default_invariants()) {
    // Who waits for a server that is silent waits for ever, which says nothing about the pool.
    add(scenario.named && scenario.may_be_silent && name == "no-starvation" ? "cancel-frees" : name);
  }
  if (scenario.named) {
    for (const std::string_view name : property::more_invariants_where_named()) add(name);
  }
  if (scenario.asserts) add("assertions");
  return invariants;
}

std::vector<Case> cases_of(const scenario::Scenario& scenario, const std::vector<std::string>& designs,
                           Diagnostics& errors, const std::vector<std::string>* of_run,
                           const std::function<scenario::DesignAsks(const std::string&)>& asked_by) {
  std::vector<Case> cases;
  if (scenario.expected_designs.empty()) {
    Diagnostic error = fault(scenario, "ILK0032", "the scenario expects nothing", scenario.at, "$.id");
    error.expected = "an \"expect\" that says what each design does";
    error.help = "interleak run explores a scenario without expectations";
    errors.push_back(std::move(error));
    return cases;
  }
  scenario::Scenario bare;   // what decides which invariants are judged
  bare.invariants = scenario.invariants;
  bare.may_be_silent = scenario.may_be_silent;
  std::set<std::string> named;
  for (const std::string& design : designs) {
    std::vector<std::string> globs = globs_of(scenario);
    if (of_run != nullptr && !is_of_run(scenario, *of_run, design)) std::erase(globs, kDesignsOfRun);
    const auto found = matching(globs, design);
    if (found.empty()) continue;
    named.insert(found.begin(), found.end());
    if (tie(found)) report_tie(scenario, found, design, place_of(scenario, found[0]), errors);
    scenario::Scenario asked = bare;
    asked.named = scenario.named;
    if (asked_by) ask(asked, asked_by(design));
    cases.push_back(case_of(scenario, design, found[0], invariants_of(asked), errors));
  }
  for (const auto& [glob, at, length] : scenario.expected_designs) {
    if (named.count(glob) != 0) continue;
    Diagnostic error = fault(scenario, "ILK0033", "\"" + glob + "\" matches no design", at, "$.expect");
    error.length = length;
    const std::string near = design::closest_name(glob, designs);
    error.help = glob == kDesignsOfRun ? "\"*\" means the designs of this run: name them with -d, -L, or in \"designs\""
                 : near.empty()        ? "interleak designs lists those that are known; -L FILE adds your own"
                                       : "did you mean \"" + near + "\"?";
    errors.push_back(std::move(error));
  }
  return cases;
}

std::string why_not_shown(const world::World& world, const property::Invariant& invariant, std::string_view schedule) {
  std::vector<Event> events;
  if (const auto error = words::parse_schedule(world, schedule, events)) {
    return error->number == 0
               ? "the stored witness is malformed: " + error->told().text()
               : "the stored witness diverges at step " + std::to_string(error->number) + ": " + error->told().text();
  }
  if ((facts_of_run(world, events) & invariant.violated_by) != 0) return {};
  return "the stored witness runs, but no longer shows it";
}

bool skipped(const Case& expectations) {
  const auto& expected = expectations.expected;
  return !expected.empty() && !expectations.counts &&
         std::all_of(expected.begin(), expected.end(), [](const auto& entry) { return !entry.second.skip.empty(); });
}

std::vector<Failure> stale_witnesses(const Case& expectations, const world::World& world) {
  std::vector<Failure> out;
  for (const property::Invariant& invariant : expectations.invariants) {
    const auto found = expectations.expected.find(std::string(invariant.name));
    if (found == expectations.expected.end()) continue;
    const scenario::Expectation& expected = found->second;
    if (expected.witness.empty() || !expected.skip.empty()) continue;
    std::string why = why_not_shown(world, invariant, expected.witness);
    if (why.empty()) continue;
    out.push_back({FailureKind::stale_witness, std::string(invariant.name), std::move(why)});
  }
  return out;
}

std::vector<Failure> unmet(const Case& expectations, const world::World& world, const Analysis& analysis) {
  std::vector<Failure> out;
  for (const property::Invariant& invariant : expectations.invariants) {
    const auto found = expectations.expected.find(std::string(invariant.name));
    const Judgement* judgement = judgement_of(analysis, invariant.name);
    if (found == expectations.expected.end() || judgement == nullptr) continue;
    if (!found->second.skip.empty()) continue;
    judge_verdict(found->second, *judgement, world, analysis, out);
    judge_length(found->second, *judgement, out);
  }
  if (expectations.counts) judge_counts(*expectations.counts, analysis, out);
  return out;
}

std::vector<Failure> failures_of(const Case& expectations, const world::World& world, const Analysis& analysis) {
  std::vector<Failure> out = stale_witnesses(expectations, world);
  for (Failure& failure : unmet(expectations, world, analysis)) out.push_back(std::move(failure));
  return out;
}

}  // namespace interleak::check
