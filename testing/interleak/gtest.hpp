// GoogleTest: a failing EXPECT_EQ or ASSERT_EQ of an outcome prints its counterexample.
#pragma once

#include <gtest/gtest.h>

#include <interleak/testing.hpp>

namespace interleak::suite {

inline void PrintTo(Verdict verdict, std::ostream* out) { *out << verdict; }
inline void PrintTo(const Outcome& outcome, std::ostream* out) { *out << outcome; }

}  // namespace interleak::suite
