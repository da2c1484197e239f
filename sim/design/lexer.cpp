// The lexer looks at one byte to know what kind of token begins, and takes the longest token of
// that kind. All tests are on ASCII ranges, so the locale has no say.
#include "sim/design/lexer.hpp"

#include <algorithm>
#include <array>

namespace interleak::design {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name_byte(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
bool is_word_byte(char c) { return is_name_byte(c) || c == '.'; }
bool is_foreign(char c) { return static_cast<unsigned char>(c) >= 0x80; }

bool is_number(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

/// How many bytes at the front of `text` pass the test.
std::size_t run(std::string_view text, bool (*test)(char)) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), test) - text.begin());
}

Token::Kind word_kind(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (is_number(text)) return Token::Kind::number;
  if (is_name(text)) return Token::Kind::word;
  const bool dotted = dot != std::string_view::npos && is_name(text.substr(0, dot)) && is_name(text.substr(dot + 1));
  return dotted ? Token::Kind::dotted : Token::Kind::bad;
}

Token string_token(std::string_view rest) {
  const std::size_t quote = rest.find('"', 1);
  if (quote == std::string_view::npos) return {Token::Kind::bad, rest};
  return {Token::Kind::string, rest.substr(0, quote + 1)};
}

Token symbol_token(std::string_view rest) {
  static constexpr std::array<std::string_view, 13> symbols = {"==", "!=", "<=", ">=", "+=", "-=", "=",
                                                               "<",  ">",  "(",  ")",  ":",  "|"};
  for (std::string_view symbol : symbols) {
    if (rest.starts_with(symbol)) return {Token::Kind::symbol, rest.substr(0, symbol.size())};
  }
  // Bytes outside ASCII stay together, so that a message never cuts a character in two.
  return {Token::Kind::bad, rest.substr(0, std::max<std::size_t>(1, run(rest, is_foreign)))};
}

Token first_token(std::string_view rest) {
  if (rest.front() == '"') return string_token(rest);
  if (rest.front() == '-' && rest.size() > 1 && is_digit(rest[1])) {
    const std::size_t size = run(rest.substr(1), is_word_byte);
    const bool number = is_number(rest.substr(1, size));
    return {number ? Token::Kind::number : Token::Kind::bad, rest.substr(0, size + 1)};
  }
  if (const std::size_t size = run(rest, is_word_byte); size > 0) {
    return {word_kind(rest.substr(0, size)), rest.substr(0, size)};
  }
  return symbol_token(rest);
}

}  // namespace

bool is_name(std::string_view text) {
  return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), is_name_byte);
}

std::vector<Token> lex_line(std::string_view line) {
  std::vector<Token> tokens;
  std::size_t end = 0;  // behind the last token: there the end of the line is reported
  std::size_t at = line.find_first_not_of(" \t");
  while (at < line.size() && line[at] != '#') {
    Token token = first_token(line.substr(at));
    token.offset = at;
    end = at + token.text.size();
    tokens.push_back(token);
    at = line.find_first_not_of(' ', end);
  }
  tokens.push_back({Token::Kind::end, {}, end});
  return tokens;
}

}  // namespace interleak::design
