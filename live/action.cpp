#include "live/action.hpp"

namespace interleak::live {

// The code of an event: the kind in the upper byte, below it the one thing that the action names, or two of four
// bits each.

Action Action::of(Event event) {
  const auto kind = static_cast<Kind>(event.code >> 8);
  const int index = event.code & 0xff, first = index >> 4, second = index & 0xf;
  switch (kind) {
    case Kind::start:
    case Kind::cancel: return {.kind = kind, .task = index};
    case Kind::start_cancel: return {.kind = kind, .task = first, .suspension = second};
    case Kind::turn: return {.kind = kind, .task = second, .connection = first};
    case Kind::together: return {.kind = kind, .task = first, .other = second};
    default: return {.kind = kind, .connection = index};
  }
}

Event Action::event() const {
  const int index = [this] {
    switch (kind) {
      case Kind::start:
      case Kind::cancel: return task;
      case Kind::start_cancel: return task << 4 | suspension;
      case Kind::turn: return connection << 4 | task;
      case Kind::together: return task << 4 | other;
      default: return connection;
    }
  }();
  return {static_cast<std::uint16_t>(static_cast<unsigned>(kind) << 8 | static_cast<unsigned>(index))};
}

std::string Action::text(const scenario::Scenario& scenario) const {
  const auto id = [&](int t) -> const std::string& { return scenario.tasks[static_cast<std::size_t>(t)].id; };
  const std::string number = std::to_string(connection);
  switch (kind) {
    case Kind::start: return id(task);
    case Kind::cancel: return "!" + id(task);
    case Kind::serve: return "srv." + number;
    case Kind::deliver: return "net." + number;
    case Kind::header: return "net." + number + ":hdr";
    case Kind::part: return "net." + number + ":part";
    case Kind::start_cancel: return id(task) + "!" + std::to_string(suspension);
    case Kind::turn: return "net." + number + "+" + id(task);
    case Kind::together: return id(task) + "+" + id(other);
    case Kind::close: return "close." + number;
  }
  return {};
}

}  // namespace interleak::live
