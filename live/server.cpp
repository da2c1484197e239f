#include "live/server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

#include "live/failure.hpp"
#include "live/framing.hpp"

namespace interleak::live {
namespace {

constexpr auto kStartTime = std::chrono::seconds(10);
constexpr int kAnswerTime_ms = 5000;

struct Socket {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Socket() = default;
  ~Socket() { ::close(fd); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool connects(const Socket& socket, std::uint16_t port) {
  const sockaddr_in address = loopback(port);
  return ::connect(socket.fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

/// False, and errno says why: it cannot be had.
bool binds(std::uint16_t port) {
  const Socket socket;
  const sockaddr_in address = loopback(port);
  const int yes = 1;
  ::setsockopt(socket.fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  return ::bind(socket.fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

std::uint16_t usable_port(std::uint16_t port) {
  if (port == 0) return free_port();
  if (!binds(port)) {
    throw LiveFailure("the server cannot have port " + std::to_string(port) +
                      " of 127.0.0.1: " + std::strerror(errno));
  }
  return port;
}

std::string encoded(std::span<const std::vector<std::string>> requests) {
  std::string out;
  for (const auto& words : requests) {
    out += "*" + std::to_string(words.size()) + "\r\n";
    for (const auto& word : words) out += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  }
  return out;
}

/// Empty: the path is too long for the address of a socket.
std::string socket_in(const std::string& directory) {
  const std::string path = directory + "/redis.sock";
  return path.size() < sizeof(sockaddr_un::sun_path) ? path : "";
}

std::vector<std::string> command_line(const std::string& program, std::uint16_t port,
                                      const std::string& directory, const std::vector<std::string>& more) {
  std::vector<std::string> words = {
      program, "--port", std::to_string(port), "--bind", "127.0.0.1", "--dir", directory,
      "--save", "", "--appendonly", "no", "--daemonize", "no", "--databases", "2"};
  const std::string socket = socket_in(directory);
  if (!socket.empty()) words.insert(words.end(), {"--unixsocket", socket});
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

bool is_free_port(std::uint16_t port) { return binds(port); }

std::uint16_t free_port() {
  const Socket socket;
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(socket.fd, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::getsockname(socket.fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw LiveFailure(std::string("no free port on 127.0.0.1: ") + std::strerror(errno));
  }
  return ntohs(address.sin_port);
}

Server::Server(const std::string& program, std::uint16_t port, const std::string& directory,
               const std::vector<std::string>& more)
    : log_(directory + "/server.log"),
      socket_(socket_in(directory)),
      port_(usable_port(port)),
      process_(command_line(program, port_, directory, more), Process::Input::none, log_) {
  wait_until_up();
}

std::string Server::socket() const {
  std::error_code ignored;
  return !socket_.empty() && std::filesystem::is_socket(socket_, ignored) ? socket_ : "";
}

void Server::wait_until_up() {
  const auto deadline = std::chrono::steady_clock::now() + kStartTime;
  for (;;) {
    check_signals();
    const std::string end = ended();
    if (!end.empty()) throw LiveFailure("the server did not start: " + end);
    if (connects(Socket(), port_)) break;
    if (std::chrono::steady_clock::now() > deadline) {
      throw LiveFailure("the server does not listen on port " + std::to_string(port_) +
                        " within 10 seconds" + last_lines(log_, 5));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const std::vector<std::string> flush = {"FLUSHALL"};
  execute({&flush, 1});
}

std::string Server::ended() {
  char ignored[4096];
  std::string tail;
  for (ssize_t size; (size = ::read(process_.output(), ignored, sizeof ignored)) > 0;) {
    tail.assign(ignored, static_cast<std::size_t>(size));  // it logs to standard output
  }
  const std::string end = process_.ended();
  if (end.empty()) return end;
  if (tail.size() > 400) tail.erase(0, tail.size() - 400);
  return end + (tail.empty() ? "" : "\n" + tail) + last_lines(log_, 5);
}

std::string Server::execute(std::span<const std::vector<std::string>> requests) {
  const Socket socket;
  const std::string out = encoded(requests);
  if (!connects(socket, port_) ||
      ::send(socket.fd, out.data(), out.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(out.size())) {
    throw LiveFailure(std::string("cannot talk to the server: ") + std::strerror(errno));
  }
  const auto framing = resp().replies();
  std::string in, last;
  for (std::size_t left = requests.size(); left > 0;) {
    const std::size_t size = in.empty() ? 0 : framing->first(in);
    if (size != 0) {
      if (in[0] == '-') throw LiveFailure("the server refuses: " + in.substr(1, size - 3));
      last = in.substr(0, size);
      in.erase(0, size);
      --left;
      continue;
    }
    pollfd ready = {socket.fd, POLLIN, 0};
    char more[4096];
    const bool came = ::poll(&ready, 1, kAnswerTime_ms) > 0;
    const ssize_t got = came ? ::recv(socket.fd, more, sizeof more, 0) : 0;
    if (got <= 0) throw LiveFailure("the server does not answer");
    in.append(more, static_cast<std::size_t>(got));
  }
  return last;
}

}  // namespace interleak::live
