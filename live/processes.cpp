#include "live/processes.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>

namespace interleak::live {
namespace {

/// What can be read of it. A process may end between two reads, which is an error then, and no exception: that is
/// why no stream's buffer is read here.
std::string content_of(const std::string& path) {
  std::string out;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return out;
  std::array<char, 4096> piece;
  for (;;) {
    const ssize_t size = ::read(file, piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    out.append(piece.data(), static_cast<std::size_t>(size));
  }
  ::close(file);
  return out;
}

std::optional<pid_t> number_of(std::string_view text) {
  pid_t out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc{} || end != text.data() + text.size() || out <= 0) return std::nullopt;
  return out;
}

/// Names of numbers in a folder of /proc.
std::vector<pid_t> numbers_in(const char* folder) {
  std::vector<pid_t> out;
  DIR* open = ::opendir(folder);
  if (open == nullptr) return out;
  while (const dirent* each = ::readdir(open)) {
    if (const auto number = number_of(each->d_name)) out.push_back(*number);
  }
  ::closedir(open);
  return out;
}

/// The line of /proc/PID/stat: number, (name), state, parent, ... The name may hold anything.
std::optional<ProcessEntry> entry_of(const std::string& line) {
  const std::size_t begin = line.find('('), end = line.rfind(')');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return std::nullopt;
  const auto id = number_of(std::string_view(line).substr(0, begin == 0 ? 0 : begin - 1));
  if (!id) return std::nullopt;
  ProcessEntry out;
  out.id = *id;
  out.name = line.substr(begin + 1, end - begin - 1);
  std::istringstream rest(line.substr(end + 1));
  std::string ignored;
  rest >> out.state >> out.parent;
  for (int field = 5; field < 22; ++field) rest >> ignored;
  rest >> out.start;
  return rest ? std::optional(out) : std::nullopt;
}

/// The kernel's own list, if it keeps one: by thread, for each may have started some.
bool listed_children(std::vector<pid_t>& out) {
  for (const pid_t thread : numbers_in("/proc/self/task")) {
    std::ifstream in("/proc/self/task/" + std::to_string(thread) + "/children");
    if (!in) return false;
    out.insert(out.end(), std::istream_iterator<pid_t>(in), {});
  }
  return true;
}

bool has(pid_t id, std::string_view name, std::string_view value) {
  if (name.empty()) return true;
  const auto found = environment_of(id, name);
  return found && *found == value;
}

}  // namespace

std::optional<ProcessEntry> process_of(pid_t id) {
  return entry_of(content_of("/proc/" + std::to_string(id) + "/stat"));
}

std::vector<ProcessEntry> all_processes() {
  std::vector<ProcessEntry> out;
  for (const pid_t id : numbers_in("/proc")) {
    if (auto entry = process_of(id)) out.push_back(std::move(*entry));
  }
  return out;
}

std::vector<ProcessEntry> own_children() {
  std::vector<pid_t> ids;
  std::vector<ProcessEntry> out;
  if (listed_children(ids)) {
    for (const pid_t id : ids) {
      if (auto entry = process_of(id)) out.push_back(std::move(*entry));
    }
    return out;
  }
  out = all_processes();
  std::erase_if(out, [](const ProcessEntry& each) { return each.parent != ::getpid(); });
  return out;
}

std::optional<std::string> environment_of(pid_t id, std::string_view name) {
  const std::string all = content_of("/proc/" + std::to_string(id) + "/environ");
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('\0', at), all.size());
    const std::string_view each = std::string_view(all).substr(at, end - at);
    if (each.size() > name.size() && each.substr(0, name.size()) == name && each[name.size()] == '=') {
      return std::string(each.substr(name.size() + 1));
    }
    at = end + 1;
  }
  return std::nullopt;
}

bool end_process(const ProcessEntry& seen, std::string_view name, std::string_view value) {
  // What is opened here is one process for ever. It is the one seen, if that still has the number now.
  const int opened = static_cast<int>(::syscall(SYS_pidfd_open, seen.id, 0));
  if (opened < 0 && errno != ENOSYS && errno != EPERM) return errno == ESRCH;
  const auto now = process_of(seen.id);
  bool done = true;
  if (now && now->start == seen.start && !now->is_dead() && has(seen.id, name, value)) {
    done =
        (opened >= 0 ? ::syscall(SYS_pidfd_send_signal, opened, SIGKILL, nullptr, 0) : ::kill(seen.id, SIGKILL)) == 0 ||
        errno == ESRCH;
  }
  if (opened >= 0) ::close(opened);
  return done;
}

}  // namespace interleak::live
