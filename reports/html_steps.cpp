// A schedule as a table: a column a task, and of each connection the requests that the server has
// not answered and the replies that nobody has read.
#include <algorithm>

#include "reports/html_parts.hpp"
#include "reports/html_text.hpp"
#include "reports/style.hpp"
#include "reports/timeline.hpp"
#include "reports/words.hpp"

namespace interleak::reports {
namespace {

std::string token(const words::ItemView& item) {
  const std::string kind = item.task < 0 ? "nobody" : "o" + std::to_string(item.task);
  return "<span class=\"token " + kind + "\" title=\"" + html_text(item.text) + "\">" +
         std::string(symbol(item.task, false)) + "</span>";
}

std::string tokens(const std::vector<words::ItemView>& items) {
  std::string out;
  for (const words::ItemView& item : items) out += token(item);
  return out;
}

/// Two cells: requests, and replies on the wire and in the buffer.
std::string queue_cells(const words::ConnectionView& c) {
  if (!c.created) return "<td colspan=\"2\" class=\"queue none\">not made</td>";
  if (!c.connected && c.requests.empty()) return "<td colspan=\"2\" class=\"queue none\">closed</td>";
  std::string replies = c.held.empty() ? "" : tokens(c.held) + "<span class=\"bar\">:</span>";
  replies += tokens(c.wire);
  if (!c.kernel.empty()) replies += "<span class=\"bar\">|</span>" + tokens(c.kernel);
  replies += "<span class=\"bar\">|</span>" + tokens(c.stream);
  return "<td class=\"queue\">" + tokens(c.requests) + "</td><td class=\"queue\">" + replies + "</td>";
}

std::vector<std::size_t> made(const words::Trace& trace) {
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < trace.start.size(); ++i) {
    bool any = trace.start[i].created;
    for (const auto& step : trace.steps) any = any || step.connections[i].created;
    if (any) shown.push_back(i);
  }
  return shown;
}

std::string_view tone_class(Tone tone) {
  switch (tone) {
    case Tone::bad: return "bad";
    case Tone::warning: return "warn";
    case Tone::good: return "good";
    default: return "plain";
  }
}

std::string notes(const words::StepView& step) {
  std::string out;
  if (step.task < 0) {
    out += "<span>" + std::string(machine_of(step)) + " " + html_names(step.summary) + "</span>";
  }
  if (step.cancel && step.line) {
    out += "<span>at <code>await " + html_text(step.await) + "</code>, line " + std::to_string(step.line->line) +
           " of <code>" + html_text(step.line->procedure) + "</code>" + (step.was_ready ? ", which was ready" : "") +
           "</span>";
  }
  for (const Phrase& phrase : results_of(step, false)) {
    out += "<span class=\"" + std::string(tone_class(phrase.tone)) + "\">" + html_names(phrase.text) + "</span>";
  }
  return out;
}

std::string turn_marks(const Turn& turn, int number) {
  std::string out;
  if (turn.last_safe == number) out += "<span class=\"mark\">◄ last safe choice: what comes next decides</span>";
  if (std::find(turn.loose.begin(), turn.loose.end(), number) != turn.loose.end()) {
    out += "<span class=\"small\">may come at another time, or not at all</span>";
  }
  if (turn.no_return == number) out += "<span class=\"mark bad\">◄ point of no return</span>";
  return out;
}

std::string row(const world::World& world, const words::StepView& step, const std::vector<std::size_t>& shown,
                const Turn& turn) {
  std::string out = "<tr";
  if (step.cancel) out += " class=\"cancel\"";
  out += "><th scope=\"row\">" + std::to_string(step.number) + "</th>";
  for (int t = 0; t < world.tasks(); ++t) {
    out +=
        t == step.task ? "<td class=\"deed\">" + html_names(deed(step, false)) + "</td>" : "<td class=\"rest\">·</td>";
  }
  for (const std::size_t c : shown) out += queue_cells(step.connections[c]);
  return out + "<td class=\"notes\">" + notes(step) + turn_marks(turn, step.number) + "</td></tr>\n";
}

}  // namespace

std::string html_steps(const world::World& world, const words::Trace& trace, const Turn& turn) {
  const auto shown = made(trace);
  std::string head, sub, start;
  for (int t = 0; t < world.tasks(); ++t) {
    head += "<th scope=\"col\" rowspan=\"2\">" + html_task(world, t) + "</th>";
    start += "<td class=\"rest\">·</td>";
  }
  for (const std::size_t c : shown) {
    head += "<th scope=\"colgroup\" colspan=\"2\">connection c" + std::to_string(c + 1) + "</th>";
    sub += "<th scope=\"col\">asked</th><th scope=\"col\">replies: wire | buffer</th>";
    start += queue_cells(trace.start[c]);
  }
  std::string out =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Steps of the schedule\">"
      "<table class=\"steps\"><thead><tr><th scope=\"col\" rowspan=\"2\">step</th>" +
      head + "<th scope=\"col\" rowspan=\"2\">what it means</th></tr><tr>" + sub +
      "</tr></thead>\n<tbody><tr><th scope=\"row\">0</th>" + start + "<td class=\"notes\"><span>at the start</span>" +
      turn_marks(turn, 0) + "</td></tr>\n";
  for (const words::StepView& step : trace.steps) out += row(world, step, shown, turn);
  for (const words::FindingView& finding : trace.end_findings) {
    out += "<tr><th scope=\"row\">end</th><td colspan=\"" +
           std::to_string(static_cast<std::size_t>(world.tasks()) + 2 * shown.size()) +
           "\"></td><td class=\"notes\"><span class=\"warn\">" + html_names(finding.told()) + "</span></td></tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

}  // namespace interleak::reports
