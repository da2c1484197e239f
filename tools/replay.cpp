// `interleak replay SCENARIO -d DESIGN -s 'SCHEDULE'`: runs one schedule and shows each step. It
// exits 0 when the schedule ran to its end, whatever it showed, and 6 when it is not legal here. Without a schedule it
// is the shortest that violates, as `run` shows it; exit code 5 if none does, 4 if the search ended before it found
// one.
#include <cstdio>

#include "reports/json.hpp"
#include "reports/text.hpp"
#include "reports/words.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/scenario_names.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

struct ReplayFlags {
  std::string scenario;
  std::optional<std::string> schedule;
  SearchFlags search;
  OutputFlags output;
};

/// The one design to replay under.
std::string design_of(Session& session, const ReplayFlags& flags, const scenario::Scenario& scenario) {
  const bool chosen = !flags.search.designs.empty();
  const auto found = chosen ? session.designs(flags.search.designs) : session.designs_of(scenario);
  if (found.size() == 1) return found[0];
  if (found.empty()) throw Failure(kExitNothing, "no design chosen: add -d NAME");
  throw Failure(kExitUsage, "replay takes one design, but " + std::to_string(found.size()) +
                                " match; choose one with -d, for example -d " + found[0]);
}

std::string divergence_text(const words::Refusal& error) {
  std::string out = "interleak: the schedule ";
  out += error.number == 0 ? "is malformed at byte " + std::to_string(error.offset + 1) + ": "
                           : "diverges at step " + std::to_string(error.number) + ": ";
  out += reports::printable(error.told().text()) + "\n";
  if (error.number == 0) return out;
  out += error.enabled.empty() ? "  nothing is enabled there: the schedule is over\n" : "  enabled there:";
  for (const std::string& event : error.enabled) out += " " + event;
  return error.enabled.empty() ? out : out + "\n";
}

/// The gravest violation as `run` shows it; told in a line. Throws if there is none.
std::string shortest_schedule(Session& session, const ReplayFlags& flags, const scenario::Scenario& scenario,
                              const std::string& design) {
  const auto world = session.world(scenario, design, chosen_invariants(flags.search.invariants, scenario));
  const auto invariants = chosen_invariants(flags.search.invariants, world->scenario());
  Engine engine(flags.search.engine_options(flags.output));
  const std::string title = reports::scenario_name(scenario) + " · " + design;
  const auto found = shortest_violation(engine, *world, invariants, flags.search, title);
  if (!found) throw Failure(kExitNothing, "nothing is violated under " + design + "\n  give a schedule with -s");
  if (flags.output.quiet == 0) {
    std::fprintf(stderr, "interleak: the shortest violation of %s: -s %s\n", std::string(found->invariant.name).c_str(),
                 reports::shell_quoted(found->schedule).c_str());
  }
  return found->schedule;
}

/// What says how to search says nothing where nothing is searched.
void refuse_combinations(const CLI::App& verb) {
  if (verb.count("--schedule") == 0) return;
  for (const CLI::Option* each : verb.get_options()) {
    const bool of_search = each->get_group() == "Budget" || each->get_name() == "--invariant";
    if (!of_search || each->count() == 0) continue;
    throw Failure(kExitUsage, "with -s nothing is searched, so " + each->get_name() + " says nothing");
  }
}

int replay(const ReplayFlags& flags) {
  Session session;
  for (const std::string& path : flags.search.libraries) session.add_designs(path);
  const auto scenario = one_scenario(session, flags.scenario, flags.search, "replay");
  if (!scenario || !session.errors.empty()) return refuse(session, flags.output, "replay");
  const std::string design = design_of(session, flags, *scenario);
  const auto everything = property::all_invariants();
  const auto world = session.world(*scenario, design, {everything.begin(), everything.end()});
  if (!session.errors.empty()) return refuse(session, flags.output, "replay");
  tell_beside(session, flags.output.quiet);

  const std::string schedule = flags.schedule ? *flags.schedule : shortest_schedule(session, flags, *scenario, design);
  std::vector<Event> events;
  const auto error = words::parse_schedule(*world, schedule, events);
  const words::Trace trace = words::trace(*world, events);
  Output out(flags.output.file);
  if (flags.output.json) {
    reports::Json document = reports::document("replay");
    document.update(reports::subject_json(*world));
    document["schedule"] = schedule;
    document["trace"] = reports::trace_json(*world, trace);
    document["divergence"] = error ? reports::divergence_json(*error) : reports::Json(nullptr);
    out.write(reports::text_of(document));
  } else if (flags.output.quiet < 2 && !(error && error->number == 0)) {
    out.write(reports::replay_text(*world, trace, flags.output.text_options()));
  }
  out.finish();
  if (!error) return kExitOk;
  if (flags.output.quiet < 2) std::fputs(divergence_text(*error).c_str(), stderr);
  return error->number == 0 ? kExitUsage : kExitDiverged;
}

}  // namespace

void add_replay(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<ReplayFlags>();
  CLI::App* verb = app.add_subcommand("replay", "run one schedule and show every step");
  takes_scenarios(*verb, verb->add_option("SCENARIO", flags->scenario, "scenario file, or name of a built-in one"))
      ->required()
      ->type_name("");
  flags->search.add_selection_to(*verb);
  verb->add_option("-s,--schedule", flags->schedule,
                   "such as 'alice !alice bob*2 srv.1'; default: the shortest violation")
      ->type_name("SCHEDULE")
      ->group("What");
  verb->add_option("-i,--invariant", flags->search.invariants, "the shortest violation of this one")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->group("What");
  flags->search.add_budget_to(*verb);
  verb->remove_option(verb->get_option("--no-counts"));
  flags->output.add_to(*verb);
  verb->callback([flags, verb, &exit_code] {
    refuse_combinations(*verb);
    exit_code = replay(*flags);
  });
}

}  // namespace interleak::tools
