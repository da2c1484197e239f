// Protocol files -> Protocol values; the form is scenarios/protocols/README.md. As in scenario files, a field that is
// wrong keeps its default and reading goes on, so all errors show at once.
#include <algorithm>
#include <array>

#include "sim/design/uses.hpp"
#include "sim/kernel/ensure.hpp"
#include "sim/protocol/texts.hpp"
#include "sim/scenario/fields.hpp"
#include "sim/scenario/json.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/terms/bounds.hpp"

namespace interleak::scenario {
namespace {

using protocol::Protocol;

constexpr std::size_t kMaxProtocolCommands = 64;
constexpr std::size_t kMaxProtocolOperations = 32;
constexpr std::size_t kMaxProcedures = 8;   // of all operations: each becomes an entry of a program

constexpr std::array<std::string_view, 2> kNumbersOfKeys = {"one", "many"};
constexpr std::array<std::string_view, 3> kKeys = {"no key", "the key", "each key"};

template <class Named>
std::vector<std::string> names_of(const std::vector<Named>& all) {
  std::vector<std::string> names;
  for (const Named& each : all) names.push_back(each.name);
  return names;
}

class ProtocolReader {
 public:
  explicit ProtocolReader(Context& context) : c_(context) {}

  Protocol read(const Value& root) {
    const Fields file(
        c_, root,
        {"interleak", "protocol", "title", "source", "elsewhere", "session", "kinds", "commands", "operations"});
    if (!file) return {};
    check_format(c_, file);
    if (file.require("protocol", kName.expected) != nullptr) file.read("protocol", p_.id, kName);
    file.read("title", p_.title, kLine);
    file.read("source", p_.source, kLine);
    p_.elsewhere = "redirection";
    file.read("elsewhere", p_.elsewhere, kLabel);
    if (const Value* session = file.find("session")) read_session(*session);
    if (const Value* all = file.find("kinds")) read_kinds(*all);
    if (const Value* all = file.find("commands")) read_commands(*all);
    if (const Value* all = file.require("operations", "an object of operations")) read_operations(*all);
    if (protocol::entries_of(p_).size() > kMaxProcedures) {
      c_.error("ILK0015", "the operations name too many procedures", {root.span.offset, 1}).expected =
          "at most " + std::to_string(kMaxProcedures) + ", `execute` included";
    }
    if (p_.kinds.size() > protocol::kMaxKinds) {
      c_.error("ILK0015", "the messages are of too many kinds", {root.span.offset, 1}).expected =
          "at most " + std::to_string(protocol::kMaxKinds - 1) + " beside \"value\", types of texts included";
    }
    return std::move(p_);
  }

 private:
  void read_session(const Value& value) {
    for (const Member& member : c_.members(value, protocol::kMaxFlags)) {
      if (!c_.key(member, kVariable)) continue;
      if (auto words = c_.text(member.value, kLabel)) p_.session.push_back({member.key, std::move(*words)});
    }
  }

  void read_commands(const Value& value) {
    for (const Member& member : c_.members(value, kMaxProtocolCommands)) {
      if (c_.key(member, kLabel)) read_command(member);
    }
  }

  void read_command(const Member& member) {
    const Fields fields(c_, member.value, {"reply", "type", "writes", "raises", "lowers", "source"});
    protocol::Command command;
    command.name = member.key;
    command.reply = read_reply(fields);
    if (command.reply.empty()) command.reply = {{{}}};   // one message, which is data
    fields.read("writes", command.writes);
    fields.read("source", command.source, kLine);
    if (const Value* flags = fields.find("raises")) command.raises = flags_of(*flags);
    if (const Value* flags = fields.find("lowers")) command.lowers = flags_of(*flags);
    p_.commands.push_back(std::move(command));
  }

  void read_kinds(const Value& value) {
    for (const Member& member : c_.members(value, protocol::kMaxKinds - 1)) {
      if (!c_.key(member, kVariable)) continue;
      if (kind_called(member.key)) {   // only "value" is there already
        c_.error("ILK0017", quote(member.key) + " is a kind that every protocol has", member.key_span).expected =
            "another name";
        continue;
      }
      const Fields fields(c_, member.value, {"data", "text"});
      protocol::Kind kind{member.key, false, member.key};
      fields.read("data", kind.data);
      fields.read("text", kind.text, kLabel);
      p_.kinds.push_back(std::move(kind));
    }
  }

  std::optional<std::size_t> kind_called(const std::string& name) const {
    const auto found = std::ranges::find(p_.kinds, name, &protocol::Kind::name);
    if (found == p_.kinds.end()) return std::nullopt;
    return static_cast<std::size_t>(found - p_.kinds.begin());
  }

  /// Messages by their kinds, or one text that is nobody's data, with its type. Empty: nothing is said.
  protocol::Reply read_reply(const Fields& fields) {
    const Value* said = fields.find("reply");
    const Value* type = fields.find("type");
    if (said != nullptr && said->kind == Value::Kind::array) {
      if (type != nullptr) {
        c_.error("ILK0021", "a type beside messages, which have kinds", type->span).expected = "none of it";
      }
      return read_messages(*said);
    }
    std::string text, of_type;
    fields.read("reply", text, kLabel);
    fields.read("type", of_type, kVariable);
    if ((said == nullptr) != (type == nullptr)) {
      c_.error("ILK0021", type == nullptr ? "this reply has no type" : "a type, and no reply",
               (type == nullptr ? said : type)->span)
          .expected = "both \"reply\" and \"type\", or a list of kinds, or, where the reply is data, none of them";
    }
    if (text.empty() || of_type.empty()) return {};
    return {{{kind_of_text(of_type, *type), text}}};
  }

  /// The type of a text is a kind, too.
  std::size_t kind_of_text(const std::string& type, const Value& at) {
    const auto known = kind_called(type);
    if (known && p_.kinds[*known].data) {
      c_.error("ILK0021", quote(type) + " is a kind of data, and this is a text", at.span).expected =
          "the name of another type";
    }
    if (known) return *known;
    p_.kinds.push_back({type, false, type});
    return p_.kinds.size() - 1;
  }

  /// A list of kinds, or of groups.
  protocol::Reply read_messages(const Value& value) {
    protocol::Reply reply;
    const bool flat = !value.items.empty() && value.items.front().kind == Value::Kind::string;
    if (flat) reply.push_back(read_group(value));
    else
      for (const Value& group : c_.items(value, 1, protocol::kMaxMessages)) reply.push_back(read_group(group));
    std::erase_if(reply, [](const auto& group) { return group.empty(); });   // told
    if (protocol::size_of(reply) > protocol::kMaxMessages) {
      c_.error("ILK0015", "this reply has too many messages", value.span).expected =
          "at most " + std::to_string(protocol::kMaxMessages);
      reply.resize(1);
    }
    return reply;
  }

  std::vector<protocol::Message> read_group(const Value& value) {
    std::vector<protocol::Message> group;
    for (const Value& item : c_.items(value, 1, protocol::kMaxMessages)) {
      if (const auto kind = read_kind(item)) group.push_back({*kind, ""});
    }
    return group;
  }

  std::optional<std::size_t> read_kind(const Value& item) {
    const auto names = names_of(p_.kinds);
    const auto index = c_.choice(item, "kind", std::vector<std::string_view>(names.begin(), names.end()));
    if (!index) return std::nullopt;
    return static_cast<std::size_t>(*index);
  }

  protocol::Flags flags_of(const Value& value) {
    const auto names = names_of(p_.session);
    const std::vector<std::string_view> allowed(names.begin(), names.end());
    protocol::Flags flags = 0;
    for (const Value& item : c_.items(value, 1, protocol::kMaxFlags)) {
      if (const auto index = c_.choice(item, "flag of the session", allowed)) {
        flags = static_cast<protocol::Flags>(flags | 1u << *index);
      }
    }
    return flags;
  }

  void read_operations(const Value& value) {
    if (value.kind == Value::Kind::object && value.members.empty()) {
      c_.error("ILK0015", "this is empty", value.span).expected = "at least one operation";
    }
    for (const Member& member : c_.members(value, kMaxProtocolOperations)) {
      if (!c_.key(member, kVariable)) continue;
      if (std::ranges::find(operation_fields(), member.key) != operation_fields().end()) {
        c_.error("ILK0019", "an operation cannot be called " + quote(member.key), member.key_span).expected =
            "a name that is no field of all operations";
      }
      read_operation(member);
    }
  }

  void read_operation(const Member& member) {
    const Fields fields(c_, member.value, {"keys", "procedures", "steps", "result"});
    protocol::Operation operation;
    operation.name = member.key;
    if (const Value* keys = fields.find("keys")) operation.many = c_.choice(*keys, "keys", kNumbersOfKeys) == 1;
    if (const Value* names = fields.find("procedures")) {
      operation.procedures = c_.texts(*names, kVariable, 1, kMaxProcedures);
      check_procedures(*names);
    }
    if (!fields) return;
    const Value* steps = fields.find("steps");
    if (steps == nullptr) operation.steps.emplace_back();   // it sends nothing
    else
      for (const Value& step : c_.items(*steps, 1, kMaxCommands)) operation.steps.push_back(read_step(step));
    if (const Value* kinds = fields.find("result")) {
      operation.result.emplace();
      for (const Value& kind : c_.items(*kinds, 0, protocol::kMaxKinds)) {
        if (const auto index = read_kind(kind)) operation.result->push_back(*index);
      }
    }
    check_size(operation, member);
    p_.operations.push_back(std::move(operation));
  }

  void check_size(const protocol::Operation& operation, const Member& member) {
    if (fits(p_, operation, 1)) return;
    const bool much = protocol::requests_of(operation, 1) > kMaxCommands;
    c_.error("ILK0015", "operation " + member.key + (much ? " sends too much" : " is answered by too much"),
             member.key_span)
        .expected = much ? "at most " + std::to_string(kMaxCommands) + " requests"
                         : "at most " + std::to_string(kMaxAnswers) + " messages, " + std::to_string(kMaxCommands) +
                               " of which it is about";
  }

  /// Who reads a design without its protocol must see which procedures operations begin with (design/uses.hpp).
  void check_procedures(const Value& names) {
    for (const Value& name : names.items) {
      if (name.kind != Value::Kind::string || design::is_entry(name.text)) continue;
      c_.error("ILK0019", "no operation begins with a procedure called " + quote(name.text), name.span).expected =
          "\"execute\", or a name that begins with \"execute_\"";
    }
  }

  std::vector<protocol::Request> read_step(const Value& value) {
    std::vector<protocol::Request> requests;
    for (const Value& item : c_.items(value, 1, kMaxCommands)) {
      if (auto request = read_request(item)) requests.push_back(std::move(*request));
    }
    return requests;
  }

  std::optional<protocol::Request> read_request(const Value& value) {
    const Fields fields(c_, value, {"send", "of", "reply", "type", "ignored"});
    const Value* name = fields ? fields.require("send", "the name of a command") : nullptr;
    if (name == nullptr) return std::nullopt;
    const auto names = names_of(p_.commands);
    const auto index = c_.choice(*name, "command", std::vector<std::string_view>(names.begin(), names.end()));
    if (!index) return std::nullopt;
    protocol::Request request;
    request.command = static_cast<std::size_t>(*index);
    fields.read("of", request.keys, kKeys);
    request.reply = read_reply(fields);
    fields.read("ignored", request.ignored);
    return request;
  }

  Context& c_;
  Protocol p_;
};

/// Messages that answer what no operation sends.
std::size_t answers_to_names(const design::Design& design, const design::Program& program, const Protocol& protocol) {
  std::size_t messages = 0;
  for (const auto* names : {&design.handshake, &program.commands}) {
    for (const std::string& name : *names) {
      const protocol::Command* told = protocol.command(name);
      messages += told == nullptr ? 1 : protocol::size_of(told->reply);
    }
  }
  return messages;
}

}  // namespace

std::optional<Protocol> read_protocol(std::string_view text, const std::string& file, Diagnostics& errors) {
  Diagnostics found;
  const Document document = read_json(text, found);
  std::optional<Protocol> result;
  if (is_readable(document, found)) {
    Context context(document, found);
    result = ProtocolReader(context).read(*document.root);
  }
  if (!found.empty()) result.reset();
  report(std::move(found), file, errors);
  return result;
}

bool looks_like_protocol(std::string_view text) { return root_keys(text).count("operations") != 0; }

ProtocolLibrary::ProtocolLibrary() {
  Diagnostics errors;
  for (const protocol::File& each : protocol::texts()) add(each.text, std::string(each.path), errors);
  ensure(errors.empty(), "a protocol that is built in cannot be read");
}

std::optional<std::string> ProtocolLibrary::add(std::string_view text, const std::string& file, Diagnostics& errors) {
  auto read = read_protocol(text, file, errors);
  if (!read) return std::nullopt;
  std::string id = read->id;
  add(std::make_shared<const Protocol>(std::move(*read)));
  return id;
}

void ProtocolLibrary::add(protocol::ProtocolPtr protocol) {
  const std::string id = protocol->id;
  protocols_[id] = std::move(protocol);
}

protocol::ProtocolPtr ProtocolLibrary::find(const std::string& id) const {
  const auto found = protocols_.find(id);
  return found == protocols_.end() ? nullptr : found->second;
}

std::vector<std::string> ProtocolLibrary::ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, protocol] : protocols_) ids.push_back(id);
  return ids;
}

const ProtocolLibrary& built_in_protocols() {
  static const ProtocolLibrary kBuiltIn;
  return kBuiltIn;
}

protocol::ProtocolPtr standard_protocol() {
  static const protocol::ProtocolPtr kStandard = built_in_protocols().find("redis");
  ensure(kStandard != nullptr, "the standard protocol is not built in");
  return kStandard;
}

std::optional<design::Program> compile(const design::Design& design, Diagnostics& errors,
                                       const protocol::Protocol& protocol) {
  auto program =
      design::compile(design, {protocol.id, protocol::entries_of(protocol), names_of(protocol.kinds)}, errors);
  if (!program || answers_to_names(design, *program, protocol) <= terms::kMaxAnswers) return program;
  Diagnostic& error = errors.emplace_back();
  error.code = "ILK0061";
  error.message = "what the handshake and the listings send by name is answered by too many messages";
  error.file = design.file;
  error.at = design.at;
  error.expected = "at most " + std::to_string(terms::kMaxAnswers);
  return std::nullopt;
}

}  // namespace interleak::scenario
