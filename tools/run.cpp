// `interleak run SCENARIO...`: explores scenarios under designs, prints verdicts and the shortest
// schedule of what is wrong.
#include <cstdio>

#include "reports/json.hpp"
#include "reports/style.hpp"
#include "reports/text.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/html_report.hpp"
#include "tools/report_files.hpp"
#include "tools/scenario_names.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

struct RunFlags {
  std::vector<std::string> scenarios;
  SearchFlags search;
  OutputFlags output;
  ReportFiles files;
  std::string page;
  bool coverage = false;
  check::Rational rate{1, 100};
};

/// One scenario under one design, ready to be explored.
struct Job {
  std::shared_ptr<const world::World> world;
  std::vector<property::Invariant> invariants;
  std::vector<std::string> words;
};

std::vector<Job> jobs_of(Session& session, const RunFlags& flags) {
  for (const std::string& path : flags.search.libraries) session.add_designs(path);
  const std::vector<std::string> names = expanded(flags.scenarios);
  session.look_beside(names);
  const auto chosen = session.designs(flags.search.designs);
  std::vector<Job> jobs;
  for (const std::string& name : names) {
    for (const scenario::Scenario& scenario : chosen_scenarios(session, name, flags.search)) {
      const auto invariants = chosen_invariants(flags.search.invariants, scenario);
      for (const std::string& design : designs_for(session, chosen, scenario)) {
        auto world = session.world(scenario, design, invariants);
        const auto judged = chosen_invariants(flags.search.invariants, world ? world->scenario() : scenario);
        jobs.push_back({std::move(world), judged, replay_words(session, name, scenario, design, flags.search)});
      }
    }
  }
  return jobs;
}

int exit_code_of(const check::Analysis& analysis) {
  switch (reports::verdict_of(analysis)) {
    case check::Verdict::violated: return kExitViolated;
    case check::Verdict::unknown: return kExitUnknown;
    default: return kExitOk;
  }
}

void write_json(Output& out, const std::vector<reports::Result>& results, const RunFlags& flags) {
  reports::Json document = reports::document("run");
  document["results"] = reports::Json::array();
  for (const reports::Result& result : results) {
    document["results"].push_back(
        reports::result_json(result, {.timings = flags.output.timings, .coverage = flags.coverage}));
  }
  out.write(reports::text_of(document));
}

/// Only one result fits into a certificate.
void refuse_many(const RunFlags& flags, std::size_t jobs) {
  if (flags.search.certificate.empty() || jobs == 1) return;
  throw Failure(kExitUsage,
                "--certificate takes one scenario under one design, but " + std::to_string(jobs) + " were selected");
}

/// The file, if there is one to write.
void write_certificate(const RunFlags& flags, const std::vector<reports::Result>& results) {
  if (results.empty() || results.front().analysis.certificate.empty()) return;
  Output file(flags.search.certificate);
  file.write(results.front().analysis.certificate);
  file.finish();
}

/// The results as one HTML file.
void write_page(Session& session, Engine& engine, std::vector<reports::Result> results, const RunFlags& flags) {
  if (flags.page.empty() || results.empty()) return;
  add_companion(session, engine, results, flags.search);
  Output page(flags.page);
  page.write(html_of(engine, results, flags.search, reports::HtmlReport().max_bytes));
  page.finish();
}

void refuse_pages(const std::vector<Job>& jobs, const RunFlags& flags) {
  if (flags.page.empty()) return;
  if (flags.page == "-") {
    throw Failure(kExitUsage, "--report needs a name: interleak report writes to standard output");
  }
  std::vector<const scenario::Scenario*> scenarios;
  for (const Job& job : jobs) scenarios.push_back(&job.world->scenario());
  refuse_many_scenarios(scenarios);
}

/// The results as cases: without expectations, every violation is a failure.
reports::Cases cases_of(const Session& session, const std::vector<reports::Result>& results) {
  reports::Cases cases;
  for (const reports::Result& result : results) {
    reports::Case each = reports::case_of_run(result);
    locate(each, session);
    reports::add(cases, std::move(each));
  }
  return cases;
}

int run(const RunFlags& flags) {
  flags.files.refuse_combinations(flags.output);
  Session session;
  const std::vector<Job> jobs = jobs_of(session, flags);
  if (!session.errors.empty()) {
    flags.files.write_errors(session, flags.output);
    return refuse(session, flags.output, "run");
  }
  if (jobs.empty()) throw Failure(kExitNothing, "nothing was selected to run");
  tell_beside(session, flags.output.quiet);
  refuse_many(flags, jobs.size());
  refuse_pages(jobs, flags);

  Engine engine(flags.search.engine_options(flags.output));
  Output out(flags.output.file);
  reports::TextOptions options = flags.output.text_options();
  options.coverage = flags.coverage;
  options.rate = flags.rate;
  options.chances = jobs.size() == 1 || flags.output.verbose;   // of several the table has the chance
  const bool text = !flags.output.json && flags.output.quiet < 2;
  std::vector<reports::Result> results;
  int code = kExitOk;
  for (const Job& job : jobs) {
    if (engine.signal() != 0) break;
    results.push_back(explore(engine, job.world, job.invariants, flags.search, job.words));
    code = worse_exit(code, exit_code_of(results.back().analysis));
    if (text) {
      out.write(flags.files.guarded((results.size() > 1 ? "\n" : "") + reports::run_text(results.back(), options)));
    }
  }
  if (flags.output.json) write_json(out, results, flags);
  if (text && results.size() > 1 && flags.output.quiet == 0) {
    out.write(reports::comparison_text(results, options.style));
  }
  write_page(session, engine, results, flags);
  if (flags.files.wanted()) flags.files.write(cases_of(session, results), flags.output);
  out.finish();
  write_certificate(flags, results);
  if (engine.signal() != 0) {
    std::fprintf(stderr, "interleak: interrupted (%s) after %zu of %zu\n",
                 engine.stopped_by(check::Stop::interrupted).c_str(), results.size(), jobs.size());
  }
  return exit_after(engine, code);
}

}  // namespace

void add_run(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<RunFlags>();
  CLI::App* verb = app.add_subcommand("run", "explore everything; verdicts and shortest schedules");
  takes_scenarios(*verb, verb->add_option("SCENARIO", flags->scenarios, "scenario files, or names of built-in ones"))
      ->required()
      ->type_name("");
  flags->search.add_selection_to(*verb);
  verb->add_option("-i,--invariant", flags->search.invariants, "invariant, a pattern, or 'all'")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->group("What");
  flags->search.add_budget_to(*verb);
  flags->output.add_to(*verb);
  flags->files.add_to(*verb);
  flags->search.why = "auto";
  verb->add_option("--why", flags->search.why,
                   "explain what is wrong: never, always, or as far as it takes no long time")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN")
      ->group("Output");
  verb->add_option("--certificate", flags->search.certificate,
                   "write what holds to FILE, so that `verify` can check it")
      ->type_name("FILE")
      ->group("Output");
  verb->add_option("--report", flags->page, "one HTML file to read, print and play with")
      ->type_name("FILE.html")
      ->group("Result files");
  verb->add_flag("--coverage", flags->coverage, "which lines ran, and where cancels landed")->group("Output");
  flags->search.numbers = check::WhichNumbers::cheap;
  verb->add_option_function<std::string>(
          "--numbers",
          [flags](const std::string& which) {
            flags->search.numbers = which == "all"    ? check::WhichNumbers::all
                                    : which == "none" ? check::WhichNumbers::none
                                                      : check::WhichNumbers::cheap;
          },
          "exact probabilities: auto (where they cost little), all or none")
      ->check(CLI::IsMember({"auto", "all", "none"}))
      ->type_name("WHICH")
      ->group("Numbers");
  verb->add_option_function<std::string>(
          "--rate",
          [flags](const std::string& text) {
            const auto rate = check::parse_probability(text);
            if (!rate)
              throw CLI::ValidationError("--rate", reports::quoted(text) + " is no probability: 0.01, 1/100, 1%");
            flags->rate = *rate;
          },
          "how likely a cancel is where one is possible: 0.01 (the default), 1/100, 1%")
      ->type_name("P")
      ->group("Numbers");
  verb->callback([flags, &exit_code] { exit_code = run(*flags); });
}

}  // namespace interleak::tools
