// Any bytes as an analysis that was kept (sim/check/kept.hpp): no crash, no hang; what is taken is written and taken
// again as the same, and its witnesses are schedules of the world that show what they are of.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "sim/check/expectations.hpp"
#include "sim/check/kept.hpp"
#include "sim/design/program.hpp"
#include "sim/scenario/reader.hpp"
#include "tools/embedded.hpp"

namespace {

using namespace interleak;

std::unique_ptr<world::World> world_of(std::string_view scenario_path, const std::string& design_id) {
  Diagnostics errors;
  scenario::DesignLibrary library;
  for (const auto& file : embedded::designs()) library.add(file.text, std::string(file.path), errors);
  auto design = library.find(design_id, errors);
  if (!design) std::abort();
  auto program = scenario::compile(*design, errors);
  if (!program) std::abort();
  for (const auto& file : embedded::scenarios()) {
    if (file.path != scenario_path) continue;
    return std::make_unique<world::World>(scenario::read_scenario(file.text, std::string(file.path), errors).at(0),
                                          std::make_shared<const design::Design>(std::move(*design)),
                                          std::make_shared<const design::Program>(std::move(*program)), false);
  }
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto world = world_of("scenarios/incident/two-users.json", "redis-py-4.5.1/pool");
  static const auto invariants = check::invariants_of(world->scenario());
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto analysis = check::kept_analysis(text, *world, invariants);
  if (!analysis) return 0;
  const std::string written = check::kept_text(*analysis);
  const auto again = check::kept_analysis(written, *world, invariants);
  if (!again || check::kept_text(*again) != written) std::abort();
  for (const check::Judgement& each : analysis->judgements) {
    if (each.verdict != check::Verdict::violated) continue;
    if (!check::why_not_shown(*world, each.invariant, each.schedule).empty()) std::abort();
  }
  return 0;
}
