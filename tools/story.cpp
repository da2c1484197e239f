// `interleak` alone: the incident of March 2023 on one screen. Every number is computed while you
// wait, from the scenarios of scenarios/incident/ that travel inside the command.
#include <unistd.h>

#include <algorithm>

#include "reports/chart.hpp"
#include "reports/words.hpp"
#include "sim/check/expectations.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

constexpr std::string_view kWhatHappened =
    "20 March 2023: some users of a chat service saw titles of other users' conversations.\n"
    "A cancelled request left its reply on a pooled Redis connection, and the next request on that\n"
    "connection, a stranger's, took it for its own. Here are all the ways in which that can happen.\n";

/// A row of the table: a scenario under a design, explored.
struct Row {
  std::string label;
  reports::Result result;
};

struct Told {
  std::string scenario;
  std::string design;
  std::string label;   ///< what the row says about the scenario
};

const std::vector<Told>& told() {
  static const std::vector<Told> kRows = {
      {"incident/two-users", "redis-py-4.5.1/pool", "same types"},
      {"incident/two-users", "redis-py-4.5.1/cluster", "same types"},
      {"incident/two-users", "redis-py-4.5.5/pool", "same types"},
      {"incident/two-users", "redis-py-4.5.5/cluster", "same types"},
      {"incident/two-users-cold", "redis-py-4.5.5/cluster", "cold pool"},
      {"incident/types", "redis-py-4.5.1/pool", "two types"},
      {"incident/three-users", "redis-py-4.5.1/pool", "three users"},
  };
  return kRows;
}

/// "leak", "lost slot": what the violated invariants saw, the worst first; "ok" if all hold.
std::string verdict_words(const reports::Result& result) {
  std::string out;
  for (const check::Judgement& judgement : result.analysis.judgements) {
    if (judgement.verdict == check::Verdict::unknown) return "unknown";
    if (judgement.verdict != check::Verdict::violated) continue;
    std::string name(judgement.invariant.name);
    if (judgement.invariant.name == "no-cross-user-reply") {
      const auto& counts = result.analysis.counts;
      name = counts && counts->by_outcome.at("leak") == 0 ? "type error" : "leak";
    }
    if (name.rfind("no-", 0) == 0) name = name.substr(3);
    std::replace(name.begin(), name.end(), '-', ' ');
    out += (out.empty() ? "" : ", ") + name;
  }
  return out.empty() ? "ok" : out;
}

std::string shortest_of(const reports::Result& result) {
  std::size_t shortest = 0;
  for (const check::Judgement& judgement : result.analysis.judgements) {
    const std::size_t length = judgement.witness.size();
    if (judgement.verdict != check::Verdict::violated) continue;
    if (shortest == 0 || length < shortest) shortest = length;
  }
  return shortest == 0 ? "-" : reports::plural(std::to_string(shortest), "step");
}

std::string table(const std::vector<Row>& rows, const reports::Style& style) {
  using reports::padded;
  using reports::right_aligned;
  std::string out = "  " + padded("design", 24) + padded("scenario", 13) +
                    right_aligned("schedules", 9) + right_aligned("leak", 7) +
                    right_aligned("type error", 12) + "  " + padded("shortest", 10) + "verdict\n";
  for (const Row& row : rows) {
    const auto& counts = row.result.analysis.counts;
    const auto count = [&](const char* name) {
      return counts ? reports::short_count(counts->by_outcome.at(name)) : "-";
    };
    const std::string verdict = verdict_words(row.result);
    out += "  " + padded(row.result.design().id, 24) + padded(row.label, 13) +
           right_aligned(counts ? reports::short_count(counts->schedules) : "-", 9) +
           right_aligned(count("leak"), 7) + right_aligned(count("type-error"), 12) + "  " +
           padded(shortest_of(row.result), 10) +
           reports::paint(style, verdict == "ok" ? reports::Tone::good : reports::Tone::bad, verdict) +
           "\n";
  }
  return out;
}

/// Expectations of the scenario that one exploration does not meet.
std::string unmet(Session& session, const Row& row) {
  std::string out;
  const auto& world = *row.result.world;
  if (world.scenario().expected_designs.empty()) return out;
  for (const auto& each : check::cases_of(world.scenario(), session.library().ids(), session.errors)) {
    if (each.design != world.design().id) continue;
    for (const check::Failure& failure : check::failures_of(each, world, row.result.analysis)) {
      out += "  NOT AS EXPECTED  " + world.scenario().id + ", " + each.design + ": " +
             failure.message + "\n";
    }
  }
  return out;
}

std::string shortest_leak(const Row& row, const reports::Style& style) {
  const auto& analysis = row.result.analysis;
  for (std::size_t i = 0; i < analysis.judgements.size(); ++i) {
    if (analysis.judgements[i].invariant.name != "no-cross-user-reply" || !row.result.traces[i]) {
      continue;
    }
    return "  The shortest leak of " + row.result.design().id + "\n\n" +
           reports::chart(*row.result.world, *row.result.traces[i], style, false) + "\n  " +
           reports::replay_command(row.result.replay_words, analysis.judgements[i].schedule) + "\n";
  }
  return {};
}

}  // namespace

int tell_story() {
  Session session;
  const reports::Style style = terminal_style({}, STDOUT_FILENO);
  OutputFlags output;
  SearchFlags search;
  Engine engine(search.engine_options(output));
  std::vector<Row> rows;
  std::string complaints;
  for (const Told& each : told()) {
    const auto scenarios = session.scenarios(each.scenario);
    if (scenarios.empty() || engine.signal() != 0) break;
    const auto invariants = check::invariants_of(scenarios[0]);
    auto world = session.world(scenarios[0], each.design, invariants);
    if (!world) break;
    rows.push_back({each.label,
                    explore(engine, world, invariants, search,
                            replay_words(session, each.scenario, scenarios[0], each.design, search))});
    complaints += unmet(session, rows.back());
  }
  if (!session.errors.empty()) return refuse(session, output, "story");
  Output out("");
  out.write(reports::paint(style, reports::Tone::strong,
                           "interleak " + std::string(reports::kToolVersion)) + "\n\n" +
            std::string(kWhatHappened) + "\n" + table(rows, style) + complaints + "\n");
  if (!rows.empty()) out.write(shortest_leak(rows[0], style));
  out.write("\n  Next:  interleak run incident/two-users              the same, in full\n"
            "         interleak designs show redis-py-4.5.1/pool   the listing, to change with -d\n"
            "         interleak new scenario -o mine.json           your own; then run mine.json\n");
  return exit_after(engine, complaints.empty() ? kExitOk : kExitViolated);
}

}  // namespace interleak::tools
