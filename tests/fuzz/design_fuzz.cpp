// Any bytes as a design file, beside a small parent: no crash, no hang; either an id or errors;
// every id of the library can be asked for.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "reports/diagnostics.hpp"
#include "sim/scenario/reader.hpp"

namespace {

constexpr std::string_view kParent =
    R"({"interleak": 1, "id": "parent", "queues": {"pool": ["w"]}, "stores": {"pool": {"s": "one"}},
  "procedures": {"acquire": ["take"], "execute": ["call acquire", "put"]}})";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace interleak;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  scenario::DesignLibrary library;
  Diagnostics errors;
  library.add(kParent, "parent.json", errors);
  const auto id = library.add(text, "fuzz", errors);
  if (id.has_value() != errors.empty()) std::abort();
  const auto source = [&](const std::string&) { return text; };
  if (id) library.find(*id, errors);
  for (const std::string& name : library.ids()) library.find(name, errors);
  reports::render(errors, source, false, false);
  return 0;
}
