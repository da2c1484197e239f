// How fast are live runs? Small requests through the proxy when nothing is held (redis-benchmark, 50
// connections), and schedules a second with our client on Boost.Asio.
//   bench_live [ASIO_CLIENT]
#include <chrono>
#include <cstdio>
#include <string>

#include "live/client.hpp"
#include "live/cluster.hpp"
#include "live/explore.hpp"
#include "live/process.hpp"
#include "live/server.hpp"
#include "sim/scenario/reader.hpp"
#include "tools/embedded.hpp"

namespace {

using namespace interleak;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

scenario::Scenario two_users() {
  for (const auto& file : embedded::scenarios()) {
    if (file.path != "scenarios/incident/two-users.json") continue;
    Diagnostics errors;
    return scenario::read_scenario(file.text, std::string(file.path), errors).at(0);
  }
  return {};
}

void forward(std::uint16_t server_port, const std::string& directory) {
  constexpr int kRequests = 200'000;
  live::Proxy proxy(live::resp(), server_port);
  const auto begin = Clock::now();
  live::Process load({"sh", "-c", "exec redis-benchmark -h 127.0.0.1 -t get -c 50 --csv -p " +
                                      std::to_string(proxy.port()) + " -n " +
                                      std::to_string(kRequests) + " >/dev/null"},
                     live::Process::Input::none, directory + "/load.log");
  auto looked = begin;   // whether it has ended is asked now and then: that costs a system call
  for (bool running = true; running;) {
    proxy.wait(10);
    if (const auto now = Clock::now(); now - looked > std::chrono::milliseconds(10)) {
      running = load.ended().empty();
      looked = now;
    }
  }
  std::printf("proxy, nothing held: %.0f requests a second\n", kRequests / seconds_since(begin));
  std::fflush(stdout);
}

void explore( const std::string& directory, const std::string& program) {
  const auto ports = live::ports_for(1, 0);
  live::Servers servers("redis-server", ports[0], directory);
  live::Proxy proxy(live::resp(), ports[0]);
  for (const char* design : {"release-in-finally", "poison-flag", "tombstones"}) {
    live::Client client("'" + program + "' " + design, directory + "/client.log", proxy, 5000);
    live::LiveSystem system(two_users(), servers, proxy, client, 5000);
    const auto begin = Clock::now();
    std::uint64_t schedules = 0;
    while (seconds_since(begin) < 2) {
      live::Exploration found;
      live::explore(system, nullptr, {}, found);
      schedules += found.schedules;
    }
    std::printf("asio %s: %.0f schedules a second\n", design,
                static_cast<double>(schedules) / seconds_since(begin));
  }
}

}  // namespace

int main(int argc, char** argv) {
  live::TemporaryDirectory directory;
  live::Server server("redis-server", 0, directory.path());
  forward(server.port(), directory.path());
  if (argc > 1) explore(directory.path(), argv[1]);
}
