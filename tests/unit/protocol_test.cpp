// Protocols as data: what the reader takes and refuses, and that a second one is a file and no C++. The other one is
// tests/protocols/ledger.json, whose session may be inside a transaction; one more file there is tried as it is.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "sim/check/worlds.hpp"
#include "sim/design/lexer.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/words/findings.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

namespace fact = world::fact;

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in.good());
  return {std::istreambuf_iterator<char>(in), {}};
}

protocol::ProtocolPtr protocol_in(const std::string& text) {
  Diagnostics errors;
  auto read = scenario::read_protocol(text, "p.json", errors);
  for (const Diagnostic& error : errors) UNSCOPED_INFO(error.at.line << ": " << error.message);
  REQUIRE(read.has_value());
  return std::make_shared<const protocol::Protocol>(std::move(*read));
}

protocol::ProtocolPtr ledger() { return protocol_in(text_of("tests/protocols/ledger.json")); }

/// Code, line and column of each error.
Lines errors_in(const std::string& text) {
  Diagnostics errors;
  CHECK_FALSE(scenario::read_protocol(text, "p.json", errors).has_value());
  Lines out;
  for (const Diagnostic& error : errors) {
    CHECK_FALSE(error.expected.empty());
    out.push_back(error.code + " " + std::to_string(error.at.line) + ":" + std::to_string(error.at.column));
  }
  return out;
}

/// One operation whose steps these are.
std::string with_steps(const std::string& steps) {
  return R"({"interleak": 1, "protocol": "p", "commands": {"GET": {}, "OK": {"reply": "OK", "type": "ok"}},
 "operations": {"get": {"steps": )" +
         steps + "}}}";
}

std::vector<scenario::Scenario> scenarios_of(const std::string& operation, const protocol::ProtocolPtr& protocol,
                                             Diagnostics& errors) {
  scenario::ProtocolLibrary protocols;
  protocols.add(protocol);
  return scenario::read_scenario(R"({"interleak": 1, "id": "s", "protocol": ")" + protocol->id +
                                     R"(", "pool": {"max": 1}, "physics": ["session"],
 "faults": {"cancel": {"max": 1}}, "tasks": [{"id": "alice", "do": [)" +
                                     operation + R"(]}, {"id": "bob", "do": [)" + operation + "]}]}",
                                 "s.json", errors, protocols);
}

scenario::Scenario scenario_of(const std::string& operation, const protocol::ProtocolPtr& protocol) {
  Diagnostics errors;
  const auto all = scenarios_of(operation, protocol, errors);
  for (const Diagnostic& error : errors) UNSCOPED_INFO(error.at.line << ": " << error.message);
  REQUIRE(all.size() == 1);
  return all.front();
}

world::World world_in(const protocol::ProtocolPtr& protocol, const std::string& operation,
                      const std::map<std::string, Lines>& procedures) {
  Diagnostics errors;
  const design::Design design = design_of(procedures);
  const auto program = scenario::compile(design, errors, *protocol);
  REQUIRE(program.has_value());
  return {scenario_of(operation, protocol), design, *program, false};
}

/// All that there are, sorted: what is tried of a protocol is tried of each.
std::vector<std::string> protocol_files() {
  std::vector<std::string> paths;
  for (const char* folder : {"scenarios/protocols", "tests/protocols"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() == ".json") paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// The next event where nothing happens to anybody: what is asked is answered before somebody else begins. Nothing: the
/// end.
std::optional<Event> next_of_nothing(const world::World& world, const world::State& state) {
  Events enabled;
  world.enabled(state, enabled);
  std::erase_if(enabled, [&](Event each) { return world.is_optional(each); });
  const auto answers =
      std::find_if(enabled.begin(), enabled.end(), [&](Event each) { return world.process(each) == kNoProcess; });
  if (answers != enabled.end()) return *answers;
  if (enabled.empty()) return std::nullopt;
  return enabled[0];
}

/// How many messages answer what one step of an operation of two keys, or of one, sends, where no session is special.
std::size_t answers_of(const protocol::Protocol& protocol, const protocol::Operation& operation, std::size_t step) {
  std::size_t messages = 0;
  for (const protocol::Request& each : operation.steps[step]) {
    const std::size_t keys = each.keys == protocol::Keys::each && operation.many ? 2 : 1;
    messages += keys * protocol::size_of(protocol::reply_of(protocol, each));
  }
  return messages;
}

/// The first command that, where nothing is special, makes a variable of the session what `is_so` says; null: none
/// does.
template <class IsSo>
const protocol::Command* command_that(const protocol::Protocol& protocol, std::size_t variable, const IsSo& is_so) {
  for (const protocol::Command& each : protocol.commands) {
    for (const protocol::Assignment& set : each.cases.back().sets) {
      if (set.variable == variable && is_so(set.value)) return &each;
    }
  }
  return nullptr;
}

/// Sends a command for the operation, and throws away what answers it where nothing is special.
void add_command(const protocol::Protocol& protocol, const protocol::Command& command, Lines& out) {
  const bool bare = design::is_name(command.name);  // else it can be sent for the client only
  out.push_back("await send " + (bare ? command.name : "\"" + command.name + "\""));
  std::size_t answers = protocol::size_of(command.cases.back().reply);
  if (command.held) {  // it waits for the next
    const protocol::Command& next = protocol.commands[protocol::skipped_to(protocol).value()];
    out.push_back("await send " + next.name);
    answers += protocol::size_of(next.cases.back().reply);
  }
  out.insert(out.end(), answers, "await discard");
}

const Lines kOneStep = {"await send request", "loop commands times:", "    await receive"};

/// Each step of an operation, one after the other; a cancel in between puts the connection back.
const Lines kUnit = {"take", "try:", "    call step", "    call step", "    call step", "finally:", "    put"};
const Lines kUndoes = {
    "take",      "try:",      "    call step", "    call step", "    call step", "except cancelled|error:",
    "    close", "    raise", "finally:",      "    put"};
const std::map<std::string, Lines> kUnitReleases = {
    {"execute", {"raise error \"not a unit\""}}, {"execute_unit", kUnit}, {"step", kOneStep}};

}  // namespace

TEST_CASE("the protocol of scenarios that name none is built in, and is the file of the tree") {
  const auto standard = scenario::standard_protocol();
  CHECK(standard->id == "redis");
  CHECK(*standard == *protocol_in(text_of("scenarios/protocols/redis.json")));
  CHECK(protocol::entries_of(*standard) ==
        Lines{"execute", "execute_pipeline", "execute_transaction", "execute_watch"});
  CHECK(protocol::types_of(*standard) == Lines{"ok", "queued"});
}

TEST_CASE("docs/formats.md has a protocol for an example, and every field in its table") {
  const std::string page = text_of("docs/formats.md");
  const std::string section = page.substr(page.find("## Protocols"));
  std::smatch block;
  REQUIRE(std::regex_search(section, block, std::regex("```json\n([^`]*)```")));
  CHECK(protocol_in(block[1])->operations == ledger()->operations);
  for (const char* field :
       {"title",       "source",   "elsewhere", "session",    "commands",    "reply",  "type",       "writes", "raises",
        "lowers",      "set",      "cases",     "repeatable", "after_close", "pushes", "if",         "under",  "words",
        "is",          "base",     "start",     "shared",     "operations",  "keys",   "procedures", "steps",  "send",
        "of",          "ignored",  "kinds",     "result",     "causes",      "push",   "to",         "when",   "data",
        "invalidates", "may_fail", "errors",    "then",       "skips_to",    "held"}) {
    CAPTURE(field);
    CHECK(section.find("`" + std::string(field) + "`") < section.find("## Baselines"));
  }
}

TEST_CASE("each protocol that is built in has the name of its file, and says what it is") {
  const auto ids = scenario::built_in_protocols().ids();
  CHECK(ids == Lines{"http1", "mysql", "none", "postgres", "redis", "redis-resp3", "rpc"});
  for (const std::string& id : ids) {
    CAPTURE(id);
    const auto read = protocol_in(text_of("scenarios/protocols/" + id + ".json"));
    CHECK(read->id == id);
    CHECK_FALSE(read->title.empty());
    CHECK_FALSE(read->source.empty());
  }
}

TEST_CASE("each operation of each protocol goes well where nothing happens to it") {
  for (const std::string& path : protocol_files()) {
    const auto protocol = protocol_in(text_of(path));
    for (const protocol::Operation& operation : protocol->operations) {
      CAPTURE(path, operation.name);
      Lines execute = {"take"};
      for (std::size_t step = 0; step < operation.steps.size(); ++step) {
        execute.emplace_back("await send request");
        execute.insert(execute.end(), answers_of(*protocol, operation, step), "await receive");
      }
      execute.emplace_back("put");
      const std::string keys = operation.many ? R"(["a", "b"])" : "\"a\"";
      const auto world = world_in(protocol, "{\"" + operation.name + "\": " + keys + "}", {{"execute", execute}});
      auto state = world.initial();
      std::size_t ended = 0;
      while (const auto next = next_of_nothing(world, state)) {
        const Facts facts = world.apply(state, *next).facts;
        CHECK((facts & ~fact::outcome(world::Outcome::ok)) == 0);
        ended += facts != 0 ? 1 : 0;
      }
      CHECK(ended == world.scenario().tasks.size());
    }
  }
}

TEST_CASE("each variable of each session is changed by a command, told in its words, and comes back to its base") {
  for (const std::string& path : protocol_files()) {
    const auto protocol = protocol_in(text_of(path));
    for (std::size_t i = 0; i < protocol->session.size(); ++i) {
      const protocol::Variable& variable = protocol->session[i];
      CAPTURE(path, variable.name);
      const auto* changes = command_that(*protocol, i, [&](auto value) { return value != variable.base; });
      const auto* restores = command_that(*protocol, i, [&](auto value) { return value == variable.base; });
      REQUIRE(changes != nullptr);
      Lines execute = {"take"};
      add_command(*protocol, *changes, execute);
      execute.insert(execute.end(), {"put", "await pause", "take"});
      add_command(*protocol, restores == nullptr ? *changes : *restores, execute);
      execute.emplace_back("put");
      const std::string& name = protocol->operations[0].name;
      const std::string operation = "{\"" + name + (protocol->operations[0].many ? "\": [\"a\"]}" : "\": \"a\"}");
      const auto world = world_in(protocol, operation, {{"execute", execute}});
      const auto served = [](const protocol::Command& each) { return each.held ? std::string("srv.1*2") : "srv.1"; };
      const std::string first = "alice " + served(*changes) + " net.1 alice";
      const auto changed = after(world, first);
      const auto found = words::findings_in(world, changed);
      CHECK(found.empty() == variable.shared);  // that is there for whoever comes next
      if (variable.shared) continue;
      REQUIRE(found.size() == 1);
      CHECK(found[0].told().text() ==
            "dirty-idle: c1 is idle, and its session at the server is one that " + variable.words);
      const std::string then = served(restores == nullptr ? *changes : *restores);
      const auto restored = after(world, first + " alice " + then + " net.1 alice");
      CHECK(words::findings_in(world, restored).empty() == (restores != nullptr));
    }
  }
}

TEST_CASE("what is wrong with a protocol is told where it stands") {
  CHECK(errors_in("{}") == Lines{"ILK0013 1:1", "ILK0013 1:1", "ILK0013 1:1"});
  CHECK(errors_in(with_steps("[]")) == Lines{"ILK0015 2:34"});
  CHECK(errors_in(with_steps("[[]]")) == Lines{"ILK0015 2:35"});
  CHECK(errors_in(with_steps(R"([[{"send": "GTE"}]])")) == Lines{"ILK0016 2:45"});
  CHECK(errors_in(with_steps(R"([[{"send": "GET", "of": "keys"}]])")) == Lines{"ILK0016 2:58"});
  CHECK(errors_in(with_steps(R"([[{"send": "GET", "reply": "x"}]])")) == Lines{"ILK0021 2:61"});
  CHECK(errors_in(with_steps(R"([[{"send": "GET", "type": "x"}]])")) == Lines{"ILK0021 2:60"});
  CHECK(errors_in(with_steps(R"([[{"send": "GET", "key": "x"}]])")) == Lines{"ILK0012 2:52"});
  const std::string one = R"({"send": "OK"})";
  CHECK(errors_in(with_steps("[[" + one + "," + one + "," + one + "," + one + "," + one + "],[" + one + "," + one +
                             "," + one + "," + one + "]]")) == Lines{"ILK0015 2:17"});
  const auto with_session = [](const std::string& session, const std::string& command) {
    return R"({"interleak": 1, "protocol": "p", "session": )" + session + ",\n \"commands\": {\"GET\": " + command +
           "},\n \"operations\": {\"get\": {\"steps\": [[{\"send\": \"GET\"}]]}}}";
  };
  CHECK(errors_in(with_session(R"({"a": "is open"})", R"({"raises": ["b"]})")) == Lines{"ILK0016 2:34"});
  CHECK(errors_in(with_session(R"({"a b": "is open"})", "{}")) == Lines{"ILK0019 1:47"});
  CHECK(errors_in(with_session(
            R"({"a": "x", "b": "x", "c": "x", "d": "x", "e": "x", "f": "x", "g": "x", "h": "x", "i": "x"})", "{}")) ==
        Lines{"ILK0015 1:46"});
}

namespace {

/// A protocol whose command `x` has these fields, with two pushes; `behind`: the pushes stand behind it in the file.
std::string causing(const std::string& command, bool behind = true, const std::string& request = "") {
  const std::string pushes = R"("pushes": {"changed": {"kind": "ok", "invalidates": true}, "rang": {"kind": "ok"}},)";
  return R"({"interleak": 1, "protocol": "p", )" + (behind ? "" : pushes) + "\n\"commands\": {\"x\": {" + command +
         R"(}, "y": {"reply": "OK", "type": "ok", "causes": [{"push": "changed", "to": "all"}]}},
)" + (behind ? pushes + "\n" : "") +
         R"("operations": {"o": {"steps": [[{"send": "x")" + request + "}]]}}}";
}

std::string causes(const std::string& list) { return "\"causes\": [" + list + "]"; }

}  // namespace

TEST_CASE("a command causes pushes, which may stand behind it in the file or before it") {
  for (const bool behind : {true, false}) {
    const auto protocol = protocol_in(causing(
        causes(R"({"push": "rang", "to": "others", "when": "ahead"}, {"push": "changed", "to": "readers"})"), behind));
    REQUIRE(protocol->commands[0].cases.size() == 1);
    CHECK(protocol->commands[0].cases[0].causes ==
          std::vector<protocol::Cause>{{1, protocol::To::others, true}, {0, protocol::To::readers, false}});
    CHECK(protocol->pushes[0].invalidates);
    CHECK_FALSE(protocol->pushes[1].invalidates);
    CHECK(protocol::caused_pushes(*protocol) == std::vector<bool>{true, true});
  }
  const auto cases = protocol_in(R"({"interleak": 1, "protocol": "p", "session": {"t": "is t"},
    "commands": {"x": {"cases": [{"if": "t", "causes": [{"push": "rang", "to": "asker"}]}, {}]}},
    "pushes": {"rang": {"kind": "value2"}, "comes": {"kind": "value2"}}, "kinds": {"value2": {}},
    "operations": {"o": {"steps": [[{"send": "x"}]]}}})");
  CHECK(cases->commands[0].cases[0].causes == std::vector<protocol::Cause>{{0, protocol::To::asker, false}});
  CHECK(cases->commands[0].cases[1].causes.empty());
  CHECK(protocol::caused_pushes(*cases) == std::vector<bool>{true, false});
}

TEST_CASE("what is wrong with a cause is told where it stands") {
  const auto told = [](const std::string& command, const std::string& request = "") {
    Diagnostics errors;
    CHECK_FALSE(scenario::read_protocol(causing(command, true, request), "p.json", errors).has_value());
    Lines out;
    for (const Diagnostic& error : errors) {
      CHECK_FALSE(error.expected.empty());
      out.push_back(error.code + " " + std::to_string(error.at.line) + ":" + std::to_string(error.at.column) +
                    (error.help.empty() ? "" : " " + error.help));
    }
    return out;
  };
  const auto one = [&](const std::string& list) { return told(causes(list)); };
  const std::string good = R"({"push": "rang", "to": "all"})";
  CHECK(one(R"({"push": "rnag", "to": "all"})") == Lines{"ILK0016 2:40 did you mean \"rang\"?"});
  CHECK(one(R"({"push": "rang", "to": "reader"})") == Lines{"ILK0016 2:54 did you mean \"readers\"?"});
  CHECK(one(R"({"push": "rang", "to": "all", "when": "behid"})") == Lines{"ILK0016 2:69 did you mean \"behind\"?"});
  CHECK(one(R"({"push": "rang"})") == Lines{"ILK0013 2:31"});
  CHECK(one(R"({"to": "all"})") == Lines{"ILK0013 2:31"});
  CHECK(one(R"({"push": "rang", "to": "all", "wehn": "ahead"})") == Lines{"ILK0012 2:61 did you mean \"when\"?"});
  CHECK(one("\"rang\"") == Lines{"ILK0014 2:31"});
  CHECK(one("") == Lines{"ILK0015 2:30"});
  CHECK(one(good + "," + good + "," + good + "," + good + "," + good) == Lines{"ILK0015 2:30"});
  CHECK(protocol_in(causing(causes(good + "," + good + "," + good + "," + good))) != nullptr);
  // Only one push goes to readers, from whatever command.
  CHECK(one(R"({"push": "rang", "to": "readers"}, {"push": "changed", "to": "readers"})") == Lines{"ILK0021 2:92"});
  CHECK(protocol_in(causing(causes(R"({"push": "rang", "to": "readers"}, {"push": "rang", "to": "readers"})"))));
  // Behind its reply it comes only where that is one group: so it is, if nothing is said.
  const std::string groups = R"("reply": [["value"], ["value"]], )";
  CHECK(told(groups + causes(good)) == Lines{"ILK0021 2:64"});
  CHECK(told(groups + causes(R"({"push": "rang", "to": "others", "when": "behind"})")) == Lines{"ILK0021 2:105"});
  CHECK(protocol_in(causing(groups + causes(R"({"push": "rang", "to": "all", "when": "ahead"})"))));
  CHECK(protocol_in(causing(R"("reply": ["value", "value"], )" + causes(good))));
  const std::string request = R"(, "reply": [["value"], ["value"]])";
  CHECK(told(causes(good), request) == Lines{"ILK0021 4:56"});
  CHECK(protocol_in(causing(causes(R"({"push": "rang", "to": "all", "when": "ahead"})"), true, request)));
  CHECK(protocol_in(causing("", true, request)));
  // Beside cases, which say that.
  CHECK(told(R"("cases": [{}], )" + causes(good)) == Lines{"ILK0021 2:45"});
}

TEST_CASE("only what a command causes may invalidate") {
  const auto told = [](const std::string& invalidates, const std::string& caused) {
    return R"({"interleak": 1, "protocol": "p", "commands": {"x": {"reply": "OK", "type": "ok")" + caused + R"(}},
"pushes": {"rang": {"kind": "ok", "invalidates": )" +
           invalidates + R"(}}, "operations": {"o": {"steps": [[{"send": "x"}]]}}})";
  };
  const std::string caused = R"(, "causes": [{"push": "rang", "to": "all"}])";
  CHECK(errors_in(told("true", "")) == Lines{"ILK0021 2:50"});
  CHECK(errors_in(told("1", caused)) == Lines{"ILK0014 2:50"});
  CHECK(protocol_in(told("false", "")) != nullptr);
  CHECK(protocol_in(told("true", caused)) != nullptr);
  // A cause that is not understood may have been meant: that is told, and nothing more.
  CHECK(errors_in(told("true", R"(, "causes": [{"push": "rnag", "to": "all"}])")) == Lines{"ILK0016 1:103"});
}

TEST_CASE("an operation cannot have the name of a field that all have, and procedures are few") {
  const auto with_operations = [](const std::string& operations) {
    return R"({"interleak": 1, "protocol": "p", "commands": {"GET": {}}, "operations": {)" + operations + "}}";
  };
  const auto operation = [](const std::string& name, const std::string& procedures) {
    return "\n\"" + name + R"(": {"procedures": [)" + procedures + R"(], "steps": [[{"send": "GET"}]]})";
  };
  CHECK(errors_in(with_operations(operation("accepts", "\"execute_a\""))) == Lines{"ILK0019 2:1"});
  const std::string many = operation("x", R"("execute_a", "execute_b", "execute_c", "execute_d")") + "," +
                           operation("y", R"("execute_e", "execute_f", "execute_g", "execute_h")");
  CHECK(errors_in(with_operations(many)) == Lines{"ILK0015 1:1"});
  CHECK(errors_in(with_operations(operation("x", "\"unit\""))) == Lines{"ILK0019 2:22"});
  CHECK(errors_in(with_operations("")) == Lines{"ILK0015 1:74"});
}

TEST_CASE("scenarios have the operations of their protocol, and no others") {
  CHECK(scenario_of(R"({"unit": ["a", "b"]})", ledger()).tasks[0].operations[0].accepts == Lines{"value"});
  CHECK(scenario_of(R"({"note": "a"})", ledger()).tasks[0].operations[0].accepts == Lines{"ok"});
  Diagnostics errors;
  CHECK(scenarios_of(R"({"get": "a"})", ledger(), errors).empty());
  CHECK(errors.at(0).expected == "one of the fields look, note, unit");
  errors.clear();
  // begin, a read for each key, commit: eight requests in all.
  CHECK(scenarios_of(R"({"unit": ["a", "b", "c", "d", "e", "f", "g"]})", ledger(), errors).empty());
  CHECK(errors.at(0).code == "ILK0015");
}

TEST_CASE("a protocol that is not known is told, and nothing is said of the operations") {
  Diagnostics errors;
  CHECK(scenario::read_scenario(
            R"({"interleak": 1, "id": "s", "protocol": "redsi", "tasks": [{"id": "a", "do": [{"x": "y"}]}]})", "s.json",
            errors)
            .empty());
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == "ILK0016");
  CHECK(errors[0].help == "did you mean \"redis\"?");
}

namespace {

/// A world of the command's own way: a design, and a scenario with one operation.
struct Asked {
  std::shared_ptr<const world::World> world;
  Diagnostics errors;
};

Asked asked(const std::string& design_says, const std::string& scenario_says, const std::string& operation) {
  check::Worlds worlds;
  Asked out;
  worlds.add_protocol(text_of("tests/protocols/ledger.json"), "ledger.json", out.errors);
  for (const auto& file : embedded::designs()) worlds.add_design(file.text, std::string(file.path), out.errors);
  worlds.add_design("design base\npart\n" + design_says + "\ndef execute:\n    take\n", "base.pool", out.errors);
  worlds.add_design("design one\nextends base\n", "one.pool", out.errors);
  const auto scenarios = worlds.scenarios(
      R"({"interleak": 1, "id": "s", )" + scenario_says + R"("tasks": [{"id": "a", "do": [)" + operation + "]}]}",
      "s.json", out.errors);
  if (!scenarios.empty()) out.world = worlds.world(scenarios[0], "one", {}, out.errors);
  return out;
}

}  // namespace

TEST_CASE("a scenario is run with the protocol that it names, else with the design's, else with redis") {
  const auto speaks = [](const std::string& design, const std::string& scenario, const std::string& operation) {
    const Asked out = asked(design, scenario, operation);
    CHECK(out.errors.empty());
    return out.world == nullptr ? "" : out.world->scenario().protocol->id;
  };
  CHECK(speaks("", "", R"({"get": "x"})") == "redis");
  CHECK(speaks("protocol rpc", "", R"({"get": "x"})") == "rpc");
  CHECK(speaks("protocol rpc", R"("protocol": "redis", )", R"({"transaction": ["x"]})") == "redis");
  CHECK(speaks("protocol ledger", "", R"({"unit": ["x", "y"]})") == "ledger");
  CHECK(asked("protocol rpc", "", R"({"set": "x"})").world->scenario().tasks[0].operations[0].accepts == Lines{"ok"});
  CHECK(asked("protocol ledger", "", R"({"unit": ["x"], "accepts": ["a"]})").world->operations()[0].accepts != 0);
}

TEST_CASE("a protocol that a design names must be known, and have what the scenario does") {
  const Asked unknown = asked("protocol rcp", "", R"({"get": "x"})");
  CHECK(unknown.world == nullptr);
  REQUIRE(unknown.errors.size() == 1);
  CHECK(unknown.errors[0].code == "ILK0016");
  CHECK(unknown.errors[0].file == "base.pool");
  CHECK(unknown.errors[0].at.line == 3);
  CHECK(unknown.errors[0].at.column == 10);
  CHECK(unknown.errors[0].help == "did you mean \"rpc\"?");
  const Asked lacks = asked("protocol rpc", "", R"({"transaction": ["x"]})");
  REQUIRE(lacks.errors.size() == 1);
  CHECK(lacks.errors[0].file == "s.json");
  CHECK(lacks.errors[0].message == "the protocol rpc has no operation \"transaction\"");
  CHECK(lacks.errors[0].expected == "one of: get, set, pipeline");
  CHECK(lacks.errors[0].help.find("base.pool:3") != std::string::npos);
  const Asked silent = asked("", "", R"({"unit": ["x"]})");
  REQUIRE(silent.errors.size() == 1);
  CHECK(silent.errors[0].help.find("names no protocol") != std::string::npos);
}

TEST_CASE("types of values have a bound, whichever protocol is spoken") {
  std::string commands;
  for (int i = 0; i < 17; ++i) {
    commands += (i == 0 ? "" : ", ") + ("\"c" + std::to_string(i)) + R"(": {"reply": "r", "type": "t)" +
                std::to_string(i) + "\"}";
  }
  const std::string operations = R"(}, "operations": {"get": {"steps": [[{"send": "c0"}]]}}})";
  CHECK(errors_in(R"({"interleak": 1, "protocol": "p", "commands": {)" + commands + operations) ==
        Lines{"ILK0015 1:1"});
  // As many as redis leaves room for, which are too many for a protocol that has one more of its own.
  check::Worlds worlds;
  Diagnostics errors;
  const auto three =
      worlds.add_protocol(R"({"interleak": 1, "protocol": "p", "commands": {"c": {"reply": "r", "type": "a"},
      "d": {"reply": "r", "type": "b"}, "e": {"reply": "r", "type": "c"}}, "operations": {"get": {"steps": [[{"send": "c"}]]}}})",
                          "p.json", errors);
  REQUIRE(three.has_value());
  worlds.add_design("design one\nprotocol p\ndef execute:\n    take\n", "one.pool", errors);
  std::string tasks;
  for (int i = 0; i < 62; ++i) {
    tasks += (i % 8 == 0 ? (i == 0 ? "" : "]}, ") + (R"({"id": "a)" + std::to_string(i) + R"(", "do": [)")
                         : std::string(", ")) +
             R"({"get": "x", "type": "t)" + std::to_string(i) + "\"}";
  }
  const auto all = worlds.scenarios(R"({"interleak": 1, "id": "s", "tasks": [)" + tasks + "]}]}", "s.json", errors);
  REQUIRE(all.size() == 1);
  CHECK(worlds.world(all[0], "one", {}, errors) == nullptr);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == "ILK0015");
}

TEST_CASE("an operation that sends nothing is ok when it ends") {
  const auto none = scenario::built_in_protocols().find("none");
  const auto world = world_in(none, R"({"use": "the lock"})", {{"execute", {"take", "await pause", "put"}}});
  CHECK(last_facts(world, "alice alice") == fact::outcome(world::Outcome::ok));
}

TEST_CASE("a flag of another protocol's session makes an idle connection dirty, in that protocol's words") {
  const auto world = world_in(ledger(), R"({"unit": ["a"]})", kUnitReleases);
  const auto cancelled = after(world, "alice srv.1 net.1 alice !alice");
  CHECK(cancelled.socket(1).variables[0] == 1);
  const auto found = words::findings_in(world, cancelled);
  REQUIRE(found.size() == 1);
  CHECK(found[0].told().text() == "dirty-idle: c1 is idle and owes 1 reply");
  auto pauses = kUnitReleases;
  pauses["execute_unit"].insert(pauses["execute_unit"].begin() + 3, "    await pause");
  const auto slower = world_in(ledger(), R"({"unit": ["a"]})", pauses);
  const auto paid = words::findings_in(slower, after(slower, "alice srv.1 net.1 alice !alice"));
  REQUIRE(paid.size() == 1);
  CHECK(paid[0].told().text() ==
        "dirty-idle: c1 is idle, and its session at the server is one that is inside a transaction");
  CHECK(after(world, "alice srv.1 net.1 alice srv.1 net.1 alice srv.1 net.1 alice").socket(1).variables[0] == 0);
}

TEST_CASE("a pool that returns connections inside a transaction is told from one that closes them") {
  check::Options options;
  options.invariants = {"idle-is-clean"};
  const auto verdict = [&](const Lines& unit) {
    const auto world =
        world_in(ledger(), R"({"unit": ["a"]})", {{"execute", {"pass"}}, {"execute_unit", unit}, {"step", kOneStep}});
    return judgement(analysis_of(world, options), "idle-is-clean").verdict;
  };
  CHECK(verdict(kUnit) == check::Verdict::violated);
  CHECK(verdict(kUndoes) == check::Verdict::holds);
}

TEST_CASE("a listing that names a command of the protocol changes the session as an operation does") {
  auto procedures = kUnitReleases;
  procedures["execute_unit"] = {
      "take", "await send \"begin\"", "await discard", "await send \"rollback\"", "await discard", "put"};
  const auto world = world_in(ledger(), R"({"unit": ["a"]})", procedures);
  CHECK(after(world, "alice srv.1").socket(1).variables[0] == 1);
  CHECK(after(world, "alice srv.1 net.1 alice srv.1").socket(1).variables[0] == 0);
}

TEST_CASE("no command of a protocol is named in C++, but where real clients are spoken to") {
  std::string names;
  for (const protocol::Command& each : scenario::standard_protocol()->commands) {
    names += (names.empty() ? "" : "|") + each.name;
  }
  // In a string: the commands as words of their own. `GET` of HTTP would be one, too.
  const std::regex command("\"[^\"\n]*\\b(" + names + "|MOVED|QUEUED)\\b[^\"\n]*\"");
  int files = 0;
  for (const char* room : {"sim", "reports", "tools", "testing"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(room)) {
      const std::string path = entry.path().string();
      const bool cpp = path.ends_with(".cpp") || path.ends_with(".hpp");
      if (!cpp || path.starts_with("sim/conform/")) continue;
      ++files;
      std::smatch found;
      std::string text = std::regex_replace(text_of(path), std::regex("//[^\n]*"), "");
      CAPTURE(path);
      CHECK_FALSE(std::regex_search(text, found, command));
    }
  }
  CHECK(files > 200);
}

}  // namespace interleak::test
