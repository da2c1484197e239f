// The least maximal schedule of a kind that only the whole of it shows: of each of several sets
// some fact holds at some time, and some facts never do.
//
// Each state is split by which of the sets have been met on the way to it. In the split graph the
// question is one about ends, and the driver of shortest.hpp answers it.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "sim/explore/graph.hpp"
#include "sim/explore/shortest.hpp"
#include "sim/kernel/ensure.hpp"
#include "sim/kernel/system.hpp"

namespace interleak::explore {

/// What is asked of a maximal schedule.
struct Wanted {
  std::vector<Facts> met;  ///< of each of these sets some fact holds at some time; at most 8 sets
  Facts never = 0;         ///< none of these facts ever holds
};

namespace detail {

class Splitter {
 public:
  /// The one fact of the split graph, at the ends that are wanted.
  static constexpr Facts kWanted = 1;

  Splitter(const Graph& graph, const Wanted& wanted, const Allowance& allowance)
      : graph_(graph), wanted_(wanted), pace_(allowance) {
    ensure(wanted.met.size() <= 8, "more wishes than bits");
  }

  Graph run() {
    split_.first_edge.push_back(0);
    number_of(0, met(graph_.facts[0]), 0);
    for (std::uint32_t n = 0; n < nodes_.size(); ++n) expand(n);
    return std::move(split_);
  }

 private:
  // A state, and which sets have been met on the way to it, itself included.
  struct Node {
    std::uint32_t state;
    std::uint8_t met;
  };

  std::uint8_t met(Facts facts) const {
    unsigned bits = 0;
    for (std::size_t i = 0; i < wanted_.met.size(); ++i) {
      if ((facts & wanted_.met[i]) != 0) bits |= 1u << i;
    }
    return static_cast<std::uint8_t>(bits);
  }

  std::uint32_t number_of(std::uint32_t state, std::uint8_t met, std::uint32_t level) {
    const auto next = static_cast<std::uint32_t>(nodes_.size());
    const auto [at, fresh] = numbers_.try_emplace(std::uint64_t{state} << 8 | met, next);
    if (fresh) {
      nodes_.push_back({state, met});
      split_.facts.push_back(0);
      split_.level.push_back(level);
      split_.end.push_back({.expanded = true});
    }
    return at->second;
  }

  void expand(std::uint32_t number) {
    pace_.step();
    const Node node = nodes_[number];
    if ((graph_.facts[node.state] & wanted_.never) == 0) {
      judge_end(number, node);
      for (const Edge& edge : graph_.edges_of(node.state)) {
        if ((edge.facts & wanted_.never) != 0) continue;
        const Facts facts = edge.facts | graph_.facts[edge.target];
        const auto seen = static_cast<std::uint8_t>(node.met | met(facts));
        const std::uint32_t target = number_of(edge.target, seen, split_.level[number] + 1);
        split_.edges.push_back({target, edge.event, edge.worst, edge.resources, 0});
      }
    }
    split_.first_edge.push_back(split_.edges.size());
  }

  void judge_end(std::uint32_t number, const Node& node) {
    const End& end = graph_.end[node.state];
    split_.end[number].complete = end.complete;
    if (!end.complete || (end.facts & wanted_.never) != 0) return;
    const unsigned all = (1u << wanted_.met.size()) - 1;
    if ((node.met | met(end.facts)) == all) split_.end[number].facts = kWanted;
  }

  const Graph& graph_;
  const Wanted& wanted_;
  Pace pace_;
  Graph split_;              // without encoded states
  std::vector<Node> nodes_;  // by number in the split graph
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;  // only looked up, never walked through
};

}  // namespace detail

/// The least maximal schedule that is wanted, in the order of shortest.hpp; nothing if the graph
/// has none. If the graph is finished, then the system has none. Throws Cut where the allowance ends.
template <Stateful S>
std::optional<Events> shortest_whole(const S& system, const Graph& graph, const Wanted& wanted,
                                     const Allowance& allowance = {}) {
  const Graph split = detail::Splitter(graph, wanted, allowance).run();
  return shortest(system, split, detail::Splitter::kWanted, false, allowance);
}

}  // namespace interleak::explore
