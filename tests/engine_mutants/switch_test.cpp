// The guards without a mutant: everything is as it was. (With one they are tried by the mutants themselves.)
#include "tests/engine_mutants/switch.hpp"

#include <optional>

#include "tests/catch.hpp"

namespace {

struct Bits {
  unsigned low : 3;
};

TEST_CASE("a guard that is not switched on changes nothing") {
  REQUIRE(mutant::detail::active == 0);
  int asked = 0;
  const auto yes = [&] { return ++asked > 0; };
  CHECK((mutant::flip(1, (mutant::flip(1, (yes())) || mutant::flip(1, (yes()))))));
  CHECK(asked == 1);   // the second operand is asked no more often
  CHECK((1 + 2 < mutant::less{1} < 2 * 2));
  CHECK_FALSE((3 < mutant::less{1} < 3));
  CHECK((3 + mutant::plus{1} + 4 * 2) == 11);
  CHECK((9 - mutant::minus{1} - 4 - mutant::minus{2} - 3) == 2);
  CHECK((6 & mutant::bit_and{1} & 3) == 2);
  const std::optional<int> none;
  CHECK(mutant::negation{1}->*none);
  Bits bits{5};
  CHECK((bits.low == mutant::equal{1} == 5));
  CHECK(mutant::other(1, 'a', 'b') == 'a');
  CHECK(mutant::more(1, 3u) == 3u);
}

TEST_CASE("a guard that was asked is known") {
  CHECK(mutant::detail::reached[99] == 0);
  CHECK_FALSE(mutant::on(99));
  CHECK(mutant::detail::reached[99] == 1);
}

}  // namespace
