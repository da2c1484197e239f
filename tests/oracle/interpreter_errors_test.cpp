// The interpreter by itself on errors of servers, and on failures that outlast faults, worked out by hand from the
 // pages.
#include <algorithm>
#include <sstream>

#include "tests/catch.hpp"
#include "tests/oracle/explorer.hpp"
#include "tests/oracle/interpreter.hpp"
#include "tests/oracle/listing.hpp"

namespace interleak::oracle {
namespace {

using protocol::Keys;

// Of queries(), in its order.
enum QueryKinds : std::size_t { kQueryRow = protocol::kValueKind + 1, kQueryReady, kQueryRefused, kQueryCanceled };
enum QueryCommands : std::size_t { kQuery, kQuerySync, kQueryPing, kQueryPrepare };

protocol::Reply one_message(std::size_t kind) { return {{{kind, ""}}}; }

/// QUERY has a row and may fail, SYNC is what is skipped to, PREPARE may wait; a setting says what errors have made.
protocol::Protocol queries() {
  protocol::Protocol p;
  p.id = "queries";
  p.elsewhere = "elsewhere";
  p.session = {{"broken", "has something broken"}};
  p.kinds = {protocol::kind_of_values(),
             {"row", true, "row", false, {}},
             {"ready", false, "ready", false, {}},
             {"refused", false, "refused", true, {}},
             {"canceled", false, "canceled", true, {}}};
  for (const auto& [name, kind] : {std::pair{"QUERY", kQueryRow}, std::pair{"SYNC", kQueryReady},
                                   std::pair{"PING", kQueryReady}, std::pair{"PREPARE", kQueryReady}}) {
    protocol::Command& command = p.commands.emplace_back();
    command.name = name;
    command.cases.resize(1);
    command.cases.front().reply = one_message(kind);
  }
  p.commands[kQuery].may_fail = {kQueryCanceled};
  return p;
}

/// An operation that sends these commands at once, QUERY for its key, and looks at rows alone.
scenario::Operation asking(const std::vector<std::size_t>& commands) {
  protocol::Operation told;
  told.name = "ask";
  told.steps.emplace_back();
  for (const std::size_t each : commands) {
    told.steps.back().push_back({each, each == kQuery ? Keys::first : Keys::none, {}, false});
  }
  told.result = std::vector<std::size_t>{kQueryRow};
  scenario::Operation op;
  op.does = "ask";
  op.keys = {"history"};
  op.accepts = {"value"};
  op.own = std::make_shared<const protocol::Operation>(told);
  return op;
}

/// Each task asks so, once; one connection, one error.
scenario::Scenario asked_by(const protocol::Protocol& protocol, const std::vector<std::string>& names,
                            const std::vector<std::size_t>& commands = {kQuery}) {
  scenario::Scenario s;
  s.protocol = std::make_shared<const protocol::Protocol>(protocol);
  s.id = "test";
  s.server_errors.max = 1;
  for (const std::string& name : names) {
    scenario::Task& task = s.tasks.emplace_back();
    task.id = task.owner = name;
    task.operations = {asking(commands)};
  }
  return s;
}

design::Design running(const Lines& execute) {
  design::Design design;
  design.id = "test/test";
  design.op_variables = {{"n", 0}};
  design.conn_variables = {{"x", 0}};
  design.pool_variables = {{"p", 0}};
  design.pool_queues = {"waiters"};
  add_procedure(design, "execute", execute);
  return design;
}

const Lines kAskOnce = {"take", "await send request", "await receive", "put"};

/// Runs a schedule, of which each event must be enabled; what all of it came to.
StepFacts along(Oracle& world, const std::string& schedule) {
  std::istringstream words(schedule);
  StepFacts all;
  for (std::string event; words >> event;) {
    INFO(event);
    const Lines enabled = world.enabled();
    CAPTURE(enabled);
    REQUIRE(std::count(enabled.begin(), enabled.end(), event) == 1);
    const StepFacts facts = world.step(event);
    all.outcomes.insert(all.outcomes.end(), facts.outcomes.begin(), facts.outcomes.end());
    all.failures.insert(all.failures.end(), facts.failures.begin(), facts.failures.end());
    all.lasting_failure |= facts.lasting_failure;
    all.collateral_failure |= facts.collateral_failure;
  }
  return all;
}

Lines outcomes_along(const scenario::Scenario& scenario, const Lines& execute, const std::string& schedule) {
  Oracle world(scenario, running(execute));
  return along(world, schedule).outcomes;
}

/// Names of the failures along a schedule.
Lines names_along(const scenario::Scenario& scenario, const design::Design& design, const std::string& schedule) {
  Oracle world(scenario, design);
  Lines names;
  for (const Failure& each : along(world, schedule).failures) names.push_back(each.name);
  return names;
}

/// Those of what alice does at once, or with what lets her go on.
Lines names_of(const Lines& execute, const std::string& schedule = "alice") {
  return names_along(asked_by(queries(), {"alice"}), running(execute), schedule);
}

}  // namespace

TEST_CASE("a server may fail the oldest request, as often as the scenario says") {
  auto scenario = asked_by(queries(), {"alice"});
  Oracle world(scenario, running({"take", "await send request", "await receive", "forget", "await send request",
                                  "await receive", "put"}));
  along(world, "alice");
  CHECK(world.enabled() == Lines{"srv.1", "srv.1!canceled"});
  along(world, "srv.1!canceled");
  CHECK(world.enabled() == Lines{"net.1"});
  along(world, "net.1 alice");
  CHECK(world.enabled() == Lines{"srv.1"});  // none is left
  CHECK(along(world, "srv.1 net.1 alice").outcomes == Lines{"ok"});

  scenario.server_errors.max = 0;
  Oracle never(scenario, running(kAskOnce));
  along(never, "alice");
  CHECK(never.enabled() == Lines{"srv.1"});
}

TEST_CASE("the errors of a command come behind its serve, in the order of the protocol's kinds") {
  auto protocol = queries();
  protocol.commands[kQuery].may_fail = {kQueryCanceled, kQueryRefused};
  Oracle world(asked_by(protocol, {"alice"}), running(kAskOnce));
  along(world, "alice");
  CHECK(world.enabled() == Lines{"srv.1", "srv.1!refused", "srv.1!canceled"});
  CHECK(along(world, "srv.1!refused net.1 alice").failures.front().name == "refused");
}

TEST_CASE("only requests of the tasks and the commands that the scenario names fail") {
  const auto enabled_with = [&](const auto& change, const std::string& send) {
    auto protocol = queries();
    protocol.commands[kQueryPing].may_fail = {kQueryRefused};
    auto scenario = asked_by(protocol, {"alice", "bob"});
    change(scenario.server_errors);
    Oracle world(scenario, running({"take", send, "await receive"}));
    along(world, "alice");
    const Lines enabled = world.enabled();
    return std::count(enabled.begin(), enabled.end(), send.ends_with("request") ? "srv.1!canceled" : "srv.1!refused");
  };
  const auto any = [](auto&) {};
  const auto of_alice = [](auto& errors) { errors.who = {"alice"}; };
  const auto of_bob = [](auto& errors) { errors.who = {"bob"}; };
  const auto at_ping = [](auto& errors) { errors.at = {"PING"}; };
  CHECK(enabled_with(any, "await send request") == 1);
  CHECK(enabled_with(of_alice, "await send request") == 1);
  CHECK(enabled_with(of_bob, "await send request") == 0);
  CHECK(enabled_with(at_ping, "await send request") == 0);
  CHECK(enabled_with(any, "await send PING") == 1);
  CHECK(enabled_with(of_alice, "await send PING") == 1);  // of her operation
  CHECK(enabled_with(any, "await send PING for client") == 1);
  CHECK(enabled_with(at_ping, "await send \"PING\"") == 1);
  CHECK(enabled_with(of_alice, "await send \"PING\"") == 0);  // of no task
}

TEST_CASE("what fails is not executed, and what has begun does not fail") {
  auto protocol = queries();
  protocol.commands[kQuery].writes = true;
  protocol.commands[kQuery].cases.front().reply = {{{kQueryRow, ""}}, {{kQueryReady, ""}}};
  protocol.commands[kQuery].cases.front().sets = {{0, 1}};
  protocol.commands[kQuerySync].under = {0};
  Oracle world(asked_by(protocol, {"alice"}),
               running({"take", "await send request", "await send request", "await pause", "put", "await pause"}));
  along(world, "alice srv.1!canceled");
  CHECK_FALSE(world.step("srv.1").double_effect);  // the first effect
  CHECK(world.enabled() == Lines{"alice", "srv.1", "net.1"});
  along(world, "srv.1 net.1 net.1 net.1 alice");
  CHECK(world.state_findings() == std::set<std::string>{"dirty-idle"});
}

TEST_CASE("a request that is redirected does not fail") {
  auto scenario = asked_by(queries(), {"alice"});
  scenario.nodes = 2;
  scenario.tasks[0].operations[0].node = 1;
  scenario.tasks[0].operations[0].moved_to = 2;
  auto design = running(kAskOnce);
  design.cluster = true;
  Oracle world(scenario, design);
  along(world, "alice");
  CHECK(world.enabled() == Lines{"srv.1"});
}

TEST_CASE("what follows an error comes with it, in one group") {
  auto protocol = queries();
  protocol.commands[kQuery].errors.then = {kQueryReady, kQueryReady};
  const Lines reads = {"take",
                       "await send request",
                       "await discard",
                       "if not got canceled:",
                       "    raise rejected \"1\"",
                       "await discard",
                       "if not got ready:",
                       "    raise rejected \"2\"",
                       "await receive until ready"};
  const auto scenario = asked_by(protocol, {"alice"});
  CHECK(outcomes_along(scenario, reads, "alice srv.1!canceled net.1 alice") == Lines{"wrong-value"});
}

TEST_CASE("an error makes of the session what is said, if the tests are true of it") {
  auto protocol = queries();
  auto& errors = protocol.commands[kQuery].errors;
  errors.sets = {{0, 1}};
  protocol.commands[kQuerySync].under = {0};
  const Lines gives_back = {"take", "await send request", "await receive", "put", "await pause"};
  const auto is_dirty = [&](const std::string& schedule) {
    Oracle world(asked_by(protocol, {"alice"}), running(gives_back));
    along(world, schedule);
    return world.state_findings().count("dirty-idle") == 1;
  };
  CHECK(is_dirty("alice srv.1!canceled net.1 alice"));
  CHECK_FALSE(is_dirty("alice srv.1 net.1 alice"));
  errors.when = {{0, false, 0}};
  CHECK_FALSE(is_dirty("alice srv.1!canceled net.1 alice"));

  // By a case: behind what that sets.
  protocol.commands[kQuery].cases.front().sets = {{0, 2}};
  protocol.commands[kQuery].cases.front().reply = one_message(kQueryRefused);
  errors.sets = {{0, 0}};
  CHECK_FALSE(is_dirty("alice srv.1 net.1 alice"));
  errors.when = {{0, true, 1}};
  CHECK(is_dirty("alice srv.1 net.1 alice"));
}

TEST_CASE("behind an error requests are skipped up to the command that is named") {
  auto protocol = queries();
  protocol.commands[kQuery].errors.skips_to = kQuerySync;
  const Lines reads = {"take", "await send request", "await receive until ready", "put"};
  Oracle world(asked_by(protocol, {"alice"}, {kQuery, kQuery, kQueryPing, kQuerySync}), running(reads));
  along(world, "alice srv.1!canceled srv.1");
  CHECK(world.enabled() == Lines{"net.1"});  // the error, and what answers SYNC
  CHECK(along(world, "net.1 net.1 alice").outcomes == Lines{"error"});
  CHECK(world.state_findings().empty());

  // What was answered before stays so.
  Oracle second(asked_by(protocol, {"alice"}, {kQuery, kQuery, kQuerySync}), running(reads));
  along(second, "alice srv.1 srv.1!canceled srv.1 net.1 net.1 net.1");
  CHECK(along(second, "alice").outcomes == Lines{"error"});
}

TEST_CASE("where the command has not come yet what comes is skipped") {
  auto protocol = queries();
  protocol.commands[kQuery].errors.skips_to = kQuerySync;
  Oracle world(asked_by(protocol, {"alice"}, {kQuery, kQuery}),
               running({"take", "await send request", "await pause", "await send PING", "await pause",
                        "await send \"SYNC\"", "await send PING", "await pause"}));
  along(world, "alice srv.1!canceled");
  CHECK(world.enabled() == Lines{"alice", "net.1"});
  along(world, "alice");
  CHECK(world.enabled() == Lines{"alice", "net.1"});  // PING is gone
  along(world, "alice srv.1 srv.1");
  CHECK(world.enabled() == Lines{"alice", "net.1"});

  // A new socket skips nothing.
  Oracle anew(asked_by(protocol, {"alice"}), running({"take", "await send request", "await pause", "close",
                                                      "await connect", "await send request", "await receive"}));
  CHECK(along(anew, "alice srv.1!canceled alice alice srv.1 net.1 alice").outcomes == Lines{"ok"});
}

TEST_CASE("what is written later is skipped when it is written") {
  auto protocol = queries();
  protocol.commands[kQuery].errors.skips_to = kQuerySync;
  auto scenario = asked_by(protocol, {"alice", "bob"}, {kQuery});
  scenario.physics.flush = true;
  scenario.tasks[1].operations[0] = asking({kQueryPing, kQuerySync});
  scenario.tasks[1].operations[0].large = true;
  Oracle world(scenario, running({"share 1", "await send request", "await receive"}));
  along(world, "alice bob srv.1!canceled");
  CHECK(world.enabled() == Lines{"net.1", "flu.1"});
  along(world, "flu.1 srv.1");
  CHECK(world.enabled() == Lines{"bob", "net.1"});  // bob's PING is gone, SYNC was answered
}

TEST_CASE("an error of a case skips behind its last group") {
  auto protocol = queries();
  protocol.commands[kQuery].cases.front().reply = {{{kQueryRefused, ""}}, {{kQueryReady, ""}}};
  protocol.commands[kQuery].errors.skips_to = kQuerySync;
  Oracle world(asked_by(protocol, {"alice"}, {kQuery, kQueryPing, kQuerySync}),
               running({"take", "await send request", "await pause", "close", "await pause"}));
  along(world, "alice srv.1 srv.1 srv.1");
  CHECK(world.enabled() == Lines{"alice", "net.1"});
}

TEST_CASE("a reply that is held goes out with the next one that is not") {
  auto protocol = queries();
  protocol.commands[kQueryPrepare].held = true;
  auto scenario = asked_by(protocol, {"alice"}, {kQueryPrepare, kQueryPrepare, kQuery});
  const Lines reads = {"take", "await send request", "await receive until row", "put"};
  Oracle world(scenario, running(reads));
  along(world, "alice srv.1 srv.1");
  CHECK(world.enabled() == Lines{"srv.1", "srv.1!canceled"});
  along(world, "srv.1");
  CHECK(along(world, "net.1 alice").outcomes == Lines{"ok"});  // one group
  CHECK(world.end().complete);

  Oracle fails(scenario, running(reads));
  along(fails, "alice srv.1 srv.1 srv.1!canceled net.1 alice");
  CHECK(fails.enabled().empty());  // there is no row
}

TEST_CASE("what waits owes a reply, and goes with the socket") {
  auto protocol = queries();
  protocol.commands[kQueryPrepare].held = true;
  Oracle world(asked_by(protocol, {"alice"}, {kQueryPrepare}),
               running({"take", "await send request", "put", "await pause", "take", "close", "await connect",
                        "await send \"PING\"", "await discard", "put", "await pause"}));
  along(world, "alice srv.1");
  CHECK(world.enabled() == Lines{"alice"});
  CHECK(world.state_findings() == std::set<std::string>{"dirty-idle"});
  along(world, "alice alice srv.1 net.1 alice");
  CHECK(world.state_findings().empty());
}

TEST_CASE("an error of a command that is held goes out at once, with what waits") {
  auto protocol = queries();
  protocol.commands[kQueryPrepare].held = protocol.commands[kQuery].held = true;
  Oracle world(asked_by(protocol, {"alice"}, {kQueryPrepare, kQuery}),
               running({"take", "await send request", "await discard", "await receive"}));
  CHECK(along(world, "alice srv.1 srv.1!canceled net.1 alice").outcomes == Lines{"error"});
  protocol.commands[kQuery].cases.front().reply = one_message(kQueryRefused);
  Oracle by_case(asked_by(protocol, {"alice"}, {kQueryPrepare, kQuery}),
                 running({"take", "await send request", "await discard", "await receive"}));
  CHECK(along(by_case, "alice srv.1 srv.1 net.1 alice").outcomes == Lines{"error"});
}

TEST_CASE("what a held command causes does not wait") {
  auto protocol = queries();
  protocol.pushes.resize(1);
  protocol.pushes[0].name = "bell";
  protocol.pushes[0].kind = kQueryReady;
  protocol.commands[kQueryPrepare].held = true;
  protocol.commands[kQueryPrepare].cases.front().causes = {{0, protocol::To::asker, false}};
  Oracle world(asked_by(protocol, {"alice"}, {kQueryPrepare}),
               running({"take", "await send request", "await receive"}));
  CHECK(along(world, "alice srv.1 net.1 alice").outcomes == Lines{"wrong-value"});
}

TEST_CASE("a failure has the name of what ended the operation") {
  CHECK(names_of({"raise error \"text\""}) == Lines{"text"});
  CHECK(names_of({"raise rejected \"text\""}) == Lines{"text"});
  CHECK(names_of({"raise error"}) == Lines{"error"});
  CHECK(names_of({"raise rejected"}) == Lines{"rejected"});
  CHECK(names_of({"share 2"}) == Lines{"none free"});
  CHECK(names_of({"take", "take"}) == Lines{"none free"});
  CHECK(names_of({"put"}) == Lines{"no connection"});
  CHECK(names_of({"conn.x = 1"}) == Lines{"no connection"});
  CHECK(names_of({"await send request"}) == Lines{"no connection"});
  CHECK(names_of({"take", "close", "await receive"}) == Lines{"no socket"});
  CHECK(names_of({"take", "close", "socket.x = 1"}) == Lines{"no socket"});
  CHECK(names_of({"await child"}) == Lines{"no child"});
  CHECK(names_of({"take", "await send handshake"}) == Lines{"all sent"});
  CHECK(names_of({"try:", "    put", "finally:", "    op.n = 1"}) == Lines{"no connection"});
  CHECK(names_of({"try:", "    put", "except error:", "    raise"}) == Lines{"no connection"});
  CHECK(names_of({"try:", "    put", "except error:", "    raise error \"another\""}) == Lines{"another"});
  CHECK(names_of({"try:", "    put", "finally:", "    take", "    take"}) == Lines{"none free"});
}

TEST_CASE("what a raise without a text carries on is the last error that the frame took") {
  const Lines asks = {"take", "await send request", "await discard"};
  const std::string fails = "alice srv.1!canceled net.1 alice", serves = "alice srv.1 net.1 alice";
  CHECK(names_of(asks + Lines{"raise error"}, fails) == Lines{"canceled"});
  CHECK(names_of(asks + Lines{"raise rejected"}, fails) == Lines{"canceled"});
  CHECK(names_of(asks + Lines{"raise error \"text\""}, fails) == Lines{"text"});
  CHECK(names_of(asks + Lines{"raise error"}, serves) == Lines{"error"});
  // Whatever it takes and sends behind that.
  CHECK(names_of(asks + Lines{"await send PING", "await discard", "raise error"}, fails + " srv.1 net.1 alice") ==
        Lines{"canceled"});
  CHECK(names_of({"take", "await send request", "await receive", "put"}, fails) == Lines{"canceled"});

  // The parent has taken nothing; what its child raises has a name.
  auto design = running({"take", "spawn asks", "try:", "    await child", "except error:", "    raise error"});
  add_procedure(design, "asks", {"await send request", "await discard", "raise error"});
  const std::string schedule = "alice alice' srv.1!canceled net.1 alice' alice";
  CHECK(names_along(asked_by(queries(), {"alice"}), design, schedule) == Lines{"error"});
  add_procedure(design, "execute", {"take", "spawn asks", "await child"});
  CHECK(names_along(asked_by(queries(), {"alice"}), design, schedule) == Lines{"canceled"});

  // Nor has the next operation.
  auto twice = asked_by(queries(), {"alice"});
  twice.tasks[0].goes_on = true;
  twice.tasks[0].operations.push_back(twice.tasks[0].operations[0]);
  const auto next = running(
      {"if pool.p:", "    raise error", "pool.p = 1", "take", "await send request", "await discard", "raise error"});
  CHECK(names_along(twice, next, fails + " alice") == Lines{"canceled", "error"});
}

TEST_CASE("a fault hits its operation; who is clear fails of nothing that was there without faults") {
  // A connection is believed to be broken for ever.
  const Lines broken = {"take",
                        "if conn.x:",
                        "    put",
                        "    raise error \"broken\"",
                        "await send request",
                        "await receive",
                        "if saw canceled:",
                        "    conn.x = 1",
                        "put"};
  const auto scenario = asked_by(queries(), {"alice", "bob"});
  const auto excused = excused_in(scenario, running(broken), 1'000, 10'000);
  REQUIRE(excused != nullptr);
  CHECK(excused->size() == 1);  // none free
  Oracle world(scenario, running(broken), excused);
  const StepFacts of_alice = along(world, "alice srv.1!canceled net.1 alice");
  CHECK_FALSE(of_alice.collateral_failure);  // she was hit
  const StepFacts of_bob = along(world, "bob");
  CHECK(of_bob.failures.front().name == "broken");
  CHECK(of_bob.lasting_failure);
  CHECK(of_bob.collateral_failure);
  Oracle nobody_knows(scenario, running(broken));
  CHECK_FALSE(along(nobody_knows, "alice srv.1!canceled net.1 alice bob").lasting_failure);
  // What happens without faults, too, is none of their matter.
  Oracle none_free(scenario, running(broken), excused);
  CHECK_FALSE(along(none_free, "alice srv.1!canceled bob").collateral_failure);
}

TEST_CASE("who runs while one that was hit is under way is not clear") {
  const Lines lines = {"if pool.p:", "    await pause",    "    raise error \"late\"",
                       "take",       "await send request", "await receive",
                       "pool.p = 1", "await pause"};
  const auto scenario = asked_by(queries(), {"alice", "bob"});
  const auto none = std::make_shared<const Failures>();
  const auto fails = [&](const std::string& schedule) {
    Oracle world(scenario, running(lines), none);
    const StepFacts all = along(world, schedule);
    return std::pair{all.collateral_failure, all.lasting_failure};
  };
  const std::string hit = "alice srv.1!canceled net.1 alice ";
  CHECK(fails(hit + "alice bob bob") == std::pair{true, true});  // alice has ended
  CHECK(fails(hit + "bob alice bob") == std::pair{true, false});  // she ran as he began
}

TEST_CASE("an error for nobody's request hits who has the connection, or who uses the socket next") {
  auto protocol = queries();
  protocol.commands[kQueryPing].may_fail = {kQueryRefused};
  const auto scenario = asked_by(protocol, {"alice", "bob"});
  const auto none = std::make_shared<const Failures>();
  const auto fails = [&](const Lines& lines, const std::string& schedule) {
    Oracle world(scenario, running(lines), none);
    return along(world, schedule).collateral_failure;
  };
  CHECK_FALSE(
      fails({"take", "await send \"PING\"", "await receive", "raise error"}, "alice srv.1!refused net.1 alice"));
  // Nobody owns it: bob sends next.
  const Lines shares = {"share 1",         "if not pool.p:",  "    pool.p = 1",     "    await send \"PING\"",
                        "    await pause", "    raise error", "await send request", "raise error"};
  CHECK_FALSE(fails({"share 1", "await send \"PING\"", "await receive", "raise error"},
                    "alice srv.1!refused net.1 alice"));  // she takes it
  CHECK_FALSE(fails(shares, "alice srv.1!refused bob"));
  CHECK(fails(shares, "alice srv.1!refused alice"));
}

TEST_CASE("operations are of a kind if they ask the same, whoever asks and whatever the keys are called") {
  auto scenario = asked_by(queries(), {"alice", "bob", "carol"});
  scenario.tasks[1].operations[0].keys = {"profile"};
  scenario.tasks[2].operations[0] = asking({kQuery, kQueryPing});
  Oracle world(scenario, running({"raise error"}));
  const StepFacts all = along(world, "alice bob carol");
  REQUIRE(all.failures.size() == 3);
  CHECK(all.failures[0] == all.failures[1]);
  CHECK(all.failures[0].of != all.failures[2].of);
}

}  // namespace interleak::oracle
