// Schedules drawn uniformly among all maximal ones: in each state a choice is as likely as there are maximal
// schedules behind it. The numbers come from one backward pass over the graph, and are exact.
#pragma once

#include <vector>

#include "sim/explore/count.hpp"
#include "sim/explore/generator.hpp"
#include "sim/explore/graph.hpp"
#include "sim/explore/order.hpp"
#include "sim/kernel/ensure.hpp"

namespace interleak::explore {

/// Draws from a finished graph without fatal states; `order` is its topological order. The graph must outlive
/// this. Throws Cut where the allowance ends.
class Draw {
 public:
  Draw(const Graph& graph, const Order& order, const Allowance& allowance = {}) : graph_(graph) {
    ensure(graph.stop == Stop::finished && !order.cycle, "the graph is not whole, or has a cycle");
    detail::count_filtered(graph, order.states, {}, detail::kAnyEdge, from_, allowance);
  }

  /// How many maximal schedules there are.
  const BigInt& total() const { return from_[0]; }

  /// One of them, each as likely as the other.
  Events operator()(Generator& generator) const {
    Events events;
    BigInt left = generator.below(total());   // so many schedules, in event order, come before ours
    for (std::uint32_t s = 0;;) {
      if (graph_.end[s].complete) {
        if (left == 0) return events;
        --left;
      }
      const Edge& edge = edge_to(s, left);
      events.push_back(edge.event);
      s = edge.target;
    }
  }

 private:
  const Edge& edge_to(std::uint32_t state, BigInt& left) const {
    const auto edges = graph_.edges_of(state);
    std::size_t i = 0;
    for (; left >= from_[edges[i].target]; ++i) left -= from_[edges[i].target];
    return edges[i];
  }

  const Graph& graph_;
  std::vector<BigInt> from_;   // maximal schedules from each state on
};

}  // namespace interleak::explore
