// Fuzz target: any bytes, split into lines, are a listing. The parser must not crash; its errors
// must stand inside the text, at most one a line and in order; and a listing without errors must
// survive printing and parsing again. The corpus is in corpus/listing.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sim/design/lexer.hpp"
#include "sim/design/parse.hpp"
#include "sim/design/print.hpp"

namespace {

using namespace interleak;
using namespace interleak::design;

std::vector<ListingLine> split(std::string_view text) {
  std::vector<ListingLine> lines;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size());
    const auto number = static_cast<std::uint32_t>(lines.size() + 1);
    lines.push_back({std::string(text.substr(0, size)), {number, 1}});
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return lines;
}

void require(bool holds) {
  if (!holds) std::abort();
}

void check_errors(const std::vector<ListingLine>& lines, const Diagnostics& errors) {
  std::uint32_t last = 0;
  for (const Diagnostic& error : errors) {
    require(error.at.line > last && error.at.line <= lines.size());
    const std::size_t size = lines[error.at.line - 1].text.size();
    require(error.at.column >= 1 && error.at.column <= size + 1 && error.length >= 1);
    require(error.code.size() == 7 && !error.message.empty());
    last = error.at.line;
  }
}

/// Indentation and spaces are wider in the printed form, so it can be too long to be read again.
bool too_wide(const std::vector<std::string>& printed) {
  return std::any_of(printed.begin(), printed.end(),
                     [](const std::string& line) { return line.size() > max_line_bytes; });
}

void check_round_trip(const Block& block) {
  const std::vector<std::string> printed = print_listing(block);
  if (too_wide(printed)) return;
  std::vector<ListingLine> lines;
  for (const std::string& line : printed) lines.push_back({line, {}});
  Diagnostics errors;
  const Block again = parse_listing(lines, errors);
  require(errors.empty() && same_listing(block, again) && print_listing(again) == printed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<ListingLine> lines = split({reinterpret_cast<const char*>(data), size});
  Diagnostics errors;
  const Block block = parse_listing(lines, errors);
  check_errors(lines, errors);
  if (errors.empty()) check_round_trip(block);
  return 0;
}
