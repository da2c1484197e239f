// See frames.hpp.
#include "sim/words/frames.hpp"

namespace interleak::words {

using world::Status;

std::string waiting_for(const world::World& world, design::Pc pc, world::ConnId on) {
  using world::AwaitKind;
  const design::Instruction& i = world.program().code[pc];
  switch (world::await_kind(i.op)) {
    case AwaitKind::receive: return "waits for a reply on " + connection(on);
    case AwaitKind::discard: return "waits for a reply on " + connection(on) + ", to throw it away";
    case AwaitKind::turn: return "waits for its turn in " + queue_name(world, i);
    case AwaitKind::child: return "waits for its child";
    case AwaitKind::connect: return "opens " + connection(on);
    case AwaitKind::resolve: return "resolves the address";
    case AwaitKind::send: return "waits until its requests are written on " + connection(on);
    case AwaitKind::task: return "waits for its child";
    default: return "pauses";
  }
}

std::string posture(const world::World& world, const world::State& state, world::FrameId frame) {
  const world::Frame& f = state.frame(frame);
  switch (f.status) {
    case Status::absent:
    case Status::finished: return "has ended";
    case Status::unstarted: return "has not started";
    case Status::ready: return "is ready to run";
    default: return waiting_for(world, f.pc, f.conn);
  }
}

std::vector<FrameView> frames_in(const world::World& world, const world::State& state) {
  std::vector<FrameView> views;
  for (int f = 0; f < world.frames(); ++f) {
    const auto id = static_cast<world::FrameId>(f);
    const world::Frame& frame = state.frame(id);
    if (!world::is_own(id) && !world::is_live(frame)) continue;
    FrameView view{world::task_of(id), world.frame_name(id), posture(world, state, id), {}};
    if (world::is_suspended(frame)) view.line = line_with_callers(world, frame.pc);
    views.push_back(std::move(view));
  }
  return views;
}

}  // namespace interleak::words
