// See fingerprint.hpp.
#include "reports/fingerprint.hpp"

#include <array>
#include <map>

#define XXH_INLINE_ALL  // the library stays header-only: nothing to link
#include <xxhash.h>

namespace interleak::reports {
namespace {

std::string hex(std::uint64_t number) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(16, '0');
  for (std::size_t i = 16; i-- > 0; number >>= 4) out[i] = kDigits[number & 15];
  return out;
}

/// Numbers for things, in the order in which they appear, from 1.
class Numbers {
 public:
  std::string of(int thing) { return std::to_string(numbers_.emplace(thing, numbers_.size() + 1).first->second); }

 private:
  std::map<int, std::size_t> numbers_;
};

}  // namespace

std::string fingerprint(std::span<const std::string> parts) {
  std::string all;
  for (const std::string& part : parts) all += std::to_string(part.size()) + ":" + part;
  const XXH128_hash_t hash = XXH3_128bits(all.data(), all.size());
  return hex(hash.high64) + hex(hash.low64);
}

std::string witness_shape(const words::Trace& trace) {
  Numbers tasks, connections;
  std::string out;
  for (const words::StepView& step : trace.steps) {
    const world::EventParts parts = world::parts_of(step.event);
    if (!out.empty()) out += ' ';
    if (parts.conn != 0) {
      out += terms::text_of(parts.kind, connections.of(parts.conn));
      continue;
    }
    std::string frame = "t" + tasks.of(parts.frame / world::kFramesPerTask);
    frame.append(parts.frame % world::kFramesPerTask, '\'');
    if (parts.choice != 0) frame += "~" + std::to_string(parts.choice);
    out += terms::text_of(parts.kind, frame);
  }
  return out;
}

}  // namespace interleak::reports
