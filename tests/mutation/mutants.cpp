// A listing is read as statements with headed clauses, from its indentation alone, and changed as
// text; only conditions go through the parser, to be changed as trees and printed again.
#include "tests/mutation/mutants.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <iterator>
#include <map>
#include <utility>

#include "sim/design/parse.hpp"
#include "sim/design/print.hpp"

namespace interleak::mutation {
namespace {

using design::Expression;

/// A line that says something.
struct Line {
  int number = 0;  ///< in the listing, from 1
  std::size_t indent = 0;
  std::string text;
};
using Lines = std::vector<Line>;

/// A headed block: the line `head`, then the lines up to `end`.
struct Clause {
  std::size_t head = 0, end = 0;
};

/// A statement; one without clauses is the line `begin`.
struct Unit {
  std::size_t begin = 0, end = 0;
  std::vector<Clause> clauses;
};

bool starts_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

Lines lines_of(const std::vector<std::string>& listing) {
  Lines lines;
  for (std::size_t i = 0; i < listing.size(); ++i) {
    std::string text = code_of(listing[i]);
    if (text.empty()) continue;
    lines.push_back({static_cast<int>(i) + 1, listing[i].find_first_not_of(' '), std::move(text)});
  }
  return lines;
}

bool goes_on(std::string_view text) {
  constexpr std::array<std::string_view, 5> kHeads = {"elif ", "else", "except ", "finally", "on drop"};
  return std::any_of(kHeads.begin(), kHeads.end(), [&](std::string_view head) { return starts_with(text, head); });
}

/// The statements of the block that is made of the lines `begin` to `end`.
std::vector<Unit> units_of(const Lines& lines, std::size_t begin, std::size_t end) {
  std::vector<Unit> units;
  std::size_t at = begin;
  while (at < end) {
    Unit unit{at, at + 1, {}};
    while (lines[at].text.back() == ':') {
      Clause clause{at, at + 1};
      while (clause.end < end && lines[clause.end].indent > lines[at].indent) ++clause.end;
      unit.clauses.push_back(clause);
      at = unit.end = clause.end;
      const bool more = at < end && lines[at].indent == lines[unit.begin].indent;
      if (!more || !goes_on(lines[at].text)) break;
    }
    at = unit.end;
    units.push_back(std::move(unit));
  }
  return units;
}

/// The word behind `word`, in a text whose words are parted by single spaces.
std::string after_word(std::string_view text, std::string_view word) {
  return starts_with(text, word) ? std::string(text.substr(word.size())) : std::string();
}

/// A number at the end of the text, and the text before it.
struct Numbered {
  std::string before;
  int number = -1;  ///< -1: there is none
};

Numbered number_at_end(const std::string& text) {
  const std::size_t space = text.rfind(' ');
  if (space == std::string::npos) return {};
  Numbered result{text.substr(0, space + 1), -1};
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + space + 1, end, result.number);
  if (read.ec != std::errc() || read.ptr != end) result.number = -1;
  return result;
}

/// The same with a number more by one, and less by one.
std::vector<std::string> neighbours(const std::string& before, int number, const std::string& behind = "") {
  std::vector<std::string> out = {before + std::to_string(number + 1) + behind};
  if (number > 0) out.push_back(before + std::to_string(number - 1) + behind);
  return out;
}

// ---- conditions

Expression negated(const Expression& inner) {
  if (inner.kind == Expression::Kind::negation) return inner.operands[0];
  Expression outer;
  outer.kind = Expression::Kind::negation;
  outer.operands = {inner};
  return outer;
}

bool compares(int value, Expression::Comparison comparison, int number) {
  switch (comparison) {
    case Expression::Comparison::equal: return value == number;
    case Expression::Comparison::unequal: return value != number;
    case Expression::Comparison::less: return value < number;
    case Expression::Comparison::less_equal: return value <= number;
    case Expression::Comparison::greater: return value > number;
    case Expression::Comparison::greater_equal: return value >= number;
  }
  return false;
}

/// True if the comparisons agree for all values that a variable can have: `v` and `v > 0`.
bool agree(const Expression& a, const Expression& b) {
  for (int value = 0; value <= 255; ++value) {
    if (compares(value, a.comparison, a.number) != compares(value, b.comparison, b.number)) {
      return false;
    }
  }
  return true;
}

/// Other comparisons, and the same one with a neighbouring number.
std::vector<Expression> other_comparisons(const Expression& whole) {
  std::vector<Expression> out;
  const auto add = [&](Expression::Comparison comparison, int number) {
    Expression other = whole;
    other.comparison = comparison;
    other.number = number;
    if (number >= 0 && number <= 255 && !agree(whole, other)) out.push_back(std::move(other));
  };
  for (int i = 0; i <= static_cast<int>(Expression::Comparison::greater_equal); ++i) {
    add(static_cast<Expression::Comparison>(i), whole.number);
  }
  add(whole.comparison, whole.number + 1);
  add(whole.comparison, whole.number - 1);
  return out;
}

/// Every expression that comes of one change in this one.
std::vector<Expression> changed(const Expression& whole) {
  std::vector<Expression> out = {negated(whole)};
  const auto with = [&](auto change) {
    Expression copy = whole;
    change(copy);
    out.push_back(std::move(copy));
  };
  const bool chain = whole.kind == Expression::Kind::conjunction || whole.kind == Expression::Kind::disjunction;
  if (chain) {
    with([](Expression& e) {
      e.kind = e.kind == Expression::Kind::conjunction ? Expression::Kind::disjunction : Expression::Kind::conjunction;
    });
  }
  for (std::size_t i = 0; chain && i < whole.operands.size(); ++i) {
    if (whole.operands.size() == 2) {
      out.push_back(whole.operands[1 - i]);
    } else {
      with([i](Expression& e) { e.operands.erase(e.operands.begin() + static_cast<long>(i)); });
    }
  }
  if (whole.kind == Expression::Kind::compare) {
    for (Expression& other : other_comparisons(whole)) out.push_back(std::move(other));
  }
  for (std::size_t i = 0; i < whole.operands.size(); ++i) {
    const std::vector<Expression> inner = changed(whole.operands[i]);
    // The first one is the negation, and a `not` is not doubled.
    for (std::size_t j = whole.kind == Expression::Kind::negation; j < inner.size(); ++j) {
      with([&](Expression& e) { e.operands[i] = inner[j]; });
    }
  }
  return out;
}

/// The texts of the conditions that come of one change in `text`.
std::vector<std::string> conditions(const std::string& text) {
  Diagnostics errors;
  const design::Block block = design::parse_listing({{"if " + text + ":", {1, 1}}, {"    pass", {2, 1}}}, errors);
  std::vector<std::string> out;
  if (!errors.empty()) return out;
  for (const Expression& expression : changed(block.front().clauses.front().condition)) {
    out.push_back(design::print_condition(expression));
  }
  return out;
}

// ---- single lines

/// What can stand in place of a header, all of its block kept.
std::vector<std::string> other_headers(const std::string& text) {
  std::vector<std::string> out;
  for (const std::string start : {"if ", "elif ", "loop while "}) {
    if (!starts_with(text, start)) continue;
    const std::string condition = text.substr(start.size(), text.size() - start.size() - 1);
    for (const std::string& other : conditions(condition)) out.push_back(start + other + ":");
    if (start == "loop while ") out.push_back("if " + condition + ":");
    return out;
  }
  if (starts_with(text, "except ")) {
    out = {"except cancelled:", "except error:", "except cancelled|error:"};
  } else if (starts_with(text, "loop ")) {
    const std::string count = text.substr(5, text.find(' ', 5) - 5);
    const Numbered number = number_at_end("loop " + count);
    if (number.number >= 0) return neighbours("loop ", number.number, " times:");
    out = {"loop 1 times:", "loop 2 times:"};
  } else if (text == "finally:") {
    out = {"on drop:", "except cancelled:", "except error:"};
  } else if (text == "on drop:") {
    out = {"finally:"};
  }
  return out;
}

/// Statements that people take for each other.
std::vector<std::string> other_statements(const std::string& text) {
  static const std::map<std::string, std::vector<std::string>> kPlain = {
      {"take", {"share 1"}},
      {"put", {"close"}},
      {"close", {"await close", "put"}},
      {"return", {"raise error"}},
      {"yield", {"await pause"}},
      {"await close", {"close"}},
      {"await pause", {"yield"}},
      {"await receive", {"await discard"}},
      {"await discard", {"await receive"}},
      {"await child", {"await pause"}},
      {"await send request", {"await send handshake"}},
      {"await send handshake", {"await send request"}},
  };
  if (const auto found = kPlain.find(text); found != kPlain.end()) return found->second;
  static const std::vector<std::pair<std::string, std::vector<std::string>>> kStarts = {
      {"await turn ", {"wake "}},
      {"join ", {"leave "}},
      {"leave ", {"wake ", "join "}},
      {"wake ", {"leave "}},
      {"hand reply to ", {"wake ", "hand conn to "}},
      {"hand conn to ", {"wake ", "hand reply to "}},
      {"spawn detached ", {"spawn ", "call "}},
      {"spawn ", {"spawn detached ", "call "}},
      {"call ", {"spawn "}},
      {"raise error", {"raise rejected"}},
      {"raise rejected", {"raise error"}},
  };
  for (const auto& [start, others] : kStarts) {
    if (!starts_with(text, start)) continue;
    std::vector<std::string> out;
    for (const std::string& other : others) out.push_back(other + after_word(text, start));
    return out;
  }
  const Numbered number = number_at_end(text);
  if (number.number < 0) return {};
  std::vector<std::string> out = neighbours(number.before, number.number);
  if (text.find(" += ") != std::string::npos || text.find(" -= ") != std::string::npos) {
    std::string turned = text;
    const std::size_t sign = turned.find("= ") - 1;
    turned[sign] = turned[sign] == '+' ? '-' : '+';
    out.push_back(turned);
  }
  if (starts_with(text, "share ")) out.push_back("take");
  return out;
}

/// True if doing it a second time is a mistake. (A second `close` is none: it sees nothing there.)
bool counts_twice(const std::string& text) {
  constexpr std::array<std::string_view, 10> kStarts = {"put",           "take",          "wake ", "await send ",
                                                        "await receive", "await discard", "hand ", "join ",
                                                        "spawn ",        "await turn "};
  return text.find(" += ") != std::string::npos || text.find(" -= ") != std::string::npos ||
         std::any_of(kStarts.begin(), kStarts.end(), [&](std::string_view start) { return starts_with(text, start); });
}

// ---- blocks

/// Walks through the statements, and writes down every change.
class Mutator {
 public:
  explicit Mutator(Lines lines) : lines_(std::move(lines)) {}

  std::vector<Mutant> run() {
    block(0, lines_.size());
    std::stable_sort(out_.begin(), out_.end(), [](const Mutant& a, const Mutant& b) { return a.line < b.line; });
    return std::move(out_);
  }

 private:
  void block(std::size_t begin, std::size_t end) {
    const std::vector<Unit> units = units_of(lines_, begin, end);
    for (std::size_t i = 0; i < units.size(); ++i) {
      const Unit& unit = units[i];
      remove(unit, units.size() == 1);
      if (i + 1 < units.size()) swap(unit, units[i + 1]);
      if (unit.clauses.empty()) {
        simple(unit);
      } else {
        compound(unit);
      }
    }
  }

  void simple(const Unit& unit) {
    const Line& line = lines_[unit.begin];
    for (const std::string& other : other_statements(line.text)) {
      put(unit.begin, unit.begin, unit.end, {{0, line.indent, other}}, other);
    }
    if (counts_twice(line.text)) put(unit.begin, unit.begin, unit.end, {line, line}, "(twice)");
  }

  void compound(const Unit& unit) {
    for (std::size_t i = 0; i < unit.clauses.size(); ++i) {
      const Clause& clause = unit.clauses[i];
      const Line& head = lines_[clause.head];
      for (const std::string& other : other_headers(head.text)) {
        put(clause.head, clause.head, clause.head + 1, {{0, head.indent, other}}, other);
      }
      if (unit.clauses.size() > 1) remove_clause(unit, i);
      block(clause.head + 1, clause.end);
    }
    put(unit.begin, unit.begin, unit.end, body(unit.clauses[0]), "(its block alone)");
  }

  void remove(const Unit& unit, bool alone) {
    const Line& line = lines_[unit.begin];
    Lines left;
    if (alone) left.push_back({0, line.indent, "pass"});
    put(unit.begin, unit.begin, unit.end, left, unit.clauses.empty() ? "(removed)" : "(removed with all its blocks)");
  }

  /// One clause goes, the others stay: `elif` becomes `if`, an `else` or `try` alone is its block.
  void remove_clause(const Unit& unit, std::size_t index) {
    const bool attempt = lines_[unit.begin].text == "try:";
    if (attempt && index == 0) return;  // handlers of nothing
    Lines left;
    std::vector<Clause> kept = unit.clauses;
    kept.erase(kept.begin() + static_cast<long>(index));
    std::string head = lines_[kept[0].head].text;
    if (kept.size() == 1 && (attempt || head == "else:")) {
      left = body(kept[0]);
    } else {
      for (const Clause& clause : kept) {
        left.insert(left.end(), at(clause.head), at(clause.end));
      }
      if (starts_with(head, "elif ")) left[0].text = head.substr(2);
    }
    put(unit.clauses[index].head, unit.begin, unit.end, left, "(removed with its block)");
  }

  void swap(const Unit& first, const Unit& second) {
    Lines turned(at(second.begin), at(second.end));
    turned.insert(turned.end(), at(first.begin), at(first.end));
    put(first.begin, first.begin, second.end, turned, "(behind \"" + lines_[second.begin].text + "\")");
  }

  /// The block of a clause, one level out.
  Lines body(const Clause& clause) const {
    Lines lines(at(clause.head + 1), at(clause.end));
    const std::size_t out = lines.empty() ? 0 : lines[0].indent - lines_[clause.head].indent;
    for (Line& line : lines) line.indent -= out;
    return lines;
  }

  Lines::const_iterator at(std::size_t index) const { return lines_.begin() + static_cast<long>(index); }

  /// Notes the listing in which `lines` stand instead of those from `begin` to `end`.
  void put(std::size_t blamed, std::size_t begin, std::size_t end, const Lines& lines, const std::string& after) {
    if (after == lines_[blamed].text) return;
    Mutant mutant{lines_[blamed].number, lines_[blamed].text, after, {}};
    const auto write = [&](Lines::const_iterator from, Lines::const_iterator to) {
      for (; from != to; ++from) mutant.lines.push_back(std::string(from->indent, ' ') + from->text);
    };
    write(at(0), at(begin));
    write(lines.begin(), lines.end());
    write(at(end), lines_.end());
    out_.push_back(std::move(mutant));
  }

  Lines lines_;
  std::vector<Mutant> out_;
};

}  // namespace

std::string code_of(std::string_view line) {
  bool quoted = false;
  std::size_t end = 0;
  while (end < line.size() && (quoted || line[end] != '#')) {
    if (line[end] == '"') quoted = !quoted;
    ++end;
  }
  line = line.substr(0, end);
  const std::size_t first = line.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return std::string(line.substr(first, line.find_last_not_of(' ') + 1 - first));
}

std::vector<Mutant> mutants_of(const std::vector<std::string>& listing) { return Mutator(lines_of(listing)).run(); }

}  // namespace interleak::mutation
