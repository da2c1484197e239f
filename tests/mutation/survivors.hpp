// The kept list of survivors: mutants that no shipped scenario notices, each with the reason why.
//
//   # a comment
//   patterns/drain execute:3 "call open" -> (behind "call drain")
//       equivalent: why no scenario at all could notice, on one or more indented lines
//   patterns/shield execute:3 "await child" -> "await pause"
//       unnoticed: what a scenario would have to do, and none does
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace interleak::mutation {

struct Survivor {
  std::string name;    ///< Change::name()
  std::string reason;  ///< "equivalent: ...", "unnoticed: ...", or "?" until somebody has found one

  bool equivalent() const { return reason.rfind("equivalent: ", 0) == 0; }
  bool unnoticed() const { return reason.rfind("unnoticed: ", 0) == 0; }
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
/// no survivors (any more), reasons that are missing or refuted. `told` maps survivors to the probe
/// that tells them from the original (Judge::told_apart). Empty: the list is right.
std::vector<std::string> differences(const SurvivorList& kept, const std::vector<std::string>& survivors,
                                     const std::map<std::string, std::string>& told);

}  // namespace interleak::mutation
