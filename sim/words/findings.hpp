// What is wrong with a pool or an end: which findings a state has.
#pragma once

#include <vector>

#include "sim/words/finding.hpp"
#include "sim/world/listener.hpp"
#include "sim/world/world.hpp"

namespace interleak::words {

/// About the pool, what is wrong in a state.
std::vector<FindingView> findings_in(const world::World& world, const world::State& state);
/// What holds if a schedule ends in this state: lost slots, then who starves.
std::vector<FindingView> end_findings_in(const world::World& world, const world::State& state);

/// The server executes a write of an operation that is over. `before`: the state before that event.
FindingView late_write(const world::World& world, const world::State& before, world::EventParts event);
/// The server executes a command in a session that is foreign to its operation. `before`: the state before that event.
FindingView foreign_session(const world::World& world, const world::State& before, world::EventParts event);
/// The server executes a write of an operation a second time. `before`: the state before that event.
FindingView double_effect(const world::World& world, const world::State& before, world::EventParts event);
/// An operation that was not hit fails as none does without faults. `facts`: which of the two it is.
FindingView lasting_failure(const world::World& world, const world::OperationEnd& end, Facts facts);
/// An `assert` of a frame is not true.
FindingView assertion(const world::World& world, world::FrameId id, design::Pc pc);
/// An event ran into a bound.
FindingView divergence(world::Bound bound);

}  // namespace interleak::words
