// What is known of the mutants so far, in a file that grows while they are tried; and what it comes to.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/engine_mutants/catalogue.hpp"
#include "tests/engine_mutants/trial.hpp"
#include "tests/mutation/survivors.hpp"

namespace interleak::engine_mutants {

using Fates = std::map<std::string, Fate>;   ///< by name

/// One line for each fate, behind one for the engine. Reads what is there; a file of another engine is refused
/// (std::runtime_error).
class Results {
 public:
  Results(std::string path, const std::string& engine);

  const Fates& fates() const { return fates_; }
  /// Also written, at once.
  void add(const Entry& mutant, const Fate& fate);

 private:
  std::string path_;
  Fates fates_;
};

/// A table of files, and the sums.
std::string table(const std::vector<Entry>& mutants, const Fates& fates);

/// Killed ones of a hundred, rounded down.
std::size_t percent_killed(const std::vector<Entry>& mutants, const Fates& fates);

/// Names of those that survived, in the order of the mutants.
std::vector<std::string> survivors_of(const std::vector<Entry>& mutants, const Fates& fates);

/// What is wrong with the list of survivors whatever happens to the mutants, a message a line: an entry that names
/// none, one that is there twice, one without a reason.
std::vector<std::string> faults_of(const mutation::SurvivorList& list, const std::vector<std::string>& names);

/// Survivors that are not listed.
std::vector<std::string> unlisted(const mutation::SurvivorList& list, const std::vector<std::string>& survivors);

/// Those of the list that do not survive.
std::vector<std::string> noticed_now(const mutation::SurvivorList& list, const Fates& fates);

}  // namespace interleak::engine_mutants
