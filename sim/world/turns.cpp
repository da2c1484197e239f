#include "sim/world/turns.hpp"

#include "sim/world/client.hpp"

namespace interleak::world {
namespace {

using Kind = EventParts::Kind;

int may_sends(const World& world, const State& state, EventParts parts) {
  State copy = state;
  Client client(world, copy, parts.frame, 0, nullptr);
  client.run_event(parts.kind);
  ensure(client.may_sends() < kChoices, "more sends that may suspend than an event has room for");
  return client.may_sends();
}

/// The event itself, and one more for each send in it that may suspend.
void add_run(const World& world, const State& state, EventParts parts, Events& out) {
  out.push_back(make_event(parts));
  if (world.send_suspends() != design::SendSuspends::may) return;
  const int sends = may_sends(world, state, parts);
  for (int choice = 1; choice <= sends; ++choice) {
    parts.choice = static_cast<std::uint16_t>(choice);
    out.push_back(make_event(parts));
  }
}

bool may_run(const World& world, const State& state, FrameId id) {
  const Frame& frame = state.frame(id);
  if (frame.status != Status::ready && frame.status != Status::unstarted) return false;
  const bool arrives = frame.status == Status::unstarted && is_own(id);
  return !world.fifo() || arrives || state.ready.front() == id;
}

bool may_be_cancelled(const World& world, const State& state, int task) {
  const Frame& frame = state.frame(frame_of(task));
  if (state.budget == 0 || !world.may_cancel(task) || !is_suspended(frame) || frame.hunted) return false;
  const AwaitKind kind = await_kind(world.program().code[frame.pc].op);
  return kind != AwaitKind::yield && ((world.scenario().cancel.at >> static_cast<int>(kind)) & 1) != 0;
}

bool may_time_out(const World& world, const Frame& frame) {
  if (frame.status != Status::waiting) return false;
  const design::Instruction& at = world.program().code[frame.pc];
  const bool reads = at.op == design::Op::await_receive || at.op == design::Op::await_discard;
  return (at.op == design::Op::await_turn && at.number != 0) || (reads && world.design().socket_timeout);
}

}  // namespace

void add_turns(const World& world, const State& state, Events& out) {
  for (int f = 0; f < world.frames(); ++f) {
    const auto id = static_cast<FrameId>(f);
    if (may_run(world, state, id)) add_run(world, state, {Kind::resume, id, 0, 0}, out);
  }
  for (int t = 0; t < world.tasks(); ++t) {
    if (may_be_cancelled(world, state, t)) add_run(world, state, {Kind::cancel, frame_of(t), 0, 0}, out);
  }
  for (int f = 0; world.physics().timeouts && f < world.frames(); ++f) {
    const auto id = static_cast<FrameId>(f);
    if (may_time_out(world, state.frame(id))) add_run(world, state, {Kind::timeout, id, 0, 0}, out);
  }
}

}  // namespace interleak::world
