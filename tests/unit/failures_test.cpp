// Faults, whom they hit, and failures that outlast them: names of failures, who is clear, what is no matter of faults.
#include <algorithm>

#include "sim/check/analysis.hpp"
#include "sim/explain/because.hpp"
#include "sim/words/findings.hpp"
#include "sim/world/failures.hpp"
#include "tests/unit/toy_protocols.hpp"
#include "tests/unit/toy_world.hpp"

namespace interleak::test {
namespace {

namespace fact = world::fact;

const std::string kTasks = R"([{"id": "alice", "do": [{"look": "plan"}]}, {"id": "bob", "do": [{"look": "news"}]}])";

Toy toy(const Lines& execute, const std::string& faults = R"({"server_error": {"max": 1}})") {
  Toy toy;
  toy.protocol = R"({"interleak": 1, "protocol": "toy", "session": {"named": {"shared": true, "words": "has a name"}},
    "kinds": {"done": {}, "error": {"error": true}, "slow": {"error": true, "of": "error"},
              "twice": {"error": true, "of": "error"}},
    "commands": {"get": {"may_fail": ["slow"]}, "hello": {"reply": ["done"], "may_fail": ["slow"]},
                 "name": {"cases": [{"if": "named", "reply": ["twice"]}, {"reply": ["done"], "set": {"named": 1}}]}},
    "operations": {"look": {"steps": [[{"send": "get", "of": "the key"}]]}}})";
  toy.tasks = kTasks;
  toy.procedures = {{"execute", execute}};
  toy.faults = faults;
  toy.tracks_failures = true;
  return toy;
}

/// How the operations failed that ended in a schedule, one after the other: "alice: none free".
Lines failures(const world::World& world, const std::string& schedule) {
  class Names final : public world::Listener {
   public:
    explicit Names(const world::World& world) : world_(world) {}
    void ran(world::FrameId, design::Pc) override {}
    void landed(world::FrameId, design::Pc, bool) override {}
    void act(world::FrameId, design::Pc, Act, world::ConnId, world::Label) override {}
    void ended(const world::OperationEnd& end) override {
      if (end.failure == 0) return;
      const auto task = world_.operations()[end.op].task;
      told.push_back(world_.scenario().tasks[task].id + ": " + world::failure_text(world_, end.failure));
    }
    Lines told;

   private:
    const world::World& world_;
  };
  Names names(world);
  world::State state = world.initial();
  for (const Event event : events_of(world, schedule)) world.apply(state, event, &names);
  return names.told;
}

Facts failure_facts(const world::World& world, const std::string& schedule) {
  return facts_behind(world, schedule) & (fact::kLastingFailure | fact::kCollateralFailure);
}
constexpr Facts kBoth = fact::kLastingFailure | fact::kCollateralFailure;

const Lines kExchange = {"take", "await send request", "await receive", "put"};

}  // namespace

TEST_CASE("a failure has the name of what raised it, and keeps it through handlers and children") {
  const auto name = [](const Lines& execute, const std::string& schedule = "alice") {
    const auto world = world_of(toy(execute));
    const Lines told = failures(world, schedule);
    REQUIRE(told.size() == 1);
    return told[0].substr(7);
  };
  CHECK(name({"raise error \"circuit open\""}) == "circuit open");
  CHECK(name({"raise rejected \"not yours\""}) == "not yours");
  CHECK(name({"raise error"}) == "error");
  CHECK(name({"raise rejected"}) == "rejected");
  CHECK(name({"take", "take"}) == "none free");
  CHECK(name({"share 2"}) == "none free");
  CHECK(name({"put"}) == "no connection");
  CHECK(name({"await connect"}) == "no connection");
  CHECK(name({"conn.owed += 1"}) == "no connection");
  CHECK(name({"if conn.owed:", "    pass"}) == "no connection");
  CHECK(name({"take", "close", "await receive"}) == "no socket");
  CHECK(name({"take", "close", "await send request"}) == "no socket");
  CHECK(name({"await child"}) == "no child");
  CHECK(name({"take", "await send request", "await pause", "raise error \"late\""}, "alice*2") == "late");
  // Through handlers: the name goes with the exception, and another has its own.
  CHECK(name({"try:", "    raise error \"first\"", "finally:", "    await pause"}, "alice*2") == "first");
  CHECK(name({"try:", "    raise error \"first\"", "except error:", "    await pause", "    raise"}, "alice*2") ==
        "first");
  CHECK(name({"try:", "    raise error \"first\"", "finally:", "    raise error \"second\""}) == "second");
  // What the server said.
  CHECK(name(kExchange, "alice srv.1!slow net.1 alice") == "slow");
  CHECK(name({"take", "await send hello", "await discard", "raise error"}, "alice srv.1!slow net.1 alice") == "slow");
  CHECK(name({"take", "await send hello", "await discard", "raise error"}, "alice srv.1 net.1 alice") == "error");
  Toy child = toy({"spawn work", "await child"});
  child.procedures["work"] = {"raise error \"in a child\""};
  CHECK(failures(world_of(child), "alice alice' alice") == Lines{"alice: in a child"});
}

TEST_CASE("names that stand behind an await are those of what happened there") {
  Toy closes = toy({"share 1", "if not waiting pool.waiters:", "    join pool.waiters", "    await send request",
                    "    await receive", "else:", "    close"});
  const auto world = world_of(closes);
  CHECK(failures(world, "alice bob alice") == Lines{"alice: socket closed"});
  Toy readers = toy({"share 1", "await send request", "await receive"});
  CHECK(failures(world_of(readers), "alice bob") == Lines{"bob: two readers"});
  Toy late = toy({"take", "join pool.waiters", "await turn pool.waiters timeout"}, R"({"cancel": {"max": 0}})");
  late.fields = R"("physics": ["timeouts"], )";
  CHECK(failures(world_of(late), "alice tmo.alice") == Lines{"alice: timed out"});
}

TEST_CASE("who was hit, and who was at work beside them, is not clear") {
  // What is marked while somebody is at work is found marked without faults, too.
  const Lines marks = {"share 1",        "if conn.dirty:", "    raise error \"marked\"",
                       "conn.dirty = 1", "await pause",    "conn.dirty = 0"};
  CHECK(failure_facts(world_of(toy(marks, R"({"cancel": {"max": 1}})")), "alice !alice bob") == 0);
  const Lines exchange = {"take",
                          "if conn.owed:",
                          "    raise error \"owed\"",
                          "conn.owed = 1",
                          "try:",
                          "    await send request",
                          "    await receive",
                          "    conn.owed = 0",
                          "finally:",
                          "    put"};
  Toy it = toy(exchange, R"({"cancel": {"max": 1}})");
  const auto owes = world_of(it);
  CHECK(owes.excused()->whole);
  CHECK(failure_facts(owes, "alice !alice bob") == kBoth);
  CHECK(words::trace(owes, events_of(owes, "alice !alice bob")).steps[2].findings[0].told().text() ==
        "lasting-failure: bob fails (owed), and no fault has hit it, nor anybody while it ran");
}

TEST_CASE("who has begun before the fault is not clear, and fails of it all the same") {
  // bob waits for its turn beside alice; her cancel leaves the mark.
  const Lines execute = {"await pause",
                         "take",
                         "if conn.owed:",
                         "    raise error \"owed\"",
                         "conn.owed = 1",
                         "try:",
                         "    await send request",
                         "    await receive",
                         "    conn.owed = 0",
                         "finally:",
                         "    put"};
  const auto world = world_of(toy(execute, R"({"cancel": {"max": 1}})"));
  CHECK(failure_facts(world, "alice bob alice !alice bob") == fact::kCollateralFailure);
  CHECK(failure_facts(world, "alice alice !alice bob bob") == kBoth);
}

TEST_CASE("an orphan of who was hit keeps others from being clear as long as it lives") {
  Toy it = toy({"spawn work", "await child"}, R"({"cancel": {"max": 1}})");
  it.procedures["work"] = {"take", "if conn.owed:", "    raise error \"owed\"", "conn.owed = 1", "await pause", "put"};
  const auto world = world_of(it);
  const std::string begin = "alice alice' !alice";
  CHECK(failure_facts(world, begin + " bob bob' bob") == 0);   // it finds none free: so it does without faults
  Toy detached = it;
  detached.procedures["execute"] = {"spawn detached work", "await pause", "take"};
  CHECK(failures(world_of(detached), "alice alice' !alice bob bob") == Lines{"bob: none free"});
}

TEST_CASE("what the client asks for itself hits who has the connection, or who uses it next") {
  const Lines owner = {"take", "await send hello for client", "await discard", "raise error \"stop\""};
  const auto owned = world_of(toy(owner));
  world::State state = owned.initial();
  for (const Event event : events_of(owned, "alice srv.1!slow")) owned.apply(state, event);
  CHECK(state.frame(0).hit);
  const Lines free = {"share 1", "await send hello for client", "await pause", "await send request", "await pause"};
  const auto shared = world_of(toy(free));
  state = shared.initial();
  for (const Event event : events_of(shared, "alice srv.1!slow")) shared.apply(state, event);
  CHECK_FALSE(state.frame(0).hit);
  CHECK(state.socket(1).hit);
  for (const char* next : {"bob"}) {
    const Events events = events_of(shared, "alice srv.1!slow " + std::string(next));
    shared.apply(state, events.back());
  }
  CHECK(state.frame(world::frame_of(1)).hit);   // it has sent something
  CHECK_FALSE(state.socket(1).hit);
}

TEST_CASE("what also fails without faults is no matter of them") {
  const Lines lacks = {"take", "await pause", "put"};
  const auto world = world_of(toy(lacks, R"({"cancel": {"max": 1}})"));
  CHECK(failures(world, "alice !alice bob") == Lines{"bob: none free"});
  CHECK(failure_facts(world, "alice !alice bob") == 0);
  // Of another kind of operation nothing follows.
  Toy kinds = toy({"take", "await pause", "put"}, R"({"cancel": {"max": 1, "kind": "kill"}})");
  kinds.fields = "";
  kinds.tasks = R"([{"id": "alice", "do": [{"look": "plan"}]},
                    {"id": "bob", "do": [{"do": "other", "key": "news", "commands": ["get"]}]}])";
  CHECK(failure_facts(world_of(kinds), "alice !alice bob") == 0);
}

TEST_CASE("a world that does not track failures has none of it") {
  Toy it = toy(kExchange);
  it.tracks_failures = false;
  const auto plain = world_of(it);
  it.tracks_failures = true;
  const auto tracked = world_of(it);
  const auto bytes = [](const world::World& world) {
    std::vector<std::uint8_t> out;
    world.encode(world.initial(), out);
    return out.size();
  };
  CHECK(bytes(plain) < bytes(tracked));
  CHECK_FALSE(plain.tracks_failures());
}

TEST_CASE("a first search that runs into a bound knows nothing, and then nothing holds") {
  Toy it = toy({"spawn work", "spawn work", "spawn work", "spawn work"}, R"({"cancel": {"max": 1}})");
  it.procedures["work"] = {"await pause"};
  const auto world = world_of(it);
  CHECK_FALSE(world.excused()->whole);
}

}  // namespace interleak::test
