// A child process that does not outlive us: it leads a process group of its own, which ends with this
// object, and the kernel ends it if we are killed.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace interleak::live {

class Process {
 public:
  enum class Input { none, pipe };
  /// Starts `words`, found by PATH. Standard output is a pipe; standard error goes to the file
  /// `log`. Throws LiveFailure if it cannot be started.
  Process(const std::vector<std::string>& words, Input input, const std::string& log);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Ends of the pipes; they do not block. -1: none.
  int input() const { return input_; }
  int output() const { return output_; }
  pid_t id() const { return id_; }
  /// Empty while it runs; else how it ended: "exit code 3", "signal 11 (Segmentation fault)".
  std::string ended();
  /// Ends the group, and waits for the child.
  void stop();

 private:
  pid_t id_ = -1;
  int input_ = -1, output_ = -1;
  std::string ended_;
};

/// The last lines of a log, for a message; at most `lines` of them.
std::string last_lines(const std::string& file, std::size_t lines);

/// A directory of our own under TMPDIR or /tmp, removed with all that is in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// While it lives SIGINT and SIGTERM are only remembered.
class SignalWatch {
 public:
  SignalWatch();
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
};
/// Throws Interrupted if a signal has come.
void check_signals();

}  // namespace interleak::live
