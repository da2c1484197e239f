// See otlp.hpp. The field names are those of the protocol's JSON encoding: ids in hexadecimal,
// 64-bit numbers as strings.
#include "reports/otlp.hpp"

#include <algorithm>
#include <vector>

#include "reports/fingerprint.hpp"
#include "reports/json.hpp"
#include "reports/timeline.hpp"

namespace interleak::reports {
namespace {

constexpr std::int64_t kBegin = 1'679'270'400'000'000'000;  // 2023-03-20T00:00:00Z, nanoseconds
constexpr std::int64_t kNanosecondsAStep = 1'000'000;
constexpr int kInternal = 1, kClient = 3;  // kinds of span
constexpr int kError = 2;                  // status code

Json attribute(const char* key, const std::string& value) {
  return {{"key", key}, {"value", {{"stringValue", value}}}};
}
Json attribute(const char* key, int value) { return {{"key", key}, {"value", {{"intValue", std::to_string(value)}}}}; }
Json yes(const char* key) { return {{"key", key}, {"value", {{"boolValue", true}}}}; }

std::string at(int step, bool end) { return std::to_string(kBegin + (step - (end ? 0 : 1)) * kNanosecondsAStep); }

class Spans {
 public:
  Spans(const world::World& world, const words::Trace& trace)
      : world_(world), trace_(trace), timeline_(timeline(world, trace)) {
    subject_ = {world.scenario().id, world.scenario().variant, world.design().id};
    for (const words::StepView& step : trace.steps) subject_.push_back(step.text);
  }

  Json all() const {
    Json out = Json::array();
    for (int task = 0; task < world_.tasks(); ++task) {
      const bool begun = std::any_of(timeline_.operations.begin(), timeline_.operations.end(),
                                     [&](const OperationSpan& span) { return span.task == task; });
      if (begun) out.push_back(task_span(task));
    }
    for (const OperationSpan& span : timeline_.operations) out.push_back(operation_span(span));
    for (std::size_t i = 0; i < timeline_.messages.size(); ++i) {
      if (timeline_.messages[i].request.task >= 0) out.push_back(request_span(i));
    }
    return out;
  }

 private:
  const std::string& task_id(int task) const { return world_.scenario().tasks[static_cast<std::size_t>(task)].id; }
  int last() const { return static_cast<int>(trace_.steps.size()); }

  std::string id(const std::string& what, std::size_t digits) const {
    std::vector<std::string> parts = subject_;
    parts.push_back(what);
    return fingerprint(parts).substr(0, digits);
  }
  std::string trace_id(int task) const { return id("trace " + task_id(task), 32); }
  std::string task_span_id(int task) const { return id("task " + task_id(task), 16); }
  std::string operation_id(int task, int operation) const {
    return id("operation " + task_id(task) + "." + std::to_string(operation), 16);
  }
  std::string message_id(std::size_t index) const { return id("message " + std::to_string(index), 16); }

  Json span(int task, const std::string& span_id, const std::string& parent, const std::string& name, int kind,
            int begin, int end) const {
    Json out = {{"traceId", trace_id(task)}, {"spanId", span_id}};
    if (!parent.empty()) out["parentSpanId"] = parent;
    out["name"] = name;
    out["kind"] = kind;
    out["startTimeUnixNano"] = at(begin, false);
    out["endTimeUnixNano"] = at(end, true);
    return out;
  }

  Json task_span(int task) const {
    int begin = 0, end = 0;
    for (const OperationSpan& each : timeline_.operations) {
      if (each.task != task) continue;
      if (begin == 0) begin = each.begin;
      end = each.end == 0 ? last() : each.end;
    }
    Json out = span(task, task_span_id(task), "", task_id(task), kInternal, begin, end);
    out["attributes"] =
        Json::array({attribute("interleak.task", task_id(task)),
                     attribute("interleak.owner", world_.scenario().tasks[static_cast<std::size_t>(task)].owner)});
    return out;
  }

  Json operation_span(const OperationSpan& each) const {
    Json out = span(each.task, operation_id(each.task, each.operation), task_span_id(each.task),
                    operation_words(world_, each.task, each.operation), kInternal, each.begin,
                    each.end == 0 ? last() : each.end);
    const std::string outcome =
        each.outcome ? std::string(world::kOutcomeNames[static_cast<std::size_t>(each.outcome->outcome)]) : "not ended";
    out["attributes"] = Json::array({attribute("interleak.outcome", outcome)});
    out["events"] = cancels(each);
    if (!each.outcome || each.outcome->outcome != world::Outcome::ok) {
      out["status"] = {{"code", kError}, {"message", each.outcome ? each.outcome->text.text() : outcome}};
    }
    if (own_request(each) == nullptr) add_link(out, each);
    return out;
  }

  Json cancels(const OperationSpan& each) const {
    Json out = Json::array();
    for (const words::StepView& step : trace_.steps) {
      const bool inside = step.number >= each.begin && (each.end == 0 || step.number <= each.end);
      if (!step.cancel || step.task != each.task || !inside) continue;
      out.push_back({{"name", "cancelled"},
                     {"timeUnixNano", at(step.number, false)},
                     {"attributes", Json::array({attribute("interleak.await", step.await)})}});
    }
    return out;
  }

  /// The first request of an operation; null: it sent none.
  const Message* own_request(const OperationSpan& each) const {
    for (const Message& message : timeline_.messages) {
      const bool own = message.request.task == each.task && message.request.operation == each.operation;
      if (own) return &message;
    }
    return nullptr;
  }

  /// A leak or type error links to the request whose reply it was.
  void add_link(Json& out, const OperationSpan& each) const {
    using world::Outcome;
    if (!each.outcome || (each.outcome->outcome != Outcome::leak && each.outcome->outcome != Outcome::type_error))
      return;
    for (std::size_t i = timeline_.messages.size(); i-- > 0;) {
      const Message& message = timeline_.messages[i];
      if (message.read == 0 || message.read > each.end || message.request.task != each.outcome->from_task) continue;
      out["links"] = Json::array(
          {{{"traceId", trace_id(message.request.task)},
            {"spanId", message_id(i)},
            {"attributes",
             Json::array(
                 {yes("interleak.leak"),
                  attribute("interleak.outcome",
                            std::string(world::kOutcomeNames[static_cast<std::size_t>(each.outcome->outcome)]))})}}});
      return;
    }
  }

  const OperationSpan* operation_of(const Message& message) const {
    for (const OperationSpan& each : timeline_.operations) {
      if (each.task == message.request.task && each.operation == message.request.operation) return &each;
    }
    return nullptr;
  }

  /// From the sending to its own reply, or to the end of the operation that waits for it.
  Json request_span(std::size_t index) const {
    const Message& message = timeline_.messages[index];
    const OperationSpan* operation = operation_of(message);
    const bool answered = message.read > 0 && message.reader_task == message.request.task;
    int end = last();
    if (operation != nullptr && operation->end > 0) end = operation->end;
    if (answered) end = std::min(end, message.read);
    const std::string& words = message.request.text;
    Json out =
        span(message.request.task, message_id(index), operation_id(message.request.task, message.request.operation),
             words, kClient, message.sent, std::max(end, message.sent));
    out["attributes"] = Json::array({attribute("db.system.name", "redis"),
                                     attribute("db.operation.name", words.substr(0, words.find(' '))),
                                     attribute("interleak.connection", message.connection)});
    if (!answered) out["status"] = {{"code", kError}, {"message", "its reply was not read by who asked"}};
    if (operation != nullptr && own_request(*operation) == &message) add_link(out, *operation);
    return out;
  }

  const world::World& world_;
  const words::Trace& trace_;
  Timeline timeline_;
  std::vector<std::string> subject_;  // what the ids are hashes of
};

}  // namespace

std::string otlp_json(const world::World& world, const words::Trace& trace) {
  const Json scope = {{"scope", {{"name", "interleak"}}}, {"spans", Spans(world, trace).all()}};
  const Json resource = {{"attributes", Json::array({attribute("service.name", std::string("interleak")),
                                                     attribute("interleak.scenario", world.scenario().id),
                                                     attribute("interleak.design", world.design().id)})}};
  const Json spans = {{"resource", resource}, {"scopeSpans", Json::array({scope})}};
  return text_of({{"resourceSpans", Json::array({spans})}});
}

}  // namespace interleak::reports
