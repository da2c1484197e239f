// How text looks on a terminal: colour or not, ASCII or not, how many columns; and the small tools
// that every text report needs (display width, padding, wrapping, tables). Decides nothing: whoever
// calls has looked at the terminal (tools/terminal.hpp).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace interleak::reports {

struct Style {
  bool colour = false;
  bool ascii = false;   ///< no box drawing, no symbols
  int width = 100;      ///< columns
};

/// What a piece of text means; the colour follows from it.
enum class Tone : unsigned char { plain, good, bad, warning, dim, strong };
std::string paint(const Style& style, Tone tone, std::string_view text);

/// Text that is safe to print: invalid UTF-8 becomes U+FFFD, control characters become `?`.
std::string printable(std::string_view text);
/// A name as a message tells it: in quotes, with everything that is not printable escaped. Whatever comes from a
/// command line, a file or a client is told so.
std::string quoted(std::string_view name);

/// Columns that UTF-8 text takes. Escape sequences of paint() take none.
int display_width(std::string_view text);
/// Text, then spaces up to `columns`.
std::string padded(std::string text, int columns);
/// Spaces up to `columns`, then the text.
std::string right_aligned(const std::string& text, int columns);
/// Cuts at `columns`, with an ellipsis where something was cut.
std::string clipped(std::string_view text, int columns, bool ascii);
/// Lines of at most `columns`, broken at spaces; a longer word is broken where it must be.
std::vector<std::string> wrapped(std::string_view text, int columns);
/// Wrapped text, each line but the first behind `indent` spaces, without a final newline.
std::string paragraph(std::string_view text, int indent, int width);
/// No spaces at the ends of lines.
std::string trim_lines(const std::string& text);

/// "1 state", "2 states".
std::string plural(const std::string& number, std::string_view noun);
/// "counts, probabilities".
std::string listed(const std::vector<std::string>& words);
/// "1,204,551".
std::string grouped(std::string_view digits);

/// The symbol of a task, by its index; -1: nobody's data.
std::string_view symbol(int task, bool ascii);
/// Symbol and name: "●alice", in ASCII "A:alice".
std::string tag(int task, std::string_view name, bool ascii);

}  // namespace interleak::reports
