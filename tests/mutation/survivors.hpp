// The kept list of survivors: mutants that no shipped scenario notices, each with the reason why.
//
//   # a comment
//   patterns/shield execute:3 "await child" -> "await pause"
//       The reason, on one or more indented lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace interleak::mutation {

struct Survivor {
  std::string name;    ///< Change::name()
  std::string reason;  ///< "?" until somebody has found one
};

struct SurvivorList {
  std::string preface;  ///< the comment at the top, as it stands
  std::vector<Survivor> entries;
};

SurvivorList parse_survivors(std::string_view text);
std::string print_survivors(const SurvivorList& list);

/// The list that names just these survivors. A reason stays with its mutant, also if the line has
/// another number now; where there is none it becomes "?".
SurvivorList blessed(const SurvivorList& kept, const std::vector<std::string>& survivors);

/// What is wrong with the list, a message a line: survivors that it does not name, entries that are
/// no survivors (any more), reasons that are missing. Empty: it is right.
std::vector<std::string> differences(const SurvivorList& kept,
                                     const std::vector<std::string>& survivors);

}  // namespace interleak::mutation
