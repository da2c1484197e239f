// A schedule told in words: what each event did, why one is not enabled, and what a leak means for people.
#include "sim/words/trace.hpp"
#include "sim/words/findings.hpp"
#include "sim/world/listener.hpp"

#include "sim/words/disclosure.hpp"
#include "sim/words/schedule_text.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

using world::Outcome;
using Act = world::Listener::Act;

words::Trace told(const world::World& world, const std::string& schedule) {
  return words::trace(world, events_of(world, schedule));
}

/// What the last event of a schedule did, in one phrase.
std::string last_summary(const world::World& world, const std::string& schedule) {
  return told(world, schedule).steps.back().summary.text();
}

world::World listing(const Lines& execute, const scenario::Scenario& scenario = users(1, 1, 1)) {
  return world_of(scenario, design_of({{"execute", execute}}));
}

scenario::Scenario one_set(bool large) {
  auto scenario = users(1, 1, 1);
  scenario.tasks[0].operations[0].does = "set";
  scenario.tasks[0].operations[0].large = large;
  return scenario;
}

/// Alice asks a node that has not got her key any more.
world::World moved_world() {
  auto scenario = users(1, 1, 1);
  scenario.nodes = 2;
  scenario.tasks[0].operations[0].node = 1;
  scenario.tasks[0].operations[0].moved_to = 2;
  auto design = design_of({{"execute", {"take", "await send request", "await receive", "put"}}});
  design.cluster = true;
  return world_of(scenario, design);
}

// --- what an event did -----------------------------------------------------------------------------

TEST_CASE("what happens inside an event is told in order") {
  CHECK(last_summary(listing({"take", "close", "close", "put"}), "alice") == "takes c1, closes c1, returns c1");
  CHECK(last_summary(listing({"renew"}), "alice") == "sets the node up anew, closes c1");
  CHECK(last_summary(listing({"join pool.waiters", "wake pool.waiters"}), "alice") == "wakes pool.waiters");
  CHECK(last_summary(listing({"join pool.waiters", "hand reply to pool.waiters"}), "alice") ==
        "hands over to pool.waiters");
  CHECK(last_summary(listing({"raise error \"no\""}), "alice") == "raises error");
  CHECK(last_summary(listing({"raise rejected \"no\""}), "alice") == "raises rejected");
  CHECK(last_summary(listing({"pass"}), "alice") == "ends");
  CHECK(last_summary(listing({"take", "take"}), "alice") == "takes c1, finds no free connection");
}

TEST_CASE("an action says what kind it is, and what it sent") {
  const auto trace = told(
      listing({"take", "await send request", "put", "renew", "join pool.waiters", "wake pool.waiters", "await pause"}),
      "alice");
  std::vector<Act> acts;
  for (const auto& action : trace.steps.at(0).actions) acts.push_back(action.act);
  CHECK(acts == std::vector<Act>{Act::takes, Act::sends, Act::puts, Act::renews, Act::closes, Act::wakes});
  const auto& sends = trace.steps.at(0).actions.at(1);
  CHECK(sends.connection == 1);
  CHECK(sends.item.text == "GET history");
  CHECK(sends.item.task == 0);
}

TEST_CASE("a wait is told with what is awaited") {
  auto scenario = one_set(true);
  scenario.physics.flush = true;
  const auto flushing = listing({"take", "await send request"}, scenario);
  CHECK(last_summary(flushing, "alice") == "takes c1, sends SET history, waits until its requests are written on c1");
  CHECK(words::end_findings_in(flushing, after(flushing, "alice")).back().told().text() ==
        "starved: alice waits until its requests are written on c1");
  CHECK(last_summary(flushing, "alice flu.1") == "writes the rest of the requests on c1");
  CHECK(last_summary(listing({"take", "await send request", "await receive"}), "alice") ==
        "takes c1, sends GET history, waits for a reply on c1");
  CHECK(last_summary(listing({"take", "await send request", "await discard"}), "alice") ==
        "takes c1, sends GET history, waits for a reply on c1, to throw it away");
  CHECK(last_summary(listing({"join pool.waiters", "await turn pool.waiters"}), "alice") ==
        "waits for its turn in pool.waiters");
}

TEST_CASE("a cancel that the runtime swallows is told as one that nobody notices") {
  auto scenario = users(1, 1, 1);
  scenario.send_suspends = design::SendSuspends::after;
  scenario.physics.swallow = true;
  auto design = design_of({{"execute", {"take", "await send request", "await receive", "put"}}});
  design.runtime = "python-3.11";
  for (const auto kind : {scenario::CancelKind::raise, scenario::CancelKind::vanish}) {
    scenario.cancel.kind = kind;
    const auto step = told(world_of(scenario, design), "alice !alice").steps.back();
    CHECK(step.cancel);
    CHECK(step.await == "send");
    CHECK(step.was_ready);
    CHECK(step.summary.text() == "does not notice: the runtime takes the cancel for a timeout of its own");
  }
}

TEST_CASE("deliveries say how much of which reply comes") {
  auto scenario = users(1, 1, 0);
  scenario.physics.fragments = true;
  const auto world = listing({"take", "await send request", "await receive", "put"}, scenario);
  CHECK(last_summary(world, "alice srv.1") == "answers GET history on c1");
  CHECK(last_summary(world, "alice srv.1 net.1:hdr") == "delivers the header of alice's history on c1");
  CHECK(last_summary(world, "alice srv.1 net.1:part") == "delivers the beginning of alice's history on c1");
  CHECK(last_summary(world, "alice srv.1 net.1") == "delivers alice's history on c1");
}

TEST_CASE("a MOVED is told as one, and whose key it is about") {
  CHECK(last_summary(moved_world(), "alice srv.1 net.1") == "delivers MOVED for alice's GET history on c1");
  CHECK(told(moved_world(), "alice srv.1 net.1 alice").steps.back().outcomes.at(0).outcome == Outcome::error);
}

TEST_CASE("the worst reply of an operation is told, also where others are missing") {
  auto scenario = users(2, 1, 1);
  scenario.tasks[0].operations[0].does = "set";
  scenario.tasks[1].operations[0].does = "pipeline";
  scenario.tasks[1].operations[0].keys = {"history", "titles"};
  const auto world = world_of(
      scenario,
      design_of({{"execute", {"take", "try:", "    await send request", "    await receive", "finally:", "    put"}}}));
  const auto outcome = told(world, "alice !alice bob srv.1 net.1 bob").steps.back().outcomes.at(0);
  CHECK(outcome.outcome == Outcome::wrong_value);
  CHECK(outcome.text.text() == "bob received OK for alice's SET history");
  CHECK(outcome.connection == 1);
}

// --- findings --------------------------------------------------------------------------------------

/// What begins to be wrong in the last event of a schedule.
Lines found(const world::World& world, const std::string& schedule) {
  return words::texts_of(told(world, schedule).steps.back().findings);
}

TEST_CASE("a finding is a value: of which kind it is, what it is about, and its words") {
  const auto world = listing({"take", "await send request", "put", "await receive"});
  const auto step = told(world, "alice").steps.back();
  REQUIRE(step.findings.size() == 1);
  CHECK(step.findings[0].fact == world::fact::kDirtyIdle);
  CHECK(step.findings[0].connection == 1);
  CHECK(step.findings[0].kind() == "dirty-idle");
  CHECK(step.findings[0].text.text() == "c1 is idle and owes 1 reply");
  CHECK(words::finding_of(step.findings, world::fact::kZombie) == nullptr);
  const auto lost = told(listing({"take", "await receive"}), "alice").end_findings;
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].fact == (world::fact::kStarved | world::fact::kHostage));
  CHECK(lost[0].frame == 0);
  CHECK(lost[0].told().text() == "starved: alice waits for a reply on c1");
  CHECK(lost[0].text.pieces().front() == words::Prose::Piece{"alice", 0});
}

TEST_CASE("a free connection that owes replies is told with how many") {
  CHECK(found(listing({"take", "await send request", "put"}), "alice") ==
        Lines{"dirty-idle: c1 is idle and owes 1 reply"});
  CHECK(found(listing({"take", "await send request", "await send request", "put"}), "alice") ==
        Lines{"dirty-idle: c1 is idle and owes 2 replies"});
}

TEST_CASE("a free connection whose session is not what the pool believes is told with the reason") {
  auto scenario = users(1, 1, 0);
  scenario.physics.session = true;
  auto watches = scenario;
  watches.tasks[0].operations[0].does = "watch";
  CHECK(found(listing({"take", "await send request", "await receive", "put"}, watches), "alice srv.1 net.1 alice") ==
        Lines{"dirty-idle: c1 is idle, and its session at the server is one that watches a key"});
  scenario.pool_warm = 0;
  auto design = design_of({{"execute", {"take", "await connect", "put"}}});
  design.handshake = {"AUTH"};
  CHECK(found(world_of(scenario, design), "alice*2") ==
        Lines{"dirty-idle: c1 is idle, and its session at the server is not set up"});
}

TEST_CASE("a zombie is told by its name, which is not that of a detached frame") {
  const auto world =
      world_of(users(1, 1, 1), design_of({{"execute", {"take", "spawn detached idle", "spawn idle", "await child"}},
                                          {"idle", {"await turn pool.waiters"}}}));
  const auto step = told(world, "alice alice' alice'' !alice").steps.back();
  const auto* zombie = words::finding_of(step.findings, world::fact::kZombie);
  REQUIRE(zombie != nullptr);
  CHECK(zombie->told().text() == "zombie: alice'' still holds c1");
  CHECK(zombie->connection == 1);
  CHECK(zombie->frame == 2);
}

TEST_CASE("a trace that runs into a bound is not complete, and says nothing about an end") {
  const auto world = listing({"take", "loop 255 times:", "    loop 255 times:", "        pass", "put"});
  const auto trace = told(world, "alice");
  CHECK_FALSE(trace.complete);
  CHECK(trace.bound == world::Bound::steps);
  CHECK(trace.end_findings.empty());
  CHECK(words::texts_of(trace.steps.back().findings) == Lines{"diverges: more than 10000 steps in one event"});
  const auto whole = told(listing({"take"}), "alice");
  CHECK(whole.complete);
  CHECK(words::texts_of(whole.end_findings) == Lines{"lost-slot: c1 never comes back to the pool"});
}

// --- why not ---------------------------------------------------------------------------------------

std::string refusal(const world::World& world, const std::string& schedule) {
  std::vector<Event> events;
  const auto error = words::parse_schedule(world, schedule, events);
  REQUIRE(error.has_value());
  return error->told().text();
}

TEST_CASE("what is not enabled is refused with the reason") {
  auto scenario = users(2, 1, 1);
  scenario.physics = scenario::all_physics();
  scenario.may_be_silent = true;
  const auto world = world_of(
      scenario,
      design_of({{"execute", {"take", "try:", "    await send request", "    await receive", "finally:", "    put"}}}));
  const std::string not_enabled = " is not enabled: ";
  const std::vector<std::pair<std::string, std::string>> kinds = {
      {"srv.1", "c1 has no unanswered request"},
      {"sil.1", "c1 has no unanswered request"},
      {"net.1", "c1 has no reply on the wire"},
      {"krn.1", "c1 has nothing in the kernel's buffer"},
      {"flu.1", "c1 has nothing left to write"},
      {"srv.1@old", "no closed socket of c1 has left a write"},
      {"tmo.alice", "nothing there may time out now"},
      {"net.1:hdr", "c1 has no reply on the wire of which less has come, or replies come whole (physics: fragments)"},
      {"!alice", "alice has not started"},
  };
  for (const auto& [text, why] : kinds) CHECK(refusal(world, text) == text + not_enabled + why);
  CHECK(refusal(world, "alice sil.1 srv.1") == "srv.1 is not enabled: the server is silent on c1");
  CHECK(refusal(world, "alice*2") == "alice is not enabled: alice waits for a reply on c1");
  CHECK(refusal(world, "alice !alice !bob") == "!bob is not enabled: no cancels are left");
  CHECK(refusal(world, "srv.2") == "there is no event \"srv.2\"");
  const auto spawning =
      world_of(scenario, design_of({{"execute", {"spawn work", "await child"}}, {"work", {"await pause"}}}));
  CHECK(refusal(spawning, "alice !alice'") == "!alice' is not enabled: a child cannot be cancelled");
}

// --- disclosures -----------------------------------------------------------------------------------

/// alice and carol have values that bob gets, in a pipeline of two for the sidebar.
world::World with_sidebar() {
  auto scenario = users(3, 1, 0);
  scenario.tasks[0].operations[0].does = "pipeline";
  scenario.tasks[0].operations[0].keys = {"titles", "notes"};
  auto& bobs = scenario.tasks[1].operations[0];
  bobs.does = "pipeline";
  bobs.keys = {"titles", "notes"};
  bobs.flow = "sidebar";
  bobs.effect = scenario::Effect::show;
  return world_of(scenario, design_of({{"execute", {"pass"}}}));
}

std::string disclosed(const std::vector<world::Label>& replies) {
  world::Value value;
  for (const world::Label reply : replies) value.push_back(reply);
  const auto world = with_sidebar();
  return words::told(world, words::disclosures_of(world, 1, value)).text();
}

TEST_CASE("a disclosure says who gets what of whom, through which flow") {
  const world::Label titles{0, 0}, notes{0, 1}, carols{2, 0}, own{1, 1};
  CHECK(disclosed({titles, own}) == "bob is shown alice's titles (sidebar)");
  CHECK(disclosed({world::Label{1, 0}, own}) == "");
  // All of one owner is one disclosure, of another owner another one.
  CHECK(disclosed({titles, notes}) == "bob is shown alice's titles and notes (sidebar)");
  CHECK(disclosed({titles, carols}) == "bob is shown alice's titles (sidebar); bob is shown carol's history (sidebar)");
  CHECK(disclosed({titles, titles}) == "bob is shown alice's titles (sidebar)");
}

TEST_CASE("a disclosure is told with all its fields, and with what is wrong with a message") {
  const auto world = listing({"pass"}, users(2, 1, 0));
  words::Disclosure disclosure;
  disclosure.to = "bob";
  disclosure.of = "alice";
  disclosure.flow = "email";
  disclosure.fields = {"name", "card", "address"};
  CHECK(words::told(world, disclosure).text() == "bob received alice's name, card and address (email)");
  disclosure.effect = scenario::Effect::send;
  CHECK(words::told(world, disclosure).text() == "bob is sent alice's name, card and address (email, wrong content)");
  disclosure.wrong_recipient = true;
  disclosure.flow.clear();
  disclosure.fields.resize(1);
  CHECK(words::told(world, disclosure).text() == "bob is sent alice's name (wrong recipient)");
}

TEST_CASE("a message that goes astray holds what its task sends in that flow, and nothing else") {
  auto scenario = users(2, 1, 0);
  auto& operations = scenario.tasks[1].operations;
  operations.resize(4, operations[0]);
  for (std::size_t i = 0; i < operations.size(); ++i) {
    operations[i].keys = {"key" + std::to_string(i)};
    operations[i].flow = i == 2 ? "sms" : "email";
    operations[i].effect = i == 3 ? scenario::Effect::show : scenario::Effect::send;
  }
  operations[0].role = scenario::Role::recipient;
  const auto world = listing({"pass"}, scenario);
  const auto disclosure = words::disclosure_of(world, 1, world::Label{0, 0});
  CHECK(disclosure.wrong_recipient);
  CHECK(disclosure.to == "alice");
  CHECK(disclosure.of == "bob");
  CHECK(disclosure.fields == Lines{"key1"});
}

TEST_CASE("a leak is told as what comes of it, a timeout as one") {
  auto scenario = users(2, 1, 1);
  scenario.tasks[1].operations[0].flow = "sidebar";
  scenario.tasks[1].operations[0].effect = scenario::Effect::show;
  const Lines careless = {"take", "try:", "    await send request", "    await receive", "finally:", "    put"};
  const auto step = told(listing(careless, scenario), "alice !alice bob srv.1 net.1 bob").steps.back();
  CHECK(step.outcomes.at(0).text.text() == "bob is shown alice's history (sidebar)");

  auto impatient = users(1, 1, 0);
  impatient.physics.timeouts = true;
  auto design = design_of({{"execute", {"take", "await send request", "await receive", "put"}}});
  design.socket_timeout = true;
  CHECK(last_summary(world_of(impatient, design), "alice tmo.alice") == "times out");
}

TEST_CASE("findings are looked for among all frames, and no others") {
  auto scenario = users(5, 8, 0);
  for (const char* id : {"frank", "grace", "heidi"}) {
    scenario.tasks.push_back(scenario.tasks[0]);
    scenario.tasks.back().id = scenario.tasks.back().owner = id;
  }
  const auto world = listing({"take", "await pause", "put"}, scenario);
  CHECK(words::findings_in(world, world.initial()).empty());
  CHECK(words::end_findings_in(world, world.initial()).size() == 8);
}

}  // namespace
}  // namespace interleak::test
