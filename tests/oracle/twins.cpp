#include "tests/oracle/twins.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "sim/check/analysis.hpp"
#include "sim/property/invariants.hpp"
#include "sim/world/dump.hpp"
#include "sim/world/listener.hpp"
#include "tests/oracle/explorer.hpp"
#include "tests/oracle/random.hpp"

namespace interleak::oracle {
namespace {

/// Steps of an event are counted in each engine by its own kind of step, so one may be through with an
/// event that is too long for the other; not with one that has only a fraction of so many.
constexpr int kManySteps = 2'000;

constexpr auto kFindings = std::to_array<std::string_view>(
    {"lost-slot", "double-owner", "zombie", "dirty-idle", "hostage", "cancel waits", "late write", "foreign session",
     "double effect", "assertion", "lasting failure", "collateral failure"});

/// "what: the engine says x, the oracle says y", unless they are equal.
template <class Fast, class Slow>
Difference differ(const std::string& what, const Fast& fast, const Slow& slow) {
  if (fast == slow) return std::nullopt;
  std::ostringstream text;
  text << std::boolalpha << what << ": the engine says [" << fast << "], the oracle [" << slow << "]";
  return text.str();
}

/// Notes the outcomes in the order in which operations end, and the names of failures, and counts instructions.
struct Ends final : world::Listener {
  explicit Ends(const world::World& world) : of(world) {}
  const world::World& of;
  Texts outcomes, failures;
  int steps = 0;
  void ran(world::FrameId, design::Pc) override { ++steps; }
  void landed(world::FrameId, design::Pc, bool) override {}
  void act(world::FrameId, design::Pc, Act, world::ConnId, world::Label) override {}
  void ended(const world::OperationEnd& end) override {
    outcomes.emplace_back(world::kOutcomeNames[static_cast<std::size_t>(end.outcome)]);
    if (end.failure != 0 && of.tracks_failures()) failures.push_back(world::failure_text(of, end.failure));
  }
};

/// Both engines in what should be the same state.
class Twins {
 public:
  Twins(const world::World& world, const Oracle& oracle, bool encodes)
      : world_(world), state_(world.initial()), oracle_(oracle), encodes_(encodes) {}

  Difference compare_states(Tally& tally) {
    events_.clear();
    world_.enabled(state_, events_);
    texts_.clear();
    for (const Event event : events_) texts_.push_back(world_.text(event));
    if (const Texts slow = oracle_.enabled(); slow != texts_) return differ("enabled", joined(texts_), joined(slow));
    const Facts facts = world_.facts(state_);
    std::set<std::string> names;
    for (const auto& finding : world::kPoolFindings) {
      if ((facts & finding.fact) != 0) names.emplace(finding.name);
    }
    for (const std::string& each : names) ++tally.findings[each];
    const auto slow = oracle_.state_findings();
    return differ("findings", joined({names.begin(), names.end()}), joined({slow.begin(), slow.end()}));
  }

  /// Of the state that compare_states() has found to be the same.
  Difference compare_ends(Tally& tally) const {
    const Facts facts = world_.end(state_).facts;
    const EndFacts end = oracle_.end(texts_);
    const auto of_kind = [&](Facts fact) { return (facts & fact) != 0; };
    if (end.lost_slot) ++tally.findings["lost-slot"];
    if (end.starved) ++tally.outcomes["starved"];
    if (end.hostage) ++tally.findings["hostage"];
    const bool complete =
        std::all_of(events_.begin(), events_.end(), [&](Event event) { return world_.is_optional(event); });
    if (auto d = differ("complete", complete, end.complete)) return d;
    if (auto d = differ("lost-slot", of_kind(world::fact::kLostSlot), end.lost_slot)) return d;
    if (auto d = differ("hostage", of_kind(world::fact::kHostage), end.hostage)) return d;
    return differ("starved", of_kind(world::fact::kStarved), end.starved);
  }

  /// Runs the event in both. `over`: a bound was passed, and there is no more to compare.
  Difference step(std::size_t index, Tally& tally, bool& over) {
    Ends ends(world_);
    const std::string text = texts_[index];
    ++tally.steps;
    ++tally.events[kind_of(events_[index])];
    const StepFacts slow = oracle_.step(text);
    const StepLabel fast = world_.apply(state_, events_[index], &ends);
    const bool fast_diverges = (fast.facts & world::fact::kDiverges) != 0;
    over = fast_diverges || slow.diverges;
    if (over) return compare_bounds(slow, ends, tally);
    if (auto d = compare_labels(fast, ends, slow)) return d;
    for (const std::string& each : ends.outcomes) ++tally.outcomes[each];
    if (slow.cancel_waits) ++tally.findings["cancel waits"];
    if (slow.late_write) ++tally.findings["late write"];
    if (slow.foreign_session) ++tally.findings["foreign session"];
    if (slow.double_effect) ++tally.findings["double effect"];
    if (slow.assertion) ++tally.findings["assertion"];
    if (slow.lasting_failure) ++tally.findings["lasting failure"];
    if (slow.collateral_failure) ++tally.findings["collateral failure"];
    return encodes_ ? through_the_codec() : std::nullopt;
  }

  std::vector<std::uint8_t> bytes() const {
    std::vector<std::uint8_t> bytes;
    world_.encode(state_, bytes);
    return bytes;
  }

  const Events& events() const { return events_; }
  const Texts& texts() const { return texts_; }

 private:
  static Difference compare_labels(const StepLabel& fast, const Ends& ends, const StepFacts& slow) {
    if (auto d = differ("outcomes", joined(ends.outcomes), joined(slow.outcomes))) return d;
    Texts failures;
    for (const Failure& each : slow.failures) failures.push_back(each.name);
    if (!ends.of.tracks_failures()) failures.clear();
    if (auto d = differ("failures", joined(ends.failures), joined(failures))) return d;
    Facts outcomes = 0;
    std::size_t worst = 0;
    for (const std::string& each : ends.outcomes) {
      const auto at = std::find(world::kOutcomeNames.begin(), world::kOutcomeNames.end(), each);
      const auto of = static_cast<std::size_t>(at - world::kOutcomeNames.begin());
      outcomes |= world::fact::outcome(static_cast<world::Outcome>(of));
      worst = std::max(worst, of);
    }
    if (auto d = differ("facts of outcomes", fast.facts & 0xffu, outcomes)) return d;
    if (auto d = differ("worst outcome", static_cast<std::size_t>(fast.worst), worst)) return d;
    const bool waits = (fast.facts & world::fact::kCancelWaits) != 0;
    if (auto d = differ("cancel waits", waits, slow.cancel_waits)) return d;
    if (auto d = differ("late write", (fast.facts & world::fact::kLateWrite) != 0, slow.late_write)) return d;
    const bool foreign = (fast.facts & world::fact::kForeignSession) != 0;
    if (auto d = differ("foreign session", foreign, slow.foreign_session)) return d;
    const bool again = (fast.facts & world::fact::kDoubleEffect) != 0;
    if (auto d = differ("double effect", again, slow.double_effect)) return d;
    if (auto d = differ("assertion", (fast.facts & world::fact::kAssertion) != 0, slow.assertion)) return d;
    const bool lasting = (fast.facts & world::fact::kLastingFailure) != 0;
    if (auto d = differ("lasting failure", lasting, slow.lasting_failure)) return d;
    const bool collateral = (fast.facts & world::fact::kCollateralFailure) != 0;
    return differ("collateral failure", collateral, slow.collateral_failure);
  }

  Difference compare_bounds(const StepFacts& slow, const Ends& ends, Tally& tally) const {
    const std::string fast(world::info_of(state_.stuck).name);
    const std::string of_slow = slow.diverges ? slow.bound : "none";
    ++tally.bounds[of_slow];
    const bool of_steps = fast == "steps" || of_slow == "steps";
    if (of_steps && std::min(ends.steps, oracle_.steps()) > kManySteps) return std::nullopt;
    if (auto d = differ("bound", fast, of_slow)) return d;
    return differ("outcomes before the bound", joined(ends.outcomes), joined(slow.outcomes));
  }

  /// What is not in the bytes of a state is lost from here on.
  Difference through_the_codec() {
    std::vector<std::uint8_t> bytes, again;
    world_.encode(state_, bytes);
    const world::State before = std::exchange(state_, world_.decode(bytes.data(), bytes.size()));
    world_.encode(state_, again);
    if (before == state_ && bytes == again) return std::nullopt;
    return "a state does not come back from its bytes; before:\n" + world::dump(world_, before) + "after:\n" +
           world::dump(world_, state_);
  }

  const world::World& world_;
  world::State state_;
  Oracle oracle_;
  bool encodes_;
  Events events_;
  Texts texts_;
};

/// How much a schedule likes each kind of event, and each task.
class Likings {
 public:
  Likings(Random& random, int tasks) {
    for (int& each : kinds_) each = random.one_in(2) ? 8 : random.pick<int>({1, 2, 24, 100});
    for (int t = 0; t < tasks; ++t) tasks_.push_back(random.one_in(2) ? 8 : random.pick<int>({1, 40}));
  }

  std::size_t choose(const world::World& world, const Events& events, Random& random) const {
    std::vector<int> sums;
    int sum = 0;
    for (const Event event : events) sums.push_back(sum += weight(world, event));
    const int drawn = random.below(sum);
    return static_cast<std::size_t>(std::upper_bound(sums.begin(), sums.end(), drawn) - sums.begin());
  }

 private:
  int weight(const world::World& world, Event event) const {
    const world::EventParts parts = world::parts_of(event);
    const int liked = kinds_[static_cast<std::size_t>(parts.kind)];
    const int process = world.process(event);
    if (process == kNoProcess) return 8 * liked;
    return liked * tasks_[static_cast<std::size_t>(process / world::kFramesPerTask)];
  }

  std::array<int, terms::kEvents.size()> kinds_{};
  std::vector<int> tasks_;
};

std::vector<property::Invariant> all_invariants() {
  const auto all = property::all_invariants();
  return {all.begin(), all.end()};
}

Difference compare_counts(const check::Counts& fast, const Enumeration& slow) {
  if (auto d = differ("schedules", fast.schedules, check::BigInt(slow.schedules))) return d;
  for (const auto& [name, count] : slow.by_outcome) {
    if (auto d = differ(name, fast.by_outcome.at(name), check::BigInt(count))) return d;
    const auto without = fast.without_cancel.find(name);
    const check::BigInt of_fast = without == fast.without_cancel.end() ? check::BigInt(0) : without->second;
    const check::BigInt of_slow = slow.without_cancel.at(name);
    if (auto d = differ(name + " without cancel", of_fast, of_slow)) return d;
  }
  for (const auto& [name, count] : slow.by_finding) {
    if (auto d = differ(name, fast.by_finding.at(name), check::BigInt(count))) return d;
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> event_kinds() {
  std::vector<std::string> kinds;
  for (const terms::EventInfo& each : terms::kEvents) {
    const std::string name = name_of(each.kind);
    kinds.push_back(name);
    if (!terms::is_run(each.kind)) continue;
    kinds.push_back(name + "~");
    if (each.kind != terms::EventKind::timeout) kinds.push_back(name + "~2");   // few listings send so often there
  }
  return kinds;
}

std::vector<std::pair<std::string, std::uint64_t>> happened(const Tally& tally) {
  std::vector<std::pair<std::string, std::uint64_t>> list;
  const auto add = [&](const std::string& what, const auto& from, const auto& names) {
    for (const auto& name : names) {
      const auto found = from.find(std::string(name));
      list.emplace_back(what + std::string(name), found == from.end() ? 0 : found->second);
    }
  };
  add("event: ", tally.events, event_kinds());
  add("outcome: ", tally.outcomes, world::kOutcomeNames);
  add("finding: ", tally.findings, kFindings);
  return list;
}

std::string joined(const Texts& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : " ") + text;
  return all;
}

std::string kind_of(Event event) {
  const world::EventParts parts = world::parts_of(event);
  const bool chooses = terms::is_run(parts.kind) && parts.choice != 0;
  return name_of(parts.kind) + (!chooses ? "" : parts.choice == 1 ? "~" : "~2");
}

std::string name_of(terms::EventKind kind) {
  if (kind == terms::EventKind::resume) return "resume";
  const terms::EventInfo& info = terms::info_of(kind);
  const std::string_view word = terms::word_of(info);
  const std::string name = std::string(word.empty() ? info.prefix : word) + std::string(info.suffix);
  return kind == terms::EventKind::fail ? name + info.names : name;
}

void Tally::add(const Tally& other) {
  const auto plus = [](auto& mine, const auto& theirs) {
    for (const auto& [name, count] : theirs) mine[name] += count;
  };
  plus(events, other.events);
  plus(outcomes, other.outcomes);
  plus(findings, other.findings);
  plus(bounds, other.bounds);
  steps += other.steps;
  schedules += other.schedules;
  states += other.states;
}

void Tally::add_once(const Tally& other) {
  const auto plus = [](auto& mine, const auto& theirs) {
    for (const auto& [name, count] : theirs) mine[name] += count > 0 ? 1 : 0;
  };
  plus(events, other.events);
  plus(outcomes, other.outcomes);
  plus(findings, other.findings);
  plus(bounds, other.bounds);
}

Walk walk(const world::World& world, const Oracle& oracle, Chooser chooser, Tally& tally) {
  Random random(chooser.seed);
  const Likings likings(random, world.tasks());
  Twins twins(world, oracle, random.one_in(2));
  Walk walked;
  ++tally.schedules;
  for (int length = 0; length <= chooser.longest; ++length) {
    walked.difference = twins.compare_states(tally);
    if (!walked.difference) walked.difference = twins.compare_ends(tally);
    if (walked.difference || twins.events().empty()) return walked;
    const std::size_t next = likings.choose(world, twins.events(), random);
    walked.schedule.push_back(twins.texts()[next]);
    bool over = false;
    walked.difference = twins.step(next, tally, over);
    if (walked.difference || over) return walked;
  }
  return walked;
}

namespace {

/// A state that was met, and how.
struct Met {
  std::unique_ptr<Twins> twins;  ///< null: all its events have run
  std::size_t from = 0;          ///< index of the state before it
  std::string event;
};

Texts way_to(const std::vector<Met>& met, std::size_t at) {
  Texts events;
  for (; at != 0; at = met[at].from) events.insert(events.begin(), met[at].event);
  return events;
}

}  // namespace

Walk sweep(const world::World& world, const Oracle& oracle, std::uint64_t seed, int events, Tally& tally) {
  Random random(seed);
  std::vector<Met> met;
  std::vector<std::size_t> open = {0};
  std::set<std::vector<std::uint8_t>> seen;
  met.push_back({std::make_unique<Twins>(world, oracle, false), 0, {}});
  while (!open.empty() && events > 0) {
    // The last one, or any.
    const std::size_t pick =
        random.one_in(2) ? open.size() - 1 : static_cast<std::size_t>(random.below(static_cast<int>(open.size())));
    const std::size_t at = open[pick];
    open.erase(open.begin() + static_cast<long>(pick));
    ++tally.states;
    const auto twins = std::move(met[at].twins);
    if (auto d = twins->compare_states(tally)) return {way_to(met, at), d};
    if (auto d = twins->compare_ends(tally)) return {way_to(met, at), d};
    for (std::size_t i = 0; i < twins->texts().size() && events-- > 0; ++i) {
      Met next = {std::make_unique<Twins>(*twins), at, twins->texts()[i]};
      bool over = false;
      const auto difference = next.twins->step(i, tally, over);
      if (!difference && (over || !seen.insert(next.twins->bytes()).second)) continue;
      met.push_back(std::move(next));
      if (difference) return {way_to(met, met.size() - 1), difference};
      open.push_back(met.size() - 1);
    }
  }
  return {};
}

std::shared_ptr<const Failures> excused_in(const world::World& faultless, std::size_t max_states) {
  struct At {
    world::State state;
    Oracle oracle;
  };
  Failures failures;
  std::set<std::vector<std::uint8_t>> seen;
  std::vector<At> open = {{faultless.initial(), Oracle(faultless.scenario(), faultless.design())}};
  while (!open.empty()) {
    const At at = std::move(open.back());
    open.pop_back();
    Events events;
    faultless.enabled(at.state, events);
    Texts texts;
    for (const Event event : events) texts.push_back(faultless.text(event));
    // An event that only one of them has is not to be run in the other.
    if (const auto d = differ("enabled without faults", joined(texts), joined(at.oracle.enabled())))
      throw std::logic_error(*d);
    for (const Event event : events) {
      At next = at;
      const StepFacts facts = next.oracle.step(faultless.text(event));
      const StepLabel label = faultless.apply(next.state, event);
      if (facts.diverges || (label.facts & world::fact::kDiverges) != 0) return nullptr;
      failures.insert(facts.failures.begin(), facts.failures.end());
      std::vector<std::uint8_t> bytes;
      faultless.encode(next.state, bytes);
      if (!seen.insert(std::move(bytes)).second) continue;
      if (seen.size() > max_states) return nullptr;
      open.push_back(std::move(next));
    }
  }
  return std::make_shared<const Failures>(std::move(failures));
}

Walk follow(const world::World& world, const Oracle& oracle, const Texts& schedule) {
  Twins twins(world, oracle, false);
  Walk walked;
  Tally tally;
  for (std::size_t i = 0;; ++i) {
    walked.difference = twins.compare_states(tally);
    if (!walked.difference) walked.difference = twins.compare_ends(tally);
    if (walked.difference || i == schedule.size()) return walked;
    const auto at = std::find(twins.texts().begin(), twins.texts().end(), schedule[i]);
    if (at == twins.texts().end()) return walked;
    walked.schedule.push_back(schedule[i]);
    bool over = false;
    const auto index = static_cast<std::size_t>(at - twins.texts().begin());
    walked.difference = twins.step(index, tally, over);
    if (walked.difference || over) return walked;
  }
}

Difference compare_analyses(const world::World& world, const Oracle& oracle, Enough enough, bool& compared) {
  compared = false;
  const Enumeration slow = enumerate(oracle, enough.schedules, enough.events);
  if (!slow.finished && !slow.diverges) return std::nullopt;
  check::Options options;
  options.budget.max_states = 100'000;
  const check::Analysis fast = check::analyse(world, all_invariants(), options);
  if (fast.stop != check::Stop::finished && !fast.diverges) return std::nullopt;
  compared = true;
  if (slow.diverges || fast.diverges) return differ("diverges", fast.diverges.has_value(), slow.diverges);
  if (!fast.counts) return "the engine did not finish";
  if (auto d = compare_counts(*fast.counts, slow)) return d;
  for (const check::Judgement& judgement : fast.judgements) {
    const std::string name(judgement.invariant.name);
    const auto found = slow.shortest.find(name);
    const int least = found == slow.shortest.end() ? -1 : found->second;
    const int length = judgement.verdict == check::Verdict::violated ? static_cast<int>(judgement.witness.size()) : -1;
    if (auto d = differ(name + ", shortest", length, least)) return d;
  }
  return std::nullopt;
}

}  // namespace interleak::oracle
