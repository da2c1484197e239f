// What a process says beside its protocol, for messages. A pipe that a thread empties for as long as the log
// lives: nobody who writes to it waits, and only the end of what was written is kept.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <thread>

namespace interleak::live {

class Log {
 public:
  /// So many bytes at the end of what was written are kept at least, and twice as many at most.
  static constexpr std::size_t kKept = std::size_t{32} * 1024;

  /// Throws LiveFailure if there is no pipe to be had.
  Log();
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// The end of the pipe that a process writes to; -1 once it is closed here.
  int writer() const { return writer_; }
  void close_writer();
  /// The last lines, at most `most` of them, each cut at 200 bytes and behind a line end and four spaces. What was
  /// written before the call is among them.
  std::string last_lines(std::size_t most);

 private:
  void empty_pipe();
  /// Takes what the pipe holds now. True: more may come.
  bool take();

  int reader_ = -1, writer_ = -1, stop_ = -1;
  std::mutex mutex_;       // of what follows, and of reading
  std::string kept_;
  std::thread thread_;
};

}  // namespace interleak::live
