// See itf.hpp.
#include "reports/itf.hpp"

#include <vector>

#include "reports/json.hpp"
#include "reports/timeline.hpp"

namespace interleak::reports {
namespace {

constexpr const char* kDescription = "https://apalache-mc.org/docs/adr/015adr-trace.html";

Json integer(int number) { return {{"#bigint", std::to_string(number)}}; }

/// A queue: who the message belongs to, and what it is.
Json queue(const world::World& world, const std::vector<words::ItemView>& items) {
  Json out = Json::array();
  for (const words::ItemView& item : items) {
    const bool nobodys = item.task < 0;
    const std::string task = nobodys ? "" : world.scenario().tasks[static_cast<std::size_t>(item.task)].id;
    out.push_back({{"task", task}, {"what", item.text}});
  }
  return out;
}

Json connections(const world::World& world, const std::vector<words::ConnectionView>& views) {
  Json pairs = Json::array();
  for (const words::ConnectionView& c : views) {
    Json record = {{"created", c.created},
                   {"connected", c.connected},
                   {"idle", c.idle},
                   {"requests", queue(world, c.requests)},
                   {"wire", queue(world, c.wire)},
                   {"kernel", queue(world, c.kernel)},
                   {"stream", queue(world, c.stream)}};
    if (world.shape().held) record["held"] = queue(world, c.held);
    pairs.push_back(Json::array({integer(c.number), std::move(record)}));
  }
  return {{"#map", std::move(pairs)}};
}

Json set_of(const std::vector<std::string>& texts) {
  Json items = Json::array();
  for (const std::string& text : texts) items.push_back(text);
  return {{"#set", std::move(items)}};
}

/// Outcomes so far, by "alice.1".
Json outcomes_after(const world::World& world, const words::Trace& trace, std::size_t steps) {
  Json pairs = Json::array();
  for (std::size_t i = 0; i < steps; ++i) {
    for (const words::OutcomeView& outcome : trace.steps[i].outcomes) {
      const std::string& id = world.scenario().tasks[static_cast<std::size_t>(outcome.task)].id;
      pairs.push_back(Json::array({id + "." + std::to_string(outcome.operation + 1),
                                   world::kOutcomeNames[static_cast<std::size_t>(outcome.outcome)]}));
    }
  }
  return {{"#map", std::move(pairs)}};
}

Json state(const world::World& world, const words::Trace& trace, std::size_t index) {
  const words::StepView* step = index == 0 ? nullptr : &trace.steps[index - 1];
  Json out = {{"#meta", {{"index", index}}}};
  out["event"] = step == nullptr ? "" : step->text;
  out["actor"] = step == nullptr ? "" : actor_of(world, *step);
  out["cancel"] = step != nullptr && step->cancel;
  out["summary"] = step == nullptr ? "" : step->summary.text();
  out["connections"] = connections(world, step == nullptr ? trace.start : step->connections);
  out["outcomes"] = outcomes_after(world, trace, index);
  std::vector<words::FindingView> findings;
  if (step != nullptr) findings = step->findings;
  if (index == trace.steps.size()) {
    findings.insert(findings.end(), trace.end_findings.begin(), trace.end_findings.end());
  }
  out["findings"] = set_of(words::texts_of(findings));
  return out;
}

}  // namespace

std::string itf(const world::World& world, const words::Trace& trace) {
  Json out = {{"#meta",
               {{"format", "ITF"},
                {"format-description", kDescription},
                {"description", "interleak: scenario " + world.scenario().id + " under " + world.design().id}}},
              {"params", Json::array()},
              {"vars", {"event", "actor", "cancel", "summary", "connections", "outcomes", "findings"}}};
  Json states = Json::array();
  for (std::size_t i = 0; i <= trace.steps.size(); ++i) states.push_back(state(world, trace, i));
  out["states"] = std::move(states);
  return text_of(out);
}

}  // namespace interleak::reports
