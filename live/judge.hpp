// Whose data a client got: every value that the servers hold says whose it is.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "live/client.hpp"
#include "live/redis.hpp"
#include "live/results.hpp"
#include "sim/terms/scenario.hpp"

namespace interleak::live {

class Judge {
 public:
  /// Borrows both.
  Judge(const scenario::Scenario& scenario, const Redis& redis);

  /// How an operation of a task ended. Precondition: the task has such an operation.
  Result result_of(int task, const ClientEnd& end) const;

  /// Somebody's data in a value: "alice's history"; empty: there is none.
  std::string anybodys(const Json& value) const;

 private:
  using Found = std::vector<const Redis::Stored*>;
  void find_data(const Json& value, Found& found) const;
  std::string words_for(const Redis::Stored& datum) const;
  Result value_of_other(const scenario::Operation& operation, const Redis::Stored& datum) const;

  const scenario::Scenario& scenario_;
  std::map<std::string, const Redis::Stored*> by_text_;
};

}  // namespace interleak::live
