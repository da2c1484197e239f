// Text of designs, and a scenario -> worlds. The way that every program takes which asks about scenarios: the
// command (tools/session.hpp), the tests of others (testing/), a page that has all in memory. It knows no files:
// whoever calls has the text, and says by which name messages are to call it. Whether a name stands for a file or
// for something built in, and how what is unknown is told, are the caller's, too.
//
// It stands in this room since what a world is made for does: analyse(), cases_of(), invariants_of().
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/property/invariants.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/world/world.hpp"

namespace interleak::check {

/// The designs that are known, and the worlds of scenarios under them.
class Worlds {
 public:
  /// Reads one design; `file`: what messages call it. Its id, or nothing, and errors. A second design of an id
  /// replaces the first.
  std::optional<std::string> add_design(std::string_view text, const std::string& file, Diagnostics& errors);

  /// The same with a protocol, which scenarios that are read after that may name.
  std::optional<std::string> add_protocol(std::string_view text, const std::string& file, Diagnostics& errors);

  /// Scenarios of a text, which may name each protocol that is known (scenario::read_scenario).
  std::vector<scenario::Scenario> scenarios(std::string_view text, const std::string& file, Diagnostics& errors) const;

  /// A design with all that it inherits; nothing, and an error, if it cannot be put together. An error of a
  /// design is told once, however often it is asked for: of this and of world().
  std::optional<design::Design> find_design(const std::string& id, Diagnostics& errors);

  /// What the design, with all that it inherits, decides of what is judged.
  scenario::DesignAsks asked_by(const std::string& id, Diagnostics& errors);
  /// The scenario can be run with the design as far as their protocols go: one of them names none, or both the same,
  /// and that has the operations. A design that has errors is said to speak, for those are to be told.
  bool speaks(const scenario::Scenario& scenario, const std::string& id);

  /// The world of a scenario under a design, which is compiled once for all of its worlds; null if it has errors.
  /// The world tracks what those invariants need.
  std::shared_ptr<const world::World> world(const scenario::Scenario& scenario, const std::string& id,
                                            const std::vector<property::Invariant>& invariants, Diagnostics& errors);

  const scenario::DesignLibrary& library() const { return library_; }
  const scenario::ProtocolLibrary& protocols() const { return protocols_; }

 private:
  /// Both are null if the design has errors; those were told.
  struct Compiled {
    std::shared_ptr<const design::Design> design;
    std::shared_ptr<const design::Program> program;
  };
  /// Null: it cannot be put together, which was told.
  std::shared_ptr<const design::Design> merged(const std::string& id, Diagnostics& errors);
  Compiled compiled(const std::string& id, const scenario::Scenario& spoken, Diagnostics& errors);
  void tell_new(Diagnostics found, Diagnostics& errors);

  scenario::DesignLibrary library_;
  std::map<std::string, std::shared_ptr<const design::Design>> merged_;   ///< with all that they inherit
  scenario::ProtocolLibrary protocols_ = scenario::built_in_protocols();
  /// By id, and by what listings know of the protocol.
  std::map<std::pair<std::string, std::vector<std::string>>, Compiled> compiled_;
  std::set<std::string> told_;                 ///< errors
};

/// Of what read_scenario() gave, the one of that variant (empty: the file as it stands); nothing: there is none.
std::optional<scenario::Scenario> variant_of(const std::vector<scenario::Scenario>& all, std::string_view variant);

/// The scenario as a world needs it. There may be many worlds, and most of a file may be expectations.
scenario::Scenario without_expectations(scenario::Scenario scenario);

struct ChosenInvariants {
  std::vector<property::Invariant> invariants;   ///< in the order of the names, none twice
  std::vector<std::string> unknown;              ///< names that are no invariant's
};
/// Invariants by name or glob. No names: those of the scenario, which should be that of a world (invariants_of).
ChosenInvariants choose_invariants(const std::vector<std::string>& names, const scenario::Scenario& scenario);

}  // namespace interleak::check
