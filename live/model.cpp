#include "live/model.hpp"

#include <algorithm>

#include "live/signals.hpp"
#include "sim/explore/stateless.hpp"
#include "sim/kernel/schedule.hpp"
#include "sim/world/listener.hpp"

namespace interleak::live {
namespace {

using world::EventParts;
using world::Outcome;
using world::World;
constexpr std::size_t kMostExamples = 5;

bool is_start(const World&, const world::State& state, EventParts parts) {
  return parts.frame % world::kFramesPerTask == 0 && state.frames[parts.frame].status == world::Status::unstarted;
}

/// The ready frame whose turn it is; nothing if none is ready.
std::optional<Event> next_ready(const World& world, const world::State& state) {
  Events events;
  world.enabled(state, events);
  for (const Event event : events) {
    const EventParts parts = world::parts_of(event);
    if (parts.kind == EventParts::Kind::resume && !is_start(world, state, parts) && parts.choice == 0) {
      return event;
    }
  }
  return std::nullopt;
}

/// What a client's loop does by itself: it reads what has come, then runs the ready frame whose turn it is.
std::optional<Event> next_by_itself(const World& world, const world::State& state) {
  Events events;
  world.enabled(state, events);
  for (const Event event : events) {
    if (world::parts_of(event).kind == EventParts::Kind::drain) return event;
  }
  return next_ready(world, state);
}

scenario::Scenario in_loop_order(scenario::Scenario scenario) {
  scenario.ready = scenario::Ready::fifo;
  return scenario;
}

}  // namespace

/// Notes how operations end.
class ModelSystem::Ends : public world::Listener {
 public:
  Ends(const World& world, Results& results) : world_(world), results_(results) {}
  void ran(world::FrameId, design::Pc) override {}
  void landed(world::FrameId, design::Pc, bool) override {}
  void act(world::FrameId, design::Pc, Act, world::ConnId, world::Label) override {}
  void ended(const world::OperationEnd& end) override {
    const world::OperationInfo& info = world_.operations()[end.op];
    const bool other = end.outcome == Outcome::leak || end.outcome == Outcome::type_error;
    const bool known = other && end.has_reply && end.reply.op < world_.operations().size();
    Result result{end.outcome, -1, std::string(world::kOutcomeNames[static_cast<std::size_t>(end.outcome)])};
    if (known) result.from_task = first_of_owner(world_.operations()[end.reply.op].task);
    results_[info.task].push_back(std::move(result));
  }

 private:
  int first_of_owner(int task) const {
    const auto& tasks = world_.scenario().tasks;
    for (int t = 0; t < task; ++t) {
      if (tasks[static_cast<std::size_t>(t)].owner == tasks[static_cast<std::size_t>(task)].owner) return t;
    }
    return task;
  }

  const World& world_;
  Results& results_;
};

ModelSystem::ModelSystem(std::shared_ptr<const World> world) : world_(std::move(world)) { reset(); }

void ModelSystem::offer(const std::vector<std::vector<int>>& passing, bool same_turn) {
  pairs_.clear();
  for (int t = 0; t < world_->tasks(); ++t) {
    if (!passing.empty()) {
      for (const int k : passing[static_cast<std::size_t>(t)]) pairs_.push_back({t, k, 0, -1});
    }
    for (int c = 1; same_turn && c <= world_->connections(); ++c) pairs_.push_back({t, 0, c, -1});
    for (int other = 0; same_turn && other < world_->tasks(); ++other) {
      if (other != t) pairs_.push_back({t, 0, 0, other});
    }
  }
}

const ModelSystem::Pair* ModelSystem::pair_of(Event event) const {
  if (event.code < kFirstPair) return nullptr;
  return &pairs_[static_cast<std::size_t>(event.code - kFirstPair)];
}

Event ModelSystem::start_of(int task) const {
  return world::make_event({EventParts::Kind::resume, static_cast<world::FrameId>(task * world::kFramesPerTask), 0, 0});
}

bool ModelSystem::unstarted(int task, const Events& possible) const {
  const Event start = start_of(task);
  return std::ranges::count(possible, start) != 0 && is_start(*world_, state_, world::parts_of(start));
}

std::optional<Event> ModelSystem::enabled_as(const std::string& text) const {
  Events events;
  world_->enabled(state_, events);
  const auto found = std::ranges::find_if(events, [&](Event each) { return world_->text(each) == text; });
  if (found == events.end()) return std::nullopt;
  return *found;
}

bool ModelSystem::is_fault(Event event) const {
  const Pair* pair = pair_of(event);
  return pair ? pair->suspension > 0 : world_->is_fault(event);
}

std::string ModelSystem::text(Event event) const {
  const Pair* pair = pair_of(event);
  if (!pair) return world_->text(event);
  const auto& tasks = world_->scenario().tasks;
  const std::string& id = tasks[static_cast<std::size_t>(pair->task)].id;
  if (pair->suspension > 0) return id + "!" + std::to_string(pair->suspension);
  if (pair->other >= 0) return id + "+" + tasks[static_cast<std::size_t>(pair->other)].id;
  return "net." + std::to_string(pair->connection) + "+" + id;
}

bool ModelSystem::every_cancel_landed() const {
  return std::ranges::all_of(cancel_at_, [](int k) { return k == 0; });
}

void ModelSystem::reset() {
  state_ = world_->initial();
  results_.assign(static_cast<std::size_t>(world_->tasks()), {});
  suspensions_.assign(static_cast<std::size_t>(world_->tasks()), 0);
  cancel_at_ = suspensions_;
  cancels_ = 0;
}

bool ModelSystem::is_outside(Event event) const {
  using Kind = EventParts::Kind;
  const EventParts parts = world::parts_of(event);
  if (parts.choice != 0) return false;
  switch (parts.kind) {
    case Kind::resume: return is_start(*world_, state_, parts);
    case Kind::cancel:
    case Kind::serve:
    case Kind::deliver:
    case Kind::deliver_header:
    case Kind::deliver_part: return true;
    default: return false;   // the loop reads by itself; time, and the kernels of others, are not ours
  }
}

void ModelSystem::enabled(Events& out) const {
  Events events;
  world_->enabled(state_, events);
  std::ranges::copy_if(events, std::back_inserter(out), [this](Event e) { return is_outside(e); });
  // A cancel that is still to land has been spent, though the world does not know of it yet.
  const auto spent = static_cast<int>(std::ranges::count_if(cancel_at_, [](int k) { return k > 0; }));
  const int left = world_->scenario().cancel.max - cancels_ - spent;
  if (left <= 0) std::erase_if(out, [this](Event e) { return world_->is_fault(e); });
  const auto& who = world_->scenario().cancel.who;
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    const Pair& pair = pairs_[i];
    const std::string& id = world_->scenario().tasks[static_cast<std::size_t>(pair.task)].id;
    const bool may = who.empty() || std::ranges::count(who, id) != 0;
    const bool now = pair.suspension > 0 ? may && left > 0
                     : pair.other >= 0   ? unstarted(pair.other, events)
                                         : enabled_as("net." + std::to_string(pair.connection)).has_value();
    if (now && unstarted(pair.task, events)) {
      out.push_back({static_cast<std::uint16_t>(kFirstPair + static_cast<int>(i))});
    }
  }
}

void ModelSystem::apply(Event event, Ends& ends, StepLabel& label) {
  cancels_ += world_->is_fault(event) ? 1 : 0;
  const StepLabel more = world_->apply(state_, event, &ends);
  label.facts |= more.facts;
  label.worst = std::max(label.worst, more.worst);
  count_suspension(event, ends, label);
}

/// A task's own frame that ran and has not ended is suspended; at its suspension the cancel comes that
/// waits for it.
void ModelSystem::count_suspension(Event event, Ends& ends, StepLabel& label) {
  const EventParts parts = world::parts_of(event);
  if (parts.kind != EventParts::Kind::resume || parts.frame % world::kFramesPerTask != 0) return;
  const auto status = state_.frames[parts.frame].status;
  if (status == world::Status::finished || status == world::Status::absent) return;
  const auto task = static_cast<std::size_t>(parts.frame / world::kFramesPerTask);
  if (++suspensions_[task] != cancel_at_[task]) return;
  cancel_at_[task] = 0;
  const auto cancel = enabled_as("!" + world_->scenario().tasks[task].id);
  if (cancel) apply(*cancel, ends, label);
}

StepLabel ModelSystem::step(Event event) {
  Ends ends(*world_, results_);
  StepLabel label;
  if (const Pair* pair = pair_of(event)) {
    if (pair->suspension > 0) cancel_at_[static_cast<std::size_t>(pair->task)] = pair->suspension;
    if (pair->connection > 0) {
      const auto arrival = enabled_as("net." + std::to_string(pair->connection));
      if (arrival) apply(*arrival, ends, label);
    }
    apply(start_of(pair->task), ends, label);
    if (pair->other >= 0) apply(start_of(pair->other), ends, label);
  } else {
    apply(event, ends, label);
  }
  for (int i = 0; i < 1000; ++i) {
    const auto next = next_by_itself(*world_, state_);
    if (!next) break;
    apply(*next, ends, label);
  }
  return label;
}

Results ModelSystem::results() const {
  Results out = results_;
  for (std::size_t t = 0; t < out.size(); ++t) {
    const auto status = state_.frames[t * world::kFramesPerTask].status;
    const bool over = status == world::Status::absent || status == world::Status::finished;
    const auto script = state_.frames[t * world::kFramesPerTask].script;
    if (!over && out[t].size() <= script) out[t].push_back({Outcome::starved, -1, "starved"});
  }
  return out;
}

std::optional<std::vector<std::string>> outside_of(ModelSystem& model, const std::vector<std::string>& schedule,
                                                   std::string& why) {
  // Plain steps on the world, to see when the loop would have gone on by itself.
  const World& world = model.world();
  world::State state = world.initial();
  std::vector<std::string> outside;
  for (const std::string& word : schedule) {
    Events events;
    world.enabled(state, events);
    const auto found = std::ranges::find_if(events, [&](Event e) { return world.text(e) == word; });
    const auto pending = next_by_itself(world, state);
    if (found == events.end()) {
      why = pending ? word + " comes before " + world.text(*pending) + ", which is ready for longer"
                    : word + " is not possible in the model";
      return std::nullopt;
    }
    const EventParts parts = world::parts_of(*found);
    if (parts.choice != 0) {
      why = word + ": whether a send suspends is not for the outside to say";
      return std::nullopt;
    }
    if (parts.kind == EventParts::Kind::timeout) {
      why = word + ": time is not for the outside to force";
      return std::nullopt;
    }
    const bool resumes = parts.kind == EventParts::Kind::drain ||
                         (parts.kind == EventParts::Kind::resume && !is_start(world, state, parts));
    if (pending && *pending != *found) {
      why = word + " comes while " + world.text(*pending) + " is ready, which the loop runs at once";
      return std::nullopt;
    }
    if (!resumes) outside.push_back(word);
    world.apply(state, *found);
  }
  return outside;
}

Forceable forceable(const scenario::Scenario& scenario, const design::Design& design, const design::Program& program,
                    std::uint64_t max_schedules) {
  const World any(scenario, design, program, false);
  ModelSystem model(std::make_shared<World>(in_loop_order(scenario), design, program, false));
  Stepper<World> stepper(any);
  Forceable out;
  const auto seen =
      explore::every_schedule(stepper, {.max_schedules = max_schedules, .max_length = 0}, [&](const explore::Run& run) {
        check_signals();
        std::vector<std::string> texts;
        for (const Event event : run.events) texts.push_back(any.text(event));
        std::string why;
        ++out.schedules;
        if (outside_of(model, texts, why)) {
          ++out.forceable;
        } else if (out.not_forceable.size() < kMostExamples) {
          out.not_forceable.push_back({join_schedule(texts), why});
        }
      });
  out.all = seen.finished;
  return out;
}

}  // namespace interleak::live
