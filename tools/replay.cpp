// `interleak replay SCENARIO -d DESIGN -s 'SCHEDULE'`: runs one schedule and shows each step. It
// exits 0 when the schedule ran to its end, whatever it showed, and 6 when it is not legal here.
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
  std::string scenario, schedule;
  SearchFlags search;
  OutputFlags output;
};

/// The one design to replay under.
std::string design_of(Session& session, const ReplayFlags& flags, const scenario::Scenario& scenario) {
  const auto& patterns = flags.search.designs.empty() ? scenario.designs : flags.search.designs;
  const auto found = session.designs(patterns);
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

int replay(const ReplayFlags& flags) {
  Session session;
  for (const std::string& path : flags.search.libraries) session.add_designs(path);
  const auto scenario = one_scenario(session, flags.scenario, flags.search, "replay");
  if (!scenario || !session.errors.empty()) return refuse(session, flags.output, "replay");
  const auto everything = property::all_invariants();
  const auto world =
      session.world(*scenario, design_of(session, flags, *scenario), {everything.begin(), everything.end()});
  if (!session.errors.empty()) return refuse(session, flags.output, "replay");

  std::vector<Event> events;
  const auto error = words::parse_schedule(*world, flags.schedule, events);
  const words::Trace trace = words::trace(*world, events);
  Output out(flags.output.file);
  if (flags.output.json) {
    reports::Json document = reports::document("replay");
    document.update(reports::subject_json(*world));
    document["schedule"] = flags.schedule;
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
  verb->add_option("-s,--schedule", flags->schedule, "such as 'alice !alice bob*2 srv.1'")
      ->required()
      ->type_name("SCHEDULE")
      ->group("What");
  flags->output.add_to(*verb);
  verb->callback([flags, &exit_code] { exit_code = replay(*flags); });
}

}  // namespace interleak::tools
