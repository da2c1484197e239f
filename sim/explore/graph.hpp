// The reachable states of a system and the events between them, as plain arrays.
//
// States are numbered from 0, the initial one, in breadth-first order: parents in order of number,
// events of a parent in event order. The numbering, and so everything computed from it, depends on
// the system and the budgets alone. The encoded states lie behind one another in one arena.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "sim/kernel/system.hpp"

namespace interleak::explore {

/// Names no state.
inline constexpr std::uint32_t kNoState = std::numeric_limits<std::uint32_t>::max();

/// Runs the jobs, all of them, in any order and on any threads; empty: one after another.
using Executor = std::function<void(std::vector<std::function<void()>>&)>;

/// One event in one state, and the state that it leads to.
struct Edge {
  std::uint32_t target = 0;
  Event event;
  std::uint8_t worst = 0;
  std::uint8_t resources = 0;
  Facts facts = 0;  ///< about the event, not about the target
  friend bool operator==(const Edge&, const Edge&) = default;
};

/// What is true of a schedule that ends in a state; `facts` and `worst` only if it is complete.
struct End {
  Facts facts = 0;
  std::uint8_t worst = 0;
  bool complete = false;  ///< no event but faults is enabled: ending is a choice here
  bool expanded = false;  ///< all its events are edges; otherwise it has none
  bool fatal = false;     ///< first reached by an edge with a fatal fact, therefore not expanded
  friend bool operator==(const End&, const End&) = default;
};

/// Why an exploration came to its end.
enum class Stop : std::uint8_t { finished, states, depth, bytes, interrupted };

struct Graph {
  std::vector<Facts> facts;               ///< of each state
  std::vector<End> end;                   ///< of each state
  std::vector<std::uint32_t> level;       ///< of each state: length of a shortest path to it
  std::vector<std::uint64_t> first_edge;  ///< edges of s: first_edge[s] to first_edge[s + 1]
  std::vector<Edge> edges;
  std::vector<std::uint8_t> arena;        ///< the encoded states
  std::vector<std::uint64_t> offset;      ///< state s: offset[s] to offset[s + 1]
  Stop stop = Stop::finished;

  std::uint32_t size() const { return static_cast<std::uint32_t>(facts.size()); }
  std::span<const Edge> edges_of(std::uint32_t state) const {
    return {edges.data() + first_edge[state], edges.data() + first_edge[state + 1]};
  }
  std::span<const std::uint8_t> bytes_of(std::uint32_t state) const {
    return {arena.data() + offset[state], arena.data() + offset[state + 1]};
  }
  friend bool operator==(const Graph&, const Graph&) = default;
};

/// The first shortest path to `state` in breadth-first order.
inline Events path_to(const Graph& graph, std::uint32_t state) {
  std::vector<std::uint32_t> parent(graph.size(), kNoState);
  std::vector<Event> by(graph.size());
  for (std::uint32_t s = 0; s < graph.size(); ++s) {
    for (const Edge& edge : graph.edges_of(s)) {
      if (edge.target == 0 || parent[edge.target] != kNoState) continue;
      parent[edge.target] = s;
      by[edge.target] = edge.event;
    }
  }
  Events path(graph.level[state]);
  for (std::size_t i = path.size(); i-- > 0; state = parent[state]) path[i] = by[state];
  return path;
}

}  // namespace interleak::explore
