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
  /// Starts `program` on `port` (0: a free one), with `more` behind its other options, and waits until
  /// it answers. Throws LiveFailure.
  Server(const std::string& program, std::uint16_t port, const std::string& directory,
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

  std::string log_, socket_;
  std::uint16_t port_;
  Process process_;
};

/// A port of 127.0.0.1 that nobody uses just now.
std::uint16_t free_port();
bool is_free_port(std::uint16_t port);

}  // namespace interleak::live
