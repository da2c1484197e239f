#include "tests/oracle/choices.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "sim/scenario/reader.hpp"
#include "sim/terms/runtime.hpp"
#include "tests/oracle/coverage.hpp"
#include "tests/oracle/random_protocol.hpp"

namespace interleak::oracle {
namespace {

// In the order of the enumerations.
constexpr auto kOrders = std::to_array<std::string_view>({"order: lifo", "order: fifo"});
constexpr auto kReaders = std::to_array<std::string_view>({"readers: error", "readers: queue"});
constexpr auto kParsers = std::to_array<std::string_view>({"parser: resumes", "parser: loses", "parser: greedy"});
constexpr auto kSends = std::to_array<std::string_view>(
    {"send_suspends: never", "send_suspends: after", "send_suspends: before", "send_suspends: may"});
constexpr auto kReady = std::to_array<std::string_view>({"ready: any", "ready: fifo"});

/// What is there or not.
struct Option {
  std::string_view name;
  bool (*is_on)(const Case&);
};

template <class Holds>
bool some_operation(const Case& each, Holds holds) {
  for (const scenario::Task& task : each.scenario.tasks) {
    for (const scenario::Operation& op : task.operations) {
      if (holds(op)) return true;
    }
  }
  return false;
}

template <class Holds>
bool some_request(const Case& each, Holds holds) {
  return some_operation(each, [&](const scenario::Operation& op) {
    for (const auto& step : scenario::protocol_of(each.scenario, op).steps) {
      if (std::any_of(step.begin(), step.end(), holds)) return true;
    }
    return false;
  });
}

template <class Holds>
bool some_reply(const Case& each, Holds holds) {
  return some_request(each, [&](const protocol::Request& request) {
    const auto replies = replies_of(*each.scenario.protocol, request);
    return std::any_of(replies.begin(), replies.end(), [&](const protocol::Reply* reply) { return holds(*reply); });
  });
}

template <class Holds>
bool some_variable(const Case& each, Holds holds) {
  const auto& session = each.scenario.protocol->session;
  return std::any_of(session.begin(), session.end(), holds);
}

template <class Holds>
bool some_command(const Case& each, Holds holds) {
  return some_request(
      each, [&](const protocol::Request& request) { return holds(each.scenario.protocol->commands[request.command]); });
}

template <class Holds>
bool some_refusal(const Case& each, Holds holds) {
  return some_command(each, [&](const protocol::Command& command) { return holds(command.errors); });
}

bool some_error(const Case& each) {
  return some_reply(each, [&](const protocol::Reply& reply) {
    return std::any_of(reply.begin(), reply.end(), [&](const auto& group) {
      return std::any_of(group.begin(), group.end(),
                         [&](const auto& message) { return each.scenario.protocol->kinds[message.kind].error; });
    });
  });
}

template <class Holds>
bool some_push(const Case& each, Holds holds) {
  const auto& pushes = each.scenario.protocol->pushes;
  return std::any_of(pushes.begin(), pushes.end(), holds);
}

template <class Holds>
bool some_cause(const Case& each, Holds holds) {
  const auto& commands = each.scenario.protocol->commands;
  return std::any_of(commands.begin(), commands.end(), [&](const protocol::Command& command) {
    return std::any_of(command.cases.begin(), command.cases.end(), [&](const protocol::Case& in) {
      return std::any_of(in.causes.begin(), in.causes.end(), holds);
    });
  });
}

template <protocol::To to>
bool some_cause_to(const Case& each) {
  return some_cause(each, [](const protocol::Cause& cause) { return cause.to == to; });
}

bool some_cause_of_a_case(const Case& each) {
  const auto& commands = each.scenario.protocol->commands;
  return std::any_of(commands.begin(), commands.end(), [](const protocol::Command& command) {
    return command.cases.size() > 1 &&
           std::any_of(command.cases.begin(), command.cases.end(), [](const auto& in) { return !in.causes.empty(); });
  });
}

template <design::Places places>
bool some_store(const Case& each) {
  const auto& stores = each.design.pool_stores;
  return std::any_of(stores.begin(), stores.end(), [](const auto& store) { return store.second == places; });
}

/// Two tasks may share what they read.
bool some_that_may_share(const Case& each) {
  const auto& tasks = each.scenario.tasks;
  const auto is_alike = [](const scenario::Task& task, const scenario::Task& other) {
    const scenario::Operation &mine = task.operations.front(), &theirs = other.operations.front();
    return &task != &other && task.owner == other.owner && mine.does == theirs.does && mine.keys == theirs.keys &&
           mine.shared;
  };
  return std::any_of(tasks.begin(), tasks.end(), [&](const scenario::Task& task) {
    return std::any_of(tasks.begin(), tasks.end(), [&](const auto& other) { return is_alike(task, other); });
  });
}

bool some_kind_of_another(const Case& each) {
  const auto& kinds = each.scenario.protocol->kinds;
  return std::any_of(kinds.begin(), kinds.end(), [](const auto& kind) { return kind.of.has_value(); });
}

/// Not one of all: in a world that names a protocol, and so that it runs.
bool some_procedure_of_a_name(const Case& each) {
  return each.scenario.named && some_operation(each, [&](const scenario::Operation& op) {
           return each.design.procedures.count(op.does) != 0;
         });
}

bool of_several_groups(const protocol::Reply& reply) { return reply.size() > 1; }

bool of_several_messages(const protocol::Reply& reply) {
  return std::any_of(reply.begin(), reply.end(), [](const auto& group) { return group.size() > 1; });
}

/// With data and without.
bool is_mixed(const Case& each) {
  return some_reply(each, [&](const protocol::Reply& reply) {
    bool data = false, other = false;
    for (const auto& group : reply) {
      for (const protocol::Message& message : group) {
        (each.scenario.protocol->kinds[message.kind].data ? data : other) = true;
      }
    }
    return data && other;
  });
}

bool some_results(const Case& each) {
  return some_operation(each,
                        [&](const auto& op) { return scenario::protocol_of(each.scenario, op).result.has_value(); });
}

bool some_task_goes_on(const Case& each) {
  return std::any_of(each.scenario.tasks.begin(), each.scenario.tasks.end(),
                     [](const auto& task) { return task.goes_on; });
}

constexpr auto kOptions = std::to_array<Option>({
    {"on_error: next", some_task_goes_on},
    {"reply: several groups", [](const Case& c) { return some_reply(c, of_several_groups); }},
    {"reply: several messages in a group", [](const Case& c) { return some_reply(c, of_several_messages); }},
    {"reply: data and nobody's", is_mixed},
    {"reply: ignored",
     [](const Case& c) { return some_request(c, [](const auto& request) { return request.ignored; }); }},
    {"reply: an error", some_error},
    {"results that are named", some_results},
    {"session: a setting", [](const Case& c) { return some_variable(c, [](const auto& v) { return !v.identity; }); }},
    {"session: an identity", [](const Case& c) { return some_variable(c, [](const auto& v) { return v.identity; }); }},
    {"session: a base of its own",
     [](const Case& c) { return some_variable(c, [](const auto& v) { return v.base != 0; }); }},
    {"session: a start of its own",
     [](const Case& c) { return some_variable(c, [](const auto& v) { return v.start != v.base; }); }},
    {"session: shared", [](const Case& c) { return some_variable(c, [](const auto& v) { return v.shared; }); }},
    {"command: cases", [](const Case& c) { return some_command(c, [](const auto& k) { return k.cases.size() > 1; }); }},
    {"command: under", [](const Case& c) { return some_command(c, [](const auto& k) { return !k.under.empty(); }); }},
    {"command: repeatable", [](const Case& c) { return some_command(c, [](const auto& k) { return k.repeatable; }); }},
    {"command: may_fail",
     [](const Case& c) { return some_command(c, [](const auto& k) { return !k.may_fail.empty(); }); }},
    {"command: may_fail, in several ways",
     [](const Case& c) { return some_command(c, [](const auto& k) { return k.may_fail.size() > 1; }); }},
    {"command: held", [](const Case& c) { return some_command(c, [](const auto& k) { return k.held; }); }},
    {"errors: then", [](const Case& c) { return some_refusal(c, [](const auto& e) { return !e.then.empty(); }); }},
    {"errors: skips_to",
     [](const Case& c) { return some_refusal(c, [](const auto& e) { return e.skips_to.has_value(); }); }},
    {"errors: set", [](const Case& c) { return some_refusal(c, [](const auto& e) { return !e.sets.empty(); }); }},
    {"errors: if", [](const Case& c) { return some_refusal(c, [](const auto& e) { return !e.when.empty(); }); }},
    {"server_error: one", [](const Case& c) { return c.scenario.server_errors.max == 1; }},
    {"server_error: several", [](const Case& c) { return c.scenario.server_errors.max > 1; }},
    {"server_error: of some tasks", [](const Case& c) { return !c.scenario.server_errors.who.empty(); }},
    {"server_error: of some commands", [](const Case& c) { return !c.scenario.server_errors.at.empty(); }},
    {"after_close: runs-on", [](const Case& c) { return c.scenario.protocol->runs_on; }},
    {"kind: of another", some_kind_of_another},
    {"push: data", [](const Case& c) { return some_push(c, [](const auto& p) { return p.data.has_value(); }); }},
    {"push: no data", [](const Case& c) { return some_push(c, [](const auto& p) { return !p.data; }); }},
    {"push: if", [](const Case& c) { return some_push(c, [](const auto& p) { return !p.when.empty(); }); }},
    {"push: at any time", [](const Case& c) { return some_push(c, [](const auto& p) { return p.when.empty(); }); }},
    {"push: set", [](const Case& c) { return some_push(c, [](const auto& p) { return !p.sets.empty(); }); }},
    {"push: invalidates", [](const Case& c) { return some_push(c, [](const auto& p) { return p.invalidates; }); }},
    {"cause: to the asker", some_cause_to<protocol::To::asker>},
    {"cause: to all", some_cause_to<protocol::To::all>},
    {"cause: to others", some_cause_to<protocol::To::others>},
    {"cause: to readers", some_cause_to<protocol::To::readers>},
    {"cause: ahead", [](const Case& c) { return some_cause(c, [](const auto& cause) { return cause.ahead; }); }},
    {"cause: behind", [](const Case& c) { return some_cause(c, [](const auto& cause) { return !cause.ahead; }); }},
    {"cause: of a case", some_cause_of_a_case},
    {"server.pushes: none",
     [](const Case& c) { return !c.scenario.protocol->pushes.empty() && c.scenario.pushes == 0; }},
    {"server.pushes: several",
     [](const Case& c) { return !c.scenario.protocol->pushes.empty() && c.scenario.pushes > 1; }},
    {"a protocol that is named", [](const Case& c) { return c.scenario.named; }},
    {"a protocol that nobody names", [](const Case& c) { return !c.scenario.named; }},
    {"operation: the scenario's own",
     [](const Case& c) { return some_operation(c, [](const auto& op) { return op.own != nullptr; }); }},
    {"operation: runs a procedure of its name", some_procedure_of_a_name},
    {"silent servers", [](const Case& c) { return c.scenario.may_be_silent; }},
    {"ownership_check", [](const Case& c) { return c.scenario.ownership_check; }},
    {"several nodes", [](const Case& c) { return c.design.cluster && c.scenario.nodes > 1; }},
    {"slots that are not warm", [](const Case& c) { return c.scenario.pool_warm < c.scenario.pool_max; }},
    {"several cancels", [](const Case& c) { return c.scenario.cancel.max > 1; }},
    {"cancels of some tasks", [](const Case& c) { return !c.scenario.cancel.who.empty(); }},
    {"cancels at some awaits", [](const Case& c) { return c.scenario.cancel.at != scenario::kAnyAwait; }},
    {"variables of the socket", [](const Case& c) { return !c.design.socket_variables.empty(); }},
    {"store: one place", some_store<design::Places::one>},
    {"store: by key", some_store<design::Places::by_key>},
    {"store: by name", some_store<design::Places::by_name>},
    {"keeps", [](const Case& c) { return c.design.keeps > 0; }},
    {"socket_timeout", [](const Case& c) { return c.design.socket_timeout; }},
    {"handshake", [](const Case& c) { return !c.design.handshake.empty(); }},
    {"operation: strict", [](const Case& c) { return some_operation(c, [](const auto& op) { return op.strict; }); }},
    {"operation: shared", [](const Case& c) { return some_operation(c, [](const auto& op) { return op.shared; }); }},
    {"operation: shared, and another one alike", some_that_may_share},
    {"operation: large", [](const Case& c) { return some_operation(c, [](const auto& op) { return op.large; }); }},
    {"operation: mangles",
     [](const Case& c) { return some_operation(c, [](const auto& op) { return !op.mangles.empty(); }); }},
    {"operation: node",
     [](const Case& c) { return some_operation(c, [](const auto& op) { return op.node.has_value(); }); }},
    {"operation: moved_to",
     [](const Case& c) { return some_operation(c, [](const auto& op) { return op.moved_to.has_value(); }); }},
});

template <class Names>
void append(std::vector<std::string>& all, std::string_view before, const Names& names) {
  for (const auto& name : names) all.push_back(std::string(before) + std::string(name));
}

template <class Names, class Enum>
std::string name_of(const Names& names, Enum value) {
  return std::string(names.at(static_cast<std::size_t>(value)));
}

void look(const design::Expression& condition, std::set<std::string>& found) {
  found.insert(name_in_tables(condition.kind));
  for (const design::Expression& each : condition.operands) look(each, found);
}

void look(const design::Block& block, std::set<std::string>& found) {
  for (const design::Statement& statement : block) {
    found.insert(name_in_tables(statement.kind));
    if (statement.kind == design::Statement::Kind::assert_) look(statement.condition, found);
    for (const design::Clause& clause : statement.clauses) {
      const bool loops = statement.kind == design::Statement::Kind::loop_while;
      if (loops || clause.kind == design::Clause::Kind::when) look(clause.condition, found);
      look(clause.block, found);
    }
  }
}

}  // namespace

std::vector<std::string> all_choices() {
  std::vector<std::string> all;
  for (const auto& [name, option] : scenario::kPhysicsOptions) all.push_back("physics: " + std::string(name));
  append(all, "cancels: ", scenario::kCancelKinds);
  for (const world::Runtime& each : world::kRuntimes) all.push_back("runtime: " + std::string(each.name));
  for (const auto& names : {kOrders, kReaders, kReady}) append(all, "", names);
  append(all, "", kParsers);
  append(all, "", kSends);
  append(all, "protocol: ", scenario::built_in_protocols().ids());
  all.emplace_back("protocol: a random one");
  for (const auto& each : scenario::standard_protocol()->operations) all.push_back("operation: " + each.name);
  for (const Option& option : kOptions) all.push_back(std::string(option.name));
  return all;
}

std::set<std::string> choices_of(const Case& each) {
  const scenario::Scenario& s = each.scenario;
  const design::Design& d = each.design;
  std::set<std::string> found;
  for (const auto& [name, option] : scenario::kPhysicsOptions) {
    if (s.physics.*option) found.insert("physics: " + std::string(name));
  }
  if (s.cancel.max > 0) found.insert("cancels: " + name_of(scenario::kCancelKinds, s.cancel.kind));
  if (!d.runtime.empty()) found.insert("runtime: " + d.runtime);
  found.insert({name_of(kOrders, d.order), name_of(kReaders, d.readers), name_of(kReady, s.ready),
                name_of(kParsers, d.parser), name_of(kSends, s.send_suspends.value_or(d.send_suspends))});
  found.insert("protocol: " + (is_built_in(*s.protocol) ? s.protocol->id : "a random one"));
  for (const scenario::Task& task : s.tasks) {
    for (const scenario::Operation& op : task.operations) {
      const bool of_protocol = op.own == nullptr && s.protocol == scenario::standard_protocol();
      if (of_protocol) found.insert("operation: " + op.does);
    }
  }
  for (const Option& option : kOptions) {
    if (option.is_on(each)) found.insert(std::string(option.name));
  }
  return found;
}

std::set<std::string> statements_of(const design::Design& design) {
  std::set<std::string> found;
  for (const auto& [name, procedure] : design.procedures) look(procedure.block, found);
  return found;
}

}  // namespace interleak::oracle
