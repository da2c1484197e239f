// The least and the greatest probability that some facts hold, if an adversary who sees the state chooses the
// faults (who, when, whether at all; at most k), and all other choices are uniform. And how: the most likely
// schedule to the facts under a strategy with the greatest probability, among those the one under which that
// schedule is most likely.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "sim/explore/fractions.hpp"
#include "sim/kernel/ensure.hpp"

namespace interleak::explore {

struct AdversaryValue {
  Rational least, greatest;   ///< probability that one of the facts ever holds
  std::vector<bool> likely;   ///< edges that lead on along a most likely schedule, by index
  Events schedule;            ///< that schedule: filled in by who knows the names, with follow()
};

/// Values of a finished graph without fatal states, in which the number of faults is a property of the
/// state; `order` is its topological order. Both must outlive this. Throws Cut where the allowance ends.
class Adversary {
 public:
  template <class IsFault>
  Adversary(const Graph& graph, const Order& order, Facts facts, const IsFault& is_fault, Allowance allowance = {})
      : graph_(graph), order_(order), facts_(facts), allowance_(std::move(allowance)),
        heights_(detail::heights_of(graph, order, allowance_)),
        faults_(detail::faults_before(graph, order, is_fault, allowance_)), is_fault_(graph.edges.size()) {
    ensure(graph.stop == Stop::finished && !order.cycle, "the graph is not whole, or has a cycle");
    for (const Edge& edge : graph.edges) is_fault_[index_of(edge)] = is_fault(edge.event);
    for (std::uint32_t s = 0; s < graph.size(); ++s) {
      if (others(s) != 0) base_ = std::lcm(base_, std::uint64_t{others(s)});
    }
  }

  /// False: the number of faults is no property of the states, so that there is no answer here.
  bool possible() const { return !faults_.empty(); }

  /// With at most `most` faults. Precondition: possible().
  AdversaryValue value(std::uint32_t most) const {
    return detail::with_room(base_, heights_[0],
                             [&](auto number) { return Game<decltype(number)>(*this, most).play(); });
  }

 private:
  std::size_t index_of(const Edge& edge) const { return static_cast<std::size_t>(&edge - graph_.edges.data()); }
  std::uint32_t others(std::uint32_t s) const {
    std::uint32_t count = graph_.end[s].complete ? 1 : 0;
    for (const Edge& edge : graph_.edges_of(s)) count += is_fault_[index_of(edge)] ? 0u : 1u;
    return count;
  }

  template <class Number>
  class Game {
   public:
    Game(const Adversary& its, std::uint32_t most)
        : its_(its), graph_(its.graph_), most_(most), powers_(detail::powers_of<Number>(its.base_, its.heights_[0])) {}

    AdversaryValue play() {
      AdversaryValue value;
      value.least = 1 - solve(true);
      value.greatest = 1 - solve(false);
      value.likely = most_likely();
      return value;
    }

   private:
    /// Safe: no fact ever holds. All numbers are probabilities times base^height.
    Rational solve(bool keep_safe) {
      if (safe_.empty()) its_.allowance_.take(graph_.size() * sizeof(Number));
      Pace pace(its_.allowance_);
      safe_.assign(graph_.size(), Number(0));
      by_chance_.assign(graph_.size(), true);
      for (std::size_t i = its_.order_.states.size(); i-- > 0;) {
        const std::uint32_t s = its_.order_.states[i];
        pace.step();
        if ((graph_.facts[s] & its_.facts_) != 0) continue;
        safe_[s] = chance(s);
        if (its_.faults_[s] >= most_) continue;
        for (const Edge& edge : graph_.edges_of(s)) {
          if (!its_.is_fault_[its_.index_of(edge)]) continue;
          const Number other = by_fault(s, edge);
          if (keep_safe ? other <= safe_[s] : other >= safe_[s]) continue;
          safe_[s] = other;
          by_chance_[s] = false;
        }
      }
      return Rational(detail::big(safe_[0]), pow(BigInt(its_.base_), its_.heights_[0]));
    }

    Number through(const Edge& edge, std::uint32_t gap) const {
      if ((edge.facts & its_.facts_) != 0) return 0;
      return safe_[edge.target] * powers_[gap];
    }
    Number by_fault(std::uint32_t s, const Edge& edge) const {
      return through(edge, its_.heights_[s] - its_.heights_[edge.target]);
    }

    Number chance(std::uint32_t s) const {
      const std::uint32_t n = its_.others(s);
      if (n == 0) return 0;
      const End& end = graph_.end[s];
      Number sum = 0;
      if (end.complete && (end.facts & its_.facts_) == 0) sum = powers_[its_.heights_[s] - 1];
      for (const Edge& edge : graph_.edges_of(s)) {
        if (its_.is_fault_[its_.index_of(edge)]) continue;
        sum += through(edge, its_.heights_[s] - 1 - its_.heights_[edge.target]);
      }
      return sum * (its_.base_ / n);
    }

    /// After solve(): for each edge, whether a schedule of greatest probability to a fact goes on by it.
    std::vector<bool> most_likely() const {
      its_.allowance_.take(graph_.size() * sizeof(Number));
      Pace pace(its_.allowance_);
      std::vector<Number> best(graph_.size());
      std::vector<bool> likely(graph_.edges.size());
      for (std::size_t i = its_.order_.states.size(); i-- > 0;) {
        const std::uint32_t s = its_.order_.states[i];
        pace.step();
        if ((graph_.facts[s] & its_.facts_) != 0) {
          best[s] = powers_[its_.heights_[s]];
          continue;
        }
        const End& end = graph_.end[s];
        if (by_chance_[s] && end.complete && (end.facts & its_.facts_) != 0) {
          best[s] = powers_[its_.heights_[s] - 1] * (its_.base_ / its_.others(s));
        }
        bool ends_here = best[s] != 0;
        for (const Edge& edge : graph_.edges_of(s)) {
          const Number here = leads_on(s, edge, best);
          ends_here = ends_here && here <= best[s];
          best[s] = std::max(best[s], here);
        }
        for (const Edge& edge : graph_.edges_of(s)) {
          likely[its_.index_of(edge)] = !ends_here && best[s] != 0 && leads_on(s, edge, best) == best[s];
        }
      }
      return likely;
    }

    /// As good as anything: a strategy may choose it also where chance is no worse.
    bool is_best_fault(std::uint32_t s, const Edge& edge) const {
      return its_.faults_[s] < most_ && by_fault(s, edge) == safe_[s];
    }

    Number leads_on(std::uint32_t s, const Edge& edge, const std::vector<Number>& best) const {
      const bool fault = its_.is_fault_[its_.index_of(edge)];
      if (fault ? !is_best_fault(s, edge) : !by_chance_[s]) return 0;
      const bool met = (edge.facts & its_.facts_) != 0;
      const Number there = met ? powers_[its_.heights_[edge.target]] : best[edge.target];
      const std::uint32_t gap = its_.heights_[s] - its_.heights_[edge.target];
      return fault ? Number(there * powers_[gap]) : Number(there * powers_[gap - 1] * (its_.base_ / its_.others(s)));
    }

    const Adversary& its_;
    const Graph& graph_;
    const std::uint32_t most_;
    const std::vector<Number> powers_;
    std::vector<Number> safe_;    // of each state
    std::vector<bool> by_chance_; // of each state: no fault is better than chance
  };

  const Graph& graph_;
  const Order& order_;
  const Facts facts_;
  const Allowance allowance_;
  std::vector<std::uint32_t> heights_, faults_;
  std::vector<bool> is_fault_;   // of each edge
  std::uint64_t base_ = 1;
};

}  // namespace interleak::explore
