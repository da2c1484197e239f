// How much a world keeps of a scenario under a design: the bounds of places and of keys, and who asks for them.
#include "sim/check/worlds.hpp"
#include "sim/terms/bounds.hpp"
#include "tests/unit/toy_protocols.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

using design::Places;

/// Two owners, who name `each` keys each, of which the first is called the same.
scenario::Scenario naming(int each) {
  scenario::Scenario scenario = users(2, 1, 0);
  for (std::size_t t = 0; t < 2; ++t) {
    scenario.tasks[t].operations.clear();
    for (int i = 0; i < each; ++i) {
      const std::string own = scenario.tasks[t].id + std::to_string(i);
      scenario.tasks[t].operations.push_back(get(i == 0 ? "same" : own));
    }
  }
  return scenario;
}

design::Design with_stores(const std::map<std::string, Places>& stores) {
  design::Design design = design_of({{"execute", {"take", "put"}}});
  design.pool_stores = stores;
  return design;
}

/// What the error says of the design in the scenario; empty: there is none.
std::string told(const design::Design& design, const scenario::Scenario& scenario) {
  const Diagnostics errors = scenario::kept_too_much(design, scenario);
  Diagnostics compiled;
  CHECK(scenario::compile(design, compiled, scenario).has_value() == errors.empty());
  CHECK(compiled.size() == errors.size());
  std::string out;
  for (const Diagnostic& error : errors) {
    CHECK(error.code == "ILK0061");
    out += (out.empty() ? "" : "; ") + error.message + ", " + error.expected;
  }
  return out;
}

}  // namespace

TEST_CASE("a store has a place, or one for each key of each owner, or one for each name") {
  const auto places = [](const std::map<std::string, Places>& stores, int keys) {
    return told(with_stores(stores), naming(keys));
  };
  CHECK(places({{"a", Places::one}, {"b", Places::one}}, 8).empty());
  CHECK(places({{"a", Places::by_key}}, 8).empty());   // 16 keys
  CHECK(places({{"a", Places::by_key}, {"b", Places::one}}, 8) ==
        "the stores of test/design have 17 places in this scenario, at most 16");
  CHECK(places({{"a", Places::by_name}, {"b", Places::one}}, 8).empty());   // 15 names
  CHECK(places({{"a", Places::by_name}, {"b", Places::by_name}}, 5) ==
        "the stores of test/design have 18 places in this scenario, at most 16");
}

TEST_CASE("keys of one owner are the same in all operations and tasks, and count once") {
  auto scenario = naming(8);
  scenario.tasks[1] = scenario.tasks[0];
  scenario.tasks[1].id = "bob";   // the owner is alice
  CHECK(told(with_stores({{"a", Places::by_key}, {"b", Places::by_name}}), scenario).empty());
}

TEST_CASE("each node of a cluster has its own places; where there is no cluster nodes have none") {
  auto scenario = naming(2);
  scenario.nodes = 5;
  design::Design design = with_stores({{"a", Places::by_key}});
  CHECK(told(design, scenario).empty());
  design.cluster = true;
  CHECK(told(design, scenario) == "the stores of test/design have 20 places in this scenario, at most 16");
  scenario.nodes = 4;
  CHECK(told(design, scenario).empty());
}

TEST_CASE("keys have a bound where something is kept of them") {
  const design::Design none = with_stores({}), one = with_stores({{"a", Places::one}});
  CHECK(told(none, naming(17)).empty());
  CHECK(told(one, naming(17)).empty());
  const scenario::Scenario many = naming(17);
  CHECK(told(with_stores({{"a", Places::by_name}}), many) ==
        "the stores of test/design have 33 places in this scenario, at most 16; "
        "the operations name 34 keys, at most 32");
  const auto with = [&](const protocol::To to, const bool invalidates, const scenario::Scenario& scenario) {
    auto protocol = *scenario.protocol;
    protocol::Push push;
    push.name = "changed";
    push.kind = 1;
    push.invalidates = invalidates;
    protocol.pushes = {push};
    protocol.commands[0].cases[0].causes = {{0, to, false}};
    scenario::Scenario other = scenario;
    other.protocol = std::make_shared<const protocol::Protocol>(std::move(protocol));
    return told(none, other);
  };
  CHECK(with(protocol::To::all, false, many).empty());
  CHECK(with(protocol::To::all, true, many) == "the operations name 34 keys, at most 32");
  CHECK(with(protocol::To::readers, false, many) == "the operations name 34 keys, at most 32");
  CHECK(with(protocol::To::readers, true, naming(16)).empty());
}

TEST_CASE("a design is told that its stores have too many places when a scenario is run with it") {
  check::Worlds worlds;
  Diagnostics errors;
  worlds.add_design("design a\nstore pool.cache by key\ndef execute:\n    take\n    put\n", "a.pool", errors);
  const auto scenarios = worlds.scenarios(R"({"interleak": 1,
    "id": "s", "tasks": [{"id": "t", "do": [{"pipeline": ["a", "b", "c", "d", "e", "f", "g", "h"]},
                                            {"pipeline": ["i", "j", "k", "l", "m", "n", "o", "p"]}, {"get": "q"}]}]})",
                                          "s.json", errors);
  REQUIRE(errors.empty());
  CHECK(worlds.world(scenarios.at(0), "a", {}, errors) == nullptr);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == "ILK0061");
  CHECK(errors[0].file == "s.json");
  CHECK(errors[0].at == Position{2, 11});
}

}  // namespace interleak::test
