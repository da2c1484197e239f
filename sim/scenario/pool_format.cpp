// See pool_format.hpp. The lines (pool_lines.hpp) are written again one by one. How deep a line of a listing stands is
// told by the indentation of those before it, as Python does it; a comment stands as deep as the next statement, or as
// the block that it ends.
#include "sim/scenario/pool_format.hpp"

#include <algorithm>
#include <vector>

#include "sim/design/lexer.hpp"
#include "sim/scenario/pool_lines.hpp"
#include "sim/scenario/reader.hpp"

namespace interleak::scenario {
namespace {

constexpr std::size_t kWordWidth = 8;   // as pool_print.cpp
constexpr std::size_t kLevel = 4;       // blanks of a level

/// Whether a blank stands between two tokens of a listing.
bool parted(const design::Token& left, const design::Token& right) {
  if (left.text == "(" || right.text == ")" || right.text == ":") return false;
  return left.text != "|" && right.text != "|";
}

/// The code of a line of a listing with one blank between its words.
std::string statement_text(std::string_view code) {
  std::string out;
  const std::vector<design::Token> tokens = design::lex_line(code);
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (i > 0 && parted(tokens[i - 1], tokens[i])) out += ' ';
    out += tokens[i].text;
  }
  return out;
}

class Formatter {
 public:
  explicit Formatter(std::string_view text) : text_(text), lines_(pool_lines(text)) {}

  std::string format() {
    for (std::size_t i = 0; i < lines_.size();) {
      const PoolLine& line = lines_[i];
      switch (line.kind) {
        case PoolLine::Kind::header:
          part(i, in_listing_);
          out_ += header_text(line.code) + beside(line) + "\n";
          in_listing_ = false;
          break;
        case PoolLine::Kind::def:
          part(i, true);
          out_ += def_text(line.code) + beside(line) + "\n";
          in_listing_ = true;
          break;
        case PoolLine::Kind::body: i = body(i); continue;
        case PoolLine::Kind::stray: out_ += std::string(at(whole(line))) + "\n"; break;
        default: break;   // blank lines and comments are written with what they stand above
      }
      ++i;
    }
    part(lines_.size(), true);
    return std::move(out_);
  }

 private:
  std::string_view at(Span span) const { return text_.substr(span.offset, span.length); }

  static Span whole(const PoolLine& line) {
    const Span last = line.comment.length > 0 ? line.comment : line.code;
    return {line.begin, last.offset + last.length - line.begin};
  }

  /// The comment behind the code of a line, with the blanks that part them, at least two.
  std::string beside(const PoolLine& line) const {
    if (line.comment.length == 0) return {};
    const std::size_t end = line.code.offset + line.code.length;
    const std::string_view blanks = text_.substr(end, line.comment.offset - end);
    const bool tabs = blanks.find('\t') != std::string_view::npos;
    return std::string(tabs ? 2 : std::max<std::size_t>(blanks.size(), 2), ' ') + std::string(at(line.comment));
  }

  /// Writes the comments and blank lines that stand above a line, no two blank ones together. `apart`: what follows is
  /// a procedure or the end, before which a blank line stands in any case.
  void part(std::size_t line, bool apart) {
    std::size_t first = line;
    while (first > 0 && is_between(lines_[first - 1])) --first;
    bool blank = apart && (first < line || line < lines_.size());
    for (std::size_t i = first; i < line; ++i) {
      if (lines_[i].kind == PoolLine::Kind::blank) {
        blank = true;
        continue;
      }
      blank_line(blank);
      out_ += std::string(at(lines_[i].comment)) + "\n";
      blank = false;
    }
    if (line < lines_.size()) blank_line(blank);
  }

  static bool is_between(const PoolLine& line) {
    return line.kind == PoolLine::Kind::blank || line.kind == PoolLine::Kind::comment;
  }

  void blank_line(bool wanted) {
    if (wanted && !out_.empty()) out_ += '\n';
  }

  // --- Header ----------------------------------------------------------------------------------

  std::string header_text(Span code) const {
    const HeaderStart start = header_start(text_, code);
    if (start.word == nullptr) return std::string(at(code));
    std::string out(start.word->text);
    if (start.rest.length == 0) return out;
    out.append(std::max(out.size() + 1, kWordWidth) - out.size(), ' ');
    return out + value_text(*start.word, start.rest);
  }

  std::string value_text(const HeaderWord& word, Span value) const {
    switch (word.shape) {
      case HeaderShape::word:
      case HeaderShape::line:
      case HeaderShape::flag:
      case HeaderShape::number: return std::string(at(value));
      default: break;
    }
    std::string out;
    for (const Span item : pool_items(text_, value, word.shape)) {
      if (item.offset > value.offset) out += ", ";
      out += item_text(word.shape, item);
    }
    return out;
  }

  std::string item_text(HeaderShape shape, Span item) const {
    if (shape == HeaderShape::settings || shape == HeaderShape::stores) {
      std::string out;
      for (const Span each : pool_words(text_, item)) out += (out.empty() ? "" : " ") + std::string(at(each));
      return out;
    }
    const std::string_view written = at(item);
    const std::size_t sign = written.find('=');
    if (shape != HeaderShape::counters || sign == std::string_view::npos) return std::string(written);
    const auto side = [](std::string_view part) {
      const std::size_t first = std::min(part.find_first_not_of(" \t"), part.size());
      return std::string(part.substr(first, part.find_last_not_of(" \t") + 1 - first));
    };
    return side(written.substr(0, sign)) + " = " + side(written.substr(sign + 1));
  }

  // --- Procedures ------------------------------------------------------------------------------

  std::string def_text(Span code) const {
    const std::string_view written = at(code);
    const std::size_t name = std::min(written.find_first_not_of(" \t", kProcedureWord.size()), written.size());
    const std::size_t end = std::min(written.find_first_of(" \t:", name), written.size());
    return std::string(kProcedureWord) + " " + std::string(written.substr(name, end - name)) + ":";
  }

  /// Writes the listing that begins there; the index behind it.
  std::size_t body(std::size_t first) {
    std::size_t last = first;
    while (last < lines_.size() && lines_[last].kind == PoolLine::Kind::body) ++last;
    std::vector<std::string> laid_out = laid(first, last);
    const auto too_long = [](const std::string& line) { return line.size() > kMaxListingLine + kLevel; };
    if (std::ranges::any_of(laid_out, too_long)) laid_out = as_it_was(first, last);
    bool blank = false;
    for (const std::string& line : laid_out) {
      if (!line.empty() || !blank) out_ += line + "\n";
      blank = line.empty();
    }
    return last;
  }

  std::vector<std::string> laid(std::size_t first, std::size_t last) {
    std::vector<std::string> out;
    std::vector<std::size_t> open;  // indentations of the blocks that are open, outermost first
    std::vector<std::size_t> comments;  // lines that wait for the next statement
    const auto margin = [](std::size_t level) { return std::string((level + 1) * kLevel, ' '); };
    for (std::size_t i = first; i < last; ++i) {
      const PoolLine& line = lines_[i];
      if (line.code.length == 0) {
        comments.push_back(i);
        out.emplace_back(at(line.comment));
        continue;
      }
      const std::vector<std::size_t> before = open;
      while (!open.empty() && open.back() > line.indent) open.pop_back();
      if (open.empty() || open.back() < line.indent) open.push_back(line.indent);
      const std::size_t level = open.size() - 1;
      for (const std::size_t each : comments) {
        const bool ended = lines_[each].indent > line.indent;  // of a block that ends before this statement
        const std::size_t its = ended ? std::max(level, level_of(before, lines_[each].indent)) : level;
        if (!out[each - first].empty()) out[each - first].insert(0, margin(its));
      }
      comments.clear();
      out.push_back(margin(level) + statement_text(at(line.code)) + beside(line));
    }
    for (const std::size_t each : comments) {  // behind the last statement
      if (!out[each - first].empty()) out[each - first].insert(0, margin(level_of(open, lines_[each].indent)));
    }
    return out;
  }

  /// Of a comment: that of the innermost block which is not indented more.
  static std::size_t level_of(const std::vector<std::size_t>& open, std::size_t indent) {
    const auto deeper = std::ranges::upper_bound(open, indent) - open.begin();
    return deeper > 0 ? static_cast<std::size_t>(deeper) - 1 : 0;
  }

  std::vector<std::string> as_it_was(std::size_t first, std::size_t last) const {
    std::vector<std::string> out;
    for (std::size_t i = first; i < last; ++i) {
      const bool empty = lines_[i].code.length == 0 && lines_[i].comment.length == 0;
      out.emplace_back(empty ? std::string_view() : at(whole(lines_[i])));
    }
    return out;
  }

  std::string_view text_;
  std::vector<PoolLine> lines_;
  std::string out_;
  bool in_listing_ = false;  // the line before was one of a procedure
};

}  // namespace

std::string format_pool_text(std::string_view text) { return Formatter(text).format(); }

}  // namespace interleak::scenario
