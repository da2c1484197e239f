// The hold-and-release proxy between clients and a server, or the nodes of a cluster, on loopback.
//
// It cuts both directions into messages. While it *holds*, a request waits until serve() hands it to
// the server, and its reply until deliver() hands it to the client. Everything runs in one thread,
// in poll() and in the functions that wait; nothing happens between calls.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "live/framing.hpp"

namespace interleak::live {

/// A message that waits in the proxy.
struct HeldMessage {
  std::vector<std::string> request;   ///< the words that it asks with, or that it answers
  std::size_t bytes = 0;              ///< of the reply that are not delivered yet
  std::size_t delivered = 0;          ///< bytes of the reply that the client has
};

/// A client's connection. Its number is the least that no other open one has, from 1; with several
/// servers those of server n (from 0) begin at n * per_server + 1, and what is more than per_server
/// has a number behind all of these.
struct ProxyConnection {
  int number = 0;
  std::vector<HeldMessage> requests;  ///< that the server has not got, oldest first
  std::vector<HeldMessage> replies;   ///< that the client has not got, oldest first
};

class Proxy {
 public:
  /// True: a request is of interest, and is held. The others pass at once.
  using Wanted = std::function<bool(const std::vector<std::string>&)>;

  /// Listens on a free port of 127.0.0.1; the server is at `server_port` there. Throws LiveFailure.
  Proxy(const Protocol& protocol, std::uint16_t server_port);
  /// The same before several servers, with a port of its own for each.
  Proxy(const Protocol& protocol, std::span<const std::uint16_t> server_ports, int per_server);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  /// Of a server, from 0.
  std::uint16_t port(std::size_t server = 0) const;
  std::vector<std::uint16_t> ports() const;
  /// From now on a server is reached by its Unix socket, which costs half of what its port does; by that if the
  /// socket does not answer. Empty: by its port.
  void reach(std::size_t server, const std::string& socket);
  /// Gives the open connections numbers anew, in the order in which they came.
  void number_again();
  /// From now on wanted requests are held; empty: nothing is, and what was held goes on.
  void hold(Wanted wanted);
  /// Lets everything happen that can happen at once. True if anything did.
  bool poll();
  /// Lets things happen until `fd` can be read, or `milliseconds` have passed: then false.
  bool wait_readable(int fd, int milliseconds);
  /// To be called before such an `fd` is closed.
  void forget(int fd);
  /// True if the proxy waits for the server: for a reply that will pass, or for a connection.
  bool expects_server() const;
  /// Lets things happen until something did; false: not within the time.
  bool wait(int milliseconds);

  std::vector<ProxyConnection> connections() const;
  /// So many connections of clients were accepted since the start.
  std::uint64_t accepted() const;
  /// How often a client was handed something: bytes, or the end of a connection.
  std::uint64_t handed() const;

  /// The oldest request of a connection goes to the server; returns when its reply is here, held.
  /// Throws LiveFailure if the server does not answer within the time.
  void serve(int number, int milliseconds);
  /// The oldest reply goes to the client: all of it, or its first `bytes` bytes.
  void deliver(int number);
  void deliver_part(int number, std::size_t bytes);
  /// The header of the oldest reply, in bytes.
  std::size_t header_of(int number) const;
  /// A delay, in milliseconds, before each message of the server that passes is handed on.
  void delay(int milliseconds);
  /// Ends the connection of the client; `half`: only the direction to the client.
  void close(int number, bool half = false);
  void close_all();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace interleak::live
