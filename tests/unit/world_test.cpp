// docs/semantics.md, event by event.
#include <array>

#include "sim/world/findings.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

using world::Outcome;
namespace fact = world::fact;

const Lines kSimple = {"take", "try:", "    await send request", "    await receive", "finally:", "    put"};

TEST_CASE("code between two awaits is one event") {
  const auto world = world_of(users(1, 1, 0), design_of({{"execute", kSimple}}));
  CHECK(enabled_texts(world, world.initial()) == Lines{"alice"});
  CHECK(enabled_texts(world, after(world, "alice")) == Lines{"srv.1"});
  CHECK(enabled_texts(world, after(world, "alice srv.1")) == Lines{"net.1"});
  CHECK(enabled_texts(world, after(world, "alice srv.1 net.1")) == Lines{"alice"});
  CHECK(enabled_texts(world, after(world, "alice srv.1 net.1 alice")).empty());
  CHECK(last_facts(world, "alice srv.1 net.1 alice") == fact::outcome(Outcome::ok));
}

TEST_CASE("events come in event order: resumes, cancels, serves, delivers") {
  const auto world = world_of(users(3, 2, 1), design_of({{"execute", kSimple}}));
  CHECK(enabled_texts(world, after(world, "alice bob srv.2")) == Lines{"carol", "!alice", "!bob", "srv.1", "net.2"});
}

TEST_CASE("a cancel lands only on a task that has started and is not done") {
  const auto world = world_of(users(2, 2, 1), design_of({{"execute", kSimple}}));
  CHECK(enabled_texts(world, world.initial()) == Lines{"alice", "bob"});
  CHECK(enabled_texts(world, after(world, "alice !alice")) == Lines{"bob", "srv.1"});
  CHECK(last_facts(world, "alice !alice") == fact::outcome(Outcome::cancelled));
}

TEST_CASE("a cancel in the window between ready and run leaves the reply in the stream buffer") {
  const auto world = world_of(users(2, 1, 1), design_of({{"execute", kSimple}}));
  const auto state = after(world, "alice srv.1 net.1 !alice");
  CHECK(state.conns[0].socket.stream.size() == 1);
  CHECK(last_facts(world, "alice srv.1 net.1 !alice bob") == fact::outcome(Outcome::leak));
}

TEST_CASE("who and where a cancel may land are the scenario's choice") {
  auto scenario = users(2, 2, 1);
  scenario.cancel.who = {"bob"};
  auto design = design_of({{"execute", {"take", "await pause", "await send request", "await receive", "put"}}});
  CHECK(enabled_texts(world_of(scenario, design), after(world_of(scenario, design), "alice bob")) ==
        Lines{"alice", "bob", "!bob"});
  scenario.cancel.at = 1u << static_cast<int>(world::AwaitKind::receive);
  const auto world = world_of(scenario, design);
  CHECK(enabled_texts(world, after(world, "alice bob")) == Lines{"alice", "bob"});
  CHECK(enabled_texts(world, after(world, "bob*2")) == Lines{"alice", "!bob", "srv.1"});
}

TEST_CASE("a yield is no cancellation point") {
  const auto world = world_of(users(1, 1, 1), design_of({{"execute", {"take", "yield", "put"}}}));
  CHECK(enabled_texts(world, after(world, "alice")) == Lines{"alice"});
}

TEST_CASE("vanish runs only `on drop`, the inner first") {
  auto scenario = users(1, 1, 1);
  scenario.cancel.kind = scenario::CancelKind::vanish;
  const auto design = design_of({{"execute",
                                  {"take", "try:", "    try:", "        await connect", "        await pause",
                                   "    finally:", "        conn.owed = 9", "    on drop:", "        conn.dirty = 1",
                                   "on drop:", "    conn.dirty += 1", "    put"}}});
  const auto world = world_of(scenario, design);
  const auto state = after(world, "alice*2 !alice");
  CHECK(state.pools[0].free.size() == 1);
  CHECK(state.conns[0].vars[0] == 2);  // dirty
  CHECK(state.conns[0].vars[1] == 0);  // owed: `finally` did not run
  CHECK(last_facts(world, "alice*2 !alice") == fact::outcome(Outcome::cancelled));
}

TEST_CASE("kill runs nothing at all") {
  auto scenario = users(1, 1, 1);
  scenario.cancel.kind = scenario::CancelKind::kill;
  const auto design = design_of({{"execute",
                                  {"take", "try:", "    await pause", "finally:", "    conn.owed = 9", "    put",
                                   "on drop:", "    conn.dirty = 1", "    put"}}});
  const auto world = world_of(scenario, design);
  const auto state = after(world, "alice !alice");
  CHECK(state.pools[0].free.empty());
  CHECK(state.conns[0].vars[0] == 0);  // dirty
  CHECK(state.conns[0].vars[1] == 0);  // owed
  CHECK(world.end(state).facts == fact::kLostSlot);
  CHECK(last_facts(world, "alice !alice") == fact::outcome(Outcome::cancelled));
}

TEST_CASE("a cancel that is an error is caught as one, and as a cancel") {
  for (const char* caught : {"error", "cancelled"}) {
    const auto design = design_of({{"execute",
                                    {"take", "try:", "    await pause", "except " + std::string(caught) + ":",
                                     "    conn.dirty = 1", "    raise", "finally:", "    put"}}});
    auto scenario = users(1, 1, 1);
    const bool plain = std::string(caught) == "cancelled";
    CHECK(after(world_of(scenario, design), "alice !alice").conns[0].vars[0] == (plain ? 1 : 0));
    scenario.cancel.kind = scenario::CancelKind::as_error;
    const auto world = world_of(scenario, design);
    CHECK(after(world, "alice !alice").conns[0].vars[0] == 1);
    CHECK(last_facts(world, "alice !alice") == fact::outcome(Outcome::cancelled));
  }
}

TEST_CASE("raise-at-every-await raises again where a handler would wait, but not at a yield") {
  const auto design =
      design_of({{"execute",
                  {"take", "try:", "    await pause", "finally:", "    yield", "    try:", "        await close",
                   "    finally:", "        conn.owed += 1", "    put"}}});
  auto scenario = users(1, 1, 2);
  const auto edge = world_of(scenario, design);
  CHECK(enabled_texts(edge, after(edge, "alice !alice alice")) == Lines{"alice", "!alice"});
  scenario.cancel.kind = scenario::CancelKind::raise_at_every_await;
  const auto level = world_of(scenario, design);
  CHECK(enabled_texts(level, after(level, "alice !alice")) == Lines{"alice"});  // in the yield, with budget left
  const auto state = after(level, "alice !alice alice");
  CHECK_FALSE(state.conns[0].socket.connected);  // the close was begun
  CHECK(state.conns[0].vars[1] == 1);     // and not waited for
  CHECK(level.end(state).facts == fact::kLostSlot);
}

TEST_CASE("raise-at-every-await follows the task into its next operation, and stops at a shield") {
  auto scenario = users(1, 1, 1);
  scenario.cancel.kind = scenario::CancelKind::raise_at_every_await;
  scenario.tasks[0].operations.push_back(scenario.tasks[0].operations[0]);
  const auto swallows =
      design_of({{"execute", {"try:", "    await pause", "except cancelled:", "    pass", "take", "put"}}});
  const auto world = world_of(scenario, swallows);
  CHECK(enabled_texts(world, after(world, "alice !alice")).empty());  // both operations are over

  const auto shields =
      design_of({{"execute", {"take", "spawn work", "await child"}}, {"work", {"await pause", "await pause", "put"}}});
  const auto shielded = world_of(users(1, 1, 1), shields);
  scenario.tasks[0].operations.pop_back();
  const auto level = world_of(scenario, shields);
  CHECK(enabled_texts(level, after(level, "alice alice' !alice")) == Lines{"alice'"});
  CHECK(after(level, "alice alice' !alice alice'*2").pools[0].free.size() == 1);
  CHECK(after(shielded, "alice alice' !alice alice'*2").pools[0].free.size() == 1);
}

TEST_CASE("raise-at-every-await goes down a row of tasks, and on in each of them") {
  auto scenario = users(1, 1, 1);
  scenario.cancel.kind = scenario::CancelKind::raise_at_every_await;
  const auto design = design_of(
      {{"execute", {"take", "try:", "    spawn work", "    await task", "finally:", "    await pause", "    put"}},
       {"work",
        {"try:", "    await pause", "finally:", "    conn.owed += 1", "    await pause", "    conn.dirty = 1"}}});
  const auto world = world_of(scenario, design);
  const auto state = after(world, "alice alice' !alice");
  CHECK(state.conns[0].vars[1] == 1);   // owed: the handler of the child ran
  CHECK(state.conns[0].vars[0] == 0);   // dirty: but not beyond its next await
  CHECK(enabled_texts(world, state) == Lines{"alice"});
  CHECK(world.end(after(world, "alice alice' !alice alice")).facts == fact::kLostSlot);
}

TEST_CASE("finally runs on every way out, and an exception of a handler replaces the old one") {
  const auto design = design_of(
      {{"execute",
        {"take", "try:", "    try:", "        await pause", "    except cancelled:", "        raise error \"other\"",
         "    finally:", "        conn.owed += 1", "finally:", "    conn.owed += 1", "    put"}}});
  const auto world = world_of(users(1, 1, 1), design);
  CHECK(last_facts(world, "alice !alice") == fact::outcome(Outcome::error));
  CHECK(after(world, "alice !alice").conns[0].vars[1] == 2);
  CHECK(after(world, "alice*2").conns[0].vars[1] == 2);
}

TEST_CASE("a bare raise raises what its own except caught, also after a nested one has caught it") {
  const auto design = design_of({{"execute",
                                  {"try:", "    await pause", "except cancelled:", "    try:", "        raise",
                                   "    except cancelled:", "        pass", "    raise"}}});
  CHECK(last_facts(world_of(users(1, 1, 1), design), "alice !alice") == fact::outcome(Outcome::cancelled));
}

TEST_CASE("a return in `on drop` ends that block only") {
  auto scenario = users(1, 1, 1);
  scenario.cancel.kind = scenario::CancelKind::vanish;
  const auto design = design_of({{"execute", {"take", "try:", "    await pause", "on drop:", "    return"}}});
  CHECK(last_facts(world_of(scenario, design), "alice !alice") == fact::outcome(Outcome::cancelled));
}

TEST_CASE("return leaves a procedure through its finally blocks, and only that procedure") {
  const auto design =
      design_of({{"execute", {"take", "call inner", "conn.dirty = 1", "put"}},
                 {"inner", {"loop 3 times:", "    try:", "        return", "    finally:", "        conn.owed += 1"}}});
  const auto state = after(world_of(users(1, 1, 0), design), "alice");
  CHECK(state.conns[0].vars[0] == 1);
  CHECK(state.conns[0].vars[1] == 1);
}

TEST_CASE("send_suspends: before, after and may") {
  const auto design = design_of({{"execute", kSimple}});
  auto scenario = users(1, 1, 1);
  scenario.send_suspends = design::SendSuspends::before;
  CHECK(after(world_of(scenario, design), "alice").conns[0].socket.requests.empty());
  CHECK(after(world_of(scenario, design), "alice*2").conns[0].socket.requests.size() == 1);
  scenario.send_suspends = design::SendSuspends::after;
  CHECK(enabled_texts(world_of(scenario, design), after(world_of(scenario, design), "alice")) ==
        Lines{"alice", "!alice", "srv.1"});
  scenario.send_suspends = design::SendSuspends::may;
  const auto world = world_of(scenario, design);
  CHECK(enabled_texts(world, world.initial()) == Lines{"alice", "alice~"});
  CHECK(enabled_texts(world, after(world, "alice~")) == Lines{"alice", "!alice", "srv.1"});
  CHECK(enabled_texts(world, after(world, "alice")) == Lines{"!alice", "srv.1"});
}

TEST_CASE("readers: the second one gets an error, or queues") {
  auto design = design_of({{"execute", {"share 1", "await send request", "await receive"}}});
  CHECK(last_facts(world_of(users(2, 1, 0), design), "alice bob") == fact::outcome(Outcome::error));
  design.readers = design::Readers::queue;
  const auto world = world_of(users(2, 1, 0), design);
  CHECK(last_facts(world, "alice bob srv.1 net.1 alice srv.1 net.1 bob") == fact::outcome(Outcome::ok));
  CHECK(enabled_texts(world, after(world, "alice bob srv.1*2 net.1")) == Lines{"alice", "net.1"});
}

TEST_CASE("close wakes the readers of the socket with an error, and empties all queues") {
  const auto design = design_of({{"execute",
                                  {"share 1", "if conn.dirty:", "    close", "    return", "conn.dirty = 1",
                                   "await send request", "await receive"}}});
  const auto world = world_of(users(2, 1, 0), design);
  const auto state = after(world, "alice srv.1 bob");
  CHECK_FALSE(state.conns[0].socket.connected);
  CHECK(state.conns[0].socket.wire.empty());
  CHECK(enabled_texts(world, state) == Lines{"alice"});
  CHECK(last_facts(world, "alice srv.1 bob alice") == fact::outcome(Outcome::error));
}

TEST_CASE("a shielded child goes on as an orphan, and its value is discarded") {
  const auto design =
      design_of({{"execute", {"take", "spawn command", "await child"}},
                 {"command", {"try:", "    await send request", "    await receive", "finally:", "    put"}}});
  const auto world = world_of(users(2, 1, 1), design);
  CHECK(enabled_texts(world, after(world, "alice")) == Lines{"alice'", "bob", "!alice"});
  const auto orphan = after(world, "alice alice' !alice");
  CHECK((world.facts(orphan) & fact::kZombie) != 0);
  CHECK(last_facts(world, "alice alice' !alice srv.1 net.1 alice'") == 0);
  CHECK(world.facts(after(world, "alice alice' !alice srv.1 net.1 alice'")) == 0);
  CHECK(last_facts(world, "alice alice' srv.1 net.1 alice' alice") == fact::outcome(Outcome::ok));
}

TEST_CASE("outcomes: leak, type-error, wrong-value, rejected, error, starved") {
  auto scenario = users(2, 1, 1);
  scenario.tasks[1].operations = {get("history", "record")};
  CHECK(last_facts(world_of(scenario, design_of({{"execute", kSimple}})), "alice !alice bob srv.1 net.1 bob") ==
        fact::outcome(Outcome::type_error));
  scenario.tasks[1].operations[0].accepts = {"record", "list"};
  CHECK(last_facts(world_of(scenario, design_of({{"execute", kSimple}})), "alice !alice bob srv.1 net.1 bob") ==
        fact::outcome(Outcome::leak));
  scenario.tasks[0].operations[0].does = "set";
  CHECK(last_facts(world_of(scenario, design_of({{"execute", kSimple}})), "alice !alice bob srv.1 net.1 bob") ==
        fact::outcome(Outcome::wrong_value));
  Lines checked = kSimple;
  checked.insert(checked.begin() + 4, {"    if not mine:", "        raise rejected \"not yours\""});
  CHECK(last_facts(world_of(users(2, 1, 1), design_of({{"execute", checked}})), "alice !alice bob srv.1 net.1 bob") ==
        fact::outcome(Outcome::rejected));
  CHECK(last_facts(world_of(users(2, 1, 0), design_of({{"execute", kSimple}})), "alice bob") ==
        fact::outcome(Outcome::error));
  const auto stuck = world_of(users(1, 1, 0), design_of({{"execute", {"take", "await receive", "put"}}}));
  CHECK((stuck.end(after(stuck, "alice")).facts & fact::kStarved) != 0);
}

TEST_CASE("an operation that raises ends its task; one that ends goes on with the next at once") {
  auto scenario = users(1, 1, 1);
  scenario.tasks[0].operations.push_back(get("profile"));
  const auto world = world_of(scenario, design_of({{"execute", kSimple}}));
  CHECK(enabled_texts(world, after(world, "alice srv.1 net.1 alice")) == Lines{"!alice", "srv.1"});
  CHECK(enabled_texts(world, after(world, "alice !alice")) == Lines{"srv.1"});
}

TEST_CASE("a lost slot is neither idle nor owned; a double owner is in two places") {
  const auto lost =
      world_of(users(1, 1, 1), design_of({{"execute", {"take", "await send request", "await receive", "put"}}}));
  CHECK(lost.end(after(lost, "alice !alice")).facts == fact::kLostSlot);
  CHECK(lost.end(after(lost, "alice srv.1 net.1 alice")).facts == 0);
  const auto twice = world_of(users(1, 1, 0), design_of({{"execute", {"take", "put", "share 1", "await pause"}}}));
  CHECK(twice.facts(after(twice, "alice")) == 0);  // shared on purpose
}

TEST_CASE("a woken waiter that is cancelled can pass the wake on") {
  const auto design = shipped("patterns/release-in-finally");
  const auto world = world_of(users(3, 1, 1), design);
  CHECK(enabled_texts(world, after(world, "alice bob carol srv.1 net.1 alice !bob")) == Lines{"carol"});
  CHECK(world.end(after(world, "alice bob carol srv.1 net.1 alice !bob carol srv.1 net.1 carol")).facts == 0);
}

TEST_CASE("a newcomer may be faster than the waiter that was woken, which then queues again") {
  const auto world = world_of(users(3, 1, 0), shipped("patterns/release-in-finally"));
  const auto state = after(world, "alice bob srv.1 net.1 alice carol bob");
  CHECK(enabled_texts(world, state) == Lines{"srv.1"});
  CHECK(state.pools[0].queues[0].size() == 1);
}

TEST_CASE("fifo: ready tasks run in the order in which they became ready") {
  auto scenario = users(2, 2, 0);
  scenario.ready = scenario::Ready::fifo;
  const auto world = world_of(scenario, design_of({{"execute", {"take", "await pause", "put"}}}));
  CHECK(enabled_texts(world, after(world, "bob alice")) == Lines{"bob"});
  CHECK(enabled_texts(world, after(world, "bob alice bob")) == Lines{"alice"});
}

TEST_CASE("the cluster's nodes have pools of their own") {
  auto scenario = users(2, 1, 0);
  scenario.nodes = 2;
  scenario.tasks[0].operations[0].node = 1;
  scenario.tasks[1].operations[0].node = 2;
  const auto world = world_of(scenario, shipped("redis-py-4.5.1/cluster"));
  CHECK(enabled_texts(world, after(world, "alice bob")) == Lines{"srv.1", "srv.2"});
}

TEST_CASE("a handshake is commands and replies like any other") {
  auto design = shipped("redis-py-4.5.1/pool");
  design.handshake = {"AUTH", "SELECT"};
  auto scenario = users(1, 1, 0);
  scenario.pool_warm = 0;
  const auto world = world_of(scenario, design);
  CHECK(last_facts(world, "alice*2 srv.1 net.1 alice srv.1 net.1 alice srv.1 net.1 alice") ==
        fact::outcome(Outcome::ok));
}

TEST_CASE("a task that leaked and one that did not leave the same state") {
  auto design = design_of({{"execute", {"share 1", "await send request", "await receive"}}});
  design.readers = design::Readers::queue;
  const auto world = world_of(users(2, 1, 0), design);
  const std::string both = "alice bob srv.1*2 net.1*2 ";
  CHECK(last_facts(world, both + "alice bob") == fact::outcome(Outcome::ok));
  CHECK(last_facts(world, both + "bob alice") == fact::outcome(Outcome::leak));
  CHECK(bytes_of(world, after(world, both + "alice bob")) == bytes_of(world, after(world, both + "bob alice")));
}

/// What `conn.dirty` is at the end of the only event of the only task.
int dirty_after(const Lines& execute) {
  return after(world_of(users(1, 1, 0), design_of({{"execute", execute}})), "alice").conns[0].vars[0];
}

TEST_CASE("comparisons are those of numbers, at and beside the number compared with") {
  const std::vector<std::pair<std::string, std::array<int, 3>>> kTrue = {
   // of 4, 5 and 6 against 5
      {"==", {0, 1, 0}}, {"!=", {1, 0, 1}}, {"<", {1, 0, 0}}, {"<=", {1, 1, 0}}, {">", {0, 0, 1}}, {">=", {0, 1, 1}}};
  for (const auto& [comparison, expected] : kTrue) {
    for (int value = 4; value <= 6; ++value) {
      INFO(value << " " << comparison << " 5");
      CHECK(dirty_after({"take", "op.tries = " + std::to_string(value), "if op.tries " + comparison + " 5:",
                         "    conn.dirty = 1"}) == expected[static_cast<std::size_t>(value - 4)]);
    }
  }
}

TEST_CASE("a design may ask more than 256 different things") {
  Lines lines = {"take", "op.tries = 44"};
  for (int i = 0; i < 300; ++i) {
    lines.push_back("if op.tries == " + std::to_string(i % 256) + ":");
    lines.push_back("    conn.dirty += 1");
  }
  CHECK(dirty_after(lines) == 1);
  lines.insert(lines.end(), {"if op.tries == 43:", "    conn.dirty = 100", "if op.tries == 44:", "    conn.dirty = 7"});
  CHECK(dirty_after(lines) == 7);
}

TEST_CASE("a cancel that `await task` passes on ends a child that has not started, whatever its first line is") {
  for (const char* first : {"await pause", "await task", "await receive"}) {
    INFO(first);
    const auto world =
        world_of(users(1, 1, 1),
                 design_of({{"execute", {"take", "spawn work", "await task"}}, {"work", {first, "conn.dirty = 1"}}}));
    CHECK(enabled_texts(world, after(world, "alice !alice")) == Lines{"alice"});
    CHECK(after(world, "alice !alice").conns[0].vars[0] == 0);
    CHECK(last_facts(world, "alice !alice alice") == fact::outcome(Outcome::cancelled));
  }
}

TEST_CASE("a join makes the frame unwoken again") {
  const auto world =
      world_of(users(1, 1, 0),
               design_of({{"execute",
                           {"join pool.waiters", "wake pool.waiters", "take", "if woken:", "    conn.owed = 1",
                            "join pool.waiters", "if woken:", "    conn.dirty = 1", "await turn pool.waiters"}}}));
  const auto state = after(world, "alice");
  CHECK(state.conns[0].vars[1] == 1);
  CHECK(state.conns[0].vars[0] == 0);
  CHECK(enabled_texts(world, state).empty());
}

TEST_CASE("a ninth reply is an error, and what is thrown away is no reply of the value") {
  const auto reads = [](const std::string& last) {
    return world_of(users(1, 1, 0), design_of({{"execute",
                                                {"take", "loop 9 times:", "    await send \"PING\"",
                                                 "loop 8 times:", "    await receive", last, "put"}}}));
  };
  const std::string answers =
      "alice srv.1*9 net.1 alice net.1 alice net.1 alice net.1 alice net.1 alice net.1 alice "
      "net.1 alice net.1 alice net.1";
  // Replies to a command that a listing names are wrong for any operation; the error comes from the statement.
  CHECK(last_facts(reads("await discard"), answers + " alice") == fact::outcome(Outcome::wrong_value));
  CHECK(last_facts(reads("await receive"),
                   "alice srv.1*9 net.1 alice net.1 alice net.1 alice net.1 alice net.1 alice "
                   "net.1 alice net.1 alice net.1 alice") == fact::outcome(Outcome::error));
}

TEST_CASE("a pool that is set up anew begins the variables of what is free anew, whoever still has it") {
  const auto world = world_of(
      users(1, 2, 0),
      design_of({{"execute", {"take", "conn.dirty = 5", "spawn give", "await child", "renew", "conn.owed = 3"}},
                 {"give", {"put"}}}));
  const auto state = after(world, "alice alice' alice");
  CHECK(state.conns[0].vars[0] == 0);   // it is free, although it is in alice's register, too
  CHECK(state.conns[0].vars[1] == 3);
  const auto held = world_of(users(1, 1, 0), design_of({{"execute", {"take", "conn.dirty = 5", "renew", "put"}}}));
  CHECK(after(held, "alice").conns[0].vars[0] == 5);
}

TEST_CASE("a strict operation refuses OK, unless it accepts that type") {
  auto scenario = users(2, 1, 0);
  scenario.tasks[1].operations[0].does = "set";
  const world::Label ok{1, 0};
  const auto judged = [&] { return world::judge(world_of(scenario, design_of({{"execute", {"pass"}}})), ok, 0, 0); };
  CHECK(judged() == Outcome::wrong_value);
  scenario.tasks[0].operations[0].strict = true;
  CHECK(judged() == Outcome::type_error);
  scenario.tasks[0].operations[0].accepts = {"list", "ok"};
  CHECK(judged() == Outcome::wrong_value);
}

TEST_CASE("a set of types has room for 64, and more are a defect") {
  auto scenario = users(1, 1, 0);
  auto& accepts = scenario.tasks[0].operations[0].accepts;
  for (int i = 0; i < 63; ++i) accepts.push_back("type " + std::to_string(i));
  const auto design = design_of({{"execute", {"pass"}}});
  CHECK(world_of(scenario, design).operations()[0].accepts == ~std::uint64_t{0});
  accepts.push_back("one more");
  CHECK_THROWS_AS(world_of(scenario, design), Defect);
}

TEST_CASE("states come back from their bytes") {
  for (const char* id : {"redis-py-4.5.1/pool", "redis-py-4.5.5/cluster", "patterns/shield", "patterns/tombstones",
                         "patterns/locked-single"}) {
    const auto world = world_of(users(3, 2, 2), shipped(id));
    world::State state = world.initial();
    for (int i = 0; i < 40; ++i) {
      Events enabled;
      world.enabled(state, enabled);
      if (enabled.empty()) break;
      world.apply(state, enabled[static_cast<std::size_t>(i * 7) % enabled.size()]);
      const auto bytes = bytes_of(world, state);
      const auto back = world.decode(bytes.data(), bytes.size());
      REQUIRE(back == state);
      REQUIRE(bytes_of(world, back) == bytes);
      REQUIRE(enabled_texts(world, back) == enabled_texts(world, state));
    }
  }
}

TEST_CASE("an event that never ends is a finding, not a hang") {
  const auto design =
      design_of({{"execute", {"take", "loop 255 times:", "    loop 255 times:", "        pass", "put"}}});
  const auto world = world_of(users(1, 1, 0), design);
  CHECK(last_facts(world, "alice") == fact::kDiverges);
  const auto analysis = analysis_of(world);
  REQUIRE(analysis.diverges.has_value());
  CHECK(analysis.diverges_schedule == "alice");
  CHECK_FALSE(analysis.counts.has_value());
  for (const auto& each : analysis.judgements) CHECK(each.verdict != check::Verdict::holds);
}

TEST_CASE("listings that wake each other for ever are a cycle, and a finding") {
  const auto design = design_of({{"execute", {"take", "spawn again"}}, {"again", {"yield", "spawn again"}}});
  const auto analysis = analysis_of(world_of(users(1, 1, 0), design));
  REQUIRE(analysis.diverges.has_value());
  CHECK_FALSE(analysis.counts.has_value());
}

TEST_CASE("a detached child leaves the child of before to its parent") {
  const Lines two = {"spawn work", "spawn detached work", "await child"};
  const auto world = world_of(users(1, 1, 0), design_of({{"execute", two}, {"work", {"await pause"}}}));
  const auto state = after(world, "alice alice'*2 alice");
  CHECK(state.frame(0).status == world::Status::absent);
}

TEST_CASE("an operation that ends with an error ends its task, though nothing was raised") {
  auto scenario = users(1, 1, 0);
  scenario.nodes = 2;
  scenario.tasks[0].operations.resize(2, scenario.tasks[0].operations[0]);
  scenario.tasks[0].operations[0].node = 1;
  scenario.tasks[0].operations[0].moved_to = 2;
  auto design = design_of({{"execute", {"take", "await send request", "await receive", "put"}}});
  design.cluster = true;
  const auto world = world_of(scenario, design);
  CHECK(last_facts(world, "alice srv.1 net.1 alice") == fact::outcome(Outcome::error));
  CHECK(enabled_texts(world, after(world, "alice srv.1 net.1 alice")).empty());
}

TEST_CASE("whatever stands for the OK of MULTI is thrown away") {
  auto scenario = users(2, 1, 0);
  scenario.tasks[0].operations[0].does = "transaction";
  const auto world = world_of(scenario, design_of({{"execute", {"pass"}}}));
  CHECK(world::judge(world, world::Label{1, 0}, 0, 0) == Outcome::ok);
  CHECK(world::judge(world, world::Label{1, 0}, 0, 2) == Outcome::leak);
}

TEST_CASE("of an event that runs into a bound no other fact is told") {
  const Lines parent = {"spawn work", "await task"};
  const Lines child = {"try:",
                       "    await pause",
                       "except cancelled:",
                       "    spawn detached rest",
                       "    spawn detached rest",
                       "    spawn detached rest"};
  const auto design = design_of({{"execute", parent}, {"work", child}, {"rest", {"await pause"}}});
  CHECK(last_facts(world_of(users(1, 1, 1), design, true), "alice alice' !alice") == fact::kDiverges);
}

}  // namespace
}  // namespace interleak::test
