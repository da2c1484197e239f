#include <interleak/gtest.hpp>

TEST(Pool, NobodyGetsTheBasketOfAnotherCustomer) {
  EXPECT_EQ(interleak::check(SHOP_SCENARIO, SHOP_POOL), interleak::holds);
}

TEST(Pool, WhatCannotBeReadDoesNotHold) {
  EXPECT_EQ(interleak::check("no/such/file.json", SHOP_POOL), interleak::invalid);
}
