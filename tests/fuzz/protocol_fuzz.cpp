// Any bytes as a protocol file: no crash, no hang; either a protocol or errors, never both or neither; every error can
// be shown; and what is read can be asked for operations.
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
  const auto protocol = scenario::read_protocol(text, "fuzz", errors);
  if (protocol.has_value() != errors.empty()) std::abort();
  const std::string shown = reports::render(
      errors, [&](const std::string&) { return text; }, false, true);
  for (const char c : shown) {
    if (c != '\n' && (c < 0x20 || c > 0x7e)) std::abort();
  }
  if (!protocol) return 0;
  for (const protocol::Operation& each : protocol->operations) {
    if ((protocol::requests_of(each, 1) == 0) != (protocol::judged_request(each) == nullptr)) std::abort();
    if (const auto* judged = protocol::judged_request(each)) protocol::asks_for_data(*protocol, *judged);
  }
  return 0;
}
