// What semantic_fuzz does with one case: both engines along random schedules, and for small ones the whole
// analysis against the enumeration; and the least case that shows the same difference.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/case.hpp"
#include "tests/oracle/coverage.hpp"
#include "tests/oracle/twins.hpp"

namespace interleak::oracle {

/// A line of a table: how often something was drawn, executed or seen, and in how many designs.
struct Line {
  std::string name;
  std::uint64_t count = 0, designs = 0;
};

/// What was done, in numbers.
struct Figures {
  std::uint64_t designs = 0, enumerations = 0, compared = 0;
  std::uint64_t tracked = 0;                      ///< designs of which failures are tracked
  std::map<std::string, std::uint64_t> refused;   ///< by error code
  std::map<std::string, std::uint64_t> choices;   ///< designs that have them (choices.hpp)
  Tally tally, tally_of_designs;
  Coverage coverage, coverage_of_designs;
  void add(const Figures& other);
  /// All that a long run must have drawn, executed and seen.
  std::vector<Line> table() const;
};

/// How much is done with a case.
struct Effort {
  std::uint64_t seed = 0;     ///< of the first schedule
  int schedules = 5;
  int sweep = 150;            ///< events
  bool enumerates = false;
  std::size_t first_search =
      0;  ///< states of the world without faults, of which failures are tracked; more: they are not
  Enough enough = {400, 3'000};
};

/// A case on which the engines disagree. The schedule is empty if that was seen in the whole analysis.
struct Found {
  Case files;
  Texts schedule;
  std::string difference;
  std::size_t first_search = 0;  ///< of the effort that has found it
};

/// Both engines at the beginning of a case. Either of them tracks failures, or none does.
struct Start {
  world::World world;
  Oracle oracle;
};

/// Nothing if the design is refused, and `error` says why.
std::optional<Start> start_of(const Case& each, const Effort& effort, std::string& error);

/// Nothing if the engines agree, or if the design is refused.
std::optional<Found> examine(const Case& each, const Effort& effort, Figures& figures);

/// The same for design `number` of a seed.
std::optional<Found> examine(std::uint64_t seed, std::uint64_t number, int schedules, Figures& figures);
Case case_number(std::uint64_t seed, std::uint64_t number);

/// The least case, with a short schedule. `alone`: each candidate runs in a process of its own, for those
/// that end the program.
Found smallest(const Found& found, bool alone);

/// True if examining the case ends a process.
bool ends_the_program(const Case& each, const Effort& effort);

}  // namespace interleak::oracle
