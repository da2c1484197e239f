#include "live/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <utility>

#include "live/failure.hpp"

namespace interleak::live {
namespace {

volatile std::sig_atomic_t the_signal = 0;
void remember(int number) { the_signal = number; }

struct Pipe {
  std::array<int, 2> ends = {-1, -1};
  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
      throw LiveFailure(std::string("cannot make a pipe: ") + std::strerror(errno));
    }
  }
  ~Pipe() {
    for (const int end : ends) {
      if (end >= 0) ::close(end);
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int release(int index) { return std::exchange(ends[static_cast<std::size_t>(index)], -1); }
};

/// Runs in the child, between fork and exec: only what is safe there.
[[noreturn]] void become(char* const* words, int in, int out, int log, int report, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it died before we could ask
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(log, 2);
  ::signal(SIGPIPE, SIG_DFL);
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
  ::execvp(words[0], words);
  const int error = errno;
  [[maybe_unused]] const auto ignored = ::write(report, &error, sizeof error);
  ::_exit(127);
}

void do_not_block(int fd) { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); }

}  // namespace

Process::Process(const std::vector<std::string>& words, Input input, const std::string& log) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  Pipe in, out, report;
  const int log_file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log_file < 0) throw LiveFailure("cannot write " + log + ": " + std::strerror(errno));
  const pid_t parent = ::getpid();
  id_ = ::fork();
  if (id_ == 0) {
    become(arguments.data(), in.ends[0], out.ends[1], log_file, report.ends[1], parent);
  }
  ::close(log_file);
  if (id_ < 0) throw LiveFailure(std::string("cannot start a process: ") + std::strerror(errno));
  ::setpgid(id_, id_);
  ::close(report.release(1));
  int error = 0;
  if (::read(report.ends[0], &error, sizeof error) == sizeof error) {
    ::waitpid(id_, nullptr, 0);
    throw LiveFailure("cannot start \"" + words[0] + "\": " + std::strerror(error));
  }
  output_ = out.release(0);
  do_not_block(output_);
  if (input == Input::none) return;
  input_ = in.release(1);
  do_not_block(input_);
}

Process::~Process() {
  stop();
  if (input_ >= 0) ::close(input_);
  if (output_ >= 0) ::close(output_);
}

std::string Process::ended() {
  int status = 0;
  if (!ended_.empty() || ::waitpid(id_, &status, WNOHANG) != id_) return ended_;
  ended_ = WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status)) + " (" +
                                     ::strsignal(WTERMSIG(status)) + ")"
                               : "exit code " + std::to_string(WEXITSTATUS(status));
  ::kill(-id_, SIGKILL);  // whom it has started
  return ended_;
}

void Process::stop() {
  if (!ended().empty()) return;
  ::kill(-id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
  ended_ = "stopped";
}

std::string last_lines(const std::string& file, std::size_t lines) {
  std::ifstream in(file);
  std::deque<std::string> kept;
  for (std::string line; std::getline(in, line);) {
    kept.push_back("\n    " + line.substr(0, 200));
    if (kept.size() > lines) kept.pop_front();
  }
  std::string out;
  for (const std::string& line : kept) out += line;
  return out;
}

TemporaryDirectory::TemporaryDirectory() {
  const char* root = std::getenv("TMPDIR");
  std::string name = std::string(root && *root ? root : "/tmp") + "/interleak-live-XXXXXX";
  if (!::mkdtemp(name.data())) {
    throw LiveFailure("cannot make a directory " + name + ": " + std::strerror(errno));
  }
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

SignalWatch::SignalWatch() {
  the_signal = 0;
  struct sigaction action = {};
  action.sa_handler = remember;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

SignalWatch::~SignalWatch() {
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
}

void check_signals() {
  if (the_signal != 0) throw Interrupted(the_signal);
}

}  // namespace interleak::live
