// Runs a command to its end, and says what it took.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace interleak::limits {

struct Ran {
  int code = -1;                       ///< exit code; 128 + n after signal n
  bool timed_out = false;              ///< it was killed
  std::chrono::milliseconds cpu{}, wall{};
  std::uint64_t peak_bytes = 0;        ///< largest memory that it had at once
  std::uint64_t output_bytes = 0;      ///< of both streams together
  std::string output;                  ///< the first of it
};

/// `words`: the program and its arguments. Killed after `patience`.
Ran run(const std::vector<std::string>& words, std::chrono::seconds patience);

}  // namespace interleak::limits
