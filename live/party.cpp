#include "live/party.hpp"

#include <algorithm>
#include <utility>

#include "live/failure.hpp"
#include "live/signals.hpp"
#include "sim/kernel/ensure.hpp"

namespace interleak::live {
namespace {

constexpr int kMostWakes = 1000;         // behind one event
constexpr int kMostRounds = 10'000;      // of asking a client to run, behind one event
constexpr int kFewNotIdle = 5;           // times: the kernel may be late,
constexpr int kSeldom = 10;              // but not more often than in one of so many

}  // namespace

Party::Party(Servers& servers, Proxy& proxy, Client& client, int timeout_ms, Hear hear)
    : servers_(servers), proxy_(proxy), client_(client), timeout_ms_(timeout_ms), hear_(std::move(hear)) {
  for (int node = 0; node < servers.nodes(); ++node) {
    proxy.reach(static_cast<std::size_t>(node), servers.socket(node));
  }
}

void Party::seed(const Redis& redis) {
  const bool selects = Redis::selects(client_.handshake());
  for (int node = 0; node < servers_.nodes(); ++node) {
    servers_.execute(node, redis.seed(node, 0));
    if (selects) servers_.execute(node, redis.seed(node, 1));
  }
}

void Party::close() {
  check_signals();
  proxy_.hold({});
  client_.close();
  proxy_.poll();
  proxy_.close_all();
}

void Party::open(int max, int warm, Proxy::Wanted wanted) {
  client_.open({proxy_.port(), max, warm, client_.needs("cluster") ? proxy_.ports() : std::vector<std::uint16_t>()});
  settle(client_.run(), false);
  proxy_.number_again();  // without those that the client had only to find the nodes
  proxy_.hold(std::move(wanted));
}

ClientReport Party::settle(ClientReport report, bool confirm) {
  for (int woken = 0, rounds = 0;; ++rounds) {
    if (rounds == kMostRounds) throw LiveFailure("the client " + client_.name() + " does not come to rest");
    hear_(report);
    bool moved = proxy_.poll() || client_.may_be_busy();
    moved = wait_for_server() || moved;
    if (!moved && !report.sleeps) {
      if (!confirm) return report;
      const ClientReport before = std::exchange(report, client_.run());
      if (is_confirmed(before, report) && !proxy_.poll() && !client_.may_be_busy()) return report;
      continue;
    }
    const bool wakes = !moved && report.sleeps;
    if (wakes && ++woken > kMostWakes) throw LiveFailure("the client sleeps and wakes without end");
    report = wakes ? client_.wake() : client_.run();
  }
}

/// True if there was anything to wait for.
bool Party::wait_for_server() {
  bool waited = false;
  while (proxy_.expects_server()) {
    if (!proxy_.wait(timeout_ms_)) throw LiveFailure("the server does not answer");
    waited = true;
  }
  return waited;
}

/// Asked to run once more, a client that is idle has nothing to tell. One that is not, and says so, would
/// pass for sound: what it did late would come behind what it should have met.
bool Party::is_confirmed(const ClientReport& report, const ClientReport& again) {
  ++asked_idle_;
  if (again.ended.empty() && again.waits == report.waits) return true;
  ++not_idle_;
  if (not_idle_ <= kFewNotIdle || not_idle_ * kSeldom <= asked_idle_) return false;
  throw LiveFailure("the client " + client_.name() + " answers before it is idle: asked to run once more it went on, " +
                    std::to_string(not_idle_) + " of " + std::to_string(asked_idle_) + " times");
}

void Party::check_servers() {
  const std::string end = servers_.ended();
  if (!end.empty()) throw LiveFailure("the server died: " + end);
}

ProxyConnection Party::held(int connection) const {
  auto connections = proxy_.connections();
  const auto found = std::ranges::find(connections, connection, &ProxyConnection::number);
  ensure(found != connections.end(), "no connection has that number");
  return std::move(*found);
}

}  // namespace interleak::live
