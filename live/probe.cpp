#include "live/probe.hpp"

#include <algorithm>
#include <functional>

#include "live/failure.hpp"

namespace interleak::live {
namespace {

const std::string kProbeTask = "probe:";   // no task of a scenario has a colon in its name

int sum(const std::vector<int>& counts) {
  int all = 0;
  for (const int count : counts) all += std::max(count, 0);
  return all;
}

}  // namespace

void Probe::clear() {
  could_be_had_.clear();
  next_user_got_.clear();
}

std::vector<int> Probe::free_connections() const {
  std::vector<int> out(static_cast<std::size_t>(redis_.nodes()), scenario_.pool_max);
  for (std::size_t t = 0; t < scenario_.tasks.size(); ++t) {
    if (course_.has_ended(static_cast<int>(t))) continue;
    const scenario::Task& task = scenario_.tasks[t];
    const auto& operation = task.operations[std::min(course_.results()[t].size(), task.operations.size() - 1)];
    --out[static_cast<std::size_t>(redis_.node_of(operation, task.owner))];
  }
  return out;
}

bool Probe::can_have(const std::vector<int>& free) {
  if (sum(free) == 0) return true;
  // An error may be the last sign of a broken connection, and there may be as many as connections.
  for (int tries = 0; tries < scenario_.pool_max + 2; ++tries) {
    if (try_once(free)) return true;
  }
  return false;
}

/// So many operations at once on each node: does each get a connection?
bool Probe::try_once(const std::vector<int>& free) {
  for (int node = 0; node < redis_.nodes(); ++node) {
    const Json operations = redis_.probe_of(node);
    for (int i = 0; i < free[static_cast<std::size_t>(node)]; ++i) {
      party_.settle(party_.client().start(kProbeTask + std::to_string(++probes_), operations), false);
    }
  }
  const std::vector<int> got = waiting();
  could_be_had_ = std::to_string(sum(got)) + " of " + std::to_string(sum(free)) +
                  (sum(free) == 1 ? " connection" : " connections") + " could be had at the end";
  let_all_end();
  return std::ranges::equal(got, free, std::ranges::greater_equal());
}

/// By node: the probes whose request is here.
std::vector<int> Probe::waiting() const {
  const auto connections = party_.proxy().connections();
  std::vector<int> out;
  for (int node = 0; node < redis_.nodes(); ++node) {
    int count = 0;
    for (const ProxyConnection& each : connections) {
      count += static_cast<int>(std::ranges::count_if(
          each.requests, [&](const HeldMessage& m) { return redis_.is_probe_of(node, m.request); }));
    }
    out.push_back(count);
  }
  return out;
}

void Probe::let_all_end() {
  const auto has = [&](const auto& messages, int number) {
    const auto connections = party_.proxy().connections();
    const auto found = std::ranges::find(connections, number, &ProxyConnection::number);
    return found != connections.end() && !std::invoke(messages, *found).empty();
  };
  while (sum(waiting()) > 0) {
    for (const ProxyConnection& each : party_.proxy().connections()) {
      while (has(&ProxyConnection::requests, each.number)) party_.proxy().serve(each.number, party_.timeout_ms());
      while (has(&ProxyConnection::replies, each.number)) party_.proxy().deliver(each.number);
    }
    party_.settle(party_.client().run(), false);
  }
}

/// A probe is the next user of the pool; what it gets of others was left there.
void Probe::hear(const ClientEnd& end) {
  if (!end.task.starts_with(kProbeTask)) {
    throw LiveFailure("the client " + party_.client().name() + " reports the end of " + end.task +
                      ", which was never started");
  }
  const std::string got = judge_.anybodys(end.value);
  if (!got.empty()) next_user_got_ = got;
}

std::string Probe::note() const {
  return next_user_got_.empty() ? could_be_had_ : could_be_had_ + "; the next user got " + next_user_got_;
}

}  // namespace interleak::live
