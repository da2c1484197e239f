// How fast are live runs? Small requests through the proxy when nothing is held (redis-benchmark, 50
// connections) beside the server alone, and schedules a second with our client on Boost.Asio.
//   bench_live [ASIO_CLIENT]
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "live/client.hpp"
#include "live/cluster.hpp"
#include "live/explore.hpp"
#include "live/folder.hpp"
#include "live/household.hpp"
#include "live/process.hpp"
#include "live/server.hpp"
#include "sim/scenario/reader.hpp"
#include "tools/embedded.hpp"

namespace {

using namespace interleak;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

scenario::Scenario two_users() {
  for (const auto& file : embedded::scenarios()) {
    if (file.path != "scenarios/incident/two-users.json") continue;
    Diagnostics errors;
    return scenario::read_scenario(file.text, std::string(file.path), errors).at(0);
  }
  return {};
}

/// Requests a second of redis-benchmark on a port, while `work` is done.
template <class Work>
double requests_a_second(live::Household& household, std::uint16_t port, Work work) {
  constexpr int kRequests = 100'000;
  const auto begin = Clock::now();
  live::Process load(household,
                     {"sh", "-c",
                      "exec redis-benchmark -h 127.0.0.1 -t get -c 50 --csv -p " + std::to_string(port) + " -n " +
                          std::to_string(kRequests) + " >/dev/null"},
                     live::Process::Talk::none);
  auto looked = begin;   // whether it has ended is asked now and then: that costs a system call
  for (bool running = true; running;) {
    work();
    if (const auto now = Clock::now(); now - looked > std::chrono::milliseconds(5)) {
      running = load.ended().empty();
      looked = now;
    }
  }
  return kRequests / seconds_since(begin);
}

/// In turn with the server alone, so that both have the same machine; the median of each.
void forward(live::Household& household, std::uint16_t server_port, const std::string& socket) {
  live::Proxy proxy(live::resp(), server_port);
  proxy.reach(0, socket);
  std::vector<double> alone, through;
  for (int round = 0; round < 5; ++round) {
    alone.push_back(requests_a_second(household, server_port, [] { ::usleep(2000); }));
    through.push_back(requests_a_second(household, proxy.port(), [&] { proxy.wait(10); }));
  }
  std::sort(alone.begin(), alone.end());
  std::sort(through.begin(), through.end());
  std::printf("server alone: %.0f requests a second (%.0f to %.0f)\n", alone[2], alone[0], alone[4]);
  std::printf("through the proxy, nothing held: %.0f (%.0f to %.0f), %.2f of that\n", through[2], through[0],
              through[4], through[2] / alone[2]);
  std::fflush(stdout);
}

void explore(live::Household& household, const std::string& directory, const std::string& program) {
  const auto ports = live::ports_for(1, 0);
  live::Servers servers(household, "redis-server", ports[0], directory);
  live::Proxy proxy(live::resp(), ports[0]);
  for (const char* design : {"release-in-finally", "poison-flag", "tombstones"}) {
    live::Client client(household, "'" + program + "' " + design, proxy, 5000);
    live::LiveSystem system(two_users(), servers, proxy, client, 5000);
    const auto begin = Clock::now();
    std::uint64_t schedules = 0;
    while (seconds_since(begin) < 2) {
      live::Exploration found;
      live::explore(system, nullptr, 10'000, found);
      schedules += found.schedules;
    }
    std::printf("asio %s: %.0f schedules a second\n", design, static_cast<double>(schedules) / seconds_since(begin));
  }
}

}  // namespace

int main(int argc, char** argv) {
  live::TemporaryDirectory directory;
  live::Household household([](const std::string& what) { std::fprintf(stderr, "%s\n", what.c_str()); });
  {
    live::Server server(household, "redis-server", 0, directory.path());
    forward(household, server.port(), server.socket());
  }
  if (argc > 1) explore(household, directory.path(), argv[1]);
}
