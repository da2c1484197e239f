// The awaits. Each has two halves: begin_await() when the frame comes to it, complete_await() when it is resumed
// there.
#include "sim/world/client.hpp"

#include <algorithm>

#include "sim/world/ages.hpp"
#include "sim/world/server.hpp"
#include "sim/world/slot.hpp"
#include "sim/world/wire.hpp"

namespace interleak::world {

using design::Exception;
using design::Op;
using design::Scope;

void Client::begin_await() {
  Frame& f = frame();
  switch (at().op) {
    case Op::await_connect:
      if (f.conn == 0) return raise(Failure::no_connection);
      tell(Act::waits, f.conn);
      return suspend(Status::ready);
    case Op::await_resolve:
      if (!world_.physics().resolve) return next();
      tell(Act::waits, f.conn);
      return suspend(Status::ready);
    case Op::await_send_request:
    case Op::await_send_handshake:
    case Op::await_send_command:
    case Op::await_send_own: return send();
    case Op::await_poll: return poll();
    case Op::await_receive:
    case Op::await_discard: return read();
    case Op::await_turn:
      if (queue(static_cast<Scope>(at().b), at().a) == nullptr) return raise(Failure::no_connection);
      if (f.woken) return take_wake();
      tell(Act::waits);
      return suspend(Status::waiting);
    case Op::await_child:
    case Op::await_task: return await_child();
    case Op::await_close: close_socket(f.conn); return suspend(Status::ready);
    case Op::await_pause:
    case Op::yield: return suspend(Status::ready);
    default: ensure(false, "an await that is none");
  }
}

void Client::complete_await() {
  Frame& f = frame();
  switch (at().op) {
    case Op::await_connect:
      if (!socket().connected) {
        open_socket(world_, socket());
        open_session(world_, socket());
        tell(Act::connects, f.conn);
      }
      return next();
    case Op::await_send_request:
    case Op::await_send_handshake:
    case Op::await_send_command:
    case Op::await_send_own:
      if (f.flushing) return flushed() ? next() : raise(Failure::socket_closed);
      return world_.send_suspends() == design::SendSuspends::before ? push() : next();
    case Op::await_receive:
    case Op::await_discard:
      if (!f.broken) return read();
      f.broken = false;
      tell(Act::broken, f.conn);
      return raise(Failure::socket_closed);
    case Op::await_turn: return take_wake();
    case Op::await_child:
    case Op::await_task: return await_child();
    default: return next();
  }
}

/// What is sent, then the question whether the send suspends; or the other way round.
void Client::send() {
  if (world_.send_suspends() == design::SendSuspends::before) return suspend(Status::ready);
  push();
}

void Client::push() {
  if (!has_socket()) return;
  switch (at().op) {
    case Op::await_send_request: return push_requests();
    case Op::await_send_handshake: return push_handshake();
    case Op::await_send_own: return push_own();
    default: return push_command();
  }
}

/// Of the connection in the register; else an error is raised.
bool Client::has_socket() {
  if (frame().conn == 0) return raise(Failure::no_connection), false;
  if (!socket().connected) return raise(Failure::no_socket), false;
  return true;
}

/// So many more messages, when they come.
bool Client::can_queue(std::size_t more) { return world_.messages_on(socket()) + more <= kMaxQueued; }

/// The commands that the last send has sent, or the first one will send.
std::uint8_t Client::first_of_step() {
  return frame().step <= 1 ? 0 : info().steps[static_cast<std::size_t>(frame().step - 2)];
}

std::uint8_t Client::end_of_step() { return info().steps[static_cast<std::size_t>(std::max(0, frame().step - 1))]; }

void Client::push_requests() {
  Frame& f = frame();
  const bool stepped = info().steps.size() > 1;
  if (stepped && f.step == info().steps.size()) return raise(Failure::all_sent);
  if (stepped) ++f.step;
  queue_own({info().commands.begin() + first_of_step(), info().commands.begin() + end_of_step()});
}

void Client::push_own() {
  const CommandInfo& command = world_.own_command(op(), at().a);
  queue_own({&command, 1});
}

/// Commands of the operation that the frame works for.
void Client::queue_own(std::span<const CommandInfo> commands) {
  const Frame& f = frame();
  std::size_t messages = 0;
  for (const CommandInfo& command : commands) messages += command.messages;
  if (!can_queue(messages)) return diverge(Bound::requests);
  if (!commands.empty()) note_use(world_, state_, me_);
  for (const CommandInfo& command : commands) {
    const Label request(op(), command.first);
    socket().requests.push_back(request);
    tell(Act::sends, f.conn, request);
    const bool waits = socket().unwritten != 0 || (info().large && world_.physics().flush);
    if (waits) ++socket().unwritten;
  }
  static_assert(kMaxConnections <= 8, "a connection is a bit");
  label_.resources |= static_cast<std::uint8_t>(1u << (f.conn - 1));
  skip(world_, socket());
  sent();
}

void Client::push_handshake() {
  const std::uint8_t next = socket().handshakes;
  if (next >= world_.design().handshake.size()) return raise(Failure::all_sent);
  if (!queue_named(next)) return;
  ++socket().handshakes;
  sent();
}

void Client::push_command() {
  if (queue_named(world_.design().handshake.size() + at().a)) sent();
}

/// A command that no operation sends; false if there is no room.
bool Client::queue_named(std::size_t index) {
  const CommandInfo& command = world_.named_command(index);
  if (!can_queue(command.messages)) {
    diverge(Bound::requests);
    return false;
  }
  note_use(world_, state_, me_);
  const Label request(kHandshakeOp, command.first);
  socket().requests.push_back(request);
  if (socket().unwritten != 0) ++socket().unwritten;
  tell(Act::sends, frame().conn, request);
  skip(world_, socket());
  return true;
}

/// The requests are in the queue: does the send suspend?
void Client::sent() {
  frame().saw = 0;
  const auto mode = world_.send_suspends();
  if (socket().unwritten != 0) {
    frame().flushing = true;
    tell(Act::waits, frame().conn);
    return suspend(Status::waiting);
  }
  if (mode == design::SendSuspends::after) return suspend(Status::ready);
  if (mode == design::SendSuspends::may && ++may_sends_ == choice_) return suspend(Status::ready);
  next();
}

/// The wait for the rest of the request to be written is over; false: the socket was closed instead.
bool Client::flushed() {
  Frame& f = frame();
  f.flushing = false;
  if (!f.broken) return true;
  f.broken = false;
  tell(Act::broken, f.conn);
  return false;
}

/// Looks once. If it sees nothing it gives the loop a turn; what comes in that turn it does not see.
void Client::poll() {
  Frame& f = frame();
  f.polled = f.conn != 0 && is_readable(socket());
  if (!f.polled && f.conn != 0 && !socket().readers.empty()) {
    tell(Act::crowds, f.conn);
    return raise(Failure::two_readers);
  }
  if (!f.polled && !world_.physics().poll) return next();
  tell(Act::polls, f.conn);
  if (f.polled) return next();
  suspend(Status::ready);
}

/// Takes a message out of the stream buffer, or all up to one of a kind, or waits for more.
void Client::read() {
  Frame& f = frame();
  const bool keep = at().op == Op::await_receive;
  const std::uint8_t until = at().a;
  if (!has_socket()) return;
  Socket& s = socket();
  for (bool found = false; !found;) {
    if (keep && f.value.full()) return raise(Failure::value_full);
    if (s.stream.empty()) return wait_for_message();
    Label message = s.stream.pop_front();
    s.begun = false;
    tell(keep ? Act::receives : Act::discards, f.conn, message);
    note_taken(message);
    if (message == kGarbage) return raise(Failure::no_reply);
    if (message.about != 0) message.about = message.age = 0;   // what it says is known by now
    if (keep) f.value.push_back(message);
    found = until == 0 || world_.is_one_of(world_.asked_kind(message), until);
  }
  next();
}

/// What `got` and `saw` ask for, the place of a store, who is told something out of date, what a `raise` carries on.
void Client::note_taken(Label message) {
  note_use(world_, state_, me_);
  if (world_.shape().refusals) note_refusal(message);
  if (world_.keys().any_aged) note_known(world_, state_, message);
  if (world_.shape().by_place) frame().about = message.about;
  const std::uint8_t kind = world_.asked_kind(message);
  if (world_.shape().got) frame().got = kind;
  if (!world_.shape().saw) return;
  for (std::uint8_t asked = 1; asked <= world_.shape().kinds; ++asked) {
    if (world_.is_one_of(kind, asked)) frame().saw |= std::uint64_t{1} << (asked - 1);
  }
}

void Client::note_refusal(Label message) {
  if (message == kGarbage || message.mark() == Mark::moved) return;
  const MessageInfo& info = world_.message(message);
  if (info.error) frame().refusal = name_of_kind(info.kind);
}

void Client::wait_for_message() {
  Frame& f = frame();
  Socket& s = socket();
  if (!s.readers.empty() && world_.design().readers == design::Readers::error) {
    tell(Act::crowds, f.conn);
    return raise(Failure::two_readers);
  }
  if (s.piece.unread) parse(s.piece);
  if (s.readers.full()) return diverge(Bound::readers);
  s.readers.push_back(me_);
  tell(Act::waits, f.conn);
  suspend(Status::waiting);
}

/// The parser takes what it can use of the beginning of a reply: the header, or all that is there. What
/// lies behind the header may still be in the kernel's buffer: nobody sees it there.
void Client::parse(Piece& piece) {
  piece.parsed = !piece.torn;
  const bool more = piece.arrived == 2 && !piece.in_kernel;
  piece.unread = more && world_.design().parser != design::ReplyParser::greedy;
}

void Client::await_child() {
  Frame& f = frame();
  if (f.child == 0) return raise(Failure::no_child);
  const FrameId child = at_place(me_, f.child);
  Frame& c = state_.frame(child);
  if (c.status != Status::finished) {
    tell(Act::waits);
    return suspend(Status::waiting);
  }
  for (const Label& reply : c.value) {
    if (!f.value.full()) f.value.push_back(reply);
  }
  f.step = std::max(f.step, c.step);
  const Exception result = c.result;
  const FailureName failure = c.failure;
  c = Frame{};
  f.child = 0;
  if (result == Exception::none) next();
  else raise(result, failure);
}

void Client::take_wake() {
  frame().woken = false;
  next();
}

}  // namespace interleak::world
