// Which protocol a scenario is run with: it may name one; if not, the design may; and then it must have all operations.
#include <string>

#include "sim/design/parse.hpp"
#include "sim/design/uses.hpp"
#include "sim/scenario/json.hpp"
#include "sim/scenario/reader.hpp"

namespace interleak::scenario {
namespace {

/// The name of the protocol is wrong, in the file of the design that says it.
Diagnostic unknown_protocol(const design::Design& design, const ProtocolLibrary& protocols) {
  Diagnostic error;
  error.code = "ILK0016";
  error.message = "unknown protocol " + quote(design.protocol);
  error.file = design.protocol_file;
  error.at = design.protocol_at;
  error.length = static_cast<std::uint32_t>(design.protocol.size());
  const std::vector<std::string> ids = protocols.ids();
  for (const std::string& id : ids) error.expected += (error.expected.empty() ? "one of: " : ", ") + id;
  const std::string guess = design::closest_name(design.protocol, ids);
  error.help = guess.empty() ? "-L FILE adds the protocol of a file" : "did you mean " + quote(guess) + "?";
  return error;
}

/// Something is wrong with an operation, which was written for another protocol than that of the design.
Diagnostic about(const Scenario& scenario, const Operation& operation, const design::Design& design) {
  Diagnostic error;
  error.code = "ILK0016";
  error.file = scenario.file;
  error.at = operation.at;
  if (design.protocol.empty()) {
    error.help = "design " + design.id + " names no protocol, nor does the scenario: that is " + scenario.protocol->id;
  } else {
    error.help = "design " + design.id + " speaks " + design.protocol + " (" + design.protocol_file + ":" +
                 std::to_string(design.protocol_at.line) + "); \"protocol\" in the scenario goes before that";
  }
  return error;
}

/// Fills in what the protocol decides, or says why it cannot.
void speak(const Scenario& scenario, Operation& operation, const design::Design& design, Diagnostics& errors) {
  const protocol::Protocol& protocol = *scenario.protocol;
  if (operation.written) {
    Diagnostics found;
    operation.own = own_operation(protocol, operation, found);
    const std::string help = about(scenario, operation, design).help;
    for (Diagnostic& each : found) {
      each.file = scenario.file;
      each.help += (each.help.empty() ? "" : " ") + help;
      errors.push_back(std::move(each));
    }
    if (operation.own != nullptr && !operation.own_accepts) operation.accepts = {type_of_value(protocol, operation)};
    return;
  }
  const protocol::Operation* told = protocol.operation(operation.does);
  if (told == nullptr) {
    Diagnostic& error = errors.emplace_back(about(scenario, operation, design));
    error.message = "the protocol " + protocol.id + " has no operation " + quote(operation.does);
    for (const protocol::Operation& each : protocol.operations) {
      error.expected += (error.expected.empty() ? "one of: " : ", ") + each.name;
    }
    return;
  }
  const std::size_t most = told->many ? most_keys(protocol, *told) : 1;
  if (operation.keys.size() > most) {
    Diagnostic& error = errors.emplace_back(about(scenario, operation, design));
    error.message = quote(operation.does) + " has " + std::to_string(operation.keys.size()) + " keys";
    error.expected = most == 1 ? "one key" : "at most " + std::to_string(most) + " keys";
    return;
  }
  if (!operation.own_accepts) operation.accepts = {type_of_value(protocol, operation)};
}

}  // namespace

std::optional<Misfit> misfit(const protocol::Protocol& protocol, const ServerErrors& errors) {
  std::string fail;
  for (const protocol::Command& each : protocol.commands) {
    if (!each.may_fail.empty()) fail += (fail.empty() ? "commands out of: " : ", ") + each.name;
  }
  for (const std::string& name : errors.at) {
    const protocol::Command* command = protocol.command(name);
    if (command != nullptr && !command->may_fail.empty()) continue;
    std::string wrong = command == nullptr ? "the protocol " + protocol.id + " has no command " + quote(name)
                                           : quote(name) + " of the protocol " + protocol.id + " has no \"may_fail\"";
    return Misfit{std::move(wrong), fail.empty() ? "a protocol in which some command may fail" : fail};
  }
  if (errors.max == 0 || !fail.empty()) return std::nullopt;
  return Misfit{"no command of the protocol " + protocol.id + " may fail", "no \"server_error\", or one with max 0"};
}

std::optional<Scenario> spoken(Scenario scenario, const design::Design& design, const ProtocolLibrary& protocols,
                               Diagnostics& errors) {
  ask(scenario, {!design.protocol.empty(), design::has_assertions(design)});
  if (scenario.names_protocol) return scenario;  // it was read with that
  if (scenario.protocol == nullptr) scenario.protocol = standard_protocol();  // it was not read
  if (!design.protocol.empty()) {
    scenario.protocol = protocols.find(design.protocol);
    if (scenario.protocol == nullptr) {
      errors.push_back(unknown_protocol(design, protocols));
      return std::nullopt;
    }
  }
  const std::size_t before = errors.size();
  for (Task& task : scenario.tasks) {
    for (Operation& operation : task.operations) speak(scenario, operation, design, errors);
  }
  if (const auto wrong = misfit(*scenario.protocol, scenario.server_errors)) {
    Diagnostic& error = errors.emplace_back(about(scenario, scenario.tasks.front().operations.front(), design));
    error.at = scenario.server_errors.place;
    error.message = wrong->message;
    error.expected = wrong->expected;
  }
  if (errors.size() != before) return std::nullopt;
  const std::size_t named = types_beside_protocol(scenario), most = most_types(*scenario.protocol);
  if (named > most) {  // it was read with another protocol, which has fewer of its own
    Diagnostic& error = errors.emplace_back(about(scenario, scenario.tasks.front().operations.front(), design));
    error.code = "ILK0015";
    error.message = "the tasks name " + std::to_string(named) + " types of values";
    error.expected = "at most " + std::to_string(most) + " beside those of the protocol";
    return std::nullopt;
  }
  return scenario;
}

}  // namespace interleak::scenario
