// `interleak check PATH...`: for continuous integration. Every scenario (and variant) under every
// design that its `expect` names; stored witnesses are replayed first. It fails in both directions:
// what is worse than expected, and what is better.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "reports/cases.hpp"
#include "reports/json.hpp"
#include "sim/check/expectations.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/report_files.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

namespace fs = std::filesystem;

struct CheckFlags {
  std::vector<std::string> paths;
  SearchFlags search;
  OutputFlags output;
  ReportFiles files;
};

using reports::Case;
using Status = Case::Status;

/// One case, and its world.
struct Job {
  check::Case expectations;
  std::shared_ptr<const world::World> world;
  std::string scenario_word;
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

/// Each invariant that something is expected of, and what came out.
std::string row_of(const Case& each, const reports::Style& style) {
  std::string out;
  for (const check::Judgement& judgement : each.result->analysis.judgements) {
    const std::string name(judgement.invariant.name);
    if (each.expected.count(name) == 0) continue;
    const bool violated = judgement.verdict == check::Verdict::violated;
    const bool unknown = judgement.verdict == check::Verdict::unknown;
    out += (out.empty() ? "" : "  ") + name + " ";
    out += unknown ? "?" : violated ? (style.ascii ? "x" : "✗") : (style.ascii ? "ok" : "✓");
    if (violated) out += " (" + reports::plural(std::to_string(judgement.witness.size()), "step") + ")";
  }
  if (each.status == Status::expected) out += ", as expected";
  return out;
}

/// A case as it stands before it is explored.
Case prepared(const Session& session, const Job& job) {
  Case each;
  each.world = job.world;
  each.expected = job.expectations.expected;
  each.counts = job.expectations.counts;
  locate(each, session);
  return each;
}

/// Explores one case and judges it.
void explore_case(Case& each, Engine& engine, const Session& session, const Job& job,
                  const CheckFlags& flags) {
  SearchFlags search = flags.search;
  search.no_counts = !job.expectations.counts;
  each.result = explore(engine, job.world, job.expectations.invariants, search,
                        replay_words(session, job.scenario_word, job.world->scenario(),
                                     job.expectations.design, flags.search));
  each.failures = check::failures_of(job.expectations, *job.world, each.result->analysis);
  const bool violated = reports::verdict_of(each.result->analysis) == check::Verdict::violated;
  each.status = !each.failures.empty() ? Status::failed : violated ? Status::expected : Status::passed;
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
  return "  " + reports::padded(reports::paint(style, tone, status_word(each.status)), 10) +
         subject(each) + "\n            " + reports::paragraph(row_of(each, style), 12, style.width) +
         "\n";
}

std::string failures_text(const Case& each, const reports::Style& style) {
  std::string out = "\n  " + reports::paint(style, reports::Tone::bad, "FAILED") + "  " +
                    subject(each) + "  (" + each.world->scenario().file + ")\n";
  for (const check::Failure& failure : each.failures) {
    std::string text = std::string(check::failure_name(failure.kind)) + ": ";
    if (!failure.invariant.empty()) text += failure.invariant + ": ";
    out += "    " + reports::paragraph(text + reports::printable(failure.message), 6, style.width) + "\n";
  }
  for (const check::Judgement& judgement : each.result->analysis.judgements) {
    const bool blamed = std::any_of(
        each.failures.begin(), each.failures.end(),
        [&](const check::Failure& f) { return f.invariant == judgement.invariant.name; });
    if (!blamed || judgement.verdict != check::Verdict::violated) continue;
    out += "    " + reports::replay_command(each.result->replay_words, judgement.schedule) + "\n";
  }
  return out;
}

reports::Json case_json(const Case& each, const CheckFlags& flags) {
  reports::Json failures = reports::Json::array();
  for (const check::Failure& failure : each.failures) {
    failures.push_back({{"kind", check::failure_name(failure.kind)},
                        {"invariant", failure.invariant}, {"message", failure.message}});
  }
  reports::Json out = reports::result_json(*each.result, {.timings = flags.output.timings});
  out["status"] = each.status == Status::failed ? "failed" : "passed";
  out["failures"] = std::move(failures);
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

int check_all(const CheckFlags& flags) {
  flags.files.refuse_combinations(flags.output);
  Session session;
  const std::vector<std::string> wanted = session.designs(flags.search.designs);
  const std::vector<Job> jobs = jobs_of(session, flags);
  if (!session.errors.empty()) {
    flags.files.write_errors(session, flags.output);
    return refuse(session, flags.output, "check");
  }
  if (jobs.empty()) throw Failure(kExitNothing, "no scenario was found");

  Engine engine(flags.search.engine_options(flags.output));
  Output out(flags.output.file);
  const reports::Style style = flags.output.style();
  const bool rows = !flags.output.json && flags.output.quiet == 0;
  reports::Cases cases;
  std::string repeated;
  for (const Job& job : jobs) {
    const bool named = wanted.empty() || std::find(wanted.begin(), wanted.end(),
                                                   job.expectations.design) != wanted.end();
    Case each = prepared(session, job);
    if (named && engine.signal() == 0) {
      explore_case(each, engine, session, job, flags);
      if (each.status == Status::failed) repeated += failures_text(each, style);
      if (rows) out.write(flags.files.guarded(reports::trim_lines(line_of(each, style))));
    } else {
      each.skipped_because = named ? "interrupted" : "not among the designs of -d";
    }
    reports::add(cases, std::move(each));
  }
  int code = exit_code_of(cases);
  if (cases.passed + cases.failed == 0 && engine.signal() == 0) code = kExitNothing;
  const bool text = !flags.output.json && flags.output.quiet < 2;
  if (text && !repeated.empty()) out.write(flags.files.guarded(repeated + "\n"));
  flags.files.write(cases, flags.output);
  if (flags.output.json) {
    out.write(reports::text_of(json_of(cases, flags)));
  } else if (text) {
    out.write("interleak: " + std::to_string(cases.passed) + " passed, " +
              std::to_string(cases.failed) + " failed, " + std::to_string(cases.skipped) +
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
  flags->files.add_to(*verb);
  verb->callback([flags, &exit_code] { exit_code = check_all(*flags); });
}

}  // namespace interleak::tools
