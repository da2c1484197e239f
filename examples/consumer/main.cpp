// Uses interleak as a library: a pool design and a scenario as text, explored and judged.
// Prints for each invariant the verdict, and the shortest schedule that violates it.
#include <iostream>

#include "sim/check/analysis.hpp"
#include "sim/check/expectations.hpp"
#include "sim/design/program.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/world/world.hpp"

namespace {

constexpr std::string_view kDesign = R"({ "interleak": 1, "id": "example/pool",
  "procedures": { "execute": [
    "take",
    "try:",
    "    if not connected:",
    "        await connect",
    "    await send request",
    "    await receive",
    "finally:",
    "    put" ] } })";

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
  scenario::DesignLibrary library;
  library.add(R"({"interleak": 1, "id": "prelude", "procedures": {}})", "prelude", errors);
  const auto id = library.add(kDesign, "design", errors);
  const auto scenarios = scenario::read_scenario(kScenario, "scenario", errors);
  const auto design = id ? library.find(*id, errors) : std::nullopt;
  const auto program = design ? design::compile(*design, errors) : std::nullopt;
  if (!program || scenarios.empty()) return fail(errors);

  const world::World world(scenarios[0], *design, *program, false);
  const auto analysis = check::analyse(world, check::invariants_of(scenarios[0]), {});
  for (const check::Judgement& judgement : analysis.judgements) {
    std::cout << judgement.invariant.name << ": " << check::verdict_name(judgement.verdict);
    if (!judgement.schedule.empty()) std::cout << " by " << judgement.schedule;
    std::cout << "\n";
  }
  std::cout << analysis.states << " states\n";
}
