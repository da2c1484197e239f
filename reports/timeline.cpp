// See timeline.hpp. Queues are replayed here message by message: the views of a trace say what lies
// in them, not which message it is.
#include "reports/timeline.hpp"

#include <algorithm>
#include <array>
#include <deque>

#include "sim/world/listener.hpp"

namespace interleak::reports {
namespace {

using Act = world::Listener::Act;

class Follower {
 public:
  Follower(const world::World& world, const words::Trace& trace)
      : world_(world), queues_(static_cast<std::size_t>(world.connections()) + 1),
        script_(static_cast<std::size_t>(world.tasks()), -1) {
    for (const words::StepView& step : trace.steps) follow(step);
  }

  Timeline result;

 private:
  /// Messages of a connection by index: not answered, waiting at the server, on the wire, in the kernel's buffer, in
  /// that of the stream.
  struct Queues {
    std::deque<std::size_t> requests, held, wire, kernel, stream;
  };

  void follow(const words::StepView& step) {
    using Kind = world::EventParts::Kind;
    const world::EventParts parts = world::parts_of(step.event);
    Queues& queues = queues_[parts.conn];
    if (parts.kind == Kind::serve || parts.kind == Kind::fail) {
      serve(queues, step, static_cast<std::size_t>(parts.conn));
    } else if (parts.kind == Kind::push) {
      push(queues, step, static_cast<std::size_t>(parts.conn));
    } else if (parts.kind == Kind::deliver) {
      const bool kernel = world_.physics().kernel;
      deliver(queues.wire, kernel ? queues.kernel : queues.stream, step.number);
    } else if (parts.kind == Kind::deliver_header || parts.kind == Kind::deliver_part) {
      if (!queues.wire.empty()) result.messages[queues.wire.front()].pieces.push_back(step.number);
    } else if (parts.kind == Kind::drain) {
      while (!queues.kernel.empty()) {
        move(queues.kernel, queues.stream, &Message::drained, step.number);
      }
    } else if (parts.kind == Kind::flush) {
      write(queues, step.number);
    } else if (terms::is_run(parts.kind)) {
      if (!step.child) begin(step.task, step.number);
      for (const words::ActionView& action : step.actions) act(step, action);
    }
    for (const words::ConnectionView& each : step.connections) skip(each, step.number);
    for (const words::OutcomeView& outcome : step.outcomes) end(outcome, step.number);
  }

  void move(std::deque<std::size_t>& from, std::deque<std::size_t>& to, int Message::*when, int number) {
    if (from.empty()) return;
    result.messages[from.front()].*when = number;
    to.push_back(from.front());
    from.pop_front();
  }

  /// What waits at the server goes with the first reply that does not.
  void serve(Queues& queues, const words::StepView& step, std::size_t connection) {
    if (queues.held.size() < step.connections[connection - 1].held.size()) {
      return move(queues.requests, queues.held, &Message::served, step.number);
    }
    while (!queues.held.empty()) {
      result.messages[queues.held.front()].sent_out = step.number;
      queues.wire.push_back(queues.held.front());
      queues.held.pop_front();
    }
    if (!queues.requests.empty()) result.messages[queues.requests.front()].sent_out = step.number;
    move(queues.requests, queues.wire, &Message::served, step.number);
  }

  /// What went on the wire together arrives together.
  void deliver(std::deque<std::size_t>& wire, std::deque<std::size_t>& to, int number) {
    if (wire.empty()) return;
    const int together = result.messages[wire.front()].sent_out;
    do {
      move(wire, to, &Message::delivered, number);
    } while (!wire.empty() && together != 0 && result.messages[wire.front()].sent_out == together);
  }

  /// Requests that a server has dropped.
  void skip(const words::ConnectionView& connection, int number) {
    std::deque<std::size_t>& requests = queues_[static_cast<std::size_t>(connection.number)].requests;
    while (requests.size() > connection.requests.size()) {
      result.messages[requests.front()].lost = number;
      requests.pop_front();
    }
  }

  /// A message that nobody asked for is sent and served in one.
  void push(Queues& queues, const words::StepView& step, std::size_t connection) {
    Message message;
    message.connection = static_cast<int>(connection);
    message.sent = message.served = step.number;
    message.sender = actor_of(world_, step);
    if (!step.connections[connection - 1].wire.empty()) message.request = step.connections[connection - 1].wire.back();
    queues.wire.push_back(result.messages.size());
    result.messages.push_back(std::move(message));
  }

  /// What is written late: the first request of a `large` operation that was not, and all behind it.
  void write(const Queues& queues, int number) {
    bool late = false;
    for (const std::size_t each : queues.requests) {
      Message& message = result.messages[each];
      late |= message.written == 0 && is_large(message.request);
      if (late) message.written = number;
    }
  }

  bool is_large(const words::ItemView& request) const {
    if (request.task < 0) return false;
    const auto& script = world_.scenario().tasks[static_cast<std::size_t>(request.task)].operations;
    return script[static_cast<std::size_t>(request.operation)].large;
  }

  void act(const words::StepView& step, const words::ActionView& action) {
    Queues& queues = queues_[static_cast<std::size_t>(action.connection)];
    if (action.act == Act::sends) {
      Message message;
      message.connection = action.connection;
      message.sent = step.number;
      message.sender = actor_of(world_, step);
      message.request = action.item;
      queues.requests.push_back(result.messages.size());
      result.messages.push_back(std::move(message));
    } else if ((action.act == Act::receives || action.act == Act::discards) && !queues.stream.empty()) {
      Message& message = result.messages[queues.stream.front()];
      queues.stream.pop_front();
      message.read = step.number;
      message.reader = actor_of(world_, step);
      message.reader_task = step.task;
      message.discarded = action.act == Act::discards;
      message.reply = action.item.text;
    } else if (action.act == Act::closes) {
      for (auto* queue : {&queues.requests, &queues.held, &queues.wire, &queues.kernel, &queues.stream}) {
        for (const std::size_t each : *queue) result.messages[each].lost = step.number;
        queue->clear();
      }
    }
  }

  /// A task acts: its operation begins if none is under way.
  void begin(int task, int number) {
    int& script = script_[static_cast<std::size_t>(task)];
    if (script >= 0) return;
    script = 0;
    result.operations.push_back({task, 0, number, 0, {}});
  }

  void end(const words::OutcomeView& outcome, int number) {
    for (OperationSpan& span : result.operations) {
      if (span.task != outcome.task || span.operation != outcome.operation || span.outcome) continue;
      span.end = number;
      span.outcome = outcome;
    }
    // After a normal end the next one begins in the same event; every other end ends the task.
    using world::Outcome;
    const bool normal =
        outcome.outcome == Outcome::ok || outcome.outcome == Outcome::leak || outcome.outcome == Outcome::wrong_value;
    const auto& script = world_.scenario().tasks[static_cast<std::size_t>(outcome.task)].operations;
    if (normal && static_cast<std::size_t>(outcome.operation) + 1 < script.size()) {
      result.operations.push_back({outcome.task, outcome.operation + 1, number, 0, {}});
    }
  }

  const world::World& world_;
  std::vector<Queues> queues_;  // by number of the connection
  std::vector<int> script_;     // by task; -1: it has not begun
};

std::string items_words(const std::vector<words::ItemView>& items) {
  std::string out = "[";
  for (const words::ItemView& item : items) out += (out.size() > 1 ? ", " : "") + item.text;
  return out + "]";
}

}  // namespace

Timeline timeline(const world::World& world, const words::Trace& trace) {
  return std::move(Follower(world, trace).result);
}

std::string actor_of(const world::World& world, const words::StepView& step) {
  const world::EventParts parts = world::parts_of(step.event);
  const terms::ActorInfo& actor = terms::info_of(terms::info_of(parts.kind).actor);
  if (actor.actor == terms::Actor::task) return world.frame_name(parts.frame);
  return std::string(actor.lane) + "." + std::to_string(parts.conn);
}

std::string_view machine_of(const words::StepView& step) {
  return terms::info_of(terms::info_of(world::parts_of(step.event).kind).actor).name;
}

std::string operation_words(const world::World& world, int task, int operation) {
  const auto& each =
      world.scenario().tasks[static_cast<std::size_t>(task)].operations[static_cast<std::size_t>(operation)];
  std::string out = each.does;
  for (std::size_t i = 0; i < each.keys.size(); ++i) out += (i == 0 ? " " : ", ") + each.keys[i];
  return out;
}

std::string outcome_words(const words::OutcomeView& outcome) {
  const std::string kind(world::kOutcomeNames[static_cast<std::size_t>(outcome.outcome)]);
  return outcome.has_reply ? kind + ": " + outcome.text.text() : outcome.text.text();
}

std::string connection_words(const words::ConnectionView& connection) {
  if (!connection.created) return "not made";
  if (!connection.connected) return "closed";
  std::string out = "requests " + items_words(connection.requests);
  if (!connection.held.empty()) out += ", waiting " + items_words(connection.held);
  out += ", wire " + items_words(connection.wire);
  if (!connection.kernel.empty()) out += ", kernel " + items_words(connection.kernel);
  return out + ", stream " + items_words(connection.stream);
}

}  // namespace interleak::reports
