// What the mutation test makes of a listing.
#include "tests/mutation/mutants.hpp"

#include <algorithm>

#include "tests/catch.hpp"

namespace {

using interleak::mutation::code_of;
using interleak::mutation::Mutant;
using interleak::mutation::mutants_of;
using Listing = std::vector<std::string>;

/// The listing that comes of `after` in that line; empty: there is no such mutant.
Listing with(const Listing& listing, int line, const std::string& after) {
  for (const Mutant& mutant : mutants_of(listing)) {
    if (mutant.line == line && mutant.after == after) return mutant.lines;
  }
  return {};
}

TEST_CASE("comments, blank lines and indentation are no code") {
  CHECK(code_of("    put  # back") == "put");
  CHECK(code_of("raise error \"a # b\"  # c") == "raise error \"a # b\"");
  CHECK(code_of("# nothing").empty());
  CHECK(code_of("   ").empty());
  CHECK(mutants_of({"# nothing", ""}).empty());
}

TEST_CASE("a line is removed, done twice, replaced, and moved behind the next") {
  const Listing listing = {"take", "# back", "put"};
  CHECK(with(listing, 1, "(removed)") == Listing{"put"});
  CHECK(with(listing, 3, "(removed)") == Listing{"take"});
  CHECK(with(listing, 3, "(twice)") == Listing{"take", "put", "put"});
  CHECK(with(listing, 3, "close") == Listing{"take", "close"});
  CHECK(with(listing, 1, "(behind \"put\")") == Listing{"put", "take"});
}

TEST_CASE("a block that loses its only line keeps a pass") {
  const Listing listing = {"loop 2 times:", "    put"};
  CHECK(with(listing, 2, "(removed)") == Listing{"loop 2 times:", "    pass"});
  CHECK(with(listing, 1, "(removed with all its blocks)") == Listing{"pass"});
  CHECK(with(listing, 1, "(its block alone)") == Listing{"put"});
  CHECK(with(listing, 1, "loop 3 times:") == Listing{"loop 3 times:", "    put"});
}

TEST_CASE("clauses go one by one") {
  const Listing branch = {"if woken:", "    put", "elif mine:", "    close", "else:", "    take"};
  CHECK(with(branch, 1, "(removed with its block)") == Listing{"if mine:", "    close", "else:", "    take"});
  CHECK(with(branch, 5, "(removed with its block)") == Listing{"if woken:", "    put", "elif mine:", "    close"});
  const Listing attempt = {"try:", "    put", "finally:", "    close", "take"};
  CHECK(with(attempt, 3, "(removed with its block)") == Listing{"put", "take"});
  CHECK(with(attempt, 1, "(removed with all its blocks)") == Listing{"take"});
  CHECK(with(attempt, 1, "(behind \"take\")") == Listing{"take", "try:", "    put", "finally:", "    close"});
}

TEST_CASE("conditions change as trees") {
  const auto has = [](const std::string& condition, const std::string& other) {
    return !with({"if " + condition + ":", "    put"}, 1, "if " + other + ":").empty();
  };
  CHECK(has("woken", "not woken"));
  CHECK(has("not available", "available"));
  CHECK_FALSE(has("not available", "not not available"));
  CHECK(has("woken and mine", "woken or mine"));
  CHECK(has("woken and mine", "mine"));
  CHECK(has("woken and mine", "woken and not mine"));
  CHECK(has("conn.x == 2", "conn.x == 3"));
  CHECK(has("conn.x == 2", "conn.x >= 2"));
}

TEST_CASE("a comparison that is true of the same values is no change") {
  for (const Mutant& mutant : mutants_of({"if conn.x:", "    put"})) {
    CHECK(mutant.after != "if conn.x > 0:");
    CHECK(mutant.after != "if conn.x:");
  }
}

TEST_CASE("every mutant differs from the listing") {
  const Listing listing = {"share 1", "try:", "    await receive", "except cancelled:", "    raise"};
  const std::vector<Mutant> mutants = mutants_of(listing);
  CHECK(std::all_of(mutants.begin(), mutants.end(), [&](const Mutant& mutant) { return mutant.lines != listing; }));
  CHECK(
      std::is_sorted(mutants.begin(), mutants.end(), [](const Mutant& a, const Mutant& b) { return a.line < b.line; }));
}

}  // namespace
