// A child process that does not outlive us: it leads a process group of its own, which ends with this
// object, and the kernel ends it if we are killed. What it lets go of its own is the household's.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "live/household.hpp"
#include "live/log.hpp"

namespace interleak::live {

class Process {
 public:
  /// pipes: standard input and output are pipes; none: it has no input, and its output goes to the log.
  enum class Talk { none, pipes };
  /// Starts `words`, found by PATH, with the household's mark. Standard error goes to the log. Throws LiveFailure
  /// if it cannot be started.
  Process(Household& household, const std::vector<std::string>& words, Talk talk);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Ends of the pipes; they do not block. -1: none.
  int input() const { return input_; }
  int output() const { return output_; }
  pid_t id() const { return id_; }
  /// Empty while it runs; else how it ended: "exit code 3", "signal 11 (Segmentation fault)".
  std::string ended();
  /// Ends the group, and waits for the child: a few seconds, if it may not be ended (another user's).
  void stop();
  Log& log() { return log_; }

 private:
  void end_group() const;

  Household& household_;
  Log log_;
  pid_t id_ = -1;
  int input_ = -1, output_ = -1;
  std::string ended_;
};

}  // namespace interleak::live
