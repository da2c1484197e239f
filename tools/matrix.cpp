// `interleak matrix SCENARIO`: on which await is a cancel lethal, and under which design? It judges
// nothing: it exits 0 when the numbers are there, and 4 when some are not.
#include <cstdio>

#include "reports/matrix.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/scenario_names.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

struct MatrixFlags {
  std::string scenario, by = "await";
  bool chances = false;
  SearchFlags search;
  OutputFlags output;
};

/// The worlds of the table's columns; some are null if there are errors.
std::vector<std::shared_ptr<const world::World>> worlds_of(Session& session, const MatrixFlags& flags,
                                                           const scenario::Scenario& scenario) {
  const auto designs = designs_for(session, session.designs(flags.search.designs), scenario);
  if (flags.by == "line" && designs.size() > 1) {
    throw Failure(kExitUsage, "--by line takes one design, but " + std::to_string(designs.size()) +
                                  " match; choose one with -d, for example -d " + designs[0]);
  }
  std::vector<std::shared_ptr<const world::World>> worlds;
  for (const std::string& design : designs) worlds.push_back(session.world(scenario, design, {}));
  return worlds;
}

int matrix(const MatrixFlags& flags) {
  Session session;
  for (const std::string& path : flags.search.libraries) session.add_designs(path);
  const auto scenario = one_scenario(session, flags.scenario, flags.search, "matrix");
  if (!scenario || !session.errors.empty()) return refuse(session, flags.output, "matrix");
  reports::MatrixReport report;
  report.rows = flags.by == "line" ? check::MatrixRows::lines : check::MatrixRows::awaits;
  report.chances = flags.chances;
  report.worlds = worlds_of(session, flags, *scenario);
  if (!session.errors.empty()) return refuse(session, flags.output, "matrix");
  tell_beside(session, flags.output.quiet);

  SearchFlags search = flags.search;
  if (flags.chances) search.numbers = check::WhichNumbers::all;
  Engine engine(flags.search.engine_options(flags.output));
  int code = kExitOk;
  for (const auto& world : report.worlds) {
    const std::string title = reports::scenario_name(*scenario) + " · " + world->design().id;
    engine.explore(check_options(search), title, [&](const check::Options& options) {
      report.columns.push_back(check::cancellation_matrix(*world, report.rows, options));
    });
    report.stopped_by.push_back(engine.stopped_by(report.columns.back().stop));
    if (!report.columns.back().exact) code = kExitUnknown;
  }
  Output out(flags.output.file);
  if (flags.output.json) {
    reports::Json document = reports::document("matrix");
    document["scenario"] = reports::subject_json(*report.worlds.front())["scenario"];
    document["matrix"] = reports::matrix_json(report);
    out.write(reports::text_of(document));
  } else if (flags.output.quiet < 2) {
    out.write(reports::matrix_text(report, flags.output.style(), flags.output.quiet > 0));
  }
  out.finish();
  return exit_after(engine, code);
}

}  // namespace

void add_matrix(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<MatrixFlags>();
  CLI::App* verb = app.add_subcommand("matrix", "count schedules by where their cancels land");
  takes_scenarios(*verb, verb->add_option("SCENARIO", flags->scenario, "scenario file, or name of a built-in one"))
      ->required()
      ->type_name("");
  flags->search.add_selection_to(*verb);
  verb->add_option("--by", flags->by, "rows: kinds of await, or lines of one design's listings")
      ->check(CLI::IsMember({"await", "line"}))
      ->type_name("await|line")
      ->group("What");
  verb->add_flag("--chances", flags->chances, "probabilities (uniform scheduler) instead of numbers of schedules")
      ->group("What");
  flags->search.numbers = check::WhichNumbers::cheap;
  flags->search.add_budget_to(*verb);
  flags->output.add_to(*verb);
  verb->callback([flags, &exit_code] { exit_code = matrix(*flags); });
}

}  // namespace interleak::tools
