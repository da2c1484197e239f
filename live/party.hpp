// Those who take part in a live run, the client, the servers and the proxy between them, and how they come to rest
// behind what was done to one of them: the clock of a live run has a tick for each time that nothing moves any more.
#pragma once

#include <functional>

#include "live/client.hpp"
#include "live/cluster.hpp"
#include "live/proxy.hpp"
#include "live/redis.hpp"

namespace interleak::live {

class Party {
 public:
  using Hear = std::function<void(const ClientReport&)>;

  /// Borrows the three. `hear` gets each report of the client.
  Party(Servers& servers, Proxy& proxy, Client& client, int timeout_ms, Hear hear);

  /// Makes the servers hold what they are to hold.
  void seed(const Redis& redis);
  /// The client lets go of its pool, and nothing of it is under way any more.
  void close();
  /// It opens a new one, of so many connections for each node. From then on what is wanted is held.
  void open(int max, int warm, Proxy::Wanted wanted);

  /// Until the client is idle, and nothing is on its way to it or from it. Only then it wakes if it sleeps: its clock
  /// does not race with the network. `confirm`: it is asked once more whether it is idle. The last report. Throws
  /// LiveFailure if that does not come to an end, or if it is idle too seldom when it says so.
  ClientReport settle(ClientReport report, bool confirm);
  /// Throws LiveFailure if a server has died.
  void check_servers();

  /// What is held of a connection, which must be there.
  ProxyConnection held(int connection) const;

  Proxy& proxy() { return proxy_; }
  const Proxy& proxy() const { return proxy_; }
  Client& client() { return client_; }
  const Client& client() const { return client_; }
  int timeout_ms() const { return timeout_ms_; }

 private:
  bool wait_for_server();
  bool is_confirmed(const ClientReport& report, const ClientReport& again);

  Servers& servers_;
  Proxy& proxy_;
  Client& client_;
  int timeout_ms_;
  Hear hear_;
  int asked_idle_ = 0;  ///< how often it was asked
  int not_idle_ = 0;  ///< how often it was not, and had said so
};

}  // namespace interleak::live
