// A schedule, run once more with open ears: what became of every message, where cancels landed, who
// looked where and what there was to see, who was woken. The ghost labels say whose reply is whose; the
// story adds which of several equal ones it was, and when. What because.cpp tells sentences from.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/kernel/system.hpp"
#include "sim/world/listener.hpp"
#include "sim/world/world.hpp"

namespace interleak::explain {

using world::ConnId;
using world::FrameId;

/// Steps are numbers from 1; 0: it never happened. `when` orders what happens inside a step, too.
struct Message {
  world::Label label;              ///< with what the server made of it, once it was read
  world::ConnId conn = 0;
  world::OpId sender = 0;          ///< the operation that sent it
  design::Pc sent_at = 0;
  bool push = false;  ///< nobody asked for it (`sent`: when the server sent it); `sender` is whose data it is, if it is
                      ///< somebody's
  int sent = 0, served = 0;
  int arrived = 0;  ///< wholly in the stream buffer
  int drained = 0;  ///< with a kernel's buffer: when it came into that
  int read = 0;  ///< taken out of the stream buffer, by whomever
  int lost = 0;  ///< the socket was closed before that
  bool discarded = false;  ///< read only to be thrown away
  world::OpId reader = 0;  ///< the operation that read it
  bool reader_detached = false;  ///< it was read by a background reader, for whom it may concern
  design::Pc read_at = 0;
  std::size_t read_when = 0;
};

struct Landing {
  int step = 0;
  std::size_t when = 0;
  world::FrameId frame = 0;
  world::OpId op = 0;
  design::Pc pc = 0;
  bool ready = false;  ///< what was awaited had already happened
  bool woken = false;  ///< it had been given its turn
  bool swallowed = false;  ///< the runtime lost it
};

/// A question about a connection that a listing asked.
struct Look {
  enum class At : std::uint8_t { stream, marks, owner } at = At::stream;
  int step = 0;
  std::size_t when = 0;
  world::FrameId frame = 0;
  world::OpId op = 0;
  design::Pc pc = 0;
  world::ConnId conn = 0;
  bool saw = false;  ///< stream: there was something; the others: the test held
};

struct Deed {
  int step = 0;
  std::size_t when = 0;
  world::FrameId frame = 0;
  world::OpId op = 0;
  design::Pc pc = 0;
  world::Listener::Act act = world::Listener::Act::waits;
  world::ConnId conn = 0;
  world::Label label;  ///< what it is about, if anything
};

struct Ending {
  int step = 0;
  std::size_t when = 0;
  world::OpId op = 0;
  world::Outcome outcome = world::Outcome::ok;
  world::FailureName failure = 0;  ///< the name of the failure; 0: it has not failed
  world::Label reply;  ///< the worst one
  bool has_reply = false;
  std::vector<world::Label> value;  ///< ended normally: all that it received
};

/// Which queue of waiters: of a pool (by node, from 0) or of a connection.
struct QueueId {
  bool of_pool = false;
  std::uint8_t owner = 0;
  std::uint8_t index = 0;  ///< among the queues of its owner
  friend auto operator<=>(const QueueId&, const QueueId&) = default;
};

/// A condition that a listing asked, or an assertion: which way it went, and what the variables in it were that others
/// see.
struct Question {
  struct Value {
    design::Scope scope = design::Scope::pool;  ///< of the variable
    std::uint8_t index = 0;  ///< in its scope
    std::uint8_t value = 0;
    std::size_t set = 0;  ///< who set it last: 1 + index in Story::settings; 0: nobody
  };
  int step = 0;
  FrameId frame = 0;
  design::Pc pc = 0;
  bool held = false;
  std::vector<Value> values;
};

/// A variable of a pool, a connection or a socket was changed.
struct Setting {
  int step = 0;
  FrameId frame = 0;
  world::OpId op = 0;
  design::Pc pc = 0;
};

/// The server executed a command. `conn`: not of what a closed socket has left.
struct Execution {
  int step = 0;
  world::Label request;
  ConnId conn = 0;
};

/// The server answered a command with an error, and did not execute it.
struct ServerError {
  int step = 0;
  world::Label request;
  std::size_t kind = 0;  ///< index in Protocol::kinds
};

/// The server executed a command that changed a variable of a session.
struct SessionChange {
  int step = 0;
  ConnId conn = 0;
  std::size_t variable = 0;  ///< its place in Socket::variables
  world::Label request;  ///< the command
};

/// A frame's place in a queue of waiters, from its `join` on.
struct Entry {
  QueueId queue;
  FrameId frame = 0;
  world::OpId op = 0;
  design::Pc pc = 0;
  int joined = 0;
  std::size_t when = 0;
  int died = 0;  ///< its frame joined again, or ended its operation: it swallows a wake
  int left = 0;  ///< it was taken out by `leave`
  std::size_t asked =
      0;  ///< the question that it would not have joined without: 1 + index in Story::questions; 0: none
};

/// A `wake` or a `hand` to a queue.
struct Turn {
  QueueId queue;
  int step = 0;
  std::size_t when = 0;
  FrameId by = 0;
  world::OpId op = 0;
  design::Pc pc = 0;
  ConnId conn = 0;  ///< `hand conn`: that connection
  std::size_t entry = 0;  ///< that it took out: 1 + index in Story::entries; 0: nobody stood there
};

struct Story {
  std::vector<Message> messages;  ///< in the order of sending
  std::vector<Landing> cancels;
  std::vector<Look> looks;
  std::vector<Deed> deeds;
  std::vector<Ending> endings;
  std::vector<Question> questions;
  std::vector<Setting> settings;
  std::vector<Execution> executions;
  std::vector<ServerError> server_errors;
  std::vector<SessionChange> session_changes;
  std::vector<Entry> entries;  ///< in the order of joining
  std::vector<Turn> turns;
  world::State before, after;  ///< before the last event, and after it
};

/// Precondition: each event is enabled in turn.
Story story_of(const world::World& world, const Events& events);

}  // namespace interleak::explain
