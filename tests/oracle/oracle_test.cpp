// The fast engine against the literal one: step by step along random schedules, and whole analyses
// against the naive enumeration. Seeds are fixed; INTERLEAK_ORACLE_SEED and INTERLEAK_ORACLE_RUNS
// (a factor) look further. A difference is shrunk, and printed as two files that can be replayed.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <random>
#include <sstream>
#include <vector>

#include "sim/check/analysis.hpp"
#include "sim/design/program.hpp"
#include "sim/property/invariants.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/world/world.hpp"
#include "tests/catch.hpp"
#include "tests/oracle/explorer.hpp"
#include "tests/oracle/generate.hpp"
#include "tests/oracle/interpreter.hpp"
#include "tests/oracle/scale.hpp"
#include "tools/embedded.hpp"

namespace interleak::oracle {
namespace {

using Texts = std::vector<std::string>;
/// How two engines disagree; nothing if they agree.
using Difference = std::optional<std::string>;

constexpr std::uint64_t kMaxSchedules = 20'000;
constexpr std::uint64_t kMaxEvents = 300'000;
constexpr int kMaxScheduleLength = 200;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::uint64_t seed() { return number_from("INTERLEAK_ORACLE_SEED", 20230320); }

std::string joined(const Texts& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : " ") + text;
  return all;
}

/// "what: fast says x, the oracle says y", unless they are equal.
template <class Fast, class Slow>
Difference differ(const std::string& what, const Fast& fast, const Slow& slow) {
  std::ostringstream left, right;
  left << fast;
  right << slow;
  if (left.str() == right.str()) return std::nullopt;
  return what + ": the engine says [" + left.str() + "], the oracle [" + right.str() + "]";
}

/// Notes the outcomes in the order in which operations end.
struct Ends final : world::Listener {
  Texts outcomes;
  void ran(world::FrameId, design::Pc) override {}
  void landed(world::FrameId, design::Pc, bool) override {}
  void act(world::FrameId, design::Pc, Act, world::ConnId, world::Label) override {}
  void ended(const world::OperationEnd& end) override {
    outcomes.emplace_back(world::kOutcomeNames[static_cast<std::size_t>(end.outcome)]);
  }
};

/// Both engines in what should be the same state.
class Twins {
 public:
  Twins(const world::World& world, const Oracle& oracle)
      : world_(world), state_(world.initial()), oracle_(oracle) {}

  Difference compare_states() const {
    Events events;
    world_.enabled(state_, events);
    Texts texts;
    for (const Event event : events) texts.push_back(world_.text(event));
    if (auto d = differ("enabled", joined(texts), joined(oracle_.enabled()))) return d;
    const Facts facts = world_.facts(state_);
    std::set<std::string> names;
    for (const auto& finding : world::kPoolFindings) {
      if ((facts & finding.fact) != 0) names.emplace(finding.name);
    }
    const auto slow = oracle_.state_findings();
    return differ("findings", joined({names.begin(), names.end()}), joined({slow.begin(), slow.end()}));
  }

  Difference compare_ends() const {
    const Facts facts = world_.end(state_).facts;
    const EndFacts end = oracle_.end();
    if (auto d = differ("lost-slot", (facts & world::fact::kLostSlot) != 0, end.lost_slot)) return d;
    if (auto d = differ("hostage", (facts & world::fact::kHostage) != 0, end.hostage)) return d;
    return differ("starved", (facts & world::fact::kStarved) != 0, end.starved);
  }

  /// Runs the event in both. `over`: one of them hit a limit, and there is no more to compare.
  Difference step(Event event, bool& over) {
    Ends ends;
    const std::string text = world_.text(event);
    const StepLabel label = world_.apply(state_, event, &ends);
    const StepFacts facts = oracle_.step(text);
    over = (label.facts & world::fact::kDiverges) != 0 || facts.diverges;
    if (over) return std::nullopt;
    if (auto d = differ("outcomes", joined(ends.outcomes), joined(facts.outcomes))) return d;
    const bool waits = (label.facts & world::fact::kCancelWaits) != 0;
    return differ("cancel waits", waits, facts.cancel_waits);
  }

  Events enabled() const {
    Events events;
    world_.enabled(state_, events);
    return events;
  }
  bool complete() const { return oracle_.end().complete; }

 private:
  const world::World& world_;
  world::State state_;
  Oracle oracle_;
};

/// The kind of an event: the prefix, and which piece.
std::string kind_of(const std::string& event) {
  if (event.front() == '!') return "!";
  const std::size_t dot = event.find('.'), colon = event.find(':');
  if (dot == std::string::npos) return "resume";
  return event.substr(0, dot) + (colon == std::string::npos ? "" : event.substr(colon));
}

/// An event that comes next. Every other schedule keeps its cancels for later: those that cancel at
/// once see little of the long scenarios.
Event choose(const world::World& world, const Events& events, bool patient, std::mt19937_64& random) {
  Event event = events[random() % events.size()];
  for (int again = 0; patient && again < 3 && world.is_fault(event); ++again) {
    event = events[random() % events.size()];
  }
  return event;
}

/// One random schedule, compared at every step. Counts the kinds of its events.
Difference walk(const world::World& world, const Oracle& oracle, std::uint64_t seed,
                std::map<std::string, int>& kinds) {
  std::mt19937_64 random(seed);
  Twins twins(world, oracle);
  Texts schedule;
  const auto told = [&](const Difference& d) { return "after [" + joined(schedule) + "] " + *d; };
  for (int length = 0; length <= kMaxScheduleLength; ++length) {
    if (const auto d = twins.compare_states()) return told(d);
    if (twins.complete()) {
      if (const auto d = twins.compare_ends()) return told(d);
    }
    const Events events = twins.enabled();
    if (events.empty()) return std::nullopt;
    const Event event = choose(world, events, seed % 2 == 0, random);
    schedule.push_back(world.text(event));
    ++kinds[kind_of(schedule.back())];
    bool over = false;
    if (const auto d = twins.step(event, over)) return told(d);
    if (over) return std::nullopt;
  }
  return std::nullopt;
}

std::vector<property::Invariant> invariants() {
  const auto all = property::all_invariants();
  return {all.begin(), all.end()};
}

bool has_physics(const scenario::Scenario& scenario) {
  return std::any_of(scenario::kPhysicsOptions.begin(), scenario::kPhysicsOptions.end(),
                     [&](const auto& each) { return scenario.physics.*each.option; });
}

/// The whole analysis against the enumeration. `compared`: it was small enough.
Difference compare_analyses(const world::World& world, const Oracle& oracle, bool& compared) {
  compared = false;
  const Enumeration slow = enumerate(oracle, kMaxSchedules, kMaxEvents);
  if (!slow.finished) return std::nullopt;
  const check::Analysis fast = check::analyse(world, invariants(), {});
  if (fast.diverges) return std::nullopt;
  compared = true;
  if (!fast.counts) return "the engine did not finish";
  if (auto d = differ("schedules", fast.counts->schedules, slow.schedules)) return d;
  for (const auto& [name, count] : slow.by_outcome) {
    if (auto d = differ(name, fast.counts->by_outcome.at(name), count)) return d;
    const auto without = fast.counts->without_cancel.find(name);
    const check::BigInt fast_without =
        without == fast.counts->without_cancel.end() ? check::BigInt(0) : without->second;
    if (auto d = differ(name + " without cancel", fast_without, slow.without_cancel.at(name))) return d;
  }
  for (const auto& [name, count] : slow.by_finding) {
    if (auto d = differ(name, fast.counts->by_finding.at(name), count)) return d;
  }
  for (const check::Judgement& judgement : fast.judgements) {
    const std::string name(judgement.invariant.name);
    const auto found = slow.shortest.find(name);
    const int least = found == slow.shortest.end() ? -1 : found->second;
    const int length = judgement.verdict == check::Verdict::violated
                           ? static_cast<int>(judgement.witness.size())
                           : -1;
    if (auto d = differ(name + ", shortest", length, least)) return d;
  }
  return std::nullopt;
}

/// Compiles the case, or says why it was refused.
std::optional<world::World> world_of(const Case& each, std::string& error) {
  Diagnostics errors;
  const auto program = design::compile(each.design, errors);
  if (!program) {
    error = errors.empty() ? "refused without a word" : errors.front().message;
    return std::nullopt;
  }
  return world::World(each.scenario, each.design, *program, true);
}

/// A case and everything that it shrinks to, until nothing smaller still fails.
template <class Fails>
void check_case(const rc::Shrinkable<Case>& first, const Fails& fails) {
  Difference difference = fails(first.value());
  if (!difference) return;
  rc::Shrinkable<Case> smallest = first;
  for (bool smaller = true; smaller;) {
    smaller = false;
    auto candidates = smallest.shrinks();
    for (int tries = 0; tries < 2'000 && !smaller; ++tries) {
      const auto candidate = candidates.next();
      if (!candidate) break;
      if (const auto still = fails(candidate->value())) {
        difference = still;
        smallest = *candidate;
        smaller = true;
      }
    }
  }
  std::ostringstream text;
  text << *difference << "\n" << smallest.value();
  FAIL_CHECK(text.str());
}

rc::Shrinkable<Case> case_number(int number, Size size) {
  return arbitrary_case(size)(rc::Random(seed() + static_cast<std::uint64_t>(number)), rc::kNominalSize);
}

}  // namespace

TEST_CASE("both engines take the same steps along random schedules of random designs") {
  constexpr int kSchedules = 5;
  const int cases = runs(2'000);
  int failed = 0, refused = 0;
  std::map<std::string, int> kinds;
  for (int number = 0; number < cases && failed < 3; ++number) {
    const auto before = failed;
    check_case(case_number(number, Size{}), [&](const Case& each) -> Difference {
      std::string error;
      const auto world = world_of(each, error);
      if (!world) {
        ++refused;
        return std::nullopt;
      }
      const Oracle oracle(each.scenario, each.design);
      for (int i = 0; i < kSchedules; ++i) {
        if (auto d = walk(*world, oracle, seed() + static_cast<std::uint64_t>(i), kinds)) {
          failed = before + 1;
          return d;
        }
      }
      return std::nullopt;
    });
  }
  CHECK(refused == 0);
  for (const char* kind : {"resume", "!", "tmo", "srv", "net", "net:hdr", "net:part", "krn", "flu", "sil"}) {
    INFO(kind);
    CHECK(kinds[kind] >= cases / 20);
  }
}

TEST_CASE("the naive enumeration of random small worlds says what the analysis says") {
  const int cases = runs(1'000);
  int failed = 0, compared = 0, with_physics = 0;
  for (int number = 0; number < cases && failed < 3; ++number) {
    const auto before = failed;
    check_case(case_number(number, Size{2, 2, 3, 2}), [&](const Case& each) -> Difference {
      std::string error;
      const auto world = world_of(each, error);
      if (!world) return std::nullopt;
      bool was_compared = false;
      auto d = compare_analyses(*world, Oracle(each.scenario, each.design), was_compared);
      if (was_compared) ++compared;
      if (was_compared && has_physics(each.scenario)) ++with_physics;
      if (d) failed = before + 1;
      return d;
    });
  }
  INFO(compared << " of " << cases << " were small enough");
  CHECK((failed != 0 || compared >= cases / 3));
  INFO(with_physics << " of them have physics");
  CHECK((failed != 0 || with_physics >= cases / 8));
}

TEST_CASE("the files of random cases are read back as what they were") {
  for (int number = 0; number < 200; ++number) {
    const Case each = case_number(number, Size{}).value();
    Diagnostics errors;
    const auto scenarios = scenario::read_scenario(to_json(each.scenario), "scenario.json", errors);
    scenario::DesignLibrary library;
    library.add(to_json(each.design), "design.json", errors);
    INFO(each);
    CHECK((errors.empty() ? "" : errors.front().message) == "");
    REQUIRE(scenarios.size() == 1);
    CHECK(to_json(scenarios.front()) == to_json(each.scenario));
  }
}

/// The scenario says what it expects of this design.
bool is_expected(const scenario::Scenario& scenario, const std::string& design) {
  return std::any_of(scenario.expected_designs.begin(), scenario.expected_designs.end(),
                     [&](const std::string& glob) { return scenario::glob_match(glob, design); });
}

TEST_CASE("the naive enumeration of the shipped scenarios says what the analysis says") {
  scenario::DesignLibrary library;
  Diagnostics errors;
  for (const auto& file : embedded::designs()) library.add(file.text, std::string(file.path), errors);
  int compared = 0, with_physics = 0;
  std::map<std::string, int> kinds;
  for (const auto& file : embedded::scenarios()) {
    for (const auto& scenario : scenario::read_scenario(file.text, std::string(file.path), errors)) {
      for (const std::string& id : library.ids()) {
        const auto design = library.find(id, errors);
        REQUIRE(design);
        std::string error;
        INFO(file.path << " " << scenario.variant << " under " << id);
        const Case each{scenario, *design};
        const auto world = world_of(each, error);
        INFO(error);
        REQUIRE(world);
        const Oracle oracle(scenario, *design);
        for (std::uint64_t i = 0; i < 20; ++i) {
          const auto d = walk(*world, oracle, seed() + i, kinds);
          CHECK(d.value_or("") == "");
        }
        if (!is_expected(scenario, id)) continue;  // the others: only their steps
        bool was_compared = false;
        const auto d = compare_analyses(*world, oracle, was_compared);
        if (was_compared) ++compared;
        if (was_compared && has_physics(scenario)) ++with_physics;
        CHECK(d.value_or("") == "");
      }
    }
  }
  CHECK(errors.empty());
  CHECK(compared > 0);
  CHECK(with_physics > 0);
  for (const char* kind : {"tmo", "krn", "net:hdr", "net:part"}) {
    INFO(kind);
    CHECK(kinds[kind] > 0);
  }
}

}  // namespace interleak::oracle
