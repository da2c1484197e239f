// `interleak check PATH...`: for continuous integration. Every scenario (and variant) under every
// design that its `expect` names; stored witnesses are replayed first. It fails in both directions:
// what is worse than expected, and what is better.
#include <algorithm>
#include <cstdio>

#include "reports/cases.hpp"
#include "reports/github.hpp"
#include "reports/json.hpp"
#include "reports/text.hpp"
#include "tools/check_cases.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/list_cases.hpp"
#include "tools/report_files.hpp"
#include "tools/verbs.hpp"
#include "tools/verdict_cache.hpp"

namespace interleak::tools {
namespace {

struct CheckFlags {
  CaseFlags cases;
  OutputFlags output;
  ReportFiles files;
  bool skip_inconclusive = false;
  bool list = false, counterexamples = false;
  std::string list_format = "text";
  std::optional<std::string> cache;   ///< folder of known verdicts
  std::string today;   ///< the day for the waivers of the baseline; empty: not said
};

using reports::Case;
using Status = Case::Status;

/// What a baseline says of a violation: ", known".
std::string known_words(const Case& each, const std::string& invariant) {
  const auto change = each.changes.find(invariant);
  if (change == each.changes.end()) return "";
  switch (change->second) {
    case check::Change::same: {
      const auto waiver = each.waivers.find(invariant);
      const bool ends = waiver != each.waivers.end() && !waiver->second.until.empty();
      return ends ? ", known until " + waiver->second.until : ", known";
    }
    case check::Change::fresh: return ", not in the baseline";
    case check::Change::changed: return ", changed";
    default: return "";
  }
}

/// A budget ended the search, but the stored witness was enough.
bool by_witness(const Case& each, const std::string& invariant) {
  const bool expected = each.expected.at(invariant).verdict == "violated";
  return expected && each.status == Status::passed && reports::why_skipped(each, invariant).empty();
}

/// Each invariant that something is expected of, and what came out.
std::string row_of(const Case& each, const reports::Style& style) {
  if (!each.result) return each.skipped_because;
  std::string out;
  for (const check::Judgement& judgement : each.result->analysis.judgements) {
    const std::string name(judgement.invariant.name);
    if (each.expected.count(name) == 0) continue;
    const bool violated = judgement.verdict == check::Verdict::violated;
    const bool unknown = judgement.verdict == check::Verdict::unknown;
    out += (out.empty() ? "" : "  ") + name + " ";
    out += unknown ? "?" : violated ? (style.ascii ? "x" : "✗") : (style.ascii ? "ok" : "✓");
    if (unknown && by_witness(each, name)) out += " (the stored witness shows it)";
    if (violated) {
      out += " (" + reports::plural(std::to_string(judgement.witness.size()), "step") + known_words(each, name) + ")";
    }
    if (!reports::why_skipped(each, name).empty()) out += ", skipped";
    const auto change = each.changes.find(name);
    if (change != each.changes.end() && change->second == check::Change::fixed) out += " (fixed)";
  }
  if (each.status == Status::expected) out += ", as expected";
  return out;
}

/// Everything that was explored is judged, also where the scenario says nothing of it.
void show_all(Case& each, const CaseJob& job) {
  for (const property::Invariant& invariant : job.expectations.invariants) {
    scenario::Expectation any;
    any.verdict = "any";
    each.expected.emplace(std::string(invariant.name), std::move(any));
  }
}

/// Replays the stored witnesses, then explores, and judges.
void judge_case(Case& each, Engine& engine, const Session& session, const CaseJob& job, const check::Baseline* baseline,
                const CheckFlags& flags) {
  each.failures = check::stale_witnesses(job.expectations, *job.world);
  each.result =
      explored(engine, session, job, flags.cases.search, job.expectations.counts.has_value() || baseline != nullptr);
  const check::Analysis& analysis = each.result->analysis;
  for (check::Failure& failure : check::unmet(job.expectations, *job.world, analysis)) {
    each.failures.push_back(std::move(failure));
  }
  if (baseline != nullptr) {
    auto comparison = check::compared(*baseline, job.expectations, job.world->scenario(), analysis,
                                      reports::witness_digests(*each.result), flags.cases.ratchet, flags.today);
    each.failures = check::with_baseline(std::move(each.failures), comparison);
    each.changes = std::move(comparison.changes);
    each.waivers = std::move(comparison.waivers);
    show_all(each, job);
  }
  const bool violated = reports::verdict_of(analysis) == check::Verdict::violated;
  each.status = !each.failures.empty() ? Status::failed : violated ? Status::expected : Status::passed;
  if (each.failures.empty() || !flags.skip_inconclusive) return;
  if (!reports::only_inconclusive(each.failures)) return;
  each.status = Status::skipped;
  each.skipped_because = "inconclusive: " + reports::why_unknown(*each.result);
  each.failures.clear();
}

/// Why a case is not explored at all; empty: it is.
std::string left_out(const CaseJob& job) {
  if (!job.wanted) return "not among the designs of -d";
  if (!check::skipped(job.expectations)) return "";
  return job.expectations.expected.begin()->second.skip;
}

std::string status_word(Status status) {
  switch (status) {
    case Status::passed: return "ok";
    case Status::expected: return "expected";
    case Status::failed: return "FAILED";
    default: return "skipped";
  }
}

std::string subject(const Case& each) {
  return reports::scenario_name(each.world->scenario()) + "  " + each.world->design().id;
}

std::string line_of(const Case& each, const reports::Style& style) {
  using reports::Tone;
  const Tone tone = each.status == Status::failed ? Tone::bad : Tone::good;
  return "  " + reports::padded(reports::paint(style, tone, status_word(each.status)), 10) + subject(each) +
         "\n            " + reports::paragraph(row_of(each, style), 12, style.width) + "\n";
}

std::string failures_text(const Case& each, const reports::Style& style) {
  std::string out = "\n  " + reports::paint(style, reports::Tone::bad, "FAILED") + "  " + subject(each) + "  (" +
                    each.world->scenario().file + ")\n";
  for (const check::Failure& failure : each.failures) {
    std::string text = std::string(check::failure_name(failure.kind)) + ": ";
    if (!failure.invariant.empty()) text += failure.invariant + ": ";
    out += "    " + reports::paragraph(text + reports::printable(failure.message), 6, style.width) + "\n";
  }
  if (!each.result) return out;
  for (const check::Judgement& judgement : each.result->analysis.judgements) {
    const bool blamed = std::any_of(each.failures.begin(), each.failures.end(),
                                    [&](const check::Failure& f) { return f.invariant == judgement.invariant.name; });
    if (!blamed || judgement.verdict != check::Verdict::violated) continue;
    out += "    " + reports::replay_command(each.result->replay_words, judgement.schedule) + "\n";
  }
  return out;
}

/// Precondition: it was explored.
reports::Json case_json(const Case& each, const CheckFlags& flags) {
  reports::Json failures = reports::Json::array();
  for (const check::Failure& failure : each.failures) {
    failures.push_back(
        {{"kind", check::failure_name(failure.kind)}, {"invariant", failure.invariant}, {"message", failure.message}});
  }
  reports::Json out = reports::result_json(*each.result, {.timings = flags.output.timings});
  out["status"] = each.status == Status::failed ? "failed" : each.status == Status::skipped ? "skipped" : "passed";
  out["failures"] = std::move(failures);
  if (flags.cases.baseline.empty()) return out;
  out["baseline"] = reports::Json::object();
  for (const auto& [invariant, change] : each.changes) {
    out["baseline"][invariant] = check::change_name(change);
  }
  return out;
}

int exit_code_of(const reports::Cases& cases) {
  int code = kExitOk;
  for (const Case& each : cases.all) {
    if (each.status != Status::failed) continue;
    code = worse_exit(code, reports::only_inconclusive(each.failures) ? kExitUnknown : kExitViolated);
  }
  return code;
}

reports::Json json_of(const reports::Cases& cases, const CheckFlags& flags) {
  reports::Json document = reports::document("check");
  document["results"] = reports::Json::array();
  for (const Case& each : cases.all) {
    if (each.result) document["results"].push_back(case_json(each, flags));
  }
  document["passed"] = cases.passed;
  document["failed"] = cases.failed;
  document["skipped"] = cases.skipped;
  return document;
}

/// "baseline FILE: 1 new, 2 fixed, 9 same", and how what is fixed stays so.
std::string baseline_line(const reports::Cases& cases, const CheckFlags& flags) {
  if (flags.cases.baseline.empty()) return "";
  std::map<check::Change, int> numbers;
  for (const Case& each : cases.all) {
    for (const auto& [invariant, change] : each.changes) ++numbers[change];
  }
  std::string out;
  for (const auto& [change, number] : numbers) {
    out += (out.empty() ? "" : ", ") + std::to_string(number) + " ";
    out += check::change_name(change);
  }
  out = "  baseline " + reports::printable(flags.cases.baseline) + ": " + (out.empty() ? "nothing to compare" : out) +
        "\n";
  if (numbers.count(check::Change::fixed) != 0) {
    out += "  What is fixed may come back until `interleak bless` with this baseline takes it out.\n";
  }
  return out;
}

/// The cases as they come, printed in their order whatever the number of jobs.
class Run {
 public:
  Run(const CheckFlags& flags, Session& session, const std::vector<CaseJob>& jobs, const check::Baseline* baseline)
      : flags_(flags), session_(session), jobs_(jobs), baseline_(baseline),
        engine_(flags.cases.engine_options(flags.output)), out_(flags.output.file), style_(flags.output.style()) {}

  int run() {
    std::vector<Case> running(jobs_.size());
    for (std::size_t i = 0; i < jobs_.size(); ++i) running[i] = prepared(session_, jobs_[i]);
    in_order(
        jobs_.size(), flags_.cases.jobs, [&](std::size_t i) { work(running[i], jobs_[i]); },
        [&](std::size_t i) { show(std::move(running[i])); });
    return finish();
  }

 private:
  void work(Case& each, const CaseJob& job) {
    each.skipped_because = left_out(job);
    if (!each.skipped_because.empty()) return;
    if (engine_.signal() != 0) {
      each.skipped_because = "interrupted";
    } else {
      judge_case(each, engine_, session_, job, baseline_, flags_);
    }
  }

  void show(Case each) {
    if (each.status == Status::failed) {
      repeated_ += failures_text(each, style_);
      if (flags_.counterexamples && each.result) {
        reports::TextOptions options = flags_.output.text_options();
        options.quiet = false;   // it was asked for
        repeated_ += "\n" + reports::run_text(*each.result, options);
      }
    }
    const bool rows = !flags_.output.json && flags_.output.quiet == 0;
    if (rows && each.result) {
      begin_group(each.world->scenario().file);
      out_.write(flags_.files.guarded(reports::trim_lines(line_of(each, style_))));
    }
    reports::add(cases_, std::move(each));
  }

  /// In the log of GitHub Actions the rows of a file are folded away; empty: what follows is in none.
  void begin_group(const std::string& file) {
    if (!flags_.files.github() || file == group_) return;
    std::string text(group_.empty() ? "" : reports::kGithubEndGroup);
    if (!file.empty()) text += reports::github_group(file);
    out_.write(text);
    group_ = file;
  }

  int finish() {
    begin_group("");
    int code = exit_code_of(cases_);
    const bool any = std::any_of(jobs_.begin(), jobs_.end(), [](const auto& j) { return j.wanted; });
    if (!any) code = kExitNothing;
    const bool text = !flags_.output.json && flags_.output.quiet < 2;
    if (text && !repeated_.empty()) out_.write(flags_.files.guarded(repeated_ + "\n"));
    flags_.files.write(cases_, flags_.output);
    if (flags_.output.json) {
      out_.write(reports::text_of(json_of(cases_, flags_)));
    } else if (text) {
      const std::string line = baseline_line(cases_, flags_);
      if (!line.empty() && flags_.output.quiet == 0) {
        out_.write(flags_.files.guarded((repeated_.empty() ? "\n" : "") + line + "\n"));
      }
      out_.write("interleak: " + std::to_string(cases_.passed) + " passed, " + std::to_string(cases_.failed) +
                 " failed, " + std::to_string(cases_.skipped) + " skipped\n");
    }
    out_.finish();
    return exit_after(engine_, code);
  }

  const CheckFlags& flags_;
  Session& session_;
  const std::vector<CaseJob>& jobs_;
  const check::Baseline* baseline_;
  Engine engine_;
  Output out_;
  const reports::Style style_;
  reports::Cases cases_;
  std::string repeated_, group_;
};

bool is_judged(const NamedDesign& design, const std::vector<CaseJob>& jobs) {
  return std::any_of(jobs.begin(), jobs.end(),
                     [&](const CaseJob& job) { return job.expectations.design == design.id; });
}

/// Designs that the command line names, and that nothing judges: green would say nothing of them. Of what was
/// named alone each is told, of patterns and folders how many.
void tell_unjudged(const std::vector<NamedDesign>& unjudged) {
  std::map<std::string, int> others;
  for (const NamedDesign& each : unjudged) {
    if (!each.alone) ++others[each.word];
    if (!each.alone) continue;
    std::fprintf(stderr, "interleak: no scenario here expects anything of %s: nothing judges it\n",
                 reports::quoted(each.id).c_str());
  }
  for (const auto& [word, number] : others) {
    std::fprintf(stderr, "interleak: no scenario here expects anything of %s of %s\n",
                 reports::plural(std::to_string(number), "design").c_str(), reports::printable(word).c_str());
  }
  if (!unjudged.empty()) {
    std::fputs("  in \"expect\", \"*\": \"holds\" judges all designs of -d, -L and \"designs\"\n", stderr);
  }
}

/// 5 if a design that was named alone, and so was meant to be judged, is not.
int exit_code_of_unjudged(const Session& session, const std::vector<CaseJob>& jobs, const CheckFlags& flags) {
  std::vector<NamedDesign> unjudged = named_designs(session, flags.cases);
  std::erase_if(unjudged, [&](const NamedDesign& each) { return is_judged(each, jobs); });
  if (flags.output.quiet < 2) tell_unjudged(unjudged);
  const bool meant = std::any_of(unjudged.begin(), unjudged.end(), [](const auto& each) { return each.alone; });
  return meant ? kExitNothing : kExitOk;
}

int list_all(const std::vector<CaseJob>& jobs, const CheckFlags& flags) {
  Output out(flags.output.file);
  out.write(flags.list_format == "ctest" ? ctest_list(jobs) : text_list(jobs));
  out.finish();
  return kExitOk;
}

/// What comes out may depend on the day, and never on a clock.
void refuse_unsaid_day(const check::Baseline& baseline, const CheckFlags& flags) {
  if (!flags.today.empty() || !baseline.has_dates()) return;
  throw Failure(kExitUsage,
                "the baseline excuses violations until a day: say which day it is, --today 2027-03-31\n"
                "  in a shell: --today \"$(date +%F)\"");
}

int check_all(const CheckFlags& flags) {
  flags.files.refuse_combinations(flags.output);
  if (!flags.today.empty() && flags.cases.baseline.empty()) {
    throw Failure(kExitUsage, "--today is for the days in a baseline: add --baseline FILE");
  }
  const bool baselined = !flags.cases.baseline.empty();
  if (flags.cases.ratchet && !baselined) {
    throw Failure(kExitUsage, "--baseline-mode says how --baseline FILE is compared: add it");
  }
  Session session;
  std::optional<check::Baseline> baseline;
  if (baselined) baseline = read_baseline(session, flags.cases, false);
  if (baseline) refuse_unsaid_day(*baseline, flags);
  const std::vector<CaseJob> jobs = case_jobs(session, flags.cases, baselined);
  if (!session.errors.empty()) {
    flags.files.write_errors(session, flags.output);
    return refuse(session, flags.output, "check");
  }
  if (jobs.empty()) throw Failure(kExitNothing, "no scenario was found");
  tell_beside(session, flags.output.quiet);
  if (flags.list) return list_all(jobs, flags);
  if (const std::string foreign = session.foreign_text(); !foreign.empty() && flags.output.quiet == 0) {
    std::fprintf(stderr, "interleak: %s\n", foreign.c_str());
  }
  const int unjudged = exit_code_of_unjudged(session, jobs, flags);
  std::optional<VerdictCache> cache;
  if (flags.cache) cache.emplace(*flags.cache);
  CheckFlags with_cache = flags;
  with_cache.cases.search.cache = cache ? &*cache : nullptr;
  const int code = Run(with_cache, session, jobs, baseline ? &*baseline : nullptr).run();
  if (cache && flags.output.quiet < 2) std::fprintf(stderr, "interleak: %s\n", cache->told().c_str());
  return worse_exit(code, unjudged);
}

}  // namespace

void add_check(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<CheckFlags>();
  CLI::App* verb = app.add_subcommand("check", "compare scenarios with what they expect");
  flags->cases.add_to(*verb);
  verb->add_option_function<std::string>(
          "--inconclusive", [flags](const std::string& what) { flags->skip_inconclusive = what == "skip"; },
          "skip: what a budget ended does not fail")
      ->check(CLI::IsMember({"fail", "skip"}))
      ->type_name("fail|skip")
      ->group("What");
  verb->add_option("--today", flags->today, "the day for what the baseline excuses until a day: 2027-03-31")
      ->check([](const std::string& text) { return check::is_date(text) ? "" : "not a day such as 2027-03-31"; })
      ->type_name("DATE")
      ->group("What");
  verb->add_option("--cache", flags->cache, "folder of verdicts: what is known there is not explored again")
      ->type_name("FOLDER")
      ->group("Budget");
  verb->add_flag("--counterexamples", flags->counterexamples,
                 "after each failure the whole report of its case, with the shortest schedule")
      ->group("Output");
  CLI::Option* list = verb->add_flag("--list", flags->list, "print the cases, and run nothing")->group("Output");
  verb->add_option("--format", flags->list_format, "of --list; ctest: for CMake")
      ->check(CLI::IsMember({"text", "ctest"}))
      ->needs(list)
      ->type_name("text|ctest")
      ->group("Output");
  flags->output.add_to(*verb);
  flags->files.add_to(*verb);
  verb->callback([flags, &exit_code] { exit_code = check_all(*flags); });
}

}  // namespace interleak::tools
