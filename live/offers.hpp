// Which actions are possible now.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "live/course.hpp"
#include "live/proxy.hpp"
#include "sim/kernel/system.hpp"
#include "sim/terms/scenario.hpp"

namespace interleak::live {

/// Events that not every client can do, and that are tried on demand only.
struct MoreEvents {
  bool passing = false;       ///< cancels at suspensions that pass at once
  bool same_turn = false;     ///< a start in the turn in which a reply comes, or another task starts
  int closes = 0;             ///< at most so many connections that the server closes
};

class Offers {
 public:
  /// Borrows all but `more`.
  Offers(const scenario::Scenario& scenario, const Course& course, const Proxy& proxy, MoreEvents more)
      : scenario_(scenario), course_(course), proxy_(proxy), more_(more) {}

  /// In the order in which they are tried.
  void enabled(Events& out) const;
  bool is_enabled(Event event) const;
  /// Nothing can happen any more but faults.
  bool are_faults_only() const;

  /// By task: the suspensions that passed at once when it was alone, from 1. From now on cancels are offered there.
  void learn(std::vector<std::vector<int>> passing) { passing_ = std::move(passing); }
  const std::vector<std::vector<int>>& passing() const { return passing_; }
  const MoreEvents& more() const { return more_; }

 private:
  using Connections = std::vector<ProxyConnection>;
  int tasks() const { return static_cast<int>(scenario_.tasks.size()); }
  int paired_tasks() const { return std::min(tasks(), Action::kMostPaired + 1); }
  bool may_cancel(int task) const;
  void add_tasks(Events& out) const;
  void add_network(const Connections& connections, Events& out) const;
  void add_more(const Connections& connections, Events& out) const;
  void add_turns(int task, const Connections& connections, Events& out) const;

  const scenario::Scenario& scenario_;
  const Course& course_;
  const Proxy& proxy_;
  MoreEvents more_;
  std::vector<std::vector<int>> passing_;
};

}  // namespace interleak::live
