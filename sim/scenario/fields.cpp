// See fields.hpp.
#include "sim/scenario/fields.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "sim/design/parse.hpp"
#include "sim/scenario/glob.hpp"
#include "sim/scenario/pool_words.hpp"
#include "sim/scenario/utf8.hpp"

namespace interleak::scenario {
namespace {

bool in_name(std::uint32_t c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}
bool in_path(std::uint32_t c) { return in_name(c) || c == '/'; }
bool in_glob(std::uint32_t c) { return in_path(c) || c == '*' || c == '?'; }
bool in_variable(std::uint32_t c) { return in_name(c) && c != '.' && c != '-'; }
bool in_prose(std::uint32_t c) { return is_printable(c) || c == '\n'; }

std::string join(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

std::string range(std::string_view what, std::size_t least, std::size_t most) {
  return std::string(what) + " of " + std::to_string(least) + " to " + std::to_string(most);
}

}  // namespace

const TextRule kName{"a name of 1 to 64 letters, digits, \"_\", \".\", \"-\"", 1, 64, in_name};
const TextRule kPathName{"a name of 1 to 128 letters, digits, \"_\", \".\", \"-\", \"/\"", 1, 128, in_path};
const TextRule kGlob{"a name of 1 to 128 letters, digits, \"_\", \".\", \"-\", \"/\", \"*\", \"?\"", 1, kMaxGlobBytes,
                     in_glob};
const TextRule kVariable{"a letter, then up to 63 letters, digits, \"_\"", 1, 64, in_variable};
const TextRule kLabel{"a text of 1 to 64 bytes without control characters", 1, 64, is_printable};
const TextRule kLine{"a text of at most 4096 bytes without control characters", 0, 4096, is_printable};
const TextRule kProse{"a text of at most 16384 bytes without control characters but line ends", 0, 16384, in_prose};

Diagnostic& Context::error(std::string code, std::string message, Span at) {
  if (errors_.size() >= kMaxErrors) return dropped_ = {};
  Diagnostic d;
  d.code = std::move(code);
  d.message = std::move(message);
  d.at = document_.position(at.offset);
  d.length = document_.length_on_line(at);
  d.path = document_.path(at.offset);
  return errors_.emplace_back(std::move(d));
}

Diagnostic* Context::unknown(std::string code, std::string_view noun, const std::string& name, Span at,
                             const std::vector<std::string>& allowed) {
  if (errors_.size() >= kMaxErrors) return nullptr;
  Diagnostic& d = error(std::move(code), "unknown " + std::string(noun) + " " + quote(name), at);
  if (!allowed.empty()) d.expected = "one of: " + join(allowed);
  const std::string guess = name.size() > 128 ? "" : design::closest_name(name, allowed);
  if (!guess.empty()) d.help = "did you mean " + quote(guess) + "?";
  return &d;
}

std::string_view Context::name(std::string_view field) const {
  return document_.form == Form::text ? text_name(field) : field;
}

Position Context::text_position(const Value& value) const {
  Position at = position(value.span);
  if (document_.form == Form::json) ++at.column;
  return at;
}

bool Context::is(const Value& value, Value::Kind kind) {
  if (value.kind == kind) return true;
  Diagnostic& d = error("ILK0014", "this is " + std::string(kind_name(value.kind)), value.span);
  d.expected = kind_name(kind);
  return false;
}

std::optional<int> Context::integer(const Value& value, int least, int most) {
  const bool fits = value.integer && *value.integer >= least && *value.integer <= most;
  if (fits) return static_cast<int>(*value.integer);
  const std::string shown(document_.text.substr(value.span.offset, std::min<std::size_t>(value.span.length, 24)));
  const bool number = value.kind == Value::Kind::number;
  const bool whole = number && shown.find_first_of(".eE") == std::string::npos;
  const std::string wrong = whole    ? shown + " is out of range"
                            : number ? shown + " is not an integer"
                                     : "this is " + std::string(kind_name(value.kind));
  Diagnostic& d = error(whole ? "ILK0015" : "ILK0014", wrong, value.span);
  d.expected = least == most ? std::to_string(least)
                             : "an integer from " + std::to_string(least) + " to " + std::to_string(most);
  return std::nullopt;
}

std::optional<bool> Context::boolean(const Value& value) {
  if (!is(value, Value::Kind::boolean)) return std::nullopt;
  return value.boolean;
}

bool Context::check(std::string_view text, const TextRule& rule, Span at) {
  bool good = text.size() >= rule.least && text.size() <= rule.most;
  for (std::string_view rest = text; good && !rest.empty();) {
    const Character next = first_character(rest);
    good = next.length > 0 && rule.allows(next.code);
    rest.remove_prefix(std::max<std::size_t>(next.length, 1));
  }
  const auto first = text.empty() ? '\0' : text.front();
  if (good && &rule == &kVariable) good = (first | 32) >= 'a' && (first | 32) <= 'z';
  if (good) return true;
  const bool size = text.size() < rule.least || text.size() > rule.most;
  Diagnostic& d = text.empty() ? error("ILK0015", "this is empty", at)
                  : size       ? error("ILK0015", quote(text) + " is too long", at)
                               : error("ILK0019", quote(text) + " cannot stand here", at);
  d.expected = rule.expected;
  return false;
}

std::optional<std::string> Context::text(const Value& value, const TextRule& rule) {
  if (!is(value, Value::Kind::string) || !check(value.text, rule, value.span)) return std::nullopt;
  return value.text;
}

bool Context::key(const Member& member, const TextRule& rule) { return check(member.key, rule, member.key_span); }

std::optional<int> Context::choice(const Value& value, std::string_view noun, std::span<const std::string_view> names) {
  const std::vector<std::string> allowed(names.begin(), names.end());
  if (value.kind != Value::Kind::string) {
    is(value, Value::Kind::string);
    return std::nullopt;
  }
  const auto found = std::find(names.begin(), names.end(), value.text);
  if (found != names.end()) return static_cast<int>(found - names.begin());
  unknown("ILK0016", "value of " + quote(name(noun)), value.text, value.span, allowed);
  return std::nullopt;
}

std::span<const Value> Context::items(const Value& value, std::size_t least, std::size_t most) {
  if (!is(value, Value::Kind::array)) return {};
  if (value.items.size() >= least && value.items.size() <= most) return value.items;
  const bool text_form = document_.form == Form::text;
  const std::string what = text_form ? "this list" : "this array";
  error("ILK0015", what + " has " + std::to_string(value.items.size()) + " entries", value.span).expected =
      range(text_form ? "a list" : "an array", least, most);
  return {};
}

std::vector<std::string> Context::texts(const Value& value, const TextRule& rule, std::size_t least, std::size_t most,
                                        bool repeats) {
  std::vector<std::string> result;
  std::set<std::string> seen;
  for (const Value& item : items(value, least, most)) {
    std::optional<std::string> next = text(item, rule);
    if (!next) continue;
    if (!seen.insert(*next).second && !repeats) {
      error("ILK0017", quote(*next) + " stands here twice", item.span);
    }
    result.push_back(std::move(*next));
  }
  return result;
}

std::span<const Member> Context::members(const Value& value, std::size_t most) {
  if (!is(value, Value::Kind::object)) return {};
  if (value.members.size() <= most) return value.members;
  const std::string what = document_.form == Form::text ? "this list" : "this object";
  error("ILK0015", what + " has " + std::to_string(value.members.size()) + " entries", value.span).expected =
      "at most " + std::to_string(most);
  return {};
}

Fields::Fields(Context& context, const Value& object, const std::vector<std::string>& allowed) : context_(context) {
  if (!context.is(object, Value::Kind::object)) return;
  object_ = &object;
  for (const Member& member : object.members) {
    if (std::find(allowed.begin(), allowed.end(), member.key) != allowed.end()) continue;
    context.unknown("ILK0012", "field", member.key, member.key_span, allowed);
  }
}

const Value* Fields::find(std::string_view name) const { return object_ == nullptr ? nullptr : object_->find(name); }

const Value* Fields::require(std::string_view name, std::string_view expected) const {
  const Value* value = find(name);
  if (value == nullptr && object_ != nullptr) {
    Span brace = object_->span;
    brace.length = std::min<std::size_t>(brace.length, 1);
    Diagnostic& d = context_.error("ILK0013", "field " + quote(context_.name(name)) + " is missing", brace);
    d.expected = expected;
    if (context_.form() == Form::json) d.path += "." + std::string(name);
  }
  return value;
}

void Fields::read(std::string_view name, std::string& target, const TextRule& rule) const {
  if (const Value* value = find(name)) {
    if (auto text = context_.text(*value, rule)) target = std::move(*text);
  }
}

void Fields::read(std::string_view name, int& target, int least, int most) const {
  if (const Value* value = find(name)) {
    if (const auto number = context_.integer(*value, least, most)) target = *number;
  }
}

void Fields::read(std::string_view name, bool& target) const {
  if (const Value* value = find(name)) {
    if (const auto truth = context_.boolean(*value)) target = *truth;
  }
}

void check_format(Context& context, const Fields& file) {
  const Value* version = file.require("interleak", "1, the version of the file format");
  if (version == nullptr || (version->integer && *version->integer == 1)) return;
  context.error("ILK0010", "this file is in a format that this version does not read", version->span).expected = "1";
}

bool is_readable(const Document& document, const Diagnostics& errors) {
  if (!document.root || document.form == Form::text) return document.root.has_value();  // each line stands for itself
  return std::all_of(errors.begin(), errors.end(), [](const Diagnostic& d) { return d.code == "ILK0018"; });
}

void report(Diagnostics found, const std::string& file, Diagnostics& errors) {
  const auto place = [](const Diagnostic& d) { return std::tie(d.at.line, d.at.column); };
  std::stable_sort(found.begin(), found.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return place(a) < place(b); });
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::string, std::string>> seen;
  for (Diagnostic& d : found) {
    if (!seen.emplace(d.at.line, d.at.column, d.code, d.message).second) continue;
    if (seen.size() > kMaxErrors) return;
    d.file = file;
    errors.push_back(std::move(d));
  }
}

}  // namespace interleak::scenario
