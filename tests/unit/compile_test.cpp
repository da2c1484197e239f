// The compiler of listings: names, limits, the rule that loops end, and that lines are kept.
#include "sim/scenario/reader.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

Diagnostics errors_of(const std::map<std::string, Lines>& procedures) {
  Diagnostics errors;
  CHECK_FALSE(scenario::compile(design_of(procedures), errors).has_value());
  REQUIRE_FALSE(errors.empty());
  return errors;
}

TEST_CASE("every instruction keeps the procedure and the line that it came from") {
  const auto program = program_of(design_of({{"execute", {"# a comment", "take", "call open", "put"}},
                                             {"open", {"if not connected:", "    await connect  # now"}}}));
  bool seen = false;
  for (const auto& instruction : program.code) {
    if (instruction.op != design::Op::await_connect) continue;
    const auto& line = program.lines[instruction.line];
    CHECK(line.procedure == "open");
    CHECK(line.line == 1);
    CHECK(line.text == "await connect");
    seen = true;
  }
  CHECK(seen);
}

TEST_CASE("unknown names are errors with the place and a suggestion") {
  const auto errors = errors_of({{"execute", {"take", "call relase"}}, {"release", {"put"}}});
  CHECK(errors[0].code == "ILK0062");
  CHECK(errors[0].at == Position{2, 6});
  CHECK(errors[0].length == 6);
  CHECK(errors[0].help == "did you mean \"release\"?");
  CHECK(errors_of({{"execute", {"conn.dirtty = 1"}}})[0].help ==
        "did you mean \"dirty\"? Else declare it: var conn.dirtty = 0");
  CHECK(errors_of({{"execute", {"op.rounds += 1"}}})[0].help == "declare it: var op.rounds = 0");
  const auto queue = errors_of({{"execute", {"join conn.line"}}})[0];
  CHECK(queue.code == "ILK0064");
  CHECK(queue.help == "declare it: queue conn.line");
  CHECK(errors_of({{"run", {"take"}}})[0].code == "ILK0060");
}

/// A design of these lines with stores.
design::Design with_stores(const std::map<std::string, design::Places>& stores, const Lines& execute) {
  design::Design design = design_of({{"execute", execute}});
  design.pool_stores = stores;
  return design;
}

TEST_CASE("stores have their places in the order of their names, and statements the index of theirs") {
  using design::Op;
  const auto program =
      program_of(with_stores({{"last", design::Places::one}, {"cache", design::Places::by_name}},
                             {"if not has pool.last:", "    keep in pool.last", "serve pool.cache", "drop pool.last"}));
  CHECK(program.pool_stores == Lines{"cache", "last"});
  CHECK(program.store_places == std::vector{design::Places::by_name, design::Places::one});
  std::map<Op, int> stores;
  for (const auto& instruction : program.code) {
    if (instruction.op >= Op::keep && instruction.op <= Op::drop) stores[instruction.op] = instruction.a;
  }
  CHECK(stores == std::map<Op, int>{{Op::keep, 1}, {Op::serve, 0}, {Op::drop, 1}});
  REQUIRE(program.tests.size() == 1);
  CHECK(program.tests[0].operands[0].kind == design::Expression::Kind::has);
  CHECK(program.tests[0].operands[0].index == 1);
}

TEST_CASE("an unknown store is an error with the place, a suggestion and its declaration") {
  const auto told = [](const std::map<std::string, design::Places>& stores, const Lines& execute) {
    Diagnostics errors;
    CHECK_FALSE(scenario::compile(with_stores(stores, execute), errors).has_value());
    REQUIRE(errors.size() == 1);
    return errors[0];
  };
  const Diagnostic none = told({}, {"take", "keep in pool.cache"});
  CHECK(none.code == "ILK0073");
  CHECK(none.message == "unknown store of pool \"cache\"");
  CHECK(none.expected == "none is declared");
  CHECK(none.at == Position{2, 9});
  CHECK(none.length == 10);
  CHECK(none.help == "declare it: store pool.cache");
  const Diagnostic near = told({{"cache", design::Places::one}}, {"if has pool.cahce:", "    pass"});
  CHECK(near.code == "ILK0073");
  CHECK(near.expected == "one of: cache");
  CHECK(near.help == "did you mean \"cache\"? Else declare it: store pool.cahce");
  // A queue, or a variable, of that name is none.
  CHECK(told({}, {"drop pool.waiters"}).code == "ILK0073");
  using design::Places;
  const Diagnostic many = told({{"a", Places::one}, {"b", Places::one}, {"c", Places::one}}, {"serve pool.d"});
  CHECK(many.code == "ILK0061");
  CHECK(many.expected == "at most 2");
}

TEST_CASE("procedures may not call themselves, also around a corner") {
  CHECK(errors_of({{"execute", {"call execute"}}})[0].code == "ILK0067");
  CHECK(errors_of({{"execute", {"call a"}}, {"a", {"call b"}}, {"b", {"call a"}}})[0].code == "ILK0067");
}

TEST_CASE("a program that grows without bound is refused") {
  std::map<std::string, Lines> procedures{{"execute", {"call p0"}}, {"p12", {"take"}}};
  for (int i = 0; i < 12; ++i) {
    const std::string next = "call p" + std::to_string(i + 1);
    procedures["p" + std::to_string(i)] = {next, next, next, next};
  }
  const auto errors = errors_of(procedures);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == "ILK0065");
  CHECK(errors[0].at != Position{});
}

/// p0 calls p1 so often, that calls p2, and so on; the last one has the lines.
std::map<std::string, Lines> tree_of_calls(int depth, std::size_t width, const Lines& last) {
  std::map<std::string, Lines> procedures{{"execute", {"call p0"}}, {"p" + std::to_string(depth), last}};
  for (int i = 0; i < depth; ++i) {
    procedures["p" + std::to_string(i)] = Lines(width, "call p" + std::to_string(i + 1));
  }
  return procedures;
}

TEST_CASE("calls that come to nothing are counted where they are expanded") {
  // 3^30 calls: the first of them is too deep.
  const auto deep = errors_of(tree_of_calls(30, 3, {"pass"}));
  REQUIRE(deep.size() == 1);
  CHECK(deep[0].code == "ILK0065");
  CHECK(deep[0].message == "calls are nested too deep");
  // 3^22 times the same mistake.
  const auto circle = errors_of(tree_of_calls(22, 3, {"call execute"}));
  REQUIRE(circle.size() == 1);
  CHECK(circle[0].code == "ILK0067");
  // 1,000 times 23 calls for one step.
  auto thin = tree_of_calls(22, 1, {"pass"});
  thin["execute"] = Lines(1000, "call p0");
  const auto many = errors_of(thin);
  REQUIRE(many.size() == 1);
  CHECK(many[0].code == "ILK0065");
  CHECK(many[0].expected == "at most " + std::to_string(design::kMaxCalls));
  thin["execute"] = Lines(static_cast<std::size_t>(design::kMaxCalls) / 23, "call p0");
  CHECK(program_of(design_of(thin)).code.size() == static_cast<std::size_t>(design::kMaxCalls) / 23 + 1);
}

TEST_CASE("a program may have just so many steps, and the one too many is told") {
  const auto most = static_cast<std::size_t>(design::kMaxInstructions);
  Lines execute(most - 4001, "pass");   // and four calls of 1,000, and the end
  execute.insert(execute.end(), 4, "call p");
  CHECK(program_of(design_of({{"execute", execute}, {"p", Lines(1000, "pass")}})).code.size() == most);
  execute.insert(execute.begin(), "pass");
  const auto errors = errors_of({{"execute", execute}, {"p", Lines(1000, "pass")}});
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == "ILK0065");
  CHECK(errors[0].at.line == execute.size());   // the end is the step too many
}

/// `try` in `try`, each with a `finally` of that line.
Lines nested_try(std::size_t depth, const std::string& inside, const std::string& last) {
  Lines lines;
  for (std::size_t i = 0; i < depth; ++i) lines.push_back(std::string(i, ' ') + "try:");
  lines.push_back(std::string(depth, ' ') + inside);
  for (std::size_t i = depth; i-- > 0;) {
    lines.push_back(std::string(i, ' ') + "finally:");
    lines.push_back(std::string(i + 1, ' ') + last);
  }
  return lines;
}

TEST_CASE("blocks inside of blocks take no more than their code") {
  // 23 of them: what stands around a statement is not copied for each.
  const auto program = program_of(design_of({{"execute", nested_try(23, "take", "put")}}));
  CHECK(program.code.size() < 300);
  // Each return runs all of them, which return again.
  CHECK(errors_of({{"execute", nested_try(23, "return", "return")}})[0].code == "ILK0065");
}

TEST_CASE("there are never more errors than a file may have") {
  std::map<std::string, Lines> unknown{{"execute", {"pass"}}};
  for (int i = 0; i < 30; ++i) unknown["p" + std::to_string(i)] = Lines(50, "call z");
  CHECK(errors_of(unknown).size() == kMaxErrorsOfFile);
  std::map<std::string, Lines> endless{{"execute", {}}};
  for (int i = 0; i < 300; ++i) {
    endless["execute"].push_back("loop while always:");
    endless["execute"].push_back("    pass");
  }
  CHECK(errors_of(endless).size() == kMaxErrorsOfFile);
}

TEST_CASE("of a long way around a loop the first lines are shown") {
  Lines lines = {"loop while always:"};
  for (int i = 0; i < 500; ++i) lines.push_back("    pass");
  const auto errors = errors_of({{"execute", lines}});
  CHECK(errors[0].related.size() == 16);
  CHECK(errors[0].help.ends_with("execute:16, and 485 lines more"));
}

TEST_CASE("each round of a loop takes a reply, a wake, or lowers a counter, on every path") {
  const auto refused = errors_of({{"execute", {"take", "loop while readable:", "    pass", "put"}}});
  CHECK(refused[0].code == "ILK0068");
  CHECK(refused[0].at == Position{2, 1});
  CHECK(refused[0].related.size() >= 2);
  // The receive may raise at once, and the handler goes round again.
  CHECK(errors_of({{"execute",
                    {"take", "loop while readable:", "    try:", "        await receive",
                     "    except error:", "        pass"}}})[0]
            .code == "ILK0068");
  // A counter that is not in the condition does not bound the loop.
  CHECK(errors_of({{"execute", {"take", "loop while readable:", "    conn.owed -= 1"}}})[0].code == "ILK0068");
  // One branch without progress is enough.
  CHECK(errors_of({{"execute", {"take", "loop while conn.owed:", "    if readable:", "        await discard"}}})[0]
            .code == "ILK0068");
  program_of(design_of({{"execute", {"take", "loop while conn.owed:", "    conn.owed -= 1"}}}));
  // Leaving a loop by an exception is no round of it, also if an outer loop comes back.
  program_of(
      design_of({{"execute",
                  {"take", "loop 2 times:", "    try:", "        loop while conn.owed:", "            await discard",
                   "            conn.owed -= 1", "    except error:", "        pass"}}}));
  program_of(design_of({{"execute", {"take", "loop while readable:", "    await discard"}}}));
  // To ask a store is no progress; and what it does never raises.
  Diagnostics told;
  const std::map<std::string, design::Places> stores = {{"cache", design::Places::one}};
  CHECK_FALSE(scenario::compile(with_stores(stores, {"loop while has pool.cache:", "    drop pool.cache"}), told));
  CHECK(told.at(0).code == "ILK0068");
  program_of(with_stores(stores,
                         {"loop while always:", "    try:", "        keep in pool.cache", "        serve pool.cache",
                          "        drop pool.cache", "        return", "    except cancelled|error:", "        pass"}));
  program_of(
      design_of({{"execute", {"loop while not available:", "    join pool.waiters", "    await turn pool.waiters"}}}));
  program_of(design_of({{"execute",
                         {"take", "loop while op.tries > 0:", "    op.tries -= 1", "    try:", "        await connect",
                          "    except cancelled|error:", "        close"}}}));
}

TEST_CASE("`on drop` may not await") {
  CHECK(errors_of({{"execute", {"take", "try:", "    await pause", "on drop:", "    await close"}}})[0].code ==
        "ILK0066");
}

TEST_CASE("all shipped designs compile") {
  scenario::DesignLibrary library;
  Diagnostics errors;
  for (const auto& file : embedded::designs()) library.add(file.text, std::string(file.path), errors);
  REQUIRE(library.ids().size() >= 15);
  for (const auto& id : library.ids()) {
    INFO(id);
    program_of(shipped(id));
  }
}

}  // namespace
}  // namespace interleak::test
