// Variables of a socket, copies and comparisons between variables, assertions: read, printed, run, told.
#include "sim/check/expectations.hpp"
#include "sim/design/print.hpp"
#include "sim/explain/because.hpp"
#include "tests/unit/toy_world.hpp"

namespace interleak::test {
namespace {

/// A world of these listings; `socket.fresh` begins with 2.
world::World world_in(const std::map<std::string, Lines>& procedures, scenario::Scenario scenario = users(2, 1, 0)) {
  design::Design design = design_of(procedures, {{"epoch", 0}, {"busy", 0}});
  design.socket_variables = {{"fresh", 2}};
  return world_of(scenario, design);
}

Lines with(const Lines& lines, const Lines& behind = {"await pause"}) {
  Lines all = lines;
  all.insert(all.end(), behind.begin(), behind.end());
  return all;
}

Lines told(const std::string& line) {
  Diagnostics errors;
  design::parse_listing({{line, {1, 1}}}, errors);
  Lines out;
  for (const Diagnostic& each : errors) {
    out.push_back(each.code + " " + std::to_string(each.at.column) + " " + each.message + ": " + each.expected);
  }
  return out;
}

bool refutes(const world::World& world, const std::string& schedule) {
  return (last_facts(world, schedule) & world::fact::kAssertion) != 0;
}

}  // namespace

TEST_CASE("a copy, comparisons and an assertion are printed as they are read") {
  const Lines lines = {"op.tries = pool.epoch",
                       "op.tries = 3",
                       "assert op.tries == pool.epoch and not (connected or woken) \"one epoch\"",
                       "if op.tries != pool.epoch:",
                       "    pass",
                       "loop while op.tries and op.tries <= conn.owed:",
                       "    op.tries -= 1"};
  std::vector<design::ListingLine> listing;
  for (const std::string& line : lines) listing.push_back({line, {1, 1}});
  Diagnostics errors;
  const auto block = design::parse_listing(listing, errors);
  CHECK(errors.empty());
  CHECK(design::print_listing(block) == lines);
  CHECK_FALSE(design::same_listing(block, design::parse_listing({{"op.tries = pool.busy", {1, 1}}}, errors)));
}

TEST_CASE("what is wrong with them is told where it stands") {
  CHECK(told("assert connected") ==
        Lines{"ILK0050 17 the line ends too early after \"connected\": \"and\", \"or\" or a \"text\""});
  CHECK(told("assert \"text\"").at(0).substr(0, 9) == "ILK0053 8");
  CHECK(told("assert connected \"\"") ==
        Lines{"ILK0050 18 an assertion without a text: what is not so then, between the quotes"});
  CHECK(told("op.a = b") == Lines{"ILK0050 8 unexpected \"b\" after \"=\": a number from 0 to 255, or a variable"});
  CHECK(told("op.a += op.b").at(0).substr(0, 9) == "ILK0050 9");
  CHECK(told("join socket.q") ==
        Lines{"ILK0050 6 unexpected \"socket.q\" after \"join\": a queue: conn.NAME or pool.NAME"});
}

TEST_CASE("a name in a copy, a comparison or an assertion must be declared") {
  const auto errors_of = [](const std::string& line) {
    const design::Design design = design_of({{"execute", {line}}});
    Diagnostics errors;
    scenario::compile(design, errors, *protocol_of(design));
    Lines out;
    for (const Diagnostic& each : errors) out.push_back(each.code + " " + each.message);
    return out;
  };
  CHECK(errors_of("op.tries = pool.none") == Lines{"ILK0063 unknown variable of pool \"none\""});
  CHECK(errors_of("op.tries = socket.none") == Lines{"ILK0063 unknown variable of socket \"none\""});
  CHECK(errors_of("assert op.tries == conn.none \"text\"") == Lines{"ILK0063 unknown variable of conn \"none\""});
}

TEST_CASE("a counter into which its loop copies another is not lowered by it") {
  const auto compiles = [](const Lines& lines) {
    const design::Design design = design_of({{"execute", lines}});
    Diagnostics errors;
    return scenario::compile(design, errors, *protocol_of(design)).has_value();
  };
  CHECK(compiles({"loop while op.tries:", "    op.tries -= 1"}));
  CHECK(compiles({"op.tries = op.tries", "loop while op.tries:", "    op.tries -= 1"}));
  CHECK_FALSE(compiles({"share 1", "loop while op.tries:", "    op.tries = conn.owed", "    op.tries -= 1"}));
  CHECK_FALSE(compiles({"share 1", "loop while op.tries > conn.owed:", "    op.tries -= 1"}));
}

TEST_CASE("a variable of a socket begins anew with every socket, and is an error without one") {
  const auto world =
      world_in({{"execute",
                 {"take", "socket.fresh += 5", "await pause", "close", "try:", "    op.tries = socket.fresh",
                  "except error:", "    op.tries = 9", "await connect", "op.tries = socket.fresh", "await pause"}}});
  CHECK(world.initial().socket(1).vars[0] == 2);
  CHECK(after(world, "alice").socket(1).vars[0] == 7);
  const auto closed = after(world, "alice*2");
  CHECK(closed.socket(1).vars[0] == 0);
  CHECK(closed.frame(0).vars[0] == 9);
  const auto open = after(world, "alice*3");
  CHECK(open.socket(1).vars[0] == 2);
  CHECK(open.frame(0).vars[0] == 2);
  const auto bytes = bytes_of(world, after(world, "alice"));
  CHECK(world.decode(bytes.data(), bytes.size()) == after(world, "alice"));
}

TEST_CASE("variables are copied and compared, of whatever scope") {
  const auto end = [](const std::string& condition) {
    const auto world = world_in({{"execute", with({"share 1", "pool.epoch = 4", "op.tries = pool.epoch",
                                                   "conn.owed = 3", "if " + condition + ":", "    pool.busy = 1"})}});
    return after(world, "alice").pool(0).vars[0] == 1;   // by name: busy, epoch
  };
  CHECK(end("op.tries == pool.epoch"));
  CHECK_FALSE(end("op.tries != pool.epoch"));
  CHECK(end("conn.owed < op.tries"));
  CHECK_FALSE(end("conn.owed >= op.tries"));
  CHECK(end("conn.owed > socket.fresh"));
  CHECK(end("socket.fresh <= socket.fresh"));
}

TEST_CASE("an assertion that is not so is told, and changes nothing") {
  const Lines lines = {"pool.busy += 1", "assert pool.busy == socket.fresh \"two at a time\"", "await pause",
                       "pool.busy -= 1"};
  const auto world = world_in({{"execute", with({"share 1"}, lines)}});
  CHECK(refutes(world, "alice"));
  CHECK_FALSE(refutes(world, "alice bob"));
  const auto without = world_in({{"execute", with({"share 1"}, {lines[0], lines[2], lines[3]})}});
  CHECK(after(world, "alice bob").pool(0).vars == after(without, "alice bob").pool(0).vars);
  const auto trace = words::trace(world, events_of(world, "alice"));
  CHECK(words::texts_of(trace.steps[0].findings) == Lines{"assertion: alice: two at a time"});
  CHECK(trace.steps[0].summary.text().find("finds that it is not so: two at a time") != std::string::npos);
  const auto chain = explain::because(world, events_of(world, "alice"), world::fact::kAssertion);
  REQUIRE(chain.size() == 1);
  CHECK(chain[0].text.text().find("and it is not so: pool.busy was 1, set by alice (step 1) at `pool.busy += 1`") !=
        std::string::npos);
  CHECK(chain[0].text.text().find("socket.fresh was 2") != std::string::npos);
}

TEST_CASE("where it cannot be asked an assertion is an error, as a condition is") {
  const auto world = world_in({{"execute", {"assert conn.owed == 0 \"nothing is owed\"", "await pause"}}});
  CHECK((last_facts(world, "alice") & world::fact::outcome(world::Outcome::error)) != 0);
  CHECK_FALSE(refutes(world, "alice"));
}

TEST_CASE("assertions are checked by default where the design has one, and only there") {
  scenario::Scenario scenario = users(1, 1, 0);
  const auto names = [&] {
    Lines out;
    for (const auto& each : check::invariants_of(scenario)) out.emplace_back(each.name);
    return out;
  };
  const Lines four = names();
  CHECK(four.size() == 4);
  scenario.asserts = true;
  Lines five = four;
  five.emplace_back("assertions");
  CHECK(names() == five);
  scenario.invariants = {"no-leak"};
  CHECK(names() == Lines{"no-leak"});
  Diagnostics errors;
  const auto has = [&](const Lines& lines) {
    return scenario::spoken(users(1, 1, 0), design_of({{"execute", lines}}), scenario::built_in_protocols(), errors)
        ->asserts;
  };
  CHECK(has({"try:", "    assert connected \"text\"", "finally:", "    pass"}));
  CHECK_FALSE(has({"pass"}));
}

}  // namespace interleak::test
