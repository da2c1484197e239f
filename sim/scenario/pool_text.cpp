// See pool_text.hpp. One pass over the lines (pool_lines.hpp), each read by itself, so that an error on one costs
// nothing of the others.
#include "sim/scenario/pool_text.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/design/lexer.hpp"
#include "sim/scenario/design_words.hpp"
#include "sim/scenario/fields.hpp"
#include "sim/scenario/pool_lines.hpp"

namespace interleak::scenario {
namespace {

using LineKind = PoolLine::Kind;

constexpr std::size_t kNowhere = std::string_view::npos;

constexpr std::string_view kWantedDesign = "lines such as \"design NAME\" and \"def execute:\"";

Value value_of(Value::Kind kind, Span span) {
  Value value;
  value.kind = kind;
  value.span = span;
  return value;
}

Value text_value(std::string text, Span span) {
  Value value = value_of(Value::Kind::string, span);
  value.text = std::move(text);
  return value;
}

/// As JSON has them: digits, perhaps a fraction, which makes it no integer.
bool is_number_text(std::string_view text) {
  const std::size_t digits = text.starts_with('-') ? 1 : 0;
  return text.size() > digits && text[digits] >= '0' && text[digits] <= '9' &&
         text.find_first_not_of("0123456789.", digits) == std::string_view::npos;
}

class PoolReader {
 public:
  PoolReader(Document& document, Diagnostics& errors)
      : document_(document), text_(document.text), context_(document, errors), lines_(pool_lines(document.text)) {}

  void read() {
    root_.kind = Value::Kind::object;
    root_.span = {0, text_.size()};
    // A text is of the first version unless it says otherwise.
    Value version = value_of(Value::Kind::number, {0, 0});
    version.integer = 1;
    root_.members.push_back({"interleak", {0, 0}, std::move(version)});
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      switch (lines_[i].kind) {
        case LineKind::blank: above_blank(); break;
        case LineKind::comment: above_.push_back(comment_value(lines_[i].comment)); break;
        case LineKind::stray: stray(lines_[i]); break;
        case LineKind::header: header(lines_[i]); break;
        case LineKind::def: i = procedure(i); break;
        case LineKind::body: break;   // taken by its `def`
      }
    }
    note_above("end");
    // JSON must say that there are none, unless there are those of a parent.
    if (root_.find("procedures") == nullptr && root_.find("extends") == nullptr) {
      root_.members.push_back({"procedures", {0, 0}, value_of(Value::Kind::object, {0, 0})});
    }
    put_comments();
    document_.root = std::move(root_);
  }

 private:
  std::string_view at(Span span) const { return text_.substr(span.offset, span.length); }
  static Span behind(Span span) { return {span.offset + span.length, 1}; }

  Diagnostic& syntax(std::string message, Span where, std::string expected) {
    Diagnostic& error = context_.error("ILK0001", std::move(message), where);
    error.expected = std::move(expected);
    return error;
  }

  // --- Comments --------------------------------------------------------------------------------

  Value comment_value(Span span) const { return text_value(std::string(at(span)), span); }

  /// Blank lines are kept where they part comments.
  void above_blank() {
    if (!above_.empty() && !above_.back().text.empty()) above_.push_back(text_value("", above_.back().span));
  }

  Value& notes_of(const std::string& anchor, Span span) {
    const auto [entry, fresh] = anchors_.emplace(anchor, comments_.size());
    if (fresh) comments_.push_back({anchor, span, value_of(Value::Kind::object, span)});
    return comments_[entry->second].value;
  }

  void note_above(const std::string& anchor) {
    if (anchor == "end" && !above_.empty() && above_.back().text.empty()) above_.pop_back();
    if (above_.empty()) return;
    const Span span = above_.front().span;
    Value list = value_of(Value::Kind::array, span);
    list.items = std::exchange(above_, {});
    notes_of(anchor, span).members.push_back({"above", span, std::move(list)});
  }

  void note_beside(const std::string& anchor, Span comment) {
    if (comment.length == 0) return;
    notes_of(anchor, comment).members.push_back({"beside", comment, comment_value(comment)});
  }

  void put_comments() {
    if (comments_.empty()) return;
    Value all = value_of(Value::Kind::object, comments_.front().key_span);
    all.members = std::move(comments_);
    root_.members.push_back({"comments", all.span, std::move(all)});
  }

  // --- The tree --------------------------------------------------------------------------------

  /// The member of the root; made at its first line.
  Value& field(const std::string& name, Value::Kind kind, Span span) {
    for (Member& member : root_.members) {
      if (member.key == name) return member.value;
    }
    return root_.members.emplace_back(Member{name, span, value_of(kind, span)}).value;
  }

  /// False, and an error, if it stands there already.
  bool fresh(std::string_view what, const std::string& path, std::string_view shown, Span span) {
    const auto [first, is_new] = seen_.emplace(path, span);
    if (is_new) return true;
    Diagnostic& d = context_.error("ILK0018", std::string(what) + " " + quote(shown) + " stands here twice", span);
    const Position before = document_.position(first->second.offset);
    d.related.push_back({before, "first at " + place_text(before)});
    d.help = "remove one of the two";
    return false;
  }

  /// What is `scope` in a field, `variables.op`; made if it is not there. There may be thousands of wrong ones.
  Value& scope_of(const std::string& field_name, Value& fields, std::string_view scope, Value::Kind kind, Span span) {
    const std::string path = field_name + "." + std::string(scope);
    const auto [entry, is_new] = scopes_.emplace(path, fields.members.size());
    if (is_new) fields.members.push_back({std::string(scope), span, value_of(kind, span)});
    return fields.members[entry->second].value;
  }

  // --- Values ----------------------------------------------------------------------------------

  /// What stands there, without its quotes. Nothing, and an error, if those are wrong.
  std::optional<std::string> plain(Span span) {
    const std::string_view written = at(span);
    if (!written.starts_with('"')) return std::string(written);
    const std::size_t end = span.offset + span.length;
    const std::size_t close = quoted_end(text_, span.offset, end);
    if (close == std::string_view::npos) {
      syntax("the quote is not closed", span, "\"");
      return std::nullopt;
    }
    if (close != end) {
      const std::size_t more = text_.find_first_not_of(" \t", close);
      syntax("text after the closing quote", {more, end - more}, "nothing more");
      return std::nullopt;
    }
    std::string result;
    for (std::size_t i = span.offset + 1; i + 1 < end; ++i) {
      if (text_[i] == '\\') {
        ++i;
        if (text_[i] != '"' && text_[i] != '\\') {
          syntax("unknown escape " + quote(text_.substr(i - 1, 2)), {i - 1, 2}, "\\\" or \\\\");
          return std::nullopt;
        }
      }
      result += text_[i];
    }
    return result;
  }

  /// Of an empty value the place is where it should stand.
  static Span or_behind(Span span, Span word) { return span.length > 0 ? span : behind(word); }

  Value flag(Span span, Span word) const {
    Value value = text_value(std::string(at(span)), or_behind(span, word));
    if (span.length > 0 && at(span) != "true" && at(span) != "false") return value;
    value.kind = Value::Kind::boolean;
    value.boolean = at(span) != "false";
    return value;
  }

  /// A number, or a text, which is the reader's to refuse.
  Value number(Span span, Span word) const {
    const std::string_view written = at(span);
    Value value = text_value(std::string(written), or_behind(span, word));
    if (!is_number_text(written)) return value;
    value.kind = Value::Kind::number;
    std::int64_t whole = 0;
    const auto [end, failed] = std::from_chars(written.data(), written.data() + written.size(), whole);
    if (failed == std::errc() && end == written.data() + written.size()) value.integer = whole;
    return value;
  }

  // --- Header lines ----------------------------------------------------------------------------

  void stray(const PoolLine& line) {
    Diagnostic& d = context_.error("ILK0051", "the line is indented, but begins no block", {line.begin, line.indent});
    d.expected = "a line of the header at the first column, or a listing behind \"def NAME:\"";
  }

  void header(const PoolLine& line) {
    const HeaderStart start = header_start(text_, line.code);
    if (start.word == nullptr) {
      unknown_word(start);
      return;
    }
    note_root(start.written);
    const std::size_t before = items_.size();
    read(*start.word, start.written, start.rest);
    // An item that was refused has no place for comments; the file is refused anyway.
    if (items_.size() > before) {
      note_above(items_[before]);
      note_beside(items_.back(), line.comment);
    }
    above_.clear();
  }

  void note_root(Span first) {
    if (root_.span.offset == 0 && !begun_) root_.span = {first.offset, text_.size() - first.offset};
    begun_ = true;
  }

  void unknown_word(const HeaderStart& start) {
    std::vector<std::string> names;
    for (const HeaderWord& word : kHeaderWords) names.emplace_back(word.text);
    names.emplace_back(kProcedureWord);
    // Also where only the `_` of the JSON form stands in the blank's place, or the JSON form's own name.
    std::string name(at(start.written));
    const auto known = std::ranges::find(kHeaderWords, name, &HeaderWord::field);
    const bool listing = name == "procedures";
    Diagnostic* error = context_.unknown("ILK0012", "field", name, start.written, names);
    if (error != nullptr && (known != kHeaderWords.end() || listing)) {
      error->help = "did you mean " + quote(text_name(name)) + "?";
    }
  }

  void read(const HeaderWord& word, Span written, Span rest) {
    const std::string name(word.field);
    switch (word.shape) {
      case HeaderShape::word: return single(word, written, text_value(std::string(at(rest)), or_behind(rest, written)));
      case HeaderShape::flag: return single(word, written, flag(rest, written));
      case HeaderShape::number: return version(word, written, rest);
      case HeaderShape::line:
        if (auto text = plain(rest)) single(word, written, text_value(std::move(*text), or_behind(rest, written)));
        return;
      case HeaderShape::words: return list(word, written, rest, false);
      case HeaderShape::lines: return list(word, written, rest, true);
      case HeaderShape::settings: return settings(word, written, rest);
      case HeaderShape::counters:
      case HeaderShape::queues:
      case HeaderShape::stores: return names(word, written, rest);
    }
  }

  void single(const HeaderWord& word, Span written, Value value) {
    if (!fresh("the field", std::string(word.field), word.text, written)) return;
    root_.members.push_back({std::string(word.field), written, std::move(value)});
    items_.emplace_back(word.field);
  }

  void version(const HeaderWord& word, Span written, Span rest) {
    if (!fresh("the field", std::string(word.field), word.text, written)) return;
    root_.members.front() = {std::string(word.field), written, number(rest, written)};
    items_.emplace_back(word.field);
  }

  /// The items of a list; an error for each that is missing.
  std::vector<Span> items(const HeaderWord& word, Span written, Span rest) {
    std::vector<Span> result;
    for (const Span item : pool_items(text_, rest, word.shape)) {
      if (item.length > 0) {
        result.push_back(item);
        continue;
      }
      const bool alone = rest.length == 0;
      const std::string what = alone ? "nothing stands behind " + quote(word.text) : "nothing stands at this comma";
      syntax(what, alone ? behind(written) : Span{std::min(item.offset, text_.size()), 1}, list_of(word));
    }
    return result;
  }

  static std::string list_of(const HeaderWord& word) {
    switch (word.shape) {
      case HeaderShape::settings: return "NAME VALUE, with commas between them";
      case HeaderShape::counters: return "SCOPE.NAME = NUMBER, with commas between them";
      case HeaderShape::queues: return "SCOPE.NAME, with commas between them";
      case HeaderShape::stores: return "pool.NAME, perhaps with \"by key\" or \"by name\", with commas between them";
      default: return "names or texts, with commas between them";
    }
  }

  void list(const HeaderWord& word, Span written, Span rest, bool quotes) {
    const std::string name(word.field);
    for (const Span item : items(word, written, rest)) {
      auto text = quotes ? plain(item) : std::optional(std::string(at(item)));
      if (!text) continue;
      Value& all = field(name, Value::Kind::array, written);
      items_.push_back(name + "." + std::to_string(all.items.size()));
      all.items.push_back(text_value(std::move(*text), item));
    }
  }

  void settings(const HeaderWord& word, Span written, Span rest) {
    const std::string name(word.field);
    for (const Span item : items(word, written, rest)) {
      const Span first = pool_words(text_, item).front();
      const std::string key(at(first));
      const std::size_t begin =
          std::min(text_.find_first_not_of(" \t", first.offset + first.length), item.offset + item.length);
      const Span value{begin, item.offset + item.length - begin};
      std::optional<Value> read = setting(key, first, value);
      if (!read || !fresh("the setting", name + "." + key, key, first)) continue;
      field(name, Value::Kind::object, written).members.push_back({key, first, std::move(*read)});
      items_.push_back(name + "." + key);
    }
  }

  std::optional<Value> setting(std::string_view key, Span word, Span value) {
    if (key == kClusterSetting) return flag(value, word);
    if (key == kHandshakeSetting) return handshake(word, value);
    return number(value, word);
  }

  std::optional<Value> handshake(Span word, Span value) {
    Value commands = value_of(Value::Kind::array, or_behind(value, word));
    if (at(value) == kNoHandshake) return commands;
    for (const Span each : pool_words(text_, value)) {
      auto text = plain(each);
      if (!text) return std::nullopt;
      commands.items.push_back(text_value(std::move(*text), each));
    }
    if (!commands.items.empty()) return commands;
    syntax("nothing stands behind \"handshake\"", behind(word), "commands, or \"none\"");
    return std::nullopt;
  }

  /// Variables, queues and stores.
  void names(const HeaderWord& word, Span written, Span rest) {
    for (const Span item : items(word, written, rest)) {
      switch (word.shape) {
        case HeaderShape::counters: variable(word, written, item); break;
        case HeaderShape::stores: store(word, written, item); break;
        default: add_name(word, written, item, std::nullopt);
      }
    }
  }

  /// `SCOPE.NAME = NUMBER`
  void variable(const HeaderWord& word, Span written, Span item) {
    const std::size_t found = at(item).find('=');
    if (found == kNowhere) {
      const std::string shown(at(item).substr(0, at(item).find_first_of(" \t")));
      syntax("the first value is missing", behind(item), quote("= 0")).help = "write " + quote(shown + " = 0");
      return;
    }
    const std::size_t end = item.offset + item.length, sign = item.offset + found;
    Span name{item.offset, found};
    while (name.length > 0 && std::string_view(" \t").find(text_[name.offset + name.length - 1]) != kNowhere)
      --name.length;
    const std::size_t begin = std::min(text_.find_first_not_of(" \t", sign + 1), end);
    add_name(word, written, name, number({begin, end - begin}, name));
  }

  /// `pool.NAME by key`. One place is said by nothing; in the tree, as in JSON, it has a word.
  void store(const HeaderWord& word, Span written, Span item) {
    const std::vector<Span> parts = pool_words(text_, item);
    const Span name = parts.front();
    if (parts.size() == 1) return add_name(word, written, name, text_value(std::string(kOnePlace), name));
    std::string places;
    for (std::size_t i = 1; i < parts.size(); ++i) places += (i > 1 ? " " : "") + std::string(at(parts[i]));
    const std::size_t begin = parts[1].offset;
    const Span span{begin, item.offset + item.length - begin};
    if (places == kOnePlace) {
      syntax(quote(places) + " cannot stand here", span, "\"by key\", \"by name\", or nothing");
      return;
    }
    add_name(word, written, name, text_value(std::move(places), span));
  }

  /// How the scope of a name may begin it, and the one that is meant if it has none.
  static std::pair<std::string_view, std::string_view> scopes_of(const HeaderWord& word) {
    switch (word.shape) {
      case HeaderShape::counters: return {"op.NAME, conn.NAME, socket.NAME or pool.NAME", "op."};
      case HeaderShape::queues: return {"conn.NAME or pool.NAME", "pool."};
      default: return {"pool.NAME", "pool."};
    }
  }

  /// `value`: what stands behind the name, which becomes a member then, and else an item.
  void add_name(const HeaderWord& word, Span written, Span name, std::optional<Value> value) {
    const std::string field_name(word.field);
    const std::string_view whole = at(name);
    const std::size_t dot = whole.find('.');
    if (dot == std::string_view::npos) {
      const auto [expected, meant] = scopes_of(word);
      Diagnostic& d = syntax(quote(whole) + " does not say whose it is", name.length > 0 ? name : behind(written),
                             std::string(expected));
      if (design::is_name(whole)) d.help = "did you mean " + quote(std::string(meant).append(whole)) + "?";
      return;
    }
    const Span scope{name.offset, dot};
    const Span own{name.offset + dot + 1, name.length - dot - 1};
    const std::string path = field_name + "." + std::string(whole);
    const char* const what = word.shape == HeaderShape::stores ? "the store" : "the variable";
    if (value && !fresh(what, path, whole, name)) return;   // of queues the reader says so
    Value& fields = field(field_name, Value::Kind::object, written);
    const Span place = own.length > 0 ? own : name;
    const std::string key(at(own));
    Value& all = scope_of(field_name, fields, at(scope), value ? Value::Kind::object : Value::Kind::array, scope);
    if (value) all.members.push_back({key, place, std::move(*value)});
    else all.items.push_back(text_value(key, place));
    items_.push_back(path);
  }

  // --- Procedures ------------------------------------------------------------------------------

  /// Reads the listing that begins there; the index of its last line.
  std::size_t procedure(std::size_t index) {
    const PoolLine& head = lines_[index];
    note_root(head.code);
    std::size_t last = index;
    while (last + 1 < lines_.size() && lines_[last + 1].kind == LineKind::body) ++last;
    const std::optional<Span> name = procedure_name(head);
    Value listing = value_of(Value::Kind::array, head.code);
    read_body(index + 1, last + 1, listing);
    if (last == index) {
      Diagnostic& d = context_.error("ILK0052", quote(at(head.code)) + " has no listing", head.code);
      d.expected = "at least one line, indented";
      d.help = "write \"pass\" for an empty one";
      listing.items.push_back(text_value("pass", head.code));
    }
    if (name) {
      const std::string key(at(*name));
      if (fresh("the procedure", "procedures." + key, key, *name)) {
        field("procedures", Value::Kind::object, head.code).members.push_back({key, *name, std::move(listing)});
        note_above("procedures." + key);
        note_beside("procedures." + key, head.comment);
      }
    } else {
      field("procedures", Value::Kind::object, head.code);   // that it is not missed as well
    }
    above_.clear();
    return last;
  }

  /// Of `def NAME:`.
  std::optional<Span> procedure_name(const PoolLine& head) {
    const std::size_t end = head.code.offset + head.code.length;
    std::size_t begin = std::min(head.code.offset + kProcedureWord.size(), end);
    while (begin < end && (text_[begin] == ' ' || text_[begin] == '\t')) ++begin;
    const std::size_t stop = begin + std::min(text_.substr(begin, end - begin).find_first_of(" \t:"), end - begin);
    const Span name{begin, stop - begin};
    if (name.length == 0) {
      syntax("the procedure has no name", begin < end ? Span{begin, 1} : behind(head.code), "def NAME:");
      return std::nullopt;
    }
    const std::size_t colon = std::min(text_.find_first_not_of(" \t", stop), end);
    if (colon == end) {
      context_.error("ILK0052", "the \":\" is missing", behind(head.code)).expected = "\":\"";
    } else if (text_[colon] != ':') {
      syntax(quote(text_.substr(colon, end - colon)) + " cannot stand here", {colon, end - colon}, "\":\"");
    } else if (const std::size_t more = std::min(text_.find_first_not_of(" \t", colon + 1), end); more < end) {
      Diagnostic& d = context_.error("ILK0056", "text after the \":\"", {more, end - more});
      d.expected = "the listing on lines of its own, indented";
    }
    return name;
  }

  void read_body(std::size_t first, std::size_t last, Value& listing) {
    const std::size_t margin = margin_of(lines_, first, last, text_);
    for (std::size_t i = first; i < last; ++i) {
      const PoolLine& line = lines_[i];
      const bool code = line.code.length > 0;
      const Span end = line.comment.length > 0 ? line.comment : line.code;
      const std::string_view blanks = text_.substr(line.begin, line.indent);
      const std::size_t spaces = std::min(blanks.find_first_not_of(' '), blanks.size());  // of tabs the parser tells
      if (code && spaces < margin && spaces == line.indent) {
        Diagnostic& d =
            context_.error("ILK0051", "the indentation fits no line above", {line.code.offset, line.code.length});
        d.expected = std::to_string(margin) + (margin == 1 ? " space" : " spaces");
      }
      const bool empty = !code && line.comment.length == 0;
      const std::size_t begin = line.begin + (empty ? line.indent : std::min(margin, spaces));
      const Span span{begin, empty ? 0 : end.offset + end.length - begin};
      listing.items.push_back(text_value(std::string(at(span)), span));
    }
  }

  Document& document_;
  std::string_view text_;
  Context context_;
  std::vector<PoolLine> lines_;
  Value root_;
  bool begun_ = false;
  std::map<std::string, std::size_t> scopes_;  // "variables.op": index into the members of that field
  std::map<std::string, Span> seen_;  // what may stand once, with its first place
  std::vector<std::string> items_;  // anchors of what was read, in order
  std::vector<Value> above_;  // comments that wait for what they stand above
  std::vector<Member> comments_;  // by anchor, in the order of the text
  std::map<std::string, std::size_t> anchors_;  // index into comments_
};

}  // namespace

Form form_of_design(std::string_view text, std::string_view file) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{') return Form::json;
  return file.ends_with(".json") ? Form::json : Form::text;
}

bool looks_like_pool_text(std::string_view text) {
  if (form_of_design(text, "") == Form::json) return false;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::string_view word = line.substr(0, line.find_first_of(" \t"));
    if (word.size() < line.size() && (word == "design" || word == "extends" || word == kProcedureWord)) return true;
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return false;
}

Document read_pool_text(std::string_view text, Diagnostics& errors) {
  const std::size_t before = errors.size();
  Document document = begin_document(text, Form::text, kWantedDesign, errors);
  if (errors.size() == before) PoolReader(document, errors).read();
  return document;
}

}  // namespace interleak::scenario
