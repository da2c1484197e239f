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
  /// Starts `program` on `port` (0: a free one) and waits until it answers. Throws LiveFailure.
  Server(const std::string& program, std::uint16_t port, const std::string& directory);

  std::uint16_t port() const { return port_; }
  /// Empty while it runs; else how it ended, with the end of its log.
  std::string ended();
  /// Sends requests (lists of words) and waits for their replies. Throws LiveFailure if one of them
  /// is an error.
  void execute(std::span<const std::vector<std::string>> requests);

 private:
  void wait_until_up();

  std::string log_;
  std::uint16_t port_;
  Process process_;
};

/// A port of 127.0.0.1 that nobody uses just now.
std::uint16_t free_port();

}  // namespace interleak::live
