#include "sim/explain/why.hpp"

#include <algorithm>

#include "sim/explain/nearest.hpp"
#include "sim/explain/story.hpp"
#include "sim/kernel/schedule.hpp"
#include "sim/terms/names.hpp"
#include "sim/words/trace.hpp"

namespace interleak::explain {
namespace {

using words::Prose;

bool within(std::uint64_t work, std::uint64_t limit) { return limit == 0 || work <= limit; }

/// Who does what in a step: "alice takes c1", "the server answers GET history on c1".
Prose deed(const world::World& world, const words::StepView& step) {
  const world::EventParts parts = world::parts_of(step.event);
  const Prose who = step.task >= 0 ? words::frame(world, parts.frame)
                                   : Prose(std::string(terms::info_of(terms::info_of(parts.kind).actor).who));
  if (!step.cancel) return who + " " + step.summary;
  return who + " is cancelled at " + step.await + (step.summary.empty() ? Prose() : ", and " + step.summary);
}

class Explainer {
 public:
  Explainer(const world::World& world, const explore::Graph& graph, const explore::Order& order,
            const Violation& violation, const WhyLimits& limits, const Allowance& allowance)
      : world_(world), graph_(graph), order_(order), violation_(violation), limits_(limits), allowance_(allowance) {}

  Why run(Seen seen) {
    why_.because = because(world_, violation_.witness, violation_.mask);
    tell_freedom();
    if (seen == Seen::not_all) {
      leave_out("probabilities, the nearest safe schedule and root causes",
                "not all states were seen, or the design diverges");
      return std::move(why_);
    }
    const std::string chances = causes_asked() ? "probabilities and root causes" : "probabilities";
    const std::string safe = "the nearest safe schedule";
    if (seen == Seen::too_many) {
      leave_out(chances, more_states());
      leave_out(safe, kTooManyRests);
      return std::move(why_);
    }
    within_allowance(chances, [&] { tell_chances(chances); });
    within_allowance(safe, [&] { tell_safe(safe); });
    return std::move(why_);
  }

 private:
  static constexpr const char* kTooManyRests = "too many states for a table of all rests";

  std::string more_states() const { return "more than " + std::to_string(limits_.max_states) + " states"; }

  template <class Tell>
  void within_allowance(const std::string& what, const Tell& tell) {
    try {
      tell();
    } catch (const Cut&) {
      leave_out(what, "the time or the memory that is allowed was used up");
    }
  }

  void leave_out(const std::string& what, const std::string& reason) { why_.left_out.push_back(what + ": " + reason); }

  void tell_freedom() {
    const std::size_t steps = violation_.witness.size();
    if (steps > kMostRelevanceSteps) {
      leave_out("which steps may move", "more than " + std::to_string(kMostRelevanceSteps) + " steps");
    } else {
      why_.freedom = relevance(world_, violation_.witness, violation_.mask);
    }
  }

  bool causes_asked() const { return violation_.with_causes && wrong_reply().has_value(); }

  void tell_chances(const std::string& what) {
    if (!within(graph_.size(), limits_.max_states)) return leave_out(what, more_states());
    const Chances chances(graph_, order_, allowance_);
    if (!within(std::uint64_t{graph_.size()} * chances.bits(), limits_.max_bits)) {
      return leave_out(what, "the numbers take too much memory");
    }
    tell_along(chances);
    if (!causes_asked()) return;
    within_allowance("root causes", [&] { tell_causes(chances); });
  }

  std::optional<world::Outcome> wrong_reply() const {
    const auto worst = worst_reply(graph_);
    const bool asked = worst && (world::fact::outcome(*worst) & violation_.mask) != 0;
    return asked ? worst : std::nullopt;
  }

  void tell_along(const Chances& chances) {
    const std::vector<BigInt> parts = chances.of(violation_.mask);
    Along along;
    std::uint32_t s = 0;
    along.probability.push_back(chances.rational(parts[0]));
    bool seen = (graph_.facts[0] & violation_.mask) != 0;
    for (const Event event : violation_.witness) {
      const auto edges = graph_.edges_of(s);
      const auto edge =
          std::find_if(edges.begin(), edges.end(), [&](const explore::Edge& each) { return each.event == event; });
      s = edge->target;
      seen = seen || ((edge->facts | graph_.facts[s]) & violation_.mask) != 0;
      along.probability.push_back(seen ? Rational(1) : chances.rational(parts[s]));
    }
    const auto certain = std::find(along.probability.begin(), along.probability.end(), Rational(1));
    along.last_safe_choice = static_cast<int>(certain - along.probability.begin()) - 1;
    why_.along = std::move(along);
  }

  void tell_causes(const Chances& chances) {
    why_.causes = root_causes(world_, graph_, order_, chances, *wrong_reply(), {limits_.max_nodes}, allowance_);
    if (!why_.causes) {
      leave_out("root causes",
                "more than " + std::to_string(limits_.max_nodes) + " states with what must be remembered of the past");
    }
  }

  void tell_safe(const std::string& what) {
    const Events& witness = violation_.witness;
    const std::uint64_t work = nearest_work(world_, graph_, witness.size());
    if (!within(work, limits_.max_costs)) {
      return leave_out(what, kTooManyRests);
    }
    auto nearest = nearest_safe(world_, graph_, order_, witness, violation_.checked | violation_.mask, allowance_);
    bool nothing_violated = nearest.has_value();
    if (!nearest && violation_.checked != violation_.mask) {
      nearest = nearest_safe(world_, graph_, order_, witness, violation_.mask, allowance_);
    }
    why_.never_safe = !nearest;
    if (!nearest) return;
    why_.safe = in_words(*nearest);
    why_.safe->nothing_violated = nothing_violated;
  }

  SafeSchedule in_words(const Nearest& nearest) const {
    SafeSchedule safe;
    safe.events = nearest.events;
    safe.edits = nearest.edits;
    std::vector<std::string> texts;
    for (const Event event : nearest.events) texts.push_back(world_.text(event));
    safe.schedule = join_schedule(texts);
    const Events& witness = violation_.witness;
    const auto parts = std::mismatch(witness.begin(), witness.end(), nearest.events.begin(), nearest.events.end());
    const auto at = static_cast<std::size_t>(parts.first - witness.begin());
    safe.differs_at = static_cast<int>(at) + 1;
    const words::Trace bad = words::trace(world_, witness), good = words::trace(world_, nearest.events);
    safe.difference = difference(bad, good, at);
    safe.check = seen_now(nearest.events);
    safe.ending = ending(good);
    return safe;
  }

  Prose ending(const words::Trace& trace) const {
    std::vector<Prose> ends;
    for (const words::StepView& step : trace.steps) {
      for (const words::OutcomeView& outcome : step.outcomes) {
        ends.push_back(words::task(world_, outcome.task) + ": " +
                       world::kOutcomeNames[static_cast<std::size_t>(outcome.outcome)]);
      }
    }
    return words::joined(ends, ", ");
  }

  /// The first step that is another one; `at` counts from 0.
  Sentence difference(const words::Trace& bad, const words::Trace& good, std::size_t at) const {
    Sentence sentence;
    sentence.steps = {static_cast<int>(at) + 1};
    if (at >= good.steps.size()) {
      sentence.text = Prose("it ends after step " + std::to_string(at) + ".");
      return sentence;
    }
    const words::StepView& now = good.steps[at];
    sentence.text = "at step " + std::to_string(at + 1) + " " + deed(world_, now);
    if (at < bad.steps.size()) sentence.text += ", where above " + deed(world_, bad.steps[at]);
    const auto later =
        std::find_if(bad.steps.begin() + static_cast<std::ptrdiff_t>(std::min(at, bad.steps.size())), bad.steps.end(),
                     [&](const words::StepView& step) { return step.event == now.event; });
    if (later != bad.steps.end()) {
      sentence.steps.push_back(later->number);
      sentence.text +=
          " (" + words::event_text(world_, now.text) + " comes at step " + std::to_string(later->number) + " there)";
    }
    sentence.text += ".";
    return sentence;
  }

  /// A look into a stream buffer that saw nothing in the witness and sees something now.
  std::optional<Sentence> seen_now(const Events& events) const {
    const Story bad = story_of(world_, violation_.witness), good = story_of(world_, events);
    for (const Look& look : good.looks) {
      if (look.at != Look::At::stream || !look.saw) continue;
      const bool blind = std::any_of(bad.looks.begin(), bad.looks.end(), [&](const Look& other) {
        return other.pc == look.pc && other.op == look.op && other.at == look.at && !other.saw;
      });
      if (!blind) continue;
      const words::LineView line = words::line_of(world_, look.pc);
      std::string code = line.text;
      if (!code.empty() && code.back() == ':') code.pop_back();
      return Sentence{
          Prose("The check `" + code + "` (" + line.origin + ", " + line.procedure + ":" + std::to_string(line.line) +
                ") then sees what lies there (step " + std::to_string(look.step) + ")."),
          {look.step},
          {line}};
    }
    return std::nullopt;
  }

  const world::World& world_;
  const explore::Graph& graph_;
  const explore::Order& order_;
  const Violation& violation_;
  const WhyLimits& limits_;
  const Allowance& allowance_;
  Why why_;
};

}  // namespace

std::uint64_t states_of_use(const WhyLimits& limits, std::size_t length, int tasks) {
  if (limits.max_states == 0 || limits.max_costs == 0) return 0;
  const std::uint64_t costs = (std::uint64_t{length} + 1) * (static_cast<std::uint64_t>(tasks) + 1);
  return std::max(limits.max_states, limits.max_costs / costs);
}

Why why(const world::World& world, const explore::Graph& graph, const explore::Order& order, Seen seen,
        const Violation& violation, const WhyLimits& limits, const Allowance& allowance) {
  return Explainer(world, graph, order, violation, limits, allowance).run(seen);
}

}  // namespace interleak::explain
