// One line of a listing -> tokens, and the limits of a listing. Tokens are views into the line, so
// they live as long as it does. Nothing fails here: what is not a token of the language becomes a
// token of kind `bad`, which the parser refuses where it stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace interleak::design {

inline constexpr std::size_t max_listing_lines = 1000;
inline constexpr std::size_t max_line_bytes = 400;
inline constexpr int max_block_nesting = 24;
inline constexpr int max_condition_nesting = 24;
inline constexpr int max_number = 255;

struct Token {
  enum class Kind : std::uint8_t {
    word,    ///< a keyword or the name of a procedure
    dotted,  ///< NAME.NAME: a variable or a queue, if the first name is a scope
    number,  ///< digits, perhaps behind a minus sign (which no number of the language has)
    string,  ///< text with its quotes
    symbol,  ///< an operator, a bracket, a colon
    bad,     ///< none of these; with a quote in front: a string that does not end
    end,     ///< the end of the line, always the last token
  };
  Kind kind = Kind::end;
  std::string_view text;
  std::size_t offset = 0;  ///< in bytes, from the start of the line
};

/// Splits a line into tokens. Spaces and tabs in front and a comment at the end are left out.
std::vector<Token> lex_line(std::string_view line);

/// True for NAME of the grammar: a letter, then letters, digits, underscores.
bool is_name(std::string_view text);

}  // namespace interleak::design
