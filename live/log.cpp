#include "live/log.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string_view>
#include <system_error>
#include <utility>

#include "live/failure.hpp"

namespace interleak::live {
namespace {

constexpr std::size_t kMostOfLine = 200;
constexpr int kMostReads = 16;   // at once: a pipe holds 64 KiB, and one that is filled all the time is never empty

/// Signals are the main thread's: no other one gets them.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

void close_end(int& fd) {
  if (fd >= 0) ::close(std::exchange(fd, -1));
}

}  // namespace

Log::Log() {
  std::array<int, 2> ends = {-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw LiveFailure(std::string("cannot make a pipe: ") + std::strerror(errno));
  }
  reader_ = ends[0];
  writer_ = ends[1];
  ::fcntl(reader_, F_SETFL, O_NONBLOCK);
  stop_ = ::eventfd(0, EFD_CLOEXEC);
  try {
    if (stop_ < 0) throw std::system_error(errno, std::generic_category());
    const SignalsBlocked blocked;
    thread_ = std::thread([this] { empty_pipe(); });
  } catch (const std::system_error& error) {
    for (int* fd : {&reader_, &writer_, &stop_}) close_end(*fd);
    throw LiveFailure(std::string("cannot keep a log: ") + error.what());
  }
}

Log::~Log() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto ignored = ::write(stop_, &one, sizeof one);
  thread_.join();
  for (int* fd : {&reader_, &writer_, &stop_}) close_end(*fd);
}

void Log::close_writer() { close_end(writer_); }

void Log::empty_pipe() {
  std::array<pollfd, 2> ready = {pollfd{stop_, POLLIN, 0}, pollfd{reader_, POLLIN, 0}};
  for (;;) {
    if (::poll(ready.data(), ready.size(), -1) < 0) continue;
    if (ready[0].revents != 0) return;
    const std::lock_guard lock(mutex_);
    if (!take()) return;   // everyone who could write is gone
  }
}

bool Log::take() {
  std::array<char, std::size_t{16} * 1024> room;
  for (int reads = 0; reads < kMostReads; ++reads) {
    const ssize_t got = ::read(reader_, room.data(), room.size());
    if (got == 0) return false;
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    kept_.append(room.data(), static_cast<std::size_t>(got));
    if (kept_.size() > 2 * kKept) kept_.erase(0, kept_.size() - kKept);
  }
  return true;
}

std::string Log::last_lines(std::size_t most) {
  const std::lock_guard lock(mutex_);
  take();
  std::deque<std::string_view> lines;
  const std::string_view all = kept_;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('\n', at), all.size());
    lines.push_back(all.substr(at, end - at).substr(0, kMostOfLine));
    if (lines.size() > most) lines.pop_front();
    at = end + 1;
  }
  std::string out;
  for (const std::string_view line : lines) out += "\n    " + std::string(line);
  return out;
}

}  // namespace interleak::live
