// Replies of several messages, as tests/protocols/feed.json has them: groups, kinds, results, what a listing can ask,
// and tasks that go on behind an error.
#include "sim/scenario/reader.hpp"
#include "sim/words/trace.hpp"
#include "tests/unit/toy_protocols.hpp"

namespace interleak::test {
namespace {

using world::Outcome;

scenario::ProtocolLibrary feed() { return with_protocol("tests/protocols/feed.json"); }

/// `alice`, and bob who reads everything: each runs `execute`. `fields`: further ones of the scenario.
world::World world_in(const std::string& operations, const Lines& execute, const std::string& fields = "",
                      const std::string& on_error = "end") {
  Diagnostics errors;
  const auto all = scenario::read_scenario(
      R"({"interleak": 1, "id": "s", "protocol": "feed", )" + fields + R"( "faults": {"cancel": {"max": 2}},
 "tasks": [{"id": "alice", "on_error": ")" +
          on_error + R"(", "do": [)" + operations + R"(]}, {"id": "bob", "do": [{"all": "news"}]}]})",
      "s.json", errors, feed());
  for (const Diagnostic& error : errors) UNSCOPED_INFO(error.at.line << ":" << error.at.column << " " << error.message);
  REQUIRE(all.size() == 1);
  const design::Design design = design_of({{"execute", execute}});
  const auto program = scenario::compile(design, errors, all[0]);
  for (const Diagnostic& error : errors) UNSCOPED_INFO(error.message);
  REQUIRE(program.has_value());
  return {all[0], design, *program, false};
}

Lines with_conn(Lines lines) {
  for (std::string& line : lines) line = "    " + line;
  lines.insert(lines.begin(), {"take", "try:"});
  lines.insert(lines.end(), {"finally:", "    put"});
  return lines;
}

const std::string kAll = R"({"all": "news"})";

}  // namespace

TEST_CASE("a group is made and delivered at once, and a reader takes one message of it") {
  const auto world = world_in(
      kAll, with_conn({"await send request", "await receive", "await receive", "await receive", "await receive"}));
  const auto one = after(world, "alice srv.1");
  CHECK(one.socket(1).requests.size() == 1);   // three groups: it is not answered yet
  CHECK(one.socket(1).wire.size() == 2);
  CHECK(one.socket(1).made == 2);
  CHECK(after(world, "alice srv.1 net.1").socket(1).stream.size() == 2);
  const auto read = after(world, "alice srv.1 net.1 alice");
  CHECK(read.frame(0).value.size() == 2);
  CHECK(read.socket(1).stream.empty());
  const auto all = after(world, "alice srv.1 srv.1 srv.1");
  CHECK(all.socket(1).requests.empty());
  CHECK(all.socket(1).made == 0);
  CHECK(all.socket(1).wire.size() == 4);
  // head and done have no place in the value, the two items are it.
  CHECK(ends(world, "alice srv.1 net.1 alice srv.1 net.1 alice srv.1 net.1 alice", Outcome::ok));
  CHECK(world.shape().grouped);
  CHECK_FALSE(world_of(users(2, 1, 1), shipped("redis-py-4.5.5/pool")).shape().grouped);
  CHECK(words::taken(world, 0, {}) == "no reply");
  CHECK(words::taken(world, 0, {read.frame(0).value.begin(), 2}) == "1 of 2 replies");
}

TEST_CASE("what is cancelled between two groups leaves the rest to whoever comes next") {
  const auto world = world_in(kAll, with_conn({"await send request", "await receive until done"}));
  CHECK(ends(world, "alice srv.1 net.1 alice srv.1 net.1 alice srv.1 net.1 alice", Outcome::ok));
  // Bob reads the other item and the end of Alice's, which ends his loop; his own come too late.
  const auto facts = facts_behind(world, "alice srv.1 net.1 alice !alice bob srv.1 net.1 bob srv.1 net.1 bob");
  CHECK((facts & world::fact::outcome(Outcome::leak)) != 0);
}

TEST_CASE("a result in the wrong place is a wrong value, and one too few") {
  const auto few = world_in(kAll, with_conn({"await send request", "await receive", "await receive"}));
  CHECK(ends(few, "alice srv.1 net.1 alice", Outcome::wrong_value));
  // Of `titles` the head and the link of `peek` are results, and the head of `clear`, which is ignored: another message
  // may stand there, but none is one too few.
  const Lines both = {"await send request", "await receive until more", "await send \"clear\"", "await receive",
                      "await discard"};
  const std::string answered = "alice srv.1*2 net.1*2 alice srv.1 net.1 alice";
  const auto ignored = world_in(R"({"titles": "news"})", with_conn(both));
  const auto& info = ignored.operations()[0];
  CHECK(info.places == std::vector<std::uint8_t>{1, 1, 2});
  CHECK(info.messages[1].place == 0);
  CHECK(info.messages[2].place == world::kNoPlace);
  CHECK(info.messages[3].place == 1);
  CHECK(info.messages[4].place == 2);
  CHECK(ends(ignored, answered, Outcome::ok));
  const auto missing = world_in(R"({"titles": "news"})", with_conn({both[0], both[1]}));
  CHECK(ends(missing, "alice srv.1*2 net.1*2 alice", Outcome::wrong_value));
}

TEST_CASE("got is about the last message that was taken, saw about all since the last send") {
  const auto world = world_in(
      kAll, with_conn({"if got head or saw head:", "    close", "await send request", "await discard",
                       "if got head and saw head:", "    op.tries += 1", "await discard",
                       "if saw head and got item and not got head:", "    op.tries += 1", "await pause",
                       "await send \"clear\"", "if got item and not saw item:", "    op.tries += 1", "await pause"}));
  const auto tries = [&](const std::string& schedule) { return after(world, schedule).frame(0).vars[0]; };
  CHECK(after(world, "alice").socket(1).connected);
  CHECK(tries("alice srv.1 net.1 alice") == 2);
  CHECK(tries("alice srv.1 net.1 alice*2") == 3);
}

TEST_CASE("forget takes the last message out of the value") {
  const auto world = world_in(kAll, with_conn({"forget", "await send request", "await receive", "await receive",
                                               "forget", "await receive", "await receive"}));
  const auto state = after(world, "alice srv.1 net.1 alice");
  CHECK(state.frame(0).value.size() == 1);
  CHECK(ends(world, "alice srv.1 net.1 alice srv.1 net.1 alice srv.1 net.1 alice", Outcome::wrong_value));
}

TEST_CASE("a value that is full raises before until takes one more") {
  const auto world = world_in(R"({"any": ["a", "b", "c", "d"]})",
                              with_conn({"await send request", "loop 9 times:", "    await receive until done"}));
  const std::string four = "alice srv.1*8 net.1*8";
  const auto state = after(world, four);
  CHECK(state.socket(1).stream.size() == 8);
  CHECK(ends(world, four + " alice", Outcome::error));
  CHECK(after(world, four + " alice").socket(1).stream.empty());
}

TEST_CASE("the bound of messages counts those that are still to be made") {
  const auto world = world_in(R"({"any": ["a", "b", "c", "d", "e", "f", "g", "h"]})",
                              with_conn({"loop 3 times:", "    await send request", "await pause"}));
  CHECK(world.messages_on(after(world, "bob").socket(1)) == 12);
  const auto state = after(world, "alice");
  CHECK(state.stuck == world::Bound::requests);  // 16 and 16 fit, 48 do not
}

TEST_CASE("wherever a message is, it counts once until it is taken") {
  const auto world = world_in(kAll, with_conn({"await send request", "await receive"}), R"("physics": ["kernel"],)");
  for (const char* schedule : {"bob", "bob srv.1", "bob srv.1 net.1", "bob srv.1 net.1 krn.1", "bob srv.1*2",
                               "bob srv.1*2 net.1", "bob srv.1*2 net.1 krn.1", "bob srv.1*3 net.1*3"}) {
    CAPTURE(schedule);
    CHECK(world.messages_on(after(world, schedule).socket(1)) == 4);
  }
  CHECK(world.messages_on(after(world, "bob srv.1*2 net.1 krn.1 bob").socket(1)) == 3);
}

TEST_CASE("messages that answer what is sent by name are numbered in words") {
  const auto world = world_in(kAll, with_conn({"await send \"clear\"", "await send \"filter\""}));
  const auto text = [&](std::size_t command, int message) {
    const int first = world.named_command(command).first;
    return world.message({world::kHandshakeOp, static_cast<std::uint8_t>(first + message)}).text;
  };
  CHECK(text(0, 0) == "head 1 of the reply to clear");
  CHECK(text(0, 1) == "done 2 of the reply to clear");
  CHECK(text(1, 0) == "the reply to filter");
}

TEST_CASE("data that answers a request of no key is told by all keys of the operation") {
  Diagnostics errors;
  const auto all = scenario::read_scenario(
      R"({"interleak": 1, "id": "s", "tasks": [{"id": "a", "do": [{"transaction": ["x", "y"]}]}]})", "s.json", errors);
  REQUIRE(all.size() == 1);
  const Lines listing = {"take", "await send request", "put"};
  const auto world = world_of(all[0], design_of({{"execute", listing}, {"execute_transaction", listing}}));
  CHECK(world.operations()[0].messages.back().text == "x and y (EXEC)");
}

TEST_CASE("a task with on_error next begins its next operation in an event of its own") {
  const std::string two = kAll + ", " + kAll;
  const Lines listing = with_conn({"await send request", "await receive until done", "close"});
  const auto dies = world_in(two, listing);
  CHECK(after(dies, "alice !alice").frame(0).status == world::Status::absent);
  const auto goes_on = world_in(two, listing, "", "next");
  const auto state = after(goes_on, "alice !alice");
  CHECK(state.frame(0).status == world::Status::unstarted);
  CHECK(state.frame(0).script == 1);
  CHECK(enabled_texts(goes_on, state) == Lines{"alice", "bob", "srv.1"});  // it has not started: no cancel
  CHECK(
      ends(goes_on, "alice !alice alice srv.1 net.1 alice srv.1 net.1 alice srv.1 net.1 alice", Outcome::wrong_value));
  CHECK(after(goes_on, "alice !alice alice !alice").frame(0).status == world::Status::absent);
}

TEST_CASE("who is killed does not go on") {
  Diagnostics errors;
  for (const auto& [kind, goes_on] : std::map<std::string, bool>{
           {"raise", true}, {"return", true}, {"vanish", true}, {"kill", false}, {"raise-at-every-await", true}}) {
    const auto all = scenario::read_scenario(
        R"({"interleak": 1, "id": "s", "faults": {"cancel": {"max": 1, "kind": ")" + kind +
            R"("}}, "tasks": [{"id": "a", "on_error": "next", "do": [{"get": "x"}, {"get": "x"}]}]})",
        "s.json", errors);
    REQUIRE(all.size() == 1);
    const auto world =
        world_of(all[0], design_of({{"execute", {"take", "await send request", "await receive", "put"}}}));
    CAPTURE(kind);
    CHECK((after(world, "a !a").frame(0).status == world::Status::unstarted) == goes_on);
    CHECK_FALSE(after(world, "a !a").frame(0).hunted);
  }
}

TEST_CASE("messages are told apart in words") {
  const auto world = world_in(kAll, with_conn({"await send request", "await receive until done"}));
  std::string told;
  world::State state = world.initial();
  for (const Event event : events_of(world, "alice srv.1 net.1 alice srv.1 net.1 alice srv.1 net.1")) {
    const auto step = words::tell(world, state, event);
    told += step.summary.text() + "\n";
    for (const auto& action : step.actions) told += "  " + action.text.text() + "\n";
  }
  INFO(told);
  CHECK(told.find("news (item 2 of 2)") != std::string::npos);
  CHECK(told.find("a head") != std::string::npos);
}

}  // namespace interleak::test
