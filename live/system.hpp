// A real client behind the proxy as a Replayable system (sim/kernel/system.hpp): the events are what
// the outside can force. `alice` starts a task, `!alice` cancels it, `srv.1` lets the server answer
// the oldest request on connection 1, `net.1` lets the client have the oldest reply there (with the
// physics `fragments` also `net.1:hdr` and `net.1:part`). Behind each event the client runs until it
// is idle, its ready tasks in the order of its own loop. More, on demand: `alice!2` starts a task that is
// cancelled at its second suspension, also if that would have passed at once; `net.1+bob` lets a reply
// come and a task start in the same turn of the client's loop, `alice+bob` two tasks; `close.1` closes a
// connection on which nothing is under way, as a server does that has waited long enough.
//
// It only puts together what does the work:
//   action    an event, and its word
//   offers    which of them are possible
//   forcing   one of them carried out
//   party     client, proxy and servers, and how they come to rest
//   course    what has come of the schedule so far
//   judge     whose data somebody got
//   probe     the end: what is left of the pool
//   redis     all that is known of Redis
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "live/client.hpp"
#include "live/cluster.hpp"
#include "live/course.hpp"
#include "live/forcing.hpp"
#include "live/judge.hpp"
#include "live/offers.hpp"
#include "live/party.hpp"
#include "live/probe.hpp"
#include "live/proxy.hpp"
#include "live/redis.hpp"
#include "live/results.hpp"
#include "sim/kernel/system.hpp"
#include "sim/terms/names.hpp"
#include "sim/terms/scenario.hpp"

namespace interleak::live {

/// Why a scenario cannot be run live; empty: it can.
std::string not_live(const scenario::Scenario& scenario);

class LiveSystem {
 public:
  /// Borrows all of them. Writes the data of the scenario to the server.
  /// Throws LiveFailure if the client does not say that it can do what `more` asks for.
  LiveSystem(const scenario::Scenario& scenario, Servers& servers, Proxy& proxy, Client& client, int timeout_ms,
             MoreEvents more = {});
  LiveSystem(const LiveSystem&) = delete;   // its parts refer to each other
  LiveSystem& operator=(const LiveSystem&) = delete;

  void reset();
  void enabled(Events& out) const { offers_.enabled(out); }
  StepLabel step(Event event);
  Facts facts() const { return 0; }
  /// Tries whether the pool still has all of its connections.
  EndLabel end();
  /// As end() said; else so far.
  EndLabel end() const { return last_end_; }
  bool is_fault(Event event) const { return Action::of(event).is_fault(); }
  bool is_optional(Event event) const { return is_fault(event); }
  std::string text(Event event) const { return Action::of(event).text(scenario_); }

  const scenario::Scenario& scenario() const { return scenario_; }
  bool has_started(const std::string& task) const { return course_.has_started(task); }

  /// Of the present schedule.
  const Results& results() const { return course_.results(); }
  const std::vector<Step>& steps() const { return course_.steps(); }
  /// False: a task was to be cancelled at a suspension that it did not have in this schedule, which
  /// is one without that cancel.
  bool every_cancel_landed() const { return course_.every_cancel_landed(); }
  /// By task: the suspensions that passed at once when it was alone, from 1. Empty without `passing`.
  const std::vector<std::vector<int>>& passing() const { return offers_.passing(); }
  const MoreEvents& more() const { return offers_.more(); }
  /// One line about the pool at the end: "1 of 1 connections can still be had".
  std::string end_note() const { return probe_.note(); }

 private:
  void check_abilities(const Client& client) const;
  void learn_passing();
  std::vector<int> passing_of(int task);
  std::optional<Event> next_of_network() const;
  void hear(const ClientReport& report);
  void play_again();
  void wait_for(Event event);
  void force_settled(const Action& action);

  const scenario::Scenario scenario_;
  const Redis redis_;
  const Judge judge_;
  Course course_;
  Party party_;
  Offers offers_;
  Forcing forcing_;
  Probe probe_;
  Events events_;              ///< of the present schedule
  bool spoiled_ = false;       ///< the probe ran: events_ must be played again
  bool replays_ = false;       ///< events that were forced before
  EndLabel last_end_;
};

}  // namespace interleak::live
