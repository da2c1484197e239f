// What happens inside an event, for whoever wants to tell it. Nothing of it is part of a state.
#pragma once

#include <cstdint>

#include "sim/design/program.hpp"
#include "sim/terms/names.hpp"
#include "sim/world/failures.hpp"
#include "sim/world/state.hpp"

namespace interleak::world {

/// How an operation ended, told to a listener.
struct OperationEnd {
  OpId op = 0;
  Outcome outcome = Outcome::ok;
  FailureName failure = 0;       ///< error, rejected: its name
  Label reply;                   ///< leak, wrong-value, type-error: the worst reply
  bool has_reply = false;
  const Value* value = nullptr;  ///< ended normally: all that it received; valid during the call
};

/// Hears what happens inside an event. Told by apply(); never part of a state.
class Listener {
 public:
  virtual ~Listener() = default;
  /// An instruction is about to run (a resumed await is told again).
  virtual void ran(FrameId frame, design::Pc pc) = 0;
  /// A cancel lands at the await at `pc`; `ready`: what it awaited has already happened.
  virtual void landed(FrameId frame, design::Pc pc, bool ready) = 0;
  virtual void ended(const OperationEnd& end) = 0;
  /// Something worth telling: `conn` 0 means none. Of what goes into a store, or comes out of it: the last message.
  enum class Act : std::uint8_t {
    takes,
    makes,
    shares,
    puts,
    closes,
    connects,
    sends,
    receives,
    discards,
    waits,
    wakes,
    hands,
    spawns,
    raises,
    catches,
    broken,
    lacks,
    crowds,
    polls,
    renews,
    times_out,
    swallows,
    follows,
    keeps,
    serves,
    drops,
    refutes,
    cancelled_again
  };
  virtual void act(FrameId frame, design::Pc pc, Act act, ConnId conn, Label label) = 0;
};

}  // namespace interleak::world
