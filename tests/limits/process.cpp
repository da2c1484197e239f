// See process.hpp. One pipe takes what the child writes; wait4() has its resources.
#include "tests/limits/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>

namespace interleak::limits {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kKept = std::size_t{64} * 1024;   // bytes of the output

std::chrono::milliseconds of(const timeval& time) { return milliseconds(time.tv_sec * 1000 + time.tv_usec / 1000); }

pid_t start(const std::vector<std::string>& words, int output) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  pid_t child = 0;
  const int failed = posix_spawn(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot run " + words[0]);
  return child;
}

/// Until the other end is closed; then or when it has lasted too long.
void read_all(int pipe, pid_t child, Clock::time_point end, Ran& ran) {
  std::array<char, 65536> piece;
  for (;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(end - Clock::now());
    pollfd ready{pipe, POLLIN, 0};
    if (!ran.timed_out && poll(&ready, 1, static_cast<int>(std::max<long long>(left.count(), 0))) == 0) {
      ran.timed_out = true;
      kill(child, SIGKILL);
    }
    const ssize_t size = read(pipe, piece.data(), piece.size());
    if (size <= 0) return;
    const auto bytes = static_cast<std::size_t>(size);
    ran.output_bytes += bytes;
    ran.output.append(piece.data(), std::min(bytes, kKept - std::min(kKept, ran.output.size())));
  }
}

}  // namespace

Ran run(const std::vector<std::string>& words, std::chrono::seconds patience) {
  std::array<int, 2> pipe{};
  if (pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const auto begun = Clock::now();
  const pid_t child = start(words, pipe[1]);
  close(pipe[1]);
  Ran ran;
  read_all(pipe[0], child, begun + patience, ran);
  close(pipe[0]);
  int status = 0;
  rusage used{};
  wait4(child, &status, 0, &used);
  ran.wall = std::chrono::duration_cast<milliseconds>(Clock::now() - begun);
  ran.cpu = of(used.ru_utime) + of(used.ru_stime);
  ran.peak_bytes = static_cast<std::uint64_t>(used.ru_maxrss) * 1024;
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ran;
}

}  // namespace interleak::limits
