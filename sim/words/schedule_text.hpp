// Schedules that somebody has written: text to events, and why an event cannot happen.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/schedule.hpp"
#include "sim/kernel/system.hpp"
#include "sim/words/prose.hpp"
#include "sim/world/world.hpp"

namespace interleak::words {

/// Why a text is not a schedule of a world.
struct Refusal {
  std::size_t number = 0;            ///< of the event that is not enabled, from 1; 0: the text is malformed
  std::size_t offset = 0;            ///< in the text, in bytes
  Prose event;                       ///< that is not enabled; empty: there is none of that name, or malformed
  Prose reason;                      ///< "bob waits for a reply on c1"
  std::vector<std::string> enabled;  ///< what would have been enabled

  /// "bob is not enabled: bob waits for a reply on c1": one line, no full stop.
  Prose told() const;
};
/// Of a text that is malformed.
Refusal refusal_of(const ScheduleError& malformed);

/// Text to events, as far as they are enabled in turn. Nothing is refused: all of them are.
std::optional<Refusal> parse_schedule(const world::World& world, std::string_view text, Events& events);

}  // namespace interleak::words
