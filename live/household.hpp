// All processes of a live run, also those that a client starts and lets go: they end with it. What is left by
// its parent becomes a child of ours (we are a subreaper while the household lives), so a process of the run is
// below us whatever it does; and each bears a mark in its environment, by which the next run finds those of one
// that was killed (leftovers.hpp).
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "live/processes.hpp"

namespace interleak::live {

/// The variable of the mark; its value is the text of the owner.
inline constexpr const char* kMark = "INTERLEAK_LIVE";

class Household {
 public:
  using Tell = std::function<void(const std::string&)>;
  /// `tell` gets a line for the user if a process could not be ended.
  explicit Household(Tell tell);
  /// Ends them all.
  ~Household();
  Household(const Household&) = delete;
  Household& operator=(const Household&) = delete;

  /// The environment for a process of the run: ours, and the mark.
  std::vector<std::string> environment() const;
  /// A child that somebody waits for, until they have done so.
  void adopt(pid_t child);
  void release(pid_t child);
  /// Waits for what has died and was left to us. False: there is no child at all.
  bool reap();

 private:
  bool is_ours(const ProcessEntry& child) const;
  void end_children();
  void end_marked();

  Tell tell_;
  std::string mark_;                      ///< the value
  std::vector<ProcessEntry> strangers_;   ///< children that were there before
  std::vector<pid_t> adopted_;
  int was_subreaper_ = 0;
};

}  // namespace interleak::live
