// The listings that a design runs, with line numbers; lines where cancels may land are marked, and
// the ones that the told schedule turns on.
#include <algorithm>
#include <map>
#include <set>

#include "reports/html_parts.hpp"
#include "reports/html_text.hpp"
#include "sim/world/listener.hpp"

namespace interleak::reports {
namespace {

using LineKey = std::pair<std::string, int>;  // procedure, line from 1

/// Remarks on lines of the told schedule.
std::map<LineKey, std::string> remarks_of(const world::World& world, const words::Trace* trace) {
  std::map<LineKey, std::string> remarks;
  if (trace == nullptr) return remarks;
  const auto add = [&](const words::LineView& line, const std::string& text) {
    std::string& all = remarks[{line.procedure, line.line}];
    if (all.find(text) == std::string::npos) all += (all.empty() ? "" : "; ") + text;
  };
  for (const words::StepView& step : trace->steps) {
    const std::string at = "step " + std::to_string(step.number) + ": ";
    if (step.cancel && step.line) {
      add(*step.line, at + html_task(world, step.task) + " is cancelled here");
    }
    for (const words::ActionView& action : step.actions) {
      const bool reads = action.act == world::Listener::Act::receives;
      if (!reads || action.item.task < 0 || action.item.task == step.task || step.task < 0) continue;
      add(action.line,
          at + html_task(world, step.task) + " reads what is " + html_task(world, action.item.task) + "&#39;s");
    }
  }
  return remarks;
}

std::set<LineKey> cancel_lines(const check::Analysis& analysis) {
  std::set<LineKey> lines;
  for (const check::LineCoverage& each : analysis.coverage) {
    if (each.cancelled_waiting || each.cancelled_ready) lines.insert({each.line.procedure, each.line.line});
  }
  return lines;
}

std::string listing(const design::Procedure& procedure, const std::map<LineKey, std::string>& remarks,
                    const std::set<LineKey>& cancels) {
  std::string out = "<ol class=\"listing\">";
  for (std::size_t i = 0; i < procedure.lines.size(); ++i) {
    const LineKey key = {procedure.name, static_cast<int>(i) + 1};
    const auto remark = remarks.find(key);
    const bool told = remark != remarks.end();
    out += told ? "<li class=\"told\">" : "<li>";
    out += "<code>" + html_text(procedure.lines[i].text) + "</code>";
    if (cancels.count(key) != 0) out += "<span class=\"here\" title=\"a cancel may land here\">✗</span>";
    if (told) out += "<span class=\"remark\">← " + remark->second + "</span>";
    out += "</li>\n";
  }
  return out + "</ol>\n";
}

}  // namespace

std::vector<std::string> procedures_run(const Result& result) {
  std::set<std::string> ran;
  for (const check::LineCoverage& each : result.analysis.coverage) {
    if (each.ran) ran.insert(each.line.procedure);
  }
  std::vector<std::string> names;
  for (const auto& line : result.world->program().lines) {
    const bool known = std::find(names.begin(), names.end(), line.procedure) != names.end();
    if (!known && ran.count(line.procedure) != 0) names.push_back(line.procedure);
  }
  return names;
}

std::string html_listings(const Result& result, const words::Trace* trace) {
  const world::World& world = *result.world;
  const auto remarks = remarks_of(world, trace);
  const auto cancels = cancel_lines(result.analysis);
  std::string told, others;
  for (const std::string& name : procedures_run(result)) {
    const design::Procedure& procedure = world.design().procedures.at(name);
    const bool matters =
        std::any_of(remarks.begin(), remarks.end(), [&](const auto& remark) { return remark.first.first == name; });
    const std::string head =
        "<h4><code>" + html_text(name) + "</code> <small>written in " + html_text(procedure.origin) + "</small></h4>\n";
    (matters ? told : others) += head + listing(procedure, remarks, cancels);
  }
  std::string out = "<p class=\"legend\"><span class=\"here\">✗</span> a cancel may land on this line.</p>" + told;
  if (others.empty()) return out;
  if (told.empty()) return out + others;
  return out + "<details open><summary>The rest of the design</summary>" + others + "</details>";
}

}  // namespace interleak::reports
