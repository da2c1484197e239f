#include "sim/explain/relevance.hpp"
#include "sim/kernel/ensure.hpp"
#include "sim/world/listener.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>

namespace interleak::explain {
namespace {

using Shown = std::tuple<world::OpId, world::Outcome, world::OpId, std::uint8_t>;

/// Notes which operation ended how, with whose reply.
struct Ends final : world::Listener {
  void ran(world::FrameId, design::Pc) override {}
  void landed(world::FrameId, design::Pc, bool) override {}
  void act(world::FrameId, design::Pc, Act, world::ConnId, world::Label) override {}
  void ended(const world::OperationEnd& end) override {
    shown.insert({end.op, end.outcome, end.reply.op, end.reply.part});
  }
  std::set<Shown> shown;
};

/// What a schedule shows: bad ends of operations, and facts.
struct Finding {
  std::set<Shown> ends;
  Facts facts = 0;
};

class Replayer {
 public:
  Replayer(const world::World& world, const Events& events, Facts mask) : world_(world), events_(events), mask_(mask) {
    wanted_ = *play(events, true);
  }

  std::vector<Freedom> run() const {
    std::vector<Freedom> result;
    for (std::size_t i = 0; i < events_.size(); ++i) {
      std::size_t earliest = i, latest = i;
      while (earliest > 0 && shows(moved(i, earliest - 1))) --earliest;
      while (latest + 1 < events_.size() && shows(moved(i, latest + 1))) ++latest;
      Events without = events_;
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
      result.push_back({static_cast<int>(earliest) + 1, static_cast<int>(latest) + 1, shows(without)});
    }
    return result;
  }

 private:
  Events moved(std::size_t from, std::size_t to) const {
    Events events = events_;
    const auto at = [&](std::size_t i) { return events.begin() + static_cast<std::ptrdiff_t>(i); };
    if (to < from) {
      std::rotate(at(to), at(from), at(from) + 1);
    } else {
      std::rotate(at(from), at(from) + 1, at(to) + 1);
    }
    return events;
  }

  /// Everything in the schedule that the mask asks for; nothing if it is not legal. `last`: only what
  /// shows on the last event, in the last state and at the end.
  std::optional<Finding> play(const Events& events, bool last) const {
    Finding found;
    world::State state = world_.initial();
    Events enabled;
    if (!last) found.facts |= world_.facts(state) & mask_;
    for (std::size_t i = 0; i < events.size(); ++i) {
      enabled.clear();
      world_.enabled(state, enabled);
      if (std::find(enabled.begin(), enabled.end(), events[i]) == enabled.end()) return std::nullopt;
      Ends ends;
      const StepLabel label = world_.apply(state, events[i], &ends);
      if (last && i + 1 < events.size()) continue;
      for (const Shown& each : ends.shown) {
        if ((world::fact::outcome(std::get<1>(each)) & mask_) != 0) found.ends.insert(each);
      }
      found.facts |= (label.facts | world_.facts(state)) & mask_;
    }
    enabled.clear();
    world_.enabled(state, enabled);
    const bool complete =
        std::all_of(enabled.begin(), enabled.end(), [&](Event event) { return world_.is_optional(event); });
    if (complete) found.facts |= world_.end(state).facts & mask_;
    return found;
  }

  bool shows(const Events& events) const {
    const auto found = play(events, false);
    return found && (found->facts & wanted_.facts) == wanted_.facts &&
           std::includes(found->ends.begin(), found->ends.end(), wanted_.ends.begin(), wanted_.ends.end());
  }

  const world::World& world_;
  const Events& events_;
  const Facts mask_;
  Finding wanted_;
};

}  // namespace

std::vector<Freedom> relevance(const world::World& world, const Events& events, Facts mask) {
  ensure(events.size() <= kMostRelevanceSteps, "a schedule too long to ask which events matter");
  return Replayer(world, events, mask).run();
}

}  // namespace interleak::explain
