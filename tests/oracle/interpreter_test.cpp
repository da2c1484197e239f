// The interpreter by itself, on cases that were worked out by hand from the two pages.
#include <numeric>
#include <sstream>

#include "sim/property/invariants.hpp"
#include "sim/scenario/reader.hpp"
#include "tests/catch.hpp"
#include "tests/oracle/explorer.hpp"
#include "tests/oracle/interpreter.hpp"
#include "tests/oracle/listing.hpp"
#include "tests/oracle/tree.hpp"

namespace interleak::oracle {
namespace {

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
  scenario.protocol = scenario::standard_protocol();
  scenario.id = "test";
  for (const std::string& name : names) {
    scenario::Task task;
    task.id = task.owner = name;
    scenario::Operation get;
    get.does = "get";
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
    int times = 1;
    if (const std::size_t star = event.find('*'); star != std::string::npos) {
      times = std::stoi(event.substr(star + 1));
      event.erase(star);
    }
    for (; times > 0; --times) {
      const Lines enabled = world.enabled();
      INFO(event);
      REQUIRE(std::count(enabled.begin(), enabled.end(), event) == 1);
      const StepFacts facts = world.step(event);
      outcomes.insert(outcomes.end(), facts.outcomes.begin(), facts.outcomes.end());
    }
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
  Oracle world(scenario, design_of({"take", "try:", "    try:", "        await send request", "        await receive",
                                    "    on drop:", "        close", "    put", "on drop:", "    put"}));
  CHECK(play(world, "alice !alice") == Lines{"cancelled"});
  CHECK(world.state_findings().empty());
  CHECK(world.enabled() == Lines{"bob"});
  CHECK(play(world, "bob") == Lines{"error"});  // it was closed: no socket
}

TEST_CASE("finally runs for return, and a return in it drops the exception") {
  Oracle world(users({"alice"}, 0), design_of({"take", "try:", "    await send request", "    await receive",
                                               "    raise error \"broken\"", "finally:", "    put", "    return"}));
  CHECK(play(world, "alice srv.1 net.1 alice") == Lines{"ok"});
  CHECK_FALSE(world.end().lost_slot);
}

TEST_CASE("a bare raise raises again, and rejected is an error to except") {
  Oracle again(users({"alice"}, 0), design_of({"try:", "    raise rejected \"no\"", "except error:", "    raise"}));
  CHECK(play(again, "alice") == Lines{"rejected"});
}

TEST_CASE("the children of a cancelled task are orphans") {
  auto design = design_of({"take", "try:", "    spawn exchange", "    await child", "finally:", "    put"});
  add_procedure(design, "exchange", {"await send request", "await receive"});
  Oracle world(users({"alice", "bob"}, 1), design);
  CHECK(play(world, "alice alice' !alice") == Lines{"cancelled"});
  CHECK(world.state_findings() == std::set<std::string>{"dirty-idle", "double-owner", "zombie"});
  CHECK(play(world, "srv.1 net.1 alice'").empty());
  CHECK(world.state_findings().empty());
  CHECK(play(world, "bob bob' srv.1 net.1 bob' bob") == Lines{"ok"});
}

TEST_CASE("queues of waiters: a dead entry swallows a wake") {
  const Lines waits = {"if not available:",
                       "    join pool.waiters",
                       "    await turn pool.waiters",
                       "take",
                       "try:",
                       "    await pause",
                       "finally:",
                       "    put",
                       "    wake pool.waiters",
                       "await send request"};
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

TEST_CASE("resolve suspends only with its physics, and is an await of its own") {
  auto scenario = users({"alice"}, 1);
  scenario.pool_warm = 0;
  scenario.cancel.at = 1u << 8;  // resolve
  const auto design = design_of({"take", "await resolve", "await connect", "put"});
  Oracle without(scenario, design);
  CHECK(play(without, "alice").empty());
  CHECK(without.enabled() == Lines{"alice"});  // in connect, which may not be cancelled
  scenario.physics.resolve = true;
  Oracle with(scenario, design);
  play(with, "alice");
  CHECK(with.enabled() == Lines{"alice", "!alice"});
  CHECK(play(with, "alice").empty());
  CHECK(with.enabled() == Lines{"alice"});
}

TEST_CASE("a poll keeps what it saw, and does not see what arrives while it is suspended") {
  auto scenario = users({"alice"}, 0);
  const auto design = design_of({"take", "await send request", "await poll", "if polled:", "    raise error \"seen\"",
                                 "if readable:", "    raise rejected \"later\"", "await receive"});
  Oracle without(scenario, design);
  CHECK(play(without, "alice srv.1 net.1 alice") == Lines{"ok"});  // it did not suspend
  scenario.physics.poll = true;
  Oracle with(scenario, design);
  CHECK(play(with, "alice srv.1 net.1 alice") == Lines{"rejected"});
  Oracle nothing(scenario, design);
  CHECK(play(nothing, "alice alice srv.1 net.1 alice") == Lines{"ok"});

  Oracle seen(scenario, design_of({"take", "await send request", "await pause", "await poll",
                                   "if polled:", "    raise error \"seen\"", "await receive"}));
  CHECK(play(seen, "alice srv.1 net.1 alice") == Lines{"error"});
}

TEST_CASE("a poll without a connection sees nothing") {
  Oracle world(users({"alice"}, 0), design_of({"await poll", "if not polled:", "    raise rejected \"nothing\""}));
  CHECK(play(world, "alice") == Lines{"rejected"});
}

TEST_CASE("a command that the listing names is nobody's data") {
  const auto design =
      design_of({"take", "await send request", "await send \"UNWATCH\"", "await receive", "await discard", "put"});
  Oracle world(users({"alice"}, 0), design);
  CHECK(play(world, "alice srv.1 net.1 alice srv.1 net.1 alice") == Lines{"ok"});
  CHECK(world.state_findings().empty());
  Oracle wrong(users({"alice"}, 0), design_of({"take", "await send \"UNWATCH\"", "await receive",
                                               "if not mine:", "    raise rejected \"no\""}));
  CHECK(play(wrong, "alice srv.1 net.1 alice") == Lines{"wrong-value"});
}

TEST_CASE("renew takes back what nobody has, and leaves alone what somebody has") {
  // alice forgets connection 1 and is over; bob finds the pool of one exhausted, and renews it.
  Oracle world(users({"alice", "bob"}, 1),
               design_of({"try:", "    take", "except error:", "    renew", "    take",
                          "if not connected:", "    raise rejected \"cold\"", "await pause"}));
  CHECK(play(world, "alice !alice") == Lines{"cancelled"});
  CHECK(world.end().lost_slot);
  CHECK(play(world, "bob") == Lines{"rejected"});  // taken, and closed

  Oracle owned(users({"alice", "bob"}, 0),
               design_of({"try:", "    take", "except error:", "    renew", "    take", "await pause", "put"}));
  CHECK(play(owned, "alice bob") == Lines{"error"});  // alice has it still
}

TEST_CASE("renewed slots: the variables are new, the free ones stay in front") {
  auto scenario = users({"alice", "bob"}, 1);
  scenario.pool_max = 2;
  // alice is cancelled with connection 1; bob has 2 put back when he renews: 2 comes before 1.
  Oracle world(scenario,
               design_of({"take", "conn.locked = 1", "try:", "    await pause", "except cancelled:", "    raise", "put",
                          "renew", "take", "if conn.locked:", "    raise rejected \"old\"", "await connect",
                          "await send request", "await receive"}));
  CHECK(play(world, "alice !alice bob bob bob") == Lines{"cancelled"});
  CHECK(world.enabled() == Lines{"srv.2"});
  CHECK(play(world, "srv.2 net.2 bob") == Lines{"ok"});
}

TEST_CASE("a turn times out only with the physics, and only while it waits") {
  auto scenario = users({"alice", "bob"}, 0);
  const auto design =
      design_of({"if not available:", "    join pool.waiters", "    try:", "        await turn pool.waiters timeout",
                 "    except error:", "        leave pool.waiters", "        raise rejected \"late\"", "take",
                 "await pause", "put", "wake pool.waiters"});
  Oracle without(scenario, design);
  play(without, "alice bob");
  CHECK(without.enabled() == Lines{"alice"});
  scenario.physics.timeouts = true;
  Oracle with(scenario, design);
  play(with, "alice bob");
  CHECK(with.enabled() == Lines{"alice", "tmo.bob"});
  Oracle woken = with;
  CHECK(play(with, "tmo.bob") == Lines{"rejected"});
  CHECK(play(woken, "alice") == Lines{"wrong-value"});
  CHECK(woken.enabled() == Lines{"bob"});
}

TEST_CASE("a cancel at await task is for the child, and the waiter waits on") {
  auto design = design_of({"take", "try:", "    spawn exchange", "    await task", "finally:", "    put"});
  add_procedure(design, "exchange",
                {"await send request", "try:", "    await receive", "except cancelled:", "    close", "    await pause",
                 "    raise"});
  Oracle world(users({"alice"}, 2), design);
  play(world, "alice alice'");
  const StepFacts facts = world.step("!alice");
  CHECK(facts.outcomes.empty());
  CHECK(facts.cancel_waits);
  CHECK(world.enabled() == Lines{"alice'", "!alice"});
  CHECK(play(world, "alice'").empty());
  CHECK(world.enabled() == Lines{"alice", "!alice"});  // the child is done: the next is for alice
  CHECK(play(world, "alice") == Lines{"cancelled"});
  CHECK(world.state_findings().empty());

  Oracle early(users({"alice"}, 1), design);  // the child ends without a line
  CHECK(play(early, "alice !alice alice") == Lines{"cancelled"});
  CHECK(early.end().complete);
}

TEST_CASE("a cancel goes down a row of tasks that await each other") {
  auto design = design_of({"take", "spawn middle", "await task"});
  add_procedure(design, "middle",
                {"spawn inner", "try:", "    await task", "except cancelled:", "    raise rejected \"middle\""});
  add_procedure(design, "inner", {"await send request", "await receive"});
  Oracle world(users({"alice"}, 1), design);
  CHECK(play(world, "alice alice' alice'' !alice").empty());
  CHECK(world.enabled() == Lines{"alice'", "srv.1"});
  CHECK(play(world, "alice' alice") == Lines{"rejected"});

  auto vanishing = users({"alice"}, 1);
  vanishing.cancel.kind = scenario::CancelKind::vanish;
  Oracle orphan(vanishing, design);
  CHECK(play(orphan, "alice alice' !alice") == Lines{"cancelled"});
  CHECK(orphan.state_findings() == std::set<std::string>{"zombie"});
}

TEST_CASE("a runtime that swallows cancels loses them at its own timeouts") {
  auto scenario = users({"alice"}, 1);
  scenario.send_suspends = design::SendSuspends::after;
  scenario.physics.swallow = true;
  auto design = design_of(kReleaseInFinally);
  Oracle honest(scenario, design);
  CHECK(play(honest, "alice !alice") == Lines{"cancelled"});
  design.runtime = "python-3.11";
  Oracle deaf(scenario, design);
  CHECK(play(deaf, "alice !alice").empty());
  CHECK(deaf.enabled() == Lines{"alice", "srv.1"});  // the cancel is used up
  CHECK(play(deaf, "alice srv.1 net.1 alice") == Lines{"ok"});

  scenario.physics.poll = true;
  const auto polls = Lines{"take", "await poll"};
  auto polling = design_of(polls);
  polling.runtime = "python-3.11";
  Oracle hears(scenario, polling);
  CHECK(play(hears, "alice !alice") == Lines{"cancelled"});
  polling.runtime = "python-3.11/async_timeout-4.0.2";
  Oracle loses(scenario, polling);
  CHECK(play(loses, "alice !alice").empty());
}

TEST_CASE("a transaction has MULTI, its keys and EXEC; a watch goes in three steps") {
  auto scenario = users({"alice"}, 0);
  scenario.tasks[0].operations[0].does = "transaction";
  const Lines exchange = {"await send request", "loop commands times:", "    await receive"};
  const Lines once = Lines{"take"} + exchange;
  Oracle transaction(scenario, design_of(once));
  CHECK(play(transaction, "alice srv.1*3 net.1*3 alice") == Lines{"ok"});

  scenario.tasks[0].operations[0].does = "watch";
  Oracle partly(scenario, design_of(once));
  CHECK(play(partly, "alice srv.1 net.1 alice") == Lines{"wrong-value"});  // only WATCH
  Oracle watch(scenario, design_of(once + exchange + exchange));
  CHECK(play(watch, "alice srv.1 net.1 alice srv.1 net.1 alice srv.1*3 net.1*3 alice") == Lines{"ok"});
  Oracle beyond(scenario, design_of(once + exchange + exchange + exchange));
  CHECK(play(beyond, "alice srv.1 net.1 alice srv.1 net.1 alice srv.1*3 net.1*3 alice") == Lines{"error"});
}

TEST_CASE("what is queued in somebody's transaction is nobody's data, what EXEC answers is not") {
  auto scenario = users({"alice", "bob"}, 1);
  scenario.tasks[0].operations[0].does = "transaction";
  const auto design = design_of({"take", "try:", "    await send request",
                                 "    loop commands times:", "        await receive", "finally:", "    put"});
  Oracle queued(scenario, design);  // bob's GET is answered by QUEUED
  play(queued, "alice srv.1 net.1 alice !alice");
  CHECK(play(queued, "bob srv.1 net.1 bob") == Lines{"wrong-value"});
  Oracle executed(scenario, design);
  play(executed, "alice srv.1 net.1 alice srv.1 net.1 alice !alice");
  CHECK(play(executed, "bob srv.1 net.1 bob") == Lines{"leak"});
  scenario.tasks[1].operations[0].mangles = {"list"};
  Oracle mangled(scenario, design);
  play(mangled, "alice srv.1 net.1 alice srv.1 net.1 alice !alice");
  CHECK(play(mangled, "bob srv.1 net.1 bob") == Lines{"wrong-value"});
}

TEST_CASE("an operation runs the procedure of its kind, or that of a simpler kind") {
  const auto outcome = [](const char* does, const Lines& procedures) {
    auto scenario = users({"alice"}, 0);
    scenario.tasks[0].operations[0].does = does;
    auto design = design_of({"pass"});
    for (const std::string& each : procedures) {
      const bool last = each == procedures.back();
      add_procedure(design, each, {last ? "raise rejected \"last\"" : "raise error \"first\""});
    }
    Oracle world(scenario, design);
    return play(world, "alice").front();
  };
  CHECK(outcome("pipeline", {"execute_pipeline"}) == "rejected");
  CHECK(outcome("transaction", {"execute_pipeline"}) == "rejected");
  CHECK(outcome("transaction", {"execute_pipeline", "execute_transaction"}) == "rejected");
  CHECK(outcome("watch", {"execute_watch"}) == "rejected");
  CHECK(outcome("watch", {"execute_pipeline"}) == "wrong-value");  // `execute`
  CHECK(outcome("get", {"execute_pipeline"}) == "wrong-value");
}

TEST_CASE("the kernel's buffer is behind the wire, and no look at the connection sees it") {
  auto scenario = users({"alice", "bob"}, 1);
  scenario.physics.kernel = true;
  Oracle world(scenario, design_of({"take", "if readable:", "    close", "    await connect",
                                    "try:", "    await send request", "    await receive", "finally:", "    put"}));
  CHECK(play(world, "alice !alice srv.1 net.1") == Lines{"cancelled"});
  CHECK(world.enabled() == Lines{"bob", "krn.1"});
  CHECK(world.state_findings() == std::set<std::string>{"dirty-idle"});
  Oracle seen = world;
  CHECK(play(world, "bob krn.1 bob") == Lines{"leak"});
  CHECK(play(seen, "krn.1 bob bob srv.1 net.1 krn.1 bob") == Lines{"ok"});
}

TEST_CASE("a reply in pieces: each wakes the reader, who takes the header and waits again") {
  auto scenario = users({"alice"}, 1);
  scenario.physics.fragments = true;
  const auto design = design_of({"take", "await send request", "await receive"});
  Oracle world(scenario, design);
  play(world, "alice srv.1");
  CHECK(world.enabled() == Lines{"!alice", "net.1", "net.1:hdr", "net.1:part"});
  play(world, "net.1:hdr");
  CHECK(world.enabled() == Lines{"alice", "!alice", "net.1", "net.1:part"});
  play(world, "alice");
  CHECK(world.enabled() == Lines{"!alice", "net.1", "net.1:part"});
  play(world, "net.1:part");
  CHECK(world.enabled() == Lines{"alice", "!alice", "net.1"});
  CHECK(play(world, "alice net.1 alice") == Lines{"ok"});
}

TEST_CASE("pieces in the kernel's buffer move with the whole replies before them") {
  auto scenario = users({"alice"}, 0);
  scenario.physics.fragments = scenario.physics.kernel = true;
  scenario.tasks[0].operations[0].does = "pipeline";
  scenario.tasks[0].operations[0].keys = {"history", "profile"};
  Oracle world(scenario, design_of({"take", "await send request", "await receive",
                                    "if not readable:", "    raise rejected \"nothing\"", "await receive"}));
  CHECK(play(world, "alice srv.1 srv.1 net.1 net.1:hdr krn.1 alice").empty());
  CHECK(world.enabled() == Lines{"net.1", "net.1:part"});
  CHECK(play(world, "net.1 krn.1 alice") == Lines{"ok"});
}

TEST_CASE("what becomes of the beginning of a reply when its reader is cancelled") {
  auto scenario = users({"alice", "bob"}, 1);
  scenario.physics.fragments = true;
  auto design = design_of({"share 1", "if readable:", "    raise rejected \"dirty\"",
                           "if op.n == 0:", "    await send request", "await receive"});
  const std::string cut = "alice srv.1 net.1:part alice !alice ";
  Oracle resumes(scenario, design);  // the header is taken, the part behind it is not
  CHECK(play(resumes, cut + "bob") == Lines{"cancelled", "rejected"});
  design.parser = design::ReplyParser::greedy;
  Oracle greedy(scenario, design);
  CHECK(play(greedy, cut + "bob net.1 bob") == Lines{"cancelled", "leak"});
  design.parser = design::ReplyParser::loses;
  Oracle loses(scenario, design);
  CHECK(play(loses, "alice srv.1 net.1:hdr alice !alice bob net.1 bob") == Lines{"cancelled", "error"});
  auto losing = design_of({"share 1", "await send request", "await receive"});
  losing.parser = design::ReplyParser::loses;
  // Cancelled before the parser took anything: nothing is lost.
  Oracle unread(scenario, losing);
  CHECK(play(unread, "alice srv.1 net.1:hdr !alice bob net.1 bob") == Lines{"cancelled", "leak"});
}

/// The bound that the last event of a schedule passes; none of the others may pass one.
std::string bound_of(const scenario::Scenario& scenario, const design::Design& design, const std::string& schedule) {
  Oracle world(scenario, design);
  std::istringstream words(schedule);
  StepFacts facts;
  for (std::string event; words >> event;) {
    REQUIRE_FALSE(facts.diverges);
    const Lines enabled = world.enabled();
    INFO(event);
    REQUIRE(std::count(enabled.begin(), enabled.end(), event) == 1);
    facts = world.step(event);
  }
  return facts.bound;
}

/// `execute`, and a procedure `child`.
design::Design with_child(const Lines& execute, const Lines& child) {
  auto design = design_of(execute);
  add_procedure(design, "child", child);
  return design;
}

TEST_CASE("a schedule that passes a bound diverges by its name, one that just fills it does not") {
  const auto alice = users({"alice"}, 0);
  CHECK(bound_of(alice, with_child({"loop 3 times:", "    spawn child"}, {"pass"}), "alice").empty());
  CHECK(bound_of(alice, with_child({"loop 4 times:", "    spawn child"}, {"pass"}), "alice") == "children");
  CHECK(bound_of(alice, design_of({"loop 16 times:", "    join pool.waiters"}), "alice").empty());
  CHECK(bound_of(alice, design_of({"loop 17 times:", "    join pool.waiters"}), "alice") == "waiters");
  CHECK(bound_of(alice, design_of({"take", "loop 32 times:", "    await send request"}), "alice").empty());
  CHECK(bound_of(alice, design_of({"take", "loop 33 times:", "    await send \"PING\""}), "alice") == "requests");
  CHECK(bound_of(alice, design_of({"loop 90 times:", "    loop 40 times:", "        pass"}), "alice").empty());
  CHECK(bound_of(alice, design_of({"loop 200 times:", "    loop 100 times:", "        pass"}), "alice") == "steps");
}

TEST_CASE("the list of free connections has a bound for whoever adds to it") {
  auto scenario = users({"alice"}, 0);
  const auto puts = [](const std::string& times, const Lines& then) {
    const Lines loop = {"take", "loop " + times + " times:", "    spawn child", "    await child"};
    return with_child(loop + then, {"put"});
  };
  std::string fifteen = "alice";
  for (int i = 0; i < 15; ++i) fifteen += " alice' alice";
  const std::string sixteen = fifteen + " alice' alice";
  CHECK(bound_of(scenario, puts("15", {"put"}), fifteen).empty());
  CHECK(bound_of(scenario, puts("16", {"put"}), sixteen) == "free-list");
  scenario.pool_max = 2;
  scenario.pool_warm = 1;
  CHECK(bound_of(scenario, puts("15", {"share 2"}), fifteen).empty());
  CHECK(bound_of(scenario, puts("16", {"share 2"}), sixteen) == "free-list");
  // The next operation finds a slot that nobody has: it comes behind the others.
  scenario.pool_warm = 2;
  auto& operations = scenario.tasks[0].operations;
  operations.push_back(operations[0]);
  operations[1].does = "pipeline";
  const auto renews = [&](const std::string& times) {
    auto design = puts(times, {});
    add_procedure(design, "execute", Lines{"take"} + lines_of(design.procedures.at("execute")));
    add_procedure(design, "execute_pipeline", {"renew"});
    return design;
  };
  CHECK(bound_of(scenario, renews("15"), fifteen).empty());
  CHECK(bound_of(scenario, renews("16"), sixteen) == "free-list");
}

TEST_CASE("a socket leaves eight writes behind, not nine") {
  auto scenario = users({"alice"}, 0);
  scenario.physics.linger = true;
  scenario.tasks[0].operations[0].does = "set";
  const auto writes = [](const std::string& times) {
    return design_of({"take", "loop " + times + " times:", "    await send request", "close"});
  };
  CHECK(bound_of(scenario, writes("8"), "alice").empty());
  CHECK(bound_of(scenario, writes("9"), "alice") == "lingering");
}

TEST_CASE("sixteen frames may wait for a reply of one connection") {
  const auto five = users({"a", "b", "c", "d", "e"}, 0);
  auto design = with_child({"share 1", "loop 3 times:", "    spawn child", "await receive"}, {"await receive"});
  design.readers = design::Readers::queue;
  const std::string four = "a a' a'' a''' b b' b'' b''' c c' c'' c''' d d' d'' d'''";
  CHECK(bound_of(five, design, four).empty());
  CHECK(bound_of(five, design, four + " e") == "readers");
}

TEST_CASE("a frame keeps eight replies, whoever they come from") {
  auto scenario = users({"alice"}, 0);
  scenario.tasks[0].operations[0].does = "pipeline";
  scenario.tasks[0].operations[0].keys = Lines(8, "history");
  const auto read_by_children = [&](const Lines& own) {
    const Lines asks = {"take", "await send request", "await send request", "spawn child", "await child"};
    return with_child(asks + own, {"loop 5 times:", "    await receive"});
  };
  std::string answers = "alice";
  for (int i = 0; i < 16; ++i) answers += " srv.1 net.1";
  // The first five, the next three, and two that are thrown away.
  Oracle two(scenario, read_by_children({"spawn child", "await child"}));
  CHECK(play(two, answers + " alice' alice alice' alice") == Lines{"ok"});
  // There is no room for a ninth that the frame reads itself.
  Oracle own(scenario, read_by_children({"spawn child", "await child", "await receive"}));
  CHECK(play(own, answers + " alice' alice alice' alice") == Lines{"error"});
}

TEST_CASE("a detached frame works for no operation: nobody owns what it takes, and it owns nothing that it puts") {
  const auto scenario = users({"alice"}, 0);
  Oracle taken(scenario, with_child({"spawn detached child", "await pause"}, {"take", "await pause"}));
  play(taken, "alice alice'");
  CHECK_FALSE(taken.end().lost_slot);   // it is in the register of a live detached frame
  play(taken, "alice'");
  CHECK(taken.end().lost_slot);         // and the operation that runs does not own it
  Oracle put(scenario, with_child({"take", "spawn detached child", "await pause"}, {"put"}));
  play(put, "alice alice'");
  CHECK(put.state_findings() == std::set<std::string>{"double-owner"});
}

TEST_CASE("the node of a key is that of its hash tag") {
  const auto nodes_of = [](const std::string& before) {
    std::set<std::string> events;
    for (int i = 0; i < 20; ++i) {
      auto scenario = users({"alice"}, 0);
      scenario.nodes = 2;
      scenario.tasks[0].operations[0].keys = {before + std::to_string(i)};
      auto design = design_of({"take", "await send request"});
      design.cluster = true;
      Oracle world(scenario, design);
      play(world, "alice");
      for (const std::string& event : world.enabled()) events.insert(event);
    }
    return events;
  };
  CHECK(nodes_of("k") == std::set<std::string>{"srv.1", "srv.2"});
  CHECK(nodes_of("{k}").size() == 1);
  CHECK(nodes_of("{}k") == std::set<std::string>{"srv.1", "srv.2"});
}

TEST_CASE("an UNWATCH of the handshake ends a watch, too") {
  auto scenario = users({"alice"}, 0);
  scenario.physics.session = true;
  scenario.pool_warm = 0;
  scenario.tasks[0].operations[0].does = "watch";
  auto design = design_of(
      {"take", "await connect", "await send request", "await discard", "await send handshake", "await discard", "put"});
  const auto findings = [&](const std::string& command) {
    design.handshake = {command};
    Oracle world(scenario, design);
    play(world, "alice*2 srv.1 net.1 alice srv.1 net.1 alice");
    return world.state_findings();
  };
  CHECK(findings("UNWATCH").empty());
  CHECK(findings("AUTH") == std::set<std::string>{"dirty-idle"});
}

// --- replies of several messages ------------------------------------------------------------------

/// Kinds of the protocols below: data are `value` and `row`.
constexpr std::size_t kRow = 1, kEnd = 2, kNotice = 3;

/// `get` is one request, which is answered so; `ping` is a command that listings may send.
protocol::Protocol answering(const std::vector<std::vector<std::size_t>>& groups) {
  protocol::Protocol protocol;
  protocol.id = "rows";
  protocol.kinds.insert(
      protocol.kinds.end(),
      {{"row", true, "", false, {}}, {"end", false, "", false, {}}, {"notice", false, "", false, {}}});
  protocol::Command read, ping;
  read.name = "read";
  read.cases.resize(1);
  protocol::Reply& reply = read.cases.front().reply;
  for (const auto& group : groups) {
    reply.emplace_back();
    for (const std::size_t kind : group) reply.back().push_back({kind, ""});
  }
  ping.name = "ping";
  ping.cases = {{{}, {{{kRow, ""}, {kEnd, ""}}}, {}, {}}};
  protocol.commands = {read, ping};
  protocol::Operation get;
  get.name = "get";
  get.steps = {{{0, protocol::Keys::first, {}, false}}};
  protocol.operations = {get};
  return protocol;
}

scenario::Scenario users_of(const protocol::Protocol& protocol, const std::vector<std::string>& names, int cancels) {
  auto scenario = users(names, cancels);
  scenario.protocol = std::make_shared<const protocol::Protocol>(protocol);
  return scenario;
}

/// Alone, without a cancel.
scenario::Scenario alice_of(const protocol::Protocol& protocol) { return users_of(protocol, {"alice"}, 0); }

TEST_CASE("a reply of two groups is made and delivered in two, and read by two receives") {
  const auto scenario = alice_of(answering({{kRow}, {kEnd}}));
  const Lines begin = {"take", "await send request", "await receive"};
  Oracle both(scenario, design_of(begin + Lines{"await receive", "put"}));
  play(both, "alice srv.1");
  CHECK(both.enabled() == Lines{"srv.1", "net.1"});
  CHECK(play(both, "net.1 alice").empty());
  CHECK(both.enabled() == Lines{"srv.1"});
  CHECK(play(both, "srv.1 net.1 alice") == Lines{"ok"});
  CHECK(both.state_findings().empty());
  // The end is nobody's data and no result: nothing is missing in the value, but the connection owes it.
  Oracle first(scenario, design_of(begin + Lines{"put"}));
  CHECK(play(first, "alice srv.1 net.1 alice") == Lines{"ok"});
  CHECK(first.state_findings() == std::set<std::string>{"dirty-idle"});
  CHECK(play(first, "srv.1 net.1").empty());
  CHECK(first.end().complete);
}

TEST_CASE("a group comes as a whole, and each of its messages makes one reader ready") {
  auto design = design_of({"share 1", "await send request", "await receive"});
  design.readers = design::Readers::queue;
  const auto protocol = answering({{kRow, kRow}});
  Oracle world(users_of(protocol, {"alice", "bob", "carol"}, 0), design);
  play(world, "alice bob carol srv.1 net.1");
  CHECK(world.enabled() == Lines{"alice", "bob", "srv.1"});
  CHECK(play(world, "bob") == Lines{"leak"});          // the first one that lies there
  CHECK(play(world, "alice") == Lines{"wrong-value"});  // its second row, and not the first
}

TEST_CASE("until takes one message after the other, and waits for what is missing") {
  const auto scenario = alice_of(answering({{kRow, kRow}, {kEnd}}));
  Oracle receives(scenario, design_of({"take", "await send request", "await receive until end", "put"}));
  CHECK(play(receives, "alice srv.1 net.1 alice").empty());
  CHECK(receives.enabled() == Lines{"srv.1"});
  CHECK(play(receives, "srv.1 net.1 alice") == Lines{"ok"});
  CHECK(receives.state_findings().empty());
  Oracle early(scenario, design_of({"take", "await send request", "await receive until row", "put"}));
  CHECK(play(early, "alice srv.1 net.1 alice") == Lines{"wrong-value"});  // one row of two
  Oracle discards(scenario, design_of({"take", "await send request", "await discard until end", "put"}));
  CHECK(play(discards, "alice srv.1 srv.1 net.1 alice net.1 alice") == Lines{"wrong-value"});
  CHECK(discards.state_findings().empty());
}

TEST_CASE("what until has taken stays taken, and a value that is full ends it") {
  const auto protocol = answering({{kRow, kRow}});
  Oracle cancelled(users_of(protocol, {"alice"}, 1),
                   design_of({"take", "await send request", "try:", "    await receive until end",
                              "except cancelled:", "    pass"}));
  CHECK(play(cancelled, "alice srv.1 net.1 alice !alice") == Lines{"ok"});
  Oracle full(alice_of(protocol),
              design_of({"take", "loop 5 times:", "    await send request", "try:", "    await receive until end",
                         "except error:", "    if readable:", "        raise rejected \"one was left\""}));
  CHECK(play(full, "alice srv.1*5 net.1*5 alice") == Lines{"rejected"});
  // No message need be there: the value is full as soon as the eighth is in it.
  Oracle just(alice_of(protocol),
              design_of({"take", "loop 4 times:", "    await send request", "await receive until end"}));
  CHECK(play(just, "alice srv.1*4 net.1*4 alice") == Lines{"error"});
}

TEST_CASE("forget takes the last message out of the value, and nothing out of an empty one") {
  auto protocol = answering({{kRow}, {kEnd}});
  const Lines lines = {"forget", "take", "await send request", "await receive", "forget", "await receive"};
  const std::string schedule = "alice srv.1 net.1 alice srv.1 net.1 alice";
  Oracle rows(alice_of(protocol), design_of(lines));
  CHECK(play(rows, schedule) == Lines{"wrong-value"});
  protocol.operations[0].result = {kEnd};
  Oracle ends(alice_of(protocol), design_of(lines));
  CHECK(play(ends, schedule) == Lines{"ok"});
}

TEST_CASE("got is about the last message that was taken, saw about those since the last send") {
  const auto protocol = answering({{kRow}, {kEnd}});
  Oracle world(
      alice_of(protocol),
      design_of({"if got row or saw row:", "    raise error \"nothing was taken\"", "take", "await send request",
                 "await receive", "if not got row or not saw row or got end:", "    raise error \"a row\"",
                 "await discard", "if got row or not saw row or not got end:", "    raise error \"an end\"",
                 "await send \"ping\"", "if saw row or saw end or not got end:", "    raise error \"sent\"",
                 "await discard", "if not got row or saw end:", "    raise error \"of ping\""}));
  CHECK(play(world, "alice srv.1 net.1 alice srv.1 net.1 alice srv.1 net.1 alice") == Lines{"ok"});
}

TEST_CASE("each operation and each child begins with nothing taken, and the value alone is taken over") {
  const auto protocol = answering({{kRow}});
  auto design = design_of({"if got row or saw row:", "    raise error \"of another operation\"", "take",
                           "await send request", "await discard", "await send request", "spawn child", "await child",
                           "if saw row or not got row:", "    raise error \"of the child\"", "put"});
  add_procedure(design, "child",
                {"if got row or saw row:", "    raise error \"of the parent\"", "await receive",
                 "if not got row or not saw row:", "    raise error \"its own\""});
  auto scenario = alice_of(protocol);
  scenario.tasks[0].operations.push_back(scenario.tasks[0].operations[0]);
  Oracle world(scenario, design);
  const std::string once = "alice srv.1 net.1 alice srv.1 net.1 alice' alice ";
  CHECK(play(world, once) == Lines{"ok"});
  CHECK(play(world, once.substr(once.find(' ') + 1)) == Lines{"ok"});
}

TEST_CASE("a command that is sent by name has the messages of the protocol, which are nobody's data") {
  const auto got = [](const std::string& command, const std::string& condition) {
    Oracle world(users({"alice"}, 0), design_of({"take", "await send \"" + command + "\"", "await discard",
                                                 "if " + condition + ":", "    raise rejected \"yes\""}));
    return play(world, "alice srv.1 net.1 alice") == Lines{"rejected"};
  };
  CHECK(got("UNWATCH", "got ok and saw ok"));
  CHECK(got("EXEC", "got value"));
  CHECK(got("PING", "not got ok and not got value and not got queued and not saw value"));
  // Data of nobody: it passes the check, and is a wrong value.
  Oracle wrong(users({"alice"}, 0), design_of({"take", "await send \"EXEC\"", "await receive",
                                               "if not mine:", "    raise rejected \"no\""}));
  CHECK(play(wrong, "alice srv.1 net.1 alice") == Lines{"wrong-value"});
  // Both messages of a ping, behind the handshake that is another.
  const auto protocol = answering({{kRow}});
  auto design = design_of({"take", "await connect", "await send handshake", "await discard until end",
                           "await send request", "await receive", "put"});
  design.handshake = {"ping"};
  auto scenario = alice_of(protocol);
  scenario.pool_warm = 0;
  Oracle handshake(scenario, design);
  CHECK(play(handshake, "alice alice srv.1 net.1 alice srv.1 net.1 alice") == Lines{"ok"});
  CHECK(handshake.state_findings().empty());
}

TEST_CASE("a MOVED is of no kind, and one message") {
  auto scenario = alice_of(answering({{kRow}, {kRow, kEnd}}));
  scenario.nodes = 2;
  scenario.tasks[0].operations[0].node = 1;
  scenario.tasks[0].operations[0].moved_to = 2;
  auto design = design_of({"take", "await send request", "await receive", "if got row or got end or got value:",
                           "    raise rejected \"a kind\"", "if not redirected:", "    raise rejected \"no\""});
  design.cluster = true;
  Oracle world(scenario, design);
  play(world, "alice srv.1");
  CHECK(world.enabled() == Lines{"net.1"});
  CHECK(play(world, "net.1 alice") == Lines{"wrong-value"});  // worse than the error: a second row is missing
}

TEST_CASE("what the next user reads behind a reader that was cancelled between two groups") {
  const auto outcome = [](const std::vector<std::vector<std::size_t>>& groups) {
    Oracle world(users_of(answering(groups), {"alice", "bob"}, 1),
                 design_of({"take", "try:", "    await send request", "    await receive", "    await receive",
                            "finally:", "    put"}));
    play(world, "alice srv.1 net.1 alice !alice");
    CHECK(world.enabled() == Lines{"bob", "srv.1"});
    CHECK(world.state_findings() == std::set<std::string>{"dirty-idle"});
    return play(world, "bob srv.1 net.1 bob srv.1 net.1 bob");
  };
  CHECK(outcome({{kRow}, {kRow}}) == Lines{"leak"});
  CHECK(outcome({{kRow}, {kEnd}}) == Lines{"wrong-value"});  // the end of alice's takes the first place
}

TEST_CASE("results: other messages that answer the operation take no place, wherever they stand") {
  auto protocol = answering({{kRow, kNotice, kRow}, {kEnd}});
  const auto outcome = [&](const Lines& reads) {
    Oracle world(alice_of(protocol), design_of(Lines{"take", "await send request"} + reads));
    return play(world, "alice srv.1*2 net.1*2 alice").front();
  };
  const std::string keep = "await receive", drop = "await discard";
  CHECK(outcome({keep, keep, keep, keep}) == "ok");
  CHECK(outcome({keep, drop, keep}) == "ok");
  CHECK(outcome({drop, keep, keep}) == "wrong-value");
  CHECK(outcome({keep, keep, drop}) == "wrong-value");
  protocol.operations[0].result = {kNotice, kEnd};
  CHECK(outcome({keep, keep, keep, keep}) == "ok");
  CHECK(outcome({drop, keep, drop, keep}) == "ok");
  CHECK(outcome({keep, drop, keep, keep}) == "wrong-value");
  // Without data, the first.
  protocol = answering({{kNotice, kEnd}, {kNotice}});
  CHECK(outcome({keep, drop, drop}) == "ok");
  CHECK(outcome({drop, keep, keep}) == "wrong-value");
  // What the client throws away has its places, and is not judged.
  protocol.operations[0].steps[0][0].ignored = true;
  CHECK(outcome({drop, drop, keep}) == "wrong-value");   // too few: the notice that is no result takes no place
  Oracle stale(alice_of(protocol), design_of({"take", "await send \"ping\"", "await receive", "put"}));
  CHECK(play(stale, "alice srv.1 net.1 alice") == Lines{"ok"});
}

TEST_CASE("the type of a message that is nobody's is its kind") {
  // Alice leaves a reply of two messages behind; the first of them is what Bob takes.
  using Kinds = std::vector<std::vector<std::size_t>>;
  const auto outcome = [](const Kinds& reply, const std::vector<std::string>& accepts) {
    auto scenario = users_of(answering(reply), {"alice", "bob"}, 1);
    scenario.tasks[1].operations[0].strict = true;
    scenario.tasks[1].operations[0].accepts = accepts;
    Oracle world(scenario,
                 design_of({"take", "try:", "    await send request", "    await receive", "finally:", "    put"}));
    play(world, "alice srv.1 net.1 !alice");
    return play(world, "bob");
  };
  const Kinds row_first = {{kRow}, {kEnd}}, end_first = {{kEnd}, {kRow}};
  CHECK(outcome(row_first, {"list"}) == Lines{"leak"});
  CHECK(outcome(row_first, {"end"}) == Lines{"type-error"});
  CHECK(outcome(end_first, {"list"}) == Lines{"type-error"});
  CHECK(outcome(end_first, {"end"}) == Lines{"wrong-value"});
}

TEST_CASE("messages count for the bound of a connection, those to come included") {
  const auto alice = alice_of(answering({{kRow, kRow, kRow}, {kEnd}}));
  const auto sends = [](const std::string& times, const Lines& then) {
    return design_of(Lines{"take", "loop " + times + " times:", "    await send request"} + then);
  };
  CHECK(bound_of(alice, sends("8", {}), "alice").empty());
  CHECK(bound_of(alice, sends("9", {}), "alice") == "requests");
  // Half of the first reply is made, and one message of it is read: there is room for one, not for two.
  const Lines pings = {"await receive", "await send \"PING\"", "await send \"PING\""};
  CHECK(bound_of(alice, sends("8", {"await receive", "await send \"PING\""}), "alice srv.1 net.1 alice").empty());
  CHECK(bound_of(alice, sends("8", pings), "alice srv.1 net.1 alice") == "requests");
}

TEST_CASE("the pieces of a group are those of its first message, and that is what a parser loses") {
  auto scenario = users_of(answering({{kRow, kRow}}), {"alice", "bob", "carol"}, 1);
  scenario.physics.fragments = true;
  auto design = design_of({"share 1", "await send request", "await receive"});
  design.parser = design::ReplyParser::loses;
  Oracle world(scenario, design);
  CHECK(play(world, "alice srv.1 net.1:hdr alice !alice bob net.1 bob") == Lines{"cancelled", "error"});
  CHECK(play(world, "carol") == Lines{"leak"});  // the second is whole
}

TEST_CASE("what has lost its beginning is of no kind") {
  auto scenario = users_of(answering({{kRow}, {kRow}}), {"alice"}, 1);
  scenario.physics.fragments = true;
  auto design = design_of({"take", "await send request", "await receive", "try:", "    await receive",
                           "except cancelled:", "    try:", "        await receive until row",
                           "    except error:", "        if got row:", "            raise rejected \"a row\"",
                           "        if not saw row:", "            raise rejected \"no row\"", "        raise"});
  design.parser = design::ReplyParser::loses;
  Oracle world(scenario, design);
  play(world, "alice srv.1 srv.1 net.1 alice net.1:hdr alice !alice net.1");
  CHECK(play(world, "alice") == Lines{"error"});
}

TEST_CASE("a write whose reply has begun does not linger") {
  auto protocol = answering({{kEnd}, {kEnd}});
  protocol.commands[0].writes = true;
  auto scenario = alice_of(protocol);
  scenario.physics.linger = true;
  const auto design = design_of({"take", "await send request", "await pause", "close", "await pause"});
  Oracle left(scenario, design);
  play(left, "alice alice");
  CHECK(left.enabled() == Lines{"alice", "srv.1@old"});
  Oracle begun(scenario, design);
  play(begun, "alice srv.1 alice");
  CHECK(begun.enabled() == Lines{"alice"});
}

TEST_CASE("a server may fall silent between two groups of a reply") {
  auto scenario = alice_of(answering({{kRow}, {kEnd}}));
  scenario.may_be_silent = true;
  Oracle world(scenario, design_of({"take", "await send request", "await receive until end"}));
  play(world, "alice srv.1 sil.1");
  CHECK(world.enabled() == Lines{"net.1"});
  CHECK(play(world, "net.1 alice").empty());
  CHECK(world.end().complete);
  CHECK(world.end().starved);
  CHECK_FALSE(world.end().hostage);
}

// --- tasks that go on -----------------------------------------------------------------------------

/// alice with two operations, who goes on behind one that fails.
scenario::Scenario alice_twice(int cancels) {
  auto scenario = users({"alice"}, cancels);
  scenario.tasks[0].operations.push_back(scenario.tasks[0].operations[0]);
  scenario.tasks[0].goes_on = true;
  return scenario;
}

TEST_CASE("behind an error the next operation is there, and begins in an event of its own") {
  const auto design = design_of({"take", "if not conn.locked:", "    conn.locked = 1", "    put",
                                 "    raise error \"the first\"", "await send request", "await receive", "put"});
  auto scenario = alice_twice(1);
  Oracle world(scenario, design);
  CHECK(play(world, "alice") == Lines{"error"});
  CHECK(world.enabled() == Lines{"alice"});  // and nobody to cancel
  CHECK_FALSE(world.end().complete);
  play(world, "alice");
  CHECK(world.enabled() == Lines{"!alice", "srv.1"});
  CHECK(play(world, "srv.1 net.1 alice") == Lines{"ok"});
  CHECK(world.enabled().empty());
  scenario.tasks[0].goes_on = false;
  Oracle dies(scenario, design);
  CHECK(play(dies, "alice") == Lines{"error"});
  CHECK(dies.enabled().empty());
}

// --- sessions -------------------------------------------------------------------------------------

/// The protocol of docs/formats.md, Sessions, and what else is asked of sessions below.
constexpr std::size_t kTransaction = 0, kTenant = 1, kLevel = 2;           // variables
constexpr std::size_t kOk = 1, kRefused = 2;                              // kinds
constexpr std::size_t kRead = 0, kBegin = 1, kBecome = 2, kReset = 3, kInsert = 4;  // commands

const protocol::Reply kData = {{{protocol::kValueKind, ""}}}, kDone = {{{kOk, "done"}}}, kError = {{{kRefused, ""}}};

protocol::Command command(const std::string& name, const protocol::Reply& reply,
                          const std::vector<protocol::Assignment>& sets = {}) {
  protocol::Command told;
  told.name = name;
  told.cases = {{{}, reply, sets, {}}};
  return told;
}

protocol::Protocol vault() {
  protocol::Protocol protocol;
  protocol.id = "vault";
  protocol.session = {{"transaction", "is inside a transaction", false, 0, 0, false},
                      {"tenant", "works for a tenant", true, protocol::kClient, protocol::kClient, false},
                      {"level", "has a level", false, 0, 0, false}};
  protocol.kinds.push_back({"ok", false, "ok", false, {}});
  protocol.kinds.push_back({"refused", false, "refused", true, {}});
  protocol::Command read = command("read", kData);
  read.cases.insert(read.cases.begin(),
                    {{{kTransaction, false, 0}, {kTenant, false, protocol::kAsker}}, kError, {}, {}});
  read.under = {kTenant};
  protocol.commands = {
      read, command("begin", kDone, {{kTransaction, 1}}), command("become", kDone, {{kTenant, protocol::kAsker}}),
      command("reset", kDone, {{kTransaction, 0}, {kTenant, protocol::kClient}}), command("insert", kDone)};
  protocol.commands[kInsert].under = {kTransaction};
  protocol.commands[kInsert].writes = true;
  protocol::Operation get;
  get.name = "get";
  get.steps = {{{kRead, protocol::Keys::first, {}, false}}};
  protocol.operations = {get};
  return protocol;
}

/// An operation of a scenario's own, which sends these together. Its name is that of one of the protocol.
scenario::Operation doing(const std::vector<std::size_t>& commands) {
  auto own = std::make_shared<protocol::Operation>();
  own->name = "get";
  own->steps.emplace_back();
  for (const std::size_t each : commands) own->steps.back().push_back({each, protocol::Keys::first, {}, false});
  scenario::Operation operation = users({"alice"}, 0).tasks[0].operations[0];
  operation.own = own;
  operation.written.emplace();
  operation.accepts = {"list", "ok"};
  return operation;
}

/// Each task does one of these, in its order.
scenario::Scenario doing(const protocol::Protocol& protocol, const std::vector<scenario::Operation>& operations) {
  auto scenario = users_of(protocol, {}, 0);
  static const Lines names = {"alice", "bob", "carol", "dave"};
  for (std::size_t i = 0; i < operations.size(); ++i) {
    scenario.tasks.push_back(users({names[i]}, 0).tasks[0]);
    scenario.tasks.back().operations = {operations[i]};
  }
  return scenario;
}

/// Sends all that an operation asks for, and takes so many replies.
Lines exchange(int replies) {
  Lines lines = {"await send request"};
  for (int i = 0; i < replies; ++i) lines.push_back("await receive");
  return lines;
}

/// Of which of the events of a schedule that is true, by their place in it.
std::vector<int> places_in(Oracle& world, const std::string& schedule, bool StepFacts::*fact) {
  std::istringstream words(schedule);
  std::vector<int> places;
  int place = 0;
  for (std::string event; words >> event; ++place) {
    const Lines enabled = world.enabled();
    INFO(event);
    REQUIRE(std::count(enabled.begin(), enabled.end(), event) == 1);
    if (world.step(event).*fact) places.push_back(place);
  }
  return places;
}

/// Which were under a foreign session.
std::vector<int> foreign_in(Oracle& world, const std::string& schedule) {
  return places_in(world, schedule, &StepFacts::foreign_session);
}

TEST_CASE("the first case that is true of the session as it is happens, and then the session changes") {
  // begin, read: refused; become, read: data; reset.
  const auto scenario = doing(vault(), {doing({kBegin, kRead, kBecome, kRead, kReset})});
  const auto judged = [&](const Lines& reads) {
    Oracle world(scenario, design_of(Lines{"take", "await send request"} + reads));
    return play(world, "alice srv.1*5 net.1*5 alice");
  };
  const Lines receive = {"await receive"}, discard = {"await discard"}, three(3, "await receive");
  CHECK(judged(receive + receive + three) == Lines{"error"});
  CHECK(judged(receive + discard + three) == Lines{"wrong-value"});  // one reply is missing, no error is there
  CHECK(judged(receive + receive) == Lines{"error"});                // nothing is missing behind an error
}

TEST_CASE("a case changes the session with which its own command was answered, for the next one") {
  auto protocol = vault();
  // A level that is raised by each of two reads: 0 to 2 to 7, and the third is refused.
  protocol.commands[kRead].cases = {{{{kLevel, true, 0}}, kData, {{kLevel, 2}}, {}},
                                    {{{kLevel, true, 2}, {kTransaction, true, 0}}, kData, {{kLevel, 7}}, {}},
                                    {{}, kError, {}, {}}};
  const auto reads = [&](const std::vector<std::size_t>& commands) {
    const int count = static_cast<int>(commands.size());
    Oracle world(doing(protocol, {doing(commands)}), design_of(Lines{"take"} + exchange(count)));
    const std::string times = std::to_string(count);
    return play(world, "alice srv.1*" + times + " net.1*" + times + " alice");
  };
  CHECK(reads({kRead, kRead}) == Lines{"ok"});
  CHECK(reads({kRead, kRead, kRead}) == Lines{"error"});
  CHECK(reads({kRead, kBegin, kRead}) == Lines{"error"});
  CHECK(reads({kRead, kBegin, kReset, kRead}) == Lines{"ok"});
}

TEST_CASE("who asks is the owner of the operation, and for what no operation sends the client") {
  auto protocol = vault();
  protocol.commands[kRead].cases = {{{{kTenant, true, protocol::kAsker}}, kData, {}, {}}, {{}, kError, {}, {}}};
  const auto read_behind = [&](const Lines& before, const std::string& owner) {
    auto scenario = doing(protocol, {doing({kBecome}), doing({kRead})});
    scenario.tasks[1].owner = owner;
    const Lines once = Lines{"take"} + before + Lines{"await discard"} + exchange(1) + Lines{"put"};
    Oracle world(scenario, design_of(once));
    play(world, "alice srv.1 net.1 alice srv.1 net.1 alice");
    return play(world, "bob srv.1 net.1 bob srv.1 net.1 bob");
  };
  CHECK(read_behind({"await send \"insert\""}, "bob") == Lines{"error"});  // alice's
  CHECK(read_behind({"await send \"insert\""}, "alice") == Lines{"ok"});
  CHECK(read_behind({"await send become"}, "bob") == Lines{"ok"});
  CHECK(read_behind({"await send become for client"}, "bob") == Lines{"error"});  // the pool's
  CHECK(read_behind({"await send \"become\""}, "bob") == Lines{"error"});

  // The client asks for itself: what the pool has become is its own.
  protocol.commands[kRead].cases = {{{{kTenant, true, protocol::kAsker}}, kError, {}, {}}, {{}, kDone, {}, {}}};
  Oracle asks(doing(protocol, {doing({kInsert})}), design_of({"take", "await send read for client", "await discard",
                                                              "if got refused:", "    raise rejected \"the pool's\""}));
  CHECK(play(asks, "alice srv.1 net.1 alice") == Lines{"rejected"});
}

TEST_CASE("an identity is true if it is somebody's, none if it is nobody's") {
  auto protocol = vault();
  protocol.session[kTenant].base = protocol.session[kTenant].start = protocol::kNobody;
  protocol.commands[kRead].cases = {{{{kTenant, false, 0}}, kData, {}, {}}, {{}, kError, {}, {}}};
  const auto reads = [&](const std::vector<std::size_t>& commands) {
    Oracle world(doing(protocol, {doing(commands)}),
                 design_of(Lines{"take"} + exchange(static_cast<int>(commands.size()))));
    const std::string times = std::to_string(commands.size());
    return play(world, "alice srv.1*" + times + " net.1*" + times + " alice");
  };
  CHECK(reads({kRead}) == Lines{"error"});
  CHECK(reads({kBecome, kRead}) == Lines{"ok"});
  CHECK(reads({kReset, kRead}) == Lines{"ok"});  // the pool is somebody
}

TEST_CASE("a request that is redirected is not executed: the session stays as it is") {
  auto scenario = doing(vault(), {doing({kBegin})});
  scenario.nodes = 2;
  scenario.tasks[0].operations[0].node = 1;
  scenario.tasks[0].operations[0].moved_to = 2;
  auto design = design_of(Lines{"take"} + exchange(1) + Lines{"put"});
  design.cluster = true;
  Oracle world(scenario, design);
  CHECK(play(world, "alice srv.1 net.1 alice") == Lines{"error"});
  CHECK(world.state_findings().empty());
  scenario.tasks[0].operations[0].moved_to.reset();
  Oracle here(scenario, design);
  CHECK(play(here, "alice srv.1 net.1 alice") == Lines{"ok"});
  CHECK(here.state_findings() == std::set<std::string>{"dirty-idle"});
}

TEST_CASE("a setting that another operation has set is foreign, one at its base to nobody") {
  const auto design = design_of(Lines{"take"} + exchange(1) + Lines{"put"});
  Oracle world(doing(vault(), {doing({kBegin}), doing({kInsert}), doing({kReset})}), design);
  CHECK(foreign_in(world, "alice srv.1 net.1 alice") == std::vector<int>{});
  Oracle cleaned = world;
  CHECK(foreign_in(world, "bob srv.1 net.1 bob") == std::vector<int>{1});
  CHECK(foreign_in(cleaned, "carol srv.1 net.1 carol bob srv.1 net.1 bob") == std::vector<int>{});
  Oracle first(doing(vault(), {doing({kBegin}), doing({kInsert})}), design);
  CHECK(foreign_in(first, "bob srv.1 net.1 bob alice srv.1 net.1 alice") == std::vector<int>{});
}

TEST_CASE("nobody is foreign to a command that is executed under nothing") {
  const auto design = design_of(Lines{"take"} + exchange(1) + Lines{"put"});
  Oracle world(doing(vault(), {doing({kBegin}), doing({kReset})}), design);
  CHECK(foreign_in(world, "alice srv.1 net.1 alice bob srv.1 net.1 bob") == std::vector<int>{});
}

TEST_CASE("what a command makes of the session it is not executed under itself") {
  auto protocol = vault();
  protocol.commands[kBegin].under = protocol.commands[kReset].under = {kTransaction};
  const auto design = design_of(Lines{"take"} + exchange(1) + Lines{"put"});
  Oracle world(doing(protocol, {doing({kBegin}), doing({kReset})}), design);
  CHECK(foreign_in(world, "alice srv.1 net.1 alice") == std::vector<int>{});
  CHECK(foreign_in(world, "bob srv.1 net.1 bob") == std::vector<int>{1});
}

TEST_CASE("an operation's own setting is not foreign to it, unless it has taken the connection again") {
  const auto scenario = doing(vault(), {doing({kInsert})});
  const auto foreign = [&](const Lines& before, const std::string& schedule) {
    Oracle world(scenario, design_of(before + exchange(1)));
    return foreign_in(world, schedule).size();
  };
  const Lines begins = {"await send begin", "await discard"};
  const std::string schedule = "alice srv.1 net.1 alice srv.1 net.1 alice";
  CHECK(foreign(Lines{"take"} + begins, schedule) == 0);
  CHECK(foreign(Lines{"share 1"} + begins, schedule) == 0);  // it never took it
  CHECK(foreign(Lines{"take"} + begins + Lines{"put", "take"}, schedule) == 1);
  CHECK(foreign(Lines{"take"} + begins + Lines{"put", "share 1"}, schedule) == 0);  // taken for the last time before
}

TEST_CASE("a command that is executed after the connection was taken counts, whenever it was sent") {
  const auto scenario = doing(vault(), {doing({kInsert})});
  Oracle world(scenario, design_of(Lines{"take", "await send begin", "put", "take", "await discard"} + exchange(1)));
  CHECK(foreign_in(world, "alice srv.1 net.1 alice srv.1 net.1 alice") == std::vector<int>{});
}

TEST_CASE("what no operation has set is foreign to all") {
  const auto scenario = doing(vault(), {doing({kInsert})});
  const Lines begins = {"await send begin for client", "await discard"};
  Oracle client(scenario, design_of(Lines{"take"} + begins + exchange(1)));
  CHECK(foreign_in(client, "alice srv.1 net.1 alice srv.1 net.1 alice") == std::vector<int>{4});
  auto protocol = vault();
  protocol.session[kTransaction].start = 1;
  Oracle starts(doing(protocol, {doing({kInsert})}), design_of(Lines{"take", "close", "await connect"} + exchange(1)));
  CHECK(foreign_in(starts, "alice alice srv.1 net.1 alice") == std::vector<int>{2});
  Oracle warm(doing(protocol, {doing({kInsert})}), design_of(Lines{"take"} + exchange(1)));
  CHECK(foreign_in(warm, "alice srv.1 net.1 alice") == std::vector<int>{});
}

TEST_CASE("the last command that set it counts, also where it sets what is there already") {
  const auto scenario = doing(vault(), {doing({kInsert})});
  const auto foreign = [&](const std::string& first, const std::string& then) {
    Oracle world(scenario, design_of(Lines{"take", "await send " + first, "await discard", "await send " + then,
                                           "await discard"} +
                                     exchange(1)));
    return foreign_in(world, "alice srv.1 net.1 alice srv.1 net.1 alice srv.1 net.1 alice").size();
  };
  CHECK(foreign("begin", "begin for client") == 1);
  CHECK(foreign("begin for client", "begin") == 0);
}

TEST_CASE("another owner's identity is foreign, that of the pool and of nobody are not") {
  auto protocol = vault();
  protocol.commands[kRead].cases.erase(protocol.commands[kRead].cases.begin());
  auto scenario = doing(protocol, {doing({kBecome}), doing({kRead})});
  const auto design = design_of(Lines{"take"} + exchange(1) + Lines{"put"});
  Oracle other(scenario, design);
  CHECK(foreign_in(other, "alice srv.1 net.1 alice bob srv.1 net.1 bob") == std::vector<int>{5});
  Oracle pool(scenario, design);
  CHECK(foreign_in(pool, "bob srv.1 net.1 bob") == std::vector<int>{});
  scenario.tasks[1].owner = "alice";  // whoever has set it, and however often it was taken
  Oracle same(scenario, design);
  CHECK(foreign_in(same, "alice srv.1 net.1 alice bob srv.1 net.1 bob") == std::vector<int>{});
  protocol.session[kTenant].base = protocol::kNobody;
  Oracle nobody(doing(protocol, {doing({kRead})}), design);
  CHECK(foreign_in(nobody, "alice srv.1 net.1 alice") == std::vector<int>{});
}

TEST_CASE("what is shared is foreign to nobody, and no connection is dirty by it") {
  auto protocol = vault();
  protocol.session[kTransaction].shared = protocol.session[kTenant].shared = true;
  const auto design = design_of(Lines{"take"} + exchange(2) + Lines{"put"});
  Oracle world(doing(protocol, {doing({kBegin, kBecome}), doing({kInsert, kRead})}), design);
  CHECK(foreign_in(world, "alice srv.1 srv.1 net.1 net.1 alice") == std::vector<int>{});
  CHECK(world.state_findings().empty());
  CHECK(foreign_in(world, "bob srv.1 srv.1 net.1 net.1") == std::vector<int>{});
  CHECK(play(world, "bob") == Lines{"error"});  // cases ask for it as for any other
}

TEST_CASE("a free connection is dirty by what is kept and not at its base, and clean on a new socket") {
  const auto design = design_of(Lines{"take"} + exchange(1) + Lines{"put"});
  Oracle world(doing(vault(), {doing({kBegin})}), design);
  play(world, "alice srv.1 net.1");
  CHECK(world.state_findings().empty());  // it is not free
  CHECK(play(world, "alice") == Lines{"ok"});
  CHECK(world.state_findings() == std::set<std::string>{"dirty-idle"});
  Oracle closed(doing(vault(), {doing({kBegin})}), design_of(Lines{"take"} + exchange(1) + Lines{"close", "put"}));
  CHECK(play(closed, "alice srv.1 net.1 alice") == Lines{"ok"});
  CHECK(closed.state_findings().empty());
  Oracle opened(doing(vault(), {doing({kBegin})}),
                design_of(Lines{"take"} + exchange(1) + Lines{"close", "await connect", "put"}));
  CHECK(play(opened, "alice srv.1 net.1 alice alice") == Lines{"ok"});
  CHECK(opened.state_findings().empty());
}

TEST_CASE("a new socket has what variables start as") {
  auto protocol = vault();
  protocol.session[kTransaction].start = 1;
  const auto design = design_of(Lines{"take", "close", "await connect", "put"} + exchange(0));
  auto scenario = doing(protocol, {doing({kReset})});
  Oracle world(scenario, design);
  CHECK(world.state_findings().empty());  // warm ones have their base
  CHECK(play(world, "alice alice") == Lines{"error"});
  CHECK(world.state_findings() == std::set<std::string>{"dirty-idle"});
  Oracle reset(scenario, design_of(Lines{"take", "close", "await connect"} + exchange(1) + Lines{"put"}));
  CHECK(play(reset, "alice alice srv.1 net.1 alice") == Lines{"ok"});
  CHECK(reset.state_findings().empty());
}

TEST_CASE("servers keep what some condition or some under asks for, with the physics session all") {
  auto protocol = vault();
  protocol.commands[kBegin].cases[0].sets = {{kLevel, 3}};  // nobody asks for it
  auto scenario = doing(protocol, {doing({kBegin})});
  const auto findings = [&] {
    Oracle world(scenario, design_of(Lines{"take"} + exchange(1) + Lines{"put"}));
    play(world, "alice srv.1 net.1 alice");
    return world.state_findings();
  };
  CHECK(findings().empty());
  scenario.physics.session = true;
  CHECK(findings() == std::set<std::string>{"dirty-idle"});
  scenario.physics.session = false;
  protocol.commands[kReset].under = {kLevel};
  scenario.protocol = std::make_shared<const protocol::Protocol>(protocol);
  CHECK(findings() == std::set<std::string>{"dirty-idle"});
}

TEST_CASE("base need not be 0, and a level that is somewhere else is foreign") {
  auto protocol = vault();
  protocol.session[kLevel].base = protocol.session[kLevel].start = 4;
  protocol.commands[kBegin].cases[0].sets = {{kLevel, 15}};
  protocol.commands[kReset].cases[0].sets = {{kLevel, 0}};
  protocol.commands[kInsert].under = {kLevel};
  const auto design = design_of(Lines{"take"} + exchange(1) + Lines{"put"});
  Oracle world(doing(protocol, {doing({kReset}), doing({kInsert})}), design);
  CHECK(world.state_findings().empty());
  CHECK(foreign_in(world, "alice srv.1 net.1 alice bob srv.1 net.1 bob") == std::vector<int>{5});
  CHECK(world.state_findings() == std::set<std::string>{"dirty-idle"});
}

// --- errors, and commands of listings ---------------------------------------------------------------

TEST_CASE("an error of the server that answers a command of the operation is an error, whichever") {
  auto protocol = vault();
  protocol.commands[kRead].cases = {{{}, kError, {}, {}}};
  const auto design = design_of(Lines{"take"} + exchange(2));
  auto operation = doing({kRead, kInsert});
  const auto judged = [&] {
    Oracle world(doing(protocol, {operation}), design);
    return play(world, "alice srv.1*2 net.1*2 alice");
  };
  CHECK(judged() == Lines{"error"});
  auto own = *operation.own;
  own.steps[0][0].ignored = true;  // the client throws it away, and it is an error all the same
  operation.own = std::make_shared<const protocol::Operation>(own);
  CHECK(judged() == Lines{"error"});
}

TEST_CASE("an error stands for the results of its command, and nothing is missing then") {
  auto protocol = vault();
  protocol.commands[kRead].cases = {{{{kTransaction, false, 0}}, kError, {}, {}}, {{}, kData, {}, {}}};
  const auto judged = [&](const std::vector<std::size_t>& result, const Lines& reads) {
    auto operation = doing({kBegin, kRead, kReset, kRead});
    auto own = *operation.own;
    own.result = result;
    operation.own = std::make_shared<const protocol::Operation>(own);
    Oracle world(doing(protocol, {operation}), design_of(Lines{"take", "await send request"} + reads));
    return play(world, "alice srv.1*4 net.1*4 alice");
  };
  const Lines all(4, "await receive");
  CHECK(judged({protocol::kValueKind, kOk}, all) == Lines{"error"});
  CHECK(judged({protocol::kValueKind}, all) == Lines{"error"});
  CHECK(judged({kOk}, all) == Lines{"error"});
  CHECK(judged({protocol::kValueKind, kOk}, {"await receive", "await receive"}) == Lines{"error"});
  // What it stands for, and what comes before that, is passed by.
  CHECK(judged({protocol::kValueKind, kOk}, {"await discard", "loop 3 times:", "    await receive"}) == Lines{"error"});
  // Without the error a result is missing.
  const Lines without = {"await receive", "await discard", "await receive", "await receive"};
  CHECK(judged({protocol::kValueKind, kOk}, without) == Lines{"wrong-value"});
  CHECK(judged({kOk}, without) == Lines{"ok"});
}

TEST_CASE("an error behind data of the same reply is an error, and the data are results") {
  auto protocol = vault();
  protocol.commands[kRead].cases = {{{}, {{{protocol::kValueKind, ""}}, {{kRefused, ""}}}, {}, {}}};
  const auto scenario = doing(protocol, {doing({kRead})});
  Oracle both(scenario, design_of(Lines{"take"} + exchange(2)));
  CHECK(play(both, "alice srv.1*2 net.1*2 alice") == Lines{"error"});
  Oracle one(scenario, design_of(Lines{"take"} + exchange(1)));
  CHECK(play(one, "alice srv.1*2 net.1*2 alice") == Lines{"ok"});
}

TEST_CASE("before an error as many messages are results as the command has elsewhere") {
  auto protocol = vault();
  const protocol::Message data = {protocol::kValueKind, ""};
  protocol.commands[kRead].cases = {{{{kTransaction, false, 0}}, {{data, data}, {{kRefused, ""}}}, {}, {}},
                                    {{}, kData, {}, {}}};
  const auto judged = [&](const Lines& reads) {
    Oracle world(doing(protocol, {doing({kBegin, kRead, kInsert})}),
                 design_of(Lines{"take", "await send request"} + reads));
    return play(world, "alice srv.1*4 net.1*4 alice");
  };
  CHECK(judged(Lines(5, "await receive")) == Lines{"error"});
  CHECK(judged({"await receive", "await receive", "await receive", "await discard", "await receive"}) == Lines{"ok"});
}

TEST_CASE("a MOVED that answers a command of the listing is an error, and takes no place") {
  auto scenario = doing(vault(), {doing({kRead})});
  scenario.nodes = 2;
  scenario.tasks[0].operations[0].node = 1;
  scenario.tasks[0].operations[0].moved_to = 2;
  auto design = design_of({"take", "await send begin", "await send read", "await receive", "await receive",
                           "if mine:", "    op.n = 1", "follow", "put", "take", "await send request", "await receive"});
  design.cluster = true;
  Oracle world(scenario, design);
  CHECK(play(world, "alice srv.1*2 net.1*2 alice srv.2 net.2 alice") == Lines{"error"});
}

TEST_CASE("an error that answers another operation is a wrong value, and nobody's data") {
  auto protocol = vault();
  protocol.commands[kRead].cases = {{{}, kError, {}, {}}};
  auto scenario = doing(protocol, {doing({kRead}), doing({kRead})});
  scenario.cancel.max = 1;
  const auto judged = [&] {
    Oracle world(scenario, design_of(kReleaseInFinally));
    return play(world, "alice !alice bob srv.1 net.1 bob");
  };
  CHECK(judged() == Lines{"cancelled", "wrong-value"});
  scenario.tasks[1].owner = "alice";
  CHECK(judged() == Lines{"cancelled", "wrong-value"});
  scenario.tasks[1].operations[0].strict = true;
  CHECK(judged() == Lines{"cancelled", "type-error"});
  scenario.tasks[1].operations[0].accepts = {"refused"};
  CHECK(judged() == Lines{"cancelled", "wrong-value"});
}

TEST_CASE("a task dies of an error of the server, outside of the listing") {
  auto protocol = vault();
  protocol.commands[kRead].cases = {{{}, kError, {}, {}}};
  auto scenario = doing(protocol, {doing({kRead})});
  scenario.tasks[0].operations.push_back(doing({kInsert}));
  Oracle dies(scenario, design_of(kReleaseInFinally));
  CHECK(play(dies, "alice srv.1 net.1 alice") == Lines{"error"});
  CHECK(dies.enabled().empty());
  scenario.tasks[0].goes_on = true;
  Oracle goes_on(scenario, design_of(kReleaseInFinally));
  CHECK(play(goes_on, "alice srv.1 net.1 alice alice srv.1 net.1 alice") == Lines{"error", "ok"});
}

TEST_CASE("a command that a listing sends for its operation takes no place in the value, unless it is an error") {
  const auto judged = [](const protocol::Protocol& protocol, const Lines& lines, const std::string& schedule) {
    Oracle world(doing(protocol, {doing({kInsert})}), design_of(Lines{"take"} + lines));
    return play(world, schedule);
  };
  const std::string both = "alice srv.1 net.1 alice srv.1 net.1 alice";
  const Lines before = {"await send read", "await receive"}, behind = {"await send begin", "await receive"};
  CHECK(judged(vault(), before + exchange(1), both) == Lines{"ok"});
  CHECK(judged(vault(), exchange(1) + behind, both) == Lines{"ok"});
  CHECK(judged(vault(), before, "alice srv.1 net.1 alice") == Lines{"wrong-value"});  // nothing was received
  auto protocol = vault();
  protocol.commands[kRead].cases = {{{}, kError, {}, {}}};
  CHECK(judged(protocol, before + exchange(1), both) == Lines{"error"});
  CHECK(judged(protocol, Lines{"await send read", "await discard"} + exchange(1), both) == Lines{"ok"});
  CHECK(judged(protocol, Lines{"await send read for client", "await receive"} + exchange(1), both) ==
        Lines{"wrong-value"});  // that is nobody's, and takes a place
}

TEST_CASE("what a listing sends for its operation is about its owner: in other hands it is a leak") {
  auto scenario = doing(vault(), {doing({kInsert}), doing({kInsert})});
  scenario.cancel.max = 1;
  const auto judged = [&](const std::string& what) {
    Oracle world(scenario, design_of({"take", "try:", "    await send " + what, "    await receive", "    if not mine:",
                                      "        raise rejected \"not mine\"", "finally:", "    put"}));
    return play(world, "alice !alice bob srv.1 net.1 bob");
  };
  CHECK(judged("read") == Lines{"cancelled", "rejected"});
  CHECK(judged("insert") == Lines{"cancelled", "wrong-value"});  // says nothing
  Oracle world(scenario,
               design_of({"take", "try:", "    await send read", "    await receive", "finally:", "    put"}));
  CHECK(play(world, "alice !alice bob srv.1 net.1 bob") == Lines{"cancelled", "leak"});
}

TEST_CASE("what a listing sends for its operation is a write of it, and a send of it if that is large") {
  auto scenario = doing(vault(), {doing({kRead})});
  scenario.cancel.max = 1;
  const auto design = design_of({"take", "await send insert", "await receive"});
  Oracle late(scenario, design);
  play(late, "alice !alice");
  CHECK(late.step("srv.1").late_write);
  scenario.physics.flush = true;
  scenario.tasks[0].operations[0].large = true;
  Oracle large(scenario, design);
  play(large, "alice");
  CHECK(large.enabled() == Lines{"!alice", "flu.1"});
  scenario.physics.linger = true;
  Oracle lingers(scenario, design_of({"take", "await send insert", "close"}));
  CHECK(play(lingers, "alice flu.1 alice") == Lines{"wrong-value"});
  CHECK(lingers.enabled() == Lines{"srv.1@old"});
  const StepFacts facts = lingers.step("srv.1@old");
  CHECK(facts.late_write);
  CHECK_FALSE(facts.foreign_session);  // its session is gone with the socket
}

TEST_CASE("saw ends with a send of a command, and a loop over commands does not count it") {
  Oracle world(doing(vault(), {doing({kInsert, kRead})}),
               design_of({"take", "await send read", "await discard", "await send begin",
                          "if saw value or not got value:", "    raise rejected \"saw\"", "await discard",
                          "loop commands times:", "    op.n += 1", "if op.n != 2:", "    raise rejected \"one\""}));
  CHECK(play(world, "alice srv.1 net.1 alice srv.1 net.1 alice") == Lines{"wrong-value"});
}

TEST_CASE("a request that may be answered in several cases counts as the longest of them") {
  auto protocol = vault();
  protocol.commands[kRead].cases.back().reply = {{{0, ""}, {0, ""}}, {{0, ""}, {0, ""}}};
  const auto sends = [&](int times) {
    Oracle world(
        doing(protocol, {doing({kInsert})}),
        design_of({"take", "loop " + std::to_string(times) + " times:", "    await send read", "await pause"}));
    return world.step("alice").bound;
  };
  CHECK(sends(8).empty());
  CHECK(sends(9) == "requests");
}

// --- double effects -----------------------------------------------------------------------------------

/// Which of the events of a schedule executed a write a second time, by their place in it.
std::vector<int> doubles_in(Oracle& world, const std::string& schedule) {
  return places_in(world, schedule, &StepFacts::double_effect);
}

/// Sends all that the operation asks for, and again, and takes each reply.
Lines twice(int replies) { return Lines{"take"} + exchange(replies) + exchange(replies); }

TEST_CASE("a write that is executed a second time for the same operation is a double effect") {
  Oracle world(doing(vault(), {doing({kInsert})}), design_of(twice(1) + exchange(1)));
  const std::string once = "alice srv.1 net.1 ";
  CHECK(doubles_in(world, once + once + once + "alice") == std::vector<int>{4, 7});
  Oracle reads(doing(vault(), {doing({kRead})}), design_of(twice(1)));
  CHECK(doubles_in(reads, once + once + "alice").empty());
}

TEST_CASE("a write that is repeatable is no double effect") {
  auto protocol = vault();
  protocol.commands[kInsert].repeatable = true;
  Oracle world(doing(protocol, {doing({kInsert})}), design_of(twice(1)));
  CHECK(doubles_in(world, "alice srv.1 net.1 alice srv.1 net.1 alice").empty());
}

TEST_CASE("each command of an operation is one of its own, and so is that of each key and of each operation") {
  Oracle two(doing(vault(), {doing({kInsert, kInsert})}), design_of(Lines{"take"} + exchange(2)));
  CHECK(doubles_in(two, "alice srv.1 srv.1 net.1 net.1 alice").empty());
  Oracle again(doing(vault(), {doing({kInsert, kInsert})}), design_of(twice(2)));
  CHECK(doubles_in(again, "alice srv.1 srv.1 net.1 net.1 alice srv.1 srv.1") == std::vector<int>{6, 7});
  auto each_key = doing({kInsert});
  auto own = *each_key.own;
  own.steps[0][0].keys = protocol::Keys::each;
  each_key.own = std::make_shared<const protocol::Operation>(own);
  each_key.keys = {"history", "history"};
  Oracle keys(doing(vault(), {each_key}), design_of(Lines{"take"} + exchange(2)));
  CHECK(doubles_in(keys, "alice srv.1 srv.1 net.1 net.1 alice").empty());
  const auto design = design_of(Lines{"take"} + exchange(1) + Lines{"put"});
  auto scenario = doing(vault(), {doing({kInsert}), doing({kInsert})});
  scenario.tasks[1].owner = "alice";
  scenario.tasks[0].operations.push_back(doing({kInsert}));
  Oracle others(scenario, design);
  const std::string alice = "alice srv.1 net.1 alice srv.1 net.1 alice ";
  CHECK(doubles_in(others, alice + "bob srv.1 net.1 bob").empty());
}

TEST_CASE("what a listing sends by name is no double effect, whoever it is sent for") {
  const std::string three = "alice srv.1 net.1 alice srv.1 net.1 alice srv.1 net.1 alice";
  for (const char* by_name : {"await send insert", "await send insert for client", "await send \"insert\""}) {
    CAPTURE(by_name);
    const Lines once = {by_name, "await discard"};
    Oracle world(doing(vault(), {doing({kInsert})}), design_of(Lines{"take"} + once + once + exchange(1)));
    CHECK(doubles_in(world, three).empty());
  }
}

TEST_CASE("the operation of a double effect may be over") {
  auto scenario = doing(vault(), {doing({kInsert})});
  scenario.cancel.max = 1;
  Oracle world(scenario, design_of({"take", "await send request", "await send request", "await receive"}));
  CHECK(doubles_in(world, "alice !alice srv.1 srv.1") == std::vector<int>{3});
}

TEST_CASE("a write that a closed socket has left is executed, and may be the second") {
  auto scenario = doing(vault(), {doing({kInsert})});
  scenario.physics.linger = true;
  const auto design =
      design_of({"take", "await send request", "close", "await connect", "await send request", "await receive"});
  Oracle old_first(scenario, design), new_first(scenario, design);
  CHECK(doubles_in(old_first, "alice srv.1@old alice srv.1") == std::vector<int>{3});
  CHECK(doubles_in(new_first, "alice alice srv.1 srv.1@old") == std::vector<int>{3});
}

TEST_CASE("a request that is redirected is not executed, also if a closed socket has left it") {
  auto scenario = doing(vault(), {doing({kInsert})});
  scenario.nodes = 2;
  scenario.tasks[0].operations[0].node = 1;
  scenario.tasks[0].operations[0].moved_to = 2;
  const auto with = [](const Lines& lines) {
    auto design = design_of(lines);
    design.cluster = true;
    return design;
  };
  Oracle world(scenario, with(Lines{"take"} + exchange(1) + Lines{"follow", "put", "take"} + exchange(1)));
  CHECK(doubles_in(world, "alice srv.1 net.1 alice srv.2 net.2 alice").empty());
  scenario.physics.linger = true;
  Oracle left(scenario, with({"take", "await send request", "await send request", "close"}));
  CHECK(play(left, "alice") == Lines{"wrong-value"});
  CHECK_FALSE(left.step("srv.1@old").late_write);
  CHECK_FALSE(left.step("srv.1@old").double_effect);
  CHECK(left.enabled().empty());
}

TEST_CASE("a write of several groups is executed with the first of them") {
  auto protocol = vault();
  protocol.commands[kInsert].cases[0].reply = {{{kOk, "one"}}, {{kOk, "two"}}};
  Oracle world(doing(protocol, {doing({kInsert})}), design_of(twice(2)));
  CHECK(doubles_in(world, "alice srv.1 srv.1 net.1 net.1 alice srv.1 srv.1") == std::vector<int>{6});
}

TEST_CASE("a double effect violates an invariant of its own") {
  const auto all = enumerate(Oracle(doing(vault(), {doing({kInsert})}), design_of(twice(1))), 1000, 10'000);
  CHECK(all.finished);
  CHECK(all.shortest.at("no-double-effect") == 5);
}

TEST_CASE("where the server runs on, writes of a closed socket are executed without the physics") {
  auto protocol = vault();
  protocol.runs_on = true;
  auto scenario = doing(protocol, {doing({kInsert, kRead})});
  const Lines lines = {"take", "await send request", "close", "await pause"};
  Oracle world(scenario, design_of(lines));
  CHECK(play(world, "alice").empty());
  CHECK(world.enabled() == Lines{"alice", "srv.1@old"});  // the read is gone
  CHECK_FALSE(world.end().complete);
  CHECK(play(world, "alice") == Lines{"wrong-value"});
  CHECK(world.step("srv.1@old").late_write);
  scenario.may_be_silent = true;
  Oracle silent(scenario, design_of({"take", "await send request", "await pause", "close", "await pause"}));
  CHECK(play(silent, "alice sil.1 alice").empty());
  CHECK(silent.enabled() == Lines{"alice"});  // as with the physics
  auto left = doing(protocol, {doing({kInsert})});
  Oracle many(left, design_of({"take", "loop 9 times:", "    if not connected:", "        await connect",
                               "    await send request", "    close"}));
  play(many, "alice*8");
  CHECK(many.step("alice").bound == "lingering");
}

// --- pushes -------------------------------------------------------------------------------------------

constexpr std::size_t kNews = 3, kBell = 4, kStory = 5;  // kinds

/// The vault, and what it pushes: news of a tenant, and a bell when a transaction is open. A story is news.
protocol::Protocol pushing() {
  protocol::Protocol protocol = vault();
  protocol.session[kTenant].base = protocol.session[kTenant].start = protocol::kNobody;
  protocol.kinds.push_back({"news", true, "news", false, {}});
  protocol.kinds.push_back({"bell", false, "a bell", false, {}});
  protocol.kinds.push_back({"story", true, "a story", false, kNews});
  protocol::Push news, bell;
  news.name = "news";
  news.kind = kStory;
  news.when = {{kTenant, false, protocol::kNobody}};
  news.data = kTenant;
  bell.name = "bell";
  bell.kind = kBell;
  bell.when = {{kTransaction, false, 0}};
  bell.sets = {{kTransaction, 0}};
  protocol.pushes = {news, bell};
  return protocol;
}

/// That one, which may come at any time.
protocol::Protocol always_pushing(std::size_t kind, std::optional<std::size_t> data) {
  protocol::Protocol protocol = pushing();
  protocol.pushes = {{"news", kind, {}, data, {}, false, ""}};
  return protocol;
}

TEST_CASE("a push may come while all of its tests are true of the session, and none is silent or left") {
  auto scenario = doing(pushing(), {doing({kBecome, kBegin})});
  scenario.may_be_silent = true;
  scenario.pushes = 2;
  const auto design = design_of(Lines{"take"} + exchange(2));
  Oracle world(scenario, design);
  play(world, "alice");
  CHECK(world.enabled() == Lines{"srv.1", "sil.1"});
  play(world, "srv.1");
  CHECK(world.enabled() == Lines{"srv.1", "net.1", "sil.1", "psh.1:news"});
  Oracle silent = world;
  play(silent, "sil.1");
  CHECK(silent.enabled() == Lines{"net.1"});
  play(world, "srv.1");
  CHECK(world.enabled() == Lines{"net.1", "psh.1:news", "psh.1:bell"});
  play(world, "psh.1:bell");  // which closes the transaction
  CHECK(world.enabled() == Lines{"net.1", "psh.1:news"});
  play(world, "psh.1:news");
  CHECK(world.enabled() == Lines{"net.1"});
  scenario.pushes = 0;
  Oracle none(scenario, design);
  play(none, "alice srv.1*2");
  CHECK(none.enabled() == Lines{"net.1"});
  CHECK(scenario::Scenario{}.pushes == 1);
}

TEST_CASE("pushes come last, by connection, wherever there is a socket; closed ones have no session") {
  auto scenario = doing(always_pushing(kBell, {}), {doing({kInsert})});
  scenario.pool_max = 3;
  scenario.pool_warm = 2;
  scenario.may_be_silent = true;
  scenario.physics.linger = true;
  Oracle world(scenario, design_of({"take", "await send request", "close", "put", "take", "await send request",
                                    "await receive"}));
  play(world, "alice");
  // A free one and one that was closed.
  CHECK(world.enabled() == Lines{"srv.1@old", "psh.2:news"});
  Oracle other(scenario, design_of({"take", "await send request", "await receive"}));
  play(other, "alice");
  CHECK(other.enabled() == Lines{"srv.1", "sil.1", "psh.1:news", "psh.2:news"});
}

TEST_CASE("the message of a push goes on the wire behind what is there, a group of its own") {
  auto protocol = pushing();
  protocol.pushes = {{"bell", kBell, {}, {}, {}, false, ""}};
  protocol.commands[kRead].cases = {{{}, {{{0, ""}, {0, ""}}, {{0, ""}}}, {}, {}}};
  const Lines reads = {"await receive", "if got bell:",     "    raise rejected \"first\"",
                       "await receive", "if got bell:",     "    raise rejected \"second\"",
                       "await discard", "if not got bell:", "    raise rejected \"third\"",
                       "await receive"};
  const auto scenario = doing(protocol, {doing({kRead})});
  Oracle between(scenario, design_of(Lines{"take", "await send request"} + reads));
  CHECK(play(between, "alice srv.1 psh.1:bell srv.1 net.1").empty());
  CHECK(play(between, "alice net.1").empty());
  CHECK(play(between, "alice net.1 alice") == Lines{"ok"});  // between two groups of a reply
  Oracle before(scenario, design_of(Lines{"take", "await send request"} + reads));
  CHECK(play(before, "alice psh.1:bell srv.1 net.1 alice") == Lines{"rejected"});
}

TEST_CASE("the data of a push are those of who its identity is, of the type of the operation that made it so") {
  auto scenario = doing(pushing(), {doing({kBecome}), doing({kRead})});
  scenario.tasks[1].owner = "bob";
  const auto judged = [&](const std::string& before_bob) {
    Oracle world(scenario, design_of(Lines{"take"} + exchange(1) + Lines{"put"}));
    CHECK(play(world, "alice srv.1 net.1 alice") == Lines{"ok"});
    return play(world, before_bob + " bob net.1 bob");
  };
  CHECK(judged("psh.1:news") == Lines{"leak"});
  scenario.tasks[0].operations[0].type = "text";
  CHECK(judged("psh.1:news") == Lines{"type-error"});
  scenario.tasks[1].operations[0].mangles = {"text"};
  CHECK(judged("psh.1:news") == Lines{"wrong-value"});
  scenario.tasks[1].operations[0].mangles = {};
  scenario.tasks[1].operations[0].accepts = {"list", "text"};
  CHECK(judged("psh.1:news") == Lines{"leak"});
  scenario.ownership_check = true;
  CHECK(judged("psh.1:news") == Lines{"rejected"});
}

TEST_CASE("a push carries what its identity was when it came, whatever that becomes") {
  auto protocol = pushing();
  protocol.pushes[0].sets = {{kTenant, protocol::kNobody}};
  auto scenario = doing(protocol, {doing({kBecome}), doing({kRead})});
  scenario.pushes = 2;
  Oracle world(scenario, design_of(Lines{"take"} + exchange(1) + Lines{"put"}));
  play(world, "alice srv.1 net.1 alice psh.1:news");
  CHECK(world.enabled() == Lines{"bob", "net.1"});  // it is nobody now, and the push is over
  CHECK(play(world, "bob net.1 bob") == Lines{"leak"});
}

TEST_CASE("a push of its own owner's data takes no place in the value, wherever it stands in it") {
  const auto design = design_of(Lines{"take"} + exchange(2));
  auto scenario = doing(pushing(), {doing({kBecome})});
  Oracle behind(scenario, design);
  CHECK(play(behind, "alice srv.1 psh.1:news net.1*2 alice") == Lines{"ok"});
  auto protocol = pushing();
  scenario = doing(protocol, {doing({kBecome}), doing({kRead})});
  scenario.tasks[1].owner = "alice";  // the same owner, of another type
  scenario.tasks[0].operations[0].type = "text";
  Oracle before(scenario, design_of(Lines{"take"} + exchange(1) + Lines{"put"}));
  CHECK(play(before, "alice srv.1 net.1 alice psh.1:news bob net.1 bob") == Lines{"ok", "wrong-value"});  // too few
  Oracle both(scenario, design_of(Lines{"take", "if not conn.locked:", "    conn.locked = 1"} +
                                  std::vector<std::string>{"    await send request", "    await receive",
                                                           "else:", "    await send request", "    await receive",
                                                           "    await receive", "put"}));
  CHECK(play(both, "alice srv.1 net.1 alice psh.1:news bob srv.1 net.1*2 bob") == Lines{"ok", "ok"});
}

TEST_CASE("a push of nobody's takes a place in the value, as another's does") {
  const auto judged = [](std::size_t kind, std::optional<std::size_t> data, bool strict, const std::string& accepted) {
    auto scenario = doing(always_pushing(kind, data), {doing({kRead})});
    scenario.tasks[0].operations[0].strict = strict;
    if (!accepted.empty()) scenario.tasks[0].operations[0].accepts.push_back(accepted);
    Oracle world(scenario, design_of(Lines{"take"} + exchange(1)));
    return play(world, "alice psh.1:news net.1 alice");
  };
  CHECK(judged(kBell, {}, false, "") == Lines{"wrong-value"});
  CHECK(judged(kNews, kTenant, false, "") == Lines{"wrong-value"});  // while that is none
  CHECK(judged(kRefused, {}, false, "") == Lines{"wrong-value"});    // it answers nobody
  CHECK(judged(kBell, {}, true, "") == Lines{"type-error"});
  CHECK(judged(kNews, kTenant, true, "") == Lines{"type-error"});
  CHECK(judged(kBell, {}, true, "bell") == Lines{"type-error"});  // pushes are of no type
  Oracle before(doing(always_pushing(kBell, {}), {doing({kRead})}), design_of(Lines{"take"} + exchange(2)));
  CHECK(play(before, "alice psh.1:news srv.1 net.1*2 alice") == Lines{"wrong-value"});
  // In the place of what the client throws away nothing is judged.
  auto scenario = doing(always_pushing(kBell, {}), {doing({kRead})});
  auto own = *scenario.tasks[0].operations[0].own;
  own.steps[0][0].ignored = true;
  scenario.tasks[0].operations[0].own = std::make_shared<const protocol::Operation>(own);
  Oracle ignored(scenario, design_of(Lines{"take"} + exchange(1)));
  CHECK(play(ignored, "alice psh.1:news net.1 alice") == Lines{"ok"});
}

TEST_CASE("the data of a push are nobody's while its identity is the pool's") {
  auto protocol = always_pushing(kNews, kTenant);
  protocol.session[kTenant].base = protocol::kClient;
  Oracle world(doing(protocol, {doing({kRead})}), design_of(Lines{"take"} + exchange(1)));
  CHECK(play(world, "alice psh.1:news net.1 alice") == Lines{"wrong-value"});
}

TEST_CASE("a connection on which only pushes are unread is not dirty by them") {
  auto scenario = doing(always_pushing(kBell, {}), {doing({kInsert})});
  scenario.physics.kernel = true;
  Oracle world(scenario, design_of(kReleaseInFinally));
  play(world, "psh.1:news");
  CHECK(world.state_findings().empty());
  play(world, "net.1");
  CHECK(world.state_findings().empty());
  play(world, "krn.1");
  CHECK(world.state_findings().empty());
  play(world, "alice");  // takes it for its reply
  CHECK(world.state_findings() == std::set<std::string>{"dirty-idle"});
  // By their session it is all the same.
  Oracle open(doing(pushing(), {doing({kBecome})}), design_of(Lines{"take"} + exchange(1) + Lines{"put"}));
  play(open, "alice srv.1 net.1 alice psh.1:news");
  CHECK(open.state_findings() == std::set<std::string>{"dirty-idle"});
}

TEST_CASE("a schedule is complete where only cancels and pushes are enabled, and may end there or go on") {
  auto scenario = doing(always_pushing(kBell, {}), {});
  scenario.tasks.push_back(users({"alice"}, 0).tasks[0]);
  scenario.pushes = 2;
  Oracle world(scenario, design_of({"await receive"}));
  CHECK_FALSE(world.end().complete);
  CHECK(play(world, "alice") == Lines{"error"});
  CHECK(world.enabled() == Lines{"psh.1:news"});
  CHECK(world.end().complete);
  play(world, "psh.1:news");
  CHECK_FALSE(world.end().complete);  // the network still has it
  play(world, "net.1");
  CHECK(world.end().complete);
  scenario.pushes = 1;
  // alice, or a push before her, or behind her, and its delivery: ends behind alice, or where all have happened.
  const auto all = enumerate(Oracle(scenario, design_of({"await receive"})), 100, 1000);
  CHECK(all.finished);
  CHECK(all.schedules == 4);
  CHECK(all.without_cancel.at("error") == 4);  // pushes are no faults
}

TEST_CASE("an operation that waits where only pushes may come is starved if they do not") {
  auto scenario = doing(always_pushing(kBell, {}), {doing({})});
  Oracle world(scenario, design_of({"take", "await receive"}));
  play(world, "alice");
  CHECK(world.end().complete);
  CHECK(world.end().starved);
  CHECK(play(world, "psh.1:news net.1 alice").size() == 1);  // a push makes the reader ready
  CHECK_FALSE(world.end().starved);
}

TEST_CASE("who asks for a kind means those that are of it, too") {
  const auto reads = [](const Lines& lines) {
    auto scenario = doing(pushing(), {doing({kBecome})});
    Oracle world(scenario, design_of(Lines{"take", "await send request"} + lines));
    return play(world, "alice srv.1 psh.1:news net.1*2 alice");
  };
  const auto says = [&](const std::string& condition) {
    return reads({"await receive", "await discard", "if " + condition + ":", "    raise rejected \"so\""});
  };
  CHECK(says("got news") == Lines{"rejected"});
  CHECK(says("got story") == Lines{"rejected"});
  CHECK(says("saw news") == Lines{"rejected"});
  CHECK(says("saw ok") == Lines{"rejected"});
  CHECK(says("got value") == Lines{"ok"});
  CHECK(says("saw value") == Lines{"ok"});
  CHECK(reads({"await receive until news"}) == Lines{"ok"});
  CHECK(reads({"await receive until story"}) == Lines{"ok"});
  CHECK(reads({"await receive until value"}).empty());
  // A kind does not mean what it is of.
  auto protocol = always_pushing(kNews, kTenant);
  Oracle world(doing(protocol, {doing({kRead})}), design_of({"take", "await discard until story"}));
  CHECK(play(world, "alice psh.1:news net.1 alice").empty());
}

TEST_CASE("what answers and is of a kind that an operation names is a result, not what is of its kinds") {
  auto protocol = pushing();
  protocol.commands[kRead].cases = {{{}, {{{kStory, ""}, {0, ""}}}, {}, {}}};
  const auto judged = [&](std::size_t kind) {
    auto operation = doing({kRead});
    auto own = *operation.own;
    own.result = std::vector<std::size_t>{kind};
    operation.own = std::make_shared<const protocol::Operation>(own);
    Oracle world(doing(protocol, {operation}), design_of(Lines{"take"} + exchange(1)));
    return play(world, "alice srv.1 net.1 alice");
  };
  CHECK(judged(kStory) == Lines{"ok"});
  CHECK(judged(0) == Lines{"wrong-value"});
  CHECK(judged(kNews) == Lines{"ok"});  // nothing is, so nothing is missing
}

TEST_CASE("a push counts among the messages of a connection") {
  auto scenario = doing(always_pushing(kBell, {}), {doing({})});
  scenario.pushes = 2;
  Oracle world(scenario, design_of({"take", "loop 31 times:", "    await send \"PING\"", "await pause"}));
  play(world, "alice");
  CHECK(world.step("psh.1:news").bound.empty());
  CHECK(world.step("psh.1:news").bound == "requests");
}

TEST_CASE("a push says whose it is, or nothing") {
  const auto judged = [](const std::string& owner, const protocol::Protocol& protocol) {
    auto scenario = doing(protocol, {doing({kBecome}), doing({kRead})});
    scenario.tasks[1].owner = owner;
    Oracle world(scenario, design_of({"take", "if conn.locked:", "    await receive",
                                      "    if not mine:", "        raise rejected \"not mine\"", "    return",
                                      "conn.locked = 1", "await send request", "await receive", "put"}));
    play(world, "alice srv.1 net.1 alice psh.1:news");
    return play(world, "bob net.1 bob");
  };
  CHECK(judged("bob", pushing()) == Lines{"rejected"});
  CHECK(judged("alice", pushing()) == Lines{"wrong-value"});
  CHECK(judged("bob", always_pushing(kBell, {})) == Lines{"wrong-value"});
}

TEST_CASE("a push may come in pieces") {
  auto scenario = doing(always_pushing(kBell, {}), {});
  scenario.tasks.push_back(users({"alice"}, 0).tasks[0]);
  scenario.physics.fragments = true;
  Oracle world(scenario, design_of({"take", "await receive"}));
  play(world, "psh.1:news");
  CHECK(world.enabled() == Lines{"alice", "net.1", "net.1:hdr", "net.1:part"});
  CHECK(play(world, "net.1:hdr alice net.1 alice") == Lines{"wrong-value"});
}

TEST_CASE("nobody asks for a push: its tests, and what it sets, are about the client") {
  auto protocol = pushing();
  protocol.pushes[0].when = {{kTenant, true, protocol::kAsker}};
  protocol.pushes[0].sets = {};
  protocol.pushes[1].sets = {{kTenant, protocol::kAsker}};
  auto scenario = doing(protocol, {doing({kBecome, kBegin})});
  scenario.pushes = 2;
  Oracle world(scenario, design_of(Lines{"take"} + exchange(2)));
  play(world, "alice srv.1*2");
  CHECK(world.enabled() == Lines{"net.1", "psh.1:bell"});
  play(world, "psh.1:bell");
  CHECK(world.enabled() == Lines{"net.1", "psh.1:news", "psh.1:bell"});
}

TEST_CASE("servers keep what a push asks for, and whose data it carries") {
  const auto findings = [](const protocol::Protocol& protocol) {
    Oracle world(doing(protocol, {doing({kBecome, kBegin})}), design_of(Lines{"take"} + exchange(2) + Lines{"put"}));
    play(world, "alice srv.1*2 net.1*2 alice");
    return world.state_findings();
  };
  auto protocol = pushing();
  protocol.pushes.clear();
  protocol.commands[kRead].cases.erase(protocol.commands[kRead].cases.begin());
  protocol.commands[kRead].under = protocol.commands[kInsert].under = {};
  CHECK(findings(protocol).empty());
  protocol.pushes = {{"news", kNews, {}, kTenant, {}, false, ""}};
  CHECK(findings(protocol) == std::set<std::string>{"dirty-idle"});
  protocol.pushes = {{"bell", kBell, {{kTransaction, true, 1}}, {}, {}, false, ""}};
  CHECK(findings(protocol) == std::set<std::string>{"dirty-idle"});
}

TEST_CASE("what a push has set no operation has") {
  auto protocol = pushing();
  protocol.pushes[1].sets = {{kTransaction, 2}};
  auto scenario = doing(protocol, {doing({kBegin, kInsert})});
  const auto design = design_of(Lines{"take"} + exchange(2));
  Oracle own(scenario, design);
  CHECK(foreign_in(own, "alice srv.1 srv.1").empty());
  Oracle pushed(scenario, design);
  CHECK(foreign_in(pushed, "alice srv.1 psh.1:bell srv.1") == std::vector<int>{3});
}

TEST_CASE("who asks for an owner means that one, whatever the type of what is asked for") {
  auto protocol = pushing();
  protocol.commands[kRead].cases = {{{{kTenant, true, protocol::kAsker}}, kData, {}, {}}, {{}, kError, {}, {}}};
  auto scenario = doing(protocol, {doing({kBecome}), doing({kRead})});
  scenario.tasks[1].owner = "alice";
  const auto design = design_of(Lines{"take"} + exchange(1) + Lines{"put"});
  Oracle same(scenario, design);
  CHECK(play(same, "alice srv.1 net.1 alice bob srv.1 net.1 bob") == Lines{"ok", "ok"});
  scenario.tasks[1].operations[0].type = "text";
  Oracle other(scenario, design);
  CHECK(play(other, "alice srv.1 net.1 alice bob srv.1 net.1 bob") == Lines{"ok", "ok"});
  scenario.tasks[1].owner = "bob";
  Oracle another(scenario, design);
  CHECK(play(another, "alice srv.1 net.1 alice bob srv.1 net.1 bob") == Lines{"ok", "error"});
  scenario.tasks[1].owner = "alice";
  Oracle under(scenario, design);
  CHECK(foreign_in(under, "alice srv.1 net.1 alice bob srv.1 net.1 bob").empty());
}

// --- operations of a scenario's own -----------------------------------------------------------------

TEST_CASE("an operation of the scenario's own sends what it says, in its steps, whatever the protocol calls so") {
  auto operation = doing({kBegin});
  auto own = *operation.own;
  own.steps.push_back({{kRead, protocol::Keys::first, {}, false}, {kReset, protocol::Keys::none, {}, false}});
  own.result = std::vector<std::size_t>{};
  operation.own = std::make_shared<const protocol::Operation>(own);
  Oracle world(doing(vault(), {operation}),
               design_of({"take", "await send request", "await discard", "await send request",
                          "loop commands times:", "    await discard", "put"}));
  CHECK(play(world, "alice srv.1 net.1 alice srv.1*2 net.1*2 alice") == Lines{"ok"});
  CHECK(world.state_findings().empty());
}

TEST_CASE("where a protocol is named, a procedure of the operation's name runs it") {
  auto protocol = vault();
  protocol.operations[0].procedures = {"execute_get"};
  auto scenario = users_of(protocol, {"alice"}, 0);
  auto design = design_of({"raise error \"execute\""});
  add_procedure(design, "get", {"raise rejected \"its own\""});
  const auto runs = [&] {
    Oracle world(scenario, design);
    return play(world, "alice");
  };
  CHECK(runs() == Lines{"error"});  // nobody names it
  scenario.named = true;
  CHECK(runs() == Lines{"rejected"});
  add_procedure(design, "execute_get", {"await pause"});
  CHECK(runs() == Lines{"rejected"});
  scenario.named = false;
  CHECK(runs().empty());
  scenario.tasks[0].operations = {doing({kInsert})};  // whatever the protocol calls so: no procedures
  CHECK(runs() == Lines{"error"});
  scenario.named = true;
  CHECK(runs() == Lines{"rejected"});
  design.procedures.erase("get");
  CHECK(runs() == Lines{"error"});
}

TEST_CASE("a foreign session violates an invariant of its own") {
  const auto all = enumerate(Oracle(doing(vault(), {doing({kBegin}), doing({kInsert})}),
                                    design_of(Lines{"take"} + exchange(1) + Lines{"put"})),
                             1000, 10'000);
  CHECK(all.finished);
  CHECK(all.shortest.at("no-foreign-session") == 6);
}

TEST_CASE("what is judged outside of the listing is such an error, too; a wrong value is none") {
  auto scenario = users({"alice", "bob"}, 1);
  scenario.tasks[1] = alice_twice(0).tasks[0];
  scenario.tasks[1].id = scenario.tasks[1].owner = "bob";
  const auto behind = [&] {
    Oracle world(scenario, design_of(kReleaseInFinally));
    play(world, "alice !alice");
    const Lines outcomes = play(world, "bob srv.1 net.1 bob");
    return outcomes + world.enabled();
  };
  CHECK(behind() == Lines{"leak", "srv.1"});  // it has begun in the same event
  scenario.ownership_check = true;
  CHECK(behind() == Lines{"rejected", "bob", "srv.1"});
  scenario.tasks[1].operations[0].type = "text";
  CHECK(behind() == Lines{"type-error", "bob", "srv.1"});
  scenario.tasks[1].owner = "alice";
  CHECK(behind() == Lines{"wrong-value", "srv.1"});
}

TEST_CASE("a cancelled operation ends alone, but a killed task is dead") {
  const auto behind = [](scenario::CancelKind kind) {
    auto scenario = alice_twice(2);
    scenario.cancel.kind = kind;
    Oracle world(scenario, design_of({"await pause"}));
    CHECK(play(world, "alice !alice") == Lines{"cancelled"});
    return world.enabled();
  };
  using scenario::CancelKind;
  for (const CancelKind kind : {CancelKind::raise, CancelKind::vanish, CancelKind::raise_at_every_await}) {
    CHECK(behind(kind) == Lines{"alice"});
  }
  CHECK(behind(CancelKind::as_error) == Lines{"alice"});
  CHECK(behind(CancelKind::kill).empty());
}

TEST_CASE("what was raised at every await ends with an operation that fails, not with one that ends normally") {
  auto scenario = alice_twice(2);
  scenario.cancel.kind = scenario::CancelKind::raise_at_every_await;
  Oracle fails(scenario, design_of({"await pause"}));
  CHECK(play(fails, "alice !alice") == Lines{"cancelled"});
  CHECK(play(fails, "alice").empty());
  CHECK(fails.enabled() == Lines{"alice", "!alice"});  // it may be cancelled as the first was
  CHECK(play(fails, "alice") == Lines{"wrong-value"});
  Oracle ends(scenario, design_of({"try:", "    await pause", "except cancelled:", "    return"}));
  CHECK(play(ends, "alice !alice") == Lines{"wrong-value", "wrong-value"});
}

TEST_CASE("an operation that is there and has not begun may begin at any time, also in fifo order") {
  auto scenario = users({"alice", "bob", "carol"}, 0);
  scenario.tasks[0] = alice_twice(0).tasks[0];
  scenario.ready = scenario::Ready::fifo;
  Oracle world(scenario, design_of({"await pause", "raise error \"late\""}));
  play(world, "bob carol alice bob carol");
  CHECK(world.enabled() == Lines{"alice"});
  Oracle other(scenario, design_of({"await pause", "raise error \"late\""}));
  play(other, "alice bob carol alice");
  CHECK(other.enabled() == Lines{"alice", "bob"});
  CHECK(play(other, "alice bob carol alice") == Lines{"error", "error", "error"});
  CHECK(other.enabled().empty());  // that was the last operation
}

TEST_CASE("orphans of an operation behind which the task goes on are orphans") {
  auto design = design_of({"take", "spawn child", "await pause", "put"});
  add_procedure(design, "child", {"await pause"});
  Oracle world(alice_twice(1), design);
  CHECK(play(world, "alice !alice") == Lines{"cancelled"});
  CHECK(world.enabled() == Lines{"alice", "alice'"});
  CHECK(world.state_findings() == std::set<std::string>{"zombie"});
  CHECK_FALSE(world.end().lost_slot);  // the orphan's family owns it
  play(world, "alice'");
  CHECK(play(world, "alice' alice") == Lines{"error"});
  CHECK(world.end().lost_slot);
}

// --- stores ---------------------------------------------------------------------------------------

design::Design storing(const Lines& execute, design::Places places) {
  auto design = design_of(execute);
  design.pool_stores = {{"cache", places}};
  return design;
}

/// Out of the store, if something is there; else it is read, and kept.
const Lines kCached = Lines{"if has pool.cache:", "    serve pool.cache", "    return", "take"} + exchange(1) +
                      Lines{"put", "keep in pool.cache"};

/// All tasks work for alice, and take what another one of hers has read.
scenario::Scenario sharing(scenario::Scenario scenario) {
  for (scenario::Task& task : scenario.tasks) {
    task.owner = "alice";
    for (scenario::Operation& op : task.operations) op.shared = true;
  }
  return scenario;
}

TEST_CASE("what is kept is served to those who come later, and stays there") {
  const auto scenario = sharing(doing(vault(), {doing({kRead}), doing({kRead}), doing({kRead})}));
  for (const auto places : {design::Places::one, design::Places::by_key, design::Places::by_name}) {
    Oracle world(scenario, storing(kCached, places));
    CHECK(play(world, "alice srv.1 net.1 alice bob carol") == Lines{"ok", "ok", "ok"});
    CHECK(world.enabled().empty());
  }
}

TEST_CASE("a store has one place, or one for each key of each owner, or one for each name of a key") {
  const auto judged = [](const std::string& owner, const std::string& key, design::Places places) {
    auto scenario = doing(vault(), {doing({kRead}), doing({kRead})});
    scenario.tasks[1].owner = owner;
    scenario.tasks[1].operations[0].keys = {key};
    scenario.tasks[1].operations[0].shared = true;
    Oracle world(scenario, storing(kCached, places));
    play(world, "alice srv.1 net.1 alice");
    const Lines at_once = play(world, "bob");
    return at_once.empty() ? "another place" : at_once.front();
  };
  using design::Places;
  CHECK(judged("alice", "history", Places::one) == "ok");
  CHECK(judged("bob", "history", Places::one) == "leak");
  CHECK(judged("alice", "profile", Places::one) == "wrong-value");
  CHECK(judged("bob", "history", Places::by_key) == "another place");
  CHECK(judged("alice", "profile", Places::by_key) == "another place");
  CHECK(judged("bob", "history", Places::by_name) == "leak");
  CHECK(judged("alice", "profile", Places::by_name) == "another place");
}

TEST_CASE("each node of a cluster has a place of its own") {
  auto scenario = sharing(doing(vault(), {doing({kRead}), doing({kRead})}));
  scenario.nodes = 2;
  scenario.tasks[0].operations[0].node = 1;
  scenario.tasks[1].operations[0].node = 2;
  auto design = storing(kCached, design::Places::one);
  design.cluster = true;
  Oracle world(scenario, design);
  CHECK(play(world, "alice srv.1 net.1 alice bob") == Lines{"ok"});
  CHECK(play(world, "srv.2 net.2 bob") == Lines{"ok"});
  design.cluster = false;
  Oracle alone(scenario, design);
  CHECK(play(alone, "alice srv.1 net.1 alice bob") == Lines{"ok", "ok"});
}

TEST_CASE("keep replaces what is there, with nothing if nothing was received, and drop leaves nothing") {
  const auto after = [](const Lines& lines) {
    Oracle world(doing(vault(), {doing({kRead})}),
                 storing(Lines{"take"} + exchange(1) + lines +
                             Lines{"if has pool.cache:", "    raise rejected \"it is there\"",
                                   "else:", "    raise error \"it is not\""},
                         design::Places::by_key));
    return play(world, "alice srv.1 net.1 alice");
  };
  CHECK(after({"pass"}) == Lines{"error"});
  CHECK(after({"keep in pool.cache"}) == Lines{"rejected"});
  CHECK(after({"keep in pool.cache", "forget"}) == Lines{"rejected"});  // a copy
  CHECK(after({"keep in pool.cache", "forget", "keep in pool.cache"}) == Lines{"error"});
  CHECK(after({"keep in pool.cache", "drop pool.cache"}) == Lines{"error"});
  CHECK(after({"keep in pool.cache", "serve pool.cache", "drop pool.cache"}) == Lines{"error"});
}

TEST_CASE("a value has room for eight replies, of which some may be served") {
  const auto served = [](int times) {
    const Lines lines = Lines{"take"} + exchange(3) + Lines{"keep in pool.cache"} +
                        Lines(static_cast<std::size_t>(times), "serve pool.cache") + exchange(1);
    Oracle world(doing(vault(), {doing({kRead, kRead, kRead})}), storing(lines, design::Places::one));
    return play(world, "alice srv.1*3 net.1*3 alice");
  };
  CHECK(served(1).empty());           // six, and it waits
  CHECK(served(2) == Lines{"error"});  // eight of nine: a ninth receive raises
}

TEST_CASE("what was kept is judged for who is served, with all that the value holds") {
  auto scenario = doing(vault(), {doing({kRead}), doing({kRead})});
  const auto judged = [&] {
    Oracle world(scenario, storing(kCached, design::Places::one));
    return play(world, "alice srv.1 net.1 alice bob");
  };
  CHECK(judged() == Lines{"ok", "leak"});
  scenario.tasks[1].operations[0].mangles = {"list"};
  CHECK(judged() == Lines{"ok", "wrong-value"});
  scenario.tasks[1].owner = "alice";
  CHECK(judged() == Lines{"ok", "wrong-value"});  // not shared
}

TEST_CASE("a detached frame has no place of a key, until it was told of one") {
  const auto after = [](design::Places places) {
    auto design = storing(Lines{"take"} + exchange(1) +
                              Lines{"keep in pool.cache", "spawn detached child", "await pause",
                                    "if not has pool.cache:", "    raise rejected \"dropped\""},
                          places);
    add_procedure(design, "child",
                  {"serve pool.cache", "if has pool.cache:", "    drop pool.cache", "drop pool.cache"});
    Oracle world(doing(vault(), {doing({kRead})}), design);
    return play(world, "alice srv.1 net.1 alice alice' alice");
  };
  CHECK(after(design::Places::one) == Lines{"rejected"});
  CHECK(after(design::Places::by_key) == Lines{"ok"});
  CHECK(after(design::Places::by_name) == Lines{"ok"});
}

// --- what another operation has read --------------------------------------------------------------

TEST_CASE("where an operation is shared what another one of the owner has read is as good as its own") {
  auto protocol = vault();
  protocol.commands[kReset].cases[0].reply = kData;
  auto scenario = sharing(doing(protocol, {doing({kRead}), doing({kRead})}));
  const auto judged = [&](const std::string& bob) {
    Oracle world(scenario, storing(kCached, design::Places::one));
    return play(world, "alice srv.1 net.1 alice bob") == Lines{"ok", bob};
  };
  CHECK(judged("ok"));
  scenario.tasks[0].operations[0].shared = false;  // who read it need not be
  CHECK(judged("ok"));
  scenario.tasks[0].operations[0].type = "text";
  scenario.tasks[0].operations[0].accepts = {"text"};
  CHECK(judged("wrong-value"));  // a type that bob does not accept
  scenario.tasks[1].operations[0].accepts.emplace_back("text");
  CHECK(judged("ok"));
  scenario.tasks[0].operations[0] = doing({kReset});
  CHECK(judged("wrong-value"));  // another command
}

TEST_CASE("an earlier operation of the same task, and one that was cancelled, have read it for this one") {
  auto scenario = sharing(doing(vault(), {doing({kRead})}));
  scenario.tasks[0].operations.push_back(scenario.tasks[0].operations[0]);
  Oracle world(scenario, storing(kCached, design::Places::by_key));
  CHECK(play(world, "alice srv.1 net.1 alice") == Lines{"ok", "ok"});

  auto cancels = sharing(doing(vault(), {doing({kRead}), doing({kRead})}));
  cancels.cancel.max = 1;
  Oracle on_the_wire(cancels, design_of(kReleaseInFinally));
  CHECK(play(on_the_wire, "alice !alice bob srv.1 net.1 bob") == Lines{"cancelled", "ok"});
  cancels.tasks[1].operations[0].shared = false;
  Oracle wrong(cancels, design_of(kReleaseInFinally));
  CHECK(play(wrong, "alice !alice bob srv.1 net.1 bob") == Lines{"cancelled", "wrong-value"});
}

TEST_CASE("what another one has read stands in the place of its own, and of a key it was asked for") {
  auto protocol = vault();
  protocol.commands[kRead].cases = {{{}, {{{0, ""}, {0, ""}}}, {}, {}}};
  auto scenario = sharing(doing(protocol, {doing({kRead}), doing({kRead})}));
  const auto judged = [&](const Lines& reads, const Lines& serves) {
    const Lines lines = Lines{"if has pool.cache:"} + serves + Lines{"    return", "take", "await send request"} +
                        reads + Lines{"keep in pool.cache"};
    Oracle world(scenario, storing(lines, design::Places::one));
    return play(world, "alice srv.1 net.1 alice bob").back();
  };
  const Lines once = {"    serve pool.cache"}, receive = {"await receive"}, discard = {"await discard"};
  CHECK(judged(receive + receive, once) == "ok");
  CHECK(judged(receive, once) == "wrong-value");         // the second one is missing
  CHECK(judged(receive, once + once) == "wrong-value");  // the first one twice
  CHECK(judged(discard + receive, once) == "wrong-value");
  auto own = *scenario.tasks[0].operations[0].own;  // asked for without a key: data of all
  own.steps[0][0].keys = protocol::Keys::none;
  scenario.tasks[0].operations[0].own = std::make_shared<const protocol::Operation>(own);
  CHECK(judged(receive + receive, once) == "wrong-value");
  scenario.tasks[1].operations[0].own = scenario.tasks[0].operations[0].own;
  CHECK(judged(receive + receive, once) == "wrong-value");
}

TEST_CASE(
    "what takes no place of its own takes none of another one's either, and its error is one, where data may be") {
  auto protocol = vault();
  protocol.commands[kRead].cases = {{{{kTransaction, false, 0}}, kError, {}, {}},
                                    {{}, {{{0, ""}, {kOk, "that was it"}}}, {}, {}}};
  const auto judged = [&](const scenario::Operation& alices, const Lines& reads, bool shared) {
    auto scenario = sharing(doing(protocol, {alices, doing({alices.own->steps[0].back().command})}));
    scenario.tasks[1].operations[0].shared = shared;
    const Lines lines =
        Lines{"if has pool.cache:", "    serve pool.cache", "    return", "take", "await send request"} + reads +
        Lines{"keep in pool.cache"};
    Oracle world(scenario, storing(lines, design::Places::one));
    const int sent = static_cast<int>(alices.own->steps[0].size());
    play(world, "alice srv.1*" + std::to_string(sent) + " net.1*" + std::to_string(sent) + " alice");
    return play(world, "bob").back();
  };
  const Lines receive = {"await receive"}, discard = {"await discard"};
  CHECK(judged(doing({kRead}), receive + receive, true) == "ok");
  CHECK(judged(doing({kRead}), receive + receive, false) == "wrong-value");
  CHECK(judged(doing({kBegin, kRead}), discard + receive, true) == "error");
  CHECK(judged(doing({kBegin, kRead}), discard + receive, false) == "wrong-value");
  CHECK(judged(doing({kInsert}), receive, true) == "wrong-value");  // no data
}

// --- pushes that a command causes ------------------------------------------------------------------

constexpr std::size_t kChanged = 3;  // a kind

/// The vault, in which an insert changes its key, and a push says so.
protocol::Protocol telling(protocol::To to, bool ahead = false) {
  protocol::Protocol protocol = vault();
  protocol.kinds.push_back({"changed", false, "a change", false, {}});
  protocol.pushes = {{"changed", kChanged, {}, {}, {}, true, ""}};
  protocol.commands[kInsert].cases[0].causes = {{0, to, ahead}};
  return protocol;
}

/// With two connections that are there from the start.
scenario::Scenario on_two(scenario::Scenario scenario) {
  scenario.pool_max = 2;
  return scenario;
}

/// How many messages lie on the wires of the first two connections.
std::vector<int> on_wires(Oracle world) {
  std::vector<int> counts;
  for (const std::string event : {"net.1", "net.2"}) {
    counts.push_back(0);
    for (Lines enabled = world.enabled(); std::count(enabled.begin(), enabled.end(), event) != 0;
         enabled = world.enabled()) {
      world.step(event);
      ++counts.back();
    }
  }
  return counts;
}

TEST_CASE("a push that a command causes comes with it, to whom it is for, and in no other way") {
  using protocol::To;
  const auto sent = [](To to) {
    auto scenario = on_two(doing(telling(to), {doing({kInsert})}));
    scenario.pushes = 0;  // does not count them
    Oracle world(scenario, design_of(Lines{"take"} + exchange(1)));
    CHECK(world.enabled() == Lines{"alice"});
    play(world, "alice srv.1");
    return on_wires(world);
  };
  CHECK(sent(To::asker) == std::vector<int>{2, 0});
  CHECK(sent(To::all) == std::vector<int>{2, 1});
  CHECK(sent(To::others) == std::vector<int>{1, 1});
  CHECK(sent(To::readers) == std::vector<int>{1, 0});  // nobody has read it
  auto scenario = doing(telling(To::all), {doing({kRead})});
  Oracle world(scenario, design_of(Lines{"take"} + exchange(1)));
  CHECK(play(world, "alice srv.1 net.1 alice") == Lines{"ok"});
  CHECK(world.enabled().empty());
}

TEST_CASE("on the socket of the command a push comes ahead of the reply, or behind it, and behind what is there") {
  using protocol::To;
  const auto taken = [](const protocol::Protocol& protocol, int count) {
    Lines lines = {"take", "await send request"};
    for (int i = 0; i < count; ++i) {
      lines = lines + Lines{"await receive", "if got changed:", "    op.n += " + std::to_string(1 << i)};
    }
    for (int sum = 0; sum < 1 << count; ++sum) {
      const bool is_it = [&] {
        Oracle world(doing(protocol, {doing({kInsert, kInsert})}),
                     design_of(lines + Lines{"if op.n == " + std::to_string(sum) + ":", "    raise rejected \"so\""}));
        return play(world, "alice srv.1*2 net.1*" + std::to_string(count) + " alice") == Lines{"rejected"};
      }();
      if (is_it) return sum;
    }
    return -1;
  };
  CHECK(taken(telling(To::asker, true), 4) == 0b0101);
  CHECK(taken(telling(To::asker, false), 4) == 0b1010);
  CHECK(taken(telling(To::all, false), 4) == 0b1010);
  auto both = telling(To::asker, false);
  both.commands[kInsert].cases[0].causes.push_back({0, To::asker, true});
  CHECK(taken(both, 6) == 0b101101);
}

TEST_CASE("several pushes ahead of a reply come in their order, and that of a case only in that case") {
  auto protocol = telling(protocol::To::asker, true);
  protocol.kinds.push_back({"bell", false, "a bell", false, {}});
  protocol.pushes.push_back({"bell", 4, {}, {}, {}, false, ""});
  protocol.commands[kInsert].cases[0].causes.push_back({1, protocol::To::asker, true});
  protocol.commands[kInsert].cases.insert(protocol.commands[kInsert].cases.begin(),
                                          {{{kTransaction, true, 1}}, kDone, {}, {}});
  const Lines lines = {"take",
                       "await send request",
                       "await receive",
                       "if not got changed:",
                       "    raise rejected \"first\"",
                       "await receive",
                       "if not got bell:",
                       "    raise rejected \"second\"",
                       "await receive"};
  Oracle world(doing(protocol, {doing({kInsert})}), design_of(lines));
  CHECK(play(world, "alice srv.1 net.1*3 alice") == Lines{"wrong-value"});  // pushes of nobody's take places
  Oracle other(doing(protocol, {doing({kBegin, kInsert})}), design_of(lines));
  play(other, "alice srv.1*2");
  CHECK(on_wires(other) == std::vector<int>{2, 0});
}

TEST_CASE("a push goes where its tests are true, behind what the command makes of the session, and none is silent") {
  auto protocol = telling(protocol::To::all);
  protocol.pushes[0].when = {{kTransaction, false, 0}};
  auto scenario = on_two(doing(protocol, {doing({kBegin}), doing({kInsert})}));
  const auto design = design_of(Lines{"take"} + exchange(1));
  Oracle world(scenario, design);
  CHECK(play(world, "alice srv.1 net.1 alice bob srv.2") == Lines{"ok"});
  CHECK(on_wires(world) == std::vector<int>{1, 1});  // the push, and the reply
  protocol.commands[kInsert].cases[0].sets = {{kTransaction, 1}};
  Oracle own(on_two(doing(protocol, {doing({kInsert})})), design);
  play(own, "alice srv.1");
  CHECK(on_wires(own) == std::vector<int>{2, 0});
  scenario = on_two(doing(telling(protocol::To::all), {doing({kInsert}), doing({kInsert})}));
  scenario.may_be_silent = true;
  Oracle silent(scenario, design);
  play(silent, "alice bob sil.1 srv.2");
  CHECK(on_wires(silent) == std::vector<int>{0, 2});
}

TEST_CASE("a push goes to the sockets of its own server, and not to slots that are not connected") {
  auto scenario = doing(telling(protocol::To::all), {doing({kInsert})});
  scenario.nodes = 2;
  scenario.tasks[0].operations[0].node = 1;
  auto design = design_of(Lines{"take"} + exchange(1));
  design.cluster = true;
  Oracle cluster(scenario, design);
  play(cluster, "alice srv.1");
  CHECK(on_wires(cluster) == std::vector<int>{2, 0});
  scenario = on_two(doing(telling(protocol::To::all), {doing({kInsert})}));
  scenario.pool_warm = 1;
  Oracle cold(scenario, design_of(Lines{"take"} + exchange(1)));
  play(cold, "alice srv.1");
  CHECK(on_wires(cold) == std::vector<int>{2, 0});
}

TEST_CASE("a request that is redirected causes nothing") {
  auto scenario = doing(telling(protocol::To::all), {doing({kInsert})});
  scenario.nodes = 2;
  scenario.tasks[0].operations[0].node = 1;
  scenario.tasks[0].operations[0].moved_to = 2;
  auto design = design_of(Lines{"take"} + exchange(1));
  design.cluster = true;
  Oracle world(scenario, design);
  play(world, "alice srv.1");
  CHECK(on_wires(world) == std::vector<int>{1, 0});
}

TEST_CASE("what a push that is caused makes of the session happens when it is sent, one after the other") {
  auto protocol = telling(protocol::To::asker);
  protocol.pushes[0].sets = {{kTransaction, 0}};
  const auto design = design_of(Lines{"take"} + exchange(2) + Lines{"put"});
  Oracle world(doing(protocol, {doing({kBegin, kInsert})}), design);
  CHECK(play(world, "alice srv.1*2 net.1*2 alice") == Lines{"ok"});
  CHECK(world.state_findings().empty());
  // The second push does not see what the first has ended.
  protocol.pushes.push_back(protocol.pushes[0]);
  protocol.pushes[1].name = "again";
  protocol.pushes[1].when = {{kTransaction, false, 0}};
  protocol.commands[kInsert].cases[0].causes.push_back({1, protocol::To::asker, true});
  Oracle both(doing(protocol, {doing({kBegin, kInsert})}), design);
  play(both, "alice srv.1*2");
  CHECK(on_wires(both) == std::vector<int>{3, 0});
  std::swap(protocol.commands[kInsert].cases[0].causes[0], protocol.commands[kInsert].cases[0].causes[1]);
  Oracle swapped(doing(protocol, {doing({kBegin, kInsert})}), design);
  play(swapped, "alice srv.1*2");
  CHECK(on_wires(swapped) == std::vector<int>{4, 0});
}

TEST_CASE("a write that a closed socket has left causes what its last case does, and nobody asks there") {
  using protocol::To;
  const auto sent = [](To to, bool in_last_case) {
    auto protocol = telling(to);
    protocol.runs_on = true;
    auto& cases = protocol.commands[kInsert].cases;
    cases.insert(cases.begin(), {{{kTransaction, true, 0}}, kDone, {}, {}});
    if (!in_last_case) std::swap(cases[0].causes, cases[1].causes);
    Oracle world(on_two(doing(protocol, {doing({kInsert})})),
                 design_of({"take", "await send request", "close", "await connect", "await pause"}));
    play(world, "alice alice srv.1@old");
    return on_wires(world);
  };
  CHECK(sent(To::all, true) == std::vector<int>{1, 1});
  CHECK(sent(To::others, true) == std::vector<int>{1, 1});
  CHECK(sent(To::asker, true) == std::vector<int>{0, 0});
  CHECK(sent(To::all, false) == std::vector<int>{0, 0});
}

TEST_CASE("a push to readers goes where data of the key was sent, once, and to nobody else") {
  const auto design = design_of(Lines{"share 1"} + exchange(1));
  const auto sent = [&](scenario::Scenario scenario) {
    Oracle world(scenario, design);
    play(world, "alice srv.1 net.1 alice bob srv.1");
    std::vector<int> counts = {on_wires(world)[0]};
    play(world, "net.1 bob carol srv.1");
    counts.push_back(on_wires(world)[0] - counts[0] + 1);  // beside what bob has left
    return counts;
  };
  const auto protocol = telling(protocol::To::readers);
  auto scenario = sharing(doing(protocol, {doing({kRead}), doing({kInsert}), doing({kInsert})}));
  CHECK(sent(scenario) == std::vector<int>{2, 1});
  scenario.tasks[0].operations[0].keys = {"profile"};
  CHECK(sent(scenario) == std::vector<int>{1, 1});  // another key
  scenario.tasks[0].operations[0].keys = {"history"};
  scenario.tasks[0].owner = "dave";
  CHECK(sent(scenario) == std::vector<int>{1, 1});  // another owner's
  scenario = sharing(doing(protocol, {doing({kInsert}), doing({kRead}), doing({kInsert})}));
  CHECK(sent(scenario) == std::vector<int>{1, 2});  // read behind the first
}

TEST_CASE("what a command reads itself is remembered behind what it causes") {
  auto protocol = telling(protocol::To::readers, true);
  protocol.commands[kInsert].cases[0].reply = kData;
  Oracle world(doing(protocol, {doing({kInsert, kInsert, kInsert})}), design_of(Lines{"take"} + exchange(3)));
  play(world, "alice srv.1");
  CHECK(on_wires(world)[0] == 1);
  play(world, "srv.1");
  CHECK(on_wires(world)[0] == 3);
  play(world, "srv.1");
  CHECK(on_wires(world)[0] == 5);
}

TEST_CASE("who reads is a reader if the tests of the push were true before what the command made of the session") {
  auto protocol = telling(protocol::To::readers);
  protocol.commands[kRead].cases = {{{}, kData, {{kLevel, 1}}, {}}};
  protocol.pushes[0].when = {{kLevel, true, 1}};
  const auto sent = [&](const std::vector<std::size_t>& commands) {
    const int count = static_cast<int>(commands.size());
    Oracle world(doing(protocol, {doing(commands)}), design_of(Lines{"take"} + exchange(count)));
    play(world, "alice srv.1*" + std::to_string(count));
    return on_wires(world)[0] - count;
  };
  CHECK(sent({kRead, kInsert}) == 0);
  CHECK(sent({kRead, kRead, kInsert}) == 1);
}

TEST_CASE("a closed socket has no readers, and data that was asked for without a key is of all keys") {
  auto protocol = telling(protocol::To::readers);
  auto scenario = sharing(doing(protocol, {doing({kRead}), doing({kInsert})}));
  Oracle closed(scenario,
                design_of(Lines{"share 1", "if not connected:", "    await connect"} + exchange(1) + Lines{"close"}));
  CHECK(play(closed, "alice srv.1 net.1 alice bob bob srv.1") == Lines{"ok"});
  CHECK(on_wires(closed)[0] == 1);

  auto all = *scenario.tasks[0].operations[0].own;
  all.steps[0][0].keys = protocol::Keys::none;
  scenario.tasks[0].operations[0].own = std::make_shared<const protocol::Operation>(all);
  scenario.tasks[0].operations[0].keys = {"inbox", "history"};
  const auto design = design_of(Lines{"share 1"} + exchange(1));
  Oracle of_all(scenario, design);
  play(of_all, "alice srv.1 net.1 alice bob srv.1");
  CHECK(on_wires(of_all)[0] == 2);
  // And a command for no key has no readers.
  auto none = *scenario.tasks[1].operations[0].own;
  none.steps[0][0].keys = protocol::Keys::none;
  scenario.tasks[1].operations[0].own = std::make_shared<const protocol::Operation>(none);
  Oracle of_none(scenario, design);
  play(of_none, "alice srv.1 net.1 alice bob srv.1");
  CHECK(on_wires(of_none)[0] == 1);
}

TEST_CASE("a command that a listing sends for its operation is for the first key, if it causes pushes") {
  auto scenario = sharing(doing(telling(protocol::To::readers), {doing({kRead})}));
  Oracle own(scenario, design_of(Lines{"take"} + exchange(1) + Lines{"await send insert", "await receive"}));
  play(own, "alice srv.1 net.1 alice srv.1");
  CHECK(on_wires(own)[0] == 2);
  Oracle clients(scenario,
                 design_of(Lines{"take"} + exchange(1) + Lines{"await send insert for client", "await receive"}));
  play(clients, "alice srv.1 net.1 alice srv.1");
  CHECK(on_wires(clients)[0] == 1);
}

TEST_CASE("pushes that are caused count among the messages of a connection") {
  Oracle world(on_two(doing(telling(protocol::To::others), {doing({kInsert})})),
               design_of({"take", "loop 40 times:", "    await send request", "    await discard"}));
  play(world, "alice");
  for (int i = 0; i < 32; ++i) play(world, "srv.1 net.1 alice");
  CHECK(world.step("srv.1").bound == "requests");
}

// --- what is stale ----------------------------------------------------------------------------------

/// An insert, by a procedure of its own.
scenario::Operation note() {
  auto operation = doing({kInsert});
  auto own = *operation.own;
  operation.does = own.name = "note";
  operation.own = std::make_shared<const protocol::Operation>(own);
  return operation;
}

/// Reads on connection 1 what the server says of itself, and keeps what is answered; notes are made on connection 2.
design::Design heeding() {
  auto design = storing(Lines{"share 1", "loop while readable:", "    await discard",
                              "if has pool.cache:", "    serve pool.cache", "    return"} +
                            exchange(1) + Lines{"keep in pool.cache"},
                        design::Places::one);
  add_procedure(design, "note", Lines{"share 2"} + exchange(1));
  return design;
}

/// alice reads, bob makes a note, and carol wants what alice has read, twice.
scenario::Scenario read_and_noted(const protocol::Protocol& protocol) {
  auto scenario = sharing(on_two(doing(protocol, {doing({kRead}), note(), doing({kRead})})));
  scenario.tasks[2].operations.push_back(scenario.tasks[2].operations[0]);
  scenario.named = true;
  return scenario;
}

const std::string kRead1 = "alice srv.1 net.1 alice", kNote2 = " bob srv.2 net.2 bob";

TEST_CASE("data is stale for an operation that begins when a frame has taken a push that it is older than") {
  auto scenario = read_and_noted(telling(protocol::To::others));
  Oracle world(scenario, heeding());
  // carol takes the push when her first operation has begun.
  CHECK(play(world, kRead1 + kNote2 + " net.1 carol") == Lines{"ok", "ok", "ok", "wrong-value"});
  Oracle unread(scenario, heeding());
  CHECK(play(unread, kRead1 + kNote2 + " carol") == Lines{"ok", "ok", "ok", "ok"});  // nobody has taken it
  Oracle before(scenario, heeding());
  CHECK(play(before, "bob srv.2 net.2 bob net.1 " + kRead1 + " carol") == Lines{"ok", "ok", "ok", "ok"});  // read again
  Oracle none(read_and_noted(vault()), heeding());
  CHECK(play(none, kRead1 + kNote2 + " carol") == Lines{"ok", "ok", "ok", "ok"});
}

TEST_CASE("only a push that invalidates makes data stale, and only data of the key that it is about") {
  auto protocol = telling(protocol::To::others);
  auto scenario = read_and_noted(protocol);
  scenario.tasks[1].operations[0].keys = {"profile"};
  Oracle other_key(scenario, heeding());
  CHECK(play(other_key, kRead1 + kNote2 + " net.1 carol") == Lines{"ok", "ok", "ok", "ok"});
  scenario = read_and_noted(protocol);
  scenario.tasks[1].owner = "bob";
  Oracle other_owner(scenario, heeding());
  CHECK(play(other_owner, kRead1 + kNote2 + " net.1 carol") == Lines{"ok", "ok", "ok", "ok"});
  protocol.pushes[0].invalidates = false;
  Oracle says_nothing(read_and_noted(protocol), heeding());
  CHECK(play(says_nothing, kRead1 + kNote2 + " net.1 carol") == Lines{"ok", "ok", "ok", "ok"});
}

TEST_CASE("what a command answers itself is not older than what it causes, own data is never stale") {
  auto protocol = telling(protocol::To::asker);
  protocol.commands[kRead].cases = {{{}, kData, {}, {{0, protocol::To::asker, true}}}};
  // alice's own push comes ahead of what she reads, and is taken by her.
  auto scenario = sharing(doing(protocol, {doing({kRead}), doing({kRead})}));
  const Lines lines = Lines{"if has pool.cache:", "    serve pool.cache", "    return",    "take",
                            "await send request", "await discard",        "await receive", "keep in pool.cache"};
  Oracle world(scenario, storing(lines, design::Places::one));
  CHECK(play(world, "alice srv.1 net.1*2 alice bob") == Lines{"ok", "ok"});
}

TEST_CASE("the push before which most was executed counts, in whichever order they are taken") {
  // Two notes, and carol reads between them; each note hears of itself.
  auto scenario = sharing(doing(telling(protocol::To::asker), {note(), note(), doing({kRead}), doing({kRead})}));
  scenario.pool_max = 3;
  scenario.named = true;
  auto design = storing(kCached, design::Places::one);
  add_procedure(design, "note", Lines{"take"} + exchange(1) + Lines{"await pause", "await discard", "await pause"});
  const std::string all_sent = "alice bob carol srv.1 srv.3 srv.2 net.3 carol net.1*2 net.2*2 alice bob ";
  Oracle first(scenario, design);
  CHECK(play(first, all_sent + "alice dave") == Lines{"ok", "ok"});  // read behind that
  Oracle second(scenario, design);
  CHECK(play(second, all_sent + "bob dave") == Lines{"ok", "wrong-value"});
  Oracle both(scenario, design);
  CHECK(play(both, all_sent + "bob alice dave") == Lines{"ok", "wrong-value"});
}

TEST_CASE("a push about a key means the place of that key, for a detached frame, too") {
  auto scenario = on_two(sharing(doing(telling(protocol::To::others), {doing({kRead}), note(), doing({kRead})})));
  scenario.named = true;
  auto design = storing(Lines{"if has pool.cache:", "    serve pool.cache", "    return", "share 1"} + exchange(1) +
                            Lines{"keep in pool.cache", "spawn detached hears"},
                        design::Places::by_key);
  add_procedure(design, "note", Lines{"share 2"} + exchange(1));
  add_procedure(design, "hears", {"await discard until changed", "drop pool.cache"});
  Oracle world(scenario, design);
  CHECK(play(world, kRead1 + " alice'" + kNote2 + " net.1 alice'") == Lines{"ok", "ok"});
  CHECK(play(world, "carol").empty());  // it has to read it
  scenario.tasks[1].operations[0].keys = {"profile"};
  Oracle other(scenario, design);
  CHECK(play(other, kRead1 + " alice'" + kNote2 + " net.1 alice'") == Lines{"ok", "ok"});
  CHECK(play(other, "carol") == Lines{"ok"});
}

TEST_CASE("the place is that of the operation's first key again, when something else is taken") {
  // bob reads his key, and behind that lies a push about another one.
  auto scenario = sharing(on_two(doing(telling(protocol::To::others), {note(), doing({kRead})})));
  scenario.named = true;
  scenario.tasks[1].operations[0].keys = {"profile"};
  const auto judged = [&](const Lines& lines, const std::string& schedule) {
    auto design = storing(Lines{"share 2", "await send request", "await receive"} + lines +
                              Lines{"if has pool.cache:", "    raise rejected \"it is there\""},
                          design::Places::by_key);
    add_procedure(design, "note", Lines{"share 1"} + exchange(1));
    Oracle world(scenario, design);
    return play(world, "bob srv.2 alice srv.1 net.2*2 bob" + schedule).back();
  };
  CHECK(judged({"keep in pool.cache", "await discard"}, "") == "ok");
  CHECK(judged({"await discard", "keep in pool.cache"}, "") == "rejected");
  const Lines reads = {"await send request", "await discard"};
  CHECK(judged(Lines{"await discard", "keep in pool.cache"} + reads, " srv.2 net.2 bob") == "ok");
  CHECK(judged(Lines{"keep in pool.cache", "await discard"} + reads, " srv.2 net.2 bob") == "rejected");
}

// --- warm connections -------------------------------------------------------------------------------

TEST_CASE("a warm connection has executed the handshake of the design, of which nobody hears") {
  auto design = design_of(Lines{"take"} + exchange(1) + Lines{"put"});
  design.handshake = {"begin"};
  Oracle world(doing(vault(), {doing({kInsert})}), design);
  CHECK(world.state_findings() == std::set<std::string>{"dirty-idle"});  // in a transaction
  CHECK(foreign_in(world, "alice srv.1 net.1 alice") == std::vector<int>{1});
  design.handshake = {"begin", "reset"};
  Oracle ended(doing(vault(), {doing({kInsert})}), design);
  CHECK(ended.state_findings().empty());
  CHECK(foreign_in(ended, "alice srv.1 net.1 alice").empty());
  // The case that is true of the session as it then is.
  auto protocol = vault();
  protocol.commands[kBegin].cases.insert(protocol.commands[kBegin].cases.begin(),
                                         {{{kTransaction, true, 1}}, kDone, {{kTransaction, 0}}, {}});
  design.handshake = {"begin", "begin"};
  Oracle twice(doing(protocol, {doing({kInsert})}), design);
  CHECK(twice.state_findings().empty());
  // Who asks is the client; what they do not know does nothing; and they cause no pushes.
  design.handshake = {"become", "HELLO", "insert"};
  Oracle asks(on_two(doing(telling(protocol::To::all), {doing({kInsert})})), design);
  CHECK(asks.state_findings().empty());
  CHECK(asks.enabled() == Lines{"alice"});
}

// --- assertions, copies, variables of sockets ---------------------------------------------------------

/// A design with variables of all scopes. `op.n`, `conn.x` and `pool.p` begin with 0, `socket.x` with 7.
design::Design counting(const Lines& execute) {
  auto design = design_of(execute);
  design.conn_variables = {{"x", 0}};
  design.socket_variables = {{"x", 7}};
  design.pool_variables = {{"p", 0}};
  return design;
}

/// In which of the events of a schedule an assertion was not true, by their place in it.
std::vector<int> assertions_in(Oracle& world, const std::string& schedule) {
  return places_in(world, schedule, &StepFacts::assertion);
}

/// Whether the first event of alice, who works alone, has an assertion that is not true.
bool asserts_wrongly(const Lines& execute) {
  Oracle world(users({"alice"}, 0), counting(execute));
  return assertions_in(world, "alice") == std::vector<int>{0};
}

/// The outcome of that event.
Lines ends_at_once(const Lines& execute) {
  Oracle world(users({"alice"}, 0), counting(execute));
  return play(world, "alice");
}

TEST_CASE("an assertion that is not true is told of its event, and the listing goes on") {
  CHECK(asserts_wrongly({"assert not always \"never\""}));
  CHECK_FALSE(asserts_wrongly({"assert always \"ever\""}));
  CHECK(asserts_wrongly({"assert not always \"never\"", "assert always \"ever\""}));
  CHECK(asserts_wrongly({"op.n = 2", "assert (op.n == 1 or op.n == 3) and always \"odd\""}));
  CHECK(ends_at_once({"assert not always \"never\"", "raise rejected \"behind it\""}) == Lines{"rejected"});
  CHECK(ends_at_once({"try:", "    assert not always \"never\"", "except error | cancelled:",
                      "    raise rejected \"it is no exception\""}) == Lines{"wrong-value"});
  Oracle world(users({"alice"}, 0),
               counting({"assert not op.n \"0\"", "op.n = 1", "await pause", "assert not op.n \"0\"", "await pause",
                         "op.n = 0", "assert not op.n \"0\"", "take"}));
  CHECK(assertions_in(world, "alice alice alice") == std::vector<int>{1});
}

TEST_CASE("an assertion is told of whatever event runs it, and of no other one") {
  const Lines waits = {"take",
                       "try:",
                       "    await pause",
                       "finally:",
                       "    assert not connected \"closed\"",
                       "    close",
                       "    assert not connected \"closed\"",
                       "    put"};
  Oracle cancelled(users({"alice"}, 1), design_of(waits));
  CHECK(assertions_in(cancelled, "alice !alice") == std::vector<int>{1});
  auto dropped = users({"alice"}, 1);
  dropped.cancel.kind = scenario::CancelKind::vanish;
  Oracle drops(dropped, design_of({"try:", "    await pause", "on drop:", "    assert woken \"woken\"", "    return"}));
  CHECK(assertions_in(drops, "alice !alice") == std::vector<int>{1});
  Oracle child(users({"alice"}, 0), with_child({"spawn child", "await child"}, {"assert woken \"woken\""}));
  CHECK(assertions_in(child, "alice alice' alice") == std::vector<int>{1});
  Oracle detached(users({"alice"}, 0), with_child({"spawn detached child"}, {"assert woken \"woken\""}));
  CHECK(assertions_in(detached, "alice alice'") == std::vector<int>{1});
  // In the event in which an operation ends the next one begins.
  Oracle next(alice_twice(0), counting({"if pool.p:", "    assert woken \"woken\"", "    raise error", "pool.p = 1",
                                        "take", "await send request", "await receive", "put"}));
  CHECK(assertions_in(next, "alice srv.1 net.1 alice") == std::vector<int>{3});
}

TEST_CASE("an assertion about what is not there raises, and is not told") {
  CHECK(ends_at_once({"assert conn.x \"x\""}) == Lines{"error"});
  CHECK_FALSE(asserts_wrongly({"assert conn.x \"x\""}));
  CHECK_FALSE(asserts_wrongly({"assert op.n == conn.x \"the same\""}));
  CHECK_FALSE(asserts_wrongly({"take", "close", "assert socket.x == 0 \"nothing\""}));
  CHECK(asserts_wrongly({"take", "close", "assert conn.x \"the slot is there\""}));
}

TEST_CASE("an assertion is one step of its event") {
  // Looks at counts: 201 and 200 * 24; assertions: 200 * 23; together 9,601. 199 assertions in a loop are 399 more.
  const Lines many = {"loop 200 times:", "    loop 23 times:", "        assert always \"a\"",
                      "loop 199 times:", "    assert not always \"b\""};
  CHECK(bound_of(users({"alice"}, 0), design_of(many), "alice").empty());
  CHECK(bound_of(users({"alice"}, 0), design_of(many + Lines{"assert always \"c\""}), "alice") == "steps");
}

TEST_CASE("assertions are an invariant, and their shortest violation counts") {
  const auto design = design_of({"await pause", "await pause", "assert woken \"woken\""});
  const auto all = enumerate(Oracle(users({"alice"}, 1), design), 100, 1000);
  CHECK(all.finished);
  CHECK(all.shortest.at("assertions") == 3);
  CHECK(all.by_outcome.at("wrong-value") == 1);  // it is judged as if it were not there
  const auto none = enumerate(Oracle(users({"alice"}, 1), design_of({"assert not woken \"not\""})), 100, 1000);
  CHECK(none.shortest.count("assertions") == 0);
}

TEST_CASE("a copy has the value that the other variable had then") {
  CHECK_FALSE(
      asserts_wrongly({"pool.p = 3", "op.n = pool.p", "pool.p += 1", "assert op.n == 3 and pool.p == 4 \"3\""}));
  CHECK_FALSE(asserts_wrongly({"op.n = 9", "op.n = op.n", "assert op.n == 9 \"9\""}));
  CHECK_FALSE(asserts_wrongly({"take", "conn.x = socket.x", "op.n = conn.x", "pool.p = op.n", "socket.x = 1",
                               "assert pool.p == 7 and conn.x == 7 and op.n == 7 and socket.x == 1 \"7\""}));
  CHECK_FALSE(
      asserts_wrongly({"take", "op.n = 255", "socket.x = op.n", "socket.x += 1", "assert socket.x == 255 \"255\""}));
  // Of another operation, which counts up meanwhile.
  Oracle world(users({"alice", "bob"}, 0), counting({"op.n = pool.p", "pool.p += 1", "await pause",
                                                     "assert op.n == pool.p \"nobody else\"", "raise error"}));
  CHECK(assertions_in(world, "alice bob alice bob") == std::vector<int>{2, 3});
}

TEST_CASE("a copy from or to what is not there raises, and changes nothing") {
  CHECK(ends_at_once({"op.n = conn.x"}) == Lines{"error"});
  CHECK(ends_at_once({"conn.x = op.n"}) == Lines{"error"});
  CHECK(ends_at_once({"op.n = socket.x"}) == Lines{"error"});
  CHECK(ends_at_once({"take", "close", "op.n = socket.x"}) == Lines{"error"});
  CHECK(ends_at_once({"take", "close", "socket.x = op.n"}) == Lines{"error"});
  CHECK(ends_at_once({"take", "close", "conn.x = op.n", "raise rejected \"it is there\""}) == Lines{"rejected"});
  CHECK_FALSE(asserts_wrongly({"take", "op.n = 5", "conn.x = 4", "close", "try:", "    op.n = socket.x",
                               "except error:", "    pass", "try:", "    conn.x = socket.x",
                               "except error:", "    pass", "assert op.n == 5 and conn.x == 4 \"as before\""}));
}

TEST_CASE("variables are compared to each other") {
  const auto holds = [](const std::string& comparison, int left, int right) {
    return !asserts_wrongly({"op.n = " + std::to_string(left), "pool.p = " + std::to_string(right),
                             "assert op.n " + comparison + " pool.p \"so\""});
  };
  for (const auto& [left, right] : {std::pair{2, 3}, std::pair{3, 3}, std::pair{255, 0}}) {
    INFO(left << " " << right);
    CHECK(holds("==", left, right) == (left == right));
    CHECK(holds("!=", left, right) == (left != right));
    CHECK(holds("<", left, right) == (left < right));
    CHECK(holds("<=", left, right) == (left <= right));
    CHECK(holds(">", left, right) == (left > right));
    CHECK(holds(">=", left, right) == (left >= right));
  }
  // On either side, in an `if` and in a loop, what is not there raises.
  for (const char* condition : {"op.n == conn.x", "conn.x == op.n", "op.n < socket.x", "socket.x < op.n"}) {
    INFO(condition);
    CHECK(ends_at_once({"if " + std::string(condition) + ":", "    raise rejected", "else:", "    raise rejected"}) ==
          Lines{"error"});
    CHECK(ends_at_once({"loop while " + std::string(condition) + ":", "    await receive"}) == Lines{"error"});
  }
}

TEST_CASE("the variables of a socket begin anew with every socket, those of its connection do not") {
  CHECK_FALSE(asserts_wrongly({"take", "assert socket.x == 7 \"a warm one has them\""}));
  const Lines again = {"take",         "socket.x = 1",  "conn.x = 1",
                       "close",        "await connect", "assert socket.x == 7 and conn.x == 1 \"anew\"",
                       "socket.x = 2", "await connect", "assert socket.x == 2 \"the same socket\"",
                       "await close",  "await connect", "assert socket.x == 7 and conn.x == 1 \"anew\"",
                       "raise error"};
  Oracle world(users({"alice"}, 0), counting(again));
  CHECK(assertions_in(world, "alice alice alice alice").empty());
  auto cold = users({"alice"}, 0);
  cold.pool_warm = 0;
  Oracle first(cold, counting({"take", "await connect", "assert socket.x == 7 \"a cold one, too\"", "raise error"}));
  CHECK(assertions_in(first, "alice alice").empty());
  // Each connection has its own.
  auto two = users({"alice", "bob"}, 0);
  two.pool_max = 2;
  Oracle each(two, counting({"take", "assert socket.x == 7 \"own\"", "socket.x = 3", "await pause",
                             "assert socket.x == 3 \"own\"", "raise error"}));
  CHECK(assertions_in(each, "alice bob alice bob").empty());
  // They outlive operations, and `put`.
  Oracle stays(users({"alice", "bob"}, 0), counting({"take", "if pool.p:", "    assert socket.x == 8 \"counted\"",
                                                     "pool.p = 1", "socket.x += 1", "put", "raise error"}));
  CHECK(assertions_in(stays, "alice bob").empty());
}

TEST_CASE("the variables of a socket go with it, whoever closes it, and however") {
  // bob has closed it, and has opened another one.
  const Lines shares = {"share 1",         "if pool.p:",
                        "    close",       "    await connect",
                        "    raise error", "pool.p = 1",
                        "socket.x = 1",    "op.n = socket.x",
                        "await pause",     "assert op.n == socket.x \"the same socket\"",
                        "raise error"};
  Oracle world(users({"alice", "bob"}, 0), counting(shares));
  CHECK(assertions_in(world, "alice bob bob alice") == std::vector<int>{3});
  Oracle between(users({"alice", "bob"}, 0), counting(shares));
  CHECK(play(between, "alice bob alice") == Lines{"error"});  // no socket
  CHECK_FALSE(between.step("bob").assertion);
  // `renew` closes all, and leaves the variables of what somebody has.
  Oracle renews(users({"alice"}, 0), counting({"take", "socket.x = 1", "conn.x = 1", "renew", "await connect",
                                               "assert socket.x == 7 and conn.x == 1 \"anew\"", "raise error"}));
  CHECK(assertions_in(renews, "alice alice").empty());
}

TEST_CASE("a variable of a socket needs one") {
  CHECK(ends_at_once({"socket.x += 1"}) == Lines{"error"});
  CHECK(ends_at_once({"take", "close", "socket.x = 1"}) == Lines{"error"});
  CHECK(ends_at_once({"take", "close", "if socket.x:", "    raise rejected"}) == Lines{"error"});
  CHECK(ends_at_once({"take", "close", "if not connected or socket.x:", "    raise rejected"}) == Lines{"rejected"});
  CHECK(ends_at_once({"take", "put", "loop while socket.x:", "    socket.x -= 1"}) == Lines{"error"});
  CHECK(ends_at_once({"take", "loop while socket.x:", "    socket.x -= 1", "raise rejected"}) == Lines{"rejected"});
}

// --- the naive explorer ------------------------------------------------------------------------------

TEST_CASE("the naive explorer judges every invariant") {
  std::vector<std::string> engine, naive;
  for (const property::Invariant& each : property::all_invariants()) engine.emplace_back(each.name);
  for (const Judged& each : judged()) naive.push_back(each.invariant);
  CHECK(naive == engine);  // else: tests/oracle/explorer.cpp, judged()
}

TEST_CASE("the naive explorer counts what a hand can count") {
  // alice pauses twice; each pause may be cancelled, and the cancel ends her.
  const auto all = enumerate(Oracle(users({"alice"}, 1), design_of({"await pause", "await pause"})), 100, 1000);
  CHECK(all.schedules == 3);
  CHECK(all.by_outcome.at("cancelled") == 2);
  CHECK(all.by_outcome.at("wrong-value") == 1);  // no reply was received
  CHECK(all.without_cancel.at("wrong-value") == 1);
  CHECK(all.shortest.at("no-wrong-value") == 3);
}

}  // namespace interleak::oracle
