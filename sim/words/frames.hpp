// Where the frames of a state stand, in words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/words/names.hpp"
#include "sim/world/world.hpp"

namespace interleak::words {

/// Where a task's own frame, or a child, stands between two events.
struct FrameView {
  int task = 0;
  std::string name;          ///< "alice", "alice'"
  std::string posture;       ///< "waits for a reply on c1", "has ended"; names nobody
  std::optional<LineView> line;   ///< the await at which it is suspended
};
/// Every task's own frame, and the children that exist, in order.
std::vector<FrameView> frames_in(const world::World& world, const world::State& state);

/// What a frame is doing: "waits for a reply on c1", "is ready to run", "has ended".
std::string posture(const world::World& world, const world::State& state, world::FrameId frame);
/// What the await at `pc` waits for: "waits for a reply on c1".
std::string waiting_for(const world::World& world, design::Pc pc, world::ConnId on);

}  // namespace interleak::words
