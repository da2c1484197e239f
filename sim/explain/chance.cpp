#include "sim/explain/chance.hpp"
#include "sim/kernel/ensure.hpp"

#include <algorithm>
#include <numeric>

namespace interleak::explain {

std::uint32_t choices_in(const explore::Graph& graph, std::uint32_t state) {
  const auto events = static_cast<std::uint32_t>(graph.edges_of(state).size());
  return events + (graph.end[state].complete ? 1 : 0);
}

Chances::Chances(const explore::Graph& graph, const explore::Order& order, const Allowance& allowance)
    : graph_(graph), order_(order), allowance_(allowance) {
  ensure(graph.stop == explore::Stop::finished && !order.cycle, "the graph is not whole, or has a cycle");
  std::uint64_t each = 1;
  std::vector<std::uint32_t> height(graph.size());
  for (std::size_t i = order.states.size(); i-- > 0;) {
    const std::uint32_t s = order.states[i];
    each = std::lcm(each, std::uint64_t{choices_in(graph, s)});
    height[s] = 1;  // ending may be a choice, too
    for (const explore::Edge& edge : graph.edges_of(s)) {
      height[s] = std::max(height[s], height[edge.target] + 1);
    }
  }
  whole_ = boost::multiprecision::pow(BigInt(each), height[0]);
  bits_ = boost::multiprecision::msb(whole_) + 1;
}

std::vector<BigInt> Chances::of(Facts mask) const {
  allowance_.take(graph_.size() * (sizeof(BigInt) + bits_ / 8));
  Pace pace(allowance_);
  std::vector<BigInt> parts(graph_.size());
  for (std::size_t i = order_.states.size(); i-- > 0;) {
    pace.step();
    const std::uint32_t s = order_.states[i];
    if ((graph_.facts[s] & mask) != 0) {
      parts[s] = whole_;
      continue;
    }
    BigInt& sum = parts[s];
    for (const explore::Edge& edge : graph_.edges_of(s)) {
      sum += (edge.facts & mask) != 0 ? whole_ : parts[edge.target];
    }
    const explore::End& end = graph_.end[s];
    if (end.complete && (end.facts & mask) != 0) sum += whole_;
    sum /= choices_in(graph_, s);
  }
  return parts;
}

}  // namespace interleak::explain
