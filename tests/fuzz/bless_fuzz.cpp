// Any bytes as a scenario that is blessed from a search of nothing: no crash; what comes out is a scenario
// again, and blessing it once more changes nothing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "sim/check/bless.hpp"
#include "sim/design/program.hpp"
#include "sim/scenario/reader.hpp"

namespace {

using namespace interleak;

/// A design that does nothing, so that no input makes the target slow.
struct Nothing {
  Nothing() {
    Diagnostics errors;
    scenario::DesignLibrary library;
    library.add(R"({"interleak": 1, "id": "prelude", "procedures": {}})", "prelude", errors);
    library.add(R"({"interleak": 1, "id": "a/pool", "procedures": {"execute": ["pass"]}})", "a", errors);
    design = library.find("a/pool", errors);
    if (design) program = scenario::compile(*design, errors);
    if (!program) std::abort();
  }
  std::optional<design::Design> design;
  std::optional<design::Program> program;
};

/// Verdicts as if they had been found: of an invariant always the same, whatever stands beside it.
check::Analysis invented(const std::vector<property::Invariant>& invariants, std::size_t turn) {
  check::Analysis analysis;
  for (const property::Invariant& invariant : invariants) {
    check::Judgement& judgement = analysis.judgements.emplace_back();
    judgement.invariant = invariant;
    judgement.verdict = static_cast<check::Verdict>((turn + invariant.name.size()) % 3);
    if (judgement.verdict != check::Verdict::violated) continue;
    judgement.witness.resize(turn % 5 + 1);
    judgement.schedule = "alice";
  }
  analysis.counts = check::Counts{};
  analysis.counts->by_outcome["leak"] = turn;
  return analysis;
}

std::string blessed(const std::string& text, const Nothing& nothing) {
  Diagnostics errors;
  const auto scenarios = scenario::read_scenario(text, "fuzz", errors);
  std::vector<check::Case> cases;
  std::vector<check::Analysis> analyses;
  std::vector<world::World> worlds;
  std::vector<const scenario::Scenario*> of;
  cases.reserve(64), analyses.reserve(64), worlds.reserve(64);
  for (const auto& scenario : scenarios) {
    Diagnostics ignored;
    for (check::Case& each : check::cases_of(scenario, {"a/pool"}, ignored)) {
      if (cases.size() == 64) break;
      analyses.push_back(invented(each.invariants, scenario.id.size()));
      worlds.emplace_back(scenario, *nothing.design, *nothing.program, false);
      cases.push_back(std::move(each));
      of.push_back(&scenario);
    }
  }
  std::vector<check::Explored> explored;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    explored.push_back({of[i], &cases[i], &worlds[i], &analyses[i], false});
  }
  if (scenarios.empty() || explored.empty()) return text;
  return check::bless(text, explored).text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Nothing nothing;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string once = blessed(text, nothing);
  if (once == text) return 0;
  Diagnostics errors;
  if (scenario::read_scenario(once, "once", errors).empty()) std::abort();
  if (blessed(once, nothing) != once) std::abort();
  return 0;
}
