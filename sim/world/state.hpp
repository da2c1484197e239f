// The state of the model: everything that the future depends on, and nothing else.
// Zero is the resting value of every field, so that equal futures are equal bytes. A new field does not compile
// until the walk in fields.hpp has it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "sim/design/program.hpp"
#include "sim/kernel/fixed_vector.hpp"
#include "sim/protocol/protocol.hpp"
#include "sim/terms/bounds.hpp"

namespace interleak::world {
using namespace terms;   // what the room speaks of: outcomes, facts, awaits, events, bounds

inline constexpr int kFramesPerTask = 1 + kMaxChildren;   ///< the task's own and its children
inline constexpr int kMaxFrames = kMaxTasks * kFramesPerTask;

/// Index of a frame: 4 * task + place; place 0 is the task's own.
using FrameId = std::uint8_t;
/// Number of a connection, from 1; 0 is none.
using ConnId = std::uint8_t;

constexpr int task_of(FrameId frame) { return frame / kFramesPerTask; }
constexpr int place_of(FrameId frame) { return frame % kFramesPerTask; }
constexpr FrameId frame_of(int task, int place = 0) { return static_cast<FrameId>(task * kFramesPerTask + place); }
/// The frame of a task itself.
constexpr bool is_own(FrameId frame) { return place_of(frame) == 0; }
/// Another frame of the same task.
constexpr FrameId at_place(FrameId frame, int place) { return frame_of(task_of(frame), place); }

/// Index of an operation among all operations of all tasks.
using OpId = std::uint8_t;
inline constexpr OpId kHandshakeOp = 0xff;     ///< label of what no operation sends

/// What the server made of a request. `moved`: it did not execute it, the key is at another node.
/// `stray`: it executed it in a session that was never set up. Of what lies in a value that is judged, `stale`: the
/// client knew when the operation began that it is out of date.
enum class Mark : std::uint8_t { none, moved, stray, stale };

/// Ghost label of a message, or of a request, which has that of the first message that answers it: which of which
/// operation, and what became of it.
struct Label {
  constexpr Label() = default;
  constexpr Label(OpId of, std::uint8_t message) : op(of), part(message & kParts) {}

  static constexpr std::uint8_t kParts = 0x3f;
  OpId op = 0;
  std::uint8_t part : 6 = 0;  ///< index of the message among all that answer the operation; of kHandshakeOp: among
                              ///< those that answer the handshake, and behind these what is sent by name
  std::uint8_t marked : 2 = 0;
  std::uint8_t age = 0;  ///< of data of a key that has ages, and of an invalidation that nobody has taken: ages.hpp
  std::uint8_t about = 0;  ///< of a push that a command has caused: 1 + the key of that, where something asks for it

  constexpr Mark mark() const { return static_cast<Mark>(marked); }
  constexpr void set(Mark mark) { marked = static_cast<std::uint8_t>(mark) & 3; }
  friend constexpr bool operator==(const Label&, const Label&) = default;
};

/// They name the same message, whatever became of it.
constexpr bool is_same(Label a, Label b) { return a.op == b.op && a.part == b.part; }

/// What is left of a reply of which the parser has lost the beginning: whoever reads it gets an error.
inline constexpr Label kGarbage = {kHandshakeOp, Label::kParts};
static_assert(kMaxAnswers < Label::kParts);

/// Messages that a frame has received, in order.
using Value = FixedVector<Label, kMaxCommands>;

/// `finished`: a child whose result nobody has fetched yet. `running` occurs only inside an event.
enum class Status : std::uint8_t { absent, unstarted, ready, waiting, finished, running };

struct Frame {
  Status status = Status::absent;
  bool woken = false;
  bool broken = false;  ///< the socket that it reads from was closed
  bool detached = false;
  bool cancelled = false;  ///< a cancel happened (only with track_prompt)
  bool polled = false;  ///< the last poll saw something
  bool flushing = false;  ///< its requests are queued, and not all of them are written
  bool hunted = false;  ///< a cancel of kind raise-at-every-await came: its awaits raise
  bool hit = false;  ///< a fault has hit its operation (this and the next four: only where failures are tracked)
  bool shaded = false;  ///< a task's own: since its operation began one that was hit has been under way
  std::uint8_t refusal = 0;  ///< the last error of the server that it took, a failure's name; 0: none
  std::uint8_t failure = 0;  ///< finished: the name of what it raised
  std::array<std::uint8_t, design::kMaxSaved> failures{};  ///< the names of what is saved
  std::uint8_t got = 0;  ///< kind of the last message that it took: 1 + index in Program::kinds; 0: another
  std::uint8_t about = 0;  ///< the last message that it took is a push about this key, 1 + KeyId; 0: about none
  std::uint64_t saw = 0;  ///< kinds of those that it took since its last send: a set of such indices
  std::uint8_t step = 0;  ///< groups of commands that have been sent
  std::uint8_t child = 0;  ///< place of the last spawned child; 0: none
  std::uint8_t parent = 0;  ///< 1 + place of the frame that may fetch its result; 0: nobody
  std::uint8_t script = 0;  ///< index of the operation in the task's script
  ConnId conn = 0;
  design::Exception result = design::Exception::none;  ///< finished: what it raised
  design::Pc pc = 0;
  std::array<std::uint8_t, design::kMaxSaved> saved{};
  std::array<std::uint8_t, design::kMaxCounters> counters{};
  std::array<std::uint8_t, design::kMaxVariables> vars{};
  Value value;
  friend bool operator==(const Frame&, const Frame&) = default;
};

/// Between two events: at an await.
constexpr bool is_suspended(const Frame& frame) {
  return frame.status == Status::ready || frame.status == Status::waiting;
}
/// It has not ended.
constexpr bool is_live(const Frame& frame) {
  return frame.status != Status::absent && frame.status != Status::finished;
}

/// An entry of a queue of waiters: 1 + frame, or 0 for a tombstone.
using WaitQueue = FixedVector<std::uint8_t, kMaxWaiters>;
static_assert(kMaxFrames < 255, "1 + frame is one byte");
using WaitQueues = std::array<WaitQueue, design::kMaxQueues>;

/// How far the oldest reply on the wire has come, with the physics `fragments`.
struct Piece {
  std::uint8_t arrived = 0;  ///< 0: nothing, 1: its header, 2: its header and some more
  bool finished = false;  ///< the rest of it is in the kernel's buffer: it is on the wire no more
  bool in_kernel = false;  ///< some of that is still in the kernel's buffer
  bool unread = false;  ///< some of that lies in the stream buffer
  bool parsed = false;  ///< the parser has its beginning
  bool torn = false;  ///< the parser has lost its beginning
  friend bool operator==(const Piece&, const Piece&) = default;
};

/// An identity of a session that is an owner's: this and the first operation of theirs.
inline constexpr std::uint8_t kFirstOwner = 2;

/// Requests, or messages, the oldest first.
using Queue = FixedVector<Label, kMaxQueued>;

/// All that goes when the socket of a slot is closed: closing it is `socket = {}`.
struct Socket {
  bool connected = false;
  bool begun = false;  ///< a parser that `loses` has the beginning of the first reply
                       ///< in the stream buffer: it came in pieces, and is whole now
  bool silent = false;  ///< the server answers nothing more on it
  bool skipping = false;  ///< the server drops what it is asked, up to the command that the protocol says
  bool hit = false;  ///< a fault will hit the operation that uses it next
  std::uint8_t handshakes = 0;  ///< handshake commands sent on it
  std::uint8_t session = 0;  ///< handshake commands that the server has executed on it
  /// What else the server remembers of it: first the settings that are kept, then the identities (SessionInfo). An
  /// identity is none, the client, or kFirstOwner + the first operation of an owner.
  std::array<std::uint8_t, protocol::kMaxVariables> variables{};
  /// Of a setting that is not at its base, and under which commands are executed: 1 + the operation that set it, as
  /// long as that may matter to it; 0: another.
  std::array<std::uint8_t, protocol::kMaxVariables> setters{};
  std::uint64_t read = 0;  ///< keys of which a change will be pushed here: a set of KeyId
  std::uint8_t unwritten = 0;  ///< the last so many requests have not reached the server
  std::uint8_t made = 0;  ///< which message of those that may answer the oldest request is made next; 0: it was not
                          ///< executed yet
  Queue requests, held, wire, kernel, stream;
  Piece piece;
  std::array<std::uint8_t, design::kMaxVariables> vars{};
  FixedVector<FrameId, kMaxReaders> readers;  ///< frames that wait for a reply, in their order
  friend bool operator==(const Socket&, const Socket&) = default;
};

/// A slot of a pool, and the socket that it has.
struct Connection {
  bool created = false;
  bool shared = false;
  std::uint64_t owners = 0;  ///< operations that took it and have not put it back
  Socket socket;
  FixedVector<Label, kMaxLingering> lingering;  ///< writes that the server had when a socket of this slot was closed
  std::array<std::uint8_t, design::kMaxVariables> vars{};
  WaitQueues queues{};
  friend bool operator==(const Connection&, const Connection&) = default;
};

struct Pool {
  std::uint8_t created = 0;  ///< slots made so far
  FixedVector<ConnId, kMaxFree> free;  ///< the next to be taken first
  std::array<std::uint8_t, design::kMaxVariables> vars{};
  WaitQueues queues{};
  friend bool operator==(const Pool&, const Pool&) = default;
};

/// So many of each a world uses; those behind are as they are made, in every state of it. No part of what the future
/// depends on: copies need to know.
struct Used {
  std::uint8_t frames = kMaxFrames, conns = kMaxConnections, pools = kMaxNodes, places = kMaxPlaces;
  friend bool operator==(const Used&, const Used&) = default;
};

/// What a state has. Its copies are State's.
struct StateFields {
  std::uint8_t budget = 0;  ///< cancels left
  std::uint8_t errors = 0;  ///< requests that servers may still fail
  std::uint8_t pushes = 0;  ///< what servers may still push, if the protocol has that
  Bound stuck = Bound::none;  ///< it was run into: nothing more happens, and nothing else
                              ///< is kept
  std::uint64_t learned = 0;  ///< moved keys of which the clients know
  /// By command of an operation: the operations of which the server has executed it, if it is one to execute once, as
  /// long as it may be executed again.
  std::array<std::uint64_t, kMaxCommands> executed{};
  std::array<Value, kMaxPlaces> stores{};  ///< what the pools keep of values
  /// Of each key that has ages: the last invalidation that the client has taken. By task, and the keys of its
  /// operation: what that was when the operation began, if it is shared. Ages: ages.hpp.
  std::array<std::uint8_t, kMaxKeys> known{};
  std::array<std::array<std::uint8_t, kMaxCommands>, kMaxTasks> began{};
  std::array<Frame, kMaxFrames> frames{};
  std::array<Connection, kMaxConnections> conns{};
  std::array<Pool, kMaxNodes> pools{};
  FixedVector<FrameId, kMaxFrames> ready;  ///< in the order in which they became ready (fifo only)
  Used used;
  friend bool operator==(const StateFields&, const StateFields&) = default;
};

struct State : StateFields {
  State() = default;
  explicit State(Used of) { used = of; }
  State(const State& other) : State(other.used) { *this = other; }
  /// A search does little else: only what is used is copied.
  State& operator=(const State& other);

  // By these, and not by the arrays: whoever wants to know what an event reads and writes has to look here only.
  Frame& frame(FrameId id) { return frames[id]; }
  const Frame& frame(FrameId id) const { return frames[id]; }
  Connection& conn(ConnId id) { return conns[id - 1u]; }
  const Connection& conn(ConnId id) const { return conns[id - 1u]; }
  Socket& socket(ConnId id) { return conn(id).socket; }
  const Socket& socket(ConnId id) const { return conn(id).socket; }
  Pool& pool(int node) { return pools[static_cast<std::size_t>(node)]; }
  const Pool& pool(int node) const { return pools[static_cast<std::size_t>(node)]; }
  friend bool operator==(const State&, const State&) = default;
};

inline State& State::operator=(const State& other) {
  if (used != other.used) {  // what lies behind may differ
    StateFields::operator=(other);
    return *this;
  }
  budget = other.budget;
  errors = other.errors;
  pushes = other.pushes;
  stuck = other.stuck;
  learned = other.learned;
  executed = other.executed;
  std::copy_n(other.stores.begin(), used.places, stores.begin());
  known = other.known;
  began = other.began;
  std::copy_n(other.frames.begin(), used.frames, frames.begin());
  std::copy_n(other.conns.begin(), used.conns, conns.begin());
  std::copy_n(other.pools.begin(), used.pools, pools.begin());
  ready = other.ready;
  return *this;
}

}  // namespace interleak::world
