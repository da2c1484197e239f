// A redis-server of our own: on loopback, with its own port and directory, gone with this object.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "live/process.hpp"

namespace interleak::live {

class Server {
 public:
  /// Starts `program` on `port`, with `more` behind its other options, and waits until it answers. Throws
  /// LiveFailure; PortTaken if the port is another's, also one's who came before the program could take it.
  Server(Household& household, const std::string& program, std::uint16_t port, const std::string& directory,
         const std::vector<std::string>& more = {});

  std::uint16_t port() const { return port_; }
  /// Its Unix socket; empty: it has none.
  std::string socket() const;
  /// Empty while it runs; else how it ended, with the end of its log.
  std::string ended();
  /// Sends requests (lists of words) and waits for their replies, the last of which it returns as it
  /// came. Throws LiveFailure if one of them is an error.
  std::string execute(std::span<const std::vector<std::string>> requests);

 private:
  void wait_until_up();
  [[noreturn]] void fail_to_start(const std::string& end);

  std::string socket_;
  std::uint16_t port_;
  Process process_;
};

/// Nobody uses this port of 127.0.0.1 just now.
bool is_free_port(std::uint16_t port);

}  // namespace interleak::live
