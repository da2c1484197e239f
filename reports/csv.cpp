// See csv.hpp.
#include "reports/csv.hpp"

#include <vector>

#include "reports/timeline.hpp"
#include "reports/words.hpp"
#include "sim/scenario/utf8.hpp"

namespace interleak::reports {
namespace {

std::string field(std::string_view text) {
  std::string safe = scenario::escaped(text);
  if (!safe.empty() && std::string_view("=+-@").find(safe[0]) != std::string_view::npos) {
    safe.insert(safe.begin(), '\'');
  }
  if (safe.find_first_of(",\"") == std::string::npos) return safe;
  std::string out = "\"";
  for (const char c : safe) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : "; ") + text;
  return out;
}

std::vector<std::string> outcomes(const words::StepView& step) {
  std::vector<std::string> out;
  for (const words::OutcomeView& outcome : step.outcomes) out.push_back(outcome_words(outcome));
  return out;
}

}  // namespace

std::string csv_record(std::span<const std::string> fields) {
  std::string out;
  for (std::size_t i = 0; i < fields.size(); ++i) out += (i == 0 ? "" : ",") + field(fields[i]);
  return out + "\r\n";
}

std::string csv(const world::World& world, const words::Trace& trace) {
  std::vector<std::string> head = {"step",   "event",     "actor", "cancelled at", "summary",
                                   "design", "procedure", "line",  "outcomes",     "findings"};
  for (int c = 1; c <= world.connections(); ++c) head.push_back("c" + std::to_string(c));
  std::string out = csv_record(head);
  for (const words::StepView& step : trace.steps) {
    std::vector<std::string> row = {std::to_string(step.number), step.text, actor_of(world, step),
                                    step.cancel ? step.await : "", step.summary.text()};
    row.push_back(step.line ? step.line->origin : "");
    row.push_back(step.line ? step.line->procedure : "");
    row.push_back(step.line ? std::to_string(step.line->line) : "");
    row.push_back(joined(outcomes(step)));
    row.push_back(joined(words::texts_of(step.findings)));
    for (const words::ConnectionView& c : step.connections) row.push_back(connection_words(c));
    out += csv_record(row);
  }
  return out;
}

}  // namespace interleak::reports
