// What a live run saw of a real client (`interleak live`). There is no model of the client: no states
// and no listing, only events that were forced and what came of them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/check/analysis.hpp"
#include "sim/terms/scenario.hpp"

namespace interleak::reports {

struct ObservedStep {
  std::string event;       ///< "!alice", as in the schedule
  std::string text;        ///< "CANCELLED, alice ends as cancelled"
  std::string worst;       ///< the outcome that is wrong, "leak"; empty: nothing is
  int task = -1;           ///< that starts or is cancelled; -1: the server or the network acts
  bool cancel = false;
};

/// An invariant. Violated: the shortest schedule that was played.
struct ObservedJudgement {
  std::string invariant;
  check::Verdict verdict = check::Verdict::unknown;
  std::string headline;      ///< what shows it, in one sentence
  std::string schedule;
  std::vector<ObservedStep> steps;
  bool seen = true;          ///< false: it is inside of the client, where nobody looks
};

/// A schedule on which the client and a model of it differ.
struct ObservedDifference {
  std::string schedule, text;
};

/// In the place of an invariant: that a model of the client agrees with it.
inline constexpr std::string_view kAgreement = "agreement";

struct Observed {
  std::shared_ptr<const scenario::Scenario> scenario;
  std::string client;                             ///< "asio release-in-finally"
  std::vector<ObservedJudgement> judgements;
  std::string schedules;                          ///< played
  std::string stopped_by;                         ///< what ended the search; empty: nothing but a budget
  std::map<std::string, std::string> by_outcome;  ///< schedules by worst outcome
  std::string model;                              ///< a design that was compared; empty: none
  std::string compared, agreed;                   ///< schedules
  std::vector<ObservedDifference> differences;    ///< the first few
  std::vector<std::string> replay_words;          ///< "interleak live ...", without the schedule
};

/// One line for each step: its number, the event, what came of it, and what is wrong about that.
std::string steps_table(const std::vector<ObservedStep>& steps);

}  // namespace interleak::reports
