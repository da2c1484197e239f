// A file is written to an inode that has no name yet (O_TMPFILE), so that whatever ends the program leaves
// nothing behind, and then gets its name: at once where there was no file, else by way of a second name in
// the same folder that is renamed. That name exists for a moment only, in which signals are held; one that a kill has
// left there, just then, is taken over by the next run that writes this file.
#include "tools/whole_file.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "reports/style.hpp"
#include "tools/exit_codes.hpp"
#include "tools/session.hpp"

namespace interleak::tools {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot_write(const std::string& path, int reason) {
  throw Failure(kExitOutput, "cannot write " + reports::quoted(path) + ": " + std::strerror(reason));
}

/// A descriptor that is closed in the end.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  bool valid() const { return fd_ >= 0; }
  int get() const { return fd_; }
  /// False, and errno, if what was written has not arrived.
  bool close() { return ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

/// The number of the own descriptor that a name such as /dev/stdout or /dev/fd/63 means. Opened by that name, a
/// file would be written from its beginning, and replaced its reader would never see it.
std::optional<int> own_descriptor(const std::string& path) {
  if (path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/"}) {
    if (path.compare(0, folder.size(), folder) != 0) continue;
    int number = -1;
    const char* last = path.data() + path.size();
    const auto [end, failed] = std::from_chars(path.data() + folder.size(), last, number);
    if (failed == std::errc{} && end == last && number >= 0) return number;
  }
  return std::nullopt;
}

/// Where a name leads in the end, be there anything or not.
struct Place {
  std::string path;
  std::optional<int> own;   ///< an own descriptor: then `path` says nothing
};

Place place_of(const std::string& path) {
  constexpr int kMostLinks = 40;   // as the kernel
  fs::path at = path;
  for (int i = 0; i < kMostLinks; ++i) {
    if (const auto own = own_descriptor(at.string())) return {"", own};
    std::error_code failed;
    const fs::path target = fs::read_symlink(at, failed);
    if (failed) return {at.string(), std::nullopt};
    at = target.is_absolute() ? target : at.parent_path() / target;
  }
  cannot_write(path, ELOOP);
}

void write_through(const std::string& path, int fd, std::string_view text) {
  if (!write_all(fd, text)) cannot_write(path, errno);
}

/// A socket cannot be opened, only spoken to.
void write_to_socket(const std::string& path, std::string_view text) {
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) cannot_write(path, ENAMETOOLONG);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const auto* where = reinterpret_cast<const sockaddr*>(&address);
  if (!socket.valid() || ::connect(socket.get(), where, sizeof(address)) != 0) cannot_write(path, errno);
  write_through(path, socket.get(), text);
}

/// Writes over the bytes of a file: where another file in its place would be another's, or would part it from its
/// other names. The room is taken before, so that a full disk spoils nothing.
void write_over(const std::string& path, std::string_view text) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.valid()) cannot_write(path, errno);
  if (!text.empty()) {
    const int failed = ::posix_fallocate(file.get(), 0, static_cast<off_t>(text.size()));
    if (failed != 0 && failed != EOPNOTSUPP && failed != EINVAL) cannot_write(path, failed);
  }
  if (!write_all(file.get(), text) || ::ftruncate(file.get(), static_cast<off_t>(text.size())) != 0) {
    cannot_write(path, errno);
  }
  if (!file.close()) cannot_write(path, errno);
}

/// While it lives no signal ends the program, but for those that cannot be held; they are raised again in the end.
/// Handlers rather than a mask, for a mask is a thread's own and any thread may be chosen.
class SignalsHeld {
 public:
  SignalsHeld() {
    struct sigaction hold {};
    hold.sa_handler = note;
    sigfillset(&hold.sa_mask);
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      noted[i] = 0;
      ::sigaction(kSignals[i], &hold, &before_[i]);
    }
  }
  ~SignalsHeld() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      if (noted[i] != 0) ::raise(kSignals[i]);
    }
  }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

 private:
  static constexpr std::array<int, 9> kSignals = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGALRM,
                                                  SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ};
  // NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): all that a handler of signals can write to
  static inline std::array<volatile std::sig_atomic_t, kSignals.size()> noted{};

  static void note(int signal) {
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      if (kSignals[i] == signal) noted[i] = 1;
    }
  }

  std::array<struct sigaction, kSignals.size()> before_{};
};

/// A file on its way to its name.
class Draft {
 public:
  explicit Draft(const std::string& path) : path_(path), folder_(folder_of(path)), name_(second_name(path)) {
    unnamed_ = ::open(folder_.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    if (unnamed_ < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT)) open_named();
    if (unnamed_ < 0) cannot_write(path, errno);
  }
  ~Draft() {
    if (unnamed_ >= 0) ::close(unnamed_);
    if (named_) ::unlink(name_.c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  /// False where it cannot belong to the same user and group.
  bool resemble(const struct stat& old) {
    struct stat now {};
    if (::fstat(unnamed_, &now) != 0) return false;
    const bool other = now.st_uid != old.st_uid || now.st_gid != old.st_gid;
    if (other && ::fchown(unnamed_, old.st_uid, old.st_gid) != 0) return false;
    return ::fchmod(unnamed_, old.st_mode & 07777) == 0;
  }

  void fill(std::string_view text) {
    if (!write_all(unnamed_, text)) cannot_write(path_, errno);
  }

  /// Takes the name; `fresh`: there was no file of that name.
  void publish(bool fresh) {
    const SignalsHeld held;   // between two names nothing is left behind
    if (!named_ && fresh && link_to(path_)) return;
    for (int again = 0; again < kTries; ++again) {
      if (!named_ && !link_to(name_)) {
        if (errno != EEXIST) cannot_write(path_, errno);
        ::unlink(name_.c_str());   // left by a kill, or of a run that will give itself another one
        continue;
      }
      if (::rename(name_.c_str(), path_.c_str()) == 0) {
        named_ = false;
        return;
      }
      if (errno != ENOENT || named_) cannot_write_and_unlink();
    }
    cannot_write(path_, EBUSY);
  }

 private:
  static constexpr int kTries = 1000;

  static std::string folder_of(const std::string& path) {
    const std::string folder = fs::path(path).parent_path().string();
    return folder.empty() ? "." : folder;
  }
  static std::string second_name(const std::string& path) {
    const fs::path whole = path;
    return (fs::path(folder_of(path)) / ("." + whole.filename().string().substr(0, 200) + ".interleak")).string();
  }

  bool link_to(const std::string& name) const {
    const std::string source = "/proc/self/fd/" + std::to_string(unnamed_);
    return ::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
  }

  /// For file systems that know no files without a name.
  void open_named() {
    const std::string base = name_;
    for (int again = 0; unnamed_ < 0 && again < kTries; ++again) {
      name_ = base + std::to_string(::getpid()) + "-" + std::to_string(again);
      unnamed_ = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (unnamed_ < 0 && errno != EEXIST) return;
    }
    named_ = unnamed_ >= 0;
  }

  [[noreturn]] void cannot_write_and_unlink() {
    const int reason = errno;
    if (!named_) ::unlink(name_.c_str());
    cannot_write(path_, reason);
  }

  std::string path_, folder_, name_;
  int unnamed_ = -1;
  bool named_ = false;    // it has its second name from the beginning
};

void write_file(const std::string& path, std::string_view text) {
  struct stat old {};
  const bool fresh = ::stat(path.c_str(), &old) != 0;
  if (fresh && errno != ENOENT) cannot_write(path, errno);
  if (!fresh && S_ISDIR(old.st_mode)) cannot_write(path, EISDIR);
  if (!fresh && S_ISSOCK(old.st_mode)) return write_to_socket(path, text);
  if (!fresh && !S_ISREG(old.st_mode)) {
    Descriptor device(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    if (!device.valid()) cannot_write(path, errno);
    return write_through(path, device.get(), text);
  }
  if (!fresh && ::access(path.c_str(), W_OK) != 0) cannot_write(path, errno);
  if (!fresh && old.st_nlink > 1) return write_over(path, text);
  Draft draft(path);
  if (!fresh && !draft.resemble(old)) return write_over(path, text);
  draft.fill(text);
  draft.publish(fresh);
}

}  // namespace

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void write_whole(const std::string& path, std::string_view text) {
  const Place place = place_of(path);
  if (place.own) write_through(path, *place.own, text);
  else write_file(place.path, text);
}

bool replaces_file(const std::string& path) {
  struct stat found {};
  return !place_of(path).own && ::stat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode);
}

void append_to(const std::string& path, std::string_view text) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (!file.valid() || !write_all(file.get(), text) || !file.close()) cannot_write(path, errno);
}

}  // namespace interleak::tools
