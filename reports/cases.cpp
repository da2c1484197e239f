// Cases, their findings, and where those stand: see cases.hpp.
#include "reports/cases.hpp"

#include <algorithm>

#include "reports/fingerprint.hpp"
#include "reports/style.hpp"
#include "reports/words.hpp"

namespace interleak::reports {
namespace {

using check::Verdict;

int observed_index(const Observed& observed, const check::Failure& failure) {
  if (failure.invariant == kAgreement) return 0;
  for (std::size_t i = 0; i < observed.judgements.size(); ++i) {
    if (observed.judgements[i].invariant == failure.invariant) return static_cast<int>(i);
  }
  return -1;
}

int judgement_index(const Case& each, std::string_view invariant) {
  if (!each.result) return -1;
  const auto& judgements = each.result->analysis.judgements;
  for (std::size_t i = 0; i < judgements.size(); ++i) {
    if (judgements[i].invariant.name == invariant) return static_cast<int>(i);
  }
  return -1;
}

const check::Judgement& judgement_of(const Case& each, const Finding& finding) {
  return each.result->analysis.judgements[static_cast<std::size_t>(finding.judgement)];
}

/// The witness belongs to the failures that are about it.
bool shows_witness(check::FailureKind kind) {
  return kind == check::FailureKind::unexpected_violation || kind == check::FailureKind::differs_from_model ||
         kind == check::FailureKind::wrong_length || kind == check::FailureKind::changed_violation ||
         kind == check::FailureKind::expired_waiver;
}

Finding finding_of(const Case& each, const check::Failure& failure) {
  Finding finding;
  finding.kind = check::failure_name(failure.kind);
  finding.invariant = failure.invariant;
  finding.message = failure.message;
  const int index = each.observed ? observed_index(*each.observed, failure) : judgement_index(each, failure.invariant);
  const bool violated = index >= 0 && (each.observed || each.result->traces[static_cast<std::size_t>(index)]);
  if (violated && shows_witness(failure.kind)) finding.judgement = index;
  if (failure.kind == check::FailureKind::unexpected_violation) {
    const property::Invariant* invariant = property::find_invariant(failure.invariant);
    finding.code = invariant->code;
    finding.name = invariant->name;
    return finding;
  }
  for (const FailureRule& rule : failure_rules()) {
    if (rule.kind == failure.kind) finding.code = rule.code;
  }
  finding.name = finding.kind;
  return finding;
}

Finding expected_violation(const check::Judgement& judgement, int index) {
  Finding finding;
  finding.code = judgement.invariant.code;
  finding.name = finding.invariant = judgement.invariant.name;
  finding.kind = "expected-violation";
  finding.message = "violated, as expected";
  finding.judgement = index;
  finding.expected = true;
  return finding;
}

std::string observed_headline(const Observed& observed, const Finding& finding) {
  if (finding.invariant == kAgreement) return observed.differences.front().text;
  return observed.judgements[static_cast<std::size_t>(finding.judgement)].headline;
}

std::optional<Place> own_place(const Case& each, const words::LineView& line) {
  const auto file = each.design_files.find(line.origin);
  const auto& procedures = each.world->design().procedures;
  const auto procedure = procedures.find(line.procedure);
  if (file == each.design_files.end() || procedure == procedures.end()) return std::nullopt;
  const auto& lines = procedure->second.lines;
  if (line.line < 1 || static_cast<std::size_t>(line.line) > lines.size()) return std::nullopt;
  return Place{file->second, lines[static_cast<std::size_t>(line.line) - 1].at.line, line.text};
}

}  // namespace

void add(Cases& cases, Case each) {
  if (each.status == Case::Status::skipped) {
    ++cases.skipped;
  } else if (each.status == Case::Status::failed) {
    ++cases.failed;
  } else {
    ++cases.passed;
  }
  cases.all.push_back(std::move(each));
}

Case case_of_run(const Result& result) {
  Case each;
  each.world = result.world;
  each.result = result;
  for (const check::Judgement& judgement : result.analysis.judgements) {
    const std::string name(judgement.invariant.name);
    if (judgement.verdict == Verdict::violated) {
      each.failures.push_back(
          {check::FailureKind::unexpected_violation, name,
           "violated in " + plural(std::to_string(judgement.witness.size()), "step") + ": " + judgement.schedule});
    } else if (judgement.verdict == Verdict::unknown) {
      each.failures.push_back(
          {check::FailureKind::inconclusive, name, "the search ended without a verdict: " + why_unknown(result)});
    }
  }
  each.status = each.failures.empty() ? Case::Status::passed : Case::Status::failed;
  return each;
}

Case case_of_live(Observed observed) {
  using Kind = check::FailureKind;
  Case each;
  for (const ObservedJudgement& judgement : observed.judgements) {
    if (!judgement.seen) continue;
    if (judgement.verdict == Verdict::violated) {
      each.failures.push_back(
          {Kind::unexpected_violation, judgement.invariant,
           "violated live in " + plural(std::to_string(judgement.steps.size()), "step") + ": " + judgement.schedule});
    } else if (judgement.verdict == Verdict::unknown) {
      each.failures.push_back({Kind::inconclusive, judgement.invariant,
                               "the search ended without a verdict, behind " + plural(observed.schedules, "schedule") +
                                   (observed.stopped_by.empty() ? "" : ": " + observed.stopped_by)});
    }
  }
  if (!observed.differences.empty()) {
    each.failures.push_back({Kind::differs_from_model, std::string(kAgreement),
                             observed.agreed + " of " + observed.compared + " schedules agree with " + observed.model +
                                 "; not '" + observed.differences.front().schedule + "'"});
  }
  each.status = each.failures.empty() ? Case::Status::passed : Case::Status::failed;
  each.observed = std::move(observed);
  return each;
}

std::string steps_table(const std::vector<ObservedStep>& steps) {
  std::size_t wide = 0;
  for (const ObservedStep& step : steps) wide = std::max(wide, step.event.size());
  std::string out;
  std::size_t number = 0;
  for (const ObservedStep& step : steps) {
    out += right_aligned(std::to_string(++number), 3) + "  " + padded(step.event, static_cast<int>(wide)) + "  " +
           step.text + (step.worst.empty() ? "" : "  <- " + step.worst) + "\n";
  }
  return out;
}

std::string why_skipped(const Case& each, const std::string& invariant) {
  if (const auto found = each.expected.find(invariant); found != each.expected.end()) {
    if (!found->second.skip.empty()) return found->second.skip;
  }
  if (each.observed) {
    for (const ObservedJudgement& judgement : each.observed->judgements) {
      if (judgement.invariant == invariant && !judgement.seen) return "not seen: it is inside of the client";
    }
  }
  return each.status == Case::Status::skipped ? each.skipped_because : "";
}

std::vector<std::string> witness_digests(const Result& result) {
  std::vector<std::string> digests;
  for (const auto& trace : result.traces) {
    digests.emplace_back();
    if (!trace) continue;
    const std::vector<std::string> parts = {witness_shape(*trace)};
    digests.back() = fingerprint(parts);
  }
  return digests;
}

bool only_inconclusive(const std::vector<check::Failure>& failures) {
  return std::all_of(failures.begin(), failures.end(),
                     [](const check::Failure& failure) { return failure.kind == check::FailureKind::inconclusive; });
}

std::string_view verdict_word(const Cases& cases) {
  if (!cases.errors.empty()) return "invalid";
  bool failed = false;
  for (const Case& each : cases.all) {
    if (!only_inconclusive(each.failures)) return "failed";
    failed |= !each.failures.empty();
  }
  return failed ? "inconclusive" : "passed";
}

const std::vector<FailureRule>& failure_rules() {
  using Kind = check::FailureKind;
  static const std::vector<FailureRule> rules = {
      {Kind::unexpected_pass, "ILK0201", "a violation that the scenario expects no longer happens"},
      {Kind::wrong_length, "ILK0202", "the shortest violation has another length than expected"},
      {Kind::count_mismatch, "ILK0203", "a number of schedules is another one than expected"},
      {Kind::stale_witness, "ILK0204", "a stored schedule no longer shows its violation"},
      {Kind::vacuous, "ILK0205", "an invariant holds only because nothing could violate it"},
      {Kind::inconclusive, "ILK0206", "a budget ended the search before a verdict"},
      {Kind::changed_violation, "ILK0207", "a violation is another one than in the baseline"},
      {Kind::less_explored, "ILK0208", "less was explored than for the baseline"},
      {Kind::differs_from_model, "ILK0209", "a real client does something else than the model of it"},
      {Kind::expired_waiver, "ILK0210", "the baseline excused a violation until a day that is over"},
  };
  return rules;
}

std::vector<Finding> findings_of(const Case& each, bool expected_too) {
  std::vector<Finding> findings;
  for (const check::Failure& failure : each.failures) findings.push_back(finding_of(each, failure));
  if (!expected_too || !each.result) return findings;
  const auto& judgements = each.result->analysis.judgements;
  for (std::size_t i = 0; i < judgements.size(); ++i) {
    const bool told = std::any_of(findings.begin(), findings.end(),
                                  [&](const Finding& finding) { return finding.judgement == static_cast<int>(i); });
    if (judgements[i].verdict == Verdict::violated && !told && each.result->traces[i]) {
      findings.push_back(expected_violation(judgements[i], static_cast<int>(i)));
    }
  }
  return findings;
}

std::optional<Place> place_of(const Case& each, const words::LineView& line) {
  if (auto place = own_place(each, line)) return place;
  for (const words::LineView& caller : line.callers) {
    if (auto place = own_place(each, caller)) return place;
  }
  return std::nullopt;
}

std::optional<Place> operation_place(const Case& each, int task, int operation) {
  const auto& tasks = each.scenario().tasks;
  if (each.file.empty() || task < 0 || operation < 0) return std::nullopt;
  const auto& script = tasks[static_cast<std::size_t>(task)].operations;
  return Place{each.file, script[static_cast<std::size_t>(operation)].at.line, ""};
}

std::optional<Place> expectation_place(const Case& each, const std::string& invariant) {
  if (each.file.empty()) return std::nullopt;
  Position at;
  if (const auto found = each.expected.find(invariant); found != each.expected.end()) {
    at = found->second.at;
  } else if (invariant.empty() && each.counts) {
    at = each.counts->at;
  }
  return Place{each.file, std::max(at.line, 1u), ""};
}

const words::LineView* fatal_cancel(const words::Trace& trace) {
  const words::LineView* last = nullptr;
  for (const words::StepView& step : trace.steps) {
    if (step.cancel && step.line) last = &*step.line;
  }
  return last;
}

std::optional<Place> main_place(const Case& each, const Finding& finding) {
  if (const auto* steps = observed_steps(each, finding)) {
    const auto last = std::find_if(steps->rbegin(), steps->rend(), [](const ObservedStep& s) { return s.cancel; });
    if (last != steps->rend()) {
      if (auto place = operation_place(each, last->task, 0)) return place;
    }
  }
  const words::Trace* trace = trace_of(each, finding);
  const words::LineView* line = trace == nullptr ? nullptr : fatal_cancel(*trace);
  if (line != nullptr) {
    if (auto place = place_of(each, *line)) return place;
  }
  return expectation_place(each, finding.invariant);
}

const words::Trace* trace_of(const Case& each, const Finding& finding) {
  if (finding.judgement < 0 || !each.result) return nullptr;
  return &*each.result->traces[static_cast<std::size_t>(finding.judgement)];
}

std::string error_words(const Diagnostic& error) {
  std::string out = error.message;
  if (!error.expected.empty()) out += "; expected " + error.expected;
  if (!error.help.empty()) out += "; " + error.help;
  return out;
}

std::string subject_words(const Case& each) {
  return scenario_name(each.scenario()) + (each.observed ? " with " : " under ") + each.subject();
}

std::string headline(const Case& each, const Finding& finding, bool ascii) {
  const words::Trace* trace = trace_of(each, finding);
  std::string text;
  if (each.observed && finding.judgement >= 0) text = observed_headline(*each.observed, finding);
  if (trace != nullptr) {
    text = decorated(what_happened(*each.world, judgement_of(each, finding).invariant, *trace), ascii);
  }
  return text.empty() ? finding.message : text;
}

std::string schedule_of(const Case& each, const Finding& finding) {
  if (finding.judgement < 0) return {};
  if (!each.observed) return judgement_of(each, finding).schedule;
  if (finding.invariant == kAgreement) return each.observed->differences.front().schedule;
  return each.observed->judgements[static_cast<std::size_t>(finding.judgement)].schedule;
}

const std::vector<ObservedStep>* observed_steps(const Case& each, const Finding& finding) {
  if (!each.observed || finding.judgement < 0 || finding.invariant == kAgreement) return nullptr;
  return &each.observed->judgements[static_cast<std::size_t>(finding.judgement)].steps;
}

std::string replay_of(const Case& each, const Finding& finding) {
  if (finding.judgement < 0) return {};
  const std::string schedule = schedule_of(each, finding);
  if (!each.observed) return replay_command(each.result->replay_words, schedule);
  return command_line(each.observed->replay_words) + " -s " + shell_quoted(schedule);
}

}  // namespace interleak::reports
