#include "tests/engine_mutants/lexer.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace interleak::engine_mutants {
namespace {

constexpr std::array<std::string_view, 26> kLong = {"<=>", "->*", "<<=", ">>=", "...", "::", "->", "++", "--",
                                                    "<<",  ">>",  "<=",  ">=",  "==",  "!=", "&&", "||", "+=",
                                                    "-=",  "*=",  "/=",  "%=",  "&=",  "|=", "^=", "##"};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Tokens run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_space(c)) {
        skip_to(at_ + 1);
      } else if (c == '#' && starts_line()) {
        skip_directive();
      } else if (starts("//")) {
        skip_to(std::min(text_.find('\n', at_), text_.size()));
      } else if (starts("/*")) {
        skip_to(std::min(text_.find("*/", at_), text_.size() - 2) + 2);
      } else {
        token();
      }
    }
    return std::move(tokens_);
  }

 private:
  bool starts(std::string_view what) const { return text_.substr(at_, what.size()) == what; }
  bool space_at(std::size_t place) const { return place >= text_.size() || is_space(text_[place]); }

  bool starts_line() const {
    const std::size_t before = text_.substr(0, at_).find_last_not_of(" \t");
    return before == std::string_view::npos || text_[before] == '\n';
  }

  void skip_to(std::size_t end) {
    line_ += static_cast<std::size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                                 text_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    at_ = end;
  }

  void skip_directive() {
    std::size_t end = text_.find('\n', at_);
    while (end != std::string_view::npos && text_[end - 1] == '\\') end = text_.find('\n', end + 1);
    skip_to(std::min(end, text_.size()));
  }

  void token() {
    const char c = text_[at_];
    if (starts("R\"")) return add(Token::Kind::text, raw_string());
    if (c == '"' || c == '\'') return add(Token::Kind::text, quoted(c));
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) return add(Token::Kind::number, number());
    if (is_word(c)) return add(Token::Kind::identifier, word());
    add(Token::Kind::punctuation, punctuation());
  }

  std::size_t word() const {
    std::size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    return end;
  }
  std::size_t number() const {
    std::size_t end = at_;
    while (end < text_.size() && (is_word(text_[end]) || text_[end] == '\'' || text_[end] == '.')) ++end;
    return end;
  }
  std::size_t quoted(char quote) const {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote) end += text_[end] == '\\' ? 2u : 1u;
    return end + 1;
  }
  std::size_t raw_string() const {
    const std::size_t open = text_.find('(', at_);
    const std::string close = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
    return text_.find(close, open) + close.size();
  }
  std::size_t punctuation() const {
    // Two > without a space before them close two templates.
    if (text_[at_] == '>' && at_ > 0 && !is_space(text_[at_ - 1])) return at_ + 1;
    for (const std::string_view each : kLong) {
      if (starts(each)) return at_ + each.size();
    }
    return at_ + 1;
  }

  void add(Token::Kind kind, std::size_t end) {
    end = std::min(end, text_.size());
    const bool spaced = at_ > 0 && is_space(text_[at_ - 1]) && space_at(end);
    tokens_.push_back({kind, text_.substr(at_, end - at_), at_, line_, spaced, tokens_.size()});
    skip_to(end);
  }

  std::string_view text_;
  std::size_t at_ = 0, line_ = 1;
  Tokens tokens_;
};

bool opens_template(const Tokens& tokens, std::size_t i) {
  if (i == 0 || tokens[i].spaced) return false;
  const Token& before = tokens[i - 1];
  if (before.is("template")) return true;
  return before.end() == tokens[i].offset && (before.kind == Token::Kind::identifier || before.is("]")) &&
         !before.is("operator");
}

void pair_up(Tokens& tokens) {
  std::vector<std::size_t> open;
  const auto close = [&](std::size_t i, std::string_view opener) {
    while (!open.empty() && tokens[open.back()].is("<") && opener != "<") open.pop_back();
    if (open.empty() || !tokens[open.back()].is(opener)) return;
    tokens[i].partner = open.back();
    tokens[open.back()].partner = i;
    open.pop_back();
  };
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& t = tokens[i];
    if (t.is("(") || t.is("[") || t.is("{") || (t.is("<") && opens_template(tokens, i))) open.push_back(i);
    if (t.is(")")) close(i, "(");
    if (t.is("]")) close(i, "[");
    if (t.is("}")) close(i, "{");
    if (t.is(">") && !t.spaced) close(i, "<");
  }
}

}  // namespace

Tokens tokens_of(std::string_view text) {
  Tokens tokens = Lexer(text).run();
  pair_up(tokens);
  return tokens;
}

}  // namespace interleak::engine_mutants
