// Any bytes as a certificate: no crash, no hang, a reason for every refusal; as they are, and with the
// digest set right, so that what lies behind it is reached.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sim/certify/checker.hpp"
#include "sim/design/program.hpp"
#include "sim/scenario/reader.hpp"
#include "tools/embedded.hpp"

namespace {

using namespace interleak;

/// Two users, one connection, no cancel, under redis-py-4.5.5/pool: the corpus is about it.
world::World world_of_corpus() {
  scenario::DesignLibrary library;
  Diagnostics errors;
  for (const auto& file : embedded::designs()) library.add(file.text, std::string(file.path), errors);
  const auto design = library.find("redis-py-4.5.5/pool", errors);
  for (const auto& file : embedded::scenarios()) {
    if (file.path != "scenarios/incident/two-users.json") continue;
    scenario::Scenario scenario = scenario::read_scenario(file.text, "two-users", errors).at(0);
    scenario.cancel.max = 0;
    return world::World(scenario, *design, *design::compile(*design, errors), false);
  }
  std::abort();
}

void check(std::string_view bytes) {
  static const world::World world = world_of_corpus();
  const certify::Checked checked = certify::check(world, 1, bytes, 1 << 20);
  // What is refused has a reason of one line; what is valid has been looked at.
  if (checked.refused.find('\n') != std::string::npos) std::abort();
  if (checked.valid() && (checked.states == 0 || checked.states != checked.head.states)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(bytes);
  if (size < 32) return 0;
  std::string mended(bytes.substr(0, size - 32));
  const certify::Digest digest = certify::sha256(mended);
  mended.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  check(mended);
  return 0;
}
