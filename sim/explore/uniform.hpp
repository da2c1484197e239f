// Exact probabilities under the uniform scheduler: in each state every choice is equally likely, and where
// ending is a choice it is one of them. One backward pass a question.
#pragma once

#include <utility>
#include <variant>
#include <vector>

#include "sim/explore/fractions.hpp"
#include "sim/kernel/ensure.hpp"

namespace interleak::explore {

/// Probabilities of a finished graph without fatal states; `order` is its topological order. Both must
/// outlive this. Throws Cut where the allowance ends.
class Uniform {
 public:
  Uniform(const Graph& graph, const Order& order, Allowance allowance = {})
      : graph_(graph), order_(order), allowance_(std::move(allowance)),
        heights_(detail::heights_of(graph, order, allowance_)) {
    ensure(graph.stop == Stop::finished && !order.cycle, "the graph is not whole, or has a cycle");
    for (std::uint32_t s = 0; s < graph.size(); ++s) {
      if (choices(s) != 0) base_ = std::lcm(base_, std::uint64_t{choices(s)});
    }
  }

  /// How many choices a state has: its events, and the end where it is one.
  std::uint32_t choices(std::uint32_t state) const {
    return static_cast<std::uint32_t>(graph_.edges_of(state).size()) + (graph_.end[state].complete ? 1u : 0u);
  }

  /// That a schedule passes the filter.
  Rational probability(const Filter& filter) const { return probability(filter, detail::kAnyEdge); }
  /// The same, and that it uses only edges for which `allowed(const Edge&)` is true.
  template <class Allowed>
  Rational probability(const Filter& filter, const Allowed& allowed) const {
    return detail::with_room(base_, heights_[0],
                             [&](auto number) { return fraction(pass<decltype(number)>(filter, allowed)[0], 0); });
  }

  /// The same from each state on, for a schedule that has come there: by number of the state.
  std::vector<Rational> from_each(const Filter& filter) const {
    return detail::with_room(base_, heights_[0], [&](auto number) {
      const auto all = pass<decltype(number)>(filter, detail::kAnyEdge);
      std::vector<Rational> result(all.size());
      for (std::uint32_t s = 0; s < graph_.size(); ++s) result[s] = fraction(all[s], s);
      return result;
    });
  }

 private:
  template <class Number>
  Rational fraction(const Number& over_base, std::uint32_t state) const {
    return Rational(detail::big(over_base), pow(BigInt(base_), heights_[state]));
  }

  /// For each state the probability, times base^height.
  template <class Number, class Allowed>
  std::vector<Number> pass(const Filter& filter, const Allowed& allowed) const {
    allowance_.take(graph_.size() * sizeof(Number));
    Pace pace(allowance_);
    const auto powers = detail::powers_of<Number>(base_, heights_[0]);
    std::vector<Number> from(graph_.size());
    for (std::size_t i = order_.states.size(); i-- > 0;) {
      pace.step();
      const std::uint32_t s = order_.states[i];
      if ((graph_.facts[s] & filter.never) != 0 || choices(s) == 0) continue;
      const End& end = graph_.end[s];
      Number sum = 0;
      if (end.complete && (end.facts & filter.never) == 0 && end.worst <= filter.worst) {
        sum = powers[heights_[s] - 1];
      }
      for (const Edge& edge : graph_.edges_of(s)) {
        if ((edge.facts & filter.never) != 0 || edge.worst > filter.worst || !allowed(edge)) continue;
        const std::uint32_t gap = heights_[s] - 1 - heights_[edge.target];
        if (gap == 0) sum += from[edge.target];
        else sum += from[edge.target] * powers[gap];
      }
      from[s] = sum * (base_ / choices(s));
    }
    return from;
  }

  const Graph& graph_;
  const Order& order_;
  const Allowance allowance_;
  std::vector<std::uint32_t> heights_;
  std::uint64_t base_ = 1;
};

}  // namespace interleak::explore
