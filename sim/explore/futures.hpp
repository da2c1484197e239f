// What may still happen from each state, and what must: the facts that some, and that all, maximal
// schedules from there meet, in the state itself included; and how many of them meet some fact.
//
// One backward pass over a topological order. Where a state is complete, ending is one choice
// beside each fault, so what holds at the end joins like one more event.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/explore/count.hpp"
#include "sim/explore/graph.hpp"
#include "sim/explore/order.hpp"

namespace interleak::explore {

struct Futures {
  std::vector<Facts> may;   ///< of each state: met by some maximal schedule from there
  std::vector<Facts> must;  ///< of each state: met by every one
};

/// Of a finished graph without a cycle; `order` is its topological order. Throws Cut where the allowance ends.
inline Futures futures(const Graph& graph, const Order& order, const Allowance& allowance = {}) {
  allowance.take(graph.size() * 2ull * sizeof(Facts));
  Futures result{std::vector<Facts>(graph.size()), std::vector<Facts>(graph.size())};
  for (std::size_t i = order.states.size(); i-- > 0;) {
    const std::uint32_t s = order.states[i];
    const End& end = graph.end[s];
    Facts may = end.complete ? end.facts : 0;
    Facts must = end.complete ? end.facts : ~Facts{0};
    for (const Edge& edge : graph.edges_of(s)) {
      may |= edge.facts | result.may[edge.target];
      must &= edge.facts | result.must[edge.target];
    }
    result.may[s] = graph.facts[s] | may;
    result.must[s] = graph.facts[s] | (must & may);
  }
  return result;
}

/// Numbers of maximal schedules from each state.
struct Onward {
  std::vector<BigInt> all;
  std::vector<BigInt> without;  ///< that never meet any fact of the mask
};

/// Of a finished graph without a cycle; `order` is its topological order. Throws Cut where the allowance ends.
inline Onward onward(const Graph& graph, const Order& order, Facts mask, const Allowance& allowance = {}) {
  Onward result;
  detail::count_filtered(graph, order.states, {}, detail::kAnyEdge, result.all, allowance);
  detail::count_filtered(graph, order.states, {.never = mask}, detail::kAnyEdge, result.without, allowance);
  return result;
}

}  // namespace interleak::explore
