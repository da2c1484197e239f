#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
#include <interleak/catch2.hpp>

TEST_CASE("nobody gets the basket of another customer") {
  REQUIRE(interleak::check(SHOP_SCENARIO, SHOP_POOL) == interleak::holds);
}

TEST_CASE("what is known to leak does") {
  const auto outcome = interleak::check("incident/two-users", "redis-py-4.5.1/pool");
  CHECK(outcome == interleak::violated);
  CHECK(outcome.schedule == "alice !alice bob srv.1 net.1 bob");
}

TEST_CASE("what cannot be read, or explored within the budget, does not hold") {
  CHECK(interleak::check("no/such/file.json", SHOP_POOL) == interleak::invalid);
  CHECK(interleak::check(SHOP_SCENARIO, "no-such/design") == interleak::invalid);
  interleak::suite::Options options;
  options.max_states = 2;
  CHECK(interleak::check(SHOP_SCENARIO, SHOP_POOL, options) == interleak::unknown);
}
