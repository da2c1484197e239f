// See html_report.hpp.
#include "tools/html_report.hpp"

#include <algorithm>

#include "reports/html_extras.hpp"
#include "tools/embedded.hpp"
#include "tools/exit_codes.hpp"

namespace interleak::tools {
namespace {

/// Beyond, the states are not looked at again: verdicts and schedules are told without
/// alternatives.
constexpr std::uint64_t kMostStates = 1'000'000;

std::string_view asset(std::string_view name) {
  for (const embedded::File& file : embedded::page()) {
    if (file.path.ends_with(name)) return file.text;
  }
  throw Failure(kExitInternal, "the page is not built in");
}

check::StateSpace states_of(Engine& engine, const reports::Result& result, Facts harm, const SearchFlags& flags) {
  check::StateSpace space;
  space.harm = harm;
  if (!reports::why_unknown(result).empty() || result.analysis.states > kMostStates) return space;
  check::Options options = check_options(flags);
  const std::string title = result.design().id + " · states for the report";
  engine.explore(options, title,
                 [&](const check::Options& with) { space = check::state_space(*result.world, harm, with); });
  return space;
}

/// Nothing if some design was not seen to its end.
std::optional<reports::MatrixReport> matrix_of(Engine& engine, const std::vector<reports::Result>& results,
                                               const SearchFlags& flags) {
  reports::MatrixReport report;
  for (const reports::Result& result : results) {
    if (!reports::why_unknown(result).empty() || result.analysis.states > kMostStates) return std::nullopt;
    report.worlds.push_back(result.world);
    engine.explore(check_options(flags), result.design().id + " · matrix", [&](const check::Options& options) {
      report.columns.push_back(check::cancellation_matrix(*result.world, report.rows, options));
    });
    if (!report.columns.back().exact) return std::nullopt;
    report.stopped_by.emplace_back();
  }
  if (results.front().scenario().cancel.max == 0) return std::nullopt;
  return report;
}

/// "redis-py" and "pool" of redis-py-4.5.1/pool; two empty texts if the id has another form.
std::pair<std::string, std::string> family_of(const std::string& id) {
  const std::size_t slash = id.find('/'), dash = id.rfind('-', slash);
  if (slash == std::string::npos || dash == std::string::npos || dash > slash) return {};
  return {id.substr(0, dash), id.substr(slash)};
}

/// Designs of the same project and client: those that the library has behind it, then those before
/// it.
std::vector<std::string> relatives(const Session& session, const std::string& id) {
  const auto family = family_of(id);
  std::vector<std::string> before, behind;
  if (family.first.empty()) return behind;
  bool passed = false;
  for (const std::string& each : session.library().matching("*")) {
    if (each == id) passed = true;
    else if (family_of(each) == family) (passed ? behind : before).push_back(each);
  }
  behind.insert(behind.end(), before.begin(), before.end());
  return behind;
}

/// The scenario of a result under another design, explored within a small budget; nothing if that
/// design does not compile.
std::optional<reports::Result> tried_under(Session& session, Engine& engine, const reports::Result& first,
                                           const std::string& id, const SearchFlags& flags) {
  constexpr std::uint64_t kStates = 20'000;
  std::vector<property::Invariant> invariants;
  for (const check::Judgement& each : first.analysis.judgements) invariants.push_back(each.invariant);
  reports::Result result;
  result.world = session.world(first.scenario(), id, invariants);
  if (!result.world) return std::nullopt;
  check::Options options;
  options.budget = flags.budget;
  std::uint64_t& most = options.budget.max_states;
  most = most == 0 ? kStates : std::min(most, kStates);
  result.analysis = engine.analyse(*result.world, invariants, options, id + " · tried for the report");
  for (const check::Judgement& each : result.analysis.judgements) {
    result.traces.emplace_back();
    if (each.verdict == check::Verdict::violated) result.traces.back() = words::trace(*result.world, each.witness);
  }
  result.replay_words = replay_words(session, first.replay_words.front(), first.scenario(), id, flags);
  return result;
}

}  // namespace

void add_companion(Session& session, Engine& engine, std::vector<reports::Result>& results, const SearchFlags& flags) {
  if (results.size() != 1 || reports::verdict_of(results[0].analysis) != check::Verdict::violated) return;
  const std::string_view subject = reports::html_subject({&results[0]}).name;
  std::optional<reports::Result> second_best;
  for (const std::string& id : relatives(session, results[0].design().id)) {
    if (engine.stopped()) break;
    auto tried = tried_under(session, engine, results[0], id, flags);
    if (!tried) continue;
    const auto& judgements = tried->analysis.judgements;
    const bool holds = std::any_of(judgements.begin(), judgements.end(), [&](const auto& each) {
      return each.invariant.name == subject && each.verdict == check::Verdict::holds && each.vacuous.empty();
    });
    if (!holds) continue;
    if (reports::verdict_of(tried->analysis) == check::Verdict::holds) {
      results.push_back(std::move(*tried));
      return;
    }
    if (!second_best) second_best = std::move(tried);
  }
  if (second_best) results.push_back(std::move(*second_best));
}

reports::PageAssets page_assets() { return {asset("explorer.css"), asset("explorer.js")}; }

std::string html_of(Engine& engine, const std::vector<reports::Result>& results, const SearchFlags& flags,
                    std::size_t max_bytes) {
  std::vector<const reports::Result*> all;
  for (const reports::Result& each : results) all.push_back(&each);
  const Facts harm = reports::html_subject(all).violated_by;
  reports::HtmlReport report;
  report.max_bytes = max_bytes;
  for (const reports::Result& each : results) {
    report.designs.push_back({each, states_of(engine, each, harm, flags), reports::extras_of(each)});
  }
  report.matrix = matrix_of(engine, results, flags);
  return reports::html(report, page_assets());
}

void refuse_many_scenarios(const std::vector<const scenario::Scenario*>& scenarios) {
  for (const scenario::Scenario* each : scenarios) {
    const scenario::Scenario& first = *scenarios.front();
    if (each->file == first.file && each->id == first.id && each->variant == first.variant) continue;
    throw Failure(kExitUsage, "a page tells one scenario: choose one scenario, and one --variant");
  }
}

}  // namespace interleak::tools
