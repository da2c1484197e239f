// `interleak report SCENARIO -o FILE.html`: one file that shows a scenario under some designs, to
// be read, printed and played with. It judges nothing: it exits 0 when the page is written and
// everything was seen, and 4 when a budget ended something.
#include <cstdio>

#include "reports/style.hpp"
#include "tools/exit_codes.hpp"
#include "tools/html_report.hpp"
#include "tools/scenario_names.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

struct ReportFlags {
  std::string scenario, file;
  std::size_t max_bytes = 5u << 20;
  bool alone = false;
  SearchFlags search;
};

/// Says on standard error what is not on the page, and why; true if all is.
bool is_whole(const reports::Result& result) {
  std::string what = reports::why_unknown(result);
  if (!what.empty()) {
    what += ": what was not seen is not judged";
  } else if (!result.analysis.left_out.empty()) {
    what = check::ended_by(result.analysis) + ": left out " + reports::listed(result.analysis.left_out);
  } else {
    return true;
  }
  std::fprintf(stderr, "interleak: %s: %s\n", reports::printable(result.design().id).c_str(), what.c_str());
  return false;
}

int report(const ReportFlags& flags) {
  Session session;
  for (const std::string& path : flags.search.libraries) session.add_designs(path);
  const auto scenario = one_scenario(session, flags.scenario, flags.search, "report");
  if (!scenario || !session.errors.empty()) return refuse(session, {}, "report");
  const auto invariants = chosen_invariants(flags.search.invariants, *scenario);
  const auto designs = designs_for(session, session.designs(flags.search.designs), *scenario);
  std::vector<std::shared_ptr<const world::World>> worlds;
  for (const std::string& design : designs) worlds.push_back(session.world(*scenario, design, invariants));
  if (!session.errors.empty()) return refuse(session, {}, "report");
  tell_beside(session, 0);

  Engine engine(flags.search.engine_options({}));
  std::vector<reports::Result> results;
  int code = kExitOk;
  for (const auto& world : worlds) {
    const auto words = replay_words(session, flags.scenario, *scenario, world->design().id, flags.search);
    const auto judged = chosen_invariants(flags.search.invariants, world->scenario());
    results.push_back(explore(engine, world, judged, flags.search, words));
    if (!is_whole(results.back())) code = kExitUnknown;
  }
  if (!flags.alone) add_companion(session, engine, results, flags.search);
  Output out(flags.file);
  out.write(html_of(engine, results, flags.search, flags.max_bytes));
  out.finish();
  return exit_after(engine, code);
}

}  // namespace

void add_report(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<ReportFlags>();
  CLI::App* verb = app.add_subcommand("report", "one HTML file to read, print and play with");
  takes_scenarios(*verb, verb->add_option("SCENARIO", flags->scenario, "scenario file, or name of a built-in one"))
      ->required()
      ->type_name("");
  verb->add_option("-o,--output", flags->file, "write to FILE instead of standard output")
      ->type_name("FILE")
      ->group("Output");
  verb->add_option_function<std::string>(
          "--max-report-size",
          [flags](const std::string& text) {
            const std::uint64_t bytes = bytes_of("--max-report-size", text);
            flags->max_bytes = static_cast<std::size_t>(bytes);
          },
          "a page of at most that size, if it can be: 5MiB (the default)")
      ->type_name("SIZE")
      ->group("Output");
  verb->add_flag("--alone", flags->alone,
                 "no other design beside a single one; else the next release that holds, if one is known")
      ->group("What");
  flags->search.add_selection_to(*verb);
  verb->add_option("-i,--invariant", flags->search.invariants, "invariant, a pattern, or 'all'")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->group("What");
  flags->search.numbers = check::WhichNumbers::cheap;
  flags->search.why = "auto";
  flags->search.add_budget_to(*verb);
  verb->callback([flags, &exit_code] { exit_code = report(*flags); });
}

}  // namespace interleak::tools
