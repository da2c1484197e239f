// `interleak designs diff LEFT RIGHT`: what sets two designs apart, as they are compiled; with --verdicts also what
// they come to in scenarios. It judges nothing: it exits 0 when everything is told, 4 when a budget ended something.
#include <algorithm>

#include "reports/versions.hpp"
#include "tools/check_cases.hpp"
#include "tools/designs.hpp"
#include "tools/engine.hpp"
#include "tools/exit_codes.hpp"

namespace interleak::tools {
namespace {

using World = std::shared_ptr<const world::World>;

/// One scenario, which both designs will run.
struct Asked {
  std::string word;
  scenario::Scenario scenario;
  World before, after;
};

/// The scenarios of --verdicts with all their variants, or those of --variant.
std::vector<Asked> asked_of(Session& session, const DesignsFlags& flags) {
  SearchFlags search = flags.search;
  if (search.variants.empty()) search.variants = {"all"};
  std::vector<Asked> asked;
  for (const std::string& file : scenario_files(session, flags.verdicts)) {
    for (auto& each : chosen_scenarios(session, file, search)) asked.push_back({file, std::move(each), {}, {}});
  }
  return asked;
}

/// One of the two designs, and the worlds in which it runs: at once, for the other one may be a file with its id.
std::optional<design::Design> load(Session& session, const std::string& word, std::vector<Asked>& asked,
                                   World Asked::*side) {
  auto design = one_design(session, word);
  if (!design || !session.errors.empty()) return std::nullopt;
  for (Asked& each : asked) {
    each.*side = session.world(each.scenario, design->id, chosen_invariants({}, each.scenario));
  }
  return design;
}

reports::Result explored(Engine& engine, const Session& session, const Asked& asked, const World& world,
                         const std::string& word, const DesignsFlags& flags) {
  auto words = replay_words(session, asked.word, asked.scenario, word, flags.search);
  words[2] = word;   // not the file on the other side that has this id
  return explore(engine, world, chosen_invariants({}, world->scenario()), flags.search, std::move(words));
}

int tell(const reports::VersionsReport& report, const DesignsFlags& flags) {
  Output out(flags.output.file);
  if (flags.output.json) {
    reports::Json document = reports::document("designs");
    document["diff"] = reports::versions_json(report);
    out.write(reports::text_of(document));
  } else if (flags.output.quiet < 2) {
    out.write(flags.markdown
                  ? reports::versions_markdown(report, flags.output.verbose)
                  : reports::versions_text(report, flags.output.style(), flags.output.verbose, flags.output.quiet > 0));
  }
  out.finish();
  const auto told = [](const reports::Result& result) {
    return reports::why_unknown(result).empty() && result.analysis.left_out.empty();
  };
  return std::ranges::all_of(report.cases, [&](const auto& each) { return told(each.before) && told(each.after); })
             ? kExitOk
             : kExitUnknown;
}

}  // namespace

int diff_designs(const DesignsFlags& flags) {
  Session session;
  for (const std::string& path : flags.search.libraries) session.add_designs(path);
  std::vector<Asked> asked = asked_of(session, flags);
  // A name is that of the library, whatever id a file on the other side has.
  const bool right_first = session.library().contains(flags.other);
  std::optional<design::Design> left, right;
  if (right_first) right = load(session, flags.other, asked, &Asked::after);
  left = load(session, flags.name, asked, &Asked::before);
  if (!right_first) right = load(session, flags.other, asked, &Asked::after);
  if (!session.errors.empty()) return refuse(session, flags.output, "designs");
  tell_beside(session, flags.output.quiet);
  if (!flags.verdicts.empty() && asked.empty()) throw Failure(kExitNothing, "no scenario was found");

  reports::VersionsReport report{*left, *right, design::diff(*left, *right), {}};
  Engine engine(flags.search.engine_options(flags.output));
  for (const Asked& each : asked) {
    reports::VersionsCase both;
    both.before = explored(engine, session, each, each.before, flags.name, flags);
    both.after = explored(engine, session, each, each.after, flags.other, flags);
    both.changes = check::changes_between(both.before.analysis, both.after.analysis);
    report.cases.push_back(std::move(both));
  }
  return exit_after(engine, tell(report, flags));
}

}  // namespace interleak::tools
