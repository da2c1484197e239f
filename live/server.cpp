#include "live/server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

#include "live/failure.hpp"
#include "live/framing.hpp"
#include "live/signals.hpp"

namespace interleak::live {
namespace {

constexpr auto kStartTime = std::chrono::seconds(10);
constexpr auto kSocketTime = std::chrono::seconds(1);   // for a server that makes none
constexpr auto kAnswerTime = std::chrono::seconds(5);
constexpr std::size_t kMostAnswered = std::size_t{16} << 20;

struct Socket {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Socket() {
    const timeval most = {kAnswerTime.count(), 0};   // of one that neither accepts nor reads
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
  }
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
  if (!binds(port)) {
    throw PortTaken("the server cannot have port " + std::to_string(port) + " of 127.0.0.1: " + std::strerror(errno));
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

std::vector<std::string> command_line(const std::string& program, std::uint16_t port, const std::string& directory,
                                      const std::vector<std::string>& more) {
  std::vector<std::string> words = {
      program,        "--port", std::to_string(port), "--bind", "127.0.0.1",   "--dir", directory, "--save", "",
      "--appendonly", "no",     "--daemonize",        "no",     "--databases", "2"};
  const std::string socket = socket_in(directory);
  if (!socket.empty()) words.insert(words.end(), {"--unixsocket", socket});
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// The first reply of what has come, `in`, and is still to come.
std::string next_reply(const Socket& socket, Framing& framing, std::string& in) {
  const auto deadline = std::chrono::steady_clock::now() + kAnswerTime;
  for (;;) {
    const std::size_t size = in.empty() ? 0 : framing.first(in);
    if (size != 0) {
      std::string out = in.substr(0, size);
      in.erase(0, size);
      return out;
    }
    check_signals();
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd ready = {socket.fd, POLLIN, 0};
    char more[4096];
    const int came = left.count() > 0 ? ::poll(&ready, 1, static_cast<int>(left.count())) : 0;
    const ssize_t got = came > 0 ? ::recv(socket.fd, more, sizeof more, 0) : came;
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw LiveFailure("the server does not answer");
    in.append(more, static_cast<std::size_t>(got));
    if (in.size() > kMostAnswered) throw LiveFailure("an answer of the server has no end");
  }
}

}  // namespace

bool is_free_port(std::uint16_t port) { return binds(port); }

Server::Server(Household& household, const std::string& program, std::uint16_t port, const std::string& directory,
               const std::vector<std::string>& more)
    : socket_(socket_in(directory)), port_(usable_port(port)),
      process_(household, command_line(program, port_, directory, more), Process::Talk::none) {
  wait_until_up();
}

std::string Server::socket() const {
  std::error_code ignored;
  return !socket_.empty() && std::filesystem::is_socket(socket_, ignored) ? socket_ : "";
}

/// Who took the port may be gone again when we look, so what the server itself says counts as well.
void Server::fail_to_start(const std::string& end) {
  const std::string told = "the server did not start: " + end;
  if (!binds(port_) || end.find(std::strerror(EADDRINUSE)) != std::string::npos) throw PortTaken(told);
  throw LiveFailure(told);
}

/// Who answers on the port may be a stranger, who took it before our server could: then ours ends at once, and makes
/// no Unix socket, for which it would wait until it has its port.
void Server::wait_until_up() {
  const auto begin = std::chrono::steady_clock::now();
  const auto deadline = begin + kStartTime;
  for (;;) {
    check_signals();
    const bool ours = socket_.empty() || !socket().empty() || std::chrono::steady_clock::now() > begin + kSocketTime;
    const bool answers = ours && connects(Socket(), port_);
    const std::string end = ended();
    if (!end.empty()) fail_to_start(end);
    if (answers) break;
    if (std::chrono::steady_clock::now() > deadline) {
      throw LiveFailure("the server does not listen on port " + std::to_string(port_) + " within 10 seconds" +
                        process_.log().last_lines(5));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const std::vector<std::string> flush = {"FLUSHALL"};
  execute({&flush, 1});
}

std::string Server::ended() {
  const std::string end = process_.ended();
  return end.empty() ? end : end + process_.log().last_lines(8);
}

std::string Server::execute(std::span<const std::vector<std::string>> requests) {
  const Socket socket;
  const std::string out = encoded(requests);
  if (!connects(socket, port_) ||
      ::send(socket.fd, out.data(), out.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(out.size())) {
    const int why = errno;
    check_signals();
    throw LiveFailure(std::string("cannot talk to the server: ") + std::strerror(why));
  }
  const auto framing = resp().replies();
  std::string in, last;
  for (std::size_t left = requests.size(); left > 0; --left) {
    last = next_reply(socket, *framing, in);
    if (last[0] == '-') throw LiveFailure("the server refuses: " + last.substr(1, last.size() - 3));
  }
  return last;
}

}  // namespace interleak::live
