// Between fork() and exec only calls that are allowed in a process with threads: everything else is made ready
// before. The child leads a group, so that what it has started ends with it.
#include "tests/engine_mutants/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

namespace interleak::engine_mutants {
namespace {

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

/// The environment of this process, where `variables` do not say otherwise.
std::vector<std::string> environment_with(const std::vector<std::string>& variables) {
  std::vector<std::string> out = variables;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string text = *each;
    const std::string name = text.substr(0, text.find('=') + 1);
    bool given = false;
    for (const std::string& variable : variables) given = given || variable.rfind(name, 0) == 0;
    if (!given) out.push_back(text);
  }
  return out;
}

void limit(int what, rlim_t most) {
  const rlimit both{most, most};
  setrlimit(static_cast<__rlimit_resource_t>(what), &both);
}

[[noreturn]] void become(const std::vector<char*>& words, const std::vector<char*>& environment, const char* directory,
                         int output, const Limits& limits) {
  setpgid(0, 0);
  const int nothing = open("/dev/null", O_RDONLY);
  const bool ready = chdir(directory) == 0 && dup2(nothing, 0) >= 0 && dup2(output, 1) >= 0 && dup2(output, 2) >= 0;
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, static_cast<rlim_t>(limits.processor.count()));
  limit(RLIMIT_AS, limits.memory);
  limit(RLIMIT_FSIZE, rlim_t{1} << 28);   // one that prints for ever
  if (ready) execvpe(words[0], words.data(), environment.data());
  _exit(127);
}

std::chrono::milliseconds time_of(const rusage& used) {
  const auto both = used.ru_utime.tv_sec * 1000 + used.ru_utime.tv_usec / 1000 + used.ru_stime.tv_sec * 1000 +
                    used.ru_stime.tv_usec / 1000;
  return std::chrono::milliseconds(both);
}

Ended judged(int status, bool hung, const rusage& used) {
  Ended ended;
  ended.processor = time_of(used);
  // Bash tells its own status of a child that was ended by a signal.
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status) > 128 ? WEXITSTATUS(status) - 128 : 0;
  if (hung || signal == SIGXCPU || signal == SIGKILL) {
    ended.how = Ended::How::timed_out;
    ended.told = hung ? "waits for ever" : "runs for ever";
  } else if (status != 0) {
    ended.how = Ended::How::failed;
    ended.told = signal != 0 ? "signal " + std::to_string(signal) : "exit code " + std::to_string(WEXITSTATUS(status));
  }
  return ended;
}

}  // namespace

Ended run(const std::vector<std::string>& words, const std::string& directory,
          const std::vector<std::string>& variables, const std::string& output, const Limits& limits) {
  const std::vector<std::string> all = environment_with(variables);
  const std::vector<char*> arguments = pointers_to(words), environment = pointers_to(all);
  const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const pid_t id = file < 0 ? -1 : fork();
  if (id == 0) become(arguments, environment, directory.c_str(), file, limits);
  if (file >= 0) close(file);
  if (id < 0) throw std::runtime_error(words[0] + ": " + std::strerror(errno));
  setpgid(id, id);   // whoever is first
  // By its number: the header of some versions of glibc cannot be used from C++.
  pollfd watched{static_cast<int>(syscall(SYS_pidfd_open, id, 0)), POLLIN, 0};
  const auto wait = std::chrono::milliseconds(limits.clock).count();
  int ready = poll(&watched, 1, static_cast<int>(wait));
  while (ready < 0 && errno == EINTR) ready = poll(&watched, 1, static_cast<int>(wait));
  close(watched.fd);
  kill(-id, SIGKILL);   // also what it leaves behind
  int status = 0;
  rusage used{};
  wait4(id, &status, 0, &used);
  return judged(status, ready == 0, used);
}

}  // namespace interleak::engine_mutants
