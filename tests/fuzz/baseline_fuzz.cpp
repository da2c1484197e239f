// Any bytes as a baseline: no crash, no hang; either a baseline or errors; what was read is written, and
// what was written is read as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "reports/diagnostics.hpp"
#include "sim/check/baseline.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace interleak;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Diagnostics errors;
  const auto baseline = check::read_baseline(text, "fuzz", 1, errors);
  if (baseline.has_value() != errors.empty()) std::abort();
  const std::string shown = reports::render(
      errors, [&](const std::string&) { return text; }, false, true);
  for (const char c : shown) {
    if (c != '\n' && (c < 0x20 || c > 0x7e)) std::abort();
  }
  check::looks_like_baseline(text);
  if (!baseline) return 0;
  const auto again = check::read_baseline(check::baseline_text(*baseline, 1), "again", 1, errors);
  // The written form may pass the limit of a file's size, and nothing else.
  if (again && again->entries != baseline->entries) std::abort();
  return 0;
}
