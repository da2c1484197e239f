// Which changes are mutants, and which of these some shipped scenario notices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/check/expectations.hpp"
#include "sim/design/program.hpp"
#include "tests/mutation/tree.hpp"

namespace interleak::mutation {

/// A design with everything inherited, compiled. `key`: everything that the engine can see of it;
/// two designs with one key behave alike.
struct Compiled {
  design::Design design;
  design::Program program;
  std::string key;
};

/// One scenario under one design, and how much work it is.
struct ShippedCase {
  const scenario::Scenario* scenario = nullptr;
  check::Case expectations;
  std::uint64_t states = 0;
};

/// What became of a change.
struct Fate {
  enum class Kind : std::uint8_t {
    refused,    ///< no longer a design that compiles
    same,       ///< compiles to what was there before: no mutant
    repeated,   ///< compiles to what an earlier mutant compiles to
    noticed,    ///< an expectation fails
    survived,
  };
  Kind kind = Kind::survived;
  std::string why;  ///< noticed: the scenario and what failed; survived: what is known of the line
};

/// The designs and the cases as they ship.
class Judge {
 public:
  /// The tree must outlive it. `workers`: threads. What fails without any change is in `faults`.
  Judge(const Tree& tree, int workers, std::vector<std::string>& faults);

  std::size_t cases() const { return cases_.size(); }

  /// The fates of the changes, in their order; the same for any number of workers.
  std::vector<Fate> fates(const std::vector<Change>& changes) const;

  /// For each change the name of the first probe (a scenario, its expectations do not matter) under
  /// which some design has other counts, verdicts or witnesses with the change than without; empty:
  /// there is none. This is how a reason "equivalent" is put to the test.
  std::vector<std::string> told_apart(const std::vector<Change>& changes,
                                      const std::vector<scenario::Scenario>& probes) const;

 private:
  struct Mutation;
  Mutation compiled(const Change& change) const;
  Fate tried(const Change& change, const Mutation& mutation) const;
  bool reached(const Change& change) const;
  std::string known(const Change& change, std::size_t cases) const;

  const Tree& tree_;
  int workers_;
  const std::vector<std::string> entries_;   // what may run operations, beside what protocols say
  std::map<std::string, Compiled> designs_;
  std::vector<ShippedCase> cases_;   ///< the cheapest first
  std::map<std::string, bool> ran_;  ///< "DESIGN PROCEDURE:LINE" of lines with code: did it ever run
};

}  // namespace interleak::mutation
