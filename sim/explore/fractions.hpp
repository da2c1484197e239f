// What the drivers of probabilities share: exact fractions, and how they are kept while a graph is
// walked.
//
// A state has n choices: its events, and the end where the state is complete. All fractions of a pass are
// integers over a power of one number, the least common multiple of all n: over base^height of the state in
// a backward pass, over base^depth in a forward pass. So the walk only multiplies by small numbers and
// adds; what is asked for in the end is brought to lowest terms.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <numeric>
#include <vector>

#include <boost/multiprecision/cpp_int.hpp>

#include "sim/explore/count.hpp"
#include "sim/explore/graph.hpp"
#include "sim/explore/order.hpp"

namespace interleak::explore {

using Rational = boost::multiprecision::cpp_rational;

namespace detail {

/// Integers of so many bits at most, without an allocation; nothing looks for an overflow.
template <unsigned Bits>
using Fixed = boost::multiprecision::number<
    boost::multiprecision::cpp_int_backend<Bits, Bits, boost::multiprecision::unsigned_magnitude,
                                           boost::multiprecision::unchecked, void>,
    boost::multiprecision::et_off>;
/// Integers of any size, for what is larger.
using Unbounded =
    boost::multiprecision::number<boost::multiprecision::cpp_int_backend<>, boost::multiprecision::et_off>;

template <class Number>
BigInt big(const Number& number) {
  return BigInt(number);
}

/// base^0, base^1, ... up to some exponent.
template <class Number>
std::vector<Number> powers_of(std::uint64_t base, std::uint32_t most) {
  std::vector<Number> powers(most + 1ull, Number(1));
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * base;
  return powers;
}

/// Calls `body` with a number that has room for base^exponent times a small factor.
template <class Body>
auto with_room(std::uint64_t base, std::uint32_t exponent, const Body& body) {
  const std::uint64_t bits = std::uint64_t{exponent + 1} * std::bit_width(base) + 64;
  if (bits <= 256) return body(Fixed<256>());
  if (bits <= 512) return body(Fixed<512>());
  if (bits <= 1024) return body(Fixed<1024>());
  return body(Unbounded());
}

/// The longest way from each state to an end, where the end itself is one more step.
inline std::vector<std::uint32_t> heights_of(const Graph& graph, const Order& order, const Allowance& allowance = {}) {
  allowance.take(graph.size() * sizeof(std::uint32_t));
  std::vector<std::uint32_t> heights(graph.size());
  for (std::size_t i = order.states.size(); i-- > 0;) {
    const std::uint32_t s = order.states[i];
    heights[s] = graph.end[s].complete ? 1 : 0;
    for (const Edge& edge : graph.edges_of(s)) {
      heights[s] = std::max(heights[s], heights[edge.target] + 1);
    }
  }
  return heights;
}

/// The longest way from the initial state to each state.
inline std::vector<std::uint32_t> depths_of(const Graph& graph, const Order& order, const Allowance& allowance = {}) {
  allowance.take(graph.size() * sizeof(std::uint32_t));
  std::vector<std::uint32_t> depths(graph.size());
  for (const std::uint32_t s : order.states) {
    for (const Edge& edge : graph.edges_of(s)) {
      depths[edge.target] = std::max(depths[edge.target], depths[s] + 1);
    }
  }
  return depths;
}

/// How many faults there were on the way to each state; empty if that is not a property of the state.
/// (Of a model with a budget of faults it is.)
template <class IsFault>
std::vector<std::uint32_t> faults_before(const Graph& graph, const Order& order, const IsFault& is_fault,
                                         const Allowance& allowance = {}) {
  allowance.take(graph.size() * sizeof(std::uint32_t));
  constexpr std::uint32_t kUnknown = 0xffffffff;
  std::vector<std::uint32_t> faults(graph.size(), kUnknown);
  if (!faults.empty()) faults[0] = 0;
  for (const std::uint32_t s : order.states) {
    for (const Edge& edge : graph.edges_of(s)) {
      const std::uint32_t there = faults[s] + (is_fault(edge.event) ? 1u : 0u);
      if (faults[edge.target] != kUnknown && faults[edge.target] != there) return {};
      faults[edge.target] = there;
    }
  }
  return faults;
}

}  // namespace detail
}  // namespace interleak::explore
