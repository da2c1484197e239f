// Exact numbers of maximal schedules.
//
// All that is asked for comes from one question: how many maximal schedules keep to a filter? Where
// a state is complete, ending is one choice beside each fault. One backward pass over a topological
// order answers it with one number a state. "Worst class c" is the difference of "at most c" and
// "at most c - 1"; "some fact holds" is all minus "none holds". No filter counts more than all
// schedules, so the first pass, over all of them, decides whether 128 bits are enough.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <boost/multiprecision/cpp_int.hpp>

#include "sim/explore/graph.hpp"
#include "sim/explore/order.hpp"
#include "sim/kernel/allowance.hpp"
#include "sim/kernel/ensure.hpp"

namespace interleak::explore {

using BigInt = boost::multiprecision::cpp_int;

/// Worst classes that are told apart.
inline constexpr std::size_t kClasses = 16;

struct ScheduleCounts {
  BigInt total;
  std::array<BigInt, kClasses> by_worst;          ///< worst of all events and of the end
  std::vector<BigInt> by_facts;                   ///< for each mask: one of it ever holds
  std::array<BigInt, kClasses> without_faults;    ///< by worst class, of schedules without a fault
};

/// Which schedules are counted.
struct Filter {
  Facts never = 0;                  ///< none of these facts ever holds
  std::uint8_t worst = 255;         ///< no class is above this
};

namespace detail {

// A compiler's extension, but a value type like any other.
__extension__ typedef unsigned __int128 Wide;

/// False if the sum does not fit.
inline bool add(Wide& sum, Wide more) { return !__builtin_add_overflow(sum, more, &sum); }
inline bool add(BigInt& sum, const BigInt& more) {
  sum += more;
  return true;
}

inline BigInt to_big(const BigInt& number) { return number; }
inline BigInt to_big(Wide number) {
  return (BigInt(static_cast<std::uint64_t>(number >> 64)) << 64) | static_cast<std::uint64_t>(number);
}

/// How many maximal schedules pass the filter over allowed edges; nothing if a number does not fit. Throws
/// Cut where the allowance ends.
template <class Number, class Allowed>
std::optional<BigInt> count_filtered(const Graph& graph, const std::vector<std::uint32_t>& order, const Filter& filter,
                                     const Allowed& allowed, std::vector<Number>& from,
                                     const Allowance& allowance = {}) {
  if (from.size() < graph.size()) allowance.take(graph.size() * sizeof(Number));
  Pace pace(allowance);
  from.resize(graph.size());
  for (std::size_t i = order.size(); i-- > 0;) {
    pace.step();
    const std::uint32_t s = order[i];
    const End& end = graph.end[s];
    Number& sum = from[s] = 0;
    if ((graph.facts[s] & filter.never) != 0) continue;
    if (end.complete && (end.facts & filter.never) == 0 && end.worst <= filter.worst) sum = 1;
    for (const Edge& edge : graph.edges_of(s)) {
      if ((edge.facts & filter.never) != 0 || edge.worst > filter.worst) continue;
      if (!allowed(edge)) continue;
      if (!add(sum, from[edge.target])) return std::nullopt;
    }
  }
  return to_big(from[0]);
}

inline constexpr auto kAnyEdge = [](const Edge&) { return true; };

}  // namespace detail

/// Which worst classes occur at all: the others need no pass.
inline std::array<bool, kClasses> classes_of(const Graph& graph) {
  std::array<bool, kClasses> present{};
  for (const Edge& edge : graph.edges) present.at(edge.worst) = true;
  for (const End& end : graph.end) present.at(end.complete ? end.worst : 0) = true;
  return present;
}

/// Counts the maximal schedules of a finished graph without fatal states, one pass a question.
/// `order` is its topological order. Both must outlive this. Throws Cut where the allowance ends.
class Tally {
 public:
  /// `big`: big numbers, although 128 bits may be enough.
  Tally(const Graph& graph, const Order& order, bool big = false, Allowance allowance = {})
      : graph_(graph), order_(order.states), allowance_(std::move(allowance)) {
    ensure(graph.stop == Stop::finished && !order.cycle, "the graph is not whole, or has a cycle");
    std::optional<BigInt> total;
    if (!big) total = detail::count_filtered(graph_, order_, {}, detail::kAnyEdge, wide_, allowance_);
    fits_ = total.has_value();
    if (fits_) {
      total_ = *total;
    } else {
      wide_ = {};
      total_ = *detail::count_filtered(graph_, order_, {}, detail::kAnyEdge, big_, allowance_);
    }
  }

  /// All of them.
  const BigInt& total() const { return total_; }
  /// Those that pass the filter and use only edges for which `allowed(const Edge&)` is true.
  template <class Allowed>
  BigInt count(const Filter& filter, const Allowed& allowed) {
    return fits_ ? *detail::count_filtered(graph_, order_, filter, allowed, wide_, allowance_)
                 : *detail::count_filtered(graph_, order_, filter, allowed, big_, allowance_);
  }
  BigInt count(const Filter& filter) { return count(filter, detail::kAnyEdge); }

 private:
  const Graph& graph_;
  const std::vector<std::uint32_t>& order_;
  const Allowance allowance_;
  std::vector<detail::Wide> wide_;   // of each state; only one of the two is used
  std::vector<BigInt> big_;
  bool fits_ = true;
  BigInt total_;
};

/// The usual questions at once. `is_fault(Event)` says which events are injected. Worst classes
/// are below kClasses.
template <class IsFault>
ScheduleCounts count_schedules(const Graph& graph, Tally tally, std::span<const Facts> masks, const IsFault& is_fault) {
  const auto no_fault = [&](const Edge& edge) { return !is_fault(edge.event); };
  ScheduleCounts counts;
  counts.total = tally.total();
  for (const Facts mask : masks) {
    counts.by_facts.push_back(tally.total() - tally.count({.never = mask}));
  }
  BigInt below, below_without;
  const auto present = classes_of(graph);
  for (std::uint8_t c = 0; c < kClasses; ++c) {
    if (!present[c]) continue;
    const BigInt up_to = tally.count({.worst = c});
    const BigInt up_to_without = tally.count({.worst = c}, no_fault);
    counts.by_worst[c] = up_to - below;
    counts.without_faults[c] = up_to_without - below_without;
    below = up_to;
    below_without = up_to_without;
  }
  return counts;
}

/// Counts the maximal schedules of a finished graph without fatal states; `order` is its
/// topological order. Throws Cut where the allowance ends.
template <class IsFault>
ScheduleCounts count_schedules(const Graph& graph, const Order& order, std::span<const Facts> masks,
                               const IsFault& is_fault, Allowance allowance = {}) {
  return count_schedules(graph, Tally(graph, order, false, std::move(allowance)), masks, is_fault);
}

}  // namespace interleak::explore
