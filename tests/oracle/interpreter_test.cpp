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

TEST_CASE("the naive explorer judges every invariant") {
  std::vector<std::string> engine, naive;
  for (const property::Invariant& each : property::all_invariants()) engine.emplace_back(each.name);
  for (const Judged& each : judged()) naive.push_back(each.invariant);
  CHECK(naive == engine);   // else: tests/oracle/explorer.cpp, judged()
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
