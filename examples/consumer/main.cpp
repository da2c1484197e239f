// Uses interleak as a library: a pool design and a scenario as text, explored and judged.
// Prints for each invariant the verdict, and the shortest schedule that violates it.
#include <iostream>

#include "sim/check/analysis.hpp"
#include "sim/check/expectations.hpp"
#include "sim/check/worlds.hpp"
#include "sim/scenario/reader.hpp"

namespace {

constexpr std::string_view kDesign = R"(
design example/pool

def execute:
    take
    try:
        if not connected:
            await connect
        await send request
        await receive
    finally:
        put
)";

constexpr std::string_view kScenario = R"({ "interleak": 1, "id": "two-users",
  "tasks": [{"id": "alice", "do": [{"get": "history"}]},
            {"id": "bob",   "do": [{"get": "history"}]}],
  "faults": {"cancel": {"max": 1}} })";

int fail(const interleak::Diagnostics& errors) {
  for (const auto& error : errors) std::cerr << error.code << ": " << error.message << "\n";
  return 2;
}

}  // namespace

int main() {
  using namespace interleak;
  Diagnostics errors;
  check::Worlds worlds;
  const auto id = worlds.add_design(kDesign, "design", errors);
  const auto scenarios = scenario::read_scenario(kScenario, "scenario", errors);
  if (!id || scenarios.empty()) return fail(errors);
  const auto invariants = check::invariants_of(scenarios[0]);
  const auto world = worlds.world(scenarios[0], *id, invariants, errors);
  if (!world) return fail(errors);

  const auto analysis = check::analyse(*world, invariants, {});
  for (const check::Judgement& judgement : analysis.judgements) {
    std::cout << judgement.invariant.name << ": " << check::verdict_name(judgement.verdict);
    if (!judgement.schedule.empty()) std::cout << " by " << judgement.schedule;
    std::cout << "\n";
  }
  std::cout << analysis.states << " states\n";
}
