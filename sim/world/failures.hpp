// Faults, whom they hit, and failures that outlast them: by what name an operation fails, whether it is clear, and
// which names are no matter of faults (docs/semantics.md, Faults). Nothing of this is in a state unless the world was
// told to track it.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/kernel/system.hpp"
#include "sim/world/state.hpp"

namespace interleak::world {

class World;

/// The name of a failure: one of these, or behind them a kind of message of the protocol, or behind those a text of
/// Program::raised.
using FailureName = std::uint8_t;
enum class Failure : FailureName {
  none,
  error,
  rejected,
  none_free,
  no_connection,
  no_socket,
  socket_closed,
  two_readers,
  timed_out,
  no_reply,
  value_full,
  all_sent,
  no_child,
  redirected,
  other   ///< the first of the others
};
inline constexpr std::size_t kMaxFailureNames = 256;
static_assert(static_cast<std::size_t>(Failure::other) + protocol::kMaxKinds + design::kMaxRaised < kMaxFailureNames);

constexpr FailureName name_of(Failure failure) { return static_cast<FailureName>(failure); }
/// Of an error of the server. `kind`: index in Protocol::kinds.
constexpr FailureName name_of_kind(std::size_t kind) {
  return static_cast<FailureName>(name_of(Failure::other) + kind);
}
/// Of a text, index in Program::raised.
constexpr FailureName name_of_text(std::size_t text) {
  return static_cast<FailureName>(name_of(Failure::other) + protocol::kMaxKinds + text);
}

/// "none free", "query_canceled", "circuit open".
std::string failure_text(const World& world, FailureName name);

/// The names by which operations fail on schedules without faults, by their sort (OperationInfo::sort).
struct Excused {
  bool whole = false;  ///< all of those schedules were seen
  std::vector<std::bitset<kMaxFailureNames>> names;  ///< if it is whole
};

/// A fault hits what this operation does.
void hit(const World& world, State& state, OpId op);
/// It hits whoever has this connection, or uses its socket next.
void hit_user(const World& world, State& state, ConnId conn);
/// A frame uses the socket of its connection: what has waited for a user hits it.
void note_use(const World& world, State& state, FrameId frame);
/// An operation begins: has one that was hit something under way?
void note_clear(const World& world, State& state, int task);
/// The facts about an operation that fails so. Precondition: its task's own frame is still at it.
Facts facts_of_failure(const World& world, const State& state, OpId op, FailureName name);

}  // namespace interleak::world
