// `interleak compare SCENARIO -d A -d B`: designs in lock-step, on one schedule and on all. It
// judges nothing: it exits 0 when everything is told, 4 when a budget ended something, and 6 when
// the schedule of -s runs to its end under no design.
#include <algorithm>
#include <cstdio>

#include "reports/compare.hpp"
#include "sim/kernel/schedule.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/scenario_names.hpp"
#include "tools/suggestions.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

struct CompareFlags {
  std::string scenario, find;
  std::optional<std::string> schedule;
  SearchFlags search;
  OutputFlags output;
};

check::Wish wish_of(const std::string& name) {
  if (const auto wish = check::wish_of(name)) return *wish;
  const auto names = check::wish_names();
  const std::string guess = did_you_mean(name, names);
  std::string list;
  for (const std::string& each : names) list += (list.empty() ? "" : ", ") + each;
  throw Failure(kExitUsage, "--find: " + reports::quoted(name) + " is no outcome or finding" +
                                (guess.empty() ? "; there are " + list : guess));
}

std::optional<check::WishPair> wishes(const CompareFlags& flags) {
  if (flags.find.empty()) return std::nullopt;
  const std::size_t comma = flags.find.find(',');
  if (comma == std::string::npos || flags.find.find(',', comma + 1) != std::string::npos) {
    throw Failure(kExitUsage, "--find takes two names with a comma between, such as leak,lost-slot");
  }
  return check::WishPair{wish_of(flags.find.substr(0, comma)), wish_of(flags.find.substr(comma + 1))};
}

/// The shortest violation under the first design that has one, and where it comes from.
void take_witness(reports::ComparisonReport& report) {
  for (const reports::Result& result : report.results) {
    const int index = reports::gravest_violation(result.analysis);
    if (index < 0) continue;
    const auto& judgement = result.analysis.judgements[static_cast<std::size_t>(index)];
    report.schedule = judgement.schedule;
    report.origin =
        "The shortest violation of " + std::string(judgement.invariant.name) + " under " + result.design().id;
    return;
  }
}

void refuse_malformed(const std::optional<std::string>& schedule) {
  const auto words = split_schedule(schedule.value_or(""));
  const auto* error = std::get_if<ScheduleError>(&words);
  if (error == nullptr) return;
  throw Failure(kExitUsage, "the schedule is malformed at byte " + std::to_string(error->offset + 1) + ": " +
                                reports::printable(error->message));
}

/// Tells the schedule side by side; it is well-formed. Returns the exit code: 6 if it runs to its
/// end nowhere.
int tell_schedule(reports::ComparisonReport& report, const CompareFlags& flags) {
  if (flags.schedule) report.schedule = *flags.schedule;
  else take_witness(report);
  if (report.schedule.empty() && !flags.schedule) return kExitOk;
  std::vector<std::shared_ptr<const world::World>> worlds;
  for (const reports::Result& result : report.results) worlds.push_back(result.world);
  report.lanes = std::get<check::SideBySide>(check::side_by_side(worlds, report.schedule));
  const auto& lanes = report.lanes->lanes;
  const bool nowhere =
      std::all_of(lanes.begin(), lanes.end(), [](const auto& lane) { return lane.stopped.has_value(); });
  return nowhere ? kExitDiverged : kExitOk;
}

void explore_pairs(Engine& engine, reports::ComparisonReport& report, const CompareFlags& flags) {
  const world::World& first = *report.results[0].world;
  for (std::size_t i = 1; i < report.results.size(); ++i) {
    const world::World& second = *report.results[i].world;
    reports::PairReport pair{i, {}, {}};
    const std::string title = first.design().id + " · " + second.design().id;
    engine.explore(check_options(flags.search), title, [&](const check::Options& options) {
      pair.result = check::lockstep(first, second, report.wish, options);
    });
    pair.stopped_by = engine.stopped_by(pair.result.stop);
    report.pairs.push_back(std::move(pair));
  }
}

bool all_told(const reports::ComparisonReport& report) {
  return std::all_of(report.results.begin(), report.results.end(),
                     [](const auto& result) {
                       return reports::why_unknown(result).empty() && result.analysis.left_out.empty();
                     }) &&
         std::all_of(report.pairs.begin(), report.pairs.end(), [](const auto& pair) { return pair.result.exact; });
}

int compare(const CompareFlags& flags) {
  Session session;
  reports::ComparisonReport report;
  report.wish = wishes(flags);
  refuse_malformed(flags.schedule);
  for (const std::string& path : flags.search.libraries) session.add_designs(path);
  const auto scenario = one_scenario(session, flags.scenario, flags.search, "compare");
  if (!scenario || !session.errors.empty()) return refuse(session, flags.output, "compare");
  const auto invariants = chosen_invariants({}, *scenario);
  const auto designs = designs_for(session, session.designs(flags.search.designs), *scenario);
  if (designs.size() < 2) {
    throw Failure(kExitUsage, "compare takes two designs or more, such as -d " + designs[0] + " -d OTHER");
  }
  std::vector<std::shared_ptr<const world::World>> worlds;
  for (const std::string& design : designs) worlds.push_back(session.world(*scenario, design, invariants));
  if (!session.errors.empty()) return refuse(session, flags.output, "compare");
  tell_beside(session, flags.output.quiet);

  Engine engine(flags.search.engine_options(flags.output));
  for (const auto& world : worlds) {
    const auto words = replay_words(session, flags.scenario, *scenario, world->design().id, flags.search);
    report.results.push_back(explore(engine, world, chosen_invariants({}, world->scenario()), flags.search, words));
  }
  int code = tell_schedule(report, flags);
  explore_pairs(engine, report, flags);
  if (code == kExitOk && !all_told(report)) code = kExitUnknown;

  Output out(flags.output.file);
  if (flags.output.json) {
    reports::Json document = reports::document("compare");
    document["scenario"] = reports::subject_json(*worlds[0])["scenario"];
    document["compare"] = reports::compare_json(report);
    out.write(reports::text_of(document));
  } else if (flags.output.quiet < 2) {
    out.write(reports::compare_text(report, flags.output.style(), flags.output.quiet > 0));
  }
  out.finish();
  return exit_after(engine, code);
}

}  // namespace

void add_compare(CLI::App& app, int& exit_code) {
  const auto flags = std::make_shared<CompareFlags>();
  CLI::App* verb = app.add_subcommand("compare", "designs in lock-step, on one schedule and on all");
  takes_scenarios(*verb, verb->add_option("SCENARIO", flags->scenario, "scenario file, or name of a built-in one"))
      ->required()
      ->type_name("");
  flags->search.add_selection_to(*verb);
  verb->add_option("-s,--schedule", flags->schedule,
                   "schedule to show side by side; else the shortest violation of the first design "
                   "that has one")
      ->type_name("SCHEDULE")
      ->group("What");
  verb->add_option("--find", flags->find,
                   "the shortest schedule that ends so under the first and so under the second: "
                   "an outcome, a finding or 'any', such as leak,lost-slot")
      ->type_name("A,B")
      ->group("What");
  flags->search.numbers = check::WhichNumbers::cheap;
  flags->search.add_budget_to(*verb);
  flags->output.add_to(*verb);
  verb->callback([flags, &exit_code] { exit_code = compare(*flags); });
}

}  // namespace interleak::tools
