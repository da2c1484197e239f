// What an event is, and its number. Their order is that of docs/semantics.md.
#pragma once

#include <cstdint>

#include "sim/kernel/system.hpp"
#include "sim/terms/events.hpp"
#include "sim/world/state.hpp"

namespace interleak::world {

/// What an event is, decoded.
struct EventParts {
  using Kind = EventKind;
  Kind kind = Kind::resume;
  FrameId frame = 0;      ///< resume, cancel, timeout
  std::uint16_t choice = 0;  ///< resume, cancel: which `may` send suspends; 0: none. push: which of the protocol;
                             ///< fail: the kind of the error, index in Protocol::kinds
  ConnId conn = 0;        ///< the others
};
/// Sends of one event that may suspend, at most.
inline constexpr int kChoices = 512;

Event make_event(EventParts parts);
EventParts parts_of(Event event);

}  // namespace interleak::world
