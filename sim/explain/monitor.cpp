#include "sim/explain/monitor.hpp"

#include <algorithm>

#include "sim/world/findings.hpp"
#include "sim/world/wire.hpp"

namespace interleak::explain {

using world::ConnId;
using world::FrameId;
using world::Label;
using world::OpId;

Memory Monitor::initial() const {
  Memory memory;
  memory.fatal.resize(world_.operations().size());
  memory.senders.resize(static_cast<std::size_t>(world_.connections()));
  return memory;
}

std::optional<CauseKey> Monitor::apply(world::State& state, Memory& memory, Event event) {
  state_ = &state;
  memory_ = &memory;
  found_.reset();
  const world::EventParts parts = world::parts_of(event);
  const auto before = on_wires(state);
  world_.apply(state, event, this);
  if (!terms::is_run(parts.kind) && !world_.pushes().empty() && state.stuck == world::Bound::none) note_pushes(before);
  if (terms::info_of(parts.kind).actor == terms::Actor::server) forget_unmade(parts.conn);
  if (!found_) forget();
  return found_;
}

/// Messages on the wire of each connection, where something may be pushed.
std::array<std::size_t, world::kMaxConnections> Monitor::on_wires(const world::State& state) const {
  std::array<std::size_t, world::kMaxConnections> sizes{};
  if (world_.pushes().empty()) return sizes;
  for (int c = 0; c < world_.connections(); ++c) {
    sizes[static_cast<std::size_t>(c)] = state.socket(static_cast<ConnId>(c + 1)).wire.size();
  }
  return sizes;
}

/// Whose data it is stands for who has asked for it; what is nobody's is told as that of the first operation.
void Monitor::note_pushes(const std::array<std::size_t, world::kMaxConnections>& before) {
  for (int c = 0; c < world_.connections(); ++c) {
    const world::Socket& socket = state_->socket(static_cast<ConnId>(c + 1));
    auto& senders = memory_->senders[static_cast<std::size_t>(c)];
    for (std::size_t i = before[static_cast<std::size_t>(c)]; i < socket.wire.size(); ++i) {
      if (!world_.message(socket.wire[i]).push) continue;
      const OpId whose = socket.wire[i].op;
      const std::size_t at = std::min(socket.stream.size() + socket.kernel.size() + i, senders.size());
      senders.insert(senders.begin() + static_cast<std::ptrdiff_t>(at), whose == world::kHandshakeOp ? OpId{0} : whose);
    }
  }
}

/// Fewer messages answer a request than could: a redirection, or a short case.
void Monitor::forget_unmade(ConnId conn) {
  const world::Socket& socket = state_->socket(conn);
  auto& senders = memory_->senders[conn - 1u];
  const std::size_t left = world_.messages_on(socket);
  const std::size_t made = world::World::made_on(socket);
  while (senders.size() > left && senders.size() > made) {
    senders.erase(senders.begin() + static_cast<std::ptrdiff_t>(made));
  }
}

LineNumber Monitor::line_of(design::Pc pc) const { return static_cast<LineNumber>(world_.program().code[pc].line + 1); }

void Monitor::landed(FrameId frame, design::Pc pc, bool) {
  const OpId op = world_.operation_of(*state_, frame);
  before_cancel_ = memory_->fatal[op];
  memory_->fatal[op] = {line_of(pc), residue_of(op)};
}

/// Where the oldest unread reply of an operation is: the one that will be read first.
Residue Monitor::residue_of(OpId op) const {
  Residue best = Residue::nothing_sent;
  for (int c = 0; c < world_.connections(); ++c) {
    const world::Connection& conn = state_->conns[c];
    const auto& senders = memory_->senders[static_cast<std::size_t>(c)];
    const auto found = std::find(senders.begin(), senders.end(), op);
    if (found == senders.end()) continue;
    const auto at = static_cast<std::size_t>(found - senders.begin());
    const std::size_t stream = conn.socket.stream.size(), kernel = stream + conn.socket.kernel.size(),
                      wire = kernel + conn.socket.wire.size();
    best = std::max(best, at < stream   ? Residue::unread
                          : at < kernel ? Residue::in_the_kernel
                          : at < wire   ? Residue::on_the_wire
                                        : Residue::unanswered);
  }
  return best;
}

Memory::Read* Monitor::read_of(Label label) {
  const auto found = std::find_if(memory_->reads.begin(), memory_->reads.end(),
                                  [&](const Memory::Read& each) { return is_same(each.label, label); });
  return found == memory_->reads.end() ? nullptr : &*found;
}

void Monitor::take(FrameId frame, design::Pc pc, ConnId conn, Label label, bool keep) {
  auto& senders = memory_->senders[conn - 1u];
  if (senders.empty()) return;
  const OpId sender = senders.front();
  senders.erase(senders.begin());
  if (!keep) return;
  if (Memory::Read* read = read_of(label)) {
    read->line = line_of(pc);
  } else {
    label.age = label.about = 0;
    memory_->reads.push_back({label, line_of(pc)});
  }
  // Who takes what it has not asked for leaves its own reply to the next one.
  const OpId taker = world_.operation_of(*state_, frame);
  if (sender != taker && !state_->frames[frame].detached) {
    memory_->fatal[taker] = memory_->fatal[sender];
  }
}

void Monitor::act(FrameId frame, design::Pc pc, Act act, ConnId conn, Label label) {
  switch (act) {
    case Act::swallows: memory_->fatal[world_.operation_of(*state_, frame)] = before_cancel_; return;
    case Act::sends: {
      auto& senders = memory_->senders[conn - 1u];
      senders.insert(senders.end(), world_.command(label).messages, world_.operation_of(*state_, frame));
      return;
    }
    case Act::receives: return take(frame, pc, conn, label, true);
    case Act::discards: return take(frame, pc, conn, label, false);
    case Act::closes: memory_->senders[conn - 1u].clear(); return;
    default: return;
  }
}

void Monitor::ended(const world::OperationEnd& end) {
  if (found_) return;
  if (end.outcome == outcome_) {
    CauseKey key;
    // What belongs to no operation goes by who read it: an exchange that is none's is its reader's.
    const OpId of = end.has_reply && end.reply.op != world::kHandshakeOp ? end.reply.op : end.op;
    key.fatal = memory_->fatal[of];
    if (end.has_reply) {
      if (const Memory::Read* read = read_of(end.reply)) key.read = read->line;
    }
    found_ = key;
    return;
  }
  // Handed over by somebody else: as if it had taken it itself.
  if (end.value == nullptr) return;
  for (const Label& label : *end.value) {
    if (label.op != world::kHandshakeOp && label.op != end.op) {
      memory_->fatal[end.op] = memory_->fatal[label.op];
    }
  }
}

bool Monitor::held(Label label) const {
  const auto has = [&](const world::Value& value) {
    return std::ranges::any_of(value, [&](Label each) { return is_same(each, label); });
  };
  return std::ranges::any_of(state_->frames, has, &world::Frame::value) || std::ranges::any_of(state_->stores, has);
}

/// Can what is remembered of an operation still be asked for?
bool Monitor::matters(OpId op) const {
  if (world::lives(world_, *state_, op)) return true;
  for (const auto& senders : memory_->senders) {
    if (std::find(senders.begin(), senders.end(), op) != senders.end()) return true;
  }
  return std::any_of(memory_->reads.begin(), memory_->reads.end(),
                     [&](const Memory::Read& read) { return read.label.op == op; });
}

void Monitor::forget() {
  for (int c = 0; c < world_.connections(); ++c) {
    const world::Connection& conn = state_->conns[c];
    // `renew` tells no closes, and a redirection is the whole reply, whatever was asked.
    auto& senders = memory_->senders[static_cast<std::size_t>(c)];
    const std::size_t made = world::World::made_on(conn.socket);
    for (std::size_t left = world_.messages_on(conn.socket); senders.size() > left;) {
      senders.erase(senders.begin() + static_cast<std::ptrdiff_t>(std::min(made, senders.size() - 1)));
    }
  }
  std::erase_if(memory_->reads, [&](const Memory::Read& read) { return !held(read.label); });
  for (std::size_t op = 0; op < memory_->fatal.size(); ++op) {
    if (memory_->fatal[op] != Fatal{} && !matters(static_cast<OpId>(op))) memory_->fatal[op] = {};
  }
}

}  // namespace interleak::explain
