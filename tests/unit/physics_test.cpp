// docs/semantics.md, Physics: sessions, moved keys, requests in two parts, writes that linger, timeouts;
// and servers that may be silent.
#include "sim/world/findings.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

using world::Outcome;
namespace fact = world::fact;

const Lines kReleases = {"take", "try:", "    await send request", "    await receive", "finally:", "    put"};
const Lines kCloses = {"take",
                       "if not connected:",
                       "    await connect",
                       "try:",
                       "    await send request",
                       "    await receive",
                       "except cancelled|error:",
                       "    close",
                       "    raise",
                       "finally:",
                       "    put"};

bool is_in(const Lines& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

scenario::Scenario with_set(bool large) {
  auto scenario = users(2, 1, 1);
  scenario.tasks[0].operations[0].does = "set";
  scenario.tasks[0].operations[0].accepts = {"ok"};
  scenario.tasks[0].operations[0].large = large;
  return scenario;
}

// --- sessions --------------------------------------------------------------------------------------

const Lines kHandshakes = {"take",
                           "if not connected:",
                           "    await connect",
                           "    loop handshake times:",
                           "        await send handshake",
                           "        await discard",
                           "try:",
                           "    await send request",
                           "    await receive",
                           "finally:",
                           "    put"};
const Lines kReturnsAnyhow = {"take",
                              "try:",
                              "    if not connected:",
                              "        await connect",
                              "        loop handshake times:",
                              "            await send handshake",
                              "            await discard",
                              "    await send request",
                              "    await receive",
                              "finally:",
                              "    put"};

world::World handshakes(const Lines& execute, bool session) {
  auto scenario = users(2, 1, 1);
  scenario.pool_warm = 0;
  scenario.physics.session = session;
  auto design = design_of({{"execute", execute}});
  design.handshake = {"AUTH", "SELECT"};
  return world_of(scenario, design);
}

TEST_CASE("an own value from a session that was never set up is a wrong value") {
  const std::string schedule = "alice*2 srv.1 net.1 !alice bob";   // SELECT was never sent
  for (const bool session : {false, true}) {
    const auto world = handshakes(kReturnsAnyhow, session);
    // Bob's own request is answered behind the reply to AUTH, which lies in the buffer.
    const auto facts = last_facts(world, schedule);
    CHECK(facts == fact::outcome(Outcome::wrong_value));
    auto state = after(world, schedule + " srv.1");
    CHECK(state.conns[0].socket.wire.back().mark() == (session ? world::Mark::stray : world::Mark::none));
  }
  const auto world = handshakes(kHandshakes, true);
  const std::string whole = "alice*2 srv.1 net.1 alice srv.1 net.1 alice srv.1 net.1 alice";
  CHECK(last_facts(world, whole) == fact::outcome(Outcome::ok));
}

TEST_CASE("a reply to the handshake is of no session, complete or not") {
  const auto world = handshakes(kHandshakes, true);
  const auto state = after(world, "alice*2 srv.1");   // AUTH is executed, SELECT is not
  CHECK(state.conns[0].socket.session == 1);
  CHECK(state.conns[0].socket.wire.back().mark() == world::Mark::none);
}

TEST_CASE("a new socket has a new session") {
  const Lines again = {"take",
                       "if not connected:",
                       "    await connect",
                       "    loop handshake times:",
                       "        await send handshake",
                       "        await discard",
                       "close",
                       "await connect",
                       "await send request",
                       "await receive",
                       "put"};
  const std::string whole = "alice*2 srv.1 net.1 alice srv.1 net.1 alice";
  const auto world = handshakes(again, true);
  CHECK_FALSE(after(world, whole).conns[0].socket.connected);
  CHECK(after(world, whole + " alice").conns[0].socket.session == 0);
  CHECK(last_facts(world, whole + " alice srv.1 net.1 alice") == fact::outcome(Outcome::wrong_value));
  CHECK(last_facts(handshakes(again, false), whole + " alice srv.1 net.1 alice") == fact::outcome(Outcome::ok));
}

TEST_CASE("a reply of a stray session is wrong for its own operation, and a leak for another one") {
  const auto world = handshakes(kReturnsAnyhow, true);
  world::Label stray{1, 0};
  stray.set(world::Mark::stray);
  CHECK(world::judge(world, stray, 1, 0) == Outcome::wrong_value);
  CHECK(world::judge(world, stray, 0, 0) == Outcome::leak);
  CHECK(world::judge(world, world::Label{1, 0}, 1, 0) == Outcome::ok);
}

TEST_CASE("a free connection without its session is dirty, only with the physics") {
  const std::string schedule = "alice*2 srv.1 net.1 !alice";
  auto clean = after(handshakes(kReturnsAnyhow, true), schedule);
  clean.conns[0].socket.stream.clear();   // somebody drains it
  CHECK((handshakes(kReturnsAnyhow, true).facts(clean) & fact::kDirtyIdle) != 0);
  CHECK((handshakes(kReturnsAnyhow, false).facts(clean) & fact::kDirtyIdle) == 0);
  const auto whole = handshakes(kHandshakes, true);
  const auto done = after(whole, "alice*2 srv.1 net.1 alice srv.1 net.1 alice srv.1 net.1 alice");
  CHECK((whole.facts(done) & fact::kDirtyIdle) == 0);
  const auto opens = handshakes({"take", "put"}, true);
  CHECK((opens.facts(after(opens, "alice")) & fact::kDirtyIdle) == 0);   // where no socket is there is no session
}

TEST_CASE("a connection that watches a key is dirty until UNWATCH or EXEC") {
  auto scenario = users(1, 1, 1);
  scenario.physics.session = true;
  scenario.tasks[0].operations[0].does = "watch";
  const auto world = world_of(
      scenario,
      design_of({{"execute", {"take", "try:", "    await send request", "    await receive", "finally:", "    put"}}}));
  const auto cancelled = after(world, "alice srv.1 net.1 !alice");
  CHECK(cancelled.conns[0].socket.variables[0] == 1);
  const auto bytes = bytes_of(world, cancelled);
  CHECK(world.decode(bytes.data(), bytes.size()).conns[0].socket.variables[0] == 1);
  CHECK((world.facts(cancelled) & fact::kDirtyIdle) != 0);
  const auto fixed = world_of(
      scenario, design_of({{"execute",
                            {"take", "try:", "    await send request", "    await receive",
                             "except cancelled:", "    await send \"UNWATCH\"", "    raise", "finally:", "    put"}}}));
  CHECK(after(fixed, "alice srv.1 !alice srv.1").conns[0].socket.variables[0] == 0);
}

// --- moved keys ------------------------------------------------------------------------------------

const Lines kFollows = {"call once", "loop while op.tries and redirected:", "    follow", "    op.tries -= 1",
                        "    call once"};

world::World moved(const Lines& execute) {
  auto scenario = users(3, 1, 1);
  scenario.nodes = 2;
  for (auto& task : scenario.tasks) task.operations[0].node = 1;
  scenario.tasks[0].operations[0].moved_to = 2;
  auto design = design_of({{"execute", execute}, {"once", kReleases}});
  design.op_variables = {{"tries", 2}};
  design.cluster = true;
  return world_of(scenario, design);
}

TEST_CASE("a server that has not got the key says so, and who follows finds it") {
  const auto world = moved(kFollows);
  CHECK(last_facts(world, "alice srv.1 net.1 alice") == 0);
  CHECK(last_facts(world, "alice srv.1 net.1 alice srv.2 net.2 alice") == fact::outcome(Outcome::ok));
  CHECK(after(world, "alice srv.1 net.1").learned == 0);
  CHECK(after(world, "alice srv.1 net.1 alice").learned == 1);
  world::Label asked{0, 0};
  asked.set(world::Mark::moved);
  CHECK(world.tells_owner(asked));
}

TEST_CASE("a MOVED that nobody follows is an error, and the task dies of it") {
  const auto world = moved({"call once"});
  CHECK(last_facts(world, "alice srv.1 net.1 alice") == fact::outcome(Outcome::error));
}

TEST_CASE("a stale MOVED is obeyed: its reader sends again, and leaves its own second reply behind") {
  const auto world = moved(kFollows);
  const std::string bob = "alice srv.1 !alice bob srv.1 net.1 bob";
  CHECK(after(world, bob).learned == 1);
  CHECK(last_facts(world, bob + " net.1 bob") == fact::outcome(Outcome::ok));
  CHECK(last_facts(world, bob + " net.1 bob carol srv.1 net.1 carol") == fact::outcome(Outcome::leak));
}

TEST_CASE("what the clients have learned is part of the state") {
  const auto world = moved(kFollows);
  const auto state = after(world, "alice srv.1 net.1 alice");
  const auto bytes = bytes_of(world, state);
  CHECK(world.decode(bytes.data(), bytes.size()).learned == 1);
}

// --- requests in two parts -------------------------------------------------------------------------

TEST_CASE("a large request reaches the server in two parts, and its sender waits for the second") {
  auto scenario = with_set(true);
  scenario.physics.flush = true;
  const auto world = world_of(scenario, design_of({{"execute", kReleases}}));
  CHECK(enabled_texts(world, after(world, "alice")) == Lines{"bob", "!alice", "flu.1"});
  CHECK(enabled_texts(world, after(world, "alice flu.1")) == Lines{"alice", "bob", "!alice", "srv.1"});
  CHECK(last_facts(world, "alice flu.1 alice srv.1 net.1 alice") == fact::outcome(Outcome::ok));
}

TEST_CASE("a cancel ends the wait, not the writing: the next one gets the OK") {
  auto scenario = with_set(true);
  scenario.physics.flush = true;
  const auto world = world_of(scenario, design_of({{"execute", kReleases}}));
  // Bob's small request stands behind what is not written yet.
  CHECK_FALSE(is_in(enabled_texts(world, after(world, "alice !alice bob")), "srv.1"));
  CHECK(last_facts(world, "alice !alice bob flu.1 srv.1") == fact::kLateWrite);
  CHECK(last_facts(world, "alice !alice bob flu.1 bob srv.1 net.1 bob") == fact::outcome(Outcome::wrong_value));
}

TEST_CASE("who waited for the writing and was cancelled waits for it no more, wherever else it waits") {
  auto scenario = with_set(true);
  scenario.physics.flush = true;
  const auto world =
      world_of(scenario, design_of({{"execute",
                                     {"take", "try:", "    await send request", "    await receive",
                                      "except cancelled:", "    join pool.waiters", "    await turn pool.waiters"}}}));
  CHECK(enabled_texts(world, after(world, "alice !alice")) == Lines{"bob", "flu.1"});
  CHECK(enabled_texts(world, after(world, "alice !alice flu.1")) == Lines{"bob", "srv.1"});
}

TEST_CASE("closing drops what is not written, and is an error to who waits for it") {
  auto scenario = with_set(true);
  scenario.physics.flush = scenario.physics.linger = true;
  const auto world = world_of(scenario, design_of({{"execute", kCloses}}));
  const auto texts = enabled_texts(world, after(world, "alice !alice"));
  CHECK(texts == Lines{"bob"});
  const auto shared = world_of(
      scenario, design_of({{"execute",
                            {"share 1", "if op.tries == 0:", "    spawn other", "await send request", "await receive"}},
                           {"other", {"share 1", "close"}}}));
  CHECK(last_facts(shared, "alice alice' alice") == fact::outcome(Outcome::error));
}

TEST_CASE("with sends that suspend first, a large request is queued once") {
  auto scenario = with_set(true);
  scenario.physics.flush = true;
  scenario.send_suspends = design::SendSuspends::before;
  const auto world = world_of(scenario, design_of({{"execute", kReleases}}));
  CHECK(after(world, "alice*2").conns[0].socket.requests.size() == 1);
  CHECK(last_facts(world, "alice*2 flu.1 alice srv.1 net.1 alice") == fact::outcome(Outcome::ok));
}

// --- writes that linger ----------------------------------------------------------------------------

TEST_CASE("a write that the server had when the socket was closed may still be executed") {
  auto scenario = with_set(false);
  const auto design = design_of({{"execute", kCloses}});
  CHECK(enabled_texts(world_of(scenario, design), after(world_of(scenario, design), "alice !alice")) == Lines{"bob"});
  CHECK(after(world_of(scenario, design), "alice !alice").conns[0].lingering.empty());
  scenario.physics.linger = true;
  const auto world = world_of(scenario, design);
  CHECK(enabled_texts(world, after(world, "alice !alice")) == Lines{"bob", "srv.1@old"});
  CHECK(last_facts(world, "alice !alice srv.1@old") == fact::kLateWrite);
  CHECK(after(world, "alice !alice srv.1@old").conns[0].socket.wire.empty());
}

TEST_CASE("what lingers at a node that has not got the key is not executed") {
  auto scenario = with_set(false);
  scenario.physics.linger = true;
  scenario.nodes = 2;
  for (auto& task : scenario.tasks) task.operations[0].node = 1;
  auto design = design_of({{"execute", kCloses}});
  design.cluster = true;
  CHECK(last_facts(world_of(scenario, design), "alice !alice srv.1@old") == fact::kLateWrite);
  scenario.tasks[0].operations[0].moved_to = 2;
  const auto world = world_of(scenario, design);
  CHECK(last_facts(world, "alice !alice srv.1@old") == 0);
  world::Label asked{0, 0};
  asked.set(world::Mark::moved);
  CHECK_FALSE(world.tells_owner(asked));   // what a write is answered is nobody's data
}

TEST_CASE("only what is written lingers") {
  auto scenario = users(2, 1, 1);
  scenario.physics.flush = scenario.physics.linger = true;
  for (auto& task : scenario.tasks) task.operations[0].does = "set";
  scenario.tasks[1].operations[0].large = true;
  const auto world = world_of(scenario, design_of({{"execute",
                                                    {"share 1", "try:", "    await send request", "    await receive",
                                                     "except cancelled:", "    close", "    raise"}}}));
  const auto state = after(world, "alice bob !alice");   // bob's set stands behind, and has not reached the server
  REQUIRE(state.conns[0].lingering.size() == 1);
  CHECK(state.conns[0].lingering.front().op == 0);
  CHECK(enabled_texts(world, after(world, "alice bob !alice bob srv.1@old")).empty());
  CHECK(after(world, "alice bob flu.1 !alice").conns[0].lingering.size() == 2);
  CHECK(after(world, "bob alice").conns[0].socket.unwritten == 2);   // what stands behind bob's has to wait, too
}

TEST_CASE("reads do not linger, and a write in time is not late") {
  auto scenario = with_set(false);
  scenario.physics.linger = true;
  const auto world = world_of(scenario, design_of({{"execute", kCloses}}));
  CHECK(last_facts(world, "alice srv.1") == 0);
  auto reads = users(2, 1, 1);
  reads.physics.linger = true;
  const auto reading = world_of(reads, design_of({{"execute", kCloses}}));
  CHECK(enabled_texts(reading, after(reading, "alice !alice")) == Lines{"bob"});
}

// --- timeouts --------------------------------------------------------------------------------------

TEST_CASE("a socket timeout ends a read with an error, if the design has one") {
  auto scenario = users(1, 1, 0);
  scenario.physics.timeouts = true;
  auto design = design_of({{"execute", kCloses}});
  CHECK(enabled_texts(world_of(scenario, design), after(world_of(scenario, design), "alice")) == Lines{"srv.1"});
  design.socket_timeout = true;
  const auto world = world_of(scenario, design);
  CHECK(enabled_texts(world, after(world, "alice")) == Lines{"tmo.alice", "srv.1"});
  CHECK(last_facts(world, "alice tmo.alice") == fact::outcome(Outcome::error));
  CHECK_FALSE(after(world, "alice tmo.alice").conns[0].socket.connected);
  CHECK(enabled_texts(world, after(world, "alice srv.1 net.1")) == Lines{"alice"});
}

// --- what was mended with them ---------------------------------------------------------------------

TEST_CASE("a poll that sees something does not mind a reader") {
  auto scenario = users(2, 1, 0);
  scenario.physics.fragments = true;
  const Lines reads = {"share 1", "await send request", "await receive"};
  const Lines polls = {"share 1", "await poll", "if polled:", "    raise rejected \"data\""};
  auto mixed = design_of({{"execute", reads}, {"execute_pipeline", polls}});
  scenario.tasks[1].operations[0].does = "pipeline";
  const auto world = world_of(scenario, mixed);
  const auto trace = [&](const std::string& schedule) { return last_facts(world, schedule); };
  CHECK(trace("alice srv.1 net.1:part alice bob") == fact::outcome(Outcome::rejected));
  CHECK(after(world, "alice srv.1 net.1:part alice").conns[0].socket.piece.unread);
  CHECK_FALSE(after(world, "alice srv.1 net.1:hdr alice").conns[0].socket.piece.unread);
  CHECK(trace("alice srv.1 net.1:hdr alice bob") == fact::outcome(Outcome::error));   // another reader waits
}

TEST_CASE("renew closes what is held, and who reads there learns of it") {
  auto scenario = users(2, 1, 0);
  const auto world = world_of(
      scenario, design_of({{"execute",
                            {"if not available:", "    renew", "take", "if not connected:", "    await connect",
                             "try:", "    await send request", "    await receive", "finally:", "    put"}}}));
  const auto state = after(world, "alice bob");   // bob finds nothing, and closes alice's connection
  CHECK_FALSE(state.conns[0].socket.connected);
  CHECK(state.pools[0].free.empty());
  CHECK(last_facts(world, "alice bob alice") == fact::outcome(Outcome::error));
}

TEST_CASE("a child's sends count for its parent") {
  auto scenario = users(1, 1, 0);
  scenario.tasks[0].operations[0].does = "watch";
  const auto world =
      world_of(scenario, design_of({{"execute",
                                     {"take", "try:", "    spawn step", "    await child", "    spawn step",
                                      "    await child", "    spawn step", "    await child", "finally:", "    put"}},
                                    {"step", {"await send request", "loop commands times:", "    await receive"}}}));
  const std::string watch = "alice alice' srv.1 net.1 alice' alice";
  const std::string read = watch + " alice' srv.1 net.1 alice' alice";
  const std::string exec = read + " alice' srv.1*3 net.1 alice' net.1 alice' net.1 alice' alice";
  CHECK(last_facts(world, exec) == fact::outcome(Outcome::ok));
}

// --- silent servers ---------------------------------------------------------------------------------

scenario::Scenario with_silence(int tasks, int cancels) {
  auto scenario = users(tasks, 1, cancels);
  scenario.may_be_silent = true;
  return scenario;
}

TEST_CASE("a server that may be silent has the choice while a request is there") {
  const auto world = world_of(with_silence(2, 1), design_of({{"execute", kReleases}}));
  CHECK(enabled_texts(world, after(world, "alice")) == Lines{"bob", "!alice", "srv.1", "sil.1"});
  CHECK(enabled_texts(world, after(world, "alice sil.1")) == Lines{"bob", "!alice"});
  CHECK(enabled_texts(world, after(world, "alice srv.1")) == Lines{"bob", "!alice", "net.1"});
  const auto off = world_of(users(2, 1, 1), design_of({{"execute", kReleases}}));
  CHECK_FALSE(is_in(enabled_texts(off, after(off, "alice")), "sil.1"));
}

TEST_CASE("what was answered before the silence still arrives") {
  const auto design = design_of({{"execute", {"share 1", "await send request", "await receive"}}});
  auto queueing = design;
  queueing.readers = design::Readers::queue;
  const auto world = world_of(with_silence(2, 0), queueing);
  CHECK(enabled_texts(world, after(world, "alice bob srv.1 sil.1")) == Lines{"net.1"});
  CHECK(last_facts(world, "alice bob srv.1 sil.1 net.1 alice") == fact::outcome(Outcome::ok));
}

TEST_CASE("a new socket is answered again") {
  const auto world = world_of(with_silence(2, 1), design_of({{"execute", kCloses}}));
  CHECK(enabled_texts(world, after(world, "alice sil.1 !alice bob*2")) == Lines{"srv.1", "sil.1"});
  CHECK(last_facts(world, "alice sil.1 !alice bob*2 srv.1 net.1 bob") == fact::outcome(Outcome::ok));
}

TEST_CASE("who waits for a silent server is starved, and a hostage if only ended operations are before") {
  const auto facts_at_end = [](const world::World& world, const std::string& schedule) {
    return world.end(after(world, schedule)).facts;
  };
  const Facts own = fact::kStarved, hostage = fact::kStarved | fact::kHostage;
  const auto closes = world_of(with_silence(2, 1), design_of({{"execute", kCloses}}));
  CHECK(facts_at_end(closes, "alice sil.1 !alice bob*2 sil.1") == own);

  const Lines acquire = {"if not available:", "    join pool.waiters", "    await turn pool.waiters", "take"};
  Lines shields = acquire;
  shields.insert(shields.end(), {"spawn work", "await child"});
  const auto shield = world_of(
      with_silence(2, 1),
      design_of({{"execute", shields}, {"work", {"await send request", "await receive", "put", "wake pool.waiters"}}}));
  CHECK(facts_at_end(shield, "alice alice' sil.1 !alice bob") == hostage);  // behind an orphan
  CHECK(facts_at_end(shield, "alice alice' sil.1 bob") == own);             // behind alice, who waits, too

  const Lines drains = {"take",
                        "loop while conn.owed > 0:",
                        "    await discard",
                        "    conn.owed -= 1",
                        "try:",
                        "    conn.owed += 1",
                        "    await send request",
                        "    await receive",
                        "    conn.owed -= 1",
                        "finally:",
                        "    put"};
  const auto drain = world_of(with_silence(2, 1), design_of({{"execute", drains}}));
  CHECK(facts_at_end(drain, "alice !alice bob sil.1") == hostage);          // behind what alice has asked
}

TEST_CASE("a closed socket of a silent server leaves nothing behind") {
  auto scenario = with_set(false);
  scenario.physics.linger = true;
  scenario.may_be_silent = true;
  const auto world = world_of(scenario, design_of({{"execute", kCloses}}));
  CHECK(is_in(enabled_texts(world, after(world, "alice !alice")), "srv.1@old"));
  CHECK_FALSE(is_in(enabled_texts(world, after(world, "alice sil.1 !alice")), "srv.1@old"));
}

TEST_CASE("a command that a listing sends is no part of the handshake") {
  const Lines unwatches = {"take",          "if not connected:",  "    await connect", "await send \"UNWATCH\"",
                           "await discard", "await send request", "await receive",     "put"};
  const std::string whole = "alice*2 srv.1 net.1 alice srv.1 net.1 alice";
  CHECK(last_facts(handshakes(unwatches, true), whole) == fact::outcome(Outcome::wrong_value));
}

}  // namespace
}  // namespace interleak::test
