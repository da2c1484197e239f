// The walk over the fields of a state has each of them, by its address: what is named there and not walked would be
// lost between two events. A new member does not compile here either, until it is in the list of its struct.
#include <set>

#include "sim/world/codec.hpp"
#include "sim/world/dump.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

using world::Bits;
using world::Shape;
using world::State;

/// Everything that any scenario uses.
Shape whole() {
  Shape shape;
  shape.frames = world::kMaxFrames;
  shape.connections = world::kMaxConnections;
  shape.nodes = world::kMaxNodes;
  shape.operations = shape.moved_keys = 64;
  shape.operation_variables = shape.connection_variables = shape.pool_variables = design::kMaxVariables;
  shape.connection_queues = shape.pool_queues = design::kMaxQueues;
  shape.stepped = shape.hunted = shape.handshake = shape.may_be_silent = shape.fifo = true;
  shape.grouped = shape.got = shape.saw = true;
  shape.kinds = 64;
  shape.kernel = shape.fragments = shape.session = shape.flush = shape.linger = true;
  return shape;
}

/// Where the fields are that the walk has come to.
class Seen {
 public:
  template <class... Fields>
  void pack(Bits<Fields>... parts) {
    (add(parts.field), ...);
  }
  template <class Field>
  void byte(const char*, Field& field) {
    add(field);
  }
  template <class Field>
  void flag(const char*, Field& field) {
    add(field);
  }
  template <class Field>
  void word(const char*, Field& field) {
    add(field);
  }
  template <class Set>
  void number(const char*, Set& set, std::size_t) {
    add(set);
  }
  template <class Set>
  void operations(const char*, Set& set, std::size_t) {
    add(set);
  }
  template <class Array>
  void numbers(const char*, Array& array, std::size_t) {
    add(array);
  }
  template <class A, class B>
  void rare(const char*, A& a, const char*, B& b) {
    add(a), add(b);
  }
  template <class List>
  void conns(const char*, List& list) {
    add(list);
  }
  template <class List>
  void labels(const char*, List& list) {
    add(list);
  }
  template <class List>
  void frames(const char*, List& list, int) {
    add(list);
  }
  void begin(const char*, int) {}

  /// How many of the fields it has not come to.
  template <class... Fields>
  int missing(const Fields&... fields) const {
    return (0 + ... + (fields_.contains(&fields) ? 0 : 1));
  }

 private:
  template <class Field>
  void add(const Field& field) {
    fields_.insert(&field);
  }

  std::set<const void*> fields_;
};

State with_everything() {
  State state;
  for (world::Frame& frame : state.frames) frame.status = world::Status::ready;
  for (world::Connection& c : state.conns) c.created = true;
  return state;
}

TEST_CASE("the walk over a state comes to each field") {
  const State state = with_everything();
  Seen seen;
  world::walk_state(seen, whole(), state);
  const auto& [budget, stuck, learned, frames, conns, pools, ready] = state;
  CHECK(seen.missing(budget, stuck, learned, ready) == 0);
  for (const world::Frame& frame : frames) {
    const auto& [status, woken, broken, detached, cancelled, polled, flushing, hunted, got, saw, step, child, parent,
                 script, conn, result, pc, saved, counters, vars, value] = frame;
    CHECK(seen.missing(status, woken, broken, detached, cancelled, polled, flushing, hunted, got, saw, step, child,
                       parent, script, conn, result, pc, saved, counters, vars, value) == 0);
  }
  for (const world::Connection& connection : conns) {
    const auto& [created, shared, owners, socket, lingering, vars, queues] = connection;
    CHECK(seen.missing(created, shared, owners, lingering, vars, queues[0], queues[1]) == 0);
    const auto& [connected, begun, silent, handshakes, session, flags, unwritten, made, requests, wire, kernel, stream,
                 piece, readers] = socket;
    CHECK(seen.missing(connected, begun, silent, handshakes, session, flags, unwritten, made, requests, wire, kernel,
                       stream, readers) == 0);
    const auto& [arrived, finished, in_kernel, unread, parsed, torn] = piece;
    CHECK(seen.missing(arrived, finished, in_kernel, unread, parsed, torn) == 0);
  }
  for (const world::Pool& pool : pools) {
    const auto& [created, free, vars, queues] = pool;
    CHECK(seen.missing(created, free, vars, queues[0], queues[1]) == 0);
  }
}

TEST_CASE("a field that was not walked would be found") {
  const State state = with_everything();
  Seen seen;
  world::walk_pool(seen, whole(), state.pools[0]);
  CHECK(seen.missing(state.pools[0].created) == 0);
  CHECK(seen.missing(state.pools[1].created, state.budget) == 2);
}

TEST_CASE("a state with something in each field comes back from its bytes") {
  State state = with_everything();
  state.learned = 0x8000000000000001u;
  state.ready.push_back(31);
  world::Frame& frame = state.frame(31);
  frame.pc = 0x1234;
  frame.saved.back() = 3;
  frame.value.push_back({63, 5});
  frame.child = 3;
  frame.parent = 4;
  frame.hunted = frame.flushing = frame.polled = true;
  world::Connection& c = state.conn(8);
  c.owners = 0xf000000000000001u;
  c.lingering.push_back({1, 2});
  c.queues[1].push_back(32);
  c.socket.wire.push_back(world::kGarbage);
  c.socket.piece = {2, true, true, true, true, true};
  c.socket.readers.push_back(30);
  state.pool(7).free.push_back(8);
  std::vector<std::uint8_t> bytes;
  world::encode(whole(), state, bytes);
  CHECK(world::decode(whole(), bytes.data(), bytes.size()) == state);
}

TEST_CASE("a dump says what is not zero, by name") {
  const world::World world =
      world_of(users(2, 1, 1), design_of({{"execute", {"take", "await send request", "await receive", "put"}}}));
  const std::string text = world::dump(world, after(world, "alice srv.1"));
  INFO(text);
  CHECK(text.find("frame 0: status 3") != std::string::npos);
  CHECK(text.find("connection 1: created 1, connected 1, owners alice.0, wire alice.0:0, readers alice") !=
        std::string::npos);
}

TEST_CASE("a dump tells the order of the ready ones in a line of its own") {
  scenario::Scenario scenario = users(2, 2, 0);
  scenario.ready = scenario::Ready::fifo;
  const auto world = world_of(scenario, design_of({{"execute", {"take", "await pause", "put"}}}));
  const std::string text = world::dump(world, after(world, "bob alice"));
  INFO(text);
  CHECK(text.find("\norder 0: ready bob alice\n") != std::string::npos);
}

}  // namespace
}  // namespace interleak::test
