// What a server remembers of a socket, as tests/protocols/vault.json has it: settings and identities, cases, what is
// foreign; errors of the server; what listings send for an operation; operations of a scenario's own.
#include <fstream>
#include <iterator>
#include <set>

#include "sim/certify/subject.hpp"
#include "sim/check/expectations.hpp"
#include "sim/check/worlds.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/words/findings.hpp"
#include "sim/words/trace.hpp"
#include "sim/world/dump.hpp"
#include "sim/world/findings.hpp"
#include "tests/unit/toy_protocols.hpp"

namespace interleak::test {
namespace {

using world::Outcome;

scenario::ProtocolLibrary vault() { return with_protocol("tests/protocols/vault.json"); }

std::vector<scenario::Scenario> scenarios_of(const std::string& operations, const std::string& fields,
                                             Diagnostics& errors) {
  return scenario::read_scenario(R"({"interleak": 1, "id": "s", )" + fields + R"( "faults": {"cancel": {"max": 2}},
 "tasks": [{"id": "alice", "do": [)" +
                                     operations + R"(]}, {"id": "bob", "do": [{"look": "news"}]}]})",
                                 "s.json", errors, vault());
}

const std::string kVault = R"("protocol": "vault", )";

/// `alice` does these operations, bob looks at news.
world::World world_in(const std::string& operations, const std::map<std::string, Lines>& procedures,
                      const std::string& fields = "") {
  Diagnostics errors;
  const auto all = scenarios_of(operations, kVault + fields, errors);
  for (const Diagnostic& error : errors) UNSCOPED_INFO(error.at.line << ":" << error.at.column << " " << error.message);
  REQUIRE(all.size() == 1);
  const design::Design design = design_of(procedures);
  const auto program = scenario::compile(design, errors, all[0]);
  for (const Diagnostic& error : errors) UNSCOPED_INFO(error.message);
  REQUIRE(program.has_value());
  return {all[0], design, *program, false};
}

/// The same world under a protocol of which `change` has made another.
template <class Change>
world::World changed(const world::World& world, const Change& change) {
  auto protocol = *world.scenario().protocol;
  change(protocol);
  auto scenario = world.scenario();
  scenario.protocol = std::make_shared<const protocol::Protocol>(protocol);
  return {scenario, world.design(), world.program(), false};
}

bool is_foreign_behind(const world::World& world, const std::string& schedule) {
  return (facts_behind(world, schedule) & world::fact::kForeignSession) != 0;
}

bool is_in(const Lines& texts, const std::string& text) { return std::ranges::count(texts, text) != 0; }

const std::string kLook = R"({"look": "plan"})";

/// One exchange of one message behind what is sent by name, each of these with one message.
std::map<std::string, Lines> sends(const Lines& names, const Lines& then = {"await send request", "await receive"}) {
  Lines execute = {"take"};
  for (const std::string& name : names) execute.insert(execute.end(), {"await send " + name, "await discard"});
  execute.insert(execute.end(), then.begin(), then.end());
  execute.emplace_back("put");
  return {{"execute", execute}};
}

}  // namespace

TEST_CASE("without a list a scenario checks what the page says, and more where a protocol is named") {
  const auto names = [](const std::string& fields) {
    Diagnostics errors;
    Lines out;
    for (const auto& each : check::invariants_of(scenarios_of(kLook, fields, errors).at(0)))
      out.emplace_back(each.name);
    return out;
  };
  const Lines more = {"no-wrong-value", "no-foreign-session", "no-double-effect", "no-lasting-failure"};
  Lines all = {"no-cross-user-reply", "no-lost-slot", "no-double-owner", "no-starvation"};
  all.insert(all.end(), more.begin(), more.end());
  CHECK(names(kVault) == all);
  all[3] = "cancel-frees";
  CHECK(names(kVault + R"("server": {"may_be_silent": true}, )") == all);
  CHECK(names(kVault + R"("invariants": ["no-leak"], )") == Lines{"no-leak"});
}

TEST_CASE("a session has what some command asks for, and with the physics all of it") {
  const auto read = world_in(kLook, sends({}));
  CHECK(read.session().kept == std::vector<std::uint8_t>{0, 1, 3, 2});   // settings first
  CHECK(read.session().settings == 3);
  CHECK(read.session().watched == std::vector<bool>{true, true, false, false});
  const auto all = world_in(kLook, sends({}), R"("physics": ["session"], )");
  CHECK(all.session().kept == std::vector<std::uint8_t>{0, 1, 3, 4, 2});
  // Who has set something is noted as soon as there is one setting that may be foreign.
  const auto but = [&](const std::set<std::size_t>& left_out) {
    return changed(read,
                   [&](auto& protocol) {
                     for (auto& command : protocol.commands)
                       std::erase_if(command.under, [&](std::size_t each) { return left_out.count(each) != 0; });
                   })
        .shape()
        .setters;
  };
  CHECK(but({1}) == 3);
  CHECK(but({0, 1}) == 0);
}

TEST_CASE("a subject has what a session begins with") {
  const auto world = world_in(kLook, sends({}));
  std::set<std::string> digests;
  const auto digest = [&](const auto& change) { return certify::hex(certify::subject_digest(changed(world, change))); };
  CHECK(digests.insert(digest([](auto&) {})).second);
  CHECK(digests.insert(digest([](auto& protocol) { protocol.session[1].base = 3; })).second);
  CHECK(digests.insert(digest([](auto& protocol) { protocol.session[1].start = 3; })).second);
  CHECK_FALSE(digests.insert(digest([](auto& protocol) { protocol.session[1].words = "is told so"; })).second);
}

TEST_CASE("a warm connection has the base of each variable, a new one its start") {
  const auto warm = world_in(kLook, sends({})).initial();
  CHECK(warm.socket(1).variables == decltype(warm.socket(1).variables){0, 2, 0, protocol::kClient});
  const auto opens =
      world_in(kLook, {{"execute", {"take", "close", "await connect", "await send request", "await receive", "put"}}});
  CHECK(after(opens, "alice*2").socket(1).variables[1] == 1);
  CHECK(ends(opens, "alice*2 srv.1 net.1 alice", Outcome::error));   // level == 1
}

TEST_CASE("the first case that is true of the session is what happens, and then changes it") {
  const auto world = world_in(kLook, sends({"name"}, {"await send request", "await receive", "await receive"}));
  const auto named = after(world, "alice srv.1 net.1 alice");
  CHECK(named.socket(1).variables[2] == 1);
  const auto answered = after(world, "alice srv.1 net.1 alice srv.1");
  CHECK(answered.socket(1).wire.size() == 2);   // a head and the value
  CHECK(answered.socket(1).variables[2] == 0);
  CHECK(ends(world, "alice srv.1 net.1 alice srv.1 net.1 alice", Outcome::ok));
}

TEST_CASE("an error that answers an operation ends it as an error, whatever else is missing") {
  // Inside a transaction, and not at home there: two groups, a head and a refusal.
  const Lines reads = {"await send request", "await receive", "await receive"};
  const auto world = world_in(kLook, sends({"begin"}, reads));
  const std::string begun = "alice srv.1 net.1 alice ";
  CHECK(after(world, begun + "srv.1").socket(1).requests.size() == 1);
  CHECK(ends(world, begun + "srv.1 net.1 alice srv.1 net.1 alice", Outcome::error));
  // An error stands for all results of its command.
  const auto two =
      world_in(R"({"looks": ["a", "b"]})", {{"execute", {"pass"}},
                                            {"execute_looks",
                                             {"take", "close", "await connect", "await send request", "await receive",
                                              "await send level", "await receive", "put"}}});
  CHECK(ends(two, "alice*2 srv.1 net.1 alice srv.1*2 net.1*2 alice", Outcome::error));
  // It need not be the last, to say why others are missing.
  const auto three = world_in(
      R"({"do": "book", "key": "plan", "commands": ["begin", "write", "write"]})",
      {{"execute", {"pass"}},
       {"book",
        {"take", "await send begin", "await discard", "await send request", "await receive", "await receive", "put"}}});
  CHECK(ends(three, begun + "srv.1*3 net.1*3 alice", Outcome::error));
}

TEST_CASE("what is more in a refusal than there are results has no place in the value") {
  const auto world = changed(world_in(kLook, sends({})), [](auto& protocol) {
    auto& cases = std::ranges::find(protocol.commands, "read", &protocol::Command::name)->cases;
    auto& refusal = cases[1].reply.front();
    refusal.insert(refusal.begin(), 2, cases.back().reply.front().front());
  });
  const auto& info = world.operations()[0];
  const std::size_t first = info.commands[0].cases[1].first;
  CHECK(info.places.size() == 1);
  CHECK(info.messages[first].place == 0);
  CHECK(info.messages[first + 1].place == world::kNoPlace);
}

TEST_CASE("an identity is that of who asks if both are the client, or the same owner") {
  const auto reads = [](const Lines& names, const std::string& schedule) {
    return after(world_in(kLook, sends(names)), schedule + " srv.1").socket(1).requests.empty();
  };
  // In a transaction: the value if the tenant is who asks, else the first group of two.
  const std::string begun = "alice srv.1 net.1 alice";
  CHECK(reads({"begin", "read for client"}, begun));
  CHECK_FALSE(reads({"begin", "read"}, begun));
  CHECK_FALSE(reads({"begin", "leave", "read for client"}, begun + " srv.1 net.1 alice"));
  CHECK(reads({"begin", "become", "read"}, begun + " srv.1 net.1 alice"));
}

TEST_CASE("an error that answers another is a wrong value, and what is sent by name has no place in the value") {
  const Lines leaves = {"take", "close", "await connect", "await send request", "put"};
  const auto world =
      world_in(kLook, {{"execute", {"take", "await send request", "await receive", "put"}}, {"look", leaves}});
  // Both run `look`: in a world that names its protocol the procedure of that name goes first.
  CHECK(world.program().entry_names == Lines{"execute", "look"});
  const auto own = world_in(R"({"note": "plan"})",
                            {{"execute", {"take", "await send request", "await receive", "put"}}, {"note", leaves}});
  CHECK(ends(own, "alice*2 bob", Outcome::wrong_value) == false);
  CHECK(ends(own, "alice*2 srv.1 net.1 bob", Outcome::wrong_value));
  const auto beside =
      world_in(kLook, sends({}, {"await send end", "await receive", "await send request", "await receive"}));
  CHECK(ends(beside, "alice srv.1 net.1 alice srv.1 net.1 alice", Outcome::ok));
  const auto refused = world_in(kLook, sends({"begin"}, {"await send begin", "await receive"}));
  CHECK(ends(refused, "alice srv.1 net.1 alice srv.1 net.1 alice", Outcome::error));
}

TEST_CASE("a setting off its base is foreign to all but the operation that set it since it took the connection") {
  const std::map<std::string, Lines> leaves = {
      {"execute", {"take", "await send request", "await receive", "put"}},
      {"note", {"take", "await send begin", "await discard", "await send request", "await receive", "put"}}};
  const auto world = world_in(R"({"note": "plan"}, {"note": "plan"})", leaves);
  CHECK_FALSE(is_foreign_behind(world, "alice srv.1 net.1 alice srv.1"));
  CHECK(is_foreign_behind(world, "alice srv.1 net.1 alice srv.1 net.1 alice srv.1 net.1 alice srv.1"));  // its own next
  const auto once = world_in(R"({"note": "plan"})", leaves);
  CHECK(is_foreign_behind(once, "alice srv.1 net.1 alice srv.1 net.1 alice bob srv.1"));
  // It took the connection again behind its own begin.
  const auto again = world_in(
      R"({"note": "plan"})",
      {{"execute", {"pass"}},
       {"note",
        {"take", "await send begin", "await discard", "put", "take", "await send request", "await receive", "put"}}});
  CHECK(is_foreign_behind(again, "alice srv.1 net.1 alice srv.1"));
  // What is sent for the client is nobody's; what comes too late is still its own.
  const auto client = world_in(
      R"({"note": "plan"})",
      {{"execute", {"pass"}},
       {"note",
        {"take", "await send begin for client", "await discard", "await send request", "await receive", "put"}}});
  CHECK(is_foreign_behind(client, "alice srv.1 net.1 alice srv.1"));
  const auto late =
      world_in(R"({"note": "plan"})",
               {{"execute", {"pass"}}, {"note", {"take", "await send begin", "await send request", "put"}}});
  CHECK_FALSE(is_foreign_behind(late, "alice srv.1 srv.1"));
}

TEST_CASE("who set something is forgotten when it can matter no more") {
  const auto world =
      world_in(R"({"note": "plan"})",
               {{"execute", {"pass"}}, {"note", {"take", "await send begin", "await send request", "put"}}});
  CHECK(after(world, "alice srv.1").socket(1).setters[0] == 1);  // its request is still to come
  CHECK(after(world, "alice srv.1*2").socket(1).setters[0] == 0);
  CHECK(after(world, "alice srv.1*2").socket(1).variables[0] == 1);
  // Of what is never foreign it is not even noted.
  const auto named = after(world_in(kLook, sends({"name"})), "alice srv.1");
  CHECK(named.socket(1).variables[2] == 1);
  CHECK(named.socket(1).setters == decltype(named.socket(1).setters){});
}

TEST_CASE("another owner's identity is foreign, one's own, the client's and nobody's are not") {
  const std::map<std::string, Lines> becomes = {
      {"execute", {"take", "await send request", "await receive", "put"}},
      {"note", {"take", "await send become", "await discard", "put", "await pause"}}};
  const auto world = world_in(R"({"note": "plan"}, {"look": "plan"})", becomes);
  CHECK(is_foreign_behind(world, "alice srv.1 net.1 alice bob srv.1"));
  const auto trace = words::trace(world, events_of(world, "alice srv.1 net.1 alice*2 srv.1"));
  CHECK(trace.steps.back().findings.empty());  // alice's own, of the operation before
  const auto left = world_in(R"({"note": "plan"})", {{"execute", becomes.at("execute")},
                                                     {"note", {"take", "await send leave", "await discard", "put"}}});
  CHECK_FALSE(is_foreign_behind(left, "alice srv.1 net.1 alice bob srv.1"));
  const auto told = words::trace(world, events_of(world, "alice srv.1 net.1 alice bob srv.1"));
  CHECK(told.steps.back().findings.back().told().text() ==
        "foreign-session: the server executes bob's read news in a session that works for a tenant: alice's");
}

TEST_CASE("a free connection with something off its base is dirty, unless that is shared") {
  const auto dirty = [](const std::string& name) {
    const auto world = world_in(kLook, sends({name}, {"put", "await pause", "take"}));
    const auto state = after(world, "alice srv.1 net.1 alice");
    return (world.facts(state) & world::fact::kDirtyIdle) != 0;
  };
  CHECK(dirty("begin"));
  CHECK(dirty("become"));
  CHECK(dirty("level"));
  CHECK_FALSE(dirty("name"));
  CHECK_FALSE(dirty("reset"));
}

TEST_CASE("a push may come while its tests are true, and a schedule may end without it") {
  const auto world = world_in(
      R"({"note": "plan"})",
      {{"execute", {"take", "put"}}, {"note", sends({"begin", "become"}, {"await pause", "put"}).at("execute")}},
      R"("server": {"pushes": 1}, )");
  const std::string begun = "alice srv.1 net.1 alice";
  CHECK(enabled_texts(world, after(world, begun)) == Lines{"bob", "!alice", "srv.1", "psh.1:news"});
  CHECK_FALSE(is_in(enabled_texts(world, after(world, "alice")), "psh.1:news"));
  const auto pushed = after(world, begun + " psh.1:news");
  CHECK(pushed.pushes == 0);
  REQUIRE(pushed.socket(1).wire.size() == 1);
  CHECK(world.message(pushed.socket(1).wire.front()).nobodys);  // the session is the client's still
  CHECK_FALSE(is_in(enabled_texts(world, pushed), "psh.1:news"));
  const auto hers = after(world, begun + " srv.1 psh.1:news");
  CHECK(hers.socket(1).wire.size() == 2);
  CHECK(hers.socket(1).wire[1].op == 0);
  CHECK_FALSE(world.message(hers.socket(1).wire[1]).nobodys);
  const auto alone = words::trace(world, events_of(world, begun + " srv.1 net.1 alice*2 bob"));
  CHECK(alone.complete);  // although psh.1:news is enabled
}

TEST_CASE("a push that sets something does so when it comes, and is told in its words") {
  const auto world = world_in(kLook, sends({"level"}, {"await pause", "put"}));
  const auto trace = words::trace(world, events_of(world, "alice srv.1 psh.1:alarm"));
  CHECK(trace.steps.back().summary.text() == "pushes an alarm on c1");
  CHECK(after(world, "alice srv.1").socket(1).variables[1] == 3);
  CHECK(after(world, "alice srv.1 psh.1:alarm").socket(1).variables[1] == 2);
  const auto refusal = words::parse_schedule(world, "alice psh.1:alarm", *std::make_unique<Events>());
  REQUIRE(refusal.has_value());
  CHECK(refusal->told().text() == "psh.1:alarm is not enabled: the server pushes no such thing on c1 now");
}

TEST_CASE("a push of one's own data is no harm, another's is a leak, nobody's a wrong value, and none is a debt") {
  // alice listens and leaves; whoever is next takes what was pushed for the reply.
  const std::map<std::string, Lines> listens = {
      {"execute", {"take", "await send request", "await receive", "put"}},
      {"note", {"take", "await send become", "await discard", "await send begin", "await discard", "put"}}};
  const auto world = world_in(R"({"note": "plan"})", listens);
  const std::string gone = "alice srv.1 net.1 alice srv.1 net.1 alice psh.1:news";
  const auto idle = after(world, gone);
  CHECK_FALSE(world::owes_replies(world, idle.socket(1)));
  CHECK(ends(world, gone + " bob net.1 bob", Outcome::leak));
  const auto own = world_in(R"({"note": "plan"}, {"look": "plan"})",
                            {{"execute", {"take", "await send request", "await receive", "await receive", "put"}},
                             {"note", listens.at("note")}});
  CHECK(ends(own, "alice srv.1 net.1 alice srv.1 psh.1:news net.1*2 alice srv.1 net.1 alice", Outcome::ok));
  const auto alarm = world_in(R"({"note": "plan"})", {{"execute", listens.at("execute")},
                                                      {"note", {"take", "await send level", "await discard", "put"}}});
  CHECK(ends(alarm, "alice srv.1 net.1 alice psh.1:alarm bob net.1 bob", Outcome::wrong_value));
}

TEST_CASE("a listing that asks for a kind means those that are of it, too") {
  const auto pauses = [](const std::string& condition) {
    const auto world = world_in(R"({"note": "plan"})", {{"execute", {"pass"}},
                                                        {"note",
                                                         {"take", "await send level", "await discard", "await discard",
                                                          "if " + condition + ":", "    await pause", "put"}}});
    return after(world, "alice srv.1 psh.1:alarm net.1*2 alice").frame(0).status == world::Status::ready;
  };
  CHECK(pauses("got notice"));
  CHECK(pauses("got alarm"));
  CHECK(pauses("got notice and got alarm"));
  CHECK(pauses("saw notice and saw alarm and saw ok"));
  CHECK_FALSE(pauses("got news"));
  CHECK_FALSE(pauses("saw head"));
  const auto until =
      world_in(R"({"note": "plan"})",
               {{"execute", {"pass"}},
                {"note", {"take", "await send level", "await discard until notice", "await pause", "put"}}});
  CHECK(after(until, "alice srv.1 psh.1:alarm net.1*2 alice").frame(0).status == world::Status::ready);
  CHECK(after(until, "alice srv.1 net.1 alice").frame(0).status == world::Status::waiting);
}

TEST_CASE(
    "a write is executed twice where it is sent again, or a closed socket has left it, and that is remembered as long "
    "as it may be") {
  const auto again = world_in(
      R"({"note": "plan"})",
      {{"execute", {"pass"}},
       {"note", {"take", "await send request", "await discard", "await send request", "await discard", "put"}}});
  const auto facts = [&](const world::World& world, const std::string& schedule) {
    return (facts_behind(world, schedule) & world::fact::kDoubleEffect) != 0;
  };
  CHECK_FALSE(facts(again, "alice srv.1"));
  CHECK(facts(again, "alice srv.1 net.1 alice srv.1"));
  CHECK(after(again, "alice srv.1").executed[0] == 1);
  CHECK(after(again, "alice srv.1 net.1 alice srv.1 net.1 alice").executed[0] == 0);  // it is over
  const auto closes = world_in(
      R"({"note": "plan"})",
      {{"execute", {"pass"}},
       {"note",
        {"take", "await send request", "close", "await connect", "await send request", "await discard", "put"}}});
  CHECK(enabled_texts(closes, after(closes, "alice")) == Lines{"alice", "bob", "!alice", "srv.1@old"});
  CHECK(facts(closes, "alice*2 srv.1 srv.1@old"));
  CHECK(facts(closes, "alice srv.1@old alice srv.1"));
  // Two that are sent by name may both be meant, and what may be repeated is no harm.
  const auto named = world_in(kLook, sends({"write", "write"}, {"put"}));
  CHECK_FALSE(facts(named, "alice srv.1 net.1 alice srv.1"));
  const auto told = words::trace(again, events_of(again, "alice srv.1 net.1 alice srv.1"));
  CHECK(told.steps.back().findings.back().told().text() ==
        "double-effect: the server executes alice's write plan a second time");
  // To read twice is no effect: of reads it is not even remembered.
  const Lines reads = {"take", "await send request", "await discard", "await send request", "await discard", "put"};
  const auto looks = world_in(kLook, {{"execute", reads}});
  CHECK(looks.shape().once == 0);
  CHECK_FALSE(facts(looks, "alice srv.1 net.1 alice srv.1"));
}

TEST_CASE("a state in words says who has set what") {
  const auto world = world_in(R"({"look": "plan"}, {"look": "plan"})", sends({"become", "begin"}));
  const std::string text = world::dump(world, after(world, "alice srv.1 net.1 alice srv.1"));
  CHECK(text.find("settings 1 2 0, identities alice.0, setters alice.0 0 0") != std::string::npos);
}

TEST_CASE("tasks that are alike stay so where sessions know them") {
  const std::map<std::string, Lines> becomes = {{"execute",
                                                 {"take", "await send become", "await discard", "await send begin",
                                                  "await discard", "await send request", "await receive", "put"}}};
  const auto world = world_in(R"({"look": "news"})", becomes, R"("pool": {"max": 2}, )");
  check::Options folded, named;
  folded.invariants = named.invariants = {"no-foreign-session", "no-starvation", "idle-is-clean", "no-leak"};
  named.fold = false;
  const auto one = analysis_of(world, folded), all = analysis_of(world, named);
  CHECK(one.states == all.states);
  REQUIRE(one.counts);
  CHECK(one.counts->schedules == all.counts->schedules);
  for (std::size_t i = 0; i < one.judgements.size(); ++i) {
    CHECK(one.judgements[i].verdict == all.judgements[i].verdict);
    CHECK(one.judgements[i].schedule == all.judgements[i].schedule);
  }
}

TEST_CASE("a session may have as many variables as there is room for") {
  const auto world = world_in(R"({"look": "news"})", sends({"become"}), R"("physics": ["session"], )");
  const auto full = changed(world, [](auto& protocol) {
    for (std::size_t i = protocol.session.size(); i < protocol::kMaxVariables; ++i)
      protocol.session.push_back({"v" + std::to_string(i), "has one more"});
  });
  CHECK(full.shape().variables == protocol::kMaxVariables);
  check::Options named;
  named.fold = false;
  CHECK(analysis_of(full).states == analysis_of(world).states);
  CHECK(analysis_of(full, named).states == analysis_of(world).states);
}

TEST_CASE("an operation of the scenario's own sends what it says, and its procedure has its name") {
  const auto world =
      world_in(R"({"do": "book", "key": "plan", "commands": [["begin"], ["write", {"send": "end"}]], "result": []})",
               {{"execute", {"pass"}},
                {"book",
                 {"take", "await send request", "await discard", "await send request", "await discard", "await discard",
                  "put"}}});
  const auto& info = world.operations()[0];
  REQUIRE(info.commands.size() == 3);
  CHECK(info.commands[0].request == "begin plan");
  CHECK(info.commands[2].request == "end");
  CHECK(info.steps == std::vector<std::uint8_t>{1, 3});
  CHECK(info.places.empty());
  CHECK(world.program().entry_names[info.entry] == "book");
  CHECK(ends(world, "alice srv.1 net.1 alice srv.1*2 net.1*2 alice", Outcome::ok));
  const auto named = world_in(R"({"do": "looks", "keys": ["a", "b"]})", {{"execute", {"pass"}}});
  CHECK(named.operations()[0].commands.size() == 2);
  const auto itself = world_in(R"({"do": "look"})", {{"execute", {"pass"}}});
  CHECK(itself.operations()[0].commands[0].request == "read look");
}

TEST_CASE("what is wrong with an operation of the scenario's own is told where it stands") {
  const auto told = [](const std::string& operation, const std::string& fields = kVault) {
    Diagnostics errors;
    scenarios_of("\n" + operation, fields, errors);
    Lines out;
    for (const Diagnostic& error : errors) out.push_back(error.code + " " + std::to_string(error.at.column));
    return out;
  };
  CHECK(told(R"({"do": "book", "commands": ["raed"]})") == Lines{"ILK0072 29"});
  CHECK(told(R"({"do": "book", "commands": [{"send": "raed"}]})") == Lines{"ILK0072 38"});
  CHECK(told(R"({"do": "book", "commands": ["read"], "result": ["valeu"]})") == Lines{"ILK0069 1"});
  CHECK(told(R"({"do": "book", "commands": ["read"], "result": ["refused"]})") == Lines{"ILK0021 1"});
  CHECK(told(R"({"do": "book", "commands": ["read"], "result": ["head"]})") == Lines{"ILK0021 1"});
  CHECK(told(R"({"do": "book", "commands": []})") == Lines{"ILK0015 28"});
  CHECK(told(R"({"do": "lok"})") == Lines{"ILK0016 8"});
  CHECK(told(R"({"do": "look", "result": ["value"]})") == Lines{"ILK0021 26"});
  CHECK(told(R"({"do": "look", "look": "a"})") == Lines{"ILK0021 24"});
  CHECK(told(R"({"do": "look", "key": "a", "keys": ["b"]})") == Lines{"ILK0021 36"});
  CHECK(told(R"({"look": "a", "key": "a"})") == Lines{"ILK0021 22"});
  CHECK(
      told(
          R"({"do": "book", "keys": ["a", "b", "c", "d", "e", "f", "g", "h"], "commands": [{"send": "read", "of": "each key"}, "read"]})") ==
      Lines{"ILK0015 1"});
  // Without a protocol nothing is known of commands yet, until a design is.
  CHECK(told(R"({"do": "book", "commands": ["raed"]})", "").empty());
}

TEST_CASE("an operation of the scenario's own is read with the protocol of the design") {
  Diagnostics errors;
  check::Worlds worlds;
  std::ifstream in("tests/protocols/vault.json", std::ios::binary);
  worlds.add_protocol(std::string{std::istreambuf_iterator<char>(in), {}}, "vault.json", errors);
  worlds.add_design("design one\nprotocol vault\ndef execute:\n    pass\ndef book:\n    await pause\n", "one.pool",
                    errors);
  worlds.add_design("design two\ndef execute:\n    pass\ndef book:\n    await pause\n", "two.pool", errors);
  const auto all = worlds.scenarios(
      R"({"interleak": 1, "id": "s", "tasks": [{"id": "a", "do": [{"do": "book", "commands": ["begin"]}]}]})", "s.json",
      errors);
  REQUIRE(errors.empty());
  const auto world = worlds.world(all[0], "one", {}, errors);
  REQUIRE(world != nullptr);
  CHECK(world->program().entry_names[world->operations()[0].entry] == "book");
  CHECK(worlds.world(all[0], "two", {}, errors) == nullptr);  // redis has no begin
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == "ILK0072");
  CHECK(errors[0].file == "s.json");
}

TEST_CASE("a procedure of an operation's name runs nothing where no protocol is named") {
  Diagnostics errors;
  const auto all = scenario::read_scenario(
      R"({"interleak": 1, "id": "s", "tasks": [{"id": "a", "do": [{"get": "x"}]}]})", "s.json", errors);
  const design::Design design = design_of({{"execute", {"pass"}}, {"get", {"await pause"}}});
  CHECK(scenario::own_entries(all[0]).empty());
  const auto program = scenario::compile(design, errors, *all[0].protocol, {"get"});
  const world::World world(all[0], design, *program, false);
  CHECK(world.operations()[0].entry == 0);
}

TEST_CASE("a command that a listing sends for an operation is one of the protocol, and all answers can be numbered") {
  Diagnostics errors;
  const auto protocol = vault().find("vault");
  CHECK_FALSE(scenario::compile(design_of({{"execute", {"take", "await send begni", "put"}}}), errors, *protocol));
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == "ILK0072");
  CHECK(errors[0].help == "did you mean \"begin\"?");
  errors.clear();
  CHECK_FALSE(scenario::compile(design_of({{"execute", {"take", "await send rquest", "put"}}}), errors, *protocol));
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].help == "did you mean \"request\"?");
  errors.clear();
  CHECK_FALSE(
      scenario::compile(design_of({{"execute", {"take", "await send nobody for client", "put"}}}), errors, *protocol));
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == "ILK0072");
}

TEST_CASE("what is wrong with a session is told where it stands") {
  const auto told = [](const std::string& session, const std::string& command) {
    Diagnostics errors;
    scenario::read_protocol(R"({"interleak": 1, "protocol": "p", "session": )" + session + ",\n\"commands\": {\"a\": " +
                                command + R"(}, "operations": {"o": {"steps": [[{"send": "a"}]]}}})",
                            "p.json", errors);
    Lines out;
    for (const Diagnostic& error : errors) {
      out.push_back(error.code + " " + std::to_string(error.at.line) + ":" + std::to_string(error.at.column));
    }
    return out;
  };
  const std::string two = R"({"n": "is n", "who": {"is": "identity", "words": "is theirs"}})";
  CHECK(told(two, R"({"set": {"n": 15, "who": "asker"}, "under": ["n", "who"]})").empty());
  CHECK(told(R"({"n": {}})", "{}") == Lines{"ILK0013 1:52"});
  CHECK(told(R"({"n": {"words": "x", "base": 16}})", "{}") == Lines{"ILK0015 1:75"});
  CHECK(told(R"({"n": {"words": "x", "is": "identity", "base": "asker"}})", "{}") == Lines{"ILK0016 1:93"});
  CHECK(told(R"({"n": {"words": "x", "is": "identity", "base": 1}})", "{}") == Lines{"ILK0014 1:93"});
  CHECK(told(R"({"not": "x"})", "{}") == Lines{"ILK0019 1:47"});
  CHECK(told(two, R"({"set": {"m": 1}})") == Lines{"ILK0016 2:28"});
  CHECK(told(two, R"({"set": {"n": "asker"}})") == Lines{"ILK0016 2:33"});
  CHECK(told(two, R"({"set": {"n": "3"}})") == Lines{"ILK0016 2:33"});
  CHECK(told(two, R"({"set": {"who": "alice"}})") == Lines{"ILK0016 2:35"});
  CHECK(told(two, R"({"set": {"n": 1}, "raises": ["n"]})") == Lines{"ILK0021 2:47"});
  CHECK(told(two, R"({"raises": ["who"]})") == Lines{"ILK0021 2:30"});
  CHECK(told(two, R"({"under": ["m"]})") == Lines{"ILK0016 2:30"});
  CHECK(told(two, R"({"cases": [{}], "reply": ["value"]})") == Lines{"ILK0021 2:44"});
  CHECK(told(two, R"({"cases": []})") == Lines{"ILK0015 2:29"});
  CHECK(told(two, R"({"cases": [{"if": "n"}]})") == Lines{"ILK0021 2:37"});
  CHECK(told(two, R"({"cases": [{}, {}]})") == Lines{"ILK0013 2:30"});
  const auto condition = [&](const std::string& text) {
    return told(two, R"({"cases": [{"if": ")" + text + R"("}, {}]})");
  };
  CHECK(condition("n and not who and n != 3 and who == asker and n == base").empty());
  for (const char* wrong :
       {"", "n and", "not", "n ==", "n == asker", "n == 16", "n == x", "who == 1", "n or who", "n n"}) {
    CAPTURE(wrong);
    CHECK(condition(wrong) == Lines{"ILK0053 2:37"});
  }
  CHECK(condition("m") == Lines{"ILK0016 2:37"});
  // Each case has as many results.
  CHECK(told(two, R"({"cases": [{"if": "n", "reply": ["value", "value"]}, {}]})") == Lines{"ILK0021 2:94"});
}

}  // namespace interleak::test
