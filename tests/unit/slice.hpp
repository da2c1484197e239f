// Tests with hundreds of cases that are alike. With sanitizers each of them lasts ten times as long; so there, as
// tools/test says by INTERLEAK_SLICE, a run takes a quarter of them, another one from commit to commit.
#pragma once

#include <cstdlib>
#include <string>

namespace interleak::test {

/// Which of many cases a run takes: all, or, if INTERLEAK_SLICE is set to a number, every fourth; the number says with
/// which it begins.
class Slice {
 public:
  Slice() {
    const char* number = std::getenv("INTERLEAK_SLICE");
    if (number == nullptr) return;
    every_ = 4;
    next_ = std::stoul(number);
  }

  /// Whether the run takes the next case; to be asked once for each.
  bool takes_next() { return next_++ % every_ == 0; }

  /// How many of so many cases it takes, rounded down.
  int of(int cases) const { return cases / static_cast<int>(every_); }

 private:
  unsigned long every_ = 1, next_ = 0;
};

}  // namespace interleak::test
