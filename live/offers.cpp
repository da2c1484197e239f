#include "live/offers.hpp"

#include <algorithm>

namespace interleak::live {

using Kind = Action::Kind;

void Offers::enabled(Events& out) const {
  const auto connections = proxy_.connections();
  add_tasks(out);
  add_network(connections, out);
  add_more(connections, out);
}

bool Offers::is_enabled(Event event) const {
  Events events;
  enabled(events);
  return std::ranges::count(events, event) != 0;
}

bool Offers::are_faults_only() const {
  Events events;
  enabled(events);
  return std::ranges::all_of(events, [](Event each) { return Action::of(each).is_fault(); });
}

/// There is a cancel left, and it may be this task's.
bool Offers::may_cancel(int task) const {
  const auto& cancel = scenario_.cancel;
  const std::string& id = scenario_.tasks[static_cast<std::size_t>(task)].id;
  return course_.cancels() < cancel.max && (cancel.who.empty() || std::ranges::count(cancel.who, id) != 0);
}

void Offers::add_tasks(Events& out) const {
  for (int t = 0; t < tasks(); ++t) {
    if (!course_.has_started(t)) out.push_back(Action::of_task(Kind::start, t).event());
  }
  for (int t = 0; t < tasks(); ++t) {
    if (may_cancel(t) && course_.has_started(t) && !course_.has_ended(t)) {
      out.push_back(Action::of_task(Kind::cancel, t).event());
    }
  }
}

void Offers::add_network(const Connections& connections, Events& out) const {
  for (const ProxyConnection& each : connections) {
    if (!each.requests.empty()) out.push_back(Action::of_connection(Kind::serve, each.number).event());
  }
  for (const Kind kind : {Kind::deliver, Kind::header, Kind::part}) {
    if (kind != Kind::deliver && !scenario_.physics.fragments) break;
    for (const ProxyConnection& each : connections) {
      if (each.replies.empty()) continue;
      // A reply comes whole, or its header and its part before the rest, or only one of them.
      const std::size_t delivered = each.replies[0].delivered;
      const bool can =
          kind == Kind::deliver || delivered == 0 || (kind == Kind::part && delivered == proxy_.header_of(each.number));
      if (can) out.push_back(Action::of_connection(kind, each.number).event());
    }
  }
}

void Offers::add_more(const Connections& connections, Events& out) const {
  for (int t = 0; t < paired_tasks(); ++t) {
    if (course_.has_started(t)) continue;
    if (may_cancel(t) && !passing_.empty()) {
      for (const int k : passing_[static_cast<std::size_t>(t)]) {
        out.push_back(Action{.kind = Kind::start_cancel, .task = t, .suspension = k}.event());
      }
    }
    if (more_.same_turn) add_turns(t, connections, out);
  }
  for (const ProxyConnection& each : connections) {
    const bool quiet = each.requests.empty() && each.replies.empty();
    if (quiet && course_.closes() < more_.closes) {
      out.push_back(Action::of_connection(Kind::close, each.number).event());
    }
  }
}

/// What may come in the turn in which a task starts: a reply before it, another task behind it.
void Offers::add_turns(int task, const Connections& connections, Events& out) const {
  for (const ProxyConnection& each : connections) {
    if (each.replies.empty() || each.number > Action::kMostPaired) continue;
    out.push_back(Action{.kind = Kind::turn, .task = task, .connection = each.number}.event());
  }
  for (int other = 0; other < paired_tasks(); ++other) {
    if (other == task || course_.has_started(other)) continue;
    out.push_back(Action{.kind = Kind::together, .task = task, .other = other}.event());
  }
}

}  // namespace interleak::live
