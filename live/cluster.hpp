// The servers of a live run: one redis-server, or a cluster of one to a few masters that a client
// finds by CLUSTER SLOTS. They announce the ports of the proxy, so that clients are led through it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "live/server.hpp"

namespace interleak::live {

/// Ports of 127.0.0.1 for so many servers: `first` and those behind it, or free ones if it is 0, whose
/// bus ports (10000 above) are free, too: of those nobody knows whether they still are when the servers come, so that
/// PortTaken is a reason to ask again. Throws LiveFailure.
std::vector<std::uint16_t> ports_for(int servers, std::uint16_t first);

class Servers {
 public:
  /// One server that knows nothing of clusters. Throws LiveFailure, as the next one.
  Servers(Household& household, const std::string& program, std::uint16_t port, const std::string& directory);
  /// A cluster: node n on ports[n], announced as announced[n], with an even part of the hash slots.
  /// Waits until every node takes requests, for which Redis lets a master wait two seconds.
  Servers(Household& household, const std::string& program, std::span<const std::uint16_t> ports,
          std::span<const std::uint16_t> announced, const std::string& directory);

  int nodes() const { return static_cast<int>(servers_.size()); }
  /// The Unix socket of a node (from 0); empty: it has none.
  std::string socket(int node) const { return servers_[static_cast<std::size_t>(node)]->socket(); }
  /// Empty while all of them run; else which one ended, and how.
  std::string ended();
  /// As Server::execute, on a node (from 0).
  void execute(int node, std::span<const std::vector<std::string>> requests);

 private:
  void wait_until_ok();

  std::vector<std::unique_ptr<Server>> servers_;
};

}  // namespace interleak::live
