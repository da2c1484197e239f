// Errors with which a server answers in place of executing a request, and what follows any error: messages behind it,
// the session, what is skipped; replies that wait for one that does not.
#include "sim/words/findings.hpp"
#include "sim/world/findings.hpp"
#include "tests/unit/toy_protocols.hpp"
#include "tests/unit/toy_world.hpp"

namespace interleak::test {
namespace {

/// `get` may fail, `name` is held, fails the second time, and skips to `sync`.
std::string protocol(const std::string& name = "", const std::string& get = "") {
  return R"({"interleak": 1, "protocol": "toy",
    "session": {"named": {"shared": true, "words": "has a name"}, "failed": "has failed"},
    "kinds": {"done": {}, "ready": {}, "error": {"error": true}, "late": {"error": true, "of": "error"},
              "slow": {"error": true, "of": "error", "text": "too slow"}, "twice": {"error": true, "of": "error"}},
    "commands": {
      "get": {"may_fail": ["slow", "late"], "errors": {"then": ["ready"], "if": "not failed", "set": {"failed": 1}})" +
         get + R"(},
      "name": {"held": true, "may_fail": ["slow"], "errors": {"skips_to": "sync"},
               "cases": [{"if": "named", "reply": ["twice"]}, {"reply": ["done"], "set": {"named": 1}}])" +
         name + R"(},
      "ask": {"under": ["failed"], "reply": ["done"]},
      "sync": {"reply": ["ready"]}},
    "operations": {"look": {"steps": [[{"send": "get", "of": "the key"}]]}}})";
}

const std::string kTasks = R"([{"id": "alice", "do": [{"look": "plan"}]}, {"id": "bob", "do": [{"look": "news"}]}])";
const std::string kOne = R"({"server_error": {"max": 1}})";
const Lines kExchange = {"take", "await send request", "await receive until ready", "put"};

Toy toy(const Lines& execute, const std::string& faults = kOne) {
  Toy toy;
  toy.protocol = protocol();
  toy.tasks = kTasks;
  toy.procedures = {{"execute", execute}};
  toy.faults = faults;
  return toy;
}

world::State behind(const world::World& world, const std::string& schedule) {
  world::State state = world.initial();
  for (const Event event : events_of(world, schedule)) world.apply(state, event);
  return state;
}

/// Naming, synchronizing and an exchange.
const Lines kNames = {
    "take", "await send name", "await send sync", "await discard until ready", "await send request", "await receive",
    "put"};

/// The errors of a protocol file, where they stand left out: "ILK0021 message: what was expected".
Lines told(const std::string& text) {
  Diagnostics errors;
  scenario::read_protocol(text, "toy.json", errors);
  Lines out;
  for (const Diagnostic& each : errors) out.push_back(each.code + " " + each.message + ": " + each.expected);
  return out;
}

Lines told_of_scenario(const std::string& faults, const std::string& named = R"("protocol": "toy", )") {
  scenario::ProtocolLibrary protocols;
  Diagnostics errors;
  protocols.add(protocol(), "toy.json", errors);
  scenario::read_scenario(R"({"interleak": 1, "id": "s", )" + named + R"("faults": )" + faults + R"(, "tasks": )" +
                              (named.empty() ? R"([{"id": "alice", "do": [{"get": "plan"}]}])" : kTasks) + "}",
                          "s.json", errors, protocols);
  Lines out;
  for (const Diagnostic& each : errors) out.push_back(each.code + " " + each.message + ": " + each.expected);
  return out;
}

}  // namespace

TEST_CASE("a request may fail in each way that its command knows, as often as the scenario says") {
  const auto world = world_of(toy(kExchange));
  const auto asked = behind(world, "alice");
  CHECK(enabled_texts(world, asked) == Lines{"bob", "srv.1", "srv.1!late", "srv.1!slow"});
  const auto failed = behind(world, "alice srv.1!slow");
  CHECK(on_wire(world, failed, 1) == Lines{"too slow for alice's get plan", "ready for alice's get plan"});
  CHECK(failed.socket(1).requests.empty());
  CHECK(failed.errors == 0);
  CHECK(enabled_texts(world, failed) == Lines{"bob", "net.1"});
  CHECK(outcomes(world, "alice srv.1!slow net.1 alice") == Lines{"alice: error"});
  CHECK(enabled_texts(world, behind(world, "alice srv.1!slow net.1 alice bob")) == Lines{"srv.1"});
}

TEST_CASE("who says of whose requests some fail, and at of which commands") {
  const auto enabled = [](const std::string& more, const std::string& schedule) {
    const auto world = world_of(toy(kExchange, R"({"server_error": {"max": 1, )" + more + "}}"));
    return enabled_texts(world, behind(world, schedule));
  };
  CHECK(enabled(R"("who": ["bob"])", "alice") == Lines{"bob", "srv.1"});
  CHECK(enabled(R"("who": ["bob"])", "bob") == Lines{"alice", "srv.1", "srv.1!late", "srv.1!slow"});
  CHECK(enabled(R"("who": "any")", "bob").size() == 4);
  CHECK(enabled(R"("at": ["name"])", "alice") == Lines{"bob", "srv.1"});
  CHECK(enabled(R"("at": ["name", "get"])", "alice").size() == 4);
  CHECK(enabled(R"("at": "any-command")", "alice").size() == 4);
}

TEST_CASE("what the client asks for itself fails only where the scenario says nothing of who") {
  const auto enabled = [](const std::string& more) {
    const auto world = world_of(
        toy({"take", "await send name for client", "await discard"}, R"({"server_error": {"max": 1)" + more + "}}"));
    return enabled_texts(world, behind(world, "alice"));
  };
  CHECK(enabled("") == Lines{"bob", "srv.1", "srv.1!slow"});
  CHECK(enabled(R"(, "who": ["alice", "bob"])") == Lines{"bob", "srv.1"});
}

TEST_CASE("what is failed is not executed, and an error may change the session") {
  Toy it = toy({"take", "await send name", "await send sync", "await discard until ready", "put"});
  const auto world = world_of(it);
  CHECK(behind(world, "alice srv.1!slow").socket(1).variables[0] == 0);
  CHECK(behind(world, "alice srv.1").socket(1).variables[0] == 1);
  const auto exchange = world_of(
      toy({"take", "await send ask", "await discard", "await send request", "await receive until ready", "put"}));
  const std::string first = "alice srv.1 net.1 alice srv.1!slow net.1 alice";
  CHECK(behind(exchange, first).socket(1).variables[1] == 1);
  // alice has set it, by what has failed.
  CHECK((facts_behind(exchange, first + " bob srv.1") & world::fact::kForeignSession) != 0);
}

TEST_CASE("a held reply waits, and goes with the next one as one group") {
  const auto world = world_of(toy(kNames));
  const auto named = behind(world, "alice srv.1");
  CHECK(on_wire(world, named, 1).empty());
  CHECK(named.socket(1).held.size() == 1);
  CHECK(world.messages_on(named.socket(1)) == 2);
  CHECK(world::owes_replies(world, named.socket(1)));
  const auto synced = behind(world, "alice srv.1*2");
  CHECK(synced.socket(1).held.empty());
  CHECK(on_wire(world, synced, 1) == Lines{"done for alice's name", "ready for alice's sync"});
  CHECK(behind(world, "alice srv.1*2 net.1").socket(1).stream.size() == 2);
  CHECK(words::trace(world, events_of(world, "alice srv.1*2")).steps[1].summary.text() ==
        "executes name, whose answer waits on c1");
  CHECK(words::trace(world, events_of(world, "alice srv.1*2")).steps[2].summary.text() ==
        "answers sync, and sends what has waited on c1");
}

TEST_CASE("what waits goes with the socket, and is a debt of a connection that is free") {
  const auto closed = world_of(toy({"take", "await send name", "await pause", "close", "put"}));
  CHECK(behind(closed, "alice srv.1 alice").socket(1).held.empty());
  const auto left = world_of(toy({"take", "await send name", "await pause", "put"}));
  CHECK_FALSE((left.facts(behind(left, "alice srv.1")) & world::fact::kDirtyIdle) != 0);
  CHECK((left.facts(behind(left, "alice srv.1 alice")) & world::fact::kDirtyIdle) != 0);
}

TEST_CASE("an error is not held, and what stands behind it is skipped up to the command that is named") {
  const auto world = world_of(toy({"take", "await send name", "await send ask", "await send sync", "await send ask",
                                   "await discard until ready", "await discard", "put"}));
  const auto failed = behind(world, "alice srv.1!slow");
  CHECK(on_wire(world, failed, 1) == Lines{"too slow for alice's name"});
  CHECK(failed.socket(1).requests.size() == 2);
  CHECK_FALSE(failed.socket(1).skipping);
  CHECK(on_wire(world, behind(world, "alice srv.1!slow srv.1*2"), 1) ==
        Lines{"too slow for alice's name", "ready for alice's sync", "done for alice's ask"});
  CHECK(words::trace(world, events_of(world, "alice srv.1!slow")).steps[1].summary.text() ==
        "fails: answers name with too slow for alice's name, skips ask on c1");
  // The second naming is refused by its case: with what has waited.
  const auto twice = world_of(toy({"take", "await send name", "await send name", "await pause", "put"}));
  const auto refused = behind(twice, "alice srv.1*2");
  CHECK(on_wire(twice, refused, 1) == Lines{"done for alice's name", "twice for alice's name"});
  CHECK(behind(twice, "alice srv.1*2 net.1").socket(1).stream.size() == 2);
}

TEST_CASE("what comes later is skipped as well, on that socket, until the command that is named") {
  const auto world = world_of(toy({"take", "await send name", "await pause", "await send ask", "await pause",
                                   "await send sync", "await pause", "put"}));
  const auto failed = behind(world, "alice srv.1!slow");
  CHECK(failed.socket(1).skipping);
  const auto asked = behind(world, "alice srv.1!slow alice");
  CHECK(asked.socket(1).requests.empty());
  CHECK(asked.socket(1).skipping);
  const auto synced = behind(world, "alice srv.1!slow alice*2");
  CHECK(synced.socket(1).requests.size() == 1);
  CHECK_FALSE(synced.socket(1).skipping);
  // Whoever is given a connection on which the server skips finds it dirty.
  const auto left = world_of(toy({"take", "await send name", "await discard", "put"}));
  const auto free = behind(left, "alice srv.1!slow net.1 alice");
  CHECK((left.facts(free) & world::fact::kDirtyIdle) != 0);
  CHECK_FALSE(world::owes_replies(left, free.socket(1)));
}

TEST_CASE("a large request is skipped when it has reached the server") {
  Toy it = toy({"take", "await send name", "await pause", "await send request", "put"});
  it.fields = R"("physics": ["flush"], )";
  it.tasks = R"([{"id": "alice", "do": [{"look": "plan", "large": true}]}])";
  const auto world = world_of(it);
  CHECK(behind(world, "alice flu.1 alice srv.1!slow alice").socket(1).requests.size() == 1);
  CHECK(behind(world, "alice flu.1 alice srv.1!slow alice flu.1").socket(1).requests.empty());
}

TEST_CASE("a warm connection has what the errors of the handshake made of it") {
  Toy it = toy({"take", "await pause", "put"});
  it.protocol = protocol(R"(, "source": "s")", R"(, "reply": ["twice"])");
  it.handshake = {"get"};
  const auto world = world_of(it);
  CHECK(world.initial().socket(1).variables[1] == 1);
}

TEST_CASE("what is wrong with errors of a protocol is told") {
  const auto with = [](const std::string& command) {
    return told(R"({"interleak": 1, "protocol": "toy", "session": {"named": "has a name"},
      "kinds": {"done": {}, "rows": {"data": true}, "error": {"error": true}},
      "commands": {"ask": )" +
                command + R"(, "sync": {"reply": ["done"]}, "stop": {"reply": ["done"]}},
      "operations": {"look": {"steps": [[{"send": "ask"}]]}}})");
  };
  CHECK(with(R"({"reply": ["done"], "may_fail": ["error"]})").empty());
  CHECK(with(R"({"reply": ["done"], "may_fail": ["done"]})") ==
        Lines{"ILK0021 \"done\" is no error: a kind with \"error\""});
  CHECK(with(R"({"reply": ["done"], "may_fail": ["error", "error"]})") ==
        Lines{"ILK0017 \"error\" stands here twice: "});
  CHECK(with(R"({"reply": ["done"], "errors": {"then": ["done"]}})") ==
        Lines{"ILK0021 no error answers this command: \"may_fail\", or a case whose reply has an error"});
  CHECK(with(R"({"reply": ["error"], "errors": {"then": ["done"]}})").empty());
  CHECK(with(R"({"reply": ["done"], "may_fail": ["error"], "errors": {"then": ["rows"]}})") ==
        Lines{"ILK0021 a message of data behind an error (rows): kinds that are no data"});
  CHECK(with(R"({"reply": ["done"], "may_fail": ["error"], "errors": {"if": "named"}})") ==
        Lines{"ILK0021 a condition of an error, and nothing that it is for: \"set\" beside it, or none of it"});
  CHECK(with(R"({"reply": ["done"], "may_fail": ["error"], "errors": {"skips_to": "snyc"}})").at(0).substr(0, 7) ==
        "ILK0016");
  CHECK(with(R"({"reply": [["done"], ["done"]], "held": true})") ==
        Lines{"ILK0021 a reply that is held is one group: a list of kinds, or none of \"held\""});
  CHECK(
      with(
          R"({"reply": ["error", "done", "done", "done", "done", "done", "done", "done"], "errors": {"then": ["done"]}})") ==
      Lines{"ILK0015 with this a reply has too many messages: at most 8"});
  CHECK(with(R"({"reply": ["error"], "errors": {"skips_to": "sync"}},
                 "other": {"reply": ["error"], "errors": {"skips_to": "stop"}})") ==
        Lines{"ILK0021 two commands are skipped to, this one and \"sync\": one of a protocol at most"});
}

TEST_CASE("what is wrong with server errors of a scenario is told") {
  CHECK(told_of_scenario(R"({"server_error": {"max": 1, "at": ["get", "name"]}})").empty());
  CHECK(told_of_scenario(R"({"server_error": {}})").at(0).substr(0, 7) == "ILK0013");
  CHECK(told_of_scenario(R"({"server_error": {"max": 17}})").at(0).substr(0, 7) == "ILK0015");
  CHECK(told_of_scenario(R"({"server_error": {"max": 1, "who": ["carol"]}})").at(0).substr(0, 7) == "ILK0016");
  CHECK(told_of_scenario(R"({"server_error": {"max": 1, "at": ["gte"]}})") ==
        Lines{"ILK0016 unknown command of the protocol toy \"gte\": one of: get, name, ask, sync"});
  CHECK(told_of_scenario(R"({"server_error": {"max": 1, "at": ["ask"]}})") ==
        Lines{"ILK0016 \"ask\" of the protocol toy has no \"may_fail\": commands out of: get, name"});
  CHECK(told_of_scenario(R"({"server_error": {"max": 1}})", R"("protocol": "redis", )").size() >= 1);
  // Where a design decides what is spoken, it is told when there is one.
  CHECK(told_of_scenario(R"({"server_error": {"max": 1}})", "").empty());
}

}  // namespace interleak::test
