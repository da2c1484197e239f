// The closed vocabularies of the model: outcomes, facts, kinds of await. One place for their order
// and their printed names. Definitions: docs/semantics.md.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sim/kernel/system.hpp"

namespace interleak::world {

/// Outcome of an operation, worst last, so that the greatest is the class of a schedule.
/// 0 is "nothing ended" and counts as ok.
enum class Outcome : std::uint8_t {
  ok, cancelled, starved, error, rejected, type_error, wrong_value, leak
};
inline constexpr int kOutcomes = 8;
inline constexpr std::array<std::string_view, kOutcomes> kOutcomeNames = {
    "ok", "cancelled", "starved", "error", "rejected", "type-error", "wrong-value", "leak"};

/// Facts, one bit each: about an event, a state, or an end (see kernel/system.hpp).
namespace fact {
inline constexpr Facts outcome(Outcome o) { return Facts{1} << static_cast<int>(o); }  // events
inline constexpr Facts kCancelWaits = 1u << 8;    ///< event: a cancelled task went to wait
inline constexpr Facts kDoubleOwner = 1u << 9;    ///< state
inline constexpr Facts kZombie = 1u << 10;        ///< state
inline constexpr Facts kDirtyIdle = 1u << 11;     ///< state
inline constexpr Facts kLostSlot = 1u << 12;      ///< end
inline constexpr Facts kStarved = 1u << 13;       ///< end
inline constexpr Facts kDiverges = 1u << 14;      ///< event: an engine limit was hit
inline constexpr Facts kLateWrite = 1u << 15;     ///< event: a write of an operation that is over
inline constexpr Facts kHostage = 1u << 16;       ///< end: somebody starves, and no operation that runs is
                                                  ///< kept waiting by a silent server
}  // namespace fact

struct FindingName {
  Facts fact;
  std::string_view name;
};
/// Findings about the pool that are counted apart.
inline constexpr std::array<FindingName, 4> kPoolFindings = {{{fact::kLostSlot, "lost-slot"},
                                                              {fact::kDoubleOwner, "double-owner"},
                                                              {fact::kZombie, "zombie"},
                                                              {fact::kDirtyIdle, "dirty-idle"}}};

/// Where a frame is suspended. A bit mask of these (1 << kind) is a scenario's `cancel.at`.
enum class AwaitKind : std::uint8_t {
  connect, send, receive, discard, turn, child, close, pause, resolve, poll, task, yield
};
inline constexpr std::array<std::string_view, 12> kAwaitNames = {
    "connect", "send", "receive", "discard", "turn", "child",
    "close",   "pause", "resolve", "poll",   "task", "yield"};

}  // namespace interleak::world
