// A pass is a function that calls `take` with each case that is smaller in its way. The first one that still
// shows the difference is the new case, and the passes begin anew.
#include "tests/oracle/shrink.hpp"

#include <algorithm>
#include <memory>
#include <regex>
#include <set>
#include <utility>

#include "sim/scenario/reader.hpp"

#include "tests/oracle/random_protocol.hpp"
#include "tests/oracle/tree.hpp"

namespace interleak::oracle {
namespace {

/// Takes a candidate; true: it is the new case, and the pass ends.
using Take = std::function<bool(Case)>;

/// The case with `change` done to it.
template <class Change>
Case with(const Case& each, const Change& change) {
  Case copy = each;
  change(copy);
  return copy;
}

/// Sets a field, unless it has the value.
template <class Owner, class Field, class Value>
bool plain(const Case& each, Owner Case::*owner, Field Owner::*field, const Value& value, const Take& take) {
  if (each.*owner.*field == static_cast<Field>(value)) return false;
  return take(with(each, [&](Case& c) { c.*owner.*field = static_cast<Field>(value); }));
}

bool fewer_tasks(const Case& each, const Take& take) {
  const auto& tasks = each.scenario.tasks;
  for (std::size_t t = tasks.size(); t-- > 0 && tasks.size() > 1;) {
    Case copy = each;
    copy.scenario.tasks.erase(copy.scenario.tasks.begin() + static_cast<long>(t));
    std::erase(copy.scenario.cancel.who, tasks[t].id);
    std::erase(copy.scenario.server_errors.who, tasks[t].id);
    if (take(std::move(copy))) return true;
  }
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    const auto& operations = tasks[t].operations;
    if (tasks[t].goes_on && take(with(each, [&](Case& c) { c.scenario.tasks[t].goes_on = false; }))) return true;
    for (std::size_t i = operations.size(); i-- > 0 && operations.size() > 1;) {
      Case copy = each;
      auto& left = copy.scenario.tasks[t].operations;
      left.erase(left.begin() + static_cast<long>(i));
      if (take(std::move(copy))) return true;
    }
  }
  return false;
}

/// All that are a little smaller: a request less, a plainer one, no results of its own.
std::vector<protocol::Operation> smaller_operations(const protocol::Operation& operation) {
  std::vector<protocol::Operation> all;
  const auto changed = [&](const auto& change) {
    protocol::Operation copy = operation;
    change(copy);
    if (!(copy == operation)) all.push_back(std::move(copy));
  };
  changed([](auto& copy) { copy.result.reset(); });
  for (std::size_t s = 0; s < operation.steps.size(); ++s) {
    if (operation.steps.size() > 1)
      changed([&](auto& copy) { copy.steps.erase(copy.steps.begin() + static_cast<long>(s)); });
    for (std::size_t r = 0; r < operation.steps[s].size(); ++r) {
      if (operation.steps[s].size() > 1) {
        changed([&](auto& copy) { copy.steps[s].erase(copy.steps[s].begin() + static_cast<long>(r)); });
      }
      changed([&](auto& copy) { copy.steps[s][r].reply.clear(); });
      changed([&](auto& copy) { copy.steps[s][r].ignored = false; });
      changed([&](auto& copy) { copy.steps[s][r].keys = protocol::Keys::first; });
    }
  }
  return all;
}

bool plainer_operation(const Case& each, std::size_t t, std::size_t i, const Take& take) {
  const scenario::Operation& op = each.scenario.tasks[t].operations[i];
  const auto changed = [&](const auto& change) {
    return take(with(each, [&](Case& c) { change(c.scenario.tasks[t].operations[i]); }));
  };
  if (op.keys.size() > 1 && changed([](auto& o) { o.keys.pop_back(); })) return true;
  const protocol::Protocol& protocol = *each.scenario.protocol;
  const std::string& first = protocol.operations.front().name;
  const auto first_of_all = [&](scenario::Operation& o) {
    o.does = first;
    o.own.reset();
    o.written.reset();
    o.keys.resize(1);
    o.accepts = {type_of_value(protocol, o)};
    o.own_accepts = false;
  };
  if ((op.does != first || op.own != nullptr) && changed(first_of_all)) return true;
  if (op.own != nullptr) {
    for (protocol::Operation& less : smaller_operations(*op.own)) {
      if (op.keys.size() > room_for_keys(protocol, less) || !results_agree(protocol, less)) continue;
      const auto to_less = [&](scenario::Operation& o) {
        make_own(protocol, less, o);
        if (!o.own_accepts) o.accepts = {type_of_value(protocol, o)};
      };
      if (changed(to_less)) return true;
    }
  }
  const auto plain_accepts = [&](scenario::Operation& o) {
    o.accepts = {type_of_value(protocol, o)};
    o.own_accepts = false;
  };
  if (op.own_accepts && changed(plain_accepts)) return true;
  if (op.accepts.size() > 1 && changed([](auto& o) { o.accepts.resize(1); })) return true;
  if (!op.mangles.empty() && changed([](auto& o) { o.mangles.clear(); })) return true;
  if (op.shared && changed([](auto& o) { o.shared = false; })) return true;
  if (op.strict && changed([](auto& o) { o.strict = false; })) return true;
  if (op.large && changed([](auto& o) { o.large = false; })) return true;
  if (op.moved_to && changed([](auto& o) { o.moved_to.reset(); })) return true;
  return op.node && changed([](auto& o) { o.node.reset(); });
}

bool plainer_operations(const Case& each, const Take& take) {
  for (std::size_t t = 0; t < each.scenario.tasks.size(); ++t) {
    for (std::size_t i = 0; i < each.scenario.tasks[t].operations.size(); ++i) {
      if (plainer_operation(each, t, i, take)) return true;
    }
  }
  return false;
}

/// The standard protocol need not be named.
bool unnamed(const Case& each, const Take& take) {
  const bool standard = each.scenario.protocol->id == scenario::standard_protocol()->id;
  return standard && each.scenario.named &&
         take(with(each, [](Case& c) { c.scenario.named = c.scenario.names_protocol = false; }));
}

/// What the scenario says of them; without any in the protocol it says nothing.
bool fewer_pushes(const Case& each, const Take& take) {
  using S = scenario::Scenario;
  if (each.scenario.protocol->pushes.empty()) return plain(each, &Case::scenario, &S::pushes, S{}.pushes, take);
  if (plain(each, &Case::scenario, &S::pushes, 0, take)) return true;
  return each.scenario.pushes > 1 && take(with(each, [](Case& c) { --c.scenario.pushes; }));
}

bool fewer_errors(const Case& each, const Take& take) {
  const scenario::ServerErrors& errors = each.scenario.server_errors;
  const auto changed = [&](const auto& change) {
    return take(with(each, [&](Case& c) { change(c.scenario.server_errors); }));
  };
  if (errors.max > 0 && changed([](auto& e) { e = {}; })) return true;
  if (errors.max > 1 && changed([](auto& e) { --e.max; })) return true;
  if (!errors.who.empty() && changed([](auto& e) { e.who.clear(); })) return true;
  return !errors.at.empty() && changed([](auto& e) { e.at.clear(); });
}

bool plainer_scenario(const Case& each, const Take& take) {
  using S = scenario::Scenario;
  const S& s = each.scenario;
  for (const auto& [name, option] : scenario::kPhysicsOptions) {
    if (s.physics.*option && take(with(each, [&](Case& c) { c.scenario.physics.*option = false; }))) return true;
  }
  const auto cancel = [&](const auto& change) { return take(with(each, [&](Case& c) { change(c.scenario.cancel); })); };
  if (s.cancel.max > 0 && cancel([](auto& c) { c.max = 0; })) return true;
  if (s.cancel.max > 1 && cancel([](auto& c) { --c.max; })) return true;
  if (!s.cancel.who.empty() && cancel([](auto& c) { c.who.clear(); })) return true;
  if (s.cancel.at != scenario::kAnyAwait && cancel([](auto& c) { c.at = scenario::kAnyAwait; })) return true;
  if (s.cancel.kind != scenario::CancelKind::raise && cancel([](auto& c) { c.kind = scenario::CancelKind::raise; })) {
    return true;
  }
  if (fewer_errors(each, take)) return true;
  if (s.pool_max > 1 && take(with(each, [](Case& c) {
        --c.scenario.pool_max;
        c.scenario.pool_warm = std::min(c.scenario.pool_warm, c.scenario.pool_max);
      }))) {
    return true;
  }
  return plain(each, &Case::scenario, &S::nodes, 1, take) ||
         plain(each, &Case::scenario, &S::pool_warm, s.pool_max, take) ||
         plain(each, &Case::scenario, &S::ownership_check, false, take) ||
         plain(each, &Case::scenario, &S::may_be_silent, false, take) || fewer_pushes(each, take) ||
         plain(each, &Case::scenario, &S::ready, scenario::Ready::any, take) ||
         plain(each, &Case::scenario, &S::send_suspends, std::nullopt, take) || unnamed(each, take);
}

using protocol::Protocol;
using protocol::Reply;

/// Of what the scenario says of errors, what is true of the protocol.
void fit_errors(const Protocol& protocol, scenario::ServerErrors& errors) {
  const std::vector<std::string> fail = commands_that_fail(protocol);
  std::erase_if(errors.at, [&](const std::string& name) { return std::ranges::find(fail, name) == fail.end(); });
  if (fail.empty()) errors = {};
}

/// The case in another protocol, which is bare, unless its operations do not fit into that.
bool spoken(const Case& each, Protocol protocol, const Take& take) {
  tidy_pushes(protocol);
  tidy_errors(protocol);
  protocol = dressed(std::move(protocol));
  const auto agrees = [&](const protocol::Operation& told) {
    return results_agree(protocol, told) && causes_agree(protocol, told);
  };
  if (!std::ranges::all_of(protocol.operations, agrees)) return false;
  for (const scenario::Task& task : each.scenario.tasks) {
    for (const scenario::Operation& op : task.operations) {
      const protocol::Operation* told = op.own != nullptr ? op.own.get() : protocol.operation(op.does);
      if (told == nullptr || !agrees(*told) || op.keys.size() > room_for_keys(protocol, *told)) return false;
    }
  }
  return take(with(each, [&](Case& c) {
    for (scenario::Task& task : c.scenario.tasks) {
      for (scenario::Operation& op : task.operations) {
        if (!op.own_accepts) op.accepts = {type_of_value(protocol, op)};
      }
    }
    fit_errors(protocol, c.scenario.server_errors);
    c.scenario.protocol = std::make_shared<const Protocol>(std::move(protocol));
  }));
}

/// All that are a little smaller: a message less, or one value.
std::vector<Reply> smaller_replies(const Reply& reply) {
  std::vector<Reply> all;
  if (reply != Reply{{protocol::Message{}}}) all.push_back({{protocol::Message{}}});
  for (std::size_t g = 0; g < reply.size() && size_of(reply) > 1; ++g) {
    for (std::size_t m = 0; m < reply[g].size(); ++m) {
      Reply& less = all.emplace_back(reply);
      less[g].erase(less[g].begin() + static_cast<long>(m));
      if (less[g].empty()) less.erase(less.begin() + static_cast<long>(g));
    }
  }
  return all;
}

/// Fewer cases, and less in each of them.
bool plainer_cases(const protocol::Command& command, const std::function<bool(protocol::Command)>& take_command) {
  const auto changed = [&](const auto& change) {
    protocol::Command copy = command;
    change(copy.cases);
    return !(copy == command) && take_command(std::move(copy));
  };
  for (std::size_t c = 0; c < command.cases.size(); ++c) {
    const protocol::Case& each = command.cases[c];
    if (c + 1 < command.cases.size() &&
        changed([&](auto& cases) { cases.erase(cases.begin() + static_cast<long>(c)); }))
      return true;
    for (const Reply& less : smaller_replies(each.reply)) {
      if (changed([&](auto& cases) { cases[c].reply = less; })) return true;
    }
    for (std::size_t t = 0; t < each.when.size() && each.when.size() > 1; ++t) {
      if (changed([&](auto& cases) { cases[c].when.erase(cases[c].when.begin() + static_cast<long>(t)); })) return true;
    }
    for (std::size_t a = 0; a < each.sets.size(); ++a) {
      if (changed([&](auto& cases) { cases[c].sets.erase(cases[c].sets.begin() + static_cast<long>(a)); })) return true;
    }
    for (std::size_t a = 0; a < each.causes.size(); ++a) {
      const auto without = [&](auto& cases) { cases[c].causes.erase(cases[c].causes.begin() + static_cast<long>(a)); };
      if (changed(without)) return true;
      if (each.reply.size() == 1 && changed([&](auto& cases) { cases[c].causes[a].ahead = false; })) return true;
      if (changed([&](auto& cases) { cases[c].causes[a].to = protocol::To::all; })) return true;
    }
  }
  return false;
}

/// Fewer failures, and less of what errors bring about.
bool plainer_errors(const protocol::Command& command, const std::function<bool(protocol::Command)>& take_command) {
  const auto changed = [&](const auto& change) {
    protocol::Command copy = command;
    change(copy);
    return !(copy == command) && take_command(std::move(copy));
  };
  if (changed([](auto& copy) { copy.held = false; })) return true;
  if (changed([](auto& copy) { copy.may_fail.clear(); })) return true;
  if (command.may_fail.size() > 1 && changed([](auto& copy) { copy.may_fail.pop_back(); })) return true;
  if (command.may_fail.size() > 1 && changed([](auto& copy) { copy.may_fail.erase(copy.may_fail.begin()); }))
    return true;
  if (changed([](auto& copy) { copy.errors.skips_to.reset(); })) return true;
  if (!command.errors.then.empty() && changed([](auto& copy) { copy.errors.then.pop_back(); })) return true;
  if (changed([](auto& copy) { copy.errors.when.clear(); })) return true;
  return changed([](auto& copy) { copy.errors.sets.clear(); });
}

bool plainer_commands(const Case& each, const Take& take) {
  const Protocol protocol = bare(*each.scenario.protocol);
  for (std::size_t i = 0; i < protocol.commands.size(); ++i) {
    const auto take_command = [&](protocol::Command command) {
      Protocol copy = protocol;
      copy.commands[i] = std::move(command);
      return !(copy == protocol) && spoken(each, std::move(copy), take);
    };
    const auto changed = [&](const auto& change) {
      protocol::Command copy = protocol.commands[i];
      change(copy);
      return take_command(std::move(copy));
    };
    if (plainer_cases(protocol.commands[i], take_command)) return true;
    if (changed([](auto& command) { command.under.clear(); })) return true;
    if (changed([](auto& command) { command.writes = command.repeatable = false; })) return true;
    if (changed([](auto& command) { command.repeatable = false; })) return true;
    if (plainer_errors(protocol.commands[i], take_command)) return true;
  }
  return false;
}

/// The pushes behind one that is gone are one nearer, and nothing causes that any more.
void without_push(Protocol& protocol, std::size_t gone) {
  protocol.pushes.erase(protocol.pushes.begin() + static_cast<long>(gone));
  for (protocol::Command& command : protocol.commands) {
    for (protocol::Case& each : command.cases) {
      std::erase_if(each.causes, [&](const protocol::Cause& cause) { return cause.push == gone; });
      for (protocol::Cause& cause : each.causes) cause.push -= cause.push > gone ? 1 : 0;
    }
  }
}

/// The variables behind one that is gone are one nearer.
void without_variable(Protocol& protocol, std::size_t gone) {
  const auto take_out = [&](auto& list, const auto& variable_of) {
    std::erase_if(list, [&](auto& each) { return variable_of(each) == gone; });
    for (auto& each : list) variable_of(each) -= variable_of(each) > gone ? 1 : 0;
  };
  protocol.session.erase(protocol.session.begin() + static_cast<long>(gone));
  for (protocol::Command& command : protocol.commands) {
    take_out(command.under, [](auto& variable) -> auto& { return variable; });
    take_out(command.errors.when, [](auto& test) -> auto& { return test.variable; });
    take_out(command.errors.sets, [](auto& set) -> auto& { return set.variable; });
    for (protocol::Case& each : command.cases) {
      take_out(each.when, [](auto& test) -> auto& { return test.variable; });
      take_out(each.sets, [](auto& set) -> auto& { return set.variable; });
    }
    // A case that asks for nothing any more is the last one.
    const auto always = std::ranges::find_if(command.cases, [](const auto& each) { return each.when.empty(); });
    command.cases.erase(always + 1, command.cases.end());
  }
  for (std::size_t i = protocol.pushes.size(); i-- > 0;) {
    if (protocol.pushes[i].data == gone) without_push(protocol, i);
  }
  for (protocol::Push& push : protocol.pushes) {
    take_out(push.when, [](auto& test) -> auto& { return test.variable; });
    take_out(push.sets, [](auto& set) -> auto& { return set.variable; });
    if (push.data && *push.data > gone) --*push.data;
  }
}

bool plainer_pushes(const Case& each, const Take& take) {
  const Protocol protocol = bare(*each.scenario.protocol);
  const auto changed = [&](const auto& change) {
    Protocol copy = protocol;
    change(copy);
    return !(copy == protocol) && spoken(each, std::move(copy), take);
  };
  if (changed([](Protocol& copy) { copy.runs_on = false; })) return true;
  for (std::size_t i = 0; i < protocol.pushes.size(); ++i) {
    const protocol::Push& push = protocol.pushes[i];
    if (changed([&](Protocol& copy) { without_push(copy, i); })) return true;
    if (changed([&](Protocol& copy) { copy.pushes[i].invalidates = false; })) return true;
    if (changed([&](Protocol& copy) { copy.pushes[i].sets.clear(); })) return true;
    for (std::size_t t = 0; t < push.when.size(); ++t) {
      const auto without = [&](Protocol& copy) {
        auto& when = copy.pushes[i].when;
        when.erase(when.begin() + static_cast<long>(t));
      };
      if (changed(without)) return true;
    }
  }
  for (std::size_t i = 0; i < protocol.kinds.size(); ++i) {
    if (changed([&](Protocol& copy) { copy.kinds[i].of.reset(); })) return true;
  }
  return false;
}

bool plainer_session(const Case& each, const Take& take) {
  const Protocol protocol = bare(*each.scenario.protocol);
  for (std::size_t i = 0; i < protocol.session.size(); ++i) {
    const auto changed = [&](const auto& change) {
      Protocol copy = protocol;
      change(copy);
      return !(copy == protocol) && spoken(each, std::move(copy), take);
    };
    if (changed([&](Protocol& copy) { without_variable(copy, i); })) return true;
    if (changed([&](Protocol& copy) { copy.session[i].shared = false; })) return true;
    if (changed([&](Protocol& copy) { copy.session[i].start = copy.session[i].base; })) return true;
  }
  return false;
}

bool plainer_requests(const Case& each, std::size_t operation, const Take& take) {
  const Protocol protocol = bare(*each.scenario.protocol);
  const auto& steps = protocol.operations[operation].steps;
  for (std::size_t s = 0; s < steps.size(); ++s) {
    for (std::size_t r = 0; r < steps[s].size(); ++r) {
      const auto changed = [&](const auto& change) {
        Protocol copy = protocol;
        auto& step = copy.operations[operation].steps[s];
        change(step, step.begin() + static_cast<long>(r));
        return !(copy == protocol) && spoken(each, std::move(copy), take);
      };
      if (steps[s].size() > 1 && changed([](auto& step, auto at) { step.erase(at); })) return true;
      if (changed([](auto&, auto at) { at->reply.clear(); })) return true;
      if (changed([](auto&, auto at) { at->ignored = false; })) return true;
    }
  }
  return false;
}

bool plainer_protocol(const Case& each, const Take& take) {
  const Protocol protocol = bare(*each.scenario.protocol);
  const auto standard = scenario::standard_protocol();
  const auto is_standard = [&](const protocol::Operation& operation) {
    const protocol::Operation* same = standard->operation(operation.name);
    return same != nullptr && same->many == operation.many;
  };
  if (protocol == *standard) return false;
  const bool has_own = std::ranges::any_of(each.scenario.tasks, [](const scenario::Task& task) {
    return std::ranges::any_of(task.operations, [](const auto& op) { return op.own != nullptr; });
  });
  const bool may_be = !has_own && std::ranges::all_of(protocol.operations, is_standard);
  if (may_be && spoken(each, *standard, take)) return true;
  for (std::size_t i = protocol.operations.size(); i-- > 0 && protocol.operations.size() > 1;) {
    const std::string& name = protocol.operations[i].name;
    const bool used = std::ranges::any_of(each.scenario.tasks, [&](const scenario::Task& task) {
      return std::ranges::any_of(task.operations, [&](const auto& op) { return op.own == nullptr && op.does == name; });
    });
    Protocol copy = protocol;
    copy.operations.erase(copy.operations.begin() + static_cast<long>(i));
    if (!used && spoken(each, std::move(copy), take)) return true;
  }
  for (std::size_t i = 0; i < protocol.operations.size(); ++i) {
    Protocol copy = protocol;
    copy.operations[i].result.reset();
    if (protocol.operations[i].result && spoken(each, std::move(copy), take)) return true;
    if (plainer_requests(each, i, take)) return true;
  }
  return plainer_commands(each, take) || plainer_pushes(each, take) || plainer_session(each, take);
}

/// Variables that no listing names; those of the prelude come back when the file is read.
bool fewer_variables(const Case& each, const Take& take) {
  std::string text;
  for (const auto& [name, procedure] : each.design.procedures) {
    for (const std::string& line : lines_of(procedure)) text += line + "\n";
  }
  Case copy = each;
  auto& d = copy.design;
  std::size_t gone = 0;
  for (const auto& [scope, variables] :
       {std::pair{"op.", &d.op_variables}, std::pair{"conn.", &d.conn_variables},
        std::pair{"socket.", &d.socket_variables}, std::pair{"pool.", &d.pool_variables}}) {
    gone += std::erase_if(*variables, [&, before = scope](const auto& entry) {
      return text.find(before + entry.first) == std::string::npos;
    });
  }
  return gone > 0 && take(std::move(copy));
}

bool plainer_design(const Case& each, const Take& take) {
  using D = design::Design;
  const std::size_t commands = each.design.handshake.size();
  if (commands > 0 && take(with(each, [](Case& c) { c.design.handshake.pop_back(); }))) return true;
  return plain(each, &Case::design, &D::cluster, false, take) ||
         plain(each, &Case::design, &D::order, design::Order::lifo, take) ||
         plain(each, &Case::design, &D::readers, design::Readers::error, take) ||
         plain(each, &Case::design, &D::keeps, 0, take) ||
         plain(each, &Case::design, &D::parser, design::ReplyParser::resumes, take) ||
         plain(each, &Case::design, &D::runtime, std::string(), take) ||
         plain(each, &Case::design, &D::socket_timeout, false, take) ||
         plain(each, &Case::design, &D::send_suspends, design::SendSuspends::never, take);
}

/// Stores that no listing names are gone; of the others each has one place.
bool fewer_places(const Case& each, const Take& take) {
  std::string text;
  for (const auto& [name, procedure] : each.design.procedures) {
    for (const std::string& line : lines_of(procedure)) text += line + "\n";
  }
  for (const auto& [name, places] : each.design.pool_stores) {
    const bool named = text.find("pool." + name) != std::string::npos;
    if (!named && take(with(each, [&](Case& c) { c.design.pool_stores.erase(name); }))) return true;
    if (places == design::Places::one) continue;
    if (take(with(each, [&](Case& c) { c.design.pool_stores[name] = design::Places::one; }))) return true;
  }
  return false;
}

/// Procedures that nothing calls, all of them; then those of kinds and names of operations.
bool fewer_procedures(const Case& each, const Take& take) {
  std::set<std::string> begin = {"execute_pipeline", "execute_transaction", "execute_watch"};
  for (const scenario::Task& task : each.scenario.tasks) {
    for (const scenario::Operation& op : task.operations) begin.insert(op.does);
  }
  begin.erase("execute");
  std::set<std::string> called = begin;
  called.insert("execute");
  for (const auto& [name, procedure] : each.design.procedures) {
    for (const std::string& line : lines_of(procedure)) {
      const std::size_t word = line.find_first_not_of(' ');
      const bool calls = line.compare(word, 5, "call ") == 0 || line.compare(word, 6, "spawn ") == 0;
      if (calls) called.insert(line.substr(line.find_last_of(' ') + 1));
    }
  }
  Case copy = each;
  std::erase_if(copy.design.procedures, [&](const auto& entry) { return called.count(entry.first) == 0; });
  const bool fewer = copy.design.procedures.size() < each.design.procedures.size();
  if (fewer && take(std::move(copy))) return true;
  for (const std::string& name : begin) {
    if (each.design.procedures.count(name) == 0) continue;
    if (take(with(each, [&](Case& c) { c.design.procedures.erase(name); }))) return true;
  }
  return false;
}

/// Reads of one message, in place of those up to a kind.
bool shorter_reads(const Case& each, const Take& take) {
  for (const auto& [name, procedure] : each.design.procedures) {
    const Lines lines = lines_of(procedure);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::size_t until = lines[i].find(" until ");
      if (until == std::string::npos || lines[i].find("await ") > until) continue;
      Lines shorter = lines;
      shorter[i].resize(until);
      Case copy = each;
      add_procedure(copy.design, name, shorter);
      if (take(std::move(copy))) return true;
    }
  }
  return false;
}

/// Numbers in place of variables that others are compared with, or become.
bool fewer_others(const Case& each, const Take& take) {
  static const std::regex other("[=<>] (op|conn|socket|pool)[.][a-z0-9_]+");
  for (const auto& [name, procedure] : each.design.procedures) {
    const Lines lines = lines_of(procedure);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      for (auto found = std::sregex_iterator(lines[i].begin(), lines[i].end(), other); found != std::sregex_iterator();
           ++found) {
        Lines plainer = lines;
        const auto at = static_cast<std::size_t>(found->position()), length = static_cast<std::size_t>(found->length());
        plainer[i].replace(at + 2, length - 2, "0");
        Case copy = each;
        add_procedure(copy.design, name, plainer);
        if (take(std::move(copy))) return true;
      }
    }
  }
  return false;
}

/// Assertions that are not true, or are, whatever they are about.
bool plainer_assertions(const Case& each, const Take& take) {
  for (const auto& [name, procedure] : each.design.procedures) {
    const Lines lines = lines_of(procedure);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::size_t word = lines[i].find_first_not_of(' ');
      if (word == std::string::npos || lines[i].compare(word, 7, "assert ") != 0) continue;
      for (const char* condition : {"not always", "always"}) {
        Lines plainer = lines;
        plainer[i] = lines[i].substr(0, word) + "assert " + condition + " \"a\"";
        const bool is_plain = lines[i].find("always") != std::string::npos;
        Case copy = each;
        add_procedure(copy.design, name, plainer);
        if (!is_plain && take(std::move(copy))) return true;
      }
    }
  }
  return false;
}

bool fewer_statements(const Case& each, const Take& take) {
  for (const auto& [name, procedure] : each.design.procedures) {
    for (const Tree& tree : smaller(tree_of(lines_of(procedure)))) {
      Case copy = each;
      try {
        add_procedure(copy.design, name, lines_of(tree));
      } catch (const std::runtime_error&) {  // a bare `raise` that has lost its `except`
        continue;
      }
      if (take(std::move(copy))) return true;
    }
  }
  return false;
}

}  // namespace

Case shrunk(Case each, const Shows& shows, int tries) {
  const auto passes = {fewer_procedures, fewer_tasks,        plainer_scenario, plainer_design,
                       plainer_protocol, fewer_statements,   shorter_reads,    plainer_operations,
                       fewer_others,     plainer_assertions, fewer_variables,  fewer_places};
  const Take take = [&](Case candidate) {
    if (tries <= 0) return false;
    --tries;
    if (!shows(candidate)) return false;
    each = std::move(candidate);
    return true;
  };
  for (bool smaller_one = true; smaller_one && tries > 0;) {
    smaller_one = false;
    for (const auto& pass : passes) {
      const Case before = each;
      if (pass(before, take)) smaller_one = true;
    }
  }
  return each;
}

}  // namespace interleak::oracle
