// The end of a schedule: does the pool still have all of its connections, and what does the next user find in them?
// As many operations begin at once as connections must be free; each gets one, or some slot is lost.
#pragma once

#include <string>
#include <vector>

#include "live/course.hpp"
#include "live/judge.hpp"
#include "live/party.hpp"
#include "live/redis.hpp"
#include "sim/terms/scenario.hpp"

namespace interleak::live {

class Probe {
 public:
  /// Borrows all of them.
  Probe(const scenario::Scenario& scenario, const Redis& redis, const Judge& judge, const Course& course, Party& party)
      : scenario_(scenario), redis_(redis), judge_(judge), course_(course), party_(party) {}

  /// Another schedule begins.
  void clear();
  /// By node: the connections that nobody who has not ended can have.
  std::vector<int> free_connections() const;
  /// Tries whether they can be had. Precondition: requests of probes are held, and nothing goes on any more.
  bool can_have(const std::vector<int>& free);

  /// What a client reports of somebody who is no task. Throws LiveFailure if it is no probe either.
  void hear(const ClientEnd& end);
  /// One line about the pool: "1 of 1 connections can still be had".
  std::string note() const;

 private:
  bool try_once(const std::vector<int>& free);
  std::vector<int> waiting() const;
  void let_all_end();

  const scenario::Scenario& scenario_;
  const Redis& redis_;
  const Judge& judge_;
  const Course& course_;
  Party& party_;
  int probes_ = 0;              ///< so far, of all schedules
  std::string could_be_had_;
  std::string next_user_got_;   ///< somebody's data
};

}  // namespace interleak::live
