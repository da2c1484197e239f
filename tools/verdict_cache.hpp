// Verdicts that need not be found again: a folder with a file for each search that was over, named by the digest of
// everything that its result depends on. docs/ci.md, "A cache of verdicts".
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "sim/certify/sha256.hpp"
#include "sim/check/analysis.hpp"

namespace interleak::tools {

class VerdictCache {
 public:
  /// Makes the folder if there is none. Throws Failure(74) if that cannot be.
  explicit VerdictCache(const std::string& folder);

  /// One search, as a name: of this program, of the scenario and the design with their words, of the invariants and of
  /// every option that shapes a result. What only ends a search, time and memory, does not: then it is not kept.
  std::string key_of(const world::World& world, const std::vector<property::Invariant>& invariants,
                     const check::Options& options) const;

  /// What was kept under the key. Nothing if nothing was, or what is there is not whole, or of another world. From any
  /// thread, as the next one.
  std::optional<check::Analysis> find(const std::string& key, const world::World& world,
                                      const std::vector<property::Invariant>& invariants);
  /// Keeps it if the same would come out again (check::may_be_kept). A folder that cannot be written is told by
  /// told(), and is no failure: the verdict is there.
  void keep(const std::string& key, const check::Analysis& analysis);

  /// "12 of 14 cases known from "FOLDER"", and what went wrong.
  std::string told() const;

 private:
  std::string file_of(const std::string& key) const { return folder_ + "/" + key + ".verdict"; }

  const std::string folder_;
  const certify::Digest tool_;
  std::atomic<int> asked_ = 0, known_ = 0;
  mutable std::mutex mutex_;  // writing holds signals, which are the whole process's
  std::string trouble_;  // why something could not be written; empty: nothing
};

}  // namespace interleak::tools
