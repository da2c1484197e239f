// The guards without a mutant: everything is as it was. (With one they are tried by the mutants themselves.)
#include "tests/engine_mutants/switch.hpp"

#include <cstdint>
#include <optional>

#include <boost/multiprecision/cpp_int.hpp>

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
  CHECK((bits.low == mutant::equal{1} == 5u));
  CHECK(mutant::other(1, 'a', 'b') == 'a');
  CHECK(mutant::more(1, 3u) == 3u);
}

TEST_CASE("a guard cuts no large number off") {
  using boost::multiprecision::cpp_int;
  const std::uint64_t word = 0xffff'ffff'ffff'ffff;
  const cpp_int large = word;
  const cpp_int longer = (large << 64) | mutant::bit_or{1} | word;
  CHECK(longer == (cpp_int(1) << 128) - 1);
  const cpp_int less = large * large - mutant::minus{1} - 1;
  CHECK(less + 1 == large * large);
  CHECK((1 + mutant::plus{1} + large * 2) - 1 == large * 2);
}

TEST_CASE("a guard that was asked is known") {
  CHECK(mutant::detail::reached[99] == 0);
  CHECK_FALSE(mutant::on(99));
  CHECK(mutant::detail::reached[99] == 1);
}

}  // namespace
