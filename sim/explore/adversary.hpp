// The least and the greatest probability that some facts hold, if an adversary who sees the state chooses the
// faults (who, when, whether at all; at most k), and all other choices are uniform. And how: the adversary's
// choices along the most likely schedule to the facts under the strategy with the greatest probability.
#pragma once

#include <cassert>
#include <optional>
#include <utility>
#include <vector>

#include "sim/explore/fractions.hpp"

namespace interleak::explore {

struct AdversaryValue {
  Rational least, greatest;   ///< probability that one of the facts ever holds
  Events schedule;            ///< the most likely one to a fact, under the strategy of the greatest
};

/// Values of a finished graph without fatal states, in which the number of faults is a property of the
/// state; `order` is its topological order. Both must outlive this.
class Adversary {
 public:
  template <class IsFault>
  Adversary(const Graph& graph, const Order& order, Facts facts, const IsFault& is_fault)
      : graph_(graph), order_(order), facts_(facts), heights_(detail::heights_of(graph, order)),
        faults_(detail::faults_before(graph, order, is_fault)), is_fault_(graph.edges.size()) {
    assert(graph.stop == Stop::finished && !order.cycle);
    for (const Edge& edge : graph.edges) is_fault_[index_of(edge)] = is_fault(edge.event);
    for (std::uint32_t s = 0; s < graph.size(); ++s) {
      if (others(s) != 0) base_ = std::lcm(base_, std::uint64_t{others(s)});
    }
  }

  /// False: the number of faults is no property of the states, so that there is no answer here.
  bool possible() const { return !faults_.empty(); }

  /// With at most `most` faults. Precondition: possible().
  AdversaryValue value(std::uint32_t most) const {
    return detail::with_room(base_, heights_[0], [&](auto number) {
      return Game<decltype(number)>(*this, most).play();
    });
  }

 private:
  static constexpr std::size_t kChance = static_cast<std::size_t>(-1);

  std::size_t index_of(const Edge& edge) const {
    return static_cast<std::size_t>(&edge - graph_.edges.data());
  }
  std::uint32_t others(std::uint32_t s) const {
    std::uint32_t count = graph_.end[s].complete ? 1 : 0;
    for (const Edge& edge : graph_.edges_of(s)) count += is_fault_[index_of(edge)] ? 0u : 1u;
    return count;
  }

  template <class Number>
  class Game {
   public:
    Game(const Adversary& its, std::uint32_t most)
        : its_(its), graph_(its.graph_), most_(most),
          powers_(detail::powers_of<Number>(its.base_, its.heights_[0])) {}

    AdversaryValue play() {
      AdversaryValue value;
      value.least = 1 - solve(true);
      value.greatest = 1 - solve(false);
      value.schedule = most_likely();
      return value;
    }

   private:
    /// Safe: no fact ever holds. All numbers are probabilities times base^height.
    Rational solve(bool keep_safe) {
      std::vector<Number> safe(graph_.size());
      choice_.assign(graph_.size(), kChance);
      for (std::size_t i = its_.order_.states.size(); i-- > 0;) {
        const std::uint32_t s = its_.order_.states[i];
        if ((graph_.facts[s] & its_.facts_) != 0) continue;
        safe[s] = chance(s, safe);
        if (its_.faults_[s] >= most_) continue;
        for (const Edge& edge : graph_.edges_of(s)) {
          if (!its_.is_fault_[its_.index_of(edge)]) continue;
          const Number other = through(s, edge, safe, its_.heights_[s] - its_.heights_[edge.target]);
          if (keep_safe ? other <= safe[s] : other >= safe[s]) continue;
          safe[s] = other;
          choice_[s] = its_.index_of(edge);
        }
      }
      return Rational(detail::big(safe[0]), pow(BigInt(its_.base_), its_.heights_[0]));
    }

    Number through(std::uint32_t, const Edge& edge, const std::vector<Number>& safe,
                   std::uint32_t gap) const {
      if ((edge.facts & its_.facts_) != 0) return 0;
      return safe[edge.target] * powers_[gap];
    }

    Number chance(std::uint32_t s, const std::vector<Number>& safe) const {
      const std::uint32_t n = its_.others(s);
      if (n == 0) return 0;
      const End& end = graph_.end[s];
      Number sum = 0;
      if (end.complete && (end.facts & its_.facts_) == 0) sum = powers_[its_.heights_[s] - 1];
      for (const Edge& edge : graph_.edges_of(s)) {
        if (its_.is_fault_[its_.index_of(edge)]) continue;
        sum += through(s, edge, safe, its_.heights_[s] - 1 - its_.heights_[edge.target]);
      }
      return sum * (its_.base_ / n);
    }

    /// Under the strategy in `choice_`: the schedule of greatest probability to a fact, ties in event order.
    Events most_likely() const {
      std::vector<Number> best(graph_.size());
      std::vector<std::size_t> by(graph_.size(), kChance);
      for (std::size_t i = its_.order_.states.size(); i-- > 0;) {
        const std::uint32_t s = its_.order_.states[i];
        if ((graph_.facts[s] & its_.facts_) != 0) {
          best[s] = powers_[its_.heights_[s]];
          continue;
        }
        const std::uint32_t n = its_.others(s);
        const End& end = graph_.end[s];
        if (choice_[s] == kChance && end.complete && (end.facts & its_.facts_) != 0) {
          best[s] = powers_[its_.heights_[s] - 1] * (its_.base_ / n);
        }
        for (const Edge& edge : graph_.edges_of(s)) consider(s, edge, n, best, by);
      }
      return walk(best, by);
    }

    void consider(std::uint32_t s, const Edge& edge, std::uint32_t n, std::vector<Number>& best,
                  std::vector<std::size_t>& by) const {
      const std::size_t index = its_.index_of(edge);
      const bool chosen = choice_[s] == index;
      if (choice_[s] != kChance ? !chosen : its_.is_fault_[index]) return;
      const bool met = (edge.facts & its_.facts_) != 0;
      const Number there = met ? powers_[its_.heights_[edge.target]] : best[edge.target];
      const std::uint32_t gap = its_.heights_[s] - its_.heights_[edge.target];
      const Number here = chosen ? Number(there * powers_[gap])
                                 : Number(there * powers_[gap - 1] * (its_.base_ / n));
      if (here <= best[s]) return;
      best[s] = here;
      by[s] = index;
    }

    Events walk(const std::vector<Number>& best, const std::vector<std::size_t>& by) const {
      Events events;
      if (best.empty() || best[0] == 0) return events;
      for (std::uint32_t s = 0; by[s] != kChance;) {
        const Edge& edge = graph_.edges[by[s]];
        events.push_back(edge.event);
        if ((edge.facts & its_.facts_) != 0) break;
        s = edge.target;
      }
      return events;
    }

    const Adversary& its_;
    const Graph& graph_;
    const std::uint32_t most_;
    const std::vector<Number> powers_;
    std::vector<std::size_t> choice_;   // of each state: an edge, or chance
  };

  const Graph& graph_;
  const Order& order_;
  const Facts facts_;
  std::vector<std::uint32_t> heights_, faults_;
  std::vector<bool> is_fault_;   // of each edge
  std::uint64_t base_ = 1;
};

}  // namespace interleak::explore
