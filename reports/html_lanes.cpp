// The lanes of a schedule as SVG, for who has no script or reads on paper: time runs down, a lane a
// task, the two queues of each connection, one for the servers; who takes no part has none. The script draws the same
// (reports/page/src/lanes.js) for every branch.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "reports/html_parts.hpp"
#include "reports/html_text.hpp"
#include "reports/style.hpp"
#include "reports/words.hpp"
#include "sim/world/listener.hpp"

namespace interleak::reports {
namespace {

constexpr int kRow = 44, kLaneTop = 46, kTask = 92, kToken = 19, kServer = 70, kNumber = 34;

struct QueueBox {
  int left = 0, width = 0;
  int middle() const { return left + width / 2; }
};

struct LaneLayout {
  std::map<int, int> tasks;                                  // by index
  std::map<int, std::pair<QueueBox, QueueBox>> connections;  // by number: requests, replies
  int server = 0, width = 0;
};

int owed(const words::ConnectionView& c) {
  return static_cast<int>(c.held.size() + c.wire.size() + c.kernel.size() + c.stream.size());
}

std::vector<const words::ItemView*> items_of(const words::ConnectionView& c) {
  std::vector<const words::ItemView*> items;
  for (const auto* queue : {&c.requests, &c.held, &c.wire, &c.kernel, &c.stream}) {
    for (const words::ItemView& item : *queue) items.push_back(&item);
  }
  return items;
}

/// The views of one connection, from the start on.
std::vector<const words::ConnectionView*> views_of(const words::Trace& trace, std::size_t connection) {
  std::vector<const words::ConnectionView*> views = {&trace.start[connection]};
  for (const words::StepView& step : trace.steps) views.push_back(&step.connections[connection]);
  return views;
}

/// Tasks that do something, or of which something lies in a queue; all of them if nothing happens.
std::set<int> tasks_taking_part(const world::World& world, const words::Trace& trace) {
  std::set<int> part;
  for (const words::StepView& step : trace.steps) {
    part.insert(step.task);
    for (const auto& outcome : step.outcomes) part.insert({outcome.task, outcome.from_task});
  }
  for (std::size_t c = 0; c < trace.start.size(); ++c) {
    for (const auto* view : views_of(trace, c)) {
      for (const words::ItemView* item : items_of(*view)) part.insert(item->task);
    }
  }
  part.erase(-1);
  for (int t = 0; part.empty() && t < world.tasks(); ++t) part.insert(part.end(), t);
  return part;
}

/// What a reader sees of a connection.
std::string seen_of(const words::ConnectionView& c) {
  std::string seen = fmt::format("{}{}{}", c.created, c.connected, c.idle);
  for (const auto* queue : {&c.requests, &c.held, &c.wire, &c.kernel, &c.stream}) {
    for (const words::ItemView& item : *queue) seen += fmt::format(" {} {}", item.task, item.text);
    seen += '|';
  }
  return seen;
}

/// Connections on which something changes; all that are made if nothing does.
std::vector<std::size_t> connections_taking_part(const words::Trace& trace) {
  std::vector<std::size_t> made, busy;
  for (std::size_t c = 0; c < trace.start.size(); ++c) {
    const auto views = views_of(trace, c);
    if (std::none_of(views.begin(), views.end(), [](const auto* view) { return view->created; })) continue;
    made.push_back(c);
    const std::string first = seen_of(*views.front());
    const bool changes =
        std::any_of(views.begin(), views.end(), [&](const auto* view) { return seen_of(*view) != first; });
    if (changes || !items_of(*views.front()).empty()) busy.push_back(c);
  }
  return busy.empty() ? made : busy;
}

LaneLayout measure(const world::World& world, const words::Trace& trace) {
  LaneLayout lanes;
  int x = kNumber;
  for (const int t : tasks_taking_part(world, trace)) {
    lanes.tasks[t] = x + kTask / 2;
    x += kTask;
  }
  for (const std::size_t c : connections_taking_part(trace)) {
    int requests = 1, replies = 1;
    for (const auto* view : views_of(trace, c)) {
      requests = std::max(requests, static_cast<int>(view->requests.size()));
      replies = std::max(replies, owed(*view));
    }
    const QueueBox asked = {x + 10, std::max(requests * kToken + 20, 64)};
    const QueueBox reply = {asked.left + asked.width + 12, std::max(replies * kToken + 34, 76)};
    lanes.connections[static_cast<int>(c) + 1] = {asked, reply};
    x = reply.left + reply.width + 10;
  }
  lanes.server = x + kServer / 2;
  lanes.width = x + kServer;
  return lanes;
}

std::string words(int x, int y, const std::string& kind, const std::string& html) {
  return fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" class=\"{}\">{}</text>", x, y, kind, html);
}

std::string line(int x1, int x2, int y1, int y2, const std::string& kind) {
  return fmt::format("<line x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\" class=\"{}\"></line>", x1, x2, y1, y2, kind);
}

std::string arrow(int from, int to, int y, const std::string& kind) {
  const int back = from < to ? -9 : 9;
  return line(from, to + back + (back < 0 ? 2 : -2), y, y, "wire " + kind) +
         fmt::format("<path d=\"M{} {}l{} -5v10z\" class=\"head {}\"></path>", to, y, back, kind);
}

std::string box(const QueueBox& place, int y, const std::vector<const words::ItemView*>& items, const std::string& kind,
                int bar) {
  std::string out =
      fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"22\" rx=\"5\" class=\"queue {}\"></rect>", place.left,
                  y - 11, place.width, kind);
  int x = place.left + 15;
  for (std::size_t i = 0; i < items.size(); ++i, x += kToken) {
    if (static_cast<int>(i) == bar) x += 8;
    const int task = items[i]->task;
    const std::string owner = task < 0 ? "nobody" : "o" + std::to_string(task);
    out += words(x, y + 5, "token " + owner,
                 "<title>" + html_text(items[i]->text) + "</title>" + std::string(symbol(task, false)));
  }
  if (bar < 0) return out;
  const int at = place.left + 9 + bar * kToken + (items.empty() ? 6 : 1);
  return out + line(at, at, y - 8, y + 8, "bar");
}

std::string connection(const words::ConnectionView& c, const std::pair<QueueBox, QueueBox>& place, int y) {
  if (!c.created || (!c.connected && c.requests.empty())) {
    const int middle = (place.first.left + place.second.left + place.second.width) / 2;
    return words(middle, y + 4, "faint", c.created ? "closed" : "not made");
  }
  const bool owes = !c.requests.empty() || owed(c) > 0;
  const std::string kind = !c.idle ? "busy" : owes ? "dirty" : "idle";
  std::vector<const words::ItemView*> asked, replies;
  for (const auto& each : c.requests) asked.push_back(&each);
  for (const auto* queue : {&c.held, &c.wire, &c.kernel, &c.stream}) {
    for (const auto& each : *queue) replies.push_back(&each);
  }
  return box(place.first, y, asked, kind, -1) +
         box(place.second, y, replies, kind, static_cast<int>(c.held.size() + c.wire.size() + c.kernel.size()));
}

std::string pill(int x, int y, const std::string& text, int columns, const std::string& kind) {
  const int width = columns * 7 + 14;
  return fmt::format(
             "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"20\" rx=\"10\" class=\"pill "
             "{}\"></rect>",
             x - width / 2, y - 10, width, kind) +
         words(x, y + 4, "pilltext " + kind, text);
}

std::string environment(const words::StepView& step, const LaneLayout& lanes, int y) {
  const world::EventParts parts = world::parts_of(step.event);
  const auto place = lanes.connections.find(parts.conn);
  if (place == lanes.connections.end()) return {};
  const QueueBox& replies = place->second.second;
  if (parts.kind == terms::EventKind::silence) return words(lanes.server, y + 5, "warn small", "✕ silent");
  const bool served = terms::info_of(parts.kind).actor == terms::Actor::server;
  if (served) return arrow(lanes.server, replies.middle(), y, "plain");
  return arrow(replies.left + 6, replies.left + replies.width - 6, y, "plain");
}

std::string deeds(const words::StepView& step, const LaneLayout& lanes, int y) {
  using Act = world::Listener::Act;
  const int x = lanes.tasks.at(step.task);
  const std::string own = "o" + std::to_string(step.task);
  std::string out;
  for (const words::ActionView& act : step.actions) {
    const auto place = lanes.connections.find(act.connection);
    if (place == lanes.connections.end()) continue;
    const auto& [asked, replies] = place->second;
    const bool wrong = act.item.task >= 0 && act.item.task != step.task;
    if (act.act == Act::sends) out += arrow(x, asked.left + 4, y, own);
    if (act.act == Act::receives) out += arrow(replies.left, x + (wrong ? 36 : 8), y, wrong ? "bad" : own);
    if (act.act == Act::discards) out += arrow(replies.left, x + 8, y, own);
    if (act.act == Act::closes) out += words(asked.middle(), y + 5, "warn small", "✕ closed");
  }
  for (const words::OutcomeView& outcome : step.outcomes) {
    if (outcome.outcome == world::Outcome::leak) {
      return out + pill(x, y, "LEAK " + std::string(symbol(outcome.from_task, false)), 6, "bad");
    }
  }
  if (step.cancel) return out + pill(x, y, "✗ cancel", 8, "warn");
  return out + fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"5\" class=\"dot {}\"></circle>", x, y, own);
}

}  // namespace

std::string html_lanes(const world::World& world, const words::Trace& trace) {
  const LaneLayout lanes = measure(world, trace);
  const int height = kLaneTop + static_cast<int>(trace.steps.size() + 1) * kRow;
  std::string out = fmt::format(
      "<svg class=\"lanes w{}\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"The lanes of the "
      "schedule: the table below tells the same\">",
      std::min(9, (lanes.width + 119) / 120), lanes.width, height);
  for (const auto& [t, x] : lanes.tasks) {
    const auto& id = world.scenario().tasks[static_cast<std::size_t>(t)].id;
    out += words(x, 20, "headname o" + std::to_string(t), html_text(clipped(tag(t, id, false), 12, false)));
    out += line(x, x, kLaneTop - 8, height - 8, "lane");
  }
  for (const auto& [number, place] : lanes.connections) {
    out += words((place.first.left + place.second.left + place.second.width) / 2, 14, "headname",
                 "c" + std::to_string(number)) +
           words(place.first.middle(), 30, "faint small", "asked") +
           words(place.second.middle(), 30, "faint small", "wire | buffer");
  }
  out += words(lanes.server, 20, "headname", "server") +
         line(lanes.server, lanes.server, kLaneTop - 8, height - 8, "lane");
  for (std::size_t k = 0; k <= trace.steps.size(); ++k) {
    const int y = kLaneTop + static_cast<int>(k) * kRow;
    out += words(14, y + 24, "number", std::to_string(k));
    const auto& views = k == 0 ? trace.start : trace.steps[k - 1].connections;
    for (const auto& [number, place] : lanes.connections) {
      out += connection(views[static_cast<std::size_t>(number) - 1], place, y + 10);
    }
    if (k == 0) continue;
    const words::StepView& step = trace.steps[k - 1];
    out += step.task < 0 ? environment(step, lanes, y + 27) : deeds(step, lanes, y + 27);
  }
  return out + "</svg>\n";
}

}  // namespace interleak::reports
