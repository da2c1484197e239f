// Operations of a scenario's own: what they send is written in it, and which commands there are only the protocol
 // knows.
#include <algorithm>
#include <string>

#include "sim/design/parse.hpp"
#include "sim/scenario/fields.hpp"
#include "sim/scenario/json.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/terms/bounds.hpp"

namespace interleak::scenario {
namespace {

using protocol::Protocol;

class OwnReader {
 public:
  OwnReader(const Protocol& protocol, const Operation& operation, Diagnostics& errors)
      : protocol_(protocol), operation_(operation), errors_(errors) {}

  std::shared_ptr<const protocol::Operation> read() {
    const std::size_t before = errors_.size();
    own_.name = operation_.does;
    own_.many = operation_.written->many;
    for (const auto& step : operation_.written->steps) add_step(step);
    if (operation_.written->result) add_result(*operation_.written->result);
    if (errors_.size() == before) check();
    if (errors_.size() != before) return nullptr;
    return std::make_shared<const protocol::Operation>(std::move(own_));
  }

 private:
  void add_step(const std::vector<OwnOperation::Request>& written) {
    auto& step = own_.steps.emplace_back();
    for (const OwnOperation::Request& each : written) {
      const protocol::Command* command = protocol_.command(each.command);
      if (command == nullptr) {
        unknown("ILK0072", "command", each.command, each.at, names_of(protocol_.commands));
        continue;
      }
      step.push_back({static_cast<std::size_t>(command - protocol_.commands.data()), each.keys, {}, each.ignored});
    }
  }

  void add_result(const std::vector<std::string>& kinds) {
    own_.result.emplace();
    for (const std::string& name : kinds) {
      const auto found = std::ranges::find(protocol_.kinds, name, &protocol::Kind::name);
      if (found == protocol_.kinds.end()) {
        unknown("ILK0069", "kind of message", name, operation_.at, names_of(protocol_.kinds));
        continue;
      }
      own_.result->push_back(static_cast<std::size_t>(found - protocol_.kinds.begin()));
    }
  }

  /// What only all of it together shows.
  void check() {
    if (const auto error = misfit(protocol_, own_)) {
      add("ILK0021", error->message, operation_.at).expected = error->expected;
    } else if (!fits(protocol_, own_, operation_.keys.size())) {
      add("ILK0015", "operation " + own_.name + " sends, or is answered by, too much", operation_.at).expected =
          "at most " + std::to_string(kMaxCommands) + " requests and " + std::to_string(kMaxAnswers) + " messages, " +
          std::to_string(kMaxCommands) + " of which it is about";
    }
  }

  void unknown(const char* code, const std::string& noun, const std::string& name, Position at,
               const std::vector<std::string>& allowed) {
    Diagnostic& error = add(code, "the protocol " + protocol_.id + " has no " + noun + " " + quote(name), at);
    error.length = static_cast<std::uint32_t>(name.size() + 2);
    for (const std::string& each : allowed) error.expected += (error.expected.empty() ? "one of: " : ", ") + each;
    const std::string guess = design::closest_name(name, allowed);
    if (!guess.empty()) error.help = "did you mean " + quote(guess) + "?";
  }

  Diagnostic& add(const char* code, std::string message, Position at) {
    Diagnostic& error = errors_.emplace_back();
    error.code = code;
    error.message = std::move(message);
    error.at = at;
    return error;
  }

  const Protocol& protocol_;
  const Operation& operation_;
  Diagnostics& errors_;
  protocol::Operation own_;
};

}  // namespace

std::shared_ptr<const protocol::Operation> own_operation(const Protocol& protocol, const Operation& operation,
                                                         Diagnostics& errors) {
  return OwnReader(protocol, operation, errors).read();
}

}  // namespace interleak::scenario
