// Places are found expression by expression and statement by statement. A guard is put in without moving what is
// there, so guards nest, and one of an operand may stand within one of a statement.
#include "tests/engine_mutants/mutants.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "tests/engine_mutants/lexer.hpp"
#include "tests/engine_mutants/walk.hpp"

namespace interleak::engine_mutants {
namespace {

/// An operator that takes one more operand (switch.hpp).
struct Swap {
  std::string_view before, after, guard;
};
constexpr std::array<Swap, 10> kSwaps = {{{"<", "<=", "less"},
                                          {"<=", "<", "less_equal"},
                                          {">", ">=", "greater"},
                                          {">=", ">", "greater_equal"},
                                          {"==", "!=", "equal"},
                                          {"!=", "==", "unequal"},
                                          {"+", "-", "plus"},
                                          {"-", "+", "minus"},
                                          {"&", "|", "bit_and"},
                                          {"|", "&", "bit_or"}}};

/// What ends an operand of `&&` to its left, and to its right.
constexpr std::array<std::string_view, 16> kLooser = {
    "||", "?", ":", ",", ";", "=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="};

bool is_any(const Token& token, const auto& words) {
  return std::any_of(std::begin(words), std::end(words), [&](std::string_view word) { return token.is(word); });
}

bool is_literal(const Token& token) {
  return token.kind == Token::Kind::number || is_any(token, std::array{"true", "false", "nullptr"});
}

class Finder {
 public:
  Finder(const std::string& file, std::string_view text)
      : file_(file), text_(text), tokens_(tokens_of(text)), code_(code_of(tokens_)) {}

  std::vector<Mutant> run() {
    for (const Expression& each : code_.expressions) note_names(each);
    for (const Statement& each : code_.statements) statement(each);
    for (const Condition& each : code_.conditions) condition(each);
    for (const Expression& each : code_.expressions) {
      for (std::size_t i = 0; i < each.tokens.size(); ++i) place(each, each.tokens[i], each.in_braces[i]);
    }
    std::stable_sort(found_.begin(), found_.end(),
                     [](const Mutant& a, const Mutant& b) { return a.edits.front().begin < b.edits.front().begin; });
    number_alike();
    return std::move(found_);
  }

 private:
  // --- what is found

  Mutant& add(std::size_t function, std::size_t token, std::string_view before, std::string_view after) {
    Mutant mutant{file_,
                  code_.functions[function].name,
                  line_of(token),
                  std::string(before),
                  std::string(after),
                  1,
                  tokens_[token].line,
                  {}};
    found_.push_back(std::move(mutant));
    return found_.back();
  }

  Edit around(Range range, std::string open, std::string close) const {
    return {tokens_[range.begin].offset, tokens_[range.end - 1].end(), std::move(open), std::move(close)};
  }
  Edit instead(std::size_t token, std::string open) const {
    return {tokens_[token].offset, tokens_[token].end(), std::move(open), "", true};
  }
  Edit call(Range range, const std::string& guard) const { return around(range, "::mutant::" + guard + "($, (", "))"); }

  std::string line_of(std::size_t token) const {
    const std::size_t at = tokens_[token].offset;
    const std::size_t begin = text_.rfind('\n', at) + 1;   // npos + 1 is 0
    const std::string_view line = text_.substr(begin, text_.find('\n', at) - begin);
    return std::string(line.substr(line.find_first_not_of(' ')));
  }

  void number_alike() {
    std::map<std::string, int> seen;
    for (Mutant& mutant : found_) mutant.occurrence = ++seen[mutant.name()];
  }

  // --- statements and conditions

  void statement(const Statement& its) {
    const std::size_t first = its.range.begin;
    if (its.kind == Statement::Kind::result) return result(its);
    if (its.alone) return;   // the condition that never holds is the same
    const std::string_view what = its.kind == Statement::Kind::jump ? tokens_[first].text : "statement";
    add(its.function, first, what, "(none)").edits = {around(its.range, "{ if (!::mutant::on($)) ", " }")};
  }

  void result(const Statement& its) {
    const Function::Result result = code_.functions[its.function].result;
    const std::size_t value = its.range.begin + 1;
    const bool plain = is_literal(tokens_[value]) && value + 2 == its.range.end;
    if (its.in_lambda || plain || result == Function::Result::unknown || tokens_[value].is("{")) return;
    const bool none = result == Function::Result::none;
    add(its.function, its.range.begin, "return", none ? "return nothing" : "return {}").edits = {
        around(its.range, none ? "{ if (::mutant::on($)) return; " : "{ if (::mutant::on($)) return {}; ", " }")};
  }

  void condition(const Condition& its) {
    add(its.function, its.range.begin, "condition", "never").edits = {call(its.range, "never")};
    if (its.kind == Condition::Kind::loop) return;
    add(its.function, its.range.begin, "condition", "always").edits = {call(its.range, "always")};
  }

  // --- expressions

  void place(const Expression& its, std::size_t i, bool in_braces) {
    const Token& token = tokens_[i];
    if (token.is("&&") || token.is("||")) return logical(its, i);
    if (token.is("?")) return choice(its, i);
    if (token.is("!")) {
      add(its.function, i, "!", "(none)").edits = {instead(i, "::mutant::negation{$}->*")};
    } else if (token.is("true") || token.is("false")) {
      const std::string_view other = token.is("true") ? "false" : "true";
      add(its.function, i, token.text, other).edits = {call({i, i + 1}, "flip")};
    } else if (token.kind == Token::Kind::number) {
      if (!in_braces) number(its, i);
    } else if (token.kind == Token::Kind::identifier) {
      name(its, i);
    } else if (token.spaced) {
      swap(its, i);
    }
  }

  void swap(const Expression& its, std::size_t i) {
    const auto found =
        std::find_if(kSwaps.begin(), kSwaps.end(), [&](const Swap& each) { return tokens_[i].is(each.before); });
    if (found == kSwaps.end() || (tokens_[i].is("+") && joins_text(its))) return;
    const std::string op(found->before);
    add(its.function, i, found->before, found->after).edits = {
        instead(i, op + " ::mutant::" + std::string(found->guard) + "{$} " + op)};
  }

  bool joins_text(const Expression& its) const {
    for (std::size_t i = its.range.begin; i < its.range.end; ++i) {
      if (tokens_[i].kind == Token::Kind::text || tokens_[i].is("to_string")) return true;
    }
    return false;
  }

  void number(const Expression& its, std::size_t i) {
    const std::string_view text = tokens_[i].text;
    const bool hex = text.substr(0, 2) == "0x";
    if (!hex && text.find_first_of(".e") != std::string_view::npos) return;
    add(its.function, i, text, std::string(text) + " + 1").edits = {call({i, i + 1}, "more")};
    if (text.find_first_of("123456789") == std::string_view::npos) return;
    add(its.function, i, text, std::string(text) + " - 1").edits = {call({i, i + 1}, "fewer")};
  }

  void logical(const Expression& its, std::size_t i) {
    const bool both = tokens_[i].is("&&");
    std::size_t begin = i, end = i + 1;
    while (begin > its.range.begin && !ends_left(begin - 1, both)) {
      begin = std::min(begin, tokens_[begin - 1].partner + 1) - 1;
    }
    while (end < its.range.end && !ends_right(end, both)) end = std::max(end, tokens_[end].partner) + 1;
    const Range left{begin, i}, right{i + 1, end};
    if (begin == i || end == i + 1) return;
    // By de Morgan, so that the right operand is asked no more often than it would be.
    add(its.function, i, tokens_[i].text, both ? "||" : "&&").edits = {call({begin, end}, "flip"), call(left, "flip"),
                                                                       call(right, "flip")};
    add(its.function, i, tokens_[i].text, "left alone").edits = {call(right, both ? "always" : "never")};
    add(its.function, i, tokens_[i].text, "right alone").edits = {call(left, both ? "always" : "never")};
  }

  bool ends_left(std::size_t i, bool both) const {
    const Token& token = tokens_[i];
    if (token.is("return") || (opens(token) && token.partner > i)) return true;
    return is_any(token, kLooser) && (both || !token.is("||"));
  }
  bool ends_right(std::size_t i, bool) const {
    const Token& token = tokens_[i];
    return is_any(token, kLooser) || token.is("&&") || (closes(token) && token.partner < i);
  }
  static bool opens(const Token& token) { return is_any(token, std::array{"(", "[", "{", "<"}); }
  static bool closes(const Token& token) { return is_any(token, std::array{")", "]", "}", ">"}); }

  void choice(const Expression& its, std::size_t i) {
    std::size_t begin = i;
    while (begin > its.range.begin && !ends_left(begin - 1, false)) {
      begin = std::min(begin, tokens_[begin - 1].partner + 1) - 1;
    }
    if (begin == i) return;
    add(its.function, begin, "condition of ?", "negated").edits = {call({begin, i}, "flip")};
  }

  // --- enumerators and constants with a qualified name

  /// `Status::ready` at `ready`: the index of `Status`; 0: it is none.
  std::size_t qualifier(std::size_t i) const {
    if (i < 2 || tokens_[i].kind != Token::Kind::identifier || !tokens_[i - 1].is("::")) return 0;
    if (i + 1 < tokens_.size() && is_any(tokens_[i + 1], std::array{"(", "::", "{", "<"})) return 0;
    const std::string_view name = tokens_[i].text, scope = tokens_[i - 2].text;
    const bool constant = name.size() > 1 && name[0] == 'k' && std::isupper(static_cast<unsigned char>(name[1])) != 0;
    const bool enumerator = std::isupper(static_cast<unsigned char>(scope[0])) != 0 &&
                            std::islower(static_cast<unsigned char>(name[0])) != 0;
    return constant || enumerator ? i - 2 : 0;
  }

  void note_names(const Expression& its) {
    for (const std::size_t i : its.tokens) {
      if (const std::size_t scope = qualifier(i); scope != 0) names_[family(its, scope)].insert(tokens_[i].text);
    }
  }

  /// Enumerators of one qualifier take each other's place. One that functions declare for themselves (`using Kind =
  /// ...`) may be another in each.
  std::string family(const Expression& its, std::size_t scope) const {
    std::string name(tokens_[scope].text);
    for (std::size_t i = 0; i + 2 < tokens_.size(); ++i) {
      const bool own = tokens_[i].is("using") && tokens_[i + 1].is(name) && tokens_[i + 2].is("=");
      if (own) return name + " " + std::to_string(its.function);
    }
    return name;
  }

  void name(const Expression& its, std::size_t i) {
    const std::size_t scope = qualifier(i);
    if (scope == 0) return;
    const auto& names = names_.at(family(its, scope));
    if (names.size() < 2) return;
    auto next = std::next(names.find(tokens_[i].text));
    if (next == names.end()) next = names.begin();
    std::size_t begin = scope;
    while (begin >= 2 && tokens_[begin - 1].is("::") && tokens_[begin - 2].kind == Token::Kind::identifier) begin -= 2;
    if (begin > 0 && tokens_[begin - 1].is("&") && !tokens_[begin - 1].spaced) return;   // a member's address
    const std::string whole(text_.substr(tokens_[begin].offset, tokens_[i].end() - tokens_[begin].offset));
    const std::string other = whole.substr(0, whole.size() - tokens_[i].text.size()) + std::string(*next);
    add(its.function, i, tokens_[i].text, *next).edits = {
        around({begin, i + 1}, "::mutant::other($, ", ", " + other + ")")};
  }

  const std::string& file_;
  std::string_view text_;
  Tokens tokens_;
  Code code_;
  std::map<std::string, std::set<std::string_view>> names_;   // by family()
  std::vector<Mutant> found_;
};

}  // namespace

std::string Mutant::name() const {
  std::string all = file + " " + function + " \"" + text + "\" " + before + " -> " + after;
  return occurrence == 1 ? all : all + " #" + std::to_string(occurrence);
}

std::string Mutant::id() const {
  std::uint32_t hash = 2166136261u;   // FNV-1a
  for (const char c : name()) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  std::string digits;
  for (int shift = 28; shift >= 0; shift -= 4) digits += "0123456789abcdef"[(hash >> shift) & 15];
  return digits;
}

std::vector<Mutant> mutants_of(const std::string& file, std::string_view text) { return Finder(file, text).run(); }

namespace {

struct Insertion {
  const Edit* edit;
  std::string number;

  std::string filled(const std::string& pattern) const {
    std::string text = pattern;
    if (const auto at = text.find('$'); at != std::string::npos) text.replace(at, 1, number);
    return text;
  }
};

}  // namespace

std::string guarded(std::string_view text, const std::vector<const Mutant*>& mutants,
                    const std::vector<std::uint32_t>& numbers) {
  std::vector<Insertion> all;
  for (std::size_t i = 0; i < mutants.size(); ++i) {
    for (const Edit& edit : mutants[i]->edits) all.push_back({&edit, std::to_string(numbers[i])});
  }
  std::stable_sort(all.begin(), all.end(), [](const Insertion& a, const Insertion& b) {
    return std::tie(a.edit->begin, b.edit->end) < std::tie(b.edit->begin, a.edit->end);
  });
  std::string out;
  std::size_t at = 0;
  std::vector<const Insertion*> open;
  const auto copy_to = [&](std::size_t end) {
    for (; !open.empty() && open.back()->edit->end <= end; open.pop_back()) {
      const Edit& edit = *open.back()->edit;
      out += text.substr(at, edit.end - at);
      out += edit.close;
      at = edit.end;
    }
    out += text.substr(at, end - at);
    at = end;
  };
  for (const Insertion& each : all) {
    const Edit& edit = *each.edit;
    copy_to(edit.begin);
    if (!open.empty() && edit.end > open.back()->edit->end) {
      throw std::logic_error("two changes overlap near: " + std::string(text.substr(edit.begin, 60)));
    }
    out += each.filled(edit.open);
    if (edit.replaces) at = edit.end;
    else open.push_back(&each);
  }
  copy_to(text.size());
  return out;
}

}  // namespace interleak::engine_mutants
