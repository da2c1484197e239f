// See html_report.hpp.
#include "tools/html_report.hpp"

#include "tools/embedded.hpp"
#include "tools/exit_codes.hpp"

namespace interleak::tools {
namespace {

/// Beyond, the states are not looked at again: verdicts and schedules are told without alternatives.
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
  engine.explore(options, title, [&](const check::Options& with) {
    space = check::state_space(*result.world, harm, with);
  });
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
    report.stopped_by.push_back(engine.stopped_by());
  }
  if (results.front().scenario().cancel.max == 0) return std::nullopt;
  return report;
}

}  // namespace

reports::PageAssets page_assets() { return {asset("explorer.css"), asset("explorer.js")}; }

std::string html_of(Engine& engine, const std::vector<reports::Result>& results, const SearchFlags& flags,
                    std::size_t max_bytes) {
  std::vector<const reports::Result*> all;
  for (const reports::Result& each : results) all.push_back(&each);
  const Facts harm = reports::html_subject(all).violated_by;
  reports::HtmlReport report;
  report.max_bytes = max_bytes;
  for (const reports::Result& each : results) {
    report.designs.push_back({each, states_of(engine, each, harm, flags), {}});
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
