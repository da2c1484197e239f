// See shiviz.hpp.
#include "reports/shiviz.hpp"

#include <algorithm>
#include <map>

#include "reports/json.hpp"
#include "reports/timeline.hpp"
#include "sim/scenario/utf8.hpp"
#include "sim/world/listener.hpp"

namespace interleak::reports {
namespace {

using Act = world::Listener::Act;
using Clock = std::map<std::string, int>;

class Clocks {
 public:
  Clocks(const world::World& world, const words::Trace& trace) : world_(world), timeline_(timeline(world, trace)) {
    for (const words::StepView& step : trace.steps) tell(step);
  }
  std::string text;

 private:
  static void merge(Clock& into, const Clock& from) {
    for (const auto& [host, time] : from) into[host] = std::max(into[host], time);
  }

  /// What the steps before this one hand on to it.
  void take_over(const words::StepView& step, Clock& clock) {
    if (step.child && clock.empty()) merge(clock, after_[spawned_[step.task]]);
    for (const Message& each : timeline_.messages) {
      if (each.written == step.number) merge(clock, after_[each.sent]);
      if (each.served == step.number) merge(clock, after_[std::max(each.sent, each.written)]);
      const bool piece = std::find(each.pieces.begin(), each.pieces.end(), step.number) != each.pieces.end();
      if (piece || each.delivered == step.number) merge(clock, after_[each.served]);
      if (each.drained == step.number) merge(clock, after_[each.delivered]);
      const int arrived = std::max(each.delivered, each.drained);
      if (each.read == step.number && arrived < step.number) merge(clock, after_[arrived]);
    }
    for (const words::ActionView& action : step.actions) {
      if (action.act == Act::takes) merge(clock, returned_[action.connection]);
      if (action.act == Act::spawns) spawned_[step.task] = step.number;
    }
  }

  void tell(const words::StepView& step) {
    const std::string host = actor_of(world_, step);
    Clock& clock = now_[host];
    take_over(step, clock);
    ++clock[host];
    after_[step.number] = clock;
    for (const words::ActionView& action : step.actions) {
      if (action.act == Act::puts) returned_[action.connection] = clock;
    }
    Json shown = Json::object();
    for (const auto& [name, time] : clock) shown[name] = time;
    text += host + " " + text_of(shown, -1) + "\n" + told(step) + "\n";
  }

  static std::string told(const words::StepView& step) {
    std::string out = std::to_string(step.number) + ". " + (step.cancel ? "CANCELLED at " + step.await : "");
    if (step.cancel && !step.summary.empty()) out += ", ";
    out += step.summary.text();
    for (const words::OutcomeView& outcome : step.outcomes) out += "; " + outcome_words(outcome);
    for (const words::FindingView& finding : step.findings) out += "; " + finding.told().text();
    return scenario::escaped(out);
  }

  const world::World& world_;
  Timeline timeline_;
  std::map<std::string, Clock> now_;  // by host
  std::map<int, Clock> after_;        // by step
  std::map<int, Clock> returned_;     // by connection: when it was last put back
  std::map<int, int> spawned_;        // by task: the step that spawned last
};

}  // namespace

std::string shiviz(const world::World& world, const words::Trace& trace) { return Clocks(world, trace).text; }

}  // namespace interleak::reports
