// Is every field of a protocol file looked at? Each file is changed, one field at a time, and small worlds are explored
// with it: what comes out (states, counts, verdicts, and the witnesses in words) must not be what it was. A field that
// could be ignored is found here.
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "sim/design/lexer.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/words/trace.hpp"
#include "tests/unit/slice.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

using Json = nlohmann::ordered_json;

Json file_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in.good());
  return Json::parse(in);
}

/// A change, and what it is called: "/commands/GET/reply: removed".
struct Mutant {
  std::string name;
  Json file;
};

/// What a value may be instead.
std::vector<std::pair<std::string, Json>> others(const Json& file, const Json::json_pointer& at) {
  const Json& value = file.at(at);
  std::vector<std::pair<std::string, Json>> out;
  if (value.is_boolean()) out.emplace_back("negated", !value.get<bool>());
  if (!value.is_string()) return out;
  const std::string field = at.back();
  if (field == "send") {
    for (const auto& [name, command] : file.at("commands").items()) {
      if (Json(name) != value) out.emplace_back(name, name);
    }
  } else if (field == "of") {
    // Of one key "the key" and "each key" are the same.
    const auto operation = at.parent_pointer().parent_pointer().parent_pointer().parent_pointer();
    const bool many = file.at(operation).value("keys", "one") == "many";
    for (const char* keys : {"no key", "the key", "each key"}) {
      if (value != keys && (many || value == "no key" || std::string(keys) == "no key")) out.emplace_back(keys, keys);
    }
  } else if (field == "keys") {
    out.emplace_back("one", "one");
  } else if (field == "push") {
    for (const auto& [name, push] : file.at("pushes").items()) {
      if (Json(name) != value) out.emplace_back(name, name);
    }
  } else if (field == "to") {
    for (const char* to : {"asker", "all", "others", "readers"}) {
      if (value != to) out.emplace_back(to, to);
    }
  } else if (field == "when") {
    const char* const other = value == "ahead" ? "behind" : "ahead";
    out.emplace_back(other, other);
  } else {
    out.emplace_back("another", value.get<std::string>() + "2");
  }
  return out;
}

/// Words for readers, which `interleak protocols` shows and no run depends on; and the head of the file.
bool is_told_elsewhere(const Json::json_pointer& at) {
  static const std::set<std::string> kFields = {"interleak", "protocol", "title", "source"};
  return kFields.count(at.back()) != 0 && at.to_string().find("/operations") == std::string::npos;
}

void add_mutants(const Json& file, const Json::json_pointer& at, std::vector<Mutant>& out) {
  const Json& value = file.at(at);
  if (!at.empty() && !is_told_elsewhere(at)) {
    Json without = file;
    Json& parent = without.at(at.parent_pointer());
    if (parent.is_array()) parent.erase(std::stoul(at.back()));
    else parent.erase(at.back());
    out.push_back({at.to_string() + ": removed", std::move(without)});
    for (auto& [name, other] : others(file, at)) {
      Json changed = file;
      changed.at(at) = std::move(other);
      out.push_back({at.to_string() + ": " + name, std::move(changed)});
    }
  }
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) add_mutants(file, at / key, out);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) add_mutants(file, at / i, out);
  }
}

/// Scenarios, each under the listings of a design.
struct Battery {
  using Procedures = std::map<std::string, Lines>;
  std::vector<std::pair<std::string, Procedures>> worlds;
  std::vector<std::pair<std::string, Procedures>> walks;  ///< of which a few schedules are told
};

std::string scenario_text(const std::string& protocol, const std::string& operation,
                          const std::string& physics = R"("session", "linger")") {
  return R"({"interleak": 1, "id": "s", "protocol": ")" + protocol + R"(", "pool": {"max": 1, "nodes": 2},
    "physics": [)" +
         physics + R"(], "faults": {"cancel": {"max": 1, "who": ["alice"]}},
    "tasks": [{"id": "alice", "do": [)" +
         operation + R"(]}, {"id": "bob", "do": [)" + operation + "]}]}";
}

Lines rounds(std::size_t steps) {
  Lines out = {"take", "try:", "    call open"};
  for (std::size_t i = 0; i < steps; ++i) out.insert(out.end(), {"    call exchange", "    await pause"});
  out.insert(out.end(),
             {"except cancelled|error:", "    if op.tries:", "        close", "    raise", "finally:", "    put"});
  return out;
}

/// For each operation its procedures, each in its own way, so that it shows which of them runs.
Battery::Procedures listings_of(const protocol::Protocol& protocol) {
  Battery::Procedures out;
  out["execute"] = rounds(1);
  out["open"] = {"if not connected:", "    await connect"};
  out["exchange"] = {"await send request", "loop commands times:", "    await receive"};
  for (const protocol::Operation& each : protocol.operations) {
    for (const std::string& procedure : each.procedures) {
      Lines& listing = out[procedure];
      if (!listing.empty()) continue;
      listing = rounds(each.steps.size());
      listing.insert(listing.begin() + 2, out.size(), "    await pause");
    }
  }
  return out;
}

/// Whether some case of a command makes a setting, or an identity, what it is not at its base; or what it is.
bool changes_session(const protocol::Protocol& protocol, const protocol::Command& command, bool back) {
  return std::ranges::any_of(command.cases, [&](const protocol::Case& each) {
    return std::ranges::any_of(each.sets, [&](const protocol::Assignment& set) {
      return (set.value == protocol.session[set.variable].base) == back;
    });
  });
}

/// How a command is sent by its name: for the operation, if its name can stand in a listing; else for the client.
std::string sending(const protocol::Command& command, bool own = true) {
  return "await send " + (own && design::is_name(command.name) ? command.name : "\"" + command.name + "\"");
}

/// Sends every command by its name, for the client or for the operation, what restores the session behind what changes
/// it; or only what changes it.
Lines by_name(const protocol::Protocol& protocol, bool changes_only, bool own) {
  Lines out = {"take", "try:", "    call open"};
  std::size_t sent = 0;
  const auto send = [&](const protocol::Command& command) {
    out.insert(out.end(), {"    " + sending(command, own), "    await discard", "    await pause"});
    ++sent;
  };
  for (const protocol::Command& each : protocol.commands) {
    if (own && sent + 2 > 8) break;  // as many names as there may be
    const bool restores = changes_session(protocol, each, true);
    for (const protocol::Command& before : protocol.commands) {
      if (restores && !changes_only && changes_session(protocol, before, false)) send(before);
    }
    if (!changes_only || changes_session(protocol, each, false)) send(each);
  }
  out.insert(out.end(), {"finally:", "    put"});
  return out;
}

/// Throws away what answers a command that was sent: where servers skip what stands behind an error, with the command
/// that ends that, up to the last message of its reply.
void add_discards(const protocol::Protocol& protocol, const protocol::Command& command, Lines& out) {
  const auto end = protocol::skipped_to(protocol);
  if (!end) {
    std::string refused;
    for (const std::size_t kind : command.may_fail) {
      refused += (refused.empty() ? "saw " : " or saw ") + protocol.kinds[kind].name;
    }
    const std::size_t answers = protocol::size_of(command.cases.back().reply);
    for (std::size_t i = 0; i < answers; ++i) {  // behind an error the others do not come
      const bool may_miss = i > 0 && !refused.empty();
      if (may_miss) out.push_back("if not (" + refused + "):");
      out.emplace_back(may_miss ? "    await discard" : "await discard");
    }
    return;
  }
  const protocol::Command& last = protocol.commands[*end];
  if (command.held || command.errors.skips_to) out.push_back(sending(last));
  out.push_back("await discard until " + protocol.kinds[last.cases.back().reply.back().back().kind].name);
}

/// Sends a command for the operation, throws away what answers it, and pauses where it saw a kind.
void add_exchange(const protocol::Protocol& protocol, const protocol::Command& command, Lines& out) {
  out.push_back(sending(command));
  add_discards(protocol, command, out);
  for (const protocol::Kind& kind : protocol.kinds) {
    if (kind.name.find_first_of(".-") != std::string::npos) continue;
    out.insert(out.end(), {"if saw " + kind.name + ":", "    await pause"});
  }
}

/// A program has room for so many commands beside one that it sends each time, and for what ends a skipping.
std::size_t most_others(const protocol::Protocol& protocol) { return protocol::skipped_to(protocol) ? 6 : 7; }

/// Leaves a connection behind one command, and takes it again for another; so many of these, from the `first` on.
Lines behind(const protocol::Protocol& protocol, const protocol::Command& command, std::size_t first) {
  Lines out;
  for (std::size_t c = first; c < std::min(first + most_others(protocol), protocol.commands.size()); ++c) {
    out.insert(out.end(), {"take", "close", "await connect"});
    add_exchange(protocol, command, out);
    out.insert(out.end(), {"put", "await pause", "take"});
    add_exchange(protocol, protocol.commands[c], out);
    add_exchange(protocol, protocol.commands[c], out);
    out.insert(out.end(), {"put", "await pause"});
  }
  return out;
}

/// The first command that may fail, and is not held; null: there is none.
const protocol::Command* frail(const protocol::Protocol& protocol) {
  const auto found = std::ranges::find_if(
      protocol.commands, [](const protocol::Command& each) { return !each.may_fail.empty() && !each.held; });
  return found == protocol.commands.end() ? nullptr : &*found;
}

/// On one session: a command, one that may fail, another command, with something behind it that may be skipped, and the
/// first one again; for four others, from the `first` on.
Lines refused(const protocol::Protocol& protocol, const protocol::Command& command, std::size_t first) {
  Lines out;
  for (std::size_t c = first; c < std::min(first + 4, protocol.commands.size()); ++c) {
    out.insert(out.end(), {"take", "close", "await connect"});
    add_exchange(protocol, command, out);
    add_exchange(protocol, *frail(protocol), out);
    out.push_back(sending(protocol.commands[c]));
    if (protocol.commands[c].errors.skips_to) out.push_back(sending(*frail(protocol)));
    add_discards(protocol, protocol.commands[c], out);
    add_exchange(protocol, command, out);
    out.insert(out.end(), {"put", "await pause"});
  }
  return out;
}

/// What was sent is sent again on a new socket.
const Lines kAgain = {"take",          "await send request", "await pause",   "close",
                      "await connect", "await send request", "await receive", "put"};

/// Takes each message that answers an operation but the one numbered `skipped`, and pauses where it saw a kind.
/// `beside`: the last command is sent by its name, too, and first.
Lines reads_all(const protocol::Protocol& protocol, const protocol::Operation& operation, std::size_t skipped,
                bool beside) {
  Lines out = {"take", "try:", "    call open"};
  protocol::Operation one = operation;
  std::size_t taken = 0;
  for (const auto& step : operation.steps) {
    one.steps = {step};
    const auto& last = protocol.commands[step.back().command];
    if (beside && &step == &operation.steps.back()) out.emplace_back("    await send \"" + last.name + "\"");
    out.emplace_back("    await send request");
    const std::size_t messages = std::min<std::size_t>(protocol::messages_of(protocol, one, 1), 8);
    for (std::size_t i = 0; i < messages; ++i) {
      out.emplace_back(taken++ == skipped ? "    await discard" : "    await receive");
      for (const protocol::Kind& kind : protocol.kinds) {
        if (kind.name.find_first_of(".-") != std::string::npos) continue;
        out.insert(out.end(), {"    if saw " + kind.name + ":", "        await pause"});
      }
    }
  }
  out.insert(out.end(), {"except cancelled|error:", "    close", "    raise", "finally:", "    put"});
  return out;
}

/// The first operation of one key and one request, which is so; null: there is none.
template <class IsSo>
const protocol::Operation* operation_that(const protocol::Protocol& protocol, const IsSo& is_so) {
  const auto found = std::ranges::find_if(protocol.operations, [&](const protocol::Operation& each) {
    return each.steps.size() == 1 && each.steps[0].size() == 1 && !each.many && is_so(each.steps[0][0]);
  });
  return found == protocol.operations.end() ? nullptr : &*found;
}

/// Whether a command makes a test of a push true that comes in no other way than by a command.
bool allows_caused(const protocol::Protocol& protocol, const protocol::Command& command) {
  const auto makes_true = [&](const protocol::Test& test) {
    return std::ranges::any_of(command.cases.back().sets, [&](const protocol::Assignment& set) {
      return set.variable == test.variable && (set.value == test.value) == test.equal;
    });
  };
  const auto caused = protocol::caused_pushes(protocol);
  for (std::size_t i = 0; i < caused.size(); ++i) {
    if (caused[i] && std::ranges::any_of(protocol.pushes[i].when, makes_true)) return true;
  }
  return false;
}

/// Where a command causes pushes: one owner reads, makes it happen, and reads again out of what was kept, all on one
/// connection on which the tests of these pushes are true. Each message is taken by itself.
void add_cached(const protocol::Protocol& protocol, Battery& out) {
  const auto causes = [&](const protocol::Request& each) {
    return !protocol.commands[each.command].cases.back().causes.empty();
  };
  const auto reads = [&](const protocol::Request& each) { return protocol::asks_for_data(protocol, each); };
  const protocol::Operation* const read = operation_that(protocol, reads);
  const protocol::Operation* const write = operation_that(protocol, causes);
  if (read == nullptr || write == nullptr) return;
  Lines first = {"if has pool.cache:", "    serve pool.cache", "    return", "take", "call open"};
  for (const protocol::Command& each : protocol.commands) {
    if (allows_caused(protocol, each)) first.insert(first.end(), {sending(each), "await discard"});
  }
  first.insert(first.end(), {"await send request", "await receive", "keep in pool.cache", "put"});
  Lines second = {"take", "await send request", "await receive", "await discard"};
  for (const protocol::Kind& kind : protocol.kinds) {
    if (kind.of) second.insert(second.end(), {"if got " + protocol.kinds[*kind.of].name + ":", "    await pause"});
  }
  second.emplace_back("put");
  const auto does = [](const protocol::Operation& each) { return "{\"" + each.name + R"(": "a", "shared": true})"; };
  out.worlds.emplace_back(R"({"interleak": 1, "id": "s", "protocol": ")" + protocol.id +
                              R"(", "tasks": [{"id": "alice", "do": [)" + does(*read) + "," + does(*write) + "," +
                              does(*read) + "]}]}",
                          Battery::Procedures{{"execute", {"pass"}},
                                              {"open", {"if not connected:", "    await connect"}},
                                              {read->name, first},
                                              {write->name, second}});
}

bool may_fail(const protocol::Protocol& protocol) {
  return std::ranges::any_of(protocol.commands, [](const auto& each) { return !each.may_fail.empty(); });
}

/// Two users of one connection, who do the first operation, and to whom nothing happens; or servers fail what they ask
/// for, so often.
std::string undisturbed(const protocol::Protocol& protocol, int errors = 0) {
  const protocol::Operation& operation = protocol.operations[0];
  const std::string does = "{\"" + operation.name + (operation.many ? R"(": ["a"]})" : R"(": "a"})");
  const std::string faults = R"("faults": {"server_error": {"max": )" + std::to_string(errors) + "}}, ";
  return R"({"interleak": 1, "id": "s", "protocol": ")" + protocol.id + R"(", "physics": ["session"], )" +
         (errors == 0 ? "" : faults) + R"("tasks": [{"id": "alice", "do": [)" + does + R"(]}, {"id": "bob", "do": [)" +
         does + "]}]}";
}

Battery battery_of(const protocol::Protocol& protocol) {
  Battery out;
  const auto listings = listings_of(protocol);
  std::string types = "\"value\"";
  for (const std::string& type : protocol::types_of(protocol)) types += ", \"" + type + "\"";
  for (const protocol::Operation& each : protocol.operations) {
    const std::string name = "{\"" + each.name + "\": ";
    const std::string all = name + (each.many ? R"(["a", "b"])" : R"("a")") + ", \"node\": 1";
    const std::string one = name + (each.many ? R"(["a"])" : R"("a")") + ", \"node\": 1";
    for (const std::string& operation : {all, all + R"(, "moved_to": 2)", one + R"(, "strict": true)",
                                         one + R"(, "strict": true, "accepts": [)" + types + "]"}) {
      out.worlds.emplace_back(scenario_text(protocol.id, operation + "}"), listings);
    }
    if (protocol.kinds.size() > 3) {
      for (std::size_t skipped = 0; skipped < 5; ++skipped) {
        auto listing = listings;
        for (auto& [procedure, lines] : listing) {
          if (procedure.starts_with("execute")) lines = reads_all(protocol, each, skipped, skipped == 4);
        }
        out.worlds.emplace_back(scenario_text(protocol.id, one + "}"), listing);
      }
    }
    if (each.procedures.size() < 2) continue;
    out.worlds.emplace_back(scenario_text(protocol.id, one + "}"), listings);
    out.worlds.back().second.erase(each.procedures.front());
  }
  for (const protocol::Operation& each : protocol.operations) {
    const std::string name = "{\"" + each.name + "\": " + (each.many ? R"(["a"])" : R"("a")") + ", \"node\": 1}";
    out.worlds.emplace_back(scenario_text(protocol.id, name, "\"poll\""), listings);
    for (auto& [procedure, lines] : out.worlds.back().second) {
      if (procedure.starts_with("execute")) lines = kAgain;
    }
  }
  for (const protocol::Command& each : protocol.commands) {
    if (!changes_session(protocol, each, false)) continue;
    for (std::size_t first = 0; first < protocol.commands.size(); first += most_others(protocol)) {
      const Battery::Procedures listing = {{"execute", behind(protocol, each, first)}};
      out.walks.emplace_back(undisturbed(protocol), listing);
      if (may_fail(protocol)) out.walks.emplace_back(undisturbed(protocol, 16), listing);
    }
    for (std::size_t first = 0; frail(protocol) != nullptr && first < protocol.commands.size(); first += 4) {
      out.walks.emplace_back(undisturbed(protocol, 16),
                             Battery::Procedures{{"execute", refused(protocol, each, first)}});
    }
  }
  for (const auto& [changes_only, own] : {std::pair(true, false), {false, false}, {true, true}, {false, true}}) {
    out.worlds.push_back(out.worlds.front());
    out.worlds.back().second["execute"] = by_name(protocol, changes_only, own);
  }
  add_cached(protocol, out);
  return out;
}

void tell(const words::StepView& step, std::string& out) {
  out += "  " + step.summary.text();
  for (const auto& action : step.actions) out += ", " + action.text.text();
  for (const auto& outcome : step.outcomes) out += ", " + outcome.text.text();
  for (const auto& finding : step.findings) out += ", " + finding.told().text();
  out += "\n";
}

/// The next event of a schedule in which a connection is used by one task at a time, from where it takes it to where it
/// returns it.
Event next_apart(const world::World& world, const world::State& state, const Events& enabled, std::uint32_t random) {
  Events first;
  for (const Event each : enabled) {
    if (world.process(each) == kNoProcess) first.push_back(each);
  }
  for (const Event each : enabled) {
    if (first.empty() && world.process(each) != kNoProcess && state.frame(world::parts_of(each).frame).conn != 0) {
      return each;
    }
  }
  return first.empty() ? enabled[random % enabled.size()] : first[random % first.size()];
}

/// A schedule like any other, in words: what an event is called, the shortest witness need not show.
void tell_walk(const world::World& world, std::uint32_t seed, bool apart, std::string& out) {
  const int steps = apart ? 2'000 : 60;
  world::State state = world.initial();
  Events enabled;
  for (int step = 0; step < steps; ++step) {
    enabled.clear();
    world.enabled(state, enabled);
    if (enabled.empty()) return;
    seed = seed * 1664525u + 1013904223u;
    const std::uint32_t random = seed >> 16;
    const Event next = apart ? next_apart(world, state, enabled, random) : enabled[random % enabled.size()];
    tell(words::tell(world, state, next), out);
  }
}

void tell(const world::World& world, std::string& out) {
  check::Options options;
  options.budget.max_states = 100'000;
  const check::Analysis analysis = analysis_of(world, options);
  out += std::to_string(analysis.states) + " states\n";
  if (analysis.counts) {
    for (const auto& [name, count] : analysis.counts->by_outcome) out += name + " " + count.str() + "\n";
    for (const auto& [name, count] : analysis.counts->by_finding) out += name + " " + count.str() + "\n";
  }
  for (const check::Judgement& each : analysis.judgements) {
    out += std::string(each.invariant.name) + " " + each.schedule + "\n";
  }
  for (std::uint32_t seed = 0; seed < 40; ++seed) tell_walk(world, seed, false, out);
}

/// All that the worlds of a battery come to; an error, too, is an answer.
std::string answer(const Battery& battery, const std::string& protocol) {
  Diagnostics errors;
  scenario::ProtocolLibrary library;
  std::string out;
  if (const auto id = library.add(protocol, "p.json", errors)) {
    const auto each = [&](const auto& worlds, const auto& tell_it) {
      for (const auto& [text, procedures] : worlds) {
        const auto scenarios = scenario::read_scenario(text, "s.json", errors, library);
        if (scenarios.empty()) continue;
        auto design = design_of(procedures);
        design.cluster = true;
        if (text.find("\"shared\"") != std::string::npos) design.pool_stores = {{"cache", design::Places::one}};
        const auto program = scenario::compile(design, errors, scenarios[0]);
        if (program) tell_it(world::World(scenarios[0], design, *program, true));
      }
    };
    each(battery.worlds, [&](const world::World& world) { tell(world, out); });
    each(battery.walks, [&](const world::World& world) {
      const std::uint32_t seeds = world.scenario().server_errors.max > 0 ? 4 : 6;
      for (std::uint32_t seed = 0; seed < seeds; ++seed) tell_walk(world, seed, true, out);
    });
  }
  for (const Diagnostic& error : errors) out += error.code + " " + error.message + "\n";
  return out;
}

}  // namespace

TEST_CASE("each field of a protocol file changes what comes out") {
  // What changes nothing, and why.
  const std::set<std::string> unchanged = {
      // Nobody leaves it, and to nobody it is foreign: what is shared is not told.
      "vault/commands/read/under/2: removed",
      "vault/session/names/words: another",
      "redis-resp3/session/tracking/words: another",
      "postgres/session/prepared/words: another",
      // No message is of that kind itself.
      "mysql/kinds/error/error: removed",
      "mysql/kinds/error/error: negated",
      "mysql/kinds/error/text: removed",
      "mysql/kinds/error/text: another",
      "postgres/kinds/error/error: removed",
      "postgres/kinds/error/error: negated",
      "postgres/kinds/error/text: removed",
      "postgres/kinds/error/text: another",
      // No operation sends it, and what answers what is sent by name is called by that name.
      "redis-resp3/commands/CLIENT TRACKING ON/reply: another",
      // Where another operation takes that reply, it takes a wrong one at another place, too, which is as bad.
      "redis/operations/watch/steps/2/1/type: another",
      "redis/operations/watch/steps/2/1/ignored: removed",
      "redis/operations/watch/steps/2/1/ignored: negated",
  };
  Slice slice;
  for (const char* path :
       {"scenarios/protocols/redis.json", "scenarios/protocols/rpc.json", "scenarios/protocols/none.json",
        "scenarios/protocols/http1.json", "tests/protocols/ledger.json", "tests/protocols/feed.json",
        "scenarios/protocols/redis-resp3.json", "scenarios/protocols/postgres.json", "scenarios/protocols/mysql.json",
        "tests/protocols/vault.json"}) {
    const Json file = file_of(path);
    scenario::ProtocolLibrary library;
    Diagnostics errors;
    const auto id = library.add(file.dump(), path, errors);
    REQUIRE(id.has_value());
    const Battery battery = battery_of(*library.find(*id));
    const std::string before = answer(battery, file.dump());
    std::vector<Mutant> mutants;
    add_mutants(file, Json::json_pointer(), mutants);
    CHECK((mutants.size() > 10 || *id == "none"));
    for (const Mutant& each : mutants) {
      if (!slice.takes_next()) continue;
      CAPTURE(path, each.name);
      const bool same = answer(battery, each.file.dump()) == before;
      CHECK(same == (unchanged.count(*id + each.name) != 0));
    }
  }
}

}  // namespace interleak::test
