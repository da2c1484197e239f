// The drivers on toys: known numbers, and agreement of drivers that share nothing but the system.
#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>
#include <tuple>

#include "sim/explore/adversary.hpp"
#include "sim/explore/count.hpp"
#include "sim/explore/draw.hpp"
#include "sim/explore/exhaustive.hpp"
#include "sim/explore/futures.hpp"
#include "sim/explore/meetings.hpp"
#include "sim/explore/order.hpp"
#include "sim/explore/replay.hpp"
#include "sim/explore/shortest.hpp"
#include "sim/explore/stateless.hpp"
#include "sim/explore/uniform.hpp"
#include "sim/explore/walk.hpp"
#include "sim/explore/whole.hpp"
#include "tests/catch.hpp"
#include "tests/unit/toys.hpp"

namespace interleak::explore {
namespace {

using toys::Corridor;
using toys::Counters;
using toys::Maze;
using toys::Philosophers;

void on_three_threads(std::vector<std::function<void()>>& jobs) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      for (std::size_t job = next++; job < jobs.size(); job = next++) jobs[job]();
    });
  }
}

void backwards(std::vector<std::function<void()>>& jobs) {
  for (std::size_t i = jobs.size(); i-- > 0;) jobs[i]();
}

template <Stateful S>
ScheduleCounts counts_of(const S& system, std::span<const Facts> masks = {}) {
  const Graph graph = explore(system);
  return count_schedules(graph, topological_order(graph), masks, [&](Event e) { return system.is_fault(e); });
}

BigInt factorial(int n) { return n == 0 ? BigInt(1) : BigInt(n) * factorial(n - 1); }

template <Stateful S>
void check_graph(const S& system, const Graph& graph) {
  REQUIRE(graph.first_edge.size() == graph.size() + 1);
  REQUIRE(graph.offset.size() == graph.size() + 1);
  REQUIRE(graph.end.size() == graph.size());
  REQUIRE(graph.level.size() == graph.size());
  REQUIRE(std::ranges::is_sorted(graph.level));
  std::uint32_t next = 1;  // numbers are given in the order in which edges reach them
  for (std::uint32_t s = 0; s < graph.size(); ++s) {
    const auto bytes = graph.bytes_of(s);
    const auto state = system.decode(bytes.data(), bytes.size());
    REQUIRE(graph.facts[s] == system.facts(state));
    for (const Edge& edge : graph.edges_of(s)) {
      REQUIRE(edge.target <= next);
      if (edge.target == next) ++next;
      auto target = state;
      system.apply(target, edge.event);
      std::vector<std::uint8_t> encoded;
      system.encode(target, encoded);
      REQUIRE(std::ranges::equal(encoded, graph.bytes_of(edge.target)));
    }
  }
  REQUIRE(next == graph.size());
}

TEST_CASE("philosophers have the known numbers of states") {
  const std::map<int, std::uint32_t> known{{2, 6}, {3, 14}, {4, 34}, {5, 82}, {8, 1154}};
  for (const auto& [seats, states] : known) {
    const Philosophers table(seats, false, false);
    const Graph graph = explore(table);
    CHECK(graph.size() == states);
    CHECK(graph.stop == Stop::finished);
    check_graph(table, graph);
    CHECK(std::ranges::count(graph.end, true, &End::complete) == 1);  // all hold their left fork
  }
}

TEST_CASE("counters have the known numbers of states and schedules") {
  CHECK(explore(Counters(2, 3)).size() == 16);
  CHECK(explore(Counters(3, 7)).size() == 512);
  CHECK(explore(Counters(3, 7)).edges.size() == 3u * 7 * 64);
  CHECK(counts_of(Counters(2, 3)).total == 20);
  CHECK(counts_of(Counters(2, 4)).total == 70);
  CHECK(counts_of(Counters(2, 4)).without_faults[0] == 70);
  CHECK(counts_of(Counters(3, 2)).total == 90);
  CHECK(counts_of(Counters(1, 0)).total == 1);
}

TEST_CASE("counts beyond 64 and beyond 128 bits are exact") {
  CHECK(counts_of(Counters(2, 33)).total == factorial(66) / (factorial(33) * factorial(33)));
  const BigInt wide = counts_of(Counters(2, 64)).total;  // C(128, 64): 125 bits
  CHECK(wide == factorial(128) / (factorial(64) * factorial(64)));
  CHECK(wide < BigInt(1) << 128);
  const Facts masks[] = {1, 2};
  const ScheduleCounts big = counts_of(Counters(2, 70), masks);
  CHECK(big.total > boost::multiprecision::pow(BigInt(10), 40));
  CHECK(big.total == factorial(140) / (factorial(70) * factorial(70)));
  CHECK(big.by_worst[0] == big.total);
  CHECK(big.by_facts == std::vector<BigInt>{big.total, 0});
  CHECK(counts_of(Counters(4, 12)).total == factorial(48) / boost::multiprecision::pow(factorial(12), 4));
}

template <Stateful S>
void check_counts(const S& system) {
  const Facts masks[] = {1, 2, 4, 8, 16, 9};
  ScheduleCounts brute;
  brute.by_facts.resize(std::size(masks));
  Stepper<S> stepper(system);
  const auto all = every_schedule(stepper, {}, [&](const Run& run) {
    REQUIRE(run.complete);
    ++brute.total;
    ++brute.by_worst[run.worst];
    if (run.faults == 0) ++brute.without_faults[run.worst];
    for (std::size_t i = 0; i < std::size(masks); ++i) {
      if ((run.facts & masks[i]) != 0) ++brute.by_facts[i];
    }
  });
  REQUIRE(all.finished);
  const ScheduleCounts counts = counts_of(system, masks);
  CHECK(counts.total == brute.total);
  CHECK(counts.total == all.schedules);
  CHECK(counts.by_worst == brute.by_worst);
  CHECK(counts.by_facts == brute.by_facts);
  CHECK(counts.without_faults == brute.without_faults);
  const auto none = [](Event) { return false; };  // the same in big numbers
  const Graph graph = explore(system);
  const Order order = topological_order(graph);
  const auto big = count_schedules(graph, Tally(graph, order, true), masks, none);
  CHECK(big.by_worst == brute.by_worst);
  CHECK(big.by_facts == brute.by_facts);
}

TEST_CASE("counts agree with the enumeration of all schedules") {
  for (const int seats : {2, 3}) {
    check_counts(Philosophers(seats, true, false));
    check_counts(Philosophers(seats, true, true));
  }
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    check_counts(Maze(seed, 20));
  }
}

template <Stateful S>
void check_threads(const S& system, const Limits& limits) {
  const Graph plain = explore(system, limits);
  check_graph(system, plain);
  CHECK(explore(system, limits, {}, 7) == plain);
  CHECK(explore(system, limits, on_three_threads, 3) == plain);
  CHECK(explore(system, limits, on_three_threads, 16) == plain);
  CHECK(explore(system, limits, backwards, 2) == plain);
}

TEST_CASE("threads change nothing, wherever a budget stops") {
  const Counters wide(5, 5);
  check_threads(wide, {});
  check_threads(Philosophers(8, false, true), {});
  check_threads(wide, {.max_states = 1});
  check_threads(wide, {.max_states = 1234});
  check_threads(wide, {.max_depth = 9});
  check_threads(wide, {.max_bytes = 100'000});
  check_threads(wide, {.max_bytes = 1});
  check_threads(Maze(3, 2000), {.max_states = 777, .fatal_facts = 1});
}

TEST_CASE("a budget of states is kept, and what is stored is reachable") {
  const Counters wide(5, 5);
  for (const std::uint64_t budget : {1, 2, 5, 6, 7, 100, 1234, 7775}) {
    const Graph graph = explore(wide, {.max_states = budget});
    CHECK(graph.stop == Stop::states);
    CHECK(graph.size() <= budget);
    CHECK(graph.size() + 5 > budget);
    CHECK_FALSE(graph.end.back().expanded);
    CHECK(graph.edges_of(graph.size() - 1).empty());
    check_graph(wide, graph);
  }
  CHECK(explore(wide, {.max_states = 7776}).stop == Stop::finished);
}

/// What a graph takes by the definition of the budget: states, edges and visited set, without spare capacity.
std::uint64_t bytes_of(const Graph& graph) {
  Visited visited(graph);
  for (std::uint32_t s = 0; s < graph.size(); ++s) visited.insert(s, hash_of(graph.bytes_of(s)));
  const std::uint64_t of_a_state = sizeof(graph.facts[0]) + sizeof(graph.end[0]) + sizeof(graph.level[0]) +
                                   sizeof(graph.offset[0]) + sizeof(graph.first_edge[0]);
  return graph.arena.size() + graph.size() * of_a_state + graph.edges.size() * sizeof(Edge) + visited.bytes();
}

TEST_CASE("a budget of bytes is enough if it is what the graph takes, and one byte less is not") {
  for (const int top : {2, 4, 5}) {
    const Counters counters(4, top);
    const Graph whole = explore(counters);
    const std::uint64_t bytes = bytes_of(whole);
    CHECK(explore(counters, {.max_bytes = bytes}) == whole);
    const Graph cut = explore(counters, {.max_bytes = bytes - 1});
    CHECK(cut.stop == Stop::bytes);
    CHECK(bytes_of(cut) <= bytes - 1);
  }
}

TEST_CASE("the visited set says what it grows by before it grows") {
  const Graph graph = explore(Counters(3, 14));   // 3375 states: it grows several times
  Visited visited(graph);
  std::uint32_t inside = 0;
  int grown = 0;
  for (const std::uint32_t more : {1u, 2u, 500u, 264u, 1u, 700u, 67u, 1u, 1u, 1'000u, 838u}) {
    REQUIRE(inside + more <= graph.size());
    const std::uint64_t before = visited.bytes(), said = visited.growth(more);
    for (std::uint32_t i = 0; i < more; ++i, ++inside) visited.insert(inside, hash_of(graph.bytes_of(inside)));
    CHECK(visited.bytes() == (said == 0 ? before : said));
    grown += said == 0 ? 0 : 1;
  }
  CHECK(grown >= 2);
  for (std::uint32_t s = 0; s < graph.size(); ++s) {
    REQUIRE(visited.find(graph.bytes_of(s), hash_of(graph.bytes_of(s))) == (s < inside ? s : kNoState));
  }
}

TEST_CASE("the path to a state leads there, and none is shorter") {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const Maze maze(seed, 60);
    const Graph graph = explore(maze);
    for (std::uint32_t s = 0; s < graph.size(); ++s) {
      const Events path = path_to(graph, s);
      REQUIRE(path.size() == graph.level[s]);
      Maze::State state = maze.initial();
      for (const Event event : path) {
        Events enabled;
        maze.enabled(state, enabled);
        REQUIRE(std::ranges::count(enabled, event) == 1);
        maze.apply(state, event);
      }
      std::vector<std::uint8_t> bytes;
      maze.encode(state, bytes);
      REQUIRE(std::ranges::equal(bytes, graph.bytes_of(s)));
    }
  }
}

TEST_CASE("a budget of depth leaves the last level unexpanded") {
  const Counters wide(3, 4);
  const Graph graph = explore(wide, {.max_depth = 3});
  CHECK(graph.stop == Stop::depth);
  CHECK(graph.level.back() == 3);
  CHECK(graph.size() == 1 + 3 + 6 + 10);
  for (std::uint32_t s = 0; s < graph.size(); ++s) {
    CHECK(graph.end[s].expanded == (graph.level[s] < 3));
  }
  CHECK(explore(wide, {.max_depth = 11}).stop == Stop::depth);
  CHECK(explore(wide, {.max_depth = 12}).stop == Stop::finished);  // nothing is enabled there
  CHECK(explore(wide, {.max_depth = 12}) == explore(wide));
}

TEST_CASE("an exploration can be interrupted and watched") {
  const Interrupt interrupt = Interrupt::armed();
  std::vector<std::uint64_t> frontiers;
  const auto watch = [&](const Progress& progress) {
    frontiers.push_back(progress.frontier);
    if (progress.depth == 3) interrupt.raise();
  };
  const Graph graph = explore(Counters(3, 4), {}, {}, 1, watch, interrupt);
  CHECK(graph.stop == Stop::interrupted);
  CHECK(frontiers == std::vector<std::uint64_t>{1, 3, 6, 10});
  CHECK(graph.size() == 20);
}

TEST_CASE("nothing follows a fatal event") {
  const Philosophers table(3, true, false);
  const Graph graph = explore(table, {.fatal_facts = Philosophers::kAte});
  CHECK(graph.stop == Stop::finished);
  CHECK(std::ranges::count(graph.end, true, &End::fatal) > 0);
  for (std::uint32_t s = 0; s < graph.size(); ++s) {
    CHECK(graph.end[s].fatal == !graph.end[s].expanded);
    if (graph.end[s].fatal) CHECK(graph.edges_of(s).empty());
  }
  CHECK(shortest(table, graph, Philosophers::kAte).has_value());
}

TEST_CASE("an order puts sources before targets") {
  const Graph graph = explore(Maze(5, 300));
  const Order order = topological_order(graph);
  REQUIRE_FALSE(order.cycle);
  REQUIRE(order.states.size() == graph.size());
  std::vector<std::size_t> place(graph.size());
  for (std::size_t i = 0; i < order.states.size(); ++i) place[order.states[i]] = i;
  for (std::uint32_t s = 0; s < graph.size(); ++s) {
    for (const Edge& edge : graph.edges_of(s)) REQUIRE(place[s] < place[edge.target]);
  }
}

/// A path to a ring, with a tail behind it: neither is part of the cycle.
struct Ring {
  using State = std::uint8_t;
  State initial() const { return 0; }
  void enabled(State s, Events& out) const {
    if (s < 9) out.push_back({0});
    if (s == 5) out.push_back({1});
  }
  StepLabel apply(State& s, Event event) const {
    s = event.code == 1 ? 2 : static_cast<State>(s + 1);
    return {};
  }
  Facts facts(State) const { return 0; }
  EndLabel end(State) const { return {}; }
  void encode(State s, std::vector<std::uint8_t>& out) const { out.push_back(s); }
  State decode(const std::uint8_t* bytes, std::size_t) const { return *bytes; }
  bool is_fault(Event) const { return false; }
  bool is_optional(Event event) const { return is_fault(event); }
  int process(Event) const { return kNoProcess; }
  std::string text(Event event) const { return event.code == 1 ? "back" : "on"; }
};

template <Stateful S>
void check_cycle(const S& system) {
  const Order order = topological_order(explore(system));
  REQUIRE(order.cycle);
  REQUIRE(order.cycle->begins < order.cycle->events.size());
  Stepper<S> stepper(system);
  const auto& events = order.cycle->events;
  const std::span<const Event> to_cycle(events.data(), order.cycle->begins);
  REQUIRE(std::holds_alternative<Run>(replay(stepper, to_cycle)));
  const auto state = stepper.state();
  REQUIRE(std::holds_alternative<Run>(replay(stepper, events)));
  CHECK(stepper.state() == state);
}

TEST_CASE("nothing is counted or weighed on a graph that is not whole, or that has a cycle") {
  const Graph cut = explore(Counters(3, 4), {.max_states = 50}), ring = explore(Ring{});
  const Order cut_order = topological_order(cut), ring_order = topological_order(ring);
  REQUIRE(cut.stop == Stop::states);
  REQUIRE_FALSE(cut_order.cycle);
  REQUIRE(ring.stop == Stop::finished);
  REQUIRE(ring_order.cycle);
  const auto none = [](Event) { return false; };
  for (const auto& [graph, order] : {std::pair(&cut, &cut_order), std::pair(&ring, &ring_order)}) {
    CHECK_THROWS_AS(Tally(*graph, *order), Defect);
    CHECK_THROWS_AS(Draw(*graph, *order), Defect);
    CHECK_THROWS_AS(Uniform(*graph, *order), Defect);
    CHECK_THROWS_AS(Adversary(*graph, *order, 1, none), Defect);
  }
}

TEST_CASE("cycles are found, with a schedule into them and around") {
  const Ring ring;
  check_cycle(ring);
  const Order order = topological_order(explore(ring));
  CHECK(print_schedule(Stepper<Ring>(ring), order.cycle->events) == "on*5 back");
  CHECK(order.cycle->begins == 2);
  for (const int seats : {2, 3, 5}) check_cycle(Philosophers(seats, false, true));
}

/// The least witness by trying everything, in the words of the definition.
template <Stateful S>
class BruteForce {
 public:
  BruteForce(const S& system, Facts mask, bool without_faults)
      : system_(system), mask_(mask), without_faults_(without_faults) {
    search(system.initial());
  }
  std::optional<Events> best() const { return best_; }

 private:
  using Rank = std::tuple<std::size_t, int, int, Events>;

  Rank rank(const Events& events) const {
    int faults = 0, switches = 0, last = kNoProcess;
    for (const Event event : events) {
      const int process = system_.process(event);
      faults += system_.is_fault(event) ? 1 : 0;
      switches += process != kNoProcess && last != kNoProcess && process != last ? 1 : 0;
      if (process != kNoProcess) last = process;
    }
    return {events.size(), faults, switches, events};
  }
  void consider() {
    if (!best_ || rank(path_) < rank(*best_)) best_ = path_;
  }
  void search(const typename S::State& state) {
    Events enabled;
    system_.enabled(state, enabled);
    if ((system_.facts(state) & mask_) != 0) consider();
    const bool complete = std::ranges::all_of(enabled, [&](Event e) { return system_.is_fault(e); });
    if (complete && (system_.end(state).facts & mask_) != 0) consider();
    for (const Event event : enabled) {
      if (without_faults_ && system_.is_fault(event)) continue;
      auto next = state;
      const StepLabel label = system_.apply(next, event);
      path_.push_back(event);
      if ((label.facts & mask_) != 0) consider();
      search(next);
      path_.pop_back();
    }
  }

  const S& system_;
  Facts mask_;
  bool without_faults_;
  Events path_;
  std::optional<Events> best_;
};

template <Stateful S>
int check_witnesses(const S& system) {
  int found = 0;
  const Graph graph = explore(system);
  for (const Facts mask : {1u, 2u, 4u, 8u, 16u, 5u, 1u << 30}) {
    for (const bool without_faults : {false, true}) {
      const auto witness = shortest(system, graph, mask, without_faults);
      CHECK(witness == BruteForce<S>(system, mask, without_faults).best());
      found += witness ? 1 : 0;
    }
  }
  return found;
}

TEST_CASE("the witness is the least one, by trying everything") {
  int found = 0;
  for (std::uint32_t seed = 0; seed < 150; ++seed) {
    CAPTURE(seed);
    found += check_witnesses(Maze(seed, 19));
  }
  CHECK(found > 500);
  check_witnesses(Philosophers(2, true, true));
  check_witnesses(Philosophers(3, true, true));
}

TEST_CASE("the least whole schedule of a kind, by trying everything") {
  int found = 0;
  const std::vector<Wanted> kinds = {{{}, 0}, {{1}, 0}, {{1, 2}, 0}, {{1, 6, 8}, 0}, {{2}, 9}, {{}, 7}, {{4, 8}, 1}};
  for (std::uint32_t seed = 0; seed < 80; ++seed) {
    CAPTURE(seed);
    const Maze maze(seed, 19);
    const Graph graph = explore(maze);
    for (const Wanted& wanted : kinds) {
      using Rank = std::tuple<std::size_t, std::uint32_t, std::size_t, Events>;
      std::optional<Rank> best;
      Stepper<Maze> stepper(maze);
      every_schedule(stepper, {}, [&](const Run& run) {
        if ((run.facts & wanted.never) != 0) return;
        for (const Facts each : wanted.met) {
          if ((run.facts & each) == 0) return;
        }
        std::size_t switches = 0;
        int last = kNoProcess;
        for (const Event event : run.events) {
          const int process = maze.process(event);
          if (process == kNoProcess) continue;
          if (last != kNoProcess && last != process) ++switches;
          last = process;
        }
        const Rank rank{run.events.size(), run.faults, switches, run.events};
        if (!best || rank < *best) best = rank;
      });
      const auto least = shortest_whole(maze, graph, wanted);
      CHECK(least == (best ? std::optional(std::get<Events>(*best)) : std::nullopt));
      found += least ? 1 : 0;
    }
  }
  CHECK(found > 200);
}

TEST_CASE("witnesses of the known kinds") {
  const Philosophers table(3, true, true);
  const Graph graph = explore(table);
  Stepper<Philosophers> stepper(table);
  const auto text = [&](Facts mask) { return print_schedule(stepper, *shortest(table, graph, mask)); };
  CHECK(text(Philosophers::kAte) == "p0*2");
  CHECK(text(Philosophers::kLeft) == "p0 !p0");
  CHECK(text(Philosophers::kAllHold) == "p0 p1 p2");
  CHECK(text(Philosophers::kStuck) == "p0 p1 p2");
  CHECK_FALSE(shortest(table, graph, Philosophers::kLeft, true));
  const Counters counters(2, 2);
  CHECK(shortest(counters, explore(counters), 1) == Events{});
  CHECK_FALSE(shortest(counters, explore(counters), 2));
}

template <Stateful S>
bool meet_by_enumeration(const S& system) {
  bool met = false;
  Stepper<S> stepper(system);
  every_schedule(stepper, {}, [&](const Run& run) {
    std::array<std::set<int>, 8> users;
    auto state = system.initial();
    for (const Event event : run.events) {
      const StepLabel label = system.apply(state, event);
      for (std::size_t r = 0; r < 8; ++r) {
        const bool uses = ((label.resources >> r) & 1) != 0 && system.process(event) != kNoProcess;
        if (uses) users[r].insert(system.process(event));
        met = met || users[r].size() > 1;
      }
    }
  });
  return met;
}

template <Stateful S>
Meetings meetings_of(const S& system) {
  const Graph graph = explore(system);
  return meetings(system, graph, topological_order(graph),
                  [&](std::uint32_t, const auto& edge) { return system.process(edge.event); });
}

TEST_CASE("meetings are those of single schedules") {
  int met = 0;
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    const Maze maze(seed, 20);
    CHECK(meetings_of(maze).met == meet_by_enumeration(maze));
    met += meetings_of(maze).met ? 1 : 0;
  }
  CHECK(met > 5);
  CHECK(met < 55);
  CHECK(meetings_of(Philosophers(3, true, false)).met);
  CHECK_FALSE(meetings_of(Philosophers(3, true, false)).fault_landed);
  CHECK(meetings_of(Philosophers(3, true, true)).fault_landed);
  CHECK_FALSE(meetings_of(Counters(2, 2)).met);
}

/// The facts of each maximal schedule from a state on.
void schedules_from(const Graph& graph, std::uint32_t s, Facts met, std::vector<Facts>& out) {
  met |= graph.facts[s];
  if (graph.end[s].complete) out.push_back(met | graph.end[s].facts);
  for (const Edge& edge : graph.edges_of(s)) schedules_from(graph, edge.target, met | edge.facts, out);
}

TEST_CASE("what may and what must still happen is what happens in some and in every schedule") {
  for (std::uint32_t seed = 0; seed < 30; ++seed) {
    CAPTURE(seed);
    const Graph graph = explore(Maze(seed, 18));
    const Order order = topological_order(graph);
    const Futures ahead = futures(graph, order);
    const Facts mask = 5;
    const Onward numbers = onward(graph, order, mask);
    REQUIRE(numbers.all.size() == graph.size());
    for (std::uint32_t s = 0; s < graph.size(); ++s) {
      std::vector<Facts> schedules;
      schedules_from(graph, s, 0, schedules);
      REQUIRE_FALSE(schedules.empty());
      Facts may = 0, must = ~Facts{0};
      std::size_t without = 0;
      for (const Facts each : schedules) {
        may |= each;
        must &= each;
        without += (each & mask) == 0 ? 1u : 0u;
      }
      CHECK(ahead.may[s] == may);
      CHECK(ahead.must[s] == must);
      CHECK(numbers.all[s] == schedules.size());
      CHECK(numbers.without[s] == without);
    }
  }
}

// --- probabilities ---------------------------------------------------------------------------------

/// The definition: who sees the state chooses a fault, or lets chance decide; least or greatest chance of a fact.
class ByDefinition {
 public:
  ByDefinition(const Philosophers& table, Facts facts, std::uint32_t most, bool greatest)
      : table_(table), facts_(facts), most_(most), greatest_(greatest) {}

  Rational value() { return from(table_.initial(), 0); }

 private:
  Rational from(const Philosophers::State& state, std::uint32_t faults) {
    if ((table_.facts(state) & facts_) != 0) return 1;
    const auto known = known_.find({state, faults});
    if (known != known_.end()) return known->second;
    Events events;
    table_.enabled(state, events);
    Rational sum = 0;
    std::vector<Rational> by_fault;
    int others = 0;
    for (const Event event : events) {
      auto next = state;
      const bool fault = table_.is_fault(event);
      if (fault && faults == most_) continue;
      const bool met = (table_.apply(next, event).facts & facts_) != 0;
      const Rational there = met ? Rational(1) : from(next, faults + (fault ? 1u : 0u));
      if (fault) by_fault.push_back(there);
      else sum += there, ++others;
    }
    if (others == 0) sum = (table_.end(state).facts & facts_) != 0 ? 1 : 0, others = 1;   // it ends there
    Rational best = sum / others;
    for (const Rational& each : by_fault) best = greatest_ ? std::max(best, each) : std::min(best, each);
    return known_[{state, faults}] = best;
  }

  const Philosophers& table_;
  Facts facts_;
  std::uint32_t most_;
  bool greatest_;
  std::map<std::pair<Philosophers::State, std::uint32_t>, Rational> known_;
};

TEST_CASE("an adversary's values are those of the definition, for facts of events, of states and of ends") {
  for (const int seats : {2, 3, 4}) {
    const Philosophers table(seats, true, true);
    const Graph graph = explore(table);
    const Order order = topological_order(graph);
    for (const Facts facts : {Philosophers::kAte, Philosophers::kLeft, Philosophers::kAllHold, Philosophers::kStuck,
                              Philosophers::kLeft | Philosophers::kStuck}) {
      const Adversary game(graph, order, facts, [&](Event event) { return table.is_fault(event); });
      REQUIRE(game.possible());
      for (const std::uint32_t most : {0u, 1u}) {
        INFO(seats << " seats, facts " << facts << ", at most " << most);
        const AdversaryValue value = game.value(most);
        CHECK(value.least == ByDefinition(table, facts, most, false).value());
        CHECK(value.greatest == ByDefinition(table, facts, most, true).value());
      }
    }
  }
}

/// From the start `a` and `b` meet the fact; the fault `f` leads to where only `c` is left, which meets it as well.
class Detour {
 public:
  using State = std::uint8_t;   // 0: the start, 1: behind the fault, 2 and 3: ends without and with one
  State initial() const { return 0; }
  void enabled(State state, Events& out) const {
    for (std::uint16_t code = 0; state == 0 && code < 3; ++code) out.push_back({code});
    if (state == 1) out.push_back({3});
  }
  StepLabel apply(State& state, Event event) const {
    state = event.code == 2 ? 1 : event.code == 3 ? 3 : 2;
    return {.facts = event.code == 2 ? Facts{0} : Facts{1}};
  }
  Facts facts(State) const { return 0; }
  EndLabel end(State) const { return {}; }
  void encode(State state, std::vector<std::uint8_t>& out) const { out.push_back(state); }
  State decode(const std::uint8_t* bytes, std::size_t) const { return *bytes; }
  bool is_fault(Event event) const { return event.code == 2; }
  bool is_optional(Event event) const { return is_fault(event); }
  int process(Event event) const { return event.code; }
  std::string text(Event event) const { return std::string(1, "abfc"[event.code]); }
};

TEST_CASE("a fault that is as good as chance may be on the most likely schedule, too") {
  const Detour detour;
  const Graph graph = explore(detour);
  const Order order = topological_order(graph);
  const Adversary game(graph, order, 1, [&](Event event) { return detour.is_fault(event); });
  REQUIRE(game.possible());
  const AdversaryValue value = game.value(1);
  CHECK(value.least == 1);
  CHECK(value.greatest == 1);
  std::string likely;
  for (std::size_t i = 0; i < graph.edges.size(); ++i) {
    if (value.likely[i]) likely += detour.text(graph.edges[i].event);
  }
  CHECK(likely == "fc");   // of probability 1, while `a` has a half
  const AdversaryValue none = game.value(0);
  likely.clear();
  for (std::size_t i = 0; i < graph.edges.size(); ++i) {
    if (none.likely[i]) likely += detour.text(graph.edges[i].event);
  }
  CHECK(likely.find('f') == std::string::npos);
}

/// Every state may be the end, and every end meets the fact; faults lead on.
class Ends {
 public:
  using State = std::uint8_t;
  State initial() const { return 0; }
  void enabled(State state, Events& out) const {
    if (state < 2) out.push_back({state});
  }
  StepLabel apply(State& state, Event) const {
    ++state;
    return {};
  }
  Facts facts(State) const { return 0; }
  EndLabel end(State) const { return {.facts = 1}; }
  void encode(State state, std::vector<std::uint8_t>& out) const { out.push_back(state); }
  State decode(const std::uint8_t* bytes, std::size_t) const { return *bytes; }
  bool is_fault(Event) const { return true; }
  bool is_optional(Event event) const { return is_fault(event); }
  int process(Event) const { return 0; }
  std::string text(Event event) const { return std::to_string(event.code); }
};

TEST_CASE("where the end meets the fact for certain, the most likely schedule ends") {
  const Ends ends;
  const Graph graph = explore(ends);
  const Order order = topological_order(graph);
  const Adversary game(graph, order, 1, [](Event) { return true; });
  REQUIRE(game.possible());
  const AdversaryValue value = game.value(2);
  CHECK(value.greatest == 1);
  CHECK(std::ranges::count(value.likely, true) == 0);
}

TEST_CASE("where the number of faults is no property of a state, an adversary has no answer") {
  const auto possible = [](const Corridor& corridor) {
    const Graph graph = explore(corridor);
    const Order order = topological_order(graph);
    return Adversary(graph, order, 1, [&](Event event) { return corridor.is_fault(event); }).possible();
  };
  CHECK(possible(Corridor(3, 3)));
  CHECK_FALSE(possible(Corridor(3, 3, true)));
}

TEST_CASE("probabilities are exact, however many bits they take") {
  for (const std::uint32_t length : {1u, 20u, 45u, 60u, 75u, 90u, 120u, 180u, 250u, 300u, 400u}) {
    INFO("a corridor of " << length);
    const std::uint16_t doors = 15;
    const Corridor corridor(length, doors);
    const Graph graph = explore(corridor);
    const Order order = topological_order(graph);
    const Rational never(pow(BigInt(doors - 1), length), pow(BigInt(doors), length));
    CHECK(Uniform(graph, order).probability({.never = Corridor::kFirstDoor}) == never);
    CHECK(Uniform(graph, order).probability({}) == 1);
    const Adversary game(graph, order, Corridor::kFirstDoor, [](Event) { return false; });
    CHECK(game.value(0).least == 1 - never);
    CHECK(game.value(0).greatest == 1 - never);
  }
}

TEST_CASE("what cannot be copied can be enumerated") {
  toys::Mule mule(1);
  std::vector<std::string> schedules;
  const auto keep = [&](const Run& run) { schedules.push_back(print_schedule(mule, run.events)); };
  const StatelessResult all = every_schedule(mule, {}, keep);
  CHECK(all.finished);
  CHECK(schedules == std::vector<std::string>{"left right", "left right !boom", "left !boom", "right left",
                                              "right left !boom", "right !boom"});
  schedules.clear();
  CHECK(every_schedule(mule, {.max_schedules = 6}, keep).finished);
  const StatelessResult some = every_schedule(mule, {.max_schedules = 2}, keep);
  CHECK(some.schedules == 2);
  CHECK_FALSE(some.finished);
  CHECK_FALSE(every_schedule(mule, {.max_length = 1}, keep).finished);
  CHECK(every_schedule(mule, {.max_length = 1}, [](const Run&) {}).schedules == 2);
}

TEST_CASE("walks repeat by seed and reach every schedule") {
  toys::Mule mule(1);
  std::map<std::string, int> seen;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    const Run run = walk(mule, seed, 100);
    CHECK(run.complete);
    CHECK(walk(mule, seed, 100).events == run.events);
    ++seen[print_schedule(mule, run.events)];
  }
  REQUIRE(seen.size() == 6);
  CHECK(seen["left !boom"] > 600);    // 1/2 * 1/2
  CHECK(seen["left right"] > 280);    // 1/2 * 1/2 * 1/2: ending is one of two choices
  CHECK(seen["left right"] < 470);
  const Philosophers table(2, false, false);
  Stepper<Philosophers> endless(table);
  CHECK(walk(endless, 1, 1).events.size() == 1);
}

TEST_CASE("the generator is SplitMix64") {
  Generator generator(0);
  CHECK(generator.next() == 0xe220a8397b1dcdafu);
  CHECK(generator.next() == 0x6e789e6aa1b965f4u);
  for (int i = 0; i < 100; ++i) CHECK(generator.below(3) < 3);
}

}  // namespace
}  // namespace interleak::explore
