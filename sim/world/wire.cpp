#include "sim/world/wire.hpp"

#include "sim/world/server.hpp"
#include "sim/world/slot.hpp"

namespace interleak::world {
namespace {

using Kind = EventParts::Kind;

void wake_reader(const World& world, State& state, ConnId conn) {
  auto& readers = state.socket(conn).readers;
  if (!readers.empty()) make_ready(world, state, readers.pop_front());
}

/// A whole reply, or the rest of the one that has come in pieces, goes to the stream buffer.
void reach_client(const World& world, State& state, ConnId conn, Label reply) {
  Socket& s = state.socket(conn);
  s.begun = s.begun || (s.piece.parsed && world.design().parser == design::ReplyParser::loses);
  s.stream.push_back(s.piece.torn ? kGarbage : reply);
  s.piece = {};
  wake_reader(world, state, conn);
}

}  // namespace

bool may_deliver(const World& world, const Socket& socket, Kind kind) {
  if (socket.wire.empty()) return false;
  if (kind == Kind::deliver) return true;
  if (!world.physics().fragments || socket.piece.finished) return false;
  return socket.piece.arrived <= (kind == Kind::deliver_header ? 0 : 1);
}

bool may_drain(const Socket& socket) { return !socket.kernel.empty() || socket.piece.in_kernel; }

void deliver(const World& world, State& state, ConnId conn) {
  Socket& s = state.socket(conn);
  if (world.physics().kernel) s.piece.finished = s.piece.arrived != 0;
  for (bool last = false; !last;) {
    const Label message = s.wire.pop_front();
    last = message.mark() == Mark::moved || world.message(message).closes_group;
    if (world.physics().kernel) s.kernel.push_back(message);
    else reach_client(world, state, conn, message);
  }
}

void deliver_piece(const World& world, State& state, ConnId conn, bool header) {
  Piece& piece = state.socket(conn).piece;
  piece.arrived = header ? 1 : 2;
  if (world.physics().kernel) {
    piece.in_kernel = true;
    return;
  }
  piece.unread = true;
  wake_reader(world, state, conn);
}

void drain(const World& world, State& state, ConnId conn) {
  Socket& s = state.socket(conn);
  if (s.piece.in_kernel) {
    s.piece.in_kernel = false;
    s.piece.unread = true;
    if (s.kernel.empty()) wake_reader(world, state, conn);
  }
  const Piece next = s.piece.finished ? Piece{} : s.piece;   // of a reply behind the kernel's
  if (!s.piece.finished) s.piece = {};
  while (!s.kernel.empty()) reach_client(world, state, conn, s.kernel.pop_front());
  s.piece = next;
}

void flush(const World& world, State& state, ConnId conn) {
  state.socket(conn).unwritten = 0;
  skip(world, state.socket(conn));
  for (int f = 0; f < world.frames(); ++f) {
    const auto id = static_cast<FrameId>(f);
    const Frame& frame = state.frame(id);
    if (frame.flushing && frame.conn == conn && frame.status == Status::waiting) make_ready(world, state, id);
  }
}

}  // namespace interleak::world
