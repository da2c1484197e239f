// How many random cases a test tries. INTERLEAK_ORACLE_RUNS is a factor: 10 looks further, 0.05 is a glance (that of
// tests/engine_mutants). What a test demands of the number of cases is scaled with it.
#pragma once

#include <cstdlib>

namespace interleak::oracle {

inline int runs(int usual) {
  const char* text = std::getenv("INTERLEAK_ORACLE_RUNS");
  const double factor = text == nullptr ? 1 : std::strtod(text, nullptr);
  return static_cast<int>(usual * factor);
}

}  // namespace interleak::oracle
