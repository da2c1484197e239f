// What `check` and `bless` explore: scenario files (or directories of them), each scenario and variant
// under each design that something is expected of, several at a time if asked.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reports/cases.hpp"
#include "sim/check/baseline.hpp"
#include "sim/check/expectations.hpp"
#include "tools/flags.hpp"

namespace interleak::tools {

struct CaseFlags {
  std::vector<std::string> paths;
  SearchFlags search;
  int jobs = 1;                  ///< cases at a time; changes no result
  std::string baseline;          ///< file; empty: none
  bool ratchet = false;

  void add_to(CLI::App& app);
  EngineOptions engine_options(const OutputFlags& output) const;
};

/// One case, and its world.
struct CaseJob {
  check::Case expectations;
  std::shared_ptr<const world::World> world;
  std::string scenario_word;
  bool wanted = true;            ///< false: not among the designs of -d
  bool expected = true;          ///< false: the scenario says nothing about this design
};

/// A design that the command line names.
struct NamedDesign {
  std::string id;
  std::string word;              ///< of -d or -L
  bool alone = true;             ///< by its name or its file, not by a pattern or a folder
};

/// Scenario files: those that are named, and those below folders that are, sorted. Designs and baselines are left out.
std::vector<std::string> scenario_files(Session& session, const std::vector<std::string>& paths);

/// The cases of the paths, in the order of files, variants and designs. `beyond`: also what scenarios say
/// nothing about: the designs of -d, else those that a scenario without expectations names. Errors of
/// files are in the session.
std::vector<CaseJob> case_jobs(Session& session, const CaseFlags& flags, bool beyond);

/// The designs of -d and -L, each once. Call it after case_jobs(), which has read their files.
std::vector<NamedDesign> named_designs(const Session& session, const CaseFlags& flags);

/// A case as it stands before it is explored.
reports::Case prepared(const Session& session, const CaseJob& job);

/// Explores one case; counts schedules only if `counts`.
reports::Result explored(Engine& engine, const Session& session, const CaseJob& job, const SearchFlags& flags,
                         bool counts);

/// Calls `work(i)` for all i below `count`, `threads` at a time, and `done(i)` on this thread, in order,
/// each as soon as it can be. What either throws ends it, and is thrown here.
void in_order(std::size_t count, int threads, const std::function<void(std::size_t)>& work,
              const std::function<void(std::size_t)>& done);

/// The baseline of the flags. None, and errors in the session, if it is not valid. A file that is not
/// there is an error, unless `may_miss`: then the baseline is empty.
std::optional<check::Baseline> read_baseline(Session& session, const CaseFlags& flags, bool may_miss);

}  // namespace interleak::tools
