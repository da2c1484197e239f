// An action of the outside, carried out on the client and on what the proxy holds.
#pragma once

#include "live/action.hpp"
#include "live/course.hpp"
#include "live/party.hpp"
#include "live/redis.hpp"
#include "sim/terms/scenario.hpp"

namespace interleak::live {

class Forcing {
 public:
  /// Borrows all of them.
  Forcing(const scenario::Scenario& scenario, const Redis& redis, Party& party, Course& course)
      : scenario_(scenario), redis_(redis), party_(party), course_(course) {}

  /// Carries it out, and tells the course. Returns when the client is at rest. `confirm`: it must say so twice, and
  /// tell of every task. Precondition: it is possible. Throws LiveFailure.
  void force(const Action& action, bool confirm);
  /// Lets the client go on by itself, to where it is at rest.
  void go_on(bool confirm) { settle(party_.client().run(), confirm); }

 private:
  void serve(int connection);
  void deliver(const Action& action, bool confirm);
  void start(int task, int cancel_at, bool same_turn, bool confirm);
  void settle(ClientReport report, bool confirm);
  const scenario::Task& task_of(int task) const { return scenario_.tasks[static_cast<std::size_t>(task)]; }

  const scenario::Scenario& scenario_;
  const Redis& redis_;
  Party& party_;
  Course& course_;
};

}  // namespace interleak::live
