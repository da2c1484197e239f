// See pool_print.hpp. A header is first a list of items, each one thing that stands on a line; items of one list share
// a line as long as it is short, and as no comment stands between them.
#include "sim/scenario/pool_print.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/scenario/design_words.hpp"
#include "sim/scenario/pool_words.hpp"

namespace interleak::scenario {
namespace {

constexpr std::size_t kWidest = 100;      // of a line of the header with more than one item
constexpr std::size_t kWordColumns = 8;   // that what stands behind the words begins in one column

/// One thing of the header.
struct Item {
  const HeaderWord* word;
  std::string anchor;
  std::string text;
};

std::string between_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// Whether a text can stand without quotes; `apart`: characters that would end it.
bool is_bare(std::string_view text, std::string_view apart) {
  if (text.empty() || text.front() == '"' || text.front() == '#') return false;
  if (text.front() == ' ' || text.back() == ' ') return false;
  return text.find(" #") == std::string_view::npos && text.find_first_of(apart) == std::string_view::npos;
}

std::string bare_or_quoted(std::string_view text, std::string_view apart) {
  return is_bare(text, apart) ? std::string(text) : between_quotes(text);
}

std::string flag_text(const Value& value) { return value.boolean ? "" : "false"; }

std::string number_text(const Value& value) { return std::to_string(value.integer.value_or(0)); }

std::string setting_text(const Member& setting) {
  const Value& value = setting.value;
  switch (value.kind) {
    case Value::Kind::boolean: return value.boolean ? setting.key : setting.key + " " + flag_text(value);
    case Value::Kind::number: return setting.key + " " + number_text(value);
    case Value::Kind::array: break;
    default: return setting.key + " " + value.text;
  }
  std::string out = setting.key;
  for (const Value& each : value.items) {
    out += " " + (each.text == kNoHandshake ? between_quotes(each.text) : bare_or_quoted(each.text, " ,"));
  }
  return value.items.empty() ? out.append(" ").append(kNoHandshake) : out;
}

std::string line_text(const HeaderWord& word, const Value& value) {
  switch (word.shape) {
    case HeaderShape::flag: return flag_text(value);
    case HeaderShape::number: return number_text(value);
    case HeaderShape::line: return value.text.empty() ? "" : bare_or_quoted(value.text, "");
    default: return value.text;
  }
}

void add_list(std::vector<Item>& items, const HeaderWord& word, const Value& value) {
  const auto add = [&](const Value& each, std::size_t index) {
    const bool quotes = word.shape == HeaderShape::lines;
    items.push_back({&word, std::string(word.field) + "." + std::to_string(index),
                     quotes ? bare_or_quoted(each.text, ",") : each.text});
  };
  if (value.kind == Value::Kind::string && !value.text.empty()) add(value, 0);
  for (std::size_t i = 0; i < value.items.size(); ++i) add(value.items[i], i);
}

/// What stands behind the name of a variable, or of a store.
std::string behind_name(const Value& value) {
  if (value.kind == Value::Kind::number) return " = " + number_text(value);
  return value.text == kOnePlace ? "" : " " + value.text;
}

void add_names(std::vector<Item>& items, const HeaderWord& word, const Value& value) {
  for (const Member& scope : value.members) {
    const auto add = [&](const std::string& name, const std::string& first) {
      const std::string path = scope.key + "." + name;
      items.push_back({&word, std::string(word.field) + "." + path, path + first});
    };
    for (const Member& each : scope.value.members) add(each.key, behind_name(each.value));
    for (const Value& queue : scope.value.items) add(queue.text, "");
  }
}

void add_items(std::vector<Item>& items, const HeaderWord& word, const Value& value) {
  const std::string field(word.field);
  switch (word.shape) {
    case HeaderShape::words:
    case HeaderShape::lines: return add_list(items, word, value);
    case HeaderShape::counters:
    case HeaderShape::queues:
    case HeaderShape::stores: return add_names(items, word, value);
    case HeaderShape::settings:
      for (const Member& each : value.members) items.push_back({&word, field + "." + each.key, setting_text(each)});
      return;
    case HeaderShape::number:
      if (value.integer == 1) return;   // what a text is that says nothing
      break;
    default: break;
  }
  items.push_back({&word, field, line_text(word, value)});
}

std::vector<Item> header_items(const Value& design) {
  std::vector<Item> items;
  for (const Member& member : design.members) {
    const auto word = std::ranges::find(kHeaderWords, member.key, &HeaderWord::field);
    if (word != kHeaderWords.end()) add_items(items, *word, member.value);
  }
  return items;
}

bool is_declaration(const HeaderWord& word) {
  return word.shape == HeaderShape::counters || word.shape == HeaderShape::queues || word.shape == HeaderShape::stores;
}

bool is_list(const HeaderWord& word) {
  return is_declaration(word) || word.shape == HeaderShape::words || word.shape == HeaderShape::lines ||
         word.shape == HeaderShape::settings;
}

// --- What means nothing ------------------------------------------------------------------------

bool is_filled(const Value& value) { return !value.items.empty() || !value.members.empty() || !value.text.empty(); }

bool is_blank_line(const Value& line) { return line.text.find_first_not_of(' ') == std::string::npos; }

/// A listing without blanks that nobody sees. One of blank lines only keeps a comment, for it must have a line.
void tidy_listing(Value& listing) {
  std::vector<Value>& lines = listing.items;
  for (Value& line : lines) {
    if (is_blank_line(line)) line.text.clear();
  }
  while (!lines.empty() && lines.back().text.empty()) lines.pop_back();
  if (!lines.empty()) return;
  Value comment;
  comment.kind = Value::Kind::string;
  comment.text = "#";
  lines.push_back(std::move(comment));
}

/// Where a field stands in both forms: those of the header keep their order among themselves.
int rank_of(const Member& field) {
  if (field.key == "interleak") return 0;
  return field.key == "procedures" ? 2 : field.key == "comments" ? 3 : 1;
}

/// The design without fields that say what would be true without them, in both forms.
Value tidied(Value design) {
  const auto drop_empty = [](Value& object) {
    std::erase_if(object.members, [](const Member& each) { return !is_filled(each.value); });
  };
  const Value* const comments = design.find("comments");
  std::set<std::string> commented;
  if (comments != nullptr) {
    for (const Member& each : comments->members) commented.insert(each.key);
  }
  for (Member& field : design.members) {
    if (field.key == "variables" || field.key == "queues" || field.key == "stores") drop_empty(field.value);
    if (field.key == "procedures") {
      for (Member& procedure : field.value.members) tidy_listing(procedure.value);
    }
  }
  const bool extends = design.find("extends") != nullptr && is_filled(*design.find("extends"));
  std::erase_if(design.members, [&](const Member& each) {
    if (each.key == "procedures" && !extends) return false;   // JSON must say that there are none
    const bool may_be_empty = each.value.kind == Value::Kind::boolean || each.value.kind == Value::Kind::number;
    return !may_be_empty && !is_filled(each.value) && commented.count(each.key) == 0;
  });
  std::ranges::stable_sort(design.members, {}, rank_of);
  return design;
}

// --- Text --------------------------------------------------------------------------------------

class TextPrinter {
 public:
  explicit TextPrinter(const Value& design) : design_(design), comments_(design.find("comments")) {}

  std::string print() {
    for (const Item& item : header_items(design_)) add(item);
    end_line();
    if (const Value* procedures = design_.find("procedures")) {
      for (const Member& procedure : procedures->members) print(procedure);
    }
    if (notes("end", "above") != nullptr) blank_line();
    print_above("end");
    return std::move(out_);
  }

 private:
  const Value* notes(const std::string& anchor, std::string_view where) const {
    const Value* of = comments_ == nullptr ? nullptr : comments_->find(anchor);
    return of == nullptr ? nullptr : of->find(where);
  }

  void blank_line() {
    if (!out_.empty()) out_ += '\n';
  }

  void print_above(const std::string& anchor) {
    const Value* above = notes(anchor, "above");
    if (above == nullptr) return;
    for (const Value& each : above->items) out_ += each.text + "\n";
  }

  std::string beside(const std::string& anchor) const {
    const Value* text = notes(anchor, "beside");
    return text == nullptr ? "" : "  " + text->text;
  }

  void add(const Item& item) {
    const bool joins = word_ == item.word && is_list(*item.word) && !line_.empty() &&
                       notes(item.anchor, "above") == nullptr && line_.size() + item.text.size() + 2 <= kWidest;
    if (joins) {
      line_ += ", " + item.text;
    } else {
      end_line();
      if (word_ != nullptr && is_declaration(*word_) != is_declaration(*item.word)) blank_line();
      print_above(item.anchor);
      line_ = std::string(item.word->text);
      if (!item.text.empty()) {
        line_ += std::string(std::max(line_.size() + 1, kWordColumns) - line_.size(), ' ') + item.text;
      }
    }
    word_ = item.word;
    if (const std::string comment = beside(item.anchor); !comment.empty()) {
      line_ += comment;
      end_line();
    }
  }

  void end_line() {
    if (!line_.empty()) out_ += line_ + "\n";
    line_.clear();
  }

  void print(const Member& procedure) {
    const std::string anchor = "procedures." + procedure.key;
    blank_line();
    print_above(anchor);
    out_ += std::string(kProcedureWord) + " " + procedure.key + ":" + beside(anchor) + "\n";
    for (const Value& line : procedure.value.items) out_ += (line.text.empty() ? "" : "    " + line.text) + "\n";
  }

  const Value& design_;
  const Value* comments_;
  std::string out_;
  std::string line_;                  // of the header, not yet at its end
  const HeaderWord* word_ = nullptr;  // of the line before
};

// --- JSON --------------------------------------------------------------------------------------

std::string json_of(std::string_view text) { return nlohmann::json(text).dump(); }

/// On one line.
std::string json_of(const Value& value) {
  std::string out;
  const auto part = [&](const std::string& text) { out += (out.empty() ? "" : ", ") + text; };
  switch (value.kind) {
    case Value::Kind::null: return "null";
    case Value::Kind::boolean: return value.boolean ? "true" : "false";
    case Value::Kind::number: return number_text(value);
    case Value::Kind::string: return json_of(std::string_view(value.text));
    case Value::Kind::array:
      for (const Value& each : value.items) part(json_of(each));
      return "[" + out + "]";
    case Value::Kind::object: break;
  }
  for (const Member& member : value.members) {
    part(json_of(std::string_view(member.key)) + ": " + json_of(member.value));
  }
  return "{" + out + "}";
}

/// With each part on a line of its own, `levels` deep.
std::string json_lines(const Value& value, int levels, const std::string& margin) {
  const bool object = value.kind == Value::Kind::object;
  if (levels == 0 || (value.items.empty() && value.members.empty())) return json_of(value);
  const std::string inner = margin + "  ";
  std::string out;
  const auto part = [&](const std::string& text) { out += (out.empty() ? "\n" : ",\n") + inner + text; };
  for (const Value& each : value.items) part(json_lines(each, levels - 1, inner));
  for (const Member& each : value.members) {
    part(json_of(std::string_view(each.key)) + ": " + json_lines(each.value, levels - 1, inner));
  }
  return (object ? "{" : "[") + out + "\n" + margin + (object ? "}" : "]");
}

std::string json_field(const Member& member) {
  const Value& value = member.value;
  if (member.key == "procedures") return json_lines(value, 2, "  ");
  if (member.key == "comments") return json_lines(value, 1, "  ");
  if (member.key == "extends" && value.items.size() == 1) return json_of(value.items.front());
  if (member.key == "leaves_out" && value.items.size() > 1) return json_lines(value, 1, "  ");
  return json_of(value);
}

}  // namespace

std::string pool_text(const Value& design) {
  const Value tidy = tidied(design);
  return TextPrinter(tidy).print();
}

std::string design_json(const Value& design) {
  const Value tidy = tidied(design);
  std::string out;
  for (const Member& member : tidy.members) {
    out += (out.empty() ? "{ " : ",\n  ") + json_of(std::string_view(member.key)) + ": " + json_field(member);
  }
  return out + "\n}\n";
}

std::vector<std::string> pool_anchors(const Value& design) {
  std::vector<std::string> anchors;
  for (const Item& item : header_items(design)) anchors.push_back(item.anchor);
  if (const Value* procedures = design.find("procedures")) {
    for (const Member& procedure : procedures->members) anchors.push_back("procedures." + procedure.key);
  }
  anchors.emplace_back("end");
  return anchors;
}

}  // namespace interleak::scenario
