#include "sim/check/overrides.hpp"

#include <algorithm>
#include <cstdint>

#include "sim/terms/awaits.hpp"

namespace interleak::check {
namespace {

/// Names of awaits as a set; "any-await" is all of them.
std::uint16_t awaits_of(const std::vector<std::string>& names) {
  std::uint16_t awaits = 0;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(terms::kAwaits, name, &terms::AwaitInfo::name);
    awaits |= found == terms::kAwaits.end() ? terms::kAnyAwait : terms::await_bit(found->kind);
  }
  return awaits;
}

/// What it is about has a type of its own, which is no owner's.
bool is_nobodys(const protocol::Protocol& protocol, const scenario::Operation& operation) {
  const protocol::Operation* told = scenario::protocol_of(protocol, operation);
  const protocol::Request* judged = told == nullptr ? nullptr : protocol::judged_request(*told);
  return judged != nullptr && !protocol::asks_for_data(protocol, *judged);
}

void set_owner_types(scenario::Scenario& scenario, const std::string& owner_types) {
  for (scenario::Task& task : scenario.tasks) {
    for (scenario::Operation& operation : task.operations) {
      if (is_nobodys(*scenario.protocol, operation)) continue;
      operation.type = owner_types == "same" ? "value" : task.owner;
      operation.accepts = {operation.type};
      operation.own_accepts = false;
    }
  }
}

}  // namespace

scenario::Scenario overridden(scenario::Scenario scenario, const Overrides& overrides) {
  if (overrides.max_cancels >= 0) scenario.cancel.max = overrides.max_cancels;
  const auto kind = std::ranges::find(scenario::kCancelKinds, overrides.cancel_kind);
  if (kind != scenario::kCancelKinds.end()) {
    scenario.cancel.kind = static_cast<scenario::CancelKind>(kind - scenario::kCancelKinds.begin());
  }
  if (!overrides.cancel_at.empty()) scenario.cancel.at = awaits_of(overrides.cancel_at);
  scenario.may_be_silent = scenario.may_be_silent || overrides.silent_server;
  if (!overrides.physics.empty()) scenario.physics = {};
  for (const std::string& name : overrides.physics) {
    for (const scenario::PhysicsOption& each : scenario::kPhysicsOptions) {
      if (name == each.name || name == "all") scenario.physics.*each.option = true;
    }
  }
  if (!overrides.owner_types.empty()) set_owner_types(scenario, overrides.owner_types);
  return scenario;
}

}  // namespace interleak::check
