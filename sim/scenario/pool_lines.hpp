// The lines of a design in the text form: which of them are its header, which belong to a listing, and where in each
// the code ends and a comment begins. The reader and the formatter both work on these; nothing is checked here.
#pragma once

#include <string_view>
#include <vector>

#include "sim/scenario/document.hpp"
#include "sim/scenario/pool_words.hpp"

namespace interleak::scenario {

struct PoolLine {
  enum class Kind : std::uint8_t {
    blank,     ///< nothing, between other lines
    comment,   ///< a comment alone, between other lines
    header,    ///< begins in the first column, and is no `def`
    stray,     ///< indented, but in no listing
    def,       ///< begins a procedure
    body,      ///< of a listing; also blank ones and comments in it
  };
  Kind kind = Kind::blank;
  std::size_t begin = 0;    ///< of the line in the text
  std::size_t indent = 0;   ///< blanks and tabs before the code or the comment
  Span code;                ///< without the blanks around it; length 0: none
  Span comment;             ///< from its `#`, without blanks at the end; length 0: none
};

/// All lines of the text, in order. A byte order mark in front is no part of them.
std::vector<PoolLine> pool_lines(std::string_view text);

/// What a header line begins with.
struct HeaderStart {
  const HeaderWord* word = nullptr;   ///< null: no such word
  Span written;                       ///< the word, or what stands in its place
  Span rest;                          ///< the code behind it, without the blanks before
};
HeaderStart header_start(std::string_view text, Span code);

/// The parts between commas, blanks around them left out; a comma between quotes is none. An empty part is one, too.
std::vector<Span> pool_items(std::string_view text, Span list, HeaderShape shape);
/// The parts between blanks; what stands between quotes is one.
std::vector<Span> pool_words(std::string_view text, Span list);

/// The end of the text between quotes that begins at `quote`, its closing quote included; npos: it has none before
/// `end`.
std::size_t quoted_end(std::string_view text, std::size_t quote, std::size_t end);

/// How many of the blanks of each line of a listing are its margin: those before its first statement.
std::size_t margin_of(const std::vector<PoolLine>& lines, std::size_t first, std::size_t last, std::string_view text);

}  // namespace interleak::scenario
