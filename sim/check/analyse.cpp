// Explores a world with the generic drivers and says what was found in the words of the model.
#include "sim/check/analysis.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <tuple>

#include "sim/check/certificate.hpp"
#include "sim/check/exploration.hpp"
#include "sim/check/faultless.hpp"
#include "sim/check/folding.hpp"
#include "sim/explain/why.hpp"
#include "sim/explore/count.hpp"
#include "sim/explore/meetings.hpp"
#include "sim/explore/shortest.hpp"
#include "sim/kernel/schedule.hpp"
#include "sim/world/findings.hpp"
#include "sim/world/listener.hpp"
#include "sim/world/schedules.hpp"

namespace interleak::check {
namespace {

using world::FrameId;
using world::World;

/// Notes which instructions ran and where cancels landed. The notes of all threads are joined by
/// "or", so they do not depend on the threads.
class Probe final : public world::Listener {
 public:
  enum : std::uint8_t { kRan = 1, kCancelWaiting = 2, kCancelReady = 4 };

  explicit Probe(const World& world)
      : world_(world), seen_(world.program().code.size()), ended_ok_(world.operations().size()),
        leaked_(world.operations().size() * world.operations().size()) {}

  void ran(FrameId, design::Pc pc) override { note(seen_[pc], kRan); }
  void landed(FrameId, design::Pc pc, bool ready) override { note(seen_[pc], ready ? kCancelReady : kCancelWaiting); }
  void ended(const world::OperationEnd& end) override {
    if (end.outcome == world::Outcome::ok) note(ended_ok_[end.op], 1);
    if (end.outcome == world::Outcome::leak) note_leaks(end);
  }
  void act(FrameId, design::Pc, Act, world::ConnId, world::Label) override {}

  std::uint8_t seen(design::Pc pc) const { return seen_[pc].load(std::memory_order_relaxed); }
  /// The messages for operation `of` that operation `op` has taken for its own, one bit each.
  std::uint64_t leaked(std::size_t op, std::size_t of) const {
    return leaked_[op * ended_ok_.size() + of].load(std::memory_order_relaxed);
  }
  bool ended_ok(std::size_t op) const { return ended_ok_[op].load(std::memory_order_relaxed) != 0; }

  /// Was only a part of the states looked at, then what was seen of one task holds of all that are like it.
  void unfold(const world::Symmetry& symmetry) {
    for (bool more = true; more;) {
      more = false;
      for (const auto& alike : symmetry.classes()) {
        for (std::size_t i = 1; i < alike.size(); ++i) {
          more |= also_renamed(symmetry, symmetry.exchange(alike[i - 1], alike[i]));
        }
      }
    }
  }

 private:
  bool also_renamed(const world::Symmetry& symmetry, const world::Renaming& renaming) {
    bool more = false;
    const auto also = [&]<class Bits>(std::atomic<Bits>& at, std::type_identity_t<Bits> bits) {
      more |= (bits & ~at.load(std::memory_order_relaxed)) != 0;
      note(at, bits);
    };
    const std::size_t operations = ended_ok_.size();
    for (std::size_t op = 0; op < operations; ++op) {
      const std::size_t to = symmetry.renamed(static_cast<world::OpId>(op), renaming);
      also(ended_ok_[to], ended_ok_[op].load(std::memory_order_relaxed));
      for (std::size_t of = 0; of < operations; ++of) {
        const std::size_t to_of = symmetry.renamed(static_cast<world::OpId>(of), renaming);
        also(leaked_[to * operations + to_of], leaked(op, of));
      }
    }
    return more;
  }

  void note_leaks(const world::OperationEnd& end) {
    static_assert(world::Label::kParts < 64, "a part is a bit");
    world::judge_each(world_, end.op, *end.value, [&](world::Label reply, world::Outcome outcome) {
      if (outcome != world::Outcome::leak) return;
      note(leaked_[end.op * ended_ok_.size() + reply.op], std::uint64_t{1} << reply.part);
    });
  }

  template <class Bits>
  static void note(std::atomic<Bits>& at, std::type_identity_t<Bits> bits) {
    if ((at.load(std::memory_order_relaxed) & bits) != bits) at.fetch_or(bits, std::memory_order_relaxed);
  }

  const World& world_;
  std::vector<std::atomic<std::uint8_t>> seen_;
  std::vector<std::atomic<std::uint8_t>> ended_ok_;
  std::vector<std::atomic<std::uint64_t>> leaked_;   // by operation, and by the reply's operation
};

/// A world that is watched by a probe while it is explored, and folded, if there is a symmetry.
class Watched {
 public:
  using State = World::State;

  Watched(const World& world, Probe& probe, const world::Symmetry* symmetry)
      : world_(world), probe_(probe), symmetry_(symmetry) {}
  State initial() const { return world_.initial(); }
  void enabled(const State& state, Events& out) const { world_.enabled(state, out); }
  StepLabel apply(State& state, Event event) const { return world_.apply(state, event, &probe_); }
  Facts facts(const State& state) const { return world_.facts(state); }
  EndLabel end(const State& state) const { return world_.end(state); }
  void encode(const State& state, std::vector<std::uint8_t>& out) const {
    if (symmetry_ == nullptr) world_.encode(state, out);
    else world_.encode(symmetry_->folded(state), out);
  }
  State decode(const std::uint8_t* bytes, std::size_t size) const { return world_.decode(bytes, size); }
  bool is_fault(Event event) const { return world_.is_fault(event); }
  bool is_optional(Event event) const { return world_.is_optional(event); }
  int process(Event event) const { return world_.process(event); }
  std::string text(Event event) const { return world_.text(event); }

 private:
  const World& world_;
  Probe& probe_;
  const world::Symmetry* symmetry_;
};

/// `seen(pc)`: what the probe has noted there.
template <class Seen>
std::vector<LineCoverage> coverage_of(const World& world, const Seen& seen_at) {
  const auto& program = world.program();
  std::vector<LineCoverage> lines(program.lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines[i].line = words::line_of(program.lines[i]);
  }
  for (std::size_t pc = 0; pc < program.code.size(); ++pc) {
    LineCoverage& line = lines[program.code[pc].line];
    const std::uint8_t seen = seen_at(static_cast<design::Pc>(pc));
    line.ran |= (seen & Probe::kRan) != 0;
    line.cancelled_waiting |= (seen & Probe::kCancelWaiting) != 0;
    line.cancelled_ready |= (seen & Probe::kCancelReady) != 0;
    line.is_await |= design::is_await(program.code[pc].op);
  }
  std::sort(lines.begin(), lines.end(), [](const LineCoverage& a, const LineCoverage& b) {
    return std::tie(a.line.procedure, a.line.line) < std::tie(b.line.procedure, b.line.line);
  });
  return lines;
}

class Analyser {
 public:
  Analyser(const World& world, const Options& options)
      : world_(world), options_(options), allowance_(options.allowance()), judging_(options.judging()),
        symmetry_(world), probe_(world), folded_(options.fold && !options.certificate && symmetry_.any()) {}

  Analysis run(const std::vector<property::Invariant>& invariants) {
    explore_all();
    for (const auto& invariant : invariants) result_.judgements.push_back(judge(invariant));
    if (options_.counts && closed()) count_all();
    result_.disclosures = disclosures();
    result_.coverage = coverage_of(world_, [&](design::Pc pc) { return probe_.seen(pc); });
    if (options_.explain != Explain::no) explain_witnesses();
    if (options_.certificate) {
      within_allowance("the certificate", [&] { result_.certificate = certificate(); });
    }
    return std::move(result_);
  }

 private:
  /// The verdicts are known by then: what is not allowed any more is left out.
  template <class Work>
  void within_allowance(const std::string& what, const Work& work) {
    try {
      work();
    } catch (const Cut&) {
      result_.left_out.push_back(what);
      result_.left_out_by = options_.ended_by();
    }
  }

  void explore_all() {
    Exploration seen = explored(folded_);
    // Who diverges is said by name, and a way around a cycle may end with other names than it began with.
    if (folded_ && seen.diverges) seen = explored(folded_ = false);
    graph_ = std::move(seen.graph);
    order_ = std::move(seen.order);
    result_.stop = seen.stop;
    result_.diverges = std::move(seen.diverges);
    result_.depth = static_cast<int>(*std::max_element(graph_.level.begin(), graph_.level.end()));
    result_.clear_steps = clear_steps();
    if (result_.diverges) {
      result_.diverges_schedule = text_of(*result_.diverges);
      result_.bound = world::bound_reached(world_, *result_.diverges);
    }
    if (folded_) probe_.unfold(symmetry_);
    measure();
    if (closed()) find_meetings();   // a `holds` is judged by them
  }

  Exploration explored(bool folded) {
    return check::explore_all(Watched(world_, probe_, folded ? &symmetry_ : nullptr), options_);
  }

  void measure() {
    result_.kept = graph_.size();
    for (std::uint32_t s = 0; s < graph_.size(); ++s) {
      const auto bytes = graph_.bytes_of(s);
      const std::uint64_t stands_for = folded_ ? symmetry_.orbit(world_.decode(bytes.data(), bytes.size())) : 1;
      result_.states += stands_for;
      result_.transitions += stands_for * graph_.edges_of(s).size();
    }
  }

  void find_meetings() {
    const auto task = [&](std::uint32_t, const explore::Edge& edge) {
      const int frame = world_.process(edge.event);
      return frame == kNoProcess ? kNoProcess : world::task_of(static_cast<world::FrameId>(frame));
    };
    try {
      meetings_ = folded_ ? explore::meetings(world_, graph_, order_, task, TaskFolding{symmetry_}, judging_)
                          : explore::meetings(world_, graph_, order_, task, explore::NoFolding{}, judging_);
      if (!meetings_.met && std::ranges::any_of(world_.scenario().tasks, &scenario::Task::goes_on)) {
        meetings_.met = folded_ ? meets_itself(TaskFolding{symmetry_}) : meets_itself(explore::NoFolding{});
      }
    } catch (const Cut&) {
      result_.stop = options_.ended_by();
    }
  }

  /// Two operations of a task that goes on behind an error used one connection in one schedule.
  template <class Folding>
  bool meets_itself(const Folding& folding) {
    const auto operation = [&](std::uint32_t s, const explore::Edge& edge) {
      const int frame = world_.process(edge.event);
      if (frame == kNoProcess) return std::pair(kNoProcess, 0);
      const int task = world::task_of(static_cast<world::FrameId>(frame));
      if (!world_.scenario().tasks[static_cast<std::size_t>(task)].goes_on) return std::pair(kNoProcess, 0);
      const auto bytes = graph_.bytes_of(s);
      const auto state = world_.decode(bytes.data(), bytes.size());
      return std::pair(task, static_cast<int>(state.frames[static_cast<std::size_t>(frame)].script));
    };
    return explore::meets_itself(world_, graph_, order_, operation, folding, judging_);
  }

  /// A breadth-first search knows all schedules that are shorter than the way to its first state that is not
  /// expanded, be it for a budget or for a bound of the engine that the way runs into.
  int clear_steps() const {
    int clear = result_.depth;
    for (std::uint32_t s = 0; s < graph_.size(); ++s) {
      if (!graph_.end[s].expanded) clear = std::min(clear, static_cast<int>(graph_.level[s]) - 1);
    }
    return std::max(clear, 0);
  }

  bool wants_numbers() const {
    return options_.numbers == WhichNumbers::all ||
           (options_.numbers == WhichNumbers::cheap && result_.transitions <= kCheapTransitions);
  }

  /// Everything was seen, and every schedule ends.
  bool closed() const { return result_.stop == Stop::finished && !result_.diverges; }

  std::string text_of(const Events& events) const {
    std::vector<std::string> texts;
    for (const Event event : events) texts.push_back(world_.text(event));
    return join_schedule(texts);
  }

  Judgement judge(const property::Invariant& invariant) {
    try {
      return judged(invariant);
    } catch (const Cut&) {
      result_.stop = options_.ended_by();
      Judgement unknown;
      unknown.invariant = invariant;
      return unknown;
    }
  }

  Judgement judged(const property::Invariant& invariant) const {
    Judgement judgement;
    judgement.invariant = invariant;
    const Facts facts = invariant.violated_by;
    const auto witness = folded_ ? explore::shortest(world_, TaskFolding{symmetry_}, graph_, facts, judging_)
                                 : explore::shortest(world_, graph_, facts, false, judging_);
    if (witness) {
      judgement.verdict = Verdict::violated;
      judgement.witness = *witness;
      judgement.schedule = text_of(*witness);
      judgement.without_cancel = explore::shortest(world_, graph_, facts, true, judging_).has_value();
    } else if (closed() && can_judge(world_, invariant)) {
      judgement.verdict = Verdict::holds;
      judgement.vacuous = vacuous();
    }
    return judgement;
  }

  std::string vacuous() const {
    if (world_.scenario().cancel.max > 0 && !meetings_.fault_landed) return "no cancel ever landed";
    if (!meetings_.met) return "no two tasks ever used one connection";
    for (std::size_t op = 0; op < world_.operations().size(); ++op) {
      if (probe_.ended_ok(op)) continue;
      const auto& info = world_.operations()[op];
      return "operation " + std::to_string(info.script + 1) + " of " + world_.scenario().tasks[info.task].id +
             " never ends ok";
    }
    return "";
  }

  void count_all() {
    within_allowance("counts", [&] { result_.counts = count(); });
    if (!wants_numbers()) return;
    const world::Symmetry* const folded_by = folded_ ? &symmetry_ : nullptr;
    within_allowance("probabilities",
                     [&] { result_.numbers = numbers_of(world_, graph_, order_, folded_by, allowance_); });
  }

  Counts count() const {
    std::vector<Facts> masks;
    for (const auto& finding : world::kPoolFindings) masks.push_back(finding.fact);
    const auto numbers = explore::count_schedules(
        graph_, order_, masks, [this](Event event) { return world_.is_fault(event); }, allowance_);
    Counts counts;
    counts.schedules = numbers.total;
    for (int i = 0; i < world::kOutcomes; ++i) {
      const std::string name(world::kOutcomeNames[i]);
      counts.by_outcome[name] = numbers.by_worst[i];
      counts.without_cancel[name] = numbers.without_faults[i];
    }
    for (std::size_t i = 0; i < masks.size(); ++i) {
      counts.by_finding[std::string(world::kPoolFindings[i].name)] = numbers.by_facts[i];
    }
    return counts;
  }

  /// In the order of the operations, each once.
  std::vector<words::Disclosure> disclosures() const {
    std::vector<words::Disclosure> found;
    const std::size_t operations = world_.operations().size();
    for (std::size_t op = 0; op < operations; ++op) {
      for (std::size_t of = 0; of < operations; ++of) {
        for (std::uint8_t part = 0; part < world::Label::kParts; ++part) {
          if ((probe_.leaked(op, of) >> part & 1) == 0) continue;
          auto each = words::disclosure_of(world_, static_cast<world::OpId>(op), {static_cast<world::OpId>(of), part});
          if (std::find(found.begin(), found.end(), each) == found.end()) found.push_back(std::move(each));
        }
      }
    }
    return found;
  }

  /// Root causes are those of a kind of reply, so they are told once: with the gravest of them.
  void explain_witnesses() {
    const auto& limits = options_.explain == Explain::all ? explain::kFullWhy : explain::kBoundedWhy;
    const auto violated = [](const Judgement& judgement) { return judgement.verdict == Verdict::violated; };
    if (std::none_of(result_.judgements.begin(), result_.judgements.end(), violated)) return;
    const explain::Seen seen = seen_by_name(limits);
    Facts checked = 0;
    for (const Judgement& judgement : result_.judgements) checked |= judgement.invariant.violated_by;
    bool with_causes = true;
    for (Judgement& judgement : result_.judgements) {
      if (judgement.verdict != Verdict::violated) continue;
      const explain::Violation violation{judgement.witness, judgement.invariant.violated_by, checked, with_causes};
      auto why = explain::why(world_, graph_, order_, seen, violation, limits, allowance_);
      with_causes = with_causes && !why.causes;
      if (!world::possible_under_fifo(world_, judgement.witness)) {
        why.under_fifo = under_fifo(judgement.invariant.violated_by, limits);
      }
      judgement.why = std::make_shared<const explain::Why>(std::move(why));
    }
  }

  /// The least violation in the order of ready tasks that asyncio has. That is a search of its own, of fewer schedules,
  /// whose states are told apart by more; nothing if it would see too many of them.
  std::optional<explain::UnderFifo> under_fifo(Facts facts, const explain::WhyLimits& limits) {
    if (!fifo_) {
      Options options = options_;
      std::uint64_t& most = options.budget.max_states;
      if (limits.max_states != 0 && (most == 0 || limits.max_states < most)) most = limits.max_states;
      fifo_.emplace(world::under_fifo(world_));
      fifo_seen_ = check::explore_all(*fifo_, options);
    }
    explain::UnderFifo found;
    try {
      if (const auto witness = explore::shortest(*fifo_, fifo_seen_.graph, facts, false, allowance_)) {
        found.events = *witness;
        found.schedule = text_of(*witness);
      } else if (!fifo_seen_.closed()) {
        return std::nullopt;
      }
    } catch (const Cut&) {
      return std::nullopt;
    }
    return found;
  }

  /// An explanation is about names: a folded graph is unfolded for it, but no further than it is of use.
  explain::Seen seen_by_name(const explain::WhyLimits& limits) {
    if (!closed()) return explain::Seen::not_all;
    if (!folded_) return explain::Seen::all;
    Options by_name = options_;
    const std::uint64_t of_use = explain::states_of_use(limits, shortest_witness(), world_.tasks());
    std::uint64_t& most = by_name.budget.max_states;
    const bool bounded = of_use != 0 && (most == 0 || of_use < most);
    if (bounded) most = of_use;
    Exploration whole = check::explore_all(Watched(world_, probe_, nullptr), by_name);
    if (whole.closed()) {
      graph_ = std::move(whole.graph);
      order_ = std::move(whole.order);
      folded_ = false;
      return explain::Seen::all;
    }
    return bounded && whole.stop == Stop::states ? explain::Seen::too_many : explain::Seen::not_all;
  }

  std::size_t shortest_witness() const {
    std::size_t least = std::numeric_limits<std::size_t>::max();
    for (const Judgement& judgement : result_.judgements) {
      if (judgement.verdict == Verdict::violated) least = std::min(least, judgement.witness.size());
    }
    return least;
  }

  /// For the invariants that hold; empty if none does.
  std::string certificate() const {
    certify::Head head = *options_.certificate;
    head.scenario = world_.scenario().id;
    head.variant = world_.scenario().variant;
    head.design = world_.design().id;
    for (const Judgement& judgement : result_.judgements) {
      if (judgement.verdict == Verdict::holds) head.invariants.emplace_back(judgement.invariant.name);
    }
    if (head.invariants.empty()) return "";
    return certificate_of(world_, graph_, order_, std::move(head), allowance_);
  }

  const World& world_;
  const Options& options_;
  const Allowance allowance_, judging_;
  const world::Symmetry symmetry_;
  Probe probe_;
  bool folded_;
  explore::Graph graph_;
  explore::Order order_;
  explore::Meetings meetings_;
  std::optional<World> fifo_;  // the same world in asyncio's order, and what was seen of it, if it was asked for
  Exploration fifo_seen_;
  Analysis result_;
};

}  // namespace

std::vector<LineCoverage> listing_lines(const world::World& world) {
  return coverage_of(world, [](design::Pc) { return std::uint8_t{0}; });
}

std::string_view verdict_name(Verdict verdict) {
  constexpr std::array<std::string_view, 3> kNames = {"holds", "violated", "unknown"};
  return kNames[static_cast<std::size_t>(verdict)];
}

std::string_view stop_name(Stop stop) {
  constexpr std::array<std::string_view, 5> kNames = {"finished", "states budget", "depth budget", "memory budget",
                                                      "interrupted"};
  return kNames[static_cast<std::size_t>(stop)];
}

std::string ended_by(const Analysis& analysis) {
  const Stop stop = analysis.stop != Stop::finished ? analysis.stop : analysis.left_out_by;
  if (stop == Stop::finished) return {};
  return analysis.stopped_by.empty() ? std::string(stop_name(stop)) : analysis.stopped_by;
}

Analysis analyse(const World& world, const std::vector<property::Invariant>& invariants, const Options& options) {
  return Analyser(world, options).run(invariants);
}

}  // namespace interleak::check
