#include "sim/explain/nearest.hpp"
#include "sim/kernel/ensure.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace interleak::explain {
namespace {

using explore::Edge;

// Edits, length, faults and switches, 16 bits each, the most important above: compared as one number,
// added as one number. None of them comes near 65,536: a schedule that long has no table.
using Cost = std::uint64_t;
constexpr Cost kEdit = Cost{1} << 48, kEvent = Cost{1} << 32, kFault = Cost{1} << 16, kSwitch = 1;
constexpr Cost kNoWay = std::numeric_limits<Cost>::max();

/// Small numbers, from 1, for the processes that act somewhere in the graph; 0 is nobody.
class Processes {
 public:
  Processes(const world::World& world, const explore::Graph& graph)
      : number_(static_cast<std::size_t>(world.frames())) {
    for (const Edge& edge : graph.edges) {
      const int process = world.process(edge.event);
      if (process == kNoProcess) continue;
      std::size_t& number = number_[static_cast<std::size_t>(process)];
      if (number == 0) number = ++count_;
    }
  }
  std::size_t of(int process) const { return number_[static_cast<std::size_t>(process)]; }
  /// All of them, and nobody.
  std::size_t count() const { return count_ + 1; }

 private:
  std::vector<std::size_t> number_;
  std::size_t count_ = 0;
};

class Search {
 public:
  Search(const world::World& world, const explore::Graph& graph, const explore::Order& order, const Events& given,
         Facts never, const Allowance& allowance)
      : world_(world), graph_(graph), order_(order), given_(given), never_(never), allowance_(allowance),
        places_(given.size() + 1), numbers_(world, graph), processes_(numbers_.count()) {}

  std::optional<Nearest> run() {
    judge_rests();
    if (rest(0, 0, 0) == kNoWay) return std::nullopt;
    return read_off();
  }

 private:
  bool safe(std::uint32_t s) const { return (graph_.facts[s] & never_) == 0; }
  bool may_end(std::uint32_t s) const { return graph_.end[s].complete && (graph_.end[s].facts & never_) == 0; }

  // Who acted last: 0 = nobody yet, else the number of the process.
  std::size_t last_after(const Edge& edge, std::size_t last) const {
    const int process = world_.process(edge.event);
    return process == kNoProcess ? last : numbers_.of(process);
  }
  /// Of the event itself, whether or not it is in the given schedule.
  Cost event_cost(const Edge& edge, std::size_t last) const {
    const std::size_t next = last_after(edge, last);
    return kEvent + (world_.is_fault(edge.event) ? kFault : 0) + (last != 0 && next != last ? kSwitch : 0);
  }

  Cost& rest(std::uint32_t s, std::size_t place, std::size_t last) {
    return rest_[(s * places_ + place) * processes_ + last];
  }

  static void lower(Cost& best, Cost step, Cost rest) {
    if (rest != kNoWay) best = std::min(best, step + rest);
  }

  void judge_rests() {
    const std::size_t costs = std::size_t{graph_.size()} * places_ * processes_;
    allowance_.take(costs * sizeof(Cost));
    rest_.assign(costs, kNoWay);
    Pace pace(allowance_);
    for (std::size_t i = order_.states.size(); i-- > 0;) {
      pace.step();
      const std::uint32_t s = order_.states[i];
      if (!safe(s)) continue;
      for (std::size_t place = places_; place-- > 0;) {
        for (std::size_t last = 0; last < processes_; ++last) judge(s, place, last);
      }
    }
  }

  void judge(std::uint32_t s, std::size_t place, std::size_t last) {
    Cost best = kNoWay;
    if (may_end(s)) best = kEdit * (given_.size() - place);
    if (place + 1 < places_) lower(best, kEdit, rest(s, place + 1, last));  // left out
    for (const Edge& edge : graph_.edges_of(s)) {
      if ((edge.facts & never_) != 0) continue;
      const Cost cost = event_cost(edge, last);
      const std::size_t next = last_after(edge, last);
      lower(best, cost + kEdit, rest(edge.target, place, next));  // put in
      if (place < given_.size() && given_[place] == edge.event) {
        lower(best, cost, rest(edge.target, place + 1, next));
      }
    }
    rest(s, place, last) = best;
  }

  /// Forwards: in each state the least event that still reaches the least cost. Which events of the given
  /// schedule are kept may be open for a while, so the edits so far are kept for every place in it.
  Nearest read_off() {
    const Cost best = rest(0, 0, 0);
    std::vector<Cost> edits(places_);
    for (std::size_t place = 0; place < places_; ++place) edits[place] = kEdit * place;
    Nearest result;
    result.edits = static_cast<int>(best / kEdit);
    std::uint32_t s = 0;
    std::size_t last = 0;
    for (Cost spent = 0;;) {
      if (may_end(s) && spent + edits.back() == best) return result;
      const auto edges = graph_.edges_of(s);
      const Edge& edge = *std::find_if(edges.begin(), edges.end(), [&](const Edge& each) {
        return (each.facts & never_) == 0 && least_through(each, edits, spent, last) == best;
      });
      edits = edits_after(edits, edge.event);
      spent += event_cost(edge, last);
      last = last_after(edge, last);
      result.events.push_back(edge.event);
      s = edge.target;
    }
  }

  /// One row of the table of edit distances from the one before.
  std::vector<Cost> edits_after(const std::vector<Cost>& before, Event event) const {
    std::vector<Cost> after(places_);
    after[0] = before[0] + kEdit;
    for (std::size_t place = 1; place < places_; ++place) {
      after[place] = std::min(before[place], after[place - 1]) + kEdit;
      if (given_[place - 1] == event) after[place] = std::min(after[place], before[place - 1]);
    }
    return after;
  }

  Cost least_through(const Edge& edge, const std::vector<Cost>& edits, Cost spent, std::size_t last) {
    const std::vector<Cost> after = edits_after(edits, edge.event);
    const std::size_t next = last_after(edge, last);
    const Cost step = spent + event_cost(edge, last);
    Cost best = kNoWay;
    for (std::size_t place = 0; place < places_; ++place) {
      lower(best, step + after[place], rest(edge.target, place, next));
    }
    return best;
  }

  const world::World& world_;
  const explore::Graph& graph_;
  const explore::Order& order_;
  const Events& given_;
  const Facts never_;
  const Allowance& allowance_;
  const std::size_t places_;
  const Processes numbers_;
  const std::size_t processes_;
  std::vector<Cost> rest_;   // of each state, place and process that acted last
};

}  // namespace

std::uint64_t nearest_work(const world::World& world, const explore::Graph& graph, std::size_t length) {
  return std::uint64_t{graph.size()} * (length + 1) * Processes(world, graph).count();
}

std::optional<Nearest> nearest_safe(const world::World& world, const explore::Graph& graph, const explore::Order& order,
                                    const Events& events, Facts never, const Allowance& allowance) {
  ensure(graph.stop == explore::Stop::finished && !order.cycle, "the graph is not whole, or has a cycle");
  return Search(world, graph, order, events, never, allowance).run();
}

}  // namespace interleak::explain
