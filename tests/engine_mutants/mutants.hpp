// The places of a C++ file that are changed, and how. Only what runs is changed: the bodies of functions, not
// those of constexpr ones, and in them nothing that the compiler must know (README.md has the table).
//
// Every mutant compiles into the one program. Its guard is put around the place, or in place of an operator,
// and asks at run time whether this mutant is the one that is switched on (switch.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace interleak::engine_mutants {

/// Text to put in: `open` at `begin` and `close` at `end`, around what is there; with `replaces`, `open` stands
/// for it. `$` in them becomes the mutant's number.
struct Edit {
  std::size_t begin = 0, end = 0;   ///< offsets
  std::string open, close;
  bool replaces = false;
};

struct Mutant {
  std::string file;       ///< "sim/world/machine.cpp"
  std::string function;   ///< "put"
  std::string text;       ///< of the line, without the spaces around it
  std::string before;     ///< "<", "condition"
  std::string after;      ///< "<=", "never"
  int occurrence = 1;     ///< among those that agree in all of the above
  std::size_t line = 0;   ///< from 1: for people, no part of the name
  std::vector<Edit> edits;

  /// sim/world/machine.cpp put "if (p.free.full()) return diverge();" condition -> never
  std::string name() const;
  /// A hash of the name, eight hexadecimal digits: the mutant for a command line.
  std::string id() const;
};

/// The mutants of a file, in the order of their places.
std::vector<Mutant> mutants_of(const std::string& file, std::string_view text);

/// The text with the guards of the mutants; `numbers` are those that they are switched on by. Lines stay where
/// they are.
std::string guarded(std::string_view text, const std::vector<const Mutant*>& mutants,
                    const std::vector<std::uint32_t>& numbers);

}  // namespace interleak::engine_mutants
