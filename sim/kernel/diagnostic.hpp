// Errors of the user are values with a position. Every parser of the library returns these; only
// the command turns them into text, in the style of rustc (see reports/diagnostics.cpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace interleak {

/// A place in a text. Lines and columns count from 1 (columns in bytes); 0 means "the whole file".
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

/// A second place that explains the first, such as "opened here".
struct RelatedPlace {
  Position at;
  std::string message;
};

/// One error in something that a user wrote.
struct Diagnostic {
  std::string code;           ///< stable, "ILK0012"; listed in docs/formats.md
  std::string message;        ///< what is wrong, one line, no full stop
  std::string file;           ///< as the user named it; filled in by whoever knows it
  Position at;                ///< where
  std::uint32_t length = 1;   ///< how many bytes of the line to underline
  std::string path;           ///< JSON path, "$.pool.max"; empty where there is none
  std::string expected;       ///< "an integer from 1 to 8"; empty where it would say nothing
  std::string help;           ///< 'did you mean "design"?'; empty where there is no good guess
  std::vector<RelatedPlace> related;
};

using Diagnostics = std::vector<Diagnostic>;

/// More errors than these of one file help nobody: whoever finds them stops there.
inline constexpr std::size_t kMaxErrorsOfFile = 100;

}  // namespace interleak
