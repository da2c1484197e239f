// The proxy between a client and a server that are sockets of this test: what it holds, cuts, delays and
// closes, and whose request a reply answers.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "live/failure.hpp"
#include "live/proxy.hpp"
#include "tests/catch.hpp"

namespace {

using namespace interleak::live;
using Clock = std::chrono::steady_clock;

constexpr int kLong_ms = 5000;   // a test that waits so long has failed

sockaddr_in at_port(std::uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// A socket of a client of the proxy.
class Caller {
 public:
  explicit Caller(std::uint16_t port) {
    const sockaddr_in address = at_port(port);
    REQUIRE(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  ~Caller() { ::close(fd_); }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  bool send(const std::string& bytes) const {
    return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }
  /// What has come, as far as it is here; "END" behind it if the stream is at its end.
  std::string read_now() const {
    std::string out;
    char more[4096];
    for (;;) {
      pollfd ready = {fd_, POLLIN, 0};
      if (::poll(&ready, 1, 20) == 0) return out;
      const ssize_t got = ::recv(fd_, more, sizeof more, 0);
      if (got <= 0) return out + "END";
      out.append(more, static_cast<std::size_t>(got));
    }
  }

 private:
  int fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

/// Answers every line "PING TEXT" with the bulk string TEXT, one connection after another or at once.
class EchoServer {
 public:
  EchoServer() {
    sockaddr_in address = at_port(0);
    socklen_t size = sizeof address;
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(fd_, 16) == 0);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~EchoServer() {
    stop_ = true;
    thread_.join();
    ::close(fd_);
  }
  EchoServer(const EchoServer&) = delete;
  EchoServer& operator=(const EchoServer&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  struct Peer {
    int fd = -1;
    std::string unread;
  };

  void serve() {
    std::vector<Peer> peers;
    while (!stop_) {
      std::vector<pollfd> ready = {{fd_, POLLIN, 0}};
      for (const Peer& peer : peers) ready.push_back({peer.fd, POLLIN, 0});
      if (::poll(ready.data(), ready.size(), 20) <= 0) continue;
      for (std::size_t i = peers.size(); i > 0; --i) {
        if (ready[i].revents != 0 && !answer(peers[i - 1])) {
          ::close(peers[i - 1].fd);
          peers.erase(peers.begin() + static_cast<std::ptrdiff_t>(i) - 1);
        }
      }
      if (ready[0].revents != 0) peers.push_back({::accept(fd_, nullptr, nullptr), {}});
    }
    for (const Peer& peer : peers) ::close(peer.fd);
  }
  static bool answer(Peer& peer) {
    char more[4096];
    const ssize_t got = ::recv(peer.fd, more, sizeof more, 0);
    if (got <= 0) return false;
    peer.unread.append(more, static_cast<std::size_t>(got));
    for (std::size_t end; (end = peer.unread.find("\r\n")) != std::string::npos;) {
      const std::string text = peer.unread.substr(5, end - 5);
      const std::string reply = "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
      peer.unread.erase(0, end + 2);
      if (::send(peer.fd, reply.data(), reply.size(), MSG_NOSIGNAL) < 0) return false;
    }
    return true;
  }

  int fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

/// Lets things happen until `done`, or the test fails.
template <class Done>
void until(Proxy& proxy, Done done) {
  const auto deadline = Clock::now() + std::chrono::milliseconds(kLong_ms);
  while (!done()) {
    REQUIRE(Clock::now() < deadline);
    proxy.wait(20);
  }
}

struct Held {
  EchoServer server;
  Proxy proxy{resp(), server.port()};

  explicit Held(bool hold = true) {
    if (hold) proxy.hold([](const std::vector<std::string>& words) { return words.size() > 1 && words[1] != "pass"; });
  }
  std::size_t requests(int number) const { return message_count(number, &ProxyConnection::requests); }
  std::size_t replies(int number) const { return message_count(number, &ProxyConnection::replies); }

 private:
  std::size_t message_count(int number, std::vector<HeldMessage> ProxyConnection::*queue) const {
    for (const ProxyConnection& each : proxy.connections()) {
      if (each.number == number) return (each.*queue).size();
    }
    return 0;
  }
};

}  // namespace

TEST_CASE("what is not held passes, in the order of its connection") {
  Held world(false);
  const Caller alice(world.proxy.port());
  REQUIRE(alice.send("PING one\r\nPING two\r\n"));
  std::string all;
  until(world.proxy, [&] { return (all += alice.read_now()) == "$3\r\none\r\n$3\r\ntwo\r\n"; });
  CHECK(world.proxy.accepted() == 1);
}

TEST_CASE("a request waits for serve, its reply for deliver, and the proxy knows whose it is") {
  Held world;
  const Caller alice(world.proxy.port());
  REQUIRE(alice.send("PING hers\r\nPING again\r\n"));
  until(world.proxy, [&] { return world.requests(1) == 2; });
  CHECK(world.replies(1) == 0);
  world.proxy.serve(1, kLong_ms);
  CHECK(world.requests(1) == 1);
  REQUIRE(world.replies(1) == 1);
  CHECK(world.proxy.connections().at(0).replies.at(0).request == std::vector<std::string>{"PING", "hers"});
  CHECK(alice.read_now().empty());
  world.proxy.deliver(1);
  CHECK(alice.read_now() == "$4\r\nhers\r\n");
  CHECK_THROWS_AS(world.proxy.deliver(1), LiveFailure);
  CHECK_THROWS_AS(world.proxy.serve(7, kLong_ms), LiveFailure);
}

TEST_CASE("a reply can be cut at any byte; the rest comes behind it") {
  const std::string reply = "$4\r\nhers\r\n";
  for (std::size_t bytes = 1; bytes < reply.size(); ++bytes) {
    Held world;
    const Caller alice(world.proxy.port());
    REQUIRE(alice.send("PING hers\r\n"));
    until(world.proxy, [&] { return world.requests(1) == 1; });
    world.proxy.serve(1, kLong_ms);
    CHECK(world.proxy.header_of(1) == 4);
    world.proxy.deliver_part(1, bytes);
    CHECK(alice.read_now() == reply.substr(0, bytes));
    const HeldMessage rest = world.proxy.connections().at(0).replies.at(0);
    CHECK(rest.delivered == bytes);
    CHECK(rest.bytes == reply.size() - bytes);
    world.proxy.deliver(1);
    CHECK(alice.read_now() == reply.substr(bytes));
    CHECK(world.replies(1) == 0);
  }
}

TEST_CASE("what passes waits behind what is held") {
  Held world;
  const Caller alice(world.proxy.port());
  REQUIRE(alice.send("PING held\r\nPING pass\r\n"));
  until(world.proxy, [&] { return world.requests(1) == 2; });
  CHECK(alice.read_now().empty());
  world.proxy.serve(1, kLong_ms);
  until(world.proxy, [&] { return world.replies(1) == 2; });
  CHECK(alice.read_now().empty());
  world.proxy.deliver(1);
  CHECK(alice.read_now() == "$4\r\nheld\r\n$4\r\npass\r\n");
}

TEST_CASE("a close ends one connection, and its number is free again") {
  Held world;
  const Caller alice(world.proxy.port());
  until(world.proxy, [&] { return world.proxy.connections().size() == 1; });
  const Caller bob(world.proxy.port());
  until(world.proxy, [&] { return world.proxy.connections().size() == 2; });
  world.proxy.close(1);
  CHECK(alice.read_now() == "END");
  CHECK(bob.read_now().empty());
  REQUIRE(world.proxy.connections().size() == 1);
  CHECK(world.proxy.connections().at(0).number == 2);
  const Caller carol(world.proxy.port());
  until(world.proxy, [&] { return world.proxy.connections().size() == 2; });
  CHECK(world.proxy.connections().at(0).number == 1);
  CHECK(world.proxy.accepted() == 3);
  world.proxy.close_all();
  CHECK(bob.read_now() == "END");
  CHECK(carol.read_now() == "END");
  CHECK(world.proxy.connections().empty());
}

TEST_CASE("half a close: the client reads the end, and its requests still arrive") {
  Held world;
  const Caller alice(world.proxy.port());
  until(world.proxy, [&] { return world.proxy.connections().size() == 1; });
  world.proxy.close(1, true);
  CHECK(alice.read_now() == "END");
  REQUIRE(alice.send("PING late\r\n"));
  until(world.proxy, [&] { return world.requests(1) == 1; });
  world.proxy.serve(1, kLong_ms);
  CHECK(world.replies(1) == 1);
}

TEST_CASE("a client that goes is forgotten, with what was held for it") {
  Held world;
  {
    const Caller alice(world.proxy.port());
    REQUIRE(alice.send("PING hers\r\n"));
    until(world.proxy, [&] { return world.requests(1) == 1; });
  }
  until(world.proxy, [&] { return world.proxy.connections().empty(); });
}

TEST_CASE("a delay holds back what passes for so long") {
  Held world(false);
  const Caller alice(world.proxy.port());
  world.proxy.delay(120);
  REQUIRE(alice.send("PING slow\r\n"));
  const auto begin = Clock::now();
  std::string all;
  until(world.proxy, [&] { return (all += alice.read_now()) == "$4\r\nslow\r\n"; });
  CHECK(Clock::now() - begin >= std::chrono::milliseconds(120));
}

TEST_CASE("hold nothing: what was held goes on") {
  Held world;
  const Caller alice(world.proxy.port());
  REQUIRE(alice.send("PING a\r\nPING b\r\n"));
  until(world.proxy, [&] { return world.requests(1) == 2; });
  world.proxy.serve(1, kLong_ms);
  world.proxy.hold({});
  std::string all;
  until(world.proxy, [&] { return (all += alice.read_now()) == "$1\r\na\r\n$1\r\nb\r\n"; });
}

TEST_CASE("what a client sends must be in the protocol") {
  Held world;
  const Caller alice(world.proxy.port());
  REQUIRE(alice.send("*1\r\nfoo\r\n"));
  CHECK_THROWS_AS(
      [&] {
        for (int i = 0; i < 100; ++i) world.proxy.wait(20);
      }(),
      LiveFailure);
}

TEST_CASE("a Unix socket that is not there: the port does as well") {
  Held world(false);
  world.proxy.reach(0, "/nowhere/redis.sock");
  const Caller alice(world.proxy.port());
  REQUIRE(alice.send("PING one\r\n"));
  std::string all;
  until(world.proxy, [&] { return (all += alice.read_now()) == "$3\r\none\r\n"; });
}

TEST_CASE("a server that is not there, and one that goes") {
  std::uint16_t gone = 0;
  {
    Held world;
    gone = world.server.port();
  }
  Proxy proxy(resp(), gone);
  const Caller alice(proxy.port());
  CHECK_THROWS_AS(
      [&] {
        for (int i = 0; i < 100; ++i) proxy.wait(20);
      }(),
      LiveFailure);
}

TEST_CASE("a client that sends without end is told of, before all memory is gone") {
  for (const std::string& piece : {std::string("PING one\r\n"), std::string("$400000000\r\n")}) {
    Held world;
    const Caller alice(world.proxy.port());
    std::string many = piece.substr(0, 1) == "P" ? "" : "*2\r\n" + piece;
    std::thread flood([&] {
      std::string more;
      for (int i = 0; i < 6000; ++i) more += piece;
      while (alice.send(many + more)) many.clear();   // until the proxy has closed
    });
    bool told = false;
    try {
      for (int i = 0; i < 10'000; ++i) world.proxy.wait(20);
    } catch (const LiveFailure& failure) {
      told = std::string(failure.what()) == "more than 64 MiB wait on connection 1 of the client";
    }
    world.proxy.close_all();
    flood.join();
    CHECK(told);
  }
}
