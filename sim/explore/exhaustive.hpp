// Exhaustive search: every reachable state, level by level.
//
// A level is cut into chunks of neighbouring states. Jobs expand chunks in parallel against the
// visited set, which nobody changes meanwhile; then one merge goes through the chunks in order,
// parent by parent and event by event, and numbers the states that are new. What is found, how it
// is numbered and where a budget ends the search depend on the merge alone: the threads cannot
// change it. A parent whose new states do not fit into a budget is taken back as a whole, so each
// stored state is reachable by stored edges.
//
// Arrays grow by being copied, and a copy stands beside its original for a while: that is asked for before
// (kernel/allowance.hpp), and so is what the judging of the states takes afterwards.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "sim/explore/graph.hpp"
#include "sim/explore/visited.hpp"
#include "sim/kernel/allowance.hpp"
#include "sim/kernel/system.hpp"

namespace interleak::explore {

/// Budgets; 0 = none.
struct Limits {
  std::uint64_t max_states = 0;
  std::uint32_t max_depth = 0;   ///< states so many events from the initial one are not expanded
  std::uint64_t max_bytes = 0;   ///< of states, edges and visited set, without spare capacity
  Facts fatal_facts = 0;         ///< an event with one of these leads to a state not expanded
};

/// What a long exploration says while it runs, between levels.
struct Progress {
  std::uint32_t depth = 0;
  std::uint64_t frontier = 0, states = 0, bytes = 0;
};

namespace detail {

/// What a job found out about a run of states.
struct Chunk {
  struct Parent {
    std::uint32_t edges = 0;       // so many of `edges` are its own
    End end;
  };
  struct Fresh {                   // a target that was not in the visited set
    std::uint64_t hash = 0;
    std::uint32_t size = 0;        // of its encoding in `bytes`
    Facts facts = 0;
  };
  std::uint32_t begin = 0, end = 0;
  std::vector<Parent> parents;
  std::vector<Edge> edges;         // target kNoState: the next of `fresh`
  std::vector<Fresh> fresh;
  std::vector<std::uint8_t> bytes;
  Events events;                   // scratch
};

template <Stateful S>
class Search {
 public:
  Search(const S& system, const Limits& limits, const Allowance& allowance, Executor executor, int workers)
      : system_(system), limits_(limits), allowance_(allowance), executor_(std::move(executor)), visited_(graph_),
        chunks_(static_cast<std::size_t>(std::max(workers, 1)) * 4) {}

  Graph run(const std::function<void(const Progress&)>& progress) {
    store_initial();
    for (std::uint32_t begin = 0; begin < graph_.size() && graph_.stop == Stop::finished;) {
      const std::uint32_t end = graph_.size();
      if (progress) progress({graph_.level[begin], end - begin, end, bytes()});
      at_depth_limit_ = limits_.max_depth != 0 && graph_.level[begin] >= limits_.max_depth;
      expand_level(begin, end);
      begin = end;
    }
    graph_.first_edge.resize(graph_.size() + 1, graph_.edges.size());
    return std::move(graph_);
  }

 private:
  static constexpr std::uint64_t kBytesPerState =
      sizeof(Facts) + sizeof(End) + sizeof(std::uint32_t) + 2 * sizeof(std::uint64_t);
  /// What is left for the passes behind the search that give its result, for each state: its place in an
  /// order, its distance, its mark (order.hpp, shortest.hpp, meetings.hpp), two of them at a time.
  static constexpr std::uint64_t kBytesForJudging = 32;

  std::uint64_t bytes() const {
    return graph_.arena.size() + graph_.size() * kBytesPerState + graph_.edges.size() * sizeof(Edge) + visited_.bytes();
  }

  void store_initial() {
    graph_.first_edge.push_back(0);
    graph_.offset.push_back(0);
    const auto state = system_.initial();
    system_.encode(state, graph_.arena);
    add_state(system_.facts(state), 0, false, hash_of(graph_.arena));
  }

  // Precondition: the encoding has been appended to the arena.
  void add_state(Facts facts, std::uint32_t level, bool fatal, std::uint64_t hash) {
    const std::uint32_t number = graph_.size();
    graph_.offset.push_back(graph_.arena.size());
    graph_.facts.push_back(facts);
    graph_.level.push_back(level);
    graph_.end.push_back({.fatal = fatal});
    visited_.insert(number, hash);
  }

  void expand_level(std::uint32_t begin, std::uint32_t end) {
    const auto chunks = static_cast<std::uint32_t>(chunks_.size());
    const std::uint32_t length = std::clamp((end - begin) / chunks, 16u, 1024u);
    while (begin < end && may_go_on()) {
      if (allowance_.stopped()) return void(graph_.stop = Stop::interrupted);
      if (!has_room(0)) return void(graph_.stop = Stop::bytes);
      std::size_t used = 0;
      for (; used < chunks && begin < end; ++used) {
        chunks_[used].begin = begin;
        chunks_[used].end = begin += std::min(length, end - begin);
      }
      expand_chunks(used);
      for (std::size_t i = 0; i < used && may_go_on(); ++i) merge(chunks_[i]);
    }
  }

  bool has_room(std::uint64_t more) const { return allowance_.has_room(more + graph_.size() * kBytesForJudging); }

  // What is copied if what is new in the chunk does not fit any more.
  std::uint64_t growth(const Chunk& chunk) const {
    const auto copied = [](const auto& array, std::size_t more) -> std::uint64_t {
      return array.size() + more > array.capacity() ? array.size() * sizeof(array[0]) : 0;
    };
    const std::size_t states = chunk.fresh.size();
    return copied(graph_.edges, chunk.edges.size()) + copied(graph_.arena, chunk.bytes.size()) +
           copied(graph_.facts, states) + copied(graph_.end, states) + copied(graph_.level, states) +
           copied(graph_.offset, states) + copied(graph_.first_edge, chunk.parents.size()) + visited_.growth(states);
  }

  // States at the depth limit are all looked at: those without events are done.
  bool may_go_on() const { return graph_.stop == Stop::finished || graph_.stop == Stop::depth; }

  void expand_chunks(std::size_t used) {
    if (!executor_ || used == 1) {
      for (std::size_t i = 0; i < used; ++i) expand(chunks_[i]);
      return;
    }
    std::vector<std::function<void()>> jobs;
    for (std::size_t i = 0; i < used; ++i) jobs.push_back([this, i] { expand(chunks_[i]); });
    executor_(jobs);
  }

  void expand(Chunk& chunk) const {
    chunk.parents.clear();
    chunk.edges.clear();
    chunk.fresh.clear();
    chunk.bytes.clear();
    std::optional<typename S::State> next;   // kept from state to state: to make one anew takes longer
    for (std::uint32_t s = chunk.begin; s < chunk.end; ++s) expand_state(s, chunk, next);
  }

  void expand_state(std::uint32_t number, Chunk& chunk, std::optional<typename S::State>& next) const {
    Chunk::Parent& parent = chunk.parents.emplace_back();
    parent.end = graph_.end[number];
    if (parent.end.fatal) return;
    const auto encoded = graph_.bytes_of(number);
    const auto state = system_.decode(encoded.data(), encoded.size());
    chunk.events.clear();
    system_.enabled(state, chunk.events);
    judge_end(state, chunk.events, parent.end);
    if (!parent.end.expanded) return;
    for (const Event event : chunk.events) {
      next = state;
      const StepLabel label = system_.apply(*next, event);
      chunk.edges.push_back({target_of(*next, chunk), event, label.worst, label.resources, label.facts});
    }
    parent.edges = static_cast<std::uint32_t>(chunk.events.size());
  }

  void judge_end(const typename S::State& state, const Events& events, End& end) const {
    end.expanded = !at_depth_limit_ || events.empty();
    end.complete = std::ranges::all_of(events, [&](Event e) { return system_.is_optional(e); });
    if (!end.complete) return;
    const EndLabel label = system_.end(state);
    end.facts = label.facts;
    end.worst = label.worst;
  }

  // The number of a visited state; a new one is kept in the chunk for the merge.
  std::uint32_t target_of(const typename S::State& state, Chunk& chunk) const {
    const std::size_t at = chunk.bytes.size();
    system_.encode(state, chunk.bytes);
    const auto encoded = std::span<const std::uint8_t>(chunk.bytes).subspan(at);
    const std::uint64_t hash = hash_of(encoded);
    const std::uint32_t known = visited_.find(encoded, hash);
    if (known == kNoState) {
      chunk.fresh.push_back({hash, static_cast<std::uint32_t>(encoded.size()), system_.facts(state)});
    } else {
      chunk.bytes.resize(at);
    }
    return known;
  }

  void merge(const Chunk& chunk) {
    const std::uint64_t more = growth(chunk);
    if (more != 0 && !has_room(more)) return void(graph_.stop = Stop::bytes);
    const Edge* edge = chunk.edges.data();
    const Chunk::Fresh* fresh = chunk.fresh.data();
    const std::uint8_t* encoded = chunk.bytes.data();
    for (std::uint32_t s = chunk.begin; s < chunk.end && may_go_on(); ++s) {
      const Chunk::Parent& parent = chunk.parents[s - chunk.begin];
      const std::uint32_t states = graph_.size();
      for (const Edge* last = edge + parent.edges; edge != last; ++edge) {
        graph_.edges.push_back(*edge);
        if (edge->target != kNoState) continue;
        graph_.edges.back().target = number_of({encoded, fresh->size}, *fresh, s, edge->facts);
        encoded += fresh->size;
        ++fresh;
      }
      finish_parent(s, parent.end, states);
    }
  }

  std::uint32_t number_of(std::span<const std::uint8_t> encoded, const Chunk::Fresh& fresh, std::uint32_t parent,
                          Facts edge_facts) {
    const std::uint32_t known = visited_.find(encoded, fresh.hash);
    if (known != kNoState) return known;
    graph_.arena.insert(graph_.arena.end(), encoded.begin(), encoded.end());
    const bool fatal = (edge_facts & limits_.fatal_facts) != 0;
    add_state(fresh.facts, graph_.level[parent] + 1, fatal, fresh.hash);
    return graph_.size() - 1;
  }

  void finish_parent(std::uint32_t number, const End& end, std::uint32_t states_before) {
    const Stop stop = exceeded();
    if (stop != Stop::finished) {
      graph_.stop = stop;
      take_back(number, states_before);
      return;
    }
    graph_.end[number] = end;
    graph_.first_edge.push_back(graph_.edges.size());
    if (!end.expanded && !end.fatal) graph_.stop = Stop::depth;
  }

  // Numbers are 32 bits wide; beyond them no budget helps.
  Stop exceeded() const {
    const std::uint64_t states = graph_.facts.size();
    const std::uint64_t most = limits_.max_states != 0 ? limits_.max_states : kNoState - 1ull;
    if (states > std::min<std::uint64_t>(most, kNoState - 1ull)) return Stop::states;
    return limits_.max_bytes != 0 && bytes() > limits_.max_bytes ? Stop::bytes : Stop::finished;
  }

  // The visited set keeps the numbers of the states taken back: the search is over.
  void take_back(std::uint32_t parent, std::uint32_t states) {
    graph_.edges.resize(graph_.first_edge[parent]);
    graph_.facts.resize(states);
    graph_.end.resize(states);
    graph_.level.resize(states);
    graph_.offset.resize(states + 1ull);
    graph_.arena.resize(graph_.offset.back());
  }

  const S& system_;
  Limits limits_;
  const Allowance& allowance_;
  Executor executor_;
  Graph graph_;
  Visited visited_;
  std::vector<Chunk> chunks_;
  bool at_depth_limit_ = false;
};

}  // namespace detail

/// Explores `system` from its initial state. `executor` runs jobs that call const functions of the
/// system from several threads; `workers` is how many run at a time. `progress` is called before
/// each level. Where the allowance ends, so does the search, with what has been merged.
/// A budget too small for the initial state and its events leaves the initial state alone.
template <Stateful S>
  requires std::copyable<typename S::State>
Graph explore(const S& system, const Limits& limits = {}, Executor executor = {}, int workers = 1,
              const std::function<void(const Progress&)>& progress = {}, const Allowance& allowance = {}) {
  return detail::Search<S>(system, limits, allowance, std::move(executor), workers).run(progress);
}

}  // namespace interleak::explore
