// Exact probabilities under a rate of faults: where a fault is enabled, one of them happens with probability
// p, each as likely as the other; else, with 1-p, one of the other choices, each as likely as the other. Where
// no fault is enabled (the budget is spent) the other choices share 1. So a probability is a polynomial in p,
// and a schedule adds one term of it: c p^i (1-p)^j, for i faults and j times that none happened though one
// could have.
//
// One forward pass a question. The number i is a property of the state (the budget is part of it), so each
// state carries a row of coefficients by j alone, and gives it up when its successors have theirs.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "sim/explore/fractions.hpp"
#include "sim/kernel/ensure.hpp"

namespace interleak::explore {

/// A sum of terms c p^i (1-p)^j.
struct RatePolynomial {
  std::map<std::pair<std::uint32_t, std::uint32_t>, Rational> terms;  ///< (i, j) -> c, none of them 0

  Rational at(const Rational& p) const {
    Rational sum = 0;
    for (const auto& [powers, c] : terms) {
      sum += c * power(p, powers.first) * power(Rational(1) - p, powers.second);
    }
    return sum;
  }
  void add(const std::pair<std::uint32_t, std::uint32_t>& powers, const Rational& c) {
    const auto [at, fresh] = terms.try_emplace(powers, c);
    if (!fresh) at->second += c;
    if (at->second == 0) terms.erase(at);
  }
  RatePolynomial& operator-=(const RatePolynomial& other) {
    for (const auto& [powers, c] : other.terms) add(powers, -c);
    return *this;
  }
  /// The terms of exactly that many faults.
  RatePolynomial with_faults(std::uint32_t faults) const {
    RatePolynomial part;
    for (const auto& [powers, c] : terms) {
      if (powers.first == faults) part.terms.emplace(powers, c);
    }
    return part;
  }
  friend bool operator==(const RatePolynomial&, const RatePolynomial&) = default;

 private:
  static Rational power(const Rational& base, std::uint32_t exponent) {
    Rational result = 1;
    for (std::uint32_t i = 0; i < exponent; ++i) result *= base;
    return result;
  }
};

/// The polynomials of a finished graph without fatal states; `order` is its topological order. Both must
/// outlive this. `is_fault(Event)` says which events are injected. Throws Cut where the allowance ends.
class Rate {
 public:
  template <class IsFault>
  Rate(const Graph& graph, const Order& order, const IsFault& is_fault, Allowance allowance = {})
      : graph_(graph), order_(order), allowance_(std::move(allowance)),
        depths_(detail::depths_of(graph, order, allowance_)),
        faults_(detail::faults_before(graph, order, is_fault, allowance_)) {
    ensure(graph.stop == Stop::finished && !order.cycle, "the graph is not whole, or has a cycle");
    is_fault_.resize(graph.edges.size());
    enabled_.resize(graph.size());
    for (std::uint32_t s = 0; s < graph.size(); ++s) {
      for (const Edge& edge : graph.edges_of(s)) {
        const bool fault = is_fault(edge.event);
        is_fault_[index_of(edge)] = fault;
        enabled_[s] += fault ? 1u : 0u;
      }
      for (const std::uint32_t n : {enabled_[s], others(s)}) {
        if (n != 0) base_ = std::lcm(base_, std::uint64_t{n});
      }
      deepest_ = std::max(deepest_, depths_[s] + 1);
    }
  }

  /// False: the number of faults is no property of the states, so that there is no answer here.
  bool possible() const { return !faults_.empty(); }

  /// That a schedule passes the filter. Precondition: possible().
  RatePolynomial probability(const Filter& filter) const {
    return detail::with_room(base_, deepest_, [&](auto number) { return Pass<decltype(number)>(*this, filter).run(); });
  }

 private:
  std::size_t index_of(const Edge& edge) const { return static_cast<std::size_t>(&edge - graph_.edges.data()); }
  /// Choices that are no faults.
  std::uint32_t others(std::uint32_t s) const {
    return static_cast<std::uint32_t>(graph_.edges_of(s).size()) - enabled_[s] + (graph_.end[s].complete ? 1u : 0u);
  }

  template <class Number>
  class Pass {
   public:
    Pass(const Rate& rate, const Filter& filter)
        : rate_(rate), filter_(filter), graph_(rate.graph_),
          powers_(detail::powers_of<Number>(rate.base_, rate.deepest_)), rows_(graph_.size()) {}

    RatePolynomial run() {
      Pace pace(rate_.allowance_);
      rate_.allowance_.take(0);
      rows_[0] = {Number(1)};
      for (const std::uint32_t s : rate_.order_.states) {
        pace.step();
        if (!rows_[s].empty() && (graph_.facts[s] & filter_.never) == 0) spread(s);
        Row().swap(rows_[s]);
      }
      return polynomial();
    }

   private:
    using Row = std::vector<Number>;   // by j, over base^depth

    void spread(std::uint32_t s) {
      const std::uint32_t faults = rate_.enabled_[s], others = rate_.others(s);
      const std::size_t held_back = faults != 0 ? 1 : 0;   // another factor 1-p
      const std::uint64_t base = rate_.base_;
      const End& end = graph_.end[s];
      if (end.complete && (end.facts & filter_.never) == 0 && end.worst <= filter_.worst) {
        Row& sum = ends_[rate_.faults_[s]];
        add(sum, rows_[s], held_back, powers_[rate_.deepest_ - rate_.depths_[s] - 1] * (base / others));
      }
      for (const Edge& edge : graph_.edges_of(s)) {
        if ((edge.facts & filter_.never) != 0 || edge.worst > filter_.worst) continue;
        const bool fault = rate_.is_fault_[rate_.index_of(edge)];
        const std::uint32_t gap = rate_.depths_[edge.target] - rate_.depths_[s] - 1;
        const std::uint64_t share = base / (fault ? faults : others);
        Row& target = rows_[edge.target];
        const std::size_t shift = fault ? 0 : held_back;
        if (gap == 0) add(target, rows_[s], shift, share);
        else add(target, rows_[s], shift, powers_[gap] * share);
      }
    }

    template <class Factor>
    static void add(Row& to, const Row& from, std::size_t shift, const Factor& factor) {
      if (to.size() < from.size() + shift) to.resize(from.size() + shift);
      for (std::size_t j = 0; j < from.size(); ++j) {
        if (from[j] != 0) to[j + shift] += from[j] * factor;
      }
    }

    RatePolynomial polynomial() const {
      RatePolynomial result;
      const BigInt over = pow(BigInt(rate_.base_), rate_.deepest_);
      for (const auto& [faults, row] : ends_) {
        for (std::size_t j = 0; j < row.size(); ++j) {
          if (row[j] == 0) continue;
          result.terms.emplace(std::pair{faults, static_cast<std::uint32_t>(j)}, Rational(detail::big(row[j]), over));
        }
      }
      return result;
    }

    const Rate& rate_;
    const Filter& filter_;
    const Graph& graph_;
    const std::vector<Number> powers_;
    std::vector<Row> rows_;
    std::map<std::uint32_t, Row> ends_;   // by faults, over base^deepest
  };

  const Graph& graph_;
  const Order& order_;
  const Allowance allowance_;
  std::vector<std::uint32_t> depths_, faults_;
  std::vector<bool> is_fault_;            // of each edge
  std::vector<std::uint32_t> enabled_;    // faults, of each state
  std::uint64_t base_ = 1;
  std::uint32_t deepest_ = 0;             // the longest way to an end, the end itself included
};

}  // namespace interleak::explore
