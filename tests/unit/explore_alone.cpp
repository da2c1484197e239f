// Compiled with nothing but sim/kernel and sim/explore: the drivers need no pool model. Every
// header is included and every driver is instantiated on a toy.
#include "sim/kernel/diagnostic.hpp"
#include "sim/kernel/schedule.hpp"
#include "sim/kernel/system.hpp"

#include "sim/explore/count.hpp"
#include "sim/explore/draw.hpp"
#include "sim/explore/exhaustive.hpp"
#include "sim/explore/generator.hpp"
#include "sim/explore/graph.hpp"
#include "sim/explore/meetings.hpp"
#include "sim/explore/order.hpp"
#include "sim/explore/pct.hpp"
#include "sim/explore/rate_walk.hpp"
#include "sim/explore/replay.hpp"
#include "sim/explore/run.hpp"
#include "sim/explore/shortest.hpp"
#include "sim/explore/stateless.hpp"
#include "sim/explore/visited.hpp"
#include "sim/explore/walk.hpp"
#include "sim/explore/whole.hpp"
#include "tests/unit/toys.hpp"

namespace interleak {

static_assert(Stateful<toys::Counters> && Stateful<toys::Philosophers> && Stateful<toys::Maze>);
static_assert(Replayable<Stepper<toys::Philosophers>> && Replayable<toys::Mule>);
static_assert(!Stateful<toys::Mule>);

/// What a Stateful driver can be asked, in one number.
std::size_t every_stateful_driver() {
  const toys::Philosophers table(3, true, true);
  const explore::Graph graph = explore::explore(table);
  const explore::Order order = explore::topological_order(graph);
  const Facts masks[] = {1};
  const auto counts = explore::count_schedules(graph, order, masks, [&](Event e) { return table.is_fault(e); });
  const auto witness = explore::shortest(table, graph, toys::Philosophers::kStuck);
  const auto whole = explore::shortest_whole(table, graph, {{toys::Philosophers::kAte}, 0});
  const auto met = explore::meetings(table, graph, order,
                                     [&](std::uint32_t, const auto& edge) { return table.process(edge.event); });
  explore::Generator generator(1);
  const Events drawn = explore::Draw(graph, order)(generator);
  return drawn.size() + order.states.size() + witness->size() + whole->size() + counts.by_facts.size() +
         (met.met ? 1 : 0);
}

template <Replayable R>
std::size_t every_replayable_driver(R& system) {
  const explore::Run walked = explore::walk(system, 1, 100);
  explore::Generator generator(1);
  std::set<std::uint32_t> actors;
  const auto rated = explore::rate_walk(system, generator, {1, 10}, {100, 0});
  const auto by_priority = explore::pct_walk(system, generator, 2, 10, {100, 0}, actors);
  const std::string text = explore::print_schedule(system, walked.events);
  const auto parsed = explore::parse_schedule(system, text);
  const auto played = explore::replay(system, std::get<Events>(parsed));
  const auto all = explore::every_schedule(system, {.max_schedules = 10}, [](const auto&) {});
  return std::get<explore::Run>(played).events.size() + all.schedules + rated.run.events.size() +
         by_priority.run.events.size();
}

template std::size_t every_replayable_driver(toys::Mule&);
template std::size_t every_replayable_driver(Stepper<toys::Counters>&);

}  // namespace interleak
