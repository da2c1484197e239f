#include "sim/check/faultless.hpp"

#include "sim/explore/exhaustive.hpp"
#include "sim/world/listener.hpp"
#include "sim/world/symmetry.hpp"

namespace interleak::check {
namespace {

using world::World;

scenario::Scenario without_faults(scenario::Scenario scenario) {
  scenario.cancel.max = 0;
  scenario.server_errors.max = 0;
  scenario.physics.timeouts = false;
  return scenario;
}

/// Notes by which names operations fail.
class Names final : public world::Listener {
 public:
  explicit Names(const World& world) : world_(world), found_(world.sorts()) {}

  void ran(world::FrameId, design::Pc) override {}
  void landed(world::FrameId, design::Pc, bool) override {}
  void act(world::FrameId, design::Pc, Act, world::ConnId, world::Label) override {}
  void ended(const world::OperationEnd& end) override {
    if (end.failure != 0) found_[world_.operations()[end.op].sort].set(end.failure);
  }

  /// A schedule ran into a bound: what comes behind that is not known.
  void note_bound() { bound_ = true; }

  const std::vector<std::bitset<world::kMaxFailureNames>>& found() const { return found_; }
  bool bound() const { return bound_; }

 private:
  const World& world_;
  std::vector<std::bitset<world::kMaxFailureNames>> found_;
  bool bound_ = false;
};

/// The world, of which nothing is asked but what it does. Tasks that are alike fail by the same names.
class Heard {
 public:
  using State = World::State;

  Heard(const World& world, Names& names) : world_(world), names_(names), symmetry_(world) {}
  State initial() const { return world_.initial(); }
  void enabled(const State& state, Events& out) const { world_.enabled(state, out); }
  StepLabel apply(State& state, Event event) const {
    const StepLabel label = world_.apply(state, event, &names_);
    if ((label.facts & world::fact::kDiverges) != 0) names_.note_bound();
    return label;
  }
  Facts facts(const State&) const { return 0; }
  EndLabel end(const State&) const { return {}; }
  void encode(const State& state, std::vector<std::uint8_t>& out) const {
    if (symmetry_.any()) world_.encode(symmetry_.folded(state), out);
    else world_.encode(state, out);
  }
  State decode(const std::uint8_t* bytes, std::size_t size) const { return world_.decode(bytes, size); }
  bool is_fault(Event event) const { return world_.is_fault(event); }
  bool is_optional(Event event) const { return world_.is_optional(event); }
  int process(Event event) const { return world_.process(event); }
  std::string text(Event event) const { return world_.text(event); }

 private:
  const World& world_;
  Names& names_;
  const world::Symmetry symmetry_;
};

}  // namespace

std::shared_ptr<const world::Excused> excused_of(const scenario::Scenario& scenario,
                                                 const std::shared_ptr<const design::Design>& design,
                                                 const std::shared_ptr<const design::Program>& program) {
  const scenario::Scenario faultless = without_faults(scenario);
  const World world(faultless, design, program, false, std::make_shared<const world::Excused>());
  Names names(world);
  explore::Limits limits;
  limits.max_states = kMostFaultless;
  limits.fatal_facts = world::fact::kDiverges;
  const explore::Graph graph = explore::explore(Heard(world, names), limits, {}, 1, {}, {});
  if (graph.stop != explore::Stop::finished || names.bound()) return std::make_shared<const world::Excused>();
  return std::make_shared<const world::Excused>(world::Excused{true, names.found()});
}

bool can_judge(const World& world, const property::Invariant& invariant) {
  return (invariant.violated_by & kFailures) == 0 || (world.tracks_failures() && world.excused()->whole);
}

}  // namespace interleak::check
