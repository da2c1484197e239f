// A real client behind the proxy as a Replayable system (sim/kernel/system.hpp): the events are what
// the outside can force. `alice` starts a task, `!alice` cancels it, `srv.1` lets the server answer
// the oldest request on connection 1, `net.1` lets the client have the oldest reply there (with the
// physics `fragments` also `net.1:hdr` and `net.1:part`). Behind each event the client runs until it
// is idle, its ready tasks in the order of its own loop. More, on demand: `alice!2` starts a task that is
// cancelled at its second suspension, also if that would have passed at once; `net.1+bob` lets a reply
// come and a task start in the same turn of the client's loop, `alice+bob` two tasks; `close.1` closes a
// connection on which nothing is under way, as a server does that has waited long enough.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "live/client.hpp"
#include "live/cluster.hpp"
#include "live/proxy.hpp"
#include "sim/kernel/system.hpp"
#include "sim/terms/names.hpp"
#include "sim/terms/scenario.hpp"

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

/// What one event did, in words.
struct Step {
  std::string event;
  std::string summary;
  terms::Outcome worst = terms::Outcome::ok;
  std::string shows;          ///< the part of the summary that is the worst of it: "bob received alice's history"
  int task = -1;              ///< that starts or is cancelled; -1: server or network
  bool cancel = false;
  std::vector<std::size_t> known = {};  ///< by task: operations that have ended by then
};

/// Events that not every client can do, and that are tried on demand only.
struct MoreEvents {
  bool passing = false;       ///< cancels at suspensions that pass at once
  bool same_turn = false;     ///< a start in the turn in which a reply comes, or another task starts
  int closes = 0;             ///< at most so many connections that the server closes
};

/// Why a scenario cannot be run live; empty: it can.
std::string not_live(const scenario::Scenario& scenario);

class LiveSystem {
 public:
  /// Borrows all of them. Writes the data of the scenario to the server.
  /// Throws LiveFailure if the client does not say that it can do what `more` asks for.
  LiveSystem(const scenario::Scenario& scenario, Servers& servers, Proxy& proxy, Client& client,
             int timeout_ms, MoreEvents more = {});

  void reset();
  void enabled(Events& out) const;
  StepLabel step(Event event);
  Facts facts() const { return 0; }
  /// Tries whether the pool still has all of its connections.
  EndLabel end();
  /// As end() said; else so far.
  EndLabel end() const { return last_end_; }
  bool is_fault(Event event) const;
  std::string text(Event event) const;

  const scenario::Scenario& scenario() const { return scenario_; }
  bool has_started(const std::string& task) const { return started_.contains(task); }

  /// Of the present schedule.
  const Results& results() const { return results_; }
  const std::vector<Step>& steps() const { return steps_; }
  /// False: a task was to be cancelled at a suspension that it did not have in this schedule, which
  /// is one without that cancel.
  bool every_cancel_landed() const;
  /// By task: the suspensions that passed at once when it was alone, from 1. Empty without `passing`.
  const std::vector<std::vector<int>>& passing() const { return passing_; }
  const MoreEvents& more() const { return more_; }
  /// One line about the pool at the end: "1 of 1 connections can still be had".
  const std::string& end_note() const { return end_note_; }

 private:
  enum class Kind : std::uint8_t {
    start, cancel, serve, deliver, header, part, start_cancel, turn, together, close
  };
  struct Datum {
    int task = 0;             ///< of that owner, the first one
    std::string key, type;
  };
  static Event make(Kind kind, int index);
  static Kind kind_of(Event event) { return static_cast<Kind>(event.code >> 8); }
  static int index_of(Event event) { return event.code & 0xff; }
  static bool is_cancel(Event event);
  /// start_cancel: task and suspension; turn: connection and task; together: two tasks; four bits each.
  static constexpr int kMostPaired = 15;
  static int first_of(Event event) { return index_of(event) >> 4; }
  static int second_of(Event event) { return index_of(event) & 0xf; }

  int node_of(const scenario::Operation& operation, const std::string& owner) const;
  std::string key_of(const scenario::Operation& operation, const std::string& key,
                     const std::string& owner) const;
  std::string probe_of(int node) const;
  std::vector<int> free_at_end() const;
  void seed();
  bool is_request(const std::vector<std::string>& words) const;
  void learn_passing();
  void enable_more(const std::vector<ProxyConnection>& connections, Events& out) const;
  void enable_turns(int task, const std::vector<ProxyConnection>& connections, Events& out) const;
  Json operations_of(const scenario::Task& task) const;
  int task_named(const std::string& id) const;
  bool is_enabled(Event event) const;
  void wait_for(Event event);
  bool looks_stuck() const;
  void force(Event event);
  void force_serve(int connection);
  void deliver_beginning(int connection, std::size_t bytes);
  void force_start(int task, int cancel_at, bool same_turn);
  int task_of(Event event) const;
  void settle(ClientReport report);
  void absorb(const ClientReport& report);
  Result judge(const ClientEnd& end) const;
  Result judged_value(const scenario::Operation& operation, int task, const Json& value) const;
  void find_data(const Json& value, std::vector<const Datum*>& found, bool& other) const;
  bool is_confirmed(const ClientReport& report, const ClientReport& again);
  void check_complete(const ClientReport& report) const;
  void force_settled(Event event);
  void note_probe(const ClientEnd& end);
  bool probe_once(const std::vector<int>& expected);
  std::vector<int> waiting_probes() const;
  void check_server();

  scenario::Scenario scenario_;
  Servers& servers_;
  Proxy& proxy_;
  Client& client_;
  int timeout_ms_;
  std::map<std::string, Datum> data_;          ///< text of a value -> whose
  std::set<std::string> keys_;                 ///< whose requests are held

  Events events_;
  bool spoiled_ = false;                       ///< the probe ran: events_ must be played again
  std::set<std::string> started_, ended_;      ///< tasks
  std::map<std::string, int> suspensions_;     ///< by task, until now
  std::map<std::string, int> cancel_at_;       ///< tasks that were started with a cancel
  std::vector<std::vector<int>> passing_;
  MoreEvents more_;
  int cancels_ = 0, closes_ = 0;
  Results results_;
  std::vector<Step> steps_;
  std::vector<std::string> happened_;          ///< in the present event
  std::string shows_;                          ///< the worst of that
  StepLabel label_;
  EndLabel last_end_;
  std::string end_note_;
  std::string next_user_got_;                  ///< somebody's data, at the end of the schedule
  int probes_ = 0;
  bool confirms_ = false;                      ///< settle() asks once more whether the client is idle
  bool replays_ = false;                       ///< events that were forced before
  int asked_idle_ = 0;                         ///< how often it was asked
  int not_idle_ = 0;                           ///< how often it was not, and had said so
};

}  // namespace interleak::live
