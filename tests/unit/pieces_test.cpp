// What the physics of a real client does at its corners; the whole of it is followed by tests/oracle.
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

using world::Outcome;
namespace fact = world::fact;

const Lines kReads = {"share 1", "await send request", "await receive"};

/// Two users who read one connection one after another; replies come in pieces.
world::World pieces(design::ReplyParser parser, bool kernel = false) {
  auto design = design_of({{"execute", kReads}});
  design.parser = parser;
  design.readers = design::Readers::queue;
  auto scenario = users(2, 1, 1);
  scenario.physics.fragments = true;
  scenario.physics.kernel = kernel;
  return world_of(scenario, design);
}

TEST_CASE("a reader that is cancelled when its reply has come whole loses the beginning it has taken") {
  const Facts ok = fact::outcome(Outcome::ok), error = fact::outcome(Outcome::error);
  const std::string begun = "alice srv.1 net.1:hdr alice ";
  const auto loses = pieces(design::ReplyParser::loses);
  // bob reads behind alice: first what is left of her reply, and dies of it.
  CHECK(last_facts(loses, begun + "net.1 !alice bob") == error);
  CHECK(last_facts(loses, begun + "net.1 alice") == ok);
  CHECK(last_facts(loses, begun + "net.1 alice bob srv.1 net.1 bob") == ok);
  CHECK(last_facts(loses, begun + "!alice net.1 bob") == error);
  // Of a reply that came in one piece the parser has taken nothing.
  CHECK(last_facts(loses, "alice srv.1 net.1 !alice bob") == fact::outcome(Outcome::leak));
  CHECK(last_facts(pieces(design::ReplyParser::resumes), begun + "net.1 !alice bob") == fact::outcome(Outcome::leak));
}

TEST_CASE("the beginning is lost also if the rest left the kernel together with another reply") {
  const auto world = pieces(design::ReplyParser::loses, true);
  const std::string begun = "alice bob srv.1*2 net.1:hdr krn.1 alice net.1*2 krn.1 ";
  CHECK(last_facts(world, begun + "!alice bob") == fact::outcome(Outcome::error));
  CHECK(after(world, begun + "!alice").conns[0].socket.stream.size() == 2);
}

TEST_CASE("behind a header that was taken there is nothing to read while the rest is in the kernel") {
  auto design = design_of({{"execute",
                            {"share 1", "await send request", "try:", "    await receive",
                             "except cancelled:", "    if readable:", "        close", "    raise"}}});
  auto scenario = users(1, 1, 1);
  scenario.physics.fragments = scenario.physics.kernel = true;
  const auto world = world_of(scenario, design);
  const std::string taken = "alice srv.1 net.1:hdr krn.1 net.1:part alice ";
  CHECK(after(world, taken + "!alice").conns[0].socket.connected);
  CHECK_FALSE(after(world, taken + "krn.1 !alice").conns[0].socket.connected);
  // Nor if the parser had not run before the rest was sent.
  CHECK_FALSE(after(world, "alice srv.1 net.1:hdr krn.1 net.1:part !alice").conns[0].socket.connected);
}

TEST_CASE("states with the beginning of a whole reply come back from their bytes") {
  const auto world = pieces(design::ReplyParser::loses);
  const auto with = after(world, "alice srv.1 net.1:hdr alice net.1");
  const auto without = after(world, "alice srv.1 net.1");
  CHECK(bytes_of(world, with) != bytes_of(world, without));
  const auto bytes = bytes_of(world, with);
  world::State back = world.decode(bytes.data(), bytes.size());
  CHECK(back == with);
  world.apply(back, events_of(world, "alice srv.1 net.1:hdr alice net.1 !alice").back());
  CHECK(back.conns[0].socket.stream.front() == world::kGarbage);
  // A parser that resumes makes no difference of the two.
  const auto same = pieces(design::ReplyParser::resumes);
  CHECK(bytes_of(same, after(same, "alice srv.1 net.1:hdr alice net.1")) ==
        bytes_of(same, after(same, "alice srv.1 net.1")));
}

TEST_CASE("a cancel that is passed on to a task is lost where the runtime swallows it") {
  auto scenario = users(1, 1, 1);
  scenario.send_suspends = design::SendSuspends::after;
  scenario.physics.swallow = true;
  auto design =
      design_of({{"execute", {"take", "spawn work", "await task"}}, {"work", {"await send request", "await receive"}}});
  const std::string cancelled = "alice alice' !alice ";
  const auto honest = world_of(scenario, design, true);
  CHECK(last_facts(honest, cancelled + "alice") == fact::outcome(Outcome::cancelled));
  CHECK((last_facts(honest, "alice alice' !alice") & fact::kCancelWaits) == 0);
  design.runtime = "python-3.11";
  const auto deaf = world_of(scenario, design, true);
  CHECK(enabled_texts(deaf, after(deaf, cancelled)) == Lines{"alice'", "srv.1"});
  CHECK((last_facts(deaf, cancelled) & fact::kCancelWaits) == 0);
  CHECK(last_facts(deaf, cancelled + "alice' srv.1 net.1 alice' alice") == fact::outcome(Outcome::ok));
  // In the receive nothing swallows it.
  CHECK(last_facts(deaf, "alice alice'*2 !alice alice") == fact::outcome(Outcome::cancelled));
}

TEST_CASE("what runs behind a timeout may send, and the sends are choices") {
  auto scenario = users(1, 1, 0);
  scenario.send_suspends = design::SendSuspends::may;
  scenario.physics.timeouts = true;
  const auto world =
      world_of(scenario, design_of({{"execute",
                                     {"take", "join pool.waiters", "try:", "    await turn pool.waiters timeout",
                                      "except error:", "    await send request", "    await send \"PING\""}}}));
  const auto waiting = after(world, "alice");
  CHECK(enabled_texts(world, waiting) == Lines{"tmo.alice", "tmo.alice~", "tmo.alice~2"});
  CHECK(after(world, "alice tmo.alice~").conns[0].socket.requests.size() == 1);
  CHECK(after(world, "alice tmo.alice~2").conns[0].socket.requests.size() == 2);
  CHECK(enabled_texts(world, after(world, "alice tmo.alice~")) == Lines{"alice", "alice~", "srv.1"});
}

}  // namespace
}  // namespace interleak::test
