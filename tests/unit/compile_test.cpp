// The compiler of listings: names, limits, the rule that loops end, and that lines are kept.
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

Diagnostics errors_of(const std::map<std::string, Lines>& procedures) {
  Diagnostics errors;
  CHECK_FALSE(design::compile(design_of(procedures), errors).has_value());
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
  CHECK(errors[0].at == Position{2, 1});
  CHECK(errors[0].help == "did you mean \"release\"?");
  CHECK(errors_of({{"execute", {"conn.dirtty = 1"}}})[0].help == "did you mean \"dirty\"?");
  CHECK(errors_of({{"execute", {"join pool.waiter"}}})[0].code == "ILK0064");
  CHECK(errors_of({{"run", {"take"}}})[0].code == "ILK0060");
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
  CHECK(errors_of(procedures)[0].code == "ILK0065");
}

TEST_CASE("each round of a loop takes a reply, a wake, or lowers a counter, on every path") {
  const auto refused = errors_of({{"execute", {"take", "loop while readable:", "    pass", "put"}}});
  CHECK(refused[0].code == "ILK0068");
  CHECK(refused[0].at == Position{2, 1});
  CHECK(refused[0].related.size() >= 2);
  // The receive may raise at once, and the handler goes round again.
  CHECK(errors_of({{"execute", {"take", "loop while readable:", "    try:", "        await receive",
                                "    except error:", "        pass"}}})[0].code == "ILK0068");
  // A counter that is not in the condition does not bound the loop.
  CHECK(errors_of({{"execute", {"take", "loop while readable:", "    conn.owed -= 1"}}})[0].code == "ILK0068");
  // One branch without progress is enough.
  CHECK(errors_of({{"execute", {"take", "loop while conn.owed:", "    if readable:", "        await discard"}}})[0].code ==
        "ILK0068");
  program_of(design_of({{"execute", {"take", "loop while conn.owed:", "    conn.owed -= 1"}}}));
  // Leaving a loop by an exception is no round of it, also if an outer loop comes back.
  program_of(design_of({{"execute", {"take", "loop 2 times:", "    try:", "        loop while conn.owed:",
                                     "            await discard", "            conn.owed -= 1",
                                     "    except error:", "        pass"}}}));
  program_of(design_of({{"execute", {"take", "loop while readable:", "    await discard"}}}));
  program_of(design_of({{"execute", {"loop while not available:", "    join pool.waiters", "    await turn pool.waiters"}}}));
  program_of(design_of({{"execute", {"take", "loop while op.tries > 0:", "    op.tries -= 1", "    try:",
                                     "        await connect", "    except cancelled|error:", "        close"}}}));
}

TEST_CASE("`on drop` may not await") {
  CHECK(errors_of({{"execute", {"take", "try:", "    await pause", "on drop:", "    await close"}}})[0].code == "ILK0066");
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
