// Any bytes as a scenario file: no crash, no hang; either scenarios or errors, never both or
// neither; every error can be shown.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "reports/diagnostics.hpp"
#include "sim/scenario/reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace interleak;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Diagnostics errors;
  const auto scenarios = scenario::read_scenario(text, "fuzz", errors);
  if (scenarios.empty() == errors.empty()) std::abort();
  const std::string shown = reports::render(
      errors, [&](const std::string&) { return text; }, false, true);
  for (const char c : shown) {
    if (c != '\n' && (c < 0x20 || c > 0x7e)) std::abort();
  }
  scenario::looks_like_design(text);
  return 0;
}
