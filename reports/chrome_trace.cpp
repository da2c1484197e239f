// See chrome_trace.hpp. Slices ("X") are the steps; asynchronous spans ("b", "n", "e") are what
// lasts longer; flows ("s", "t", "f") bind to the slices that they begin and end in.
#include "reports/chrome_trace.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "reports/json.hpp"
#include "reports/timeline.hpp"

namespace interleak::reports {
namespace {

constexpr int kStep = 1000;  // microseconds
constexpr int kSlice = 900;  // of these the step's slice takes; the gap parts neighbours
constexpr int kTasks = 1, kConnections = 2;  // process ids

class Tracks {
 public:
  Tracks(const world::World& world, const words::Trace& trace) {
    for (const words::StepView& step : trace.steps) number_of(actor_of(world, step));
  }

  /// Process and thread of who acts: tasks in one process, servers, networks and sockets in the other.
  std::pair<int, int> of(const std::string& actor) { return {pid(actor), number_of(actor)}; }

  Json names() const {
    Json out = Json::array();
    const auto name = [&](const char* what, int pid, int tid, const std::string& text) {
      out.push_back({{"ph", "M"}, {"name", what}, {"pid", pid}, {"tid", tid}, {"args", {{"name", text}}}});
    };
    name("process_name", kTasks, 0, "tasks");
    name("process_name", kConnections, 0, "connections");
    for (const std::string& actor : order_) name("thread_name", pid(actor), numbers_.at(actor), actor);
    return out;
  }

 private:
  static int pid(const std::string& actor) {
    return terms::begins_event(actor) ? kConnections : kTasks;   // no task may be called so
  }

  int number_of(const std::string& actor) {
    const auto [at, fresh] = numbers_.emplace(actor, static_cast<int>(numbers_.size()) + 1);
    if (fresh) order_.push_back(actor);
    return at->second;
  }

  std::map<std::string, int> numbers_;
  std::vector<std::string> order_;
};

class Writer {
 public:
  Writer(const world::World& world, const words::Trace& trace)
      : world_(world), trace_(trace), timeline_(timeline(world, trace)), tracks_(world, trace) {}

  Json events() {
    out_ = tracks_.names();
    for (const words::StepView& step : trace_.steps) slice(step);
    for (const OperationSpan& span : timeline_.operations) operation(span);
    for (std::size_t i = 0; i < timeline_.messages.size(); ++i) message(timeline_.messages[i], i + 1);
    return std::move(out_);
  }

 private:
  const words::StepView& step_at(int number) const { return trace_.steps[static_cast<std::size_t>(number) - 1]; }

  /// The fields that every event has; `when` in microseconds.
  Json event(const char* phase, const std::string& name, const char* category, int number, int when) {
    const auto [pid, tid] = tracks_.of(actor_of(world_, step_at(number)));
    return {{"ph", phase}, {"name", name}, {"cat", category}, {"ts", number * kStep + when},
            {"pid", pid},  {"tid", tid}};
  }

  void slice(const words::StepView& step) {
    Json each = event("X", step.cancel ? "CANCELLED" : step.summary.text(), "step", step.number, 0);
    each["dur"] = kSlice;
    Json args = {{"step", step.number}, {"event", step.text}};
    if (step.cancel) args["await"] = step.await;
    if (step.line) {
      args["line"] = step.line->origin + " " + step.line->procedure + ":" + std::to_string(step.line->line);
    }
    for (const words::OutcomeView& outcome : step.outcomes) {
      args["outcomes"].push_back(outcome_words(outcome));
    }
    if (!step.findings.empty()) args["findings"] = words::texts_of(step.findings);
    for (const words::ConnectionView& c : step.connections) {
      args["c" + std::to_string(c.number)] = connection_words(c);
    }
    each["args"] = std::move(args);
    out_.push_back(std::move(each));
  }

  /// A point of an asynchronous span.
  void point(const char* phase, const std::string& name, const char* category, int number, int when,
             const std::string& id) {
    Json each = event(phase, name, category, number, when);
    each["id"] = id;
    out_.push_back(std::move(each));
  }

  int last() const { return static_cast<int>(trace_.steps.size()); }

  void operation(const OperationSpan& span) {
    const std::string& task = world_.scenario().tasks[static_cast<std::size_t>(span.task)].id;
    const std::string id = task + "." + std::to_string(span.operation + 1);
    const std::string name = id + ": " + operation_words(world_, span.task, span.operation);
    point("b", name, "operation", span.begin, 0, id);
    for (const words::StepView& step : trace_.steps) {
      const bool inside = step.number >= span.begin && (span.end == 0 || step.number <= span.end);
      if (step.cancel && step.task == span.task && inside) {
        point("n", "cancelled at " + step.await, "operation", step.number, 0, id);
      }
    }
    const int end = span.end == 0 ? last() : span.end;
    Json each = event("e", name, "operation", end, kSlice);
    each["id"] = id;
    each["args"] = {{"outcome", span.outcome
                                    ? Json(world::kOutcomeNames[static_cast<std::size_t>(span.outcome->outcome)])
                                    : Json("not ended")}};
    out_.push_back(std::move(each));
  }

  void message(const Message& each, std::size_t number) {
    const std::string id = "m" + std::to_string(number);
    const std::string name = each.request.text + " on c" + std::to_string(each.connection);
    point("b", name, "message", each.sent, 0, id);
    if (each.written > 0) point("n", "written", "message", each.written, 0, id);
    if (each.served > 0) point("n", "answered", "message", each.served, 0, id);
    for (const int piece : each.pieces) point("n", "a piece delivered", "message", piece, 0, id);
    if (each.delivered > 0) point("n", "delivered", "message", each.delivered, 0, id);
    if (each.drained > 0) point("n", "read from the socket", "message", each.drained, 0, id);
    const int end = each.read > 0 ? each.read : each.lost > 0 ? each.lost : last();
    Json closing = event("e", name, "message", end, kSlice);
    closing["id"] = id;
    closing["args"] = {{"sender", each.sender},
                       {"reader", each.reader},
                       {"end", each.read > 0   ? each.discarded ? "thrown away" : "read"
                               : each.lost > 0 ? "lost"
                                               : "pending"},
                       {"crossed", each.crossed()}};
    out_.push_back(std::move(closing));
    flow(each, id);
  }

  void flow(const Message& each, const std::string& id) {
    const std::string name = each.crossed() ? "reply in wrong hands" : "reply";
    if (each.read == 0) return;
    point("s", name, "reply", each.sent, kSlice / 2, id);
    point("t", name, "reply", each.served, kSlice / 2, id);
    point("t", name, "reply", each.delivered, kSlice / 2, id);
    if (each.drained > 0) point("t", name, "reply", each.drained, kSlice / 2, id);
    Json last = event("f", name, "reply", each.read, kSlice / 2);
    last["id"] = id;
    last["bp"] = "e";
    out_.push_back(std::move(last));
  }

  const world::World& world_;
  const words::Trace& trace_;
  Timeline timeline_;
  Tracks tracks_;
  Json out_;
};

}  // namespace

std::string chrome_trace(const world::World& world, const words::Trace& trace) {
  Json out = {{"displayTimeUnit", "ms"},
              {"otherData",
               {{"tool", "interleak"},
                {"scenario", world.scenario().id},
                {"variant", world.scenario().variant},
                {"design", world.design().id}}}};
  out["traceEvents"] = Writer(world, trace).events();
  return text_of(out);
}

}  // namespace interleak::reports
