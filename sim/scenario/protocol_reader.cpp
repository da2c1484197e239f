// Protocol files -> Protocol values; the form is scenarios/protocols/README.md. As in scenario files, a field that is
// wrong keeps its default and reading goes on, so all errors show at once.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "sim/design/uses.hpp"
#include "sim/kernel/ensure.hpp"
#include "sim/protocol/texts.hpp"
#include "sim/scenario/fields.hpp"
#include "sim/scenario/json.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/session_reader.hpp"
#include "sim/terms/bounds.hpp"

namespace interleak::scenario {
namespace {

using protocol::Protocol;

constexpr std::size_t kMaxProtocolOperations = 32;
constexpr std::size_t kMaxProcedures = 8;   // of all operations: each becomes an entry of a program

constexpr std::array<std::string_view, 2> kAfterClose = {"dropped", "runs-on"};
constexpr std::array<std::string_view, 2> kNumbersOfKeys = {"one", "many"};
constexpr std::array<std::string_view, 3> kKeys = {"no key", "the key", "each key"};
constexpr std::array<std::string_view, 4> kTo = {"asker", "all", "others", "readers"};
constexpr std::array<std::string_view, 2> kWhens = {"behind", "ahead"};

class ProtocolReader {
 public:
  explicit ProtocolReader(Context& context) : c_(context) {}

  Protocol read(const Value& root) {
    const Fields file(c_, root,
                      {"interleak", "protocol", "title", "source", "elsewhere", "after_close", "session", "kinds",
                       "commands", "pushes", "operations"});
    if (!file) return {};
    check_format(c_, file);
    if (file.require("protocol", kName.expected) != nullptr) file.read("protocol", p_.id, kName);
    file.read("title", p_.title, kLine);
    file.read("source", p_.source, kLine);
    p_.elsewhere = "redirection";
    file.read("elsewhere", p_.elsewhere, kLabel);
    if (const Value* left = file.find("after_close")) p_.runs_on = c_.choice(*left, "after_close", kAfterClose) == 1;
    if (const Value* session = file.find("session")) p_.session = read_session(c_, *session);
    if (const Value* all = file.find("kinds")) read_kinds(*all);
    if (const Value* all = file.find("commands")) read_commands(*all);
    if (const Value* all = file.find("pushes")) read_pushes(*all);
    read_all_causes();
    read_all_skips();
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
  void read_commands(const Value& value) {
    for (const Member& member : c_.members(value, kMaxProtocolCommands)) {
      if (c_.key(member, kLabel)) read_command(member);
    }
  }

  void read_command(const Member& member) {
    const Fields fields(c_, member.value,
                        {"reply", "type", "writes", "repeatable", "set", "raises", "lowers", "causes", "cases", "under",
                         "may_fail", "errors", "held", "source"});
    protocol::Command command;
    command.name = member.key;
    const Value* cases = fields.find("cases");
    if (cases == nullptr) add_case(fields, command);
    else read_cases(fields, *cases, command);
    if (const Value* kinds = fields.find("may_fail")) read_failures(*kinds, command);
    if (const Value* errors = fields.find("errors")) read_errors(*errors, command);
    fields.read("held", command.held);
    if (command.held) check_held(command, *fields.find("held"));
    fields.read("writes", command.writes);
    fields.read("repeatable", command.repeatable);
    if (command.repeatable && !command.writes) {
      c_.error("ILK0021", "a command that writes nothing may always be repeated", fields.find("repeatable")->span)
          .expected = "\"writes\" beside it, or none of it";
    }
    if (const Value* names = fields.find("under")) command.under = read_variables(c_, *names, p_.session);
    fields.read("source", command.source, kLine);
    if (protocol::messages_of(command) > kMaxAnswers) {
      c_.error("ILK0015", "the cases of this command have too many messages", member.key_span).expected =
          "at most " + std::to_string(kMaxAnswers) + " together";
    }
    p_.commands.push_back(std::move(command));
  }

  /// What comes of it, but for when.
  protocol::Case& add_case(const Fields& fields, protocol::Command& command) {
    if (const Value* causes = fields.find("causes")) {
      causes_.push_back({p_.commands.size(), command.cases.size(), causes});
    }
    protocol::Case& one = command.cases.emplace_back();
    one.reply = read_reply(fields);
    if (one.reply.empty()) one.reply = {{{}}};   // one message, which is data
    one.sets = read_assignments(c_, fields, p_.session);
    return one;
  }

  void read_cases(const Fields& command, const Value& value, protocol::Command& out) {
    for (const std::string_view name : {"reply", "type", "set", "raises", "lowers", "causes"}) {
      if (const Value* beside = command.find(name)) {
        c_.error("ILK0021", quote(std::string(name)) + " beside cases, which say that", beside->span).expected =
            "it in the cases";
      }
    }
    const auto items = c_.items(value, 1, protocol::kMaxCases);
    for (const Value& item : items) {
      const Fields fields(c_, item, {"if", "reply", "type", "set", "raises", "lowers", "causes"});
      if (!fields) continue;
      protocol::Case& one = add_case(fields, out);
      const Value* when = fields.find("if");
      const bool last = &item == &items.back();
      if (when != nullptr) one.when = read_tests(c_, *when, p_.session);
      if (last && when != nullptr) {
        c_.error("ILK0021", "the last case has a condition", when->span).expected =
            "none of it: what happens if no other case is true";
      } else if (!last && when == nullptr) {
        c_.error("ILK0013", "this case has no condition, and is not the last", {item.span.offset, 1}).expected =
            "\"if\", what is true of the session";
      }
    }
    if (out.cases.empty()) out.cases.emplace_back().reply = {{{}}};   // told
  }

  void read_failures(const Value& value, protocol::Command& command) {
    for (const Value& item : c_.items(value, 1, protocol::kMaxFailures)) {
      const auto kind = read_kind(item);
      if (!kind) continue;
      if (!p_.kinds[*kind].error) {
        c_.error("ILK0021", quote(item.text) + " is no error", item.span).expected = "a kind with \"error\"";
      } else if (std::ranges::find(command.may_fail, *kind) != command.may_fail.end()) {
        c_.error("ILK0017", quote(item.text) + " stands here twice", item.span);
      } else {
        command.may_fail.push_back(*kind);
      }
    }
  }

  void read_errors(const Value& value, protocol::Command& command) {
    const Fields fields(c_, value, {"then", "skips_to", "if", "set"});
    if (!fields) return;
    if (const Value* then = fields.find("then")) {
      for (const protocol::Message& each : read_group(*then)) {
        command.errors.then.push_back(each.kind);
        if (!p_.kinds[each.kind].data) continue;
        c_.error("ILK0021", "a message of data behind an error (" + p_.kinds[each.kind].name + ")", then->span)
            .expected = "kinds that are no data";
      }
      add_behind_errors(command, *then);
    }
    if (const Value* to = fields.find("skips_to")) skips_.emplace_back(p_.commands.size(), to);
    if (const Value* when = fields.find("if")) command.errors.when = read_tests(c_, *when, p_.session);
    command.errors.sets = read_assignments(c_, fields, p_.session);
    if (command.errors.sets.empty() && fields.find("if") != nullptr) {
      c_.error("ILK0021", "a condition of an error, and nothing that it is for", fields.find("if")->span).expected =
          "\"set\" beside it, or none of it";
    }
    const bool refused = std::ranges::any_of(
        command.cases, [&](const protocol::Case& each) { return protocol::has_error(p_, each.reply); });
    if (!refused && command.may_fail.empty()) {
      c_.error("ILK0021", "no error answers this command", value.span).expected =
          "\"may_fail\", or a case whose reply has an error";
    }
  }

  /// What follows an error, in its group.
  void add_behind_errors(protocol::Command& command, const Value& then) {
    std::size_t most = 1;   // of `may_fail`
    for (protocol::Case& each : command.cases) {
      if (!protocol::has_error(p_, each.reply)) continue;
      add_behind_error(command.errors, each.reply);
      most = std::max(most, protocol::size_of(each.reply) - 1);
    }
    if (most + 1 <= protocol::kMaxMessages && command.errors.then.size() < protocol::kMaxMessages) return;
    c_.error("ILK0015", "with this a reply has too many messages", then.span).expected =
        "at most " + std::to_string(protocol::kMaxMessages);
  }

  static void add_behind_error(const protocol::Refusal& errors, protocol::Reply& reply) {
    for (const std::size_t kind : errors.then) reply.back().push_back({kind, ""});
  }

  void check_held(const protocol::Command& command, const Value& held) {
    if (std::ranges::all_of(command.cases, [](const protocol::Case& each) { return each.reply.size() == 1; })) return;
    c_.error("ILK0021", "a reply that is held is one group", held.span).expected =
        "a list of kinds, or none of \"held\"";
  }

  /// When all commands are known: a command may skip to one that stands behind it in the file.
  void read_all_skips() {
    const auto names = names_of(p_.commands);
    const Value* first = nullptr;
    for (const auto& [command, to] : skips_) {
      const auto index = c_.choice(*to, "command", std::vector<std::string_view>(names.begin(), names.end()));
      if (!index) continue;
      p_.commands[command].errors.skips_to = static_cast<std::size_t>(*index);
      if (first == nullptr) first = to;
      if (first->text == to->text) continue;
      Diagnostic& error =
          c_.error("ILK0021", "two commands are skipped to, this one and " + quote(first->text), to->span);
      error.expected = "one of a protocol at most";
      error.related.push_back({c_.position(first->span), "the other one"});
    }
  }

  void read_kinds(const Value& value) {
    for (const Member& member : c_.members(value, protocol::kMaxKinds - 1)) {
      if (!c_.key(member, kVariable)) continue;
      if (kind_called(member.key)) {   // only "value" is there already
        c_.error("ILK0017", quote(member.key) + " is a kind that every protocol has", member.key_span).expected =
            "another name";
        continue;
      }
      const Fields fields(c_, member.value, {"data", "error", "text", "of"});
      protocol::Kind kind;
      kind.name = kind.text = member.key;
      fields.read("data", kind.data);
      fields.read("error", kind.error);
      fields.read("text", kind.text, kLabel);
      if (const Value* of = fields.find("of")) {
        kind.of = read_kind(*of);
        if (kind.of && p_.kinds[*kind.of].of) {
          c_.error("ILK0021", quote(of->text) + " is itself one of another kind", of->span).expected =
              "a kind that stands for itself";
        }
      }
      if (kind.data && kind.error) {
        c_.error("ILK0021", "a message cannot be data and an error", member.key_span).expected = "one of the two";
      }
      p_.kinds.push_back(std::move(kind));
    }
  }

  void read_pushes(const Value& value) {
    for (const Member& member : c_.members(value, protocol::kMaxPushes)) {
      if (!c_.key(member, kVariable)) continue;
      const Fields fields(c_, member.value, {"kind", "if", "data", "set", "invalidates", "source"});
      protocol::Push push;
      push.name = member.key;
      const Value* kind = fields.require("kind", "the kind of the message");
      if (kind != nullptr) push.kind = read_kind(*kind).value_or(protocol::kValueKind);
      if (const Value* when = fields.find("if")) push.when = read_tests(c_, *when, p_.session);
      if (const Value* data = fields.find("data")) read_data(*data, push);
      push.sets = read_assignments(c_, fields, p_.session);
      fields.read("invalidates", push.invalidates);
      if (push.invalidates) invalidates_[p_.pushes.size()] = fields.find("invalidates")->span;
      fields.read("source", push.source, kLine);
      if (kind != nullptr && p_.kinds[push.kind].data != push.data.has_value()) {
        const bool data = p_.kinds[push.kind].data;
        c_.error("ILK0021", quote(kind->text) + (data ? " is data, and nobody's here" : " is no data"), kind->span)
            .expected = data ? "\"data\" beside it: whose" : "a kind that is data, or no \"data\" beside it";
      }
      p_.pushes.push_back(std::move(push));
    }
  }

  /// When all commands and all pushes are known: a command may name a push that stands behind it in the file.
  void read_all_causes() {
    bool all = true;
    for (const WrittenCauses& each : causes_) {
      protocol::Case& one = p_.commands[each.command].cases[each.index];
      const auto items = c_.items(*each.value, 1, protocol::kMaxCauses);
      for (const Value& item : items) {
        if (const auto cause = read_cause(item, one.reply)) one.causes.push_back(*cause);
      }
      all = all && !items.empty() && one.causes.size() == items.size();
    }
    if (!all) return;   // one that was not understood may have been meant
    const std::vector<bool> caused = protocol::caused_pushes(p_);
    for (const auto& [push, span] : invalidates_) {
      if (caused[push]) continue;
      c_.error("ILK0021", quote(p_.pushes[push].name) + " invalidates, and no command causes it", span).expected =
          "\"causes\" of a command that names it, or none of it";
    }
  }

  std::optional<protocol::Cause> read_cause(const Value& item, const protocol::Reply& reply) {
    const Fields fields(c_, item, {"push", "to", "when"});
    const Value* name = fields.require("push", "the name of a push");
    const Value* to = fields.require("to", "the sockets that it goes to");
    if (name == nullptr) return std::nullopt;
    const auto names = names_of(p_.pushes);
    const auto push = c_.choice(*name, "push", std::vector<std::string_view>(names.begin(), names.end()));
    protocol::Cause cause;
    fields.read("to", cause.to, kTo);
    const Value* when = fields.find("when");
    if (when != nullptr) cause.ahead = c_.choice(*when, "when", kWhens) == 1;
    if (!cause.ahead) check_behind(reply, when != nullptr ? *when : item);
    if (!push) return std::nullopt;
    cause.push = static_cast<std::size_t>(*push);
    if (cause.to == protocol::To::readers) check_reader(cause.push, *to);
    return cause;
  }

  /// Behind a reply that is made group by group something else might be made before its end.
  void check_behind(const protocol::Reply& reply, const Value& at) {
    if (reply.size() <= 1) return;
    c_.error("ILK0021", "a push behind a reply of " + std::to_string(reply.size()) + " groups", at.span).expected =
        "\"when\": \"ahead\", or a reply of one group";
  }

  /// What was read on a socket is kept for one push.
  void check_reader(std::size_t push, const Value& to) {
    if (!reader_) reader_.emplace(push, to.span);
    if (reader_->first == push) return;
    const std::string other = quote(p_.pushes[reader_->first].name);
    Diagnostic& error = c_.error("ILK0021", "two pushes go to readers, this one and " + other, to.span);
    error.expected = "one push of a protocol at most";
    error.related.push_back({c_.position(reader_->second), "the other one"});
  }

  /// Whose data a push carries.
  void read_data(const Value& value, protocol::Push& push) {
    const auto names = names_of(p_.session);
    const auto index =
        c_.choice(value, "variable of the session", std::vector<std::string_view>(names.begin(), names.end()));
    if (!index) return;
    push.data = static_cast<std::size_t>(*index);
    if (!p_.session[*push.data].identity) {
      c_.error("ILK0021", quote(value.text) + " is a setting", value.span).expected = "an identity";
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
    protocol::Kind kind;
    kind.name = kind.text = type;
    p_.kinds.push_back(std::move(kind));
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
    if (const auto error = misfit(p_, operation)) {
      c_.error("ILK0021", error->message, member.key_span).expected = error->expected;
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
    if (!request.reply.empty() && p_.commands[request.command].cases.size() > 1) {
      c_.error("ILK0021", quote(name->text) + " has cases, and each its reply", fields.find("reply")->span).expected =
          "none of it";
      request.reply.clear();
    }
    if (!request.reply.empty()) fit_reply(request, *fields.find("reply"));
    check_caused(request, fields);
    fields.read("ignored", request.ignored);
    return request;
  }

  /// What its command says of all its replies goes for that of the request, too.
  void fit_reply(protocol::Request& request, const Value& at) {
    const protocol::Command& command = p_.commands[request.command];
    if (command.held && request.reply.size() > 1) {
      c_.error("ILK0021", "the reply to " + quote(command.name) + " is held, so it is one group", at.span).expected =
          "a list of kinds";
    }
    if (!protocol::has_error(p_, request.reply)) return;
    add_behind_error(command.errors, request.reply);
    if (protocol::size_of(request.reply) <= protocol::kMaxMessages) return;
    c_.error("ILK0015", "with what follows an error this reply has too many messages", at.span).expected =
        "at most " + std::to_string(protocol::kMaxMessages);
  }

  /// A reply in place of that of the command.
  void check_caused(const protocol::Request& request, const Fields& fields) {
    const auto& causes = p_.commands[request.command].cases.back().causes;
    if (request.reply.empty() || std::ranges::all_of(causes, &protocol::Cause::ahead)) return;
    check_behind(request.reply, *fields.find("reply"));
  }

  /// The `causes` of a case, which are read last.
  struct WrittenCauses {
    std::size_t command = 0, index = 0;   // of the case in it
    const Value* value = nullptr;
  };

  Context& c_;
  Protocol p_;
  std::vector<WrittenCauses> causes_;
  std::vector<std::pair<std::size_t, const Value*>> skips_;   // of which command
  std::map<std::size_t, Span> invalidates_;            // by the push that says so
  std::optional<std::pair<std::size_t, Span>> reader_;  // the push that goes to readers, and where that is said
};

/// Messages that answer what no operation sends.
std::size_t answers_to_names(const design::Design& design, const design::Program& program, const Protocol& protocol) {
  std::size_t messages = protocol.pushes.size();
  for (const auto* names : {&design.handshake, &program.commands}) {
    for (const std::string& name : *names) {
      const protocol::Command* told = protocol.command(name);
      messages += told == nullptr ? 1 : protocol::messages_of(*told);
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

std::vector<std::string> own_entries(const Scenario& scenario) {
  std::vector<std::string> names;
  if (!scenario.named) return names;
  for (const Task& task : scenario.tasks) {
    for (const Operation& operation : task.operations) {
      if (std::ranges::find(names, operation.does) == names.end()) names.push_back(operation.does);
    }
  }
  return names;
}

std::optional<Misfit> misfit(const Protocol& protocol, const protocol::Operation& operation) {
  for (const std::size_t kind : operation.result.value_or(std::vector<std::size_t>{})) {
    if (!protocol.kinds[kind].error) continue;
    return Misfit{"an error (" + protocol.kinds[kind].name + ") is no result of " + quote(operation.name),
                  "kinds that are none"};
  }
  for (const auto& step : operation.steps) {
    for (const protocol::Request& request : step) {
      if (protocol::results_of(protocol, operation, request)) continue;
      return Misfit{"the cases of " + protocol.commands[request.command].name +
                        " have different numbers of results in " + quote(operation.name),
                    "as many in each case that has no error"};
    }
  }
  return std::nullopt;
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
                                       const protocol::Protocol& protocol, const std::vector<std::string>& operations) {
  std::vector<std::string> entries = protocol::entries_of(protocol);
  for (const std::string& name : operations) {
    if (std::ranges::find(entries, name) == entries.end()) entries.push_back(name);
  }
  const design::ProtocolNames names = {protocol.id, entries, names_of(protocol.kinds), names_of(protocol.commands)};
  auto program = design::compile(design, names, errors);
  if (!program || answers_to_names(design, *program, protocol) <= terms::kMaxAnswers) return program;
  Diagnostic& error = errors.emplace_back();
  error.code = "ILK0061";
  error.message = "what the handshake and the listings send by name is answered by too many messages";
  error.file = design.file;
  error.at = design.at;
  error.expected = "at most " + std::to_string(terms::kMaxAnswers);
  return std::nullopt;
}

std::optional<design::Program> compile(const design::Design& design, Diagnostics& errors, const Scenario& spoken) {
  const Diagnostics much = kept_too_much(design, spoken);
  errors.insert(errors.end(), much.begin(), much.end());
  auto program = compile(design, errors, *spoken.protocol, own_entries(spoken));
  return much.empty() ? program : std::nullopt;
}

}  // namespace interleak::scenario
