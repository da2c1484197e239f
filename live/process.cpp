#include "live/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

#include "live/failure.hpp"
#include "sim/scenario/utf8.hpp"

namespace interleak::live {
namespace {

constexpr auto kStopTime = std::chrono::seconds(5);

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

/// As exec takes them; they are valid as long as `texts` is.
std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const std::string& each : texts) out.push_back(const_cast<char*>(each.c_str()));
  out.push_back(nullptr);
  return out;
}

/// Runs in the child, between fork and exec: only what is safe there.
[[noreturn]] void become(char* const* words, char* const* environment, int in, int out, int log, int report,
                         pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it died before we could ask
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(log, 2);
  ::signal(SIGPIPE, SIG_DFL);   // what is caught is reset by exec
  ::execvpe(words[0], words, environment);
  const int error = errno;
  [[maybe_unused]] const auto ignored = ::write(report, &error, sizeof error);
  ::_exit(127);
}

void do_not_block(int fd) { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); }

/// 0: it is another program now.
int why_not_started(int report) {
  int error = 0;
  ssize_t got;
  do got = ::read(report, &error, sizeof error);
  while (got < 0 && errno == EINTR);
  return got == sizeof error ? error : 0;
}

}  // namespace

Process::Process(Household& household, const std::vector<std::string>& words, Talk talk) : household_(household) {
  const std::vector<std::string> variables = household.environment();
  const std::vector<char*> arguments = pointers_to(words), environment = pointers_to(variables);
  Pipe in, out, report;
  const int output = talk == Talk::pipes ? out.ends[1] : log_.writer();
  const pid_t parent = ::getpid();
  id_ = ::fork();
  if (id_ == 0) {
    become(arguments.data(), environment.data(), in.ends[0], output, log_.writer(), report.ends[1], parent);
  }
  log_.close_writer();
  if (id_ < 0) throw LiveFailure(std::string("cannot start a process: ") + std::strerror(errno));
  ::setpgid(id_, id_);
  ::close(report.release(1));
  if (const int error = why_not_started(report.ends[0])) {
    ::waitpid(id_, nullptr, 0);
    throw LiveFailure("cannot start \"" + scenario::escaped(words[0]) + "\": " + std::strerror(error));
  }
  household_.adopt(id_);
  if (talk == Talk::none) return;
  output_ = out.release(0);
  do_not_block(output_);
  input_ = in.release(1);
  do_not_block(input_);
}

Process::~Process() {
  stop();
  household_.release(id_);
  if (input_ >= 0) ::close(input_);
  if (output_ >= 0) ::close(output_);
}

/// Before it is waited for: then its number, and that of the group, are still its own.
void Process::end_group() const {
  ::kill(-id_, SIGKILL);
  ::kill(id_, SIGKILL);   // it may have gone to another group
}

std::string Process::ended() {
  siginfo_t dead = {};
  if (!ended_.empty() || ::waitid(P_PID, static_cast<id_t>(id_), &dead, WEXITED | WNOHANG | WNOWAIT) != 0 ||
      dead.si_pid != id_) {
    return ended_;
  }
  end_group();   // whom it has started
  int status = 0;
  ::waitpid(id_, &status, 0);
  ended_ = WIFSIGNALED(status)
               ? "signal " + std::to_string(WTERMSIG(status)) + " (" + ::strsignal(WTERMSIG(status)) + ")"
               : "exit code " + std::to_string(WEXITSTATUS(status));
  return ended_;
}

void Process::stop() {
  const auto deadline = std::chrono::steady_clock::now() + kStopTime;
  while (ended().empty() && std::chrono::steady_clock::now() < deadline) {
    end_group();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (ended_.empty()) ended_ = "stopped";
}

}  // namespace interleak::live
