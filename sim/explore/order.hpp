// A topological order of the states, or the proof that there is none: a cycle.
//
// Kahn's algorithm with a first-in first-out queue. The states left over all have a predecessor
// among themselves, so walking backwards from any of them must come round.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/explore/graph.hpp"
#include "sim/kernel/allowance.hpp"

namespace interleak::explore {

/// A schedule to a state and once around back to it.
struct Cycle {
  Events events;
  std::size_t begins = 0;  ///< so many events lead to the cycle
};

struct Order {
  std::vector<std::uint32_t> states;  ///< sources before targets; incomplete if there is a cycle
  std::optional<Cycle> cycle;
};

namespace detail {

/// Some cycle among the states that have `left` predecessors, as states in the order of walking.
inline std::vector<std::uint32_t> find_cycle(const Graph& graph, const std::vector<std::uint32_t>& left) {
  std::vector<std::uint32_t> before(graph.size(), kNoState);
  std::uint32_t at = kNoState;
  for (std::uint32_t s = graph.size(); s-- > 0;) {
    if (left[s] == 0) continue;
    at = s;
    for (const Edge& edge : graph.edges_of(s)) before[edge.target] = s;
  }
  std::vector<std::uint32_t> walked;
  std::vector<bool> seen(graph.size());
  for (; !seen[at]; at = before[at]) {
    seen[at] = true;
    walked.push_back(at);
  }
  walked.erase(walked.begin(), std::ranges::find(walked, at));
  std::ranges::reverse(walked);
  std::ranges::rotate(walked, std::ranges::min_element(walked));
  return walked;
}

inline Cycle schedule_around(const Graph& graph, const std::vector<std::uint32_t>& cycle) {
  Cycle result{path_to(graph, cycle.front()), graph.level[cycle.front()]};
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    const std::uint32_t next = cycle[(i + 1) % cycle.size()];
    const auto edges = graph.edges_of(cycle[i]);
    result.events.push_back(std::ranges::find(edges, next, &Edge::target)->event);
  }
  return result;
}

}  // namespace detail

/// Orders the states of `graph`, of which unexpanded states are sinks. Throws Cut where the allowance ends.
inline Order topological_order(const Graph& graph, const Allowance& allowance = {}) {
  allowance.take(graph.size() * 2ull * sizeof(std::uint32_t));
  Pace pace(allowance);
  std::vector<std::uint32_t> left(graph.size());  // predecessors that are not yet in the order
  for (const Edge& edge : graph.edges) ++left[edge.target];
  Order order;
  order.states.reserve(graph.size());
  if (left[0] == 0) order.states.push_back(0);  // the only state that may lack predecessors
  for (std::size_t i = 0; i < order.states.size(); ++i) {
    pace.step();
    for (const Edge& edge : graph.edges_of(order.states[i])) {
      if (--left[edge.target] == 0) order.states.push_back(edge.target);
    }
  }
  if (order.states.size() == graph.size()) return order;
  order.cycle = detail::schedule_around(graph, detail::find_cycle(graph, left));
  return order;
}

}  // namespace interleak::explore
