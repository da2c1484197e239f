// See session_reader.hpp.
#include "sim/scenario/session_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <string>

#include "sim/scenario/json.hpp"

namespace interleak::scenario {
namespace {

using protocol::Assignment;
using protocol::SessionValue;
using protocol::Test;
using protocol::Variable;

constexpr std::array<std::string_view, 2> kSorts = {"setting", "identity"};
constexpr std::string_view kNumberExpected = "a number from 0 to 15";
constexpr std::string_view kIdentityExpected = "\"none\" or \"pool\"";

/// What an identity is called that is no owner.
std::optional<SessionValue> identity_called(std::string_view word) {
  if (word == "none") return protocol::kNobody;
  if (word == "pool") return protocol::kClient;
  return std::nullopt;
}

std::string expected_of(const Variable& variable) {
  return variable.identity ? "\"none\", \"pool\", \"asker\" or \"base\""
                           : std::string(kNumberExpected) + ", or \"base\"";
}

/// The value of `base` or `start`, which no request decides.
void read_level(Context& c, const Fields& fields, std::string_view name, const Variable& variable, SessionValue& out) {
  const Value* value = fields.find(name);
  if (value == nullptr) return;
  if (!variable.identity) {
    if (const auto number = c.integer(*value, 0, protocol::kMaxSetting)) out = static_cast<SessionValue>(*number);
    return;
  }
  if (!c.is(*value, Value::Kind::string)) return;
  const auto identity = identity_called(value->text);
  if (identity) out = *identity;
  else c.error("ILK0016", "unknown value " + quote(value->text), value->span).expected = kIdentityExpected;
}

std::optional<Variable> read_variable(Context& c, const Member& member) {
  Variable variable;
  variable.name = member.key;
  if (member.value.kind == Value::Kind::string) {
    auto words = c.text(member.value, kLabel);
    if (!words) return std::nullopt;
    variable.words = std::move(*words);
    return variable;
  }
  const Fields fields(c, member.value, {"words", "is", "base", "start", "shared"});
  if (!fields) return std::nullopt;
  if (fields.require("words", "what a session does in which it is not at its base") != nullptr) {
    fields.read("words", variable.words, kLabel);
  }
  if (const Value* sort = fields.find("is")) variable.identity = c.choice(*sort, "is", kSorts) == 1;
  read_level(c, fields, "base", variable, variable.base);
  variable.start = variable.base;
  read_level(c, fields, "start", variable, variable.start);
  fields.read("shared", variable.shared);
  return variable;
}

/// A value as it stands in `set` and in tests, by its word; nothing if it is none of this variable.
std::optional<SessionValue> value_called(const Variable& variable, std::string_view word) {
  if (word == "base") return variable.base;
  if (variable.identity) return word == "asker" ? protocol::kAsker : identity_called(word);
  int number = -1;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  if (number < 0 || number > protocol::kMaxSetting) return std::nullopt;
  return static_cast<SessionValue>(number);
}

/// The words of a condition, one after the other.
std::vector<std::string_view> words_in(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end != at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

/// Reads one condition.
class TestReader {
 public:
  TestReader(Context& context, const Value& value, const std::vector<Variable>& session)
      : c_(context), value_(value), session_(session), words_(words_in(value.text)) {}

  std::vector<Test> read() {
    std::vector<Test> tests;
    do {
      const auto test = read_test();
      if (!test) return tests;
      tests.push_back(*test);
    } while (next_is("and"));
    if (at_ != words_.size())
      fail("this condition goes on with " + quote(std::string(words_[at_])), "\"and\", or its end");
    return tests;
  }

 private:
  std::optional<Test> read_test() {
    Test test;
    const bool negated = next_is("not");
    if (at_ == words_.size()) return fail("this condition ends too early", "the name of a variable of the session");
    const std::string name(words_[at_++]);
    const auto found = std::ranges::find(session_, name, &Variable::name);
    if (found == session_.end()) {
      c_.unknown("ILK0016", "variable of the session", name, value_.span, names_of(session_));
      return std::nullopt;
    }
    test.variable = static_cast<std::size_t>(found - session_.begin());
    test.equal = negated;
    if (negated || (!next_is("==") && !next_is("!="))) return test;   // it is not 0, not `none`
    test.equal = words_[at_ - 1] == "==";
    if (at_ == words_.size()) return fail("this condition ends too early", expected_of(*found));
    const auto value = value_called(*found, words_[at_++]);
    if (!value) return fail(quote(std::string(words_[at_ - 1])) + " is no value of " + name, expected_of(*found));
    test.value = *value;
    return test;
  }

  bool next_is(std::string_view word) {
    const bool is = at_ < words_.size() && words_[at_] == word;
    if (is) ++at_;
    return is;
  }

  std::nullopt_t fail(std::string message, std::string expected) {
    c_.error("ILK0053", std::move(message), value_.span).expected = std::move(expected);
    return std::nullopt;
  }

  Context& c_;
  const Value& value_;
  const std::vector<Variable>& session_;
  std::vector<std::string_view> words_;
  std::size_t at_ = 0;
};

/// Adds an assignment, unless there is one of the variable.
void assign(Context& c, std::vector<Assignment>& all, const std::vector<Variable>& session, Assignment assignment,
            Span at) {
  if (std::ranges::find(all, assignment.variable, &Assignment::variable) != all.end()) {
    c.error("ILK0021", quote(session[assignment.variable].name) + " is set twice here", at).expected = "one value";
    return;
  }
  all.push_back(assignment);
}

void read_set(Context& c, const Value& value, const std::vector<Variable>& session, std::vector<Assignment>& out) {
  const auto names = names_of(session);
  for (const Member& member : c.members(value, protocol::kMaxVariables)) {
    const auto found = std::ranges::find(session, member.key, &Variable::name);
    if (found == session.end()) {
      c.unknown("ILK0016", "variable of the session", member.key, member.key_span, names);
      continue;
    }
    const auto variable = static_cast<std::size_t>(found - session.begin());
    if (!found->identity && member.value.kind != Value::Kind::string) {
      if (const auto number = c.integer(member.value, 0, protocol::kMaxSetting)) {
        assign(c, out, session, {variable, static_cast<SessionValue>(*number)}, member.key_span);
      }
      continue;
    }
    if (!c.is(member.value, Value::Kind::string)) continue;
    const bool word = found->identity || member.value.text == "base";   // a number stands without quotes
    const auto set = word ? value_called(*found, member.value.text) : std::nullopt;
    if (set) assign(c, out, session, {variable, *set}, member.key_span);
    else
      c.error("ILK0016", "unknown value " + quote(member.value.text), member.value.span).expected = expected_of(*found);
  }
}

void read_switched(Context& c, const Value& value, const std::vector<Variable>& session, SessionValue to,
                   std::vector<Assignment>& out) {
  for (const std::size_t variable : read_variables(c, value, session)) {
    if (session[variable].identity) {
      c.error("ILK0021", quote(session[variable].name) + " is an identity, which is not raised or lowered", value.span)
          .expected = "\"set\"";
      continue;
    }
    assign(c, out, session, {variable, to}, value.span);
  }
}

}  // namespace

std::vector<Variable> read_session(Context& context, const Value& value) {
  std::vector<Variable> session;
  std::span<const Member> members = context.members(value, protocol::kMaxVariables);
  if (members.empty() && value.kind == Value::Kind::object) members = value.members;   // too many: that is told once
  for (const Member& member : members) {
    if (!context.key(member, kVariable)) continue;
    if (member.key == "not" || member.key == "and") {
      context.error("ILK0019", "a variable cannot be called " + quote(member.key), member.key_span).expected =
          "a name that is no word of conditions";
    }
    if (auto variable = read_variable(context, member)) session.push_back(std::move(*variable));
  }
  return session;
}

std::vector<Test> read_tests(Context& context, const Value& value, const std::vector<Variable>& session) {
  if (!context.is(value, Value::Kind::string)) return {};
  return TestReader(context, value, session).read();
}

std::vector<Assignment> read_assignments(Context& context, const Fields& fields, const std::vector<Variable>& session) {
  std::vector<Assignment> sets;
  if (const Value* set = fields.find("set")) read_set(context, *set, session, sets);
  if (const Value* raised = fields.find("raises")) read_switched(context, *raised, session, 1, sets);
  if (const Value* lowered = fields.find("lowers")) read_switched(context, *lowered, session, 0, sets);
  return sets;
}

std::vector<std::size_t> read_variables(Context& context, const Value& value, const std::vector<Variable>& session) {
  const auto names = names_of(session);
  const std::vector<std::string_view> allowed(names.begin(), names.end());
  std::vector<std::size_t> variables;
  for (const Value& item : context.items(value, 1, protocol::kMaxVariables)) {
    const auto index = context.choice(item, "variable of the session", allowed);
    if (!index) continue;
    const auto variable = static_cast<std::size_t>(*index);
    if (std::ranges::find(variables, variable) == variables.end()) variables.push_back(variable);
  }
  return variables;
}

}  // namespace interleak::scenario
