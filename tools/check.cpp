// `interleak check PATH...`: for continuous integration. Every scenario (and variant) under every
// design that its `expect` names; stored witnesses are replayed first. It fails in both directions:
// what is worse than expected, and what is better.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "reports/json.hpp"
#include "sim/check/expectations.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

namespace fs = std::filesystem;

struct CheckFlags {
  std::vector<std::string> paths;
  SearchFlags search;
  OutputFlags output;
};

/// One case, and its world.
struct Job {
  check::Case expectations;
  std::shared_ptr<const world::World> world;
  std::string scenario_word;
};

struct Outcome {
  enum class Status { ok, expected, failed, skipped } status = Status::ok;
  std::string row;
  std::vector<check::Failure> failures;
  std::optional<reports::Result> result;
};

/// Files as they are named, directories with all their scenarios, sorted; designs are left out.
std::vector<std::string> scenario_files(Session& session, const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code failed;
    if (!fs::is_directory(path, failed)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(path, failed)) {
      if (entry.path().extension() == ".json") found.push_back(entry.path().string());
    }
    std::sort(found.begin(), found.end());
    for (const std::string& file : found) {
      const auto text = session.read(file);
      if (text && !scenario::looks_like_design(*text)) files.push_back(file);
    }
  }
  return files;
}

std::vector<Job> jobs_of(Session& session, const CheckFlags& flags) {
  for (const std::string& path : flags.search.libraries) session.add_designs(path);
  std::vector<Job> jobs;
  for (const std::string& file : scenario_files(session, flags.paths)) {
    for (const scenario::Scenario& scenario : session.scenarios(file)) {
      for (check::Case& each : check::cases_of(scenario, session.library().ids(), session.errors)) {
        auto world = session.world(scenario, each.design, each.invariants);
        jobs.push_back({std::move(each), std::move(world), file});
      }
    }
  }
  return jobs;
}

std::string row_of(const Job& job, const reports::Result& result, Outcome::Status status,
                   const reports::Style& style) {
  std::string out;
  for (const check::Judgement& judgement : result.analysis.judgements) {
    const std::string name(judgement.invariant.name);
    if (job.expectations.expected.count(name) == 0) continue;
    const bool violated = judgement.verdict == check::Verdict::violated;
    const bool unknown = judgement.verdict == check::Verdict::unknown;
    out += (out.empty() ? "" : "  ") + name + " ";
    out += unknown ? "?" : violated ? (style.ascii ? "x" : "✗") : (style.ascii ? "ok" : "✓");
    if (violated) out += " (" + reports::plural(std::to_string(judgement.witness.size()), "step") + ")";
  }
  if (status == Outcome::Status::expected) out += ", as expected";
  return out;
}

/// Explores one case and judges it.
Outcome outcome_of(Engine& engine, const Session& session, const Job& job,
                   const CheckFlags& flags, const reports::Style& style) {
  SearchFlags search = flags.search;
  search.no_counts = !job.expectations.counts;
  Outcome outcome;
  outcome.result = explore(engine, job.world, job.expectations.invariants, search,
                           replay_words(session, job.scenario_word, job.world->scenario(),
                                        job.expectations.design, flags.search));
  outcome.failures = check::failures_of(job.expectations, *job.world, outcome.result->analysis);
  if (!outcome.failures.empty()) {
    outcome.status = Outcome::Status::failed;
  } else if (reports::verdict_of(outcome.result->analysis) == check::Verdict::violated) {
    outcome.status = Outcome::Status::expected;
  }
  outcome.row = row_of(job, *outcome.result, outcome.status, style);
  return outcome;
}

std::string status_word(Outcome::Status status) {
  switch (status) {
    case Outcome::Status::ok: return "ok";
    case Outcome::Status::expected: return "expected";
    case Outcome::Status::failed: return "FAILED";
    default: return "skipped";
  }
}

std::string line_of(const Job& job, const Outcome& outcome, const reports::Style& style) {
  using reports::Tone;
  const std::string word = status_word(outcome.status);
  const Tone tone = outcome.status == Outcome::Status::failed ? Tone::bad
                    : outcome.status == Outcome::Status::skipped ? Tone::warning : Tone::good;
  const std::string name = reports::scenario_name(job.world->scenario()) + "  " + job.expectations.design;
  return "  " + reports::padded(reports::paint(style, tone, word), 10) + name + "\n            " +
         reports::paragraph(outcome.row, 12, style.width) + "\n";
}

std::string failures_text(const Job& job, const Outcome& outcome, const reports::Style& style) {
  std::string out = "\n  " + reports::paint(style, reports::Tone::bad, "FAILED") + "  " +
                    reports::scenario_name(job.world->scenario()) + "  " + job.expectations.design +
                    "  (" + job.world->scenario().file + ")\n";
  for (const check::Failure& failure : outcome.failures) {
    std::string text = std::string(check::failure_name(failure.kind)) + ": ";
    if (!failure.invariant.empty()) text += failure.invariant + ": ";
    out += "    " + reports::paragraph(text + reports::printable(failure.message), 6, style.width) + "\n";
  }
  for (const check::Judgement& judgement : outcome.result->analysis.judgements) {
    const bool blamed = std::any_of(
        outcome.failures.begin(), outcome.failures.end(),
        [&](const check::Failure& f) { return f.invariant == judgement.invariant.name; });
    if (!blamed || judgement.verdict != check::Verdict::violated) continue;
    out += "    " + reports::replay_command(outcome.result->replay_words, judgement.schedule) + "\n";
  }
  return out;
}

reports::Json outcome_json(const Outcome& outcome, const CheckFlags& flags) {
  reports::Json failures = reports::Json::array();
  for (const check::Failure& failure : outcome.failures) {
    failures.push_back({{"kind", check::failure_name(failure.kind)},
                        {"invariant", failure.invariant}, {"message", failure.message}});
  }
  reports::Json out = reports::result_json(*outcome.result, {.timings = flags.output.timings});
  out["status"] = outcome.status == Outcome::Status::failed ? "failed" : "passed";
  out["failures"] = std::move(failures);
  return out;
}

bool only_inconclusive(const std::vector<check::Failure>& failures) {
  return std::all_of(failures.begin(), failures.end(), [](const check::Failure& failure) {
    return failure.kind == check::FailureKind::inconclusive;
  });
}

int check_all(const CheckFlags& flags) {
  Session session;
  const std::vector<std::string> wanted = session.designs(flags.search.designs);
  const std::vector<Job> jobs = jobs_of(session, flags);
  if (!session.errors.empty()) return refuse(session, flags.output, "check");
  if (jobs.empty()) throw Failure(kExitNothing, "no scenario was found");

  Engine engine(flags.search.engine_options(flags.output));
  Output out(flags.output.file);
  const reports::Style style = flags.output.style();
  const bool rows = !flags.output.json && flags.output.quiet == 0;
  int code = kExitOk, passed = 0, failed = 0, skipped = 0;
  std::string repeated;
  reports::Json cases = reports::Json::array();
  for (const Job& job : jobs) {
    const bool named = wanted.empty() || std::find(wanted.begin(), wanted.end(),
                                                   job.expectations.design) != wanted.end();
    if (!named || engine.signal() != 0) {
      ++skipped;
      continue;
    }
    const Outcome outcome = outcome_of(engine, session, job, flags, style);
    const bool bad = outcome.status == Outcome::Status::failed;
    ++(bad ? failed : passed);
    if (bad) {
      code = worse_exit(code, only_inconclusive(outcome.failures) ? kExitUnknown : kExitViolated);
      repeated += failures_text(job, outcome, style);
    }
    if (rows) out.write(reports::trim_lines(line_of(job, outcome, style)));
    if (flags.output.json) cases.push_back(outcome_json(outcome, flags));
  }
  if (passed + failed == 0 && engine.signal() == 0) code = kExitNothing;
  if (flags.output.json) {
    reports::Json document = reports::document("check");
    document["results"] = std::move(cases);
    document["passed"] = passed;
    document["failed"] = failed;
    document["skipped"] = skipped;
    out.write(reports::text_of(document));
  } else if (flags.output.quiet < 2) {
    out.write(repeated + (repeated.empty() ? "" : "\n") + "interleak: " + std::to_string(passed) +
              " passed, " + std::to_string(failed) + " failed, " + std::to_string(skipped) +
              " skipped\n");
  }
  out.finish();
  return exit_after(engine, code);
}

}  // namespace

void add_check(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<CheckFlags>();
  CLI::App* verb = app.add_subcommand("check", "compare scenarios with what they expect");
  verb->add_option("PATH", flags->paths, "scenario files, or directories of them")
      ->required()->type_name("");
  verb->add_option("-d,--design", flags->search.designs, "only these designs; the others are skipped")
      ->type_name("NAME")->allow_extra_args(false)->group("What");
  verb->add_option("-L,--library", flags->search.libraries, "design file or directory to know")
      ->type_name("PATH")->allow_extra_args(false)->group("What");
  flags->search.add_budget_to(*verb);
  flags->output.add_to(*verb);
  verb->callback([flags, &exit_code] { exit_code = check_all(*flags); });
}

}  // namespace interleak::tools
