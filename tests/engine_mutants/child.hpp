// A program that is run under limits, and what it took.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace interleak::engine_mutants {

struct Limits {
  /// Of one process; other work on the machine does not shorten it.
  std::chrono::seconds processor{600};
  /// For one that waits for ever, and so takes no processor time.
  std::chrono::seconds clock{600};
  std::size_t memory = std::size_t{4} << 30;   ///< of addresses, in bytes
};

struct Ended {
  enum class How { passed, failed, timed_out } how = How::passed;
  std::string told;                          ///< "exit code 1", "signal 11"
  std::chrono::milliseconds processor{};     ///< of it and its children
};

/// Runs `words` in the folder `directory`, with `variables` ("NAME=value") beside the environment of this
/// process. What it prints goes to the file `output`. Throws std::runtime_error if it cannot be started.
Ended run(const std::vector<std::string>& words, const std::string& directory,
          const std::vector<std::string>& variables, const std::string& output, const Limits& limits);

}  // namespace interleak::engine_mutants
