// The least schedule to a fact: by length, then number of faults, then number of switches, then
// event by event in event order.
//
// Distances from the initial state give the least length L. Only edges that go one step further
// lie on a schedule of that length; going backwards over them, the states from which a target can
// still be met in time are marked, and for each of them and each process that acted last the least
// (faults, switches) of the rest is computed. Then the schedule is read off forwards: in each state
// the least event that still reaches the optimum. Each event leads to one state, so this is exact.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "sim/explore/folding.hpp"
#include "sim/explore/graph.hpp"
#include "sim/kernel/allowance.hpp"
#include "sim/kernel/system.hpp"

namespace interleak::explore {

namespace detail {

template <Stateful S>
class Shortest {
 public:
  Shortest(const S& system, const Graph& graph, Facts mask, bool without_faults, const Allowance& allowance)
      : system_(system), graph_(graph), mask_(mask), without_faults_(without_faults), allowance_(allowance),
        pace_(allowance) {
    allowance.take(graph.size() * 3ull * sizeof(std::uint32_t));
  }

  std::optional<Events> find() {
    measure();
    if (length_ == kNever) return std::nullopt;
    mark_alive();
    judge_rests();
    return read_off();
  }

  /// The edges of all schedules of least length, by index; nothing if there is none.
  std::optional<std::vector<bool>> edges() {
    measure();
    if (length_ == kNever) return std::nullopt;
    mark_alive();
    std::vector<bool> result(graph_.edges.size());
    for (const std::uint32_t s : alive_) {
      for (const Edge& edge : graph_.edges_of(s)) {
        result[static_cast<std::size_t>(&edge - graph_.edges.data())] = useful(s, edge);
      }
    }
    return result;
  }

 private:
  // Faults in the upper half, switches in the lower: compared as one number.
  using Cost = std::uint64_t;
  static constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();
  static constexpr Cost kNoWay = std::numeric_limits<Cost>::max();

  bool allowed(const Edge& edge) const { return !without_faults_ || !system_.is_fault(edge.event); }
  bool is_target(const Edge& edge) const { return (edge.facts & mask_) != 0; }
  bool is_target(std::uint32_t state) const {
    const End& end = graph_.end[state];
    return (graph_.facts[state] & mask_) != 0 || (end.complete && (end.facts & mask_) != 0);
  }

  // Breadth-first over the allowed edges, until the least length to a target is certain.
  void measure() {
    distance_.assign(graph_.size(), kNever);
    distance_[0] = 0;
    queue_.push_back(0);
    for (std::size_t i = 0; i < queue_.size(); ++i) {
      const std::uint32_t s = queue_[i];
      pace_.step();
      if (distance_[s] >= length_) return;
      if (is_target(s)) return void(length_ = distance_[s]);
      for (const Edge& edge : graph_.edges_of(s)) {
        if (!allowed(edge)) continue;
        if (is_target(edge)) length_ = distance_[s] + 1;
        if (distance_[edge.target] != kNever) continue;
        distance_[edge.target] = distance_[s] + 1;
        queue_.push_back(edge.target);
      }
    }
  }

  // Is the edge, of a state that is on the way, the last one of a least schedule?
  bool ends_here(std::uint32_t s, const Edge& edge) const {
    if (distance_[s] + 1 != length_) return false;
    return is_target(edge) || (distance_[edge.target] == length_ && is_target(edge.target));
  }
  bool leads_on(std::uint32_t s, const Edge& edge) const {
    return distance_[s] + 1 < length_ && distance_[edge.target] == distance_[s] + 1 && place_[edge.target] != kNoState;
  }
  bool useful(std::uint32_t s, const Edge& edge) const {
    return allowed(edge) && (ends_here(s, edge) || leads_on(s, edge));
  }

  // Gives a place to each state before the end from which the end can be reached in time.
  void mark_alive() {
    place_.assign(graph_.size(), kNoState);
    for (std::size_t i = queue_.size(); i-- > 0;) {
      const std::uint32_t s = queue_[i];
      pace_.step();
      if (distance_[s] >= length_) continue;
      for (const Edge& edge : graph_.edges_of(s)) {
        if (!useful(s, edge)) continue;
        processes_ = std::max(processes_, last_after(edge, 0) + 1);
        if (place_[s] == kNoState) {
          place_[s] = static_cast<std::uint32_t>(alive_.size());
          alive_.push_back(s);
        }
      }
    }
  }

  // Who acted last: 0 = nobody yet, else the process + 1.
  std::size_t last_after(const Edge& edge, std::size_t last) const {
    const int process = system_.process(edge.event);
    return process == kNoProcess ? last : static_cast<std::size_t>(process) + 1;
  }

  Cost step_cost(const Edge& edge, std::size_t last, std::size_t next) const {
    const Cost fault = system_.is_fault(edge.event) ? Cost{1} << 32 : 0;
    return fault + (last != 0 && next != last ? 1 : 0);
  }

  Cost cost_through(std::uint32_t s, const Edge& edge, std::size_t last) const {
    const std::size_t next = last_after(edge, last);
    const Cost step = step_cost(edge, last, next);
    return ends_here(s, edge) ? step : step + rest_[place_[edge.target] * processes_ + next];
  }

  void judge_rests() {
    allowance_.take(alive_.size() * processes_ * sizeof(Cost));
    rest_.assign(alive_.size() * processes_, kNoWay);
    for (std::size_t i = 0; i < alive_.size(); ++i) {  // the farthest first
      pace_.step();
      const std::uint32_t s = alive_[i];
      for (const Edge& edge : graph_.edges_of(s)) {
        if (!useful(s, edge)) continue;
        for (std::size_t last = 0; last < processes_; ++last) {
          Cost& best = rest_[i * processes_ + last];
          best = std::min(best, cost_through(s, edge, last));
        }
      }
    }
  }

  Events read_off() const {
    Events events;
    std::uint32_t s = 0;
    std::size_t last = 0;
    while (events.size() < length_) {
      const Cost best = rest_[place_[s] * processes_ + last];
      const auto edges = graph_.edges_of(s);  // in event order: the first is the least
      const Edge& edge =
          *std::ranges::find_if(edges, [&](const Edge& e) { return useful(s, e) && cost_through(s, e, last) == best; });
      events.push_back(edge.event);
      last = last_after(edge, last);
      s = edge.target;
    }
    return events;
  }

  const S& system_;
  const Graph& graph_;
  Facts mask_;
  bool without_faults_;
  const Allowance& allowance_;
  Pace pace_;
  std::uint32_t length_ = kNever;
  std::vector<std::uint32_t> distance_;
  std::vector<std::uint32_t> queue_;     // states in order of distance
  std::vector<std::uint32_t> place_;     // in `alive_`; kNoState: not on the way
  std::vector<std::uint32_t> alive_;
  std::size_t processes_ = 1;
  std::vector<Cost> rest_;               // of each state in `alive_`, by who acted last
};

}  // namespace detail

/// The least schedule in which one of the facts of `mask` holds: on its last event, in its last
/// state, or at its end, the state being complete. Empty if the initial state will do; nothing if
/// the graph has none. `without_faults`: the least among the schedules without faults. Throws Cut where the
/// allowance ends.
template <Stateful S>
std::optional<Events> shortest(const S& system, const Graph& graph, Facts mask, bool without_faults = false,
                               const Allowance& allowance = {}) {
  return detail::Shortest<S>(system, graph, mask, without_faults, allowance).find();
}

/// The same on a folded graph of the system: all schedules of least length are unfolded, and the least of them
/// is taken, so that the folding does not show.
template <Stateful S, Folding<typename S::State> F>
std::optional<Events> shortest(const S& system, const F& folding, const Graph& graph, Facts mask,
                               const Allowance& allowance = {}) {
  const auto edges = detail::Shortest<S>(system, graph, mask, false, allowance).edges();
  if (!edges) return std::nullopt;
  const auto keep = [&](const Edge& edge) { return (*edges)[static_cast<std::size_t>(&edge - graph.edges.data())]; };
  return shortest(system, unfold(system, folding, graph, keep, allowance), mask, false, allowance);
}

}  // namespace interleak::explore
