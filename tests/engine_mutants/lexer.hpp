// The tokens of a C++ file, as far as finding places to change needs them: comments and preprocessor lines are
// left out, brackets know their partners. It leans on the formatting of this tree (.clang-format): a binary
// operator has spaces on both sides, the brackets of a template have none.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace interleak::engine_mutants {

struct Token {
  enum class Kind { identifier, number, text, punctuation } kind = Kind::punctuation;
  std::string_view text;        ///< within the text that was read
  std::size_t offset = 0;
  std::size_t line = 1;
  bool spaced = false;          ///< white space before and behind it: an operator with two operands
  std::size_t partner = 0;      ///< of a bracket: index of the other one; of anything else: its own

  std::size_t end() const { return offset + text.size(); }
  bool is(std::string_view wanted) const { return kind != Kind::text && text == wanted; }
};

using Tokens = std::vector<Token>;

/// The tokens of `text`, which must outlive them. Brackets are (), [], {} and the <> of templates; one that has
/// no partner is its own.
Tokens tokens_of(std::string_view text);

}  // namespace interleak::engine_mutants
