#include "live/cluster.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <random>
#include <thread>

#include <sys/stat.h>

#include "live/failure.hpp"
#include "live/redis.hpp"
#include "live/signals.hpp"

namespace interleak::live {
namespace {

constexpr int kBusOffset = 10'000;
constexpr int kLastPort = 65'535;
constexpr int kFirstPort = 10'000;   // of those that we choose
constexpr auto kFormTime = std::chrono::seconds(20);

std::uint16_t bus_of(std::uint16_t port) { return static_cast<std::uint16_t>(port + kBusOffset); }

/// The name of a node, 40 hexadecimal digits; no two clusters that live at once share one.
std::string id_of(std::uint16_t port) {
  char out[41];
  std::snprintf(out, sizeof out, "%040x", static_cast<unsigned>(port));
  return out;
}

/// What node `self` would have written to nodes.conf itself, had it met all the others.
std::string nodes_conf(std::size_t self, std::span<const std::uint16_t> ports,
                       std::span<const std::uint16_t> announced) {
  std::string out;
  for (std::size_t n = 0; n < ports.size(); ++n) {
    const SlotRange slots = slots_of_node(static_cast<int>(n), static_cast<int>(ports.size()));
    out += id_of(ports[n]) + " 127.0.0.1:" + std::to_string(announced[n]) + "@" + std::to_string(bus_of(ports[n])) +
           (n == self ? " myself,master" : " master") + " - 0 0 " + std::to_string(n + 1) + " connected " +
           std::to_string(slots.first) + "-" + std::to_string(slots.last) + "\n";
  }
  return out + "vars currentEpoch " + std::to_string(ports.size()) + " lastVoteEpoch 0\n";
}

/// The first port that the kernel hands out by itself (ip(7), ip_local_port_range).
int first_ephemeral_port() {
  int low = 0;
  std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> low;
  return low > 0 ? low : kLastPort + 1;
}

/// Where to look for a port whose bus port exists, too. Below what the kernel hands out if there is room: between our
/// look at a port and the moment when the server takes it, any connection may get one of those.
int end_of_choice() {
  const int end = first_ephemeral_port() - kBusOffset;
  return end - kFirstPort >= 1'000 ? end : kLastPort + 1 - kBusOffset;
}

void check_bus_port(std::uint16_t port) {
  if (port + kBusOffset > kLastPort) {
    throw LiveFailure("a node of a cluster needs a port up to " + std::to_string(kLastPort - kBusOffset) +
                      ", for its bus is " + std::to_string(kBusOffset) + " above; got " + std::to_string(port));
  }
  if (!is_free_port(bus_of(port))) {
    throw LiveFailure("the server on port " + std::to_string(port) + " cannot have port " +
                      std::to_string(bus_of(port)) + " of 127.0.0.1 for its cluster bus: it is in use");
  }
}

std::string made_directory(const std::string& parent, std::size_t node) {
  std::string path = parent + "/node" + std::to_string(node + 1);
  if (::mkdir(path.c_str(), 0700) != 0) {
    throw LiveFailure("cannot make the directory " + path + ": " + std::strerror(errno));
  }
  return path;
}

}  // namespace

std::vector<std::uint16_t> ports_for(int servers, std::uint16_t first) {
  std::vector<std::uint16_t> out;
  if (first != 0 && first + servers - 1 > kLastPort) {
    throw LiveFailure("there are no " + std::to_string(servers) + " ports from " + std::to_string(first) + " on");
  }
  for (int i = 0; first != 0 && i < servers; ++i) out.push_back(static_cast<std::uint16_t>(first + i));
  const auto taken = [&](int port) {
    return std::ranges::any_of(out, [&](std::uint16_t each) { return each == port || bus_of(each) == port; });
  };
  const int choice = end_of_choice() - kFirstPort;
  const int begin = static_cast<int>(std::random_device()() % static_cast<unsigned>(choice));
  for (int n = 0; first == 0 && static_cast<int>(out.size()) < servers; ++n) {
    if (n == choice) throw LiveFailure("no free ports on 127.0.0.1 for a server and its cluster bus");
    const auto port = static_cast<std::uint16_t>(kFirstPort + (begin + n) % choice);
    if (taken(port) || taken(bus_of(port))) continue;
    if (is_free_port(port) && is_free_port(bus_of(port))) out.push_back(port);
  }
  return out;
}

Servers::Servers(Household& household, const std::string& program, std::uint16_t port, const std::string& directory) {
  servers_.push_back(std::make_unique<Server>(household, program, port, directory));
}

Servers::Servers(Household& household, const std::string& program, std::span<const std::uint16_t> ports,
                 std::span<const std::uint16_t> announced, const std::string& directory) {
  for (const std::uint16_t port : ports) check_bus_port(port);
  for (std::size_t n = 0; n < ports.size(); ++n) {
    const std::string own = made_directory(directory, n);
    std::ofstream(own + "/nodes.conf") << nodes_conf(n, ports, announced);
    const std::vector<std::string> more = {"--cluster-enabled",           "yes",
                                           "--cluster-config-file",       "nodes.conf",
                                           "--cluster-announce-ip",       "127.0.0.1",
                                           "--cluster-announce-port",     std::to_string(announced[n]),
                                           "--cluster-announce-bus-port", std::to_string(bus_of(ports[n])),
                                           "--cluster-node-timeout",      "60000"};
    servers_.push_back(std::make_unique<Server>(household, program, ports[n], own, more));
  }
  wait_until_ok();
}

void Servers::wait_until_ok() {
  const auto deadline = std::chrono::steady_clock::now() + kFormTime;
  const std::vector<std::string> question = {"CLUSTER", "INFO"};
  for (const auto& server : servers_) {
    while (server->execute({&question, 1}).find("cluster_state:ok") == std::string::npos) {
      check_signals();
      const std::string end = ended();
      if (!end.empty()) throw LiveFailure("the cluster did not start: " + end);
      if (std::chrono::steady_clock::now() > deadline) {
        throw LiveFailure("the cluster takes no requests after 20 seconds: node on port " +
                          std::to_string(server->port()) + " does not say cluster_state:ok");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
}

std::string Servers::ended() {
  for (std::size_t n = 0; n < servers_.size(); ++n) {
    const std::string end = servers_[n]->ended();
    if (!end.empty()) return servers_.size() > 1 ? "node " + std::to_string(n + 1) + ": " + end : end;
  }
  return {};
}

void Servers::execute(int node, std::span<const std::vector<std::string>> requests) {
  servers_.at(static_cast<std::size_t>(node))->execute(requests);
}

}  // namespace interleak::live
