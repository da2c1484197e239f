// Catch2, version 2 or 3: a failing REQUIRE or CHECK of an outcome prints its counterexample.
#pragma once

#if defined(__has_include) && __has_include(<catch2/catch_tostring.hpp>)
#include <catch2/catch_tostring.hpp>  // 3
#else
#include <catch2/catch.hpp>           // 2
#endif

#include <interleak/testing.hpp>

namespace Catch {

template <>
struct StringMaker<interleak::suite::Verdict> {
  static std::string convert(interleak::suite::Verdict verdict) { return interleak::suite::name_of(verdict); }
};

template <>
struct StringMaker<interleak::suite::Outcome> {
  static std::string convert(const interleak::suite::Outcome& outcome) {
    return interleak::suite::name_of(outcome.verdict) + ("\n" + outcome.text);
  }
};

}  // namespace Catch
