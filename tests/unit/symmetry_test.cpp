// docs/semantics.md, Tasks that are alike: which are, and that one state is kept for all that differ only in which of
// them is which, and for no other: on all states of small worlds.
#include "sim/world/symmetry.hpp"

#include <algorithm>
#include <set>

#include "sim/check/exploration.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

using Classes = std::vector<std::vector<std::uint8_t>>;

// --- which tasks are alike -------------------------------------------------------------------------

/// Of three users who do the same, but for a change.
template <class Change>
Classes classes_with(const Change& change, const design::Design& design = shipped("redis-py-4.5.1/cluster")) {
  auto scenario = users(3, 1, 1);
  scenario.nodes = 2;
  for (auto& task : scenario.tasks) task.operations[0].node = 1;
  change(scenario);
  const auto world = world_of(scenario, design);
  return world::Symmetry(world).classes();
}

TEST_CASE("tasks are alike if the engine does the same for them") {
  const Classes all = {{0, 1, 2}}, none = {}, but_the_last = {{0, 1}};
  CHECK(classes_with([](auto&) {}) == all);
  CHECK(classes_with([](auto& s) { s.ready = scenario::Ready::fifo; }) == none);
  CHECK(classes_with([](auto& s) { s.cancel.who = {"carol"}; }) == but_the_last);
  CHECK(classes_with([](auto& s) { s.cancel.who = {"alice", "bob"}; }) == but_the_last);
  CHECK(classes_with([](auto& s) { s.tasks[2].operations[0].node = 2; }) == but_the_last);
  CHECK(classes_with([](auto& s) { s.tasks[2].operations[0].type = "text"; }) == but_the_last);
  CHECK(classes_with([](auto& s) { s.tasks[2].operations[0].accepts = {"list", "text"}; }) == but_the_last);
  CHECK(classes_with([](auto& s) { s.tasks[2].goes_on = true; }) == but_the_last);
  CHECK(classes_with([](auto& s) { s.tasks[2].operations[0].mangles = {"list"}; }) == but_the_last);
  CHECK(classes_with([](auto& s) { s.tasks[2].operations[0].strict = true; }) == but_the_last);
  CHECK(classes_with([](auto& s) { s.tasks[2].operations[0].large = true; }) == but_the_last);
  CHECK(classes_with([](auto& s) { s.tasks[2].operations.push_back(s.tasks[2].operations[0]); }) == but_the_last);
  CHECK(classes_with([](auto& s) { s.tasks[2].operations[0].does = "set"; }) == but_the_last);
  CHECK(classes_with([](auto& s) { s.tasks[2].operations[0].keys = {"another"}; }) == all);   // a name, no more
}

TEST_CASE("tasks of one owner are alike to nobody, wherever they stand") {
  const Classes none;
  CHECK(classes_with([](auto& s) { s.tasks[1].owner = "alice"; }) == none);
  CHECK(classes_with([](auto& s) { s.tasks[2].owner = "bob"; }) == none);
  CHECK(classes_with([](auto& s) { s.tasks[2].owner = "alice"; }) == none);
}

TEST_CASE("tasks whose key has moved are alike to nobody") {
  CHECK(classes_with([](auto& s) { s.tasks[2].operations[0].moved_to = 2; }) == Classes{{0, 1}});
  CHECK(classes_with([](auto& s) {
          for (auto& task : s.tasks) task.operations[0].moved_to = 2;
        }) == Classes{});
}

// --- one form for each orbit ------------------------------------------------------------------------

/// All that tasks that are alike can be renamed to.
std::vector<world::Renaming> renamings(const world::Symmetry& symmetry) {
  std::vector<world::Renaming> all = {symmetry.exchange(0, 0)};
  for (const auto& alike : symmetry.classes()) {
    std::vector<world::Renaming> more;
    auto order = alike;
    do {
      for (world::Renaming each : all) {
        for (std::size_t i = 0; i < alike.size(); ++i) each.to[alike[i]] = order[i];
        more.push_back(each);
      }
    } while (std::next_permutation(order.begin(), order.end()));
    all = std::move(more);
  }
  return all;
}

/// All states of a world by name: those that one comes to by renaming have one form, which is one of them, and are as
/// many as the symmetry says. So no two that are kept for different states are the same either.
void check_forms(const world::World& world) {
  const world::Symmetry symmetry(world);
  REQUIRE(symmetry.any());
  const auto all = renamings(symmetry);
  const auto graph = explore::explore(world, {.max_states = 20'000});
  REQUIRE(graph.stop == explore::Stop::finished);
  std::set<std::vector<std::uint8_t>> forms;
  for (std::uint32_t s = 0; s < graph.size(); ++s) {
    const auto bytes = graph.bytes_of(s);
    const auto state = world.decode(bytes.data(), bytes.size());
    const auto form = bytes_of(world, symmetry.folded(state));
    std::set<std::vector<std::uint8_t>> orbit;
    for (const auto& renaming : all) {
      const auto image = symmetry.renamed(state, renaming);
      orbit.insert(bytes_of(world, image));
      REQUIRE(bytes_of(world, symmetry.folded(image)) == form);
    }
    REQUIRE(orbit.count(form) == 1);
    REQUIRE(orbit.size() == symmetry.orbit(state));
    forms.insert(form);
  }
  CHECK(forms.size() < graph.size());
}

TEST_CASE("each orbit has one form, and each form one orbit: shipped designs") {
  for (const char* id : {"redis-py-4.5.1/pool", "redis-py-4.5.5/cluster", "patterns/release-in-finally",
                         "patterns/shield", "patterns/tombstones", "patterns/locked-single"}) {
    INFO(id);
    check_forms(world_of(users(3, 2, 1), shipped(id)));
  }
}

TEST_CASE("each orbit has one form: what a task owns and does not have in its register tells it from another") {
  // The first one that comes owns connection 1, and then all of them use the second.
  const auto design = design_of({{"execute",
                                  {"pool.come += 1", "if pool.come == 1:", "    take", "share 2", "await pause",
                                   "await send request", "await receive"}}},
                                {{"come", 0}});
  check_forms(world_of(users(3, 2, 1), design));
}

TEST_CASE("each orbit has one form: a task that is like no other holds their replies, and stands between them") {
  auto design = design_of({{"execute", {"share 1", "await send request", "await receive", "await pause"}},
                           {"execute_pipeline", {"share 1", "await receive", "await pause", "await receive"}}});
  design.readers = design::Readers::queue;
  for (const std::size_t other : {0u, 1u, 2u}) {
    INFO("the other one is task " << other);
    auto scenario = users(3, 1, 1);
    scenario.tasks[other].operations[0].does = "pipeline";
    check_forms(world_of(scenario, design));
  }
}

TEST_CASE("each orbit has one form: tasks that hold each other's replies, and wait in queues") {
  auto design = design_of({{"execute",
                            {"share 1", "await send request", "await receive", "join pool.waiters", "await pause",
                             "hand reply to pool.waiters", "await turn pool.waiters"}}});
  design.readers = design::Readers::queue;
  check_forms(world_of(users(3, 1, 0), design));
  check_forms(world_of(users(2, 1, 2), design));
}

TEST_CASE("each orbit has one form: children, variables and marks of cancels") {
  const auto design = design_of({{"execute",
                                  {"take", "op.tries = 1", "try:", "    spawn work", "    await child",
                                   "finally:", "    await pause", "    put"}},
                                 {"work", {"op.tries += 1", "await send request", "await receive"}}});
  check_forms(world_of(users(3, 2, 1), design, true));
  auto scenario = users(2, 2, 2);
  scenario.cancel.kind = scenario::CancelKind::raise_at_every_await;
  check_forms(world_of(scenario, design, true));
}

TEST_CASE("all tasks that there can be are exchanged, and no more") {
  auto scenario = users(5, 2, 1);
  for (const char* id : {"frank", "grace", "heidi"}) {
    scenario.tasks.push_back(scenario.tasks[0]);
    scenario.tasks.back().id = scenario.tasks.back().owner = id;
  }
  const auto world = world_of(scenario, design_of({{"execute", {"take", "await pause", "put"}}}));
  const world::Symmetry symmetry(world);
  const auto there = symmetry.exchange(0, 7);
  const auto state = after(world, "alice");
  const auto other = symmetry.renamed(state, there);
  CHECK(other == after(world, "heidi"));
  CHECK(symmetry.renamed(other, there) == state);
}

}  // namespace
}  // namespace interleak::test
