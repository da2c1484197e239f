// The flag by which work is asked to end.
#include "sim/kernel/interrupt.hpp"
#include "tests/catch.hpp"

namespace interleak::test {
namespace {

TEST_CASE("an interrupt is raised for all of its copies, and stays so") {
  const Interrupt one = Interrupt::armed();
  const Interrupt copy = one;  // NOLINT(performance-unnecessary-copy-initialization): copies are what this is about
  const Interrupt other = Interrupt::armed();
  CHECK_FALSE(copy.raised());
  one.raise();
  CHECK(copy.raised());
  copy.raise();
  CHECK(one.raised());
  CHECK_FALSE(other.raised());
}

TEST_CASE("what is not armed is never raised") {
  const Interrupt none;
  none.raise();
  CHECK_FALSE(none.raised());
}

}  // namespace
}  // namespace interleak::test
