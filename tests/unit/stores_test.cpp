// What a pool keeps of values, and whom that may be served to: stores, shared operations, ages.
#include "sim/world/ages.hpp"
#include "tests/unit/toy_world.hpp"

namespace interleak::test {
namespace {

using design::Places;

/// `write` says to all that a key has changed.
const std::string kCatalog = R"({"interleak": 1, "protocol": "toy",
    "kinds": {"changed": {}, "chunk": {"data": true}, "end": {}},
    "commands": {
      "read":  {},
      "stream": {"reply": ["chunk", "end"]},
      "write": {"reply": "done", "type": "ok", "writes": true, "repeatable": true,
                "causes": [{"push": "changed", "to": "all"}]}},
    "pushes": {"changed": {"kind": "changed", "invalidates": true}},
    "operations": {
      "read":  {"steps": [[{"send": "read", "of": "the key"}]]},
      "again": {"steps": [[{"send": "read", "of": "the key"}]]},
      "stream": {"steps": [[{"send": "stream", "of": "the key"}]]},
      "write": {"steps": [[{"send": "write", "of": "the key"}]]}}})";

const Lines kServed = {"share 1", "if has pool.cache:", "    serve pool.cache", "    return"};

Lines served_or(const Lines& lines) {
  Lines out = kServed;
  out.insert(out.end(), lines.begin(), lines.end());
  return out;
}

const Lines kExchange = {"await send request", "await receive", "loop while got changed:", "    forget",
                         "    await receive"};

/// Reads go through a cache, writes do not.
std::map<std::string, Lines> cached() {
  Lines read = served_or(kExchange);
  read.emplace_back("keep in pool.cache");
  Lines write = {"share 1"};
  write.insert(write.end(), kExchange.begin(), kExchange.end());
  return {{"execute", read}, {"write", write}};
}

std::string task(const std::string& id, const std::string& owner, const std::string& operations) {
  return R"({"id": ")" + id + R"(", "owner": ")" + owner + R"(", "do": [)" + operations + "]}";
}

std::string reads(const std::string& id, const std::string& owner, const std::string& key, bool shared) {
  return task(id, owner, R"({"read": ")" + key + R"(", "shared": )" + (shared ? "true" : "false") + "}");
}

world::World shop(const std::string& tasks, const std::map<std::string, Lines>& procedures,
                  Places places = Places::by_key) {
  return world_of({kCatalog, "[" + tasks + "]", procedures, {{"cache", places}}, {}, R"("pool": {"max": 1}, )"});
}

const std::string kFetched = "alice srv.1 net.1 alice";

}  // namespace

TEST_CASE("a store by key, by name, and of one place") {
  const auto second = [](const std::string& owner, const std::string& key, Places places) {
    const auto world = shop(reads("alice", "us", "x", true) + ", " + reads("bob", owner, key, true), cached(), places);
    const auto state = after(world, kFetched + " bob");
    return state.frame(world::frame_of(1)).status == world::Status::absent;   // it was served
  };
  CHECK(second("us", "x", Places::by_key));
  CHECK_FALSE(second("us", "y", Places::by_key));
  CHECK_FALSE(second("them", "x", Places::by_key));
  CHECK(second("them", "x", Places::by_name));
  CHECK_FALSE(second("them", "y", Places::by_name));
  CHECK(second("them", "y", Places::one));
}

TEST_CASE("what comes out of a store is judged as if it were the operation's own, where that is shared") {
  const auto end = [](const std::string& bob, Places places = Places::one) {
    const auto world = shop(reads("alice", "us", "x", false) + ", " + bob, cached(), places);
    return outcomes(world, kFetched + " bob").back();
  };
  CHECK(end(reads("bob", "us", "x", true)) == "bob: ok");
  CHECK(end(reads("bob", "us", "x", false)) == "bob: wrong-value");
  CHECK(end(reads("bob", "us", "y", true)) == "bob: wrong-value");
  CHECK(end(reads("bob", "them", "x", true)) == "bob: leak");
  CHECK(end(task("bob", "us", R"({"again": "x", "shared": true})")) == "bob: ok");   // of the same command
  CHECK(end(task("bob", "us", R"({"read": "x", "shared": true, "accepts": ["list"]})")) == "bob: wrong-value");
  CHECK(end(task("bob", "us", R"({"do": "two", "keys": ["y", "x"], "shared": true,
                                  "commands": [{"send": "read", "of": "each key"}]})")) == "bob: wrong-value");
}

TEST_CASE("of a reply of several messages those that are no data are shared, too") {
  auto procedures = cached();
  procedures["stream"] = served_or({"await send request", "await receive until end", "keep in pool.cache"});
  const auto world =
      shop(task("alice", "us", R"({"stream": "x"})") + ", " + task("bob", "us", R"({"stream": "x", "shared": true})"),
           procedures);
  CHECK(outcomes(world, kFetched + " bob") == Lines{"alice: ok", "bob: ok"});
}

TEST_CASE("keeping, serving and dropping: nothing from nothing, and at most eight") {
  const auto value = [](const Lines& lines) {
    Lines all = {"share 1", "await send request", "await receive"};
    all.insert(all.end(), lines.begin(), lines.end());
    all.insert(all.end(), {"await pause"});
    const auto world = shop(reads("alice", "us", "x", true), {{"execute", all}});
    const auto state = after(world, kFetched);
    return std::pair(state.frame(0).value.size(), state.stores[0].size());
  };
  CHECK(value({"keep in pool.cache"}) == std::pair<std::size_t, std::size_t>(1, 1));
  CHECK(value({"keep in pool.cache", "drop pool.cache"}) == std::pair<std::size_t, std::size_t>(1, 0));
  CHECK(value({"keep in pool.cache", "forget", "keep in pool.cache"}) == std::pair<std::size_t, std::size_t>(0, 0));
  CHECK(value({"serve pool.cache"}) == std::pair<std::size_t, std::size_t>(1, 0));
  CHECK(value({"keep in pool.cache", "serve pool.cache", "keep in pool.cache", "serve pool.cache", "keep in pool.cache",
               "serve pool.cache", "serve pool.cache"}) == std::pair<std::size_t, std::size_t>(8, 4));
}

TEST_CASE("the push that a frame took last says which place is meant") {
  // bob's reader is told that x has changed, which is alice's key, and drops what is kept of that.
  const Lines told = {"share 1", "await receive", "drop pool.cache", "await pause"};
  const auto world = shop(reads("alice", "us", "x", true) + ", " + task("writer", "us", R"({"write": "x"})") + ", " +
                              task("bob", "us", R"({"again": "y"})"),
                          [&] {
                            auto all = cached();
                            all["again"] = told;
                            all["write"] = {"share 1", "await send request", "await discard"};
                            return all;
                          }());
  auto state = after(world, kFetched + " writer srv.1 net.1*2 writer");
  CHECK(state.stores[0].size() == 1);
  state = after(world, kFetched + " writer srv.1 net.1*2 writer bob");
  CHECK(state.frame(world::frame_of(2)).about == 1);
  CHECK(state.stores[0].empty());
}

TEST_CASE("stale: the client had taken the word of a change before the operation began") {
  const std::string tasks = reads("alice", "us", "x", true) + ", " + task("writer", "us", R"({"write": "x"})") + ", " +
                            reads("bob", "us", "x", true);
  auto procedures = cached();
  procedures["write"] = {"share 1", "await send request", "await receive", "await discard"};
  const auto world = shop(tasks, procedures);
  // Kept before the change, and served behind the word of it.
  CHECK(outcomes(world, kFetched + " writer srv.1 net.1*2 writer bob").back() == "bob: wrong-value");
  // Nobody has read that word yet.
  CHECK(outcomes(world, kFetched + " writer srv.1 net.1 writer net.1 bob").back() == "bob: ok");
  // Read behind the change: it is what is there now.
  CHECK(outcomes(world, "writer srv.1 net.1*2 writer alice srv.1 net.1 alice bob") ==
        Lines{"writer: ok", "alice: ok", "bob: ok"});
  const auto trace = words::trace(world, events_of(world, kFetched + " writer srv.1 net.1*2 writer bob"));
  CHECK(trace.steps.back().outcomes.at(0).text.text() ==
        "us received us's x, although the client knew that it had changed");
}

TEST_CASE("an operation that had begun before the word came may be served what is old") {
  auto procedures = cached();
  procedures["write"] = {"share 1", "await send request", "await receive", "await discard"};
  procedures["again"] = {"share 1", "await pause", "serve pool.cache"};
  const auto world = shop(reads("alice", "us", "x", true) + ", " + task("writer", "us", R"({"write": "x"})") + ", " +
                              task("bob", "us", R"({"again": "x", "shared": true})"),
                          procedures);
  CHECK(outcomes(world, kFetched + " bob writer srv.1 net.1*2 writer bob").back() == "bob: ok");
  CHECK(outcomes(world, kFetched + " writer srv.1 net.1*2 writer bob bob").back() == "bob: wrong-value");
}

TEST_CASE("ages are the least that say what is older than what") {
  const std::string tasks = reads("alice", "us", "x", true) + ", " +
                            task("writer", "us", R"({"write": "x"}, {"write": "x"})") + ", " +
                            reads("bob", "us", "x", true);
  auto procedures = cached();
  procedures["write"] = {"share 1", "await send request", "await receive", "await discard"};
  const auto world = shop(tasks, procedures);
  auto state = after(world, kFetched);
  CHECK(state.stores[0][0].age == 1);
  CHECK(state.known[0] == 0);
  state = after(world, kFetched + " writer srv.1");
  CHECK(state.socket(1).wire[1].age == 1);    // the store is older than that
  state = after(world, kFetched + " writer srv.1 net.1*2 writer");
  CHECK(state.known[0] == 1);
  // A second change, between which and the first nothing was read, says no more than that.
  const auto twice = after(world, kFetched + " writer srv.1 net.1*2 writer srv.1 net.1*2 writer");
  CHECK(twice.known[0] == 1);
  CHECK(twice.stores[0][0].age == 1);
  // With nothing kept there is nothing to tell apart.
  CHECK(after(world, "writer srv.1 net.1*2 writer").known[0] == 0);
  // And bytes are the state.
  const auto bytes = bytes_of(world, state);
  CHECK(world.decode(bytes.data(), bytes.size()) == state);
}

TEST_CASE("where nothing is shared nothing is kept of ages, and tasks may be alike") {
  const auto plain =
      shop(reads("alice", "a", "x", false) + ", " + reads("bob", "b", "x", false), cached(), Places::one);
  CHECK_FALSE(plain.keys().any_aged);
  CHECK_FALSE(plain.shape().dated);
  CHECK(plain.shape().places == 1);
  const auto keyed = shop(reads("alice", "a", "x", false) + ", " + reads("bob", "b", "x", false), cached());
  CHECK(keyed.shape().places == 2);
  CHECK(keyed.shape().dated);   // the word of a change says for which place it is
}

}  // namespace interleak::test
