// See json.hpp. The builder below receives nlohmann's events in the order of the text. At each
// event the cursor stands behind the previous token, so the token begins after blanks, ':' and ','.
#include "sim/scenario/json.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/scenario/fields.hpp"
#include "sim/scenario/reader.hpp"

namespace interleak::scenario {
namespace {

constexpr std::string_view kBetweenTokens = " \t\r\n:,";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

Diagnostic diagnostic(const Document& document, std::string code, std::string message, Span span) {
  Diagnostic d;
  d.code = std::move(code);
  d.message = std::move(message);
  d.at = document.position(span.offset);
  d.length = document.length_on_line(span);
  d.path = document.path(span.offset);
  return d;
}

class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(Document& document, Diagnostics& errors) : document_(document), errors_(errors) {
    if (document_.text.starts_with(kByteOrderMark)) cursor_ = kByteOrderMark.size();
  }

  bool null() override { return scalar(Value::Kind::null) != nullptr; }
  bool boolean(bool value) override {
    scalar(Value::Kind::boolean)->boolean = value;
    return true;
  }
  bool number_integer(std::int64_t value) override {
    scalar(Value::Kind::number)->integer = value;
    return true;
  }
  bool number_unsigned(std::uint64_t value) override {
    Value* number = scalar(Value::Kind::number);
    if (value <= INT64_MAX) number->integer = static_cast<std::int64_t>(value);
    return true;
  }
  bool number_float(double, const std::string&) override { return scalar(Value::Kind::number) != nullptr; }
  bool string(std::string& value) override {
    scalar(Value::Kind::string)->text = std::move(value);
    return true;
  }
  bool binary(nlohmann::json::binary_t&) override { return false; }  // not in JSON text
  bool start_object(std::size_t) override { return open(Value::Kind::object); }
  bool start_array(std::size_t) override { return open(Value::Kind::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(std::string& key) override;
  bool parse_error(std::size_t read, const std::string& token, const nlohmann::detail::exception& error) override;

 private:
  struct Container {
    Value* value;
    std::map<std::string, Span, std::less<>> keys;  // with the place of the first
    std::string key;                                // of the member that comes next
    Span key_span;
    bool duplicate = false;
  };

  Span next_token();
  Value* add(Value::Kind kind, Span span);
  Value* scalar(Value::Kind kind) { return add(kind, next_token()); }
  bool open(Value::Kind kind);
  bool close();

  Document& document_;
  Diagnostics& errors_;
  std::size_t cursor_ = 0;
  std::vector<Container> open_;  // outermost first; their values do not move while they are open
  std::deque<Value> dropped_;    // values of duplicate keys
};

// Only called when the parser has accepted the token, so it is known to be well formed.
Span Builder::next_token() {
  const std::string_view text = document_.text;
  const std::size_t begin = text.find_first_not_of(kBetweenTokens, cursor_);
  std::size_t end = begin + 1;
  if (text[begin] == '"') {
    for (; text[end] != '"'; ++end) end += text[end] == '\\';
    ++end;
  } else if (std::string_view("{}[]").find(text[begin]) == std::string_view::npos) {
    end = std::min(text.find_first_of(" \t\r\n:,{}[]\"", begin), text.size());
  }
  cursor_ = end;
  return {begin, end - begin};
}

Value* Builder::add(Value::Kind kind, Span span) {
  Value value;
  value.kind = kind;
  value.span = span;
  if (open_.empty()) return &document_.root.emplace(std::move(value));
  Container& parent = open_.back();
  if (parent.value->kind == Value::Kind::array) {
    return &parent.value->items.emplace_back(std::move(value));
  }
  if (parent.duplicate) return &dropped_.emplace_back(std::move(value));
  parent.value->members.push_back({std::move(parent.key), parent.key_span, std::move(value)});
  return &parent.value->members.back().value;
}

bool Builder::open(Value::Kind kind) {
  const Span span = next_token();
  if (open_.size() >= static_cast<std::size_t>(kMaxNesting)) {
    Diagnostic d = diagnostic(document_, "ILK0005", "nested too deeply", span);
    d.expected = "at most " + std::to_string(kMaxNesting) + " levels of brackets";
    errors_.push_back(std::move(d));
    return false;
  }
  // Until its bracket comes, a container reaches to the end of the text.
  Value* value = add(kind, {span.offset, document_.text.size() - span.offset});
  open_.push_back({value, {}, {}, {}, false});
  return true;
}

bool Builder::close() {
  const Span bracket = next_token();
  Span& span = open_.back().value->span;
  span.length = bracket.offset + 1 - span.offset;
  open_.pop_back();
  return true;
}

bool Builder::key(std::string& key) {
  const Span span = next_token();
  Container& object = open_.back();
  const auto [first, fresh] = object.keys.emplace(key, span);
  object.key = std::move(key);
  object.key_span = span;
  object.duplicate = !fresh;
  if (fresh) return true;
  Diagnostic d = diagnostic(document_, "ILK0018", "duplicate key " + quote(object.key), span);
  const Position at = document_.position(first->second.offset);
  d.related.push_back({at, "first at " + place_text(at)});
  d.path = document_.path(first->second.offset);
  d.help = "remove one of the two";
  errors_.push_back(std::move(d));
  return errors_.size() < kMaxErrors;
}

// nlohmann says "[json.exception...] parse error at line 1, column 5: syntax error while parsing
// value - invalid literal; last read: 'tru}'; expected ']'". What is wrong and what was expected
// are worth keeping; the rest we know better.
struct Complaint {
  std::string wrong, expected;
};

Complaint understand(std::string_view what) {
  constexpr std::string_view kContext = " - ", kToken = "; last read: '", kWanted = "; expected ";
  const std::size_t begin = what.find(kContext);
  if (begin == std::string_view::npos) return {"syntax error", ""};
  what.remove_prefix(begin + kContext.size());
  Complaint complaint;
  if (const std::size_t wanted = what.rfind(kWanted); wanted != std::string_view::npos) {
    complaint.expected = what.substr(wanted + kWanted.size());
    what = what.substr(0, wanted);
  }
  complaint.wrong = what.substr(0, what.find(kToken));
  return complaint;
}

bool Builder::parse_error(std::size_t read, const std::string&, const nlohmann::detail::exception& error) {
  const std::size_t size = document_.text.size();
  const std::size_t behind = std::min(read, size);
  // The token at fault ends at `behind`; if it is no ':' or ',' it is the next one.
  const std::size_t next = document_.text.find_first_not_of(kBetweenTokens, cursor_);
  Span span{behind > 0 ? behind - 1 : 0, 1};
  if (next < behind) span = {next, behind - next};

  constexpr int kNumberOverflow = 406;
  if (error.id == kNumberOverflow) {
    Diagnostic d = diagnostic(document_, "ILK0006", "number too large", span);
    d.expected = "a number of the size of a double";
    errors_.push_back(std::move(d));
    return false;
  }
  const Complaint complaint = understand(error.what());
  const bool at_end = complaint.wrong == "unexpected end of input" || read > size;
  const bool bad_character = complaint.wrong.starts_with("invalid string");
  if (at_end) {
    const std::size_t last = document_.text.find_last_not_of(" \t\r\n");
    span = {last == std::string_view::npos ? 0 : last, 1};
  } else if (bad_character) {
    span = {behind - 1, 1};
  }
  const bool trailing = open_.empty() && document_.root && !at_end;
  const std::string wrong = trailing ? "text after the end of the JSON value"
                            : at_end ? "the file ends too early"
                                     : complaint.wrong;
  Diagnostic d = diagnostic(document_, trailing ? "ILK0007" : "ILK0001", wrong, span);
  d.expected = trailing ? "nothing more" : complaint.expected;
  if (!open_.empty()) {
    const Position at = document_.position(open_.back().value->span.offset);
    d.related.push_back({at, (at_end ? "unclosed since " : "inside what opens at ") + place_text(at)});
  }
  errors_.push_back(std::move(d));
  return false;
}

/// Hears the same events, and keeps nothing but the keys of the outermost object.
class RootKeys : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(std::int64_t) override { return value(); }
  bool number_unsigned(std::uint64_t) override { return value(); }
  bool number_float(double, const std::string&) override { return value(); }
  bool string(std::string&) override { return value(); }
  bool binary(nlohmann::json::binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(std::string& key) override {
    if (depth_ == 1) key_ = std::move(key);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }
  std::set<std::string> take() { return std::move(keys_); }

 private:
  bool value() {
    if (depth_ == 1 && key_) keys_.insert(std::move(*key_));
    if (depth_ == 1) key_.reset();
    return keys_.size() < kMostRootKeys;
  }
  bool open() {
    value();
    return ++depth_ <= kMaxNesting;
  }
  bool close() {
    --depth_;
    return true;
  }

  static constexpr std::size_t kMostRootKeys = 1000;   // no kind of file has more than a few
  int depth_ = 0;
  std::optional<std::string> key_;   // of the outermost object, before its value
  std::set<std::string> keys_;
};

}  // namespace

Document read_json(std::string_view text, Diagnostics& errors) {
  const std::size_t before = errors.size();
  Document document = begin_document(text, Form::json, "a JSON object", errors);
  if (errors.size() != before) return document;
  Builder builder(document, errors);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return document;
}

std::set<std::string> root_keys(std::string_view text) {
  if (text.size() > kMaxFileBytes || first_bad_byte(text) != std::string_view::npos) return {};
  RootKeys keys;
  nlohmann::json::sax_parse(text.begin(), text.end(), &keys);
  return keys.take();
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace interleak::scenario
