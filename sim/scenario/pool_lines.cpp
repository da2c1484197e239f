// See pool_lines.hpp. A line that begins in the first column is a header line or a `def`; what is indented behind a
// `def` is its listing. Comments and blank lines between lines of a listing belong to it, those behind its last one
// to what comes next, unless they are indented comments.
#include "sim/scenario/pool_lines.hpp"

#include <algorithm>
#include <optional>

#include "sim/design/lexer.hpp"

namespace interleak::scenario {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kMark = "\xef\xbb\xbf";

bool is_blank(char c) { return c == ' ' || c == '\t'; }

Span trimmed(std::string_view text, std::size_t begin, std::size_t end) {
  while (begin < end && is_blank(text[begin])) ++begin;
  while (end > begin && is_blank(text[end - 1])) --end;
  return {begin, end - begin};
}

/// The first word of a line, "def" of "def execute:".
std::string_view first_word(std::string_view code) {
  const std::size_t end = code.find_first_of(" \t:#");
  return code.substr(0, end);
}

/// Whether a quote that stands at `at` opens a text. Elsewhere it is a character as any other.
bool opens(std::string_view text, std::size_t begin, std::size_t at, HeaderShape shape) {
  std::size_t before = at;
  while (before > begin && is_blank(text[before - 1])) --before;
  if (before == begin) return true;
  if (shape == HeaderShape::settings && before < at) return true;
  return shape != HeaderShape::line && text[before - 1] == ',';
}

/// Where the comment of a header line begins; `end` if it has none.
std::size_t header_comment(std::string_view text, std::size_t begin, std::size_t end, HeaderShape shape) {
  for (std::size_t at = begin; at < end; ++at) {
    if (text[at] == '#' && (at == begin || is_blank(text[at - 1]))) return at;
    if (text[at] != '"' || !opens(text, begin, at, shape)) continue;
    const std::size_t close = quoted_end(text, at, end);
    if (close == std::string_view::npos) return end;
    at = close - 1;
  }
  return end;
}

/// The same of a line of a listing, where `#` begins a comment wherever it stands.
std::size_t listing_comment(std::string_view text, std::size_t begin, std::size_t end) {
  const std::string_view line = text.substr(begin, end - begin);
  const std::size_t found = line.find('#', design::lex_line(line).back().offset);
  return found == std::string_view::npos ? end : begin + found;
}

std::size_t comment_of(std::string_view text, std::size_t begin, std::size_t end, PoolLine::Kind kind) {
  if (kind != PoolLine::Kind::header) return listing_comment(text, begin, end);
  const HeaderStart start = header_start(text, {begin, end - begin});
  if (start.word == nullptr) return header_comment(text, begin, end, HeaderShape::words);
  // The blanks before the value are looked at, too: `title # nothing` has none.
  const std::size_t behind = start.written.offset + start.written.length;
  return header_comment(text, behind, end, start.word->shape);
}

PoolLine line_at(std::string_view text, std::size_t begin, std::size_t end) {
  PoolLine line;
  line.begin = begin;
  if (end > begin && text[end - 1] == '\r') --end;
  const Span all = trimmed(text, begin, end);
  line.indent = all.offset - begin;
  line.code = {all.offset, 0};
  if (all.length == 0) return line;
  const std::size_t last = all.offset + all.length;
  if (text[all.offset] == '#') {
    line.kind = PoolLine::Kind::comment;
    line.comment = all;
    return line;
  }
  const bool def = first_word(text.substr(all.offset, all.length)) == kProcedureWord;
  line.kind = line.indent > 0 ? PoolLine::Kind::stray : def ? PoolLine::Kind::def : PoolLine::Kind::header;
  const std::size_t comment = comment_of(text, all.offset, last, line.kind);
  line.code = trimmed(text, all.offset, comment);
  if (comment < last) line.comment = {comment, last - comment};
  return line;
}

/// The lines that belong to a listing are found once all are there: what follows a comment decides whose it is.
void find_bodies(std::vector<PoolLine>& lines) {
  bool in_procedure = false;
  std::size_t open = 0;   // the first line that is not known to belong to the listing
  for (std::size_t i = 0; i < lines.size(); ++i) {
    PoolLine& line = lines[i];
    const bool flush = line.kind == PoolLine::Kind::def || line.kind == PoolLine::Kind::header;
    if (flush) {
      in_procedure = line.kind == PoolLine::Kind::def;
      open = i + 1;
    } else if (in_procedure && line.indent > 0 && line.kind != PoolLine::Kind::blank) {
      for (; open <= i; ++open) lines[open].kind = PoolLine::Kind::body;
    }
  }
}

}  // namespace

std::vector<PoolLine> pool_lines(std::string_view text) {
  std::vector<PoolLine> lines;
  std::size_t begin = text.starts_with(kMark) ? kMark.size() : 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(line_at(text, begin, end));
    begin = end + 1;
  }
  find_bodies(lines);
  return lines;
}

HeaderStart header_start(std::string_view text, Span code) {
  const std::string_view line = text.substr(code.offset, code.length);
  const auto behind = [&](std::size_t size) { return trimmed(text, code.offset + size, code.offset + code.length); };
  const std::size_t first = std::min(line.find_first_of(kBlanks), line.size());
  for (const HeaderWord& word : kHeaderWords) {
    std::size_t size = first;
    const std::size_t blank = word.text.find(' ');
    if (line.substr(0, first) != word.text.substr(0, blank)) continue;
    if (blank != std::string_view::npos) {   // two words, with any blanks between them
      const std::size_t second = std::min(line.find_first_not_of(kBlanks, first), line.size());
      size = std::min(line.find_first_of(kBlanks, second), line.size());
      if (line.substr(second, size - second) != word.text.substr(blank + 1)) continue;
    }
    return {&word, {code.offset, size}, behind(size)};
  }
  return {nullptr, {code.offset, first}, behind(first)};
}

std::vector<Span> pool_items(std::string_view text, Span list, HeaderShape shape) {
  std::vector<Span> items;
  const std::size_t end = list.offset + list.length;
  std::size_t begin = list.offset;
  for (std::size_t at = begin; at < end; ++at) {
    if (text[at] == '"' && opens(text, list.offset, at, shape)) {
      const std::size_t close = quoted_end(text, at, end);
      if (close == std::string_view::npos) break;
      at = close - 1;
    } else if (text[at] == ',') {
      items.push_back(trimmed(text, begin, at));
      begin = at + 1;
    }
  }
  items.push_back(trimmed(text, begin, end));
  return items;
}

std::vector<Span> pool_words(std::string_view text, Span list) {
  std::vector<Span> words;
  const std::size_t end = list.offset + list.length;
  for (std::size_t at = list.offset; at < end;) {
    if (is_blank(text[at])) {
      ++at;
      continue;
    }
    std::size_t next = text[at] == '"' ? quoted_end(text, at, end) : at;
    next = std::min(next, end);
    while (next < end && !is_blank(text[next])) ++next;
    words.push_back({at, next - at});
    at = next;
  }
  return words;
}

std::size_t quoted_end(std::string_view text, std::size_t quote, std::size_t end) {
  for (std::size_t at = quote + 1; at < end; ++at) {
    if (text[at] == '"') return at + 1;
    if (text[at] == '\\') ++at;
  }
  return std::string_view::npos;
}

std::size_t margin_of(const std::vector<PoolLine>& lines, std::size_t first, std::size_t last, std::string_view text) {
  std::optional<std::size_t> comments;   // the least, of a listing that has nothing else
  for (std::size_t i = first; i < last; ++i) {
    const std::string_view blanks = text.substr(lines[i].begin, lines[i].indent);
    const std::size_t spaces = std::min(blanks.find_first_not_of(' '), blanks.size());
    if (lines[i].code.length > 0) return spaces;
    if (lines[i].comment.length > 0) comments = std::min(comments.value_or(spaces), spaces);
  }
  return comments.value_or(0);
}

}  // namespace interleak::scenario
