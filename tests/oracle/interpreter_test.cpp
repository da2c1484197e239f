// The interpreter by itself, on cases that were worked out by hand from the two pages.
#include <numeric>
#include <sstream>

#include "tests/catch.hpp"
#include "tests/oracle/explorer.hpp"
#include "tests/oracle/interpreter.hpp"
#include "tests/oracle/listing.hpp"

namespace interleak::oracle {
namespace {

using Lines = std::vector<std::string>;

const Lines kReleaseInFinally = {"take",
                                 "if not connected:",
                                 "    await connect",
                                 "try:",
                                 "    await send request",
                                 "    await receive",
                                 "finally:",
                                 "    put"};

design::Design design_of(const Lines& execute) {
  design::Design design;
  design.id = "test/test";
  design.op_variables = {{"n", 0}};
  design.conn_variables = {{"locked", 0}};
  design.conn_queues = {"lockers"};
  design.pool_queues = {"waiters"};
  add_procedure(design, "execute", execute);
  return design;
}

scenario::Scenario users(const std::vector<std::string>& names, int cancels) {
  scenario::Scenario scenario;
  scenario.id = "test";
  for (const std::string& name : names) {
    scenario::Task task;
    task.id = task.owner = name;
    scenario::Operation get;
    get.keys = {"history"};
    get.type = "list";
    task.operations = {get};
    scenario.tasks.push_back(task);
  }
  scenario.cancel.max = cancels;
  return scenario;
}

/// Runs a schedule; each event must be enabled. Returns all outcomes, in order.
Lines play(Oracle& world, const std::string& schedule) {
  std::istringstream words(schedule);
  Lines outcomes;
  for (std::string event; words >> event;) {
    const Lines enabled = world.enabled();
    INFO(event);
    REQUIRE(std::count(enabled.begin(), enabled.end(), event) == 1);
    const StepFacts facts = world.step(event);
    outcomes.insert(outcomes.end(), facts.outcomes.begin(), facts.outcomes.end());
  }
  return outcomes;
}

}  // namespace

TEST_CASE("a connection that is put back with a reply on its way leaks it") {
  Oracle world(users({"alice", "bob"}, 1), design_of(kReleaseInFinally));
  CHECK(play(world, "alice !alice") == Lines{"cancelled"});
  CHECK(world.state_findings() == std::set<std::string>{"dirty-idle"});
  CHECK(play(world, "bob srv.1 net.1 bob") == Lines{"leak"});
  CHECK(world.state_findings() == std::set<std::string>{"dirty-idle"});
  CHECK(play(world, "srv.1 net.1").empty());
  CHECK(world.end().complete);
  CHECK_FALSE(world.end().lost_slot);
  CHECK_FALSE(world.end().starved);
}

TEST_CASE("other types are a type error, own stale replies a wrong value") {
  auto scenario = users({"alice", "bob"}, 1);
  scenario.tasks[1].operations[0].type = "text";
  Oracle world(scenario, design_of(kReleaseInFinally));
  CHECK(play(world, "alice !alice bob srv.1 net.1 bob") == Lines{"cancelled", "type-error"});

  scenario.tasks[1].owner = "alice";
  Oracle same(scenario, design_of(kReleaseInFinally));
  CHECK(play(same, "alice !alice bob srv.1 net.1 bob") == Lines{"cancelled", "wrong-value"});
}

TEST_CASE("without a cancel, two users on one connection: the second finds the pool empty") {
  Oracle world(users({"alice", "bob"}, 0), design_of(kReleaseInFinally));
  CHECK(play(world, "alice bob") == Lines{"error"});
  const auto all = enumerate(Oracle(users({"alice"}, 0), design_of(kReleaseInFinally)), 100, 1000);
  CHECK(all.finished);
  CHECK(all.schedules == 1);
  CHECK(all.by_outcome.at("ok") == 1);
}

TEST_CASE("a cold connection connects first, and forgets the slot if nobody puts it back") {
  auto scenario = users({"alice"}, 1);
  scenario.pool_warm = 0;
  Oracle world(scenario, design_of(kReleaseInFinally));
  CHECK(play(world, "alice !alice") == Lines{"cancelled"});  // connect stands before the try
  CHECK(world.end().complete);
  CHECK(world.end().lost_slot);
}

TEST_CASE("vanish runs the drops, the inner first, and nothing else") {
  auto scenario = users({"alice", "bob"}, 1);
  scenario.cancel.kind = scenario::CancelKind::vanish;
  Oracle world(scenario, design_of({"take", "try:", "    try:", "        await send request",
                                    "        await receive", "    on drop:", "        close",
                                    "    put", "on drop:", "    put"}));
  CHECK(play(world, "alice !alice") == Lines{"cancelled"});
  CHECK(world.state_findings().empty());
  CHECK(world.enabled() == Lines{"bob"});
  CHECK(play(world, "bob") == Lines{"error"});  // it was closed: no socket
}

TEST_CASE("finally runs for return, and a return in it drops the exception") {
  Oracle world(users({"alice"}, 0),
               design_of({"take", "try:", "    await send request", "    await receive",
                          "    raise error \"broken\"", "finally:", "    put", "    return"}));
  CHECK(play(world, "alice srv.1 net.1 alice") == Lines{"ok"});
  CHECK_FALSE(world.end().lost_slot);
}

TEST_CASE("a bare raise raises again, and rejected is an error to except") {
  Oracle again(users({"alice"}, 0), design_of({"try:", "    raise rejected \"no\"",
                                               "except error:", "    raise"}));
  CHECK(play(again, "alice") == Lines{"rejected"});
}

TEST_CASE("the children of a cancelled task are orphans") {
  auto design = design_of({"take", "try:", "    spawn exchange", "    await child", "finally:",
                           "    put"});
  add_procedure(design, "exchange", {"await send request", "await receive"});
  Oracle world(users({"alice", "bob"}, 1), design);
  CHECK(play(world, "alice alice' !alice") == Lines{"cancelled"});
  CHECK(world.state_findings() == std::set<std::string>{"dirty-idle", "double-owner", "zombie"});
  CHECK(play(world, "srv.1 net.1 alice'").empty());
  CHECK(world.state_findings().empty());
  CHECK(play(world, "bob bob' srv.1 net.1 bob' bob") == Lines{"ok"});
}

TEST_CASE("queues of waiters: a dead entry swallows a wake") {
  const Lines waits = {"if not available:", "    join pool.waiters", "    await turn pool.waiters",
                       "take", "try:", "    await pause", "finally:", "    put",
                       "    wake pool.waiters", "await send request"};
  Oracle world(users({"alice", "bob", "carol"}, 1), design_of(waits));
  CHECK(play(world, "alice bob carol !bob") == Lines{"cancelled"});
  CHECK(play(world, "alice") == Lines{"error"});  // its register is empty after put
  CHECK(world.end().complete);
  CHECK(world.end().starved);
}

TEST_CASE("a send that may suspend is a choice of the environment") {
  auto scenario = users({"alice"}, 1);
  scenario.send_suspends = design::SendSuspends::may;
  Oracle world(scenario, design_of(kReleaseInFinally));
  CHECK(world.enabled() == Lines{"alice", "alice~"});
  CHECK(play(world, "alice~").empty());
  CHECK(world.enabled() == Lines{"alice", "!alice", "srv.1"});
  CHECK(play(world, "alice srv.1 net.1 alice") == Lines{"ok"});
}

TEST_CASE("in fifo order only the frame that was ready first goes on") {
  auto scenario = users({"alice", "bob"}, 0);
  scenario.ready = scenario::Ready::fifo;
  Oracle world(scenario, design_of({"await pause", "await pause"}));
  play(world, "bob alice");
  CHECK(world.enabled() == Lines{"bob"});
}

TEST_CASE("a second reader gets an error, or a place in the queue") {
  auto design = design_of({"share 1", "await send request", "await receive"});
  Oracle first(users({"alice", "bob"}, 0), design);
  CHECK(play(first, "alice bob") == Lines{"error"});
  design.readers = design::Readers::queue;
  Oracle second(users({"alice", "bob"}, 0), design);
  CHECK(play(second, "bob alice srv.1 net.1 bob srv.1 net.1 alice") == Lines{"ok", "ok"});
}

TEST_CASE("the naive explorer counts what a hand can count") {
  // alice pauses twice; each pause may be cancelled, and the cancel ends her.
  const auto all = enumerate(Oracle(users({"alice"}, 1), design_of({"await pause", "await pause"})),
                             100, 1000);
  CHECK(all.schedules == 3);
  CHECK(all.by_outcome.at("cancelled") == 2);
  CHECK(all.by_outcome.at("wrong-value") == 1);  // no reply was received
  CHECK(all.without_cancel.at("wrong-value") == 1);
  CHECK(all.shortest.at("no-wrong-value") == 3);
}

}  // namespace interleak::oracle
