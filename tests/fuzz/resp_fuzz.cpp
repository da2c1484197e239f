// RESP: any bytes, cut anywhere, give the same messages as the same bytes in one piece, or an error.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "live/framing.hpp"

namespace {

using namespace interleak::live;

/// Ends of the messages; a last 0 says that the rest is malformed.
std::vector<std::size_t> ends(const std::string& bytes, std::size_t step) {
  std::vector<std::size_t> out;
  const auto framing = resp().replies();
  std::size_t from = 0;
  try {
    for (std::size_t to = std::min(step, bytes.size());; to = std::min(to + step, bytes.size())) {
      while (from < to) {
        const std::size_t size = framing->first(std::string_view(bytes).substr(from, to - from));
        if (size == 0) break;
        if (size > to - from) std::abort();
        from += size;
        out.push_back(from);
      }
      if (to == bytes.size()) return out;
    }
  } catch (const MalformedMessage&) {
    out.push_back(0);
    return out;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  if (ends(bytes, bytes.size() + 1) != ends(bytes, 1)) std::abort();
  const auto framing = resp().requests();
  try {
    const std::size_t first = bytes.empty() ? 0 : framing->first(bytes);
    if (first != 0) (void)resp().words(std::string_view(bytes).substr(0, first));
  } catch (const MalformedMessage&) {
    return 0;
  }
  return 0;
}
