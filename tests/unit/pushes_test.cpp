// What a server sends because it has executed a command: to whom, where on the wire, what the session must be.
#include "sim/certify/subject.hpp"
#include "tests/unit/toy_world.hpp"

namespace interleak::test {
namespace {

/// Two connections; `write` causes what a test says, if that is anything.
std::string gazette(const std::string& causes, const std::string& push = R"("if": "subscribed")") {
  return R"({"interleak": 1, "protocol": "toy",
    "session": {"subscribed": {"shared": true, "words": "is subscribed"}},
    "kinds": {"news": {}},
    "commands": {
      "read":  {},
      "write": {"reply": "done", "type": "ok", "writes": true, "repeatable": true)" +
         (causes.empty() ? "" : R"(, "causes": )" + causes) + R"(},
      "all":   {},
      "subscribe": {"reply": "done", "type": "ok", "set": {"subscribed": 1}}},
    "pushes": {"changed": {"kind": "news", )" +
         push + R"(}},
    "operations": {
      "read":  {"steps": [[{"send": "read", "of": "the key"}]]},
      "write": {"steps": [[{"send": "write", "of": "the key"}]]},
      "everything": {"keys": "many", "steps": [[{"send": "all"}]]}}})";
}

const std::map<std::string, Lines> kOneEach = {
    {"execute", {"take", "try:", "    await send request", "    await receive", "finally:", "    put"}}};

/// alice reads a key twice, bob writes it; each takes a connection, alice the first.
world::World readers(const std::string& causes, const Lines& handshake = {"subscribe"},
                     const std::string& push = R"("if": "subscribed")", const std::string& key = "x") {
  return world_of({gazette(causes, push),
                   R"([{"id": "alice", "owner": "us", "do": [{"read": "x"}, {"everything": ["x", "y"]}]},
                       {"id": "bob", "owner": "us", "do": [{"write": ")" +
                       key + R"("}]}])",
                   kOneEach,
                   {},
                   handshake,
                   R"("pool": {"max": 2}, )"});
}

}  // namespace

TEST_CASE("a caused push goes to whom it says") {
  const auto wires = [](const std::string& to, const std::string& schedule) {
    const auto world = readers(R"([{"push": "changed", "to": ")" + to + R"("}])");
    const auto state = after(world, schedule);
    return std::pair(on_wire(world, state, 1), on_wire(world, state, 2));
  };
  const Lines none, news = {"news"}, reply = {"done for us's write x"}, both = {"done for us's write x", "news"};
  CHECK(wires("asker", "alice bob srv.2") == std::pair(none, both));
  CHECK(wires("all", "alice bob srv.2") == std::pair(news, both));
  CHECK(wires("others", "alice bob srv.2") == std::pair(news, reply));
  CHECK(wires("readers", "alice bob srv.2") == std::pair(none, reply));
  CHECK(wires("readers", "alice srv.1 net.1 bob srv.2") == std::pair(news, reply));
}

TEST_CASE("nothing is pushed while its tests are not true, and a warm connection has executed the handshake") {
  const auto world = readers(R"([{"push": "changed", "to": "all"}])", {});
  CHECK(on_wire(world, after(world, "alice bob srv.2"), 1).empty());
  const auto set = readers(R"([{"push": "changed", "to": "all"}])", {"subscribe"},
                           R"("if": "subscribed", "set": {"subscribed": 0})");
  CHECK(set.initial().socket(1).variables[0] == 1);
  const auto state = after(set, "alice bob srv.2");
  CHECK(on_wire(set, state, 1) == Lines{"news"});
  CHECK(state.socket(1).variables[0] == 0);
}

TEST_CASE("ahead of the reply, or behind it; several in the order of the list") {
  const auto world =
      readers(R"([{"push": "changed", "to": "asker", "when": "ahead"}, {"push": "changed", "to": "all"}])");
  const auto state = after(world, "alice bob srv.2");
  CHECK(on_wire(world, state, 2) == Lines{"news", "done for us's write x", "news"});
  CHECK(on_wire(world, state, 1) == Lines{"news"});
}

TEST_CASE("who has read a key hears of one change, and then of none until it is read again") {
  const auto world = readers(R"([{"push": "changed", "to": "readers"}])");
  auto state = after(world, "alice srv.1");
  CHECK(state.socket(1).read == 1);
  state = after(world, "alice srv.1 bob srv.2");
  CHECK(state.socket(1).read == 0);
  CHECK(on_wire(world, state, 1).size() == 2);
  // What is answered with the data of all keys has read each of them.
  state = after(world, "alice srv.1 net.1 alice srv.1");
  CHECK(state.socket(1).read == 3);
  // Of another key nothing was read.
  const auto other = readers(R"([{"push": "changed", "to": "readers"}])", {"subscribe"}, R"("if": "subscribed")", "z");
  CHECK(on_wire(other, after(other, "alice srv.1 bob srv.2"), 1).size() == 1);
  // Whoever had not subscribed is not remembered.
  const auto none = readers(R"([{"push": "changed", "to": "readers"}])", {});
  CHECK(after(none, "alice srv.1").socket(1).read == 0);
}

TEST_CASE("what is caused has no event of its own, and costs nothing") {
  const auto world = readers(R"([{"push": "changed", "to": "all"}])");
  for (const std::string& text : enabled_texts(world, after(world, "alice bob"))) CHECK(text.substr(0, 3) != "psh");
  CHECK_FALSE(world.shape().pushes);
  CHECK(readers("").shape().pushes);
}

TEST_CASE("what a closed socket has left causes pushes, too, to those that are there") {
  const auto world = world_of({gazette(R"([{"push": "changed", "to": "others"}])"),
                               R"([{"id": "alice", "owner": "us", "do": [{"write": "x"}]}])",
                               {{"execute", {"take", "await send request", "close", "put"}}},
                               {},
                               {"subscribe"},
                               R"("pool": {"max": 2}, "physics": ["linger"], )"});
  const auto state = after(world, "alice srv.1@old");
  CHECK(on_wire(world, state, 1).empty());
  CHECK(on_wire(world, state, 2) == Lines{"news"});
}

TEST_CASE("a push for which there is no room is a bound, caused or not") {
  const std::string bells = R"([{"push": "changed", "to": "asker"}, {"push": "changed", "to": "asker"},
                                {"push": "changed", "to": "asker"}, {"push": "changed", "to": "asker"}])";
  const auto world =
      world_of({gazette(bells),
                R"([{"id": "alice", "do": [{"write": "x"}]}])",
                {{"execute", {"take", "loop 8 times:", "    await send request", "await receive", "put"}}},
                {},
                {"subscribe"},
                ""});
  std::string schedule = "alice";
  for (int i = 0; i < 6; ++i) schedule += " srv.1";
  CHECK(world.messages_on(after(world, schedule).socket(1)) == 32);
  CHECK(after(world, schedule + " srv.1").stuck == world::Bound::requests);
  CHECK((last_facts(world, schedule + " srv.1") & world::fact::kDiverges) != 0);
  CHECK(words::trace(world, events_of(world, schedule + " srv.1")).bound == world::Bound::requests);

  // The same without a cause: 32 messages are there before the push.
  const auto pushed =
      world_of({gazette(""),
                R"([{"id": "alice", "do": [{"write": "x"}]}])",
                {{"execute", {"take", "loop 32 times:", "    await send request", "await receive", "put"}}},
                {},
                {"subscribe"},
                R"("server": {"pushes": 1}, )"});
  CHECK(after(pushed, "alice psh.1:changed").stuck == world::Bound::requests);
  CHECK((last_facts(pushed, "alice psh.1:changed") & world::fact::kDiverges) != 0);
  CHECK(words::trace(pushed, events_of(pushed, "alice psh.1:changed")).bound == world::Bound::requests);
  CHECK(judgement(analysis_of(pushed), "no-leak").verdict == check::Verdict::unknown);
}

TEST_CASE("the words of a step say what was pushed where") {
  const auto world = readers(R"([{"push": "changed", "to": "all"}])");
  const auto trace = words::trace(world, events_of(world, "alice bob srv.2"));
  CHECK(trace.steps.back().summary.text() == "answers write x on c2, pushes news on c1, pushes news on c2");
}

TEST_CASE("a subject has what a command causes, and what a push says of a key") {
  const auto digest = [](const std::string& causes, const std::string& push = R"("if": "subscribed")") {
    return certify::hex(certify::subject_digest(readers(causes, {}, push)));
  };
  const std::string all = digest(R"([{"push": "changed", "to": "all"}])");
  CHECK(all != digest(R"([{"push": "changed", "to": "others"}])"));
  CHECK(all != digest(R"([{"push": "changed", "to": "all", "when": "ahead"}])"));
  CHECK(all != digest(""));
  CHECK(all != digest(R"([{"push": "changed", "to": "all"}])", R"("if": "subscribed", "invalidates": true)"));
}

}  // namespace interleak::test
