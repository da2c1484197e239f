#include "live/system.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "live/failure.hpp"
#include "sim/kernel/schedule.hpp"
#include "sim/scenario/reader.hpp"

namespace interleak::live {
namespace {

using Kind = Action::Kind;
using terms::Outcome;
namespace fact = terms::fact;

constexpr int kDoubt_ms = 20;            // before a task is taken to wait for ever
constexpr int kGrace_ms = 200;           // for what the kernel has not carried over yet

bool has(const scenario::Scenario& scenario, const char* operation) {
  return std::ranges::any_of(scenario.tasks, [&](const scenario::Task& task) {
    return std::ranges::count(task.operations, operation, &scenario::Operation::does) != 0;
  });
}

scenario::Scenario with_warm_pool(scenario::Scenario scenario) {
  if (scenario.pool_warm < 0) scenario.pool_warm = scenario.pool_max;
  return scenario;
}

}  // namespace

std::string not_live(const scenario::Scenario& scenario) {
  if (scenario::ends_at_once(scenario.cancel.kind) && scenario.cancel.max > 0) {
    const auto kind = static_cast<std::size_t>(scenario.cancel.kind);
    return "its cancels are of the kind " + std::string(scenario::kCancelKinds[kind]) +
           ", and live clients run their handlers";
  }
  if (*scenario.protocol != *scenario::standard_protocol()) {
    return "its servers speak " + scenario.protocol->id + ", and live ones " + scenario::standard_protocol()->id;
  }
  if (scenario.may_be_silent) return "its server may be silent, and a real one answers";
  for (const scenario::Task& task : scenario.tasks) {
    for (const scenario::Operation& operation : task.operations) {
      if (operation.written) {
        return "operation " + operation.does + " of task " + task.id + " is the scenario's own, which no driver knows";
      }
      if (operation.moved_to || operation.large) {
        return "task " + task.id + " needs a moved key or a large request, which live runs have not";
      }
    }
  }
  return {};
}

LiveSystem::LiveSystem(const scenario::Scenario& scenario, Servers& servers, Proxy& proxy, Client& client,
                       int timeout_ms, MoreEvents more)
    : scenario_(with_warm_pool(scenario)), redis_(scenario_, servers.nodes()), judge_(scenario_, redis_),
      course_(scenario_, judge_),
      party_(servers, proxy, client, timeout_ms, [this](const ClientReport& report) { hear(report); }),
      offers_(scenario_, course_, proxy, more), forcing_(scenario_, redis_, party_, course_),
      probe_(scenario_, redis_, judge_, course_, party_) {
  check_abilities(client);
  party_.seed(redis_);
  if (more.passing) learn_passing();
}

void LiveSystem::check_abilities(const Client& client) const {
  const auto must = [&](bool wanted, const char* what) {
    if (!wanted || client.can(what)) return;
    throw LiveFailure("the client " + client.name() + " does not say that it can \"" + what + "\"");
  };
  must(more().passing, "cancel_at");
  must(more().same_turn, "same_turn");
  must(has(scenario_, "transaction"), "transaction");
  must(has(scenario_, "watch"), "watch");
}

/// Each task alone, and nothing cancelled: where it waits for the outside a cancel can land anyway.
void LiveSystem::learn_passing() {
  std::vector<std::vector<int>> learnt(scenario_.tasks.size());
  for (std::size_t t = 0; t < scenario_.tasks.size() && t <= Action::kMostPaired; ++t) {
    learnt[t] = passing_of(static_cast<int>(t));
  }
  offers_.learn(std::move(learnt));
}

std::vector<int> LiveSystem::passing_of(int task) {
  std::set<int> idle;
  reset();
  for (std::optional<Event> next = Action::of_task(Kind::start, task).event(); next;) {
    step(*next);
    if (course_.has_ended(task)) break;
    idle.insert(course_.suspensions(task));
    next = next_of_network();
  }
  std::vector<int> passing;
  for (int k = 1; k <= std::min(course_.suspensions(task), Action::kMostPaired); ++k) {
    if (!idle.contains(k)) passing.push_back(k);
  }
  return passing;
}

std::optional<Event> LiveSystem::next_of_network() const {
  Events events;
  enabled(events);
  const auto found = std::ranges::find_if(events, [](Event each) {
    const Kind kind = Action::of(each).kind;
    return kind == Kind::serve || kind == Kind::deliver;
  });
  if (found == events.end()) return std::nullopt;
  return *found;
}

void LiveSystem::hear(const ClientReport& report) {
  course_.hear_waits(report);
  for (const ClientEnd& end : report.ended) {
    if (!course_.hear(end)) probe_.hear(end);
  }
}

void LiveSystem::reset() {
  party_.close();
  events_.clear();
  course_.clear();
  probe_.clear();
  spoiled_ = false;
  last_end_ = {};
  party_.open(scenario_.pool_max, scenario_.pool_warm, [this](const Redis::Words& words) {
    return redis_.is_request(words) || std::ranges::count(party_.client().handshake(), words.at(0)) != 0;
  });
}

StepLabel LiveSystem::step(Event event) {
  if (spoiled_) play_again();
  try {
    wait_for(event);
    events_.push_back(event);
    force_settled(Action::of(event));
  } catch (const LiveFailure& failure) {
    std::vector<std::string> texts;
    for (const Event each : events_) texts.push_back(text(each));
    if (texts.empty()) throw;
    throw LiveFailure(std::string(failure.what()) + "\n  in the schedule: " + join_schedule(texts));
  }
  course_.end_step(Action::of(event));
  return course_.label();
}

void LiveSystem::play_again() {
  const Events before = events_;
  reset();
  replays_ = true;
  for (const Event each : before) step(each);
  replays_ = false;
}

/// The same client does the same again; what has not arrived yet is given some time.
void LiveSystem::wait_for(Event event) {
  for (int waited = 0; !offers_.is_enabled(event); waited += 5) {
    if (waited > kGrace_ms) {
      throw LiveFailure("the client does not do the same again: " + text(event) +
                        " was possible behind the same events before, and is not now");
    }
    party_.proxy().wait(5);
    forcing_.go_on(false);
  }
}

void LiveSystem::force_settled(const Action& action) {
  const bool confirm = !replays_;   // once for each event of a schedule is enough
  course_.begin_step();
  forcing_.force(action, confirm);
  if (!course_.all_ended() && offers_.are_faults_only()) {
    party_.proxy().wait(kDoubt_ms);
    forcing_.go_on(confirm);
  }
  party_.check_servers();
}

EndLabel LiveSystem::end() {
  if (spoiled_) return last_end_;
  last_end_ = {};
  const std::vector<int> free = probe_.free_connections();
  if (course_.starve()) {
    last_end_.facts |= fact::kStarved;
    last_end_.worst = static_cast<std::uint8_t>(Outcome::starved);
  }
  spoiled_ = true;
  party_.proxy().hold([this](const Redis::Words& words) { return redis_.is_request(words); });
  if (!probe_.can_have(free)) last_end_.facts |= fact::kLostSlot;
  return last_end_;
}

}  // namespace interleak::live
