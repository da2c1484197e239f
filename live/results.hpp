// How operations ended: of a live client, and of the model as the outside sees it.
#pragma once

#include <string>
#include <vector>

#include "sim/terms/names.hpp"

namespace interleak::live {

/// How an operation ended, judged by the data that the client got.
struct Result {
  terms::Outcome outcome = terms::Outcome::starved;
  int from_task = -1;         ///< leak, type-error: whose data it was
  std::string text;           ///< "alice's history", or the error
  friend bool operator==(const Result& a, const Result& b) {
    return a.outcome == b.outcome && a.from_task == b.from_task;
  }
};
/// By task, then by operation; operations that never began are not there.
using Results = std::vector<std::vector<Result>>;

}  // namespace interleak::live
