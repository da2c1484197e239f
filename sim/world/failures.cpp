#include "sim/world/failures.hpp"

#include <array>
#include <bit>
#include <string_view>

#include "sim/world/findings.hpp"

namespace interleak::world {
namespace {

constexpr auto kTexts = std::to_array<std::string_view>(
    {"nothing", "error", "rejected", "none free", "no connection", "no socket", "socket closed", "two readers",
     "timed out", "no reply", "value full", "all sent", "no child", "redirected"});
static_assert(kTexts.size() == name_of(Failure::other));

/// Frames that work for it.
template <class Visit>
void each_frame(const World& world, OpId op, const Visit& visit) {
  const OperationInfo& info = world.operations()[op];
  for (int place = 0; place < kFramesPerTask; ++place) visit(frame_of(info.task, place), info.script);
}

bool works_for(const Frame& frame, std::uint8_t script) {
  return is_live(frame) && !frame.detached && frame.script == script;
}

}  // namespace

std::string failure_text(const World& world, FailureName name) {
  if (name < kTexts.size()) return std::string(kTexts[name]);
  const std::size_t other = name - kTexts.size();
  if (other < protocol::kMaxKinds) return world.scenario().protocol->kinds[other].name;
  return world.program().raised[other - protocol::kMaxKinds];
}

void hit(const World& world, State& state, OpId op) {
  if (!world.tracks_failures()) return;
  bool under_way = false;
  each_frame(world, op, [&](FrameId id, std::uint8_t script) {
    Frame& frame = state.frame(id);
    if (!works_for(frame, script) || (is_own(id) && frame.status == Status::unstarted)) return;
    frame.hit = under_way = true;
  });
  if (!under_way) return;
  for (int task = 0; task < world.tasks(); ++task) {
    Frame& own = state.frame(frame_of(task));
    if (is_live(own) && own.status != Status::unstarted) own.shaded = true;
  }
}

void hit_user(const World& world, State& state, ConnId conn) {
  if (!world.tracks_failures()) return;
  const std::uint64_t owners = state.conn(conn).owners;
  if (owners == 0) state.socket(conn).hit = true;
  for (std::uint64_t left = owners; left != 0; left &= left - 1) {
    hit(world, state, static_cast<OpId>(std::countr_zero(left)));
  }
}

void note_use(const World& world, State& state, FrameId frame) {
  const Frame& user = state.frame(frame);
  if (!world.tracks_failures() || user.detached || !state.socket(user.conn).hit) return;
  state.socket(user.conn).hit = false;
  hit(world, state, world.operation_of(state, frame));
}

void note_clear(const World& world, State& state, int task) {
  if (!world.tracks_failures()) return;
  bool shaded = false;
  for (int f = 0; f < world.frames(); ++f) {
    const Frame& frame = state.frame(static_cast<FrameId>(f));
    shaded = shaded || (frame.hit && is_live(frame) && !frame.detached);
  }
  state.frame(frame_of(task)).shaded = shaded;
}

Facts facts_of_failure(const World& world, const State& state, OpId op, FailureName name) {
  const Excused* excused = world.excused();
  if (excused == nullptr || !excused->whole) return 0;
  if (excused->names[world.operations()[op].sort].test(name)) return 0;
  const Frame& own = state.frame(frame_of(world.operations()[op].task));
  if (own.hit) return 0;
  return own.shaded ? fact::kCollateralFailure : fact::kCollateralFailure | fact::kLastingFailure;
}

}  // namespace interleak::world
