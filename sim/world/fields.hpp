// One walk over the fields of a state, from which all that must know every field is made: State <-> bytes, hashes of
// its components (codec.cpp), which task is which (symmetry.cpp), a state in words (dump.cpp). Each function names all
// members of its struct in a structured binding: a new member does not compile until somebody has put it here, and
// tests/unit/fields_test.cpp finds one that is named and not walked.
//
// A walk is any class with these members. It gets the fields in the order of the encoding, each with its name; what
// the scenario or the design never uses is left out (Shape).
//
//   pack(part...)             small fields that share a byte: `Bits`
//   byte(name, field)         a number or an enumeration
//   flag(name, field)         a bool that has its own byte
//   word(name, field)         16 bits
//   number(name, set, n)      a set of small numbers below n, as bits
//   operations(name, set, n)  the same, of operations
//   numbers(name, array, n)   the first n of an array
//   rare(name, a, b)          two arrays that are all zero most of the time
//   rare(name, a)             one
//   askers(name, array, from, end, first)   a part of an array: number `first` is operation 0, less is nobody
//   conns(name, list)         a list of connections
//   labels(name, list)        a list of labels
//   ages(name, list)          of each of these its age, and what key it is about
//   frames(name, list, first) a list of frames: number `first` is frame 0, less is nobody
//   begin(name, index)        the fields of a frame, a connection, a pool follow; at last the order of the ready ones
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/world/state.hpp"

namespace interleak::world {

/// How much of a state a scenario and a design use.
struct Shape {
  int frames = 0;
  int connections = 0;
  int nodes = 0;
  std::size_t operations = 0;
  std::size_t moved_keys = 0;
  std::size_t operation_variables = 0, connection_variables = 0, pool_variables = 0, socket_variables = 0;
  std::size_t connection_queues = 0, pool_queues = 0;
  std::size_t once = 0;   ///< commands of an operation that may be ones to execute once
  bool stepped = false;       ///< some operation is sent in more than one step
  bool grouped = false;       ///< some reply is made in more than one group
  bool got = false, saw = false;   ///< a listing asks so
  std::size_t kinds = 0;      ///< of messages that it asks for
  bool by_place = false;      ///< a store has a place for each key
  bool dated = false;         ///< labels have ages, and keys that they are about
  std::size_t places = 0;     ///< of stores
  std::size_t keys_read = 0;  ///< keys, where a push goes to who has read one
  std::size_t aged_keys = 0, aged_tasks = 0, aged_each = 0;  ///< keys, tasks, keys of one operation, if some have ages
  bool hunted = false;  ///< cancels are raised at every await
  std::size_t settings = 0, variables = 0, setters = 0;  ///< of a session: settings, those and identities
  bool handshake = false;
  bool pushes = false;
  bool errors = false;  ///< servers may fail requests
  bool held = false, skips = false;  ///< some reply waits at the server; requests may be skipped
  bool failures = false, refusals = false;  ///< failures are tracked; with the errors that are taken
  bool may_be_silent = false;
  bool fifo = false;
  bool kernel = false, fragments = false, session = false, flush = false, linger = false;  ///< physics
};

/// How many frames, slots and so on that is.
inline Used used_of(const Shape& shape) {
  return {static_cast<std::uint8_t>(shape.frames), static_cast<std::uint8_t>(shape.connections),
          static_cast<std::uint8_t>(shape.nodes), static_cast<std::uint8_t>(shape.places)};
}

/// A part of a byte: its name, the field, how many bits it takes.
template <class Field>
struct Bits {
  const char* name;
  Field& field;
  int width;
};
template <class Field>
constexpr Bits<Field> bits(const char* name, Field& field, int width = 1) {
  return {name, field, width};
}

// What the widths below have room for.
static_assert(static_cast<int>(Status::running) < 8, "a status has 3 bits");
static_assert(kFramesPerTask <= 16, "the place of a child and of a parent have 4 bits each");
static_assert(design::kMaxInstructions <= design::kNowhere, "a program counter has 16 bits");

template <class Walk, class List>
void walk_labels(Walk& walk, const Shape& shape, const char* name, List& list) {
  walk.labels(name, list);
  if (shape.dated) walk.ages(name, list);
}

template <class Walk, class AnyFrame>
void walk_frame(Walk& walk, const Shape& shape, AnyFrame& frame) {
  auto& [status, woken, broken, detached, cancelled, polled, flushing, hunted, hit, shaded, refusal, failure, failures,
         got, about, saw, step, child, parent, script, conn, result, pc, saved, counters, vars, value] = frame;
  walk.pack(bits("status", status, 3), bits("woken", woken), bits("broken", broken), bits("detached", detached),
            bits("cancelled", cancelled), bits("polled", polled));
  if (status == Status::absent) return;
  walk.pack(bits("child", child, 4), bits("parent", parent, 4));
  walk.byte("script", script);
  if (shape.stepped) walk.byte("step", step);
  if (shape.got) walk.byte("got", got);
  if (shape.by_place) walk.byte("about", about);
  if (shape.saw) walk.number("saw", saw, shape.kinds);
  if (shape.flush) walk.flag("flushing", flushing);
  if (shape.hunted) walk.flag("hunted", hunted);
  if (shape.failures) {
    walk.pack(bits("hit", hit), bits("shaded", shaded));
    walk.byte("failure", failure);
    walk.rare("failures", failures);
  }
  if (shape.refusals) walk.byte("refusal", refusal);
  walk.byte("conn", conn);
  walk.byte("result", result);
  walk.word("pc", pc);
  walk.rare("saved", saved, "counters", counters);
  walk.numbers("vars", vars, shape.operation_variables);
  walk_labels(walk, shape, "value", value);
}

template <class Walk, class AnyPiece>
void walk_piece(Walk& walk, AnyPiece& piece) {
  auto& [arrived, finished, in_kernel, unread, parsed, torn] = piece;
  walk.pack(bits("arrived", arrived, 2), bits("finished", finished), bits("in_kernel", in_kernel),
            bits("unread", unread), bits("parsed", parsed), bits("torn", torn));
}

template <class Walk, class AnyConnection>
void walk_connection(Walk& walk, const Shape& shape, AnyConnection& connection) {
  auto& [created, shared, owners, socket, lingering, vars, queues] = connection;
  auto& [connected, begun, silent, skipping, hit, handshakes, session, variables, setters, read, unwritten, made,
         requests, held, wire, kernel, stream, piece, socket_vars, readers] = socket;
  walk.pack(bits("created", created), bits("connected", connected), bits("shared", shared), bits("begun", begun));
  if (!created) return;
  if (shape.handshake) walk.byte("handshakes", handshakes);
  if (shape.session) walk.byte("session", session);
  if (shape.settings != 0) walk.numbers("settings", variables, shape.settings);
  if (shape.variables != shape.settings)
    walk.askers("identities", variables, shape.settings, shape.variables, kFirstOwner);
  if (shape.setters != 0) walk.askers("setters", setters, 0, shape.setters, 1);
  walk.number("read", read, shape.keys_read);
  if (shape.flush) walk.byte("unwritten", unwritten);
  if (shape.grouped) walk.byte("made", made);
  if (shape.linger) walk.labels("lingering", lingering);
  if (shape.may_be_silent) walk.flag("silent", silent);
  if (shape.skips) walk.flag("skipping", skipping);
  if (shape.failures) walk.flag("hit", hit);
  walk.operations("owners", owners, shape.operations);
  walk_labels(walk, shape, "requests", requests);
  if (shape.held) walk_labels(walk, shape, "held", held);
  walk_labels(walk, shape, "wire", wire);
  if (shape.kernel) walk_labels(walk, shape, "kernel", kernel);
  if (shape.fragments) walk_piece(walk, piece);
  walk_labels(walk, shape, "stream", stream);
  walk.frames("readers", readers, 0);
  walk.numbers("vars", vars, shape.connection_variables);
  walk.numbers("socket vars", socket_vars, shape.socket_variables);
  for (std::size_t q = 0; q < shape.connection_queues; ++q) walk.frames("queue", queues[q], 1);
}

template <class Walk, class AnyPool>
void walk_pool(Walk& walk, const Shape& shape, AnyPool& pool) {
  auto& [created, free, vars, queues] = pool;
  walk.byte("created", created);
  walk.conns("free", free);
  walk.numbers("vars", vars, shape.pool_variables);
  for (std::size_t q = 0; q < shape.pool_queues; ++q) walk.frames("queue", queues[q], 1);
}

/// The slots and the pools: all that is of no task.
template <class Walk, class AnyState>
void walk_places(Walk& walk, const Shape& shape, AnyState& state) {
  for (int c = 0; c < shape.connections; ++c) {
    walk.begin("connection", c + 1);
    walk_connection(walk, shape, state.conn(static_cast<ConnId>(c + 1)));
  }
  for (int n = 0; n < shape.nodes; ++n) {
    walk.begin("pool", n + 1);
    walk_pool(walk, shape, state.pool(n));
  }
}

/// What the server has executed, and may be asked for again.
template <class Walk, class AnyState>
void walk_executed(Walk& walk, const Shape& shape, AnyState& state) {
  for (std::size_t command = 0; command < shape.once; ++command) {
    walk.operations("executed", state.executed[command], shape.operations);
  }
}

/// What the pools keep of values, and which data is out of date.
template <class Walk, class AnyState>
void walk_stores(Walk& walk, const Shape& shape, AnyState& state) {
  for (std::size_t place = 0; place < shape.places; ++place) walk_labels(walk, shape, "store", state.stores[place]);
  walk.numbers("known", state.known, shape.aged_keys);
  for (std::size_t task = 0; task < shape.aged_tasks; ++task) walk.numbers("began", state.began[task], shape.aged_each);
}

/// What is of no frame, connection or pool; `parts` is called where those stand in between. Of a state that is stuck
/// nothing else is kept.
template <class Walk, class AnyState, class Parts>
void walk_rest(Walk& walk, const Shape& shape, AnyState& state, const Parts& parts) {
  auto& [budget, errors, pushes, stuck, learned, executed, stores, known, began, frames, conns, pools, ready, used] =
      state;
  static_cast<void>(used), static_cast<void>(executed), static_cast<void>(stores), static_cast<void>(known),
      static_cast<void>(began), static_cast<void>(frames), static_cast<void>(conns),
      static_cast<void>(pools);  // walk_state
  walk.byte("budget", budget);
  if (shape.errors) walk.byte("errors", errors);
  if (shape.pushes) walk.byte("pushes", pushes);
  walk.byte("stuck", stuck);
  if (stuck != Bound::none) return;
  walk.number("learned", learned, shape.moved_keys);
  walk_executed(walk, shape, state);
  walk_stores(walk, shape, state);
  parts();
  walk.begin("order", 0);
  if (shape.fifo) walk.frames("ready", ready, 0);
}

template <class Walk, class AnyState>
void walk_state(Walk& walk, const Shape& shape, AnyState& state) {
  walk_rest(walk, shape, state, [&] {
    for (int f = 0; f < shape.frames; ++f) {
      walk.begin("frame", f);
      walk_frame(walk, shape, state.frame(static_cast<FrameId>(f)));
    }
    walk_places(walk, shape, state);
  });
}

}  // namespace interleak::world
