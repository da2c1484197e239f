// Files and names on the command line -> scenarios, designs, worlds: what sim/check/worlds.hpp makes of texts, for
// files, and in the words of the command. The one place of it that reads files. What is wrong with a file is
// collected, so that all of it is told at once.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/check/overrides.hpp"
#include "sim/check/worlds.hpp"
#include "sim/property/invariants.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/world/world.hpp"
#include "tools/design_files.hpp"

namespace interleak::tools {

/// Ends the command with that exit code after printing the message.
struct Failure : std::runtime_error {
  Failure(int exit_code, const std::string& message) : std::runtime_error(message), code(exit_code) {}
  int code;
};

/// What the flags change in a scenario, as flags: for the replay line.
std::vector<std::string> override_words(const check::Overrides& overrides);

class Session {
 public:
  /// Knows the embedded designs.
  Session();

  /// A scenario file, an embedded scenario ("incident/two-users"), or `-` for standard input; with
  /// its variants. Empty if it has errors. Designs are looked for beside it from then on.
  std::vector<scenario::Scenario> scenarios(const std::string& name);

  /// Designs of names that nobody knows are looked for beside these scenarios, too: in the folder of each that is a
  /// file, not below. For names of the command line that are looked up before the scenarios are read.
  void look_beside(const std::vector<std::string>& scenarios);

  /// Adds a design file, or all design files of a directory, and returns their ids; protocol files likewise, for the
  /// scenarios that are read after that.
  std::vector<std::string> add_designs(const std::string& path);

  /// Ids that the patterns name: globs, ids, `all`, design files (which are added). In the order
  /// of the patterns, none twice. A name that nobody knows is looked for beside the scenarios. Throws Failure(5) if a
  /// pattern matches nothing, Failure(2) if files beside say different things under one id.
  std::vector<std::string> designs(const std::vector<std::string>& patterns);

  /// The same for the patterns that a scenario names; beside that scenario only.
  std::vector<std::string> designs_of(const scenario::Scenario& scenario);

  /// Adds what a scenario names in `designs` or, in full, in `expect`, if nobody knows it and a file beside has it.
  /// What is found nowhere is left for others to tell. Throws Failure(2) as designs() does.
  void find_beside(const scenario::Scenario& scenario);

  /// Ids of all designs that a scenario may mean: what was found beside another one is not among them.
  std::vector<std::string> known_to(const scenario::Scenario& scenario) const;

  /// Of designs those that a pattern meant, and that speak another protocol than a scenario, are left out.
  std::vector<std::string> speaking(std::vector<std::string> designs, const scenario::Scenario& scenario);
  /// It was meant by a pattern alone, and speaks another protocol than the scenario.
  bool leaves_out(const std::string& design, const scenario::Scenario& scenario);
  /// "left out, for they speak another protocol: a/b, c/d and 4 more". Empty: none.
  std::string left_out_text() const;

  /// "found beside the scenario: my-pool/simple in my-pool.json": what nobody has named by its file. Empty: nothing.
  std::string beside_text() const;

  /// Files found beside that a design inherits from, in order.
  std::vector<std::string> parents_beside(const std::string& id) const;

  /// What the design decides of what is judged; errors of it are told once.
  scenario::DesignAsks asked_by(const std::string& design) { return worlds_.asked_by(design, errors); }
  /// The world of a scenario under a design; null if the design has errors.
  std::shared_ptr<const world::World> world(const scenario::Scenario& scenario, const std::string& design,
                                            const std::vector<property::Invariant>& invariants);

  /// A design with all that it inherits; nothing, and an error unless it is known already, if it cannot be
  /// put together.
  std::optional<design::Design> find_design(const std::string& id);

  /// The file of a protocol; empty if there is none of that id.
  std::string protocol_text(const std::string& id) const;

  /// Text of a file or of standard input; nothing, and an error, if it cannot be read.
  std::optional<std::string> read(const std::string& path);

  /// The files of ours below a folder, sorted: regular files NAME.json with the field `"interleak"`. Other JSON is left
  /// alone (foreign_text()); a folder below that cannot be read is an error.
  std::vector<std::string> files_below(const std::string& folder);
  /// The file of that name; of a folder, those below it.
  std::vector<std::string> files_of(const std::string& path);
  /// "3 other JSON files left out: no field "interleak" in them"; empty if files_below() has left out none.
  std::string foreign_text() const;

  const scenario::DesignLibrary& library() const { return worlds_.library(); }
  const scenario::ProtocolLibrary& protocols() const { return worlds_.protocols(); }
  /// Ids of the designs that were read from this file; or from files below this folder. Sorted.
  std::vector<std::string> designs_of_file(const std::string& file) const;
  std::vector<std::string> designs_below(const std::string& folder) const;
  /// The file that a `-d` word named its design by, else the id.
  std::string design_word(const std::string& id) const;

  /// A file that was read, as a path of the user's tree, relative to the working directory if it is
  /// in it. Empty: standard input, or built in and no file of that text stands there.
  std::string tree_file(const std::string& file) const;
  /// The same for the file of a design.
  std::string tree_file_of_design(const std::string& id) const;

  /// Where the text of a scenario or a design came from.
  struct Origin {
    std::string file;  ///< built in: its path in the tree
    bool built_in = false;
    bool replaces_built_in = false;  ///< a file of the user's, which says other things than the built-in
                                     ///< one of that id
  };
  /// Of a scenario that scenarios() has read under that name.
  Origin origin_of(const std::string& name, const scenario::Scenario& scenario) const;
  /// Of a design that the library has, without what it inherits.
  Origin origin_of_design(const std::string& id) const;

  Diagnostics errors;
  std::map<std::string, std::string> sources;  ///< text of each file that was read, by its name

 private:
  using Folders = std::vector<std::string>;  // as folder_of() has them

  Folders folders_of(const scenario::Scenario& scenario) const;
  const DesignFolder& folder(const std::string& name);
  bool may_mean(const std::string& id, const Folders& folders) const;
  std::vector<std::string> ids_beside(const std::string& pattern, const Folders& folders);
  const DesignFile* file_beside(const std::string& id, const Folders& folders);
  bool bring(const std::string& id, const Folders& folders);
  void bring_with_parents(const std::string& id, const Folders& folders);
  [[noreturn]] void beside_another(const std::string& id, const std::string& parent) const;
  std::vector<std::string> matching(const std::string& pattern, const Folders& folders);
  std::vector<std::string> found(const std::vector<std::string>& patterns, const Folders& folders);
  [[noreturn]] void no_design(const std::string& pattern, const Folders& folders);
  std::string help_for_missing(const std::string& path) const;
  void tell_library(std::size_t first);

  check::Worlds worlds_;
  std::set<std::string> by_pattern_;  // designs that no word of the command line or of a scenario names in full
  std::set<std::string> in_full_;
  std::set<std::string> left_out_;
  std::set<std::string> scenario_files_;
  Folders folders_;  ///< of these files, in the order of the command line
  std::map<std::string, DesignFolder> looked_at_;
  std::set<std::string> tried_;  ///< files beside that were read as designs
  std::vector<std::string> brought_;  ///< ids of designs found beside, in that order
  std::map<std::string, std::set<std::string>> hidden_;  ///< of these: the only folders whose scenarios may mean them
  std::set<std::string> foreign_;  ///< JSON files in folders that are none of ours
  std::map<std::string, std::string> files_;  ///< id -> the user's file
  std::map<std::string, std::string> protocol_files_;  ///< likewise
  std::map<std::string, std::string> built_in_;  ///< id -> path of the embedded file
};

/// It is a regular file, and has that text.
bool still_holds(const std::string& file, const std::string& text);

/// Invariants by name, glob or `all`; throws Failure(2) if one is unknown. Empty: those of the scenario, which should
/// be that of a world (check::invariants_of).
std::vector<property::Invariant> chosen_invariants(const std::vector<std::string>& names,
                                                   const scenario::Scenario& scenario);

}  // namespace interleak::tools
