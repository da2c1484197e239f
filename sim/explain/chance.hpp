// Exact probabilities under the scheduler `uniform`: each enabled event is equally likely, and where
// ending is a choice it is one of them.
//
// A probability here is a whole number of parts. No path has more than H choices, and each choice
// divides by a number that divides L, so everything is a multiple of 1 / L^H: the parts are the
// probability times L^H. Dividing by the number of choices then never leaves a remainder, and no
// fraction has to be reduced on the way.
#pragma once

#include <cstdint>
#include <vector>

#include <boost/multiprecision/cpp_int.hpp>

#include "sim/explore/graph.hpp"
#include "sim/explore/order.hpp"
#include "sim/kernel/allowance.hpp"

namespace interleak::explain {

using BigInt = boost::multiprecision::cpp_int;
using Rational = boost::multiprecision::cpp_rational;

/// How many choices there are in a state, the end included where it is one.
std::uint32_t choices_in(const explore::Graph& graph, std::uint32_t state);

class Chances {
 public:
  /// Of a finished graph without cycle; all must outlive this.
  Chances(const explore::Graph& graph, const explore::Order& order, const Allowance& allowance);

  /// Certainty, in parts.
  const BigInt& whole() const { return whole_; }
  /// How many bits a number of parts has at most.
  std::size_t bits() const { return bits_; }
  Rational rational(const BigInt& parts) const { return Rational(parts, whole_); }

  /// Of each state, in parts: that one of the facts of `mask` holds from there on: in the state, on an
  /// event, at the end. Throws Cut where the allowance ends.
  std::vector<BigInt> of(Facts mask) const;

 private:
  const explore::Graph& graph_;
  const explore::Order& order_;
  const Allowance& allowance_;
  BigInt whole_;
  std::size_t bits_ = 0;
};

}  // namespace interleak::explain
