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
  shape.operation_variables = shape.connection_variables = design::kMaxVariables;
  shape.pool_variables = shape.socket_variables = design::kMaxVariables;
  shape.connection_queues = shape.pool_queues = design::kMaxQueues;
  shape.pushes = shape.stepped = shape.hunted = shape.handshake = shape.may_be_silent = shape.fifo = true;
  shape.grouped = shape.got = shape.saw = true;
  shape.errors = shape.held = shape.skips = shape.failures = shape.refusals = true;
  shape.kinds = 64;
  shape.by_place = shape.dated = true;
  shape.places = world::kMaxPlaces;
  shape.keys_read = 64;
  shape.aged_keys = world::kMaxKeys;
  shape.aged_tasks = world::kMaxTasks;
  shape.aged_each = world::kMaxCommands;
  shape.once = world::kMaxCommands;
  shape.settings = 4;
  shape.setters = protocol::kMaxVariables;
  shape.variables = protocol::kMaxVariables;
  shape.kernel = shape.fragments = shape.session = shape.flush = shape.linger = true;
  return shape;
}

/// A walk that shows each field that it comes to.
template <class Show>
class Each {
 public:
  explicit Each(Show show) : show_(std::move(show)) {}

  template <class... Fields>
  void pack(Bits<Fields>... parts) {
    (show_(parts.field), ...);
  }
  template <class Field>
  void byte(const char*, Field& field) {
    show_(field);
  }
  template <class Field>
  void flag(const char*, Field& field) {
    show_(field);
  }
  template <class Field>
  void word(const char*, Field& field) {
    show_(field);
  }
  template <class Set>
  void number(const char*, Set& set, std::size_t) {
    show_(set);
  }
  template <class Set>
  void operations(const char*, Set& set, std::size_t) {
    show_(set);
  }
  template <class Array>
  void numbers(const char*, Array& array, std::size_t) {
    show_(array);
  }
  template <class A, class B>
  void rare(const char*, A& a, const char*, B& b) {
    show_(a), show_(b);
  }
  template <class Array>
  void rare(const char*, Array& array) {
    show_(array);
  }
  template <class Array>
  void askers(const char*, Array& array, std::size_t, std::size_t, int) {
    show_(array);
  }
  template <class List>
  void conns(const char*, List& list) {
    show_(list);
  }
  template <class List>
  void labels(const char*, List& list) {
    show_(list);
  }
  template <class List>
  void ages(const char*, List&) {}   // parts of what labels() has shown
  template <class List>
  void frames(const char*, List& list, int) {
    show_(list);
  }
  void begin(const char*, int) {}

 private:
  Show show_;
};

/// Where the fields are that a walk has come to.
class Seen {
 public:
  auto walk() {
    return Each([this](const auto& field) { fields_.insert(&field); });
  }
  /// How many of the fields it has not come to.
  template <class... Fields>
  int missing(const Fields&... fields) const {
    return (0 + ... + (fields_.contains(&fields) ? 0 : 1));
  }

 private:
  std::set<const void*> fields_;
};

void flip(bool& field) { field = !field; }
template <class Number>
void flip(Number& field) {
  field = static_cast<Number>(static_cast<std::uint64_t>(field) ^ 1);
}
template <class Item, std::size_t N>
void flip(std::array<Item, N>& field) {
  flip(field.back());
}
template <class Item, std::size_t N>
void flip(FixedVector<Item, N>& field) {
  field.push_back({});
}

/// Changes field `number`, in the order of the walk, of all that `go` walks over; says whether there is one.
template <class Go>
bool flip_field(int number, const Go& go) {
  bool done = false;
  Each walk([&](auto& field) {
    if (number-- != 0) return;
    flip(field);
    done = true;
  });
  go(walk);
  return done;
}

/// Of each component: frames, slots, pools, the rest.
std::vector<std::uint64_t> hashes(const State& state) {
  const Shape shape = whole();
  std::vector<std::uint64_t> all;
  for (const world::Frame& frame : state.frames) all.push_back(hash_of(shape, frame));
  for (const world::Connection& connection : state.conns) all.push_back(hash_of(shape, connection));
  for (const world::Pool& pool : state.pools) all.push_back(hash_of(shape, pool));
  all.push_back(hash_of_rest(shape, state));
  return all;
}

State with_everything() {
  State state;
  for (world::Frame& frame : state.frames) frame.status = world::Status::ready;
  for (world::Connection& c : state.conns) c.created = true;
  return state;
}

TEST_CASE("the walk over a state comes to each field") {
  const State state = with_everything();
  Seen seen;
  auto walk = seen.walk();
  world::walk_state(walk, whole(), state);
  const auto& [budget, errors, pushes, stuck, learned, executed, stores, known, began, frames, conns, pools, ready,
               used] = state;
  CHECK(used == world::Used{});
  CHECK(seen.missing(budget, errors, pushes, stuck, learned, known, ready) == 0);
  for (const world::Value& place : stores) CHECK(seen.missing(place) == 0);
  for (const auto& ages : began) CHECK(seen.missing(ages) == 0);
  for (const std::uint64_t& set : executed) CHECK(seen.missing(set) == 0);
  for (const world::Frame& frame : frames) {
    const auto& [status, woken, broken, detached, cancelled, polled, flushing, hunted, hit, shaded, refusal, failure,
                 failures, got, about, saw, step, child, parent, script, conn, result, pc, saved, counters, vars,
                 value] = frame;
    CHECK(seen.missing(status, woken, broken, detached, cancelled, polled, flushing, hunted, hit, shaded, refusal,
                       failure, failures, got, about, saw, step, child, parent, script, conn, result, pc, saved,
                       counters, vars, value) == 0);
  }
  for (const world::Connection& connection : conns) {
    const auto& [created, shared, owners, socket, lingering, vars, queues] = connection;
    CHECK(seen.missing(created, shared, owners, lingering, vars, queues[0], queues[1]) == 0);
    const auto& [connected, begun, silent, skipping, hit, handshakes, session, variables, setters, read, unwritten,
                 made, requests, held, wire, kernel, stream, piece, socket_vars, readers] = socket;
    CHECK(seen.missing(connected, begun, silent, skipping, hit, held, handshakes, session, variables, setters, read,
                       unwritten, made, requests, wire, kernel, stream, socket_vars, readers) == 0);
    const auto& [arrived, finished, in_kernel, unread, parsed, torn] = piece;
    CHECK(seen.missing(arrived, finished, in_kernel, unread, parsed, torn) == 0);
  }
  for (const world::Pool& pool : pools) {
    const auto& [created, free, vars, queues] = pool;
    CHECK(seen.missing(created, free, vars, queues[0], queues[1]) == 0);
  }
}

TEST_CASE("a copy has each field that a state uses, and of the same size or not") {
  State state = with_everything();
  state.budget = state.errors = state.pushes = 1;
  state.stuck = world::Bound::steps;
  state.learned = 2;
  state.executed[7] = 3;
  state.stores[15].push_back({1, 2});
  state.known[31] = 4;
  state.began[7][7] = 5;
  state.ready.push_back(6);
  state.pool(7).created = 7;
  State other;
  other = state;
  CHECK(other == state);
  CHECK(State(state) == state);
  State small(world::Used{4, 1, 1, 0});
  small = state;
  CHECK(small == state);
  // Of a small one what lies behind is left as it is, which is nothing.
  State one(world::Used{4, 1, 1, 0});
  one.frame(3).conn = 1;
  one.conn(1).created = true;
  State two(world::Used{4, 1, 1, 0});
  two = one;
  CHECK(two == one);
}

TEST_CASE("a field that was not walked would be found") {
  const State state = with_everything();
  Seen seen;
  auto walk = seen.walk();
  world::walk_pool(walk, whole(), state.pools[0]);
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
  frame.value[0].age = 200;
  state.stores[15].push_back({1, 2});
  state.stores[15][0].about = 32;
  state.began[7][7] = 3;
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

TEST_CASE("a flipped field changes the hash of its component, and of no other") {
  const State state = with_everything();
  const std::vector<std::uint64_t> before = hashes(state);
  // `go(walk, state)` walks over the component whose hash is number `component`.
  const auto flip_all = [&](std::size_t component, const auto& go) {
    int fields = 0;
    for (;; ++fields) {
      State changed = state;
      if (!flip_field(fields, [&](auto& walk) { go(walk, changed); })) return fields;
      INFO("component " << component << ", field " << fields);
      std::vector<std::uint64_t> after = hashes(changed);
      CHECK(after[component] != before[component]);
      after[component] = before[component];
      CHECK(after == before);
    }
  };
  const Shape shape = whole();
  std::size_t component = 0;
  for (std::size_t f = 0; f < state.frames.size(); ++f) {
    CHECK(flip_all(component++, [&](auto& walk, State& s) { world::walk_frame(walk, shape, s.frames[f]); }) == 27);
  }
  for (std::size_t c = 0; c < state.conns.size(); ++c) {
    CHECK(flip_all(component++, [&](auto& walk, State& s) { world::walk_connection(walk, shape, s.conns[c]); }) == 33);
  }
  for (std::size_t n = 0; n < state.pools.size(); ++n) {
    CHECK(flip_all(component++, [&](auto& walk, State& s) { world::walk_pool(walk, shape, s.pools[n]); }) == 5);
  }
  CHECK(flip_all(component++, [&](auto& walk, State& s) { world::walk_rest(walk, shape, s, [] {}); }) == 39);
  CHECK(component == before.size());
}

TEST_CASE("equal components have equal hashes, wherever they stand; what the shape leaves out does not count") {
  State state = with_everything();
  state.frame(3).value.push_back({2, 1});
  state.frame(9).value.push_back({2, 1});
  CHECK(hash_of(whole(), state.frame(3)) == hash_of(whole(), state.frame(9)));
  CHECK(hash_of(whole(), state.frame(3)) != hash_of(whole(), state.frame(4)));
  Shape shape = whole();
  shape.setters = 0;
  world::Connection other = state.conn(1);
  other.socket.setters[0] = 1;
  CHECK(hash_of(shape, other) == hash_of(shape, state.conn(1)));
  CHECK(hash_of(whole(), other) != hash_of(whole(), state.conn(1)));
  // What a message is about, and how old it is, count where they are kept.
  world::Frame aged = state.frame(3), about = state.frame(3);
  aged.value[0].age = about.value[0].about = 1;
  CHECK(hash_of(whole(), aged) != hash_of(whole(), state.frame(3)));
  CHECK(hash_of(whole(), about) != hash_of(whole(), state.frame(3)));
  CHECK(hash_of(whole(), about) != hash_of(whole(), aged));
  shape.dated = false;
  CHECK(hash_of(shape, aged) == hash_of(shape, state.frame(3)));
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
