// Forged certificates against what the oracle knows: none that claims something false is accepted, and what
// is accepted claims nothing but the truth. The worlds are shipped designs under shipped scenarios, and
// random ones, in each of which some invariants hold and others do not: the naive enumeration says which.
//
// Seeds are fixed; INTERLEAK_ORACLE_SEED and INTERLEAK_ORACLE_RUNS (a factor) look further. The figures are
// printed, and stand in docs/certificates.md.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <numeric>
#include <optional>
#include <set>
#include <sstream>

#include "sim/certify/checker.hpp"
#include "sim/certify/subject.hpp"
#include "sim/check/certificate.hpp"
#include "sim/check/exploration.hpp"
#include "sim/check/faultless.hpp"
#include "sim/design/program.hpp"
#include "sim/property/invariants.hpp"
#include "sim/scenario/reader.hpp"
#include "tests/catch.hpp"
#include "tests/oracle/explorer.hpp"
#include "tests/oracle/forge.hpp"
#include "tests/oracle/generate.hpp"
#include "tests/oracle/scale.hpp"
#include "tools/embedded.hpp"

namespace interleak::oracle {
namespace {

using Names = std::vector<std::string>;
using StateBytes = std::vector<std::uint8_t>;

constexpr std::uint64_t kUsualSeed = 20230320;
constexpr int kShippedDesigns = 20, kRandomCases = 20;
constexpr std::uint64_t kFewSchedules = 5'000, kFewEvents = 60'000;
constexpr std::size_t kFewStates = 400, kManyStates = 2'000;
constexpr std::size_t kFewestWeaker = 2;   ///< worlds in which less can happen, of each subject
// Where assertions are on, a tenth shows enough.
#ifdef NDEBUG
constexpr std::uint64_t kUsualForgeries = 12'000;
#else
constexpr std::uint64_t kUsualForgeries = 1'200;
#endif

std::uint64_t forgery_setting(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// What the states of a world remember beside what happens.
struct Remembered {
  bool prompt = false;    ///< who was cancelled
  bool failures = false;  ///< whom faults have hit
};

std::optional<world::World> forgeable(const scenario::Scenario& scenario, const design::Design& design,
                                      Remembered what) {
  std::string error;
  const auto parts = compiled(Case{scenario, design}, error);
  if (!parts) return std::nullopt;
  const auto excused = what.failures ? check::excused_of(scenario, parts->design, parts->program) : nullptr;
  return world::World(scenario, parts->design, parts->program, what.prompt, excused);
}

/// A certificate of these invariants, whether or not they hold, with its list of all states; nothing if
/// there is no finite list, or a long one.
std::optional<Parts> list_of(const world::World& world, const Names& invariants, std::size_t most) {
  check::Options options;
  options.budget.max_states = most;
  const check::Exploration seen = check::explore_all(world, options);
  if (!seen.closed()) return std::nullopt;
  certify::Head head;
  head.tool = "forged";
  head.semantics = 1;
  head.scenario = world.scenario().id;
  head.variant = world.scenario().variant;
  head.design = world.design().id;
  head.invariants = invariants;
  head.words = {"SCENARIO", "-d", "DESIGN"};
  return take_apart(check::certificate_of(world, seen.graph, seen.order, head));
}

// --- worlds in which less can happen -------------------------------------------------------------

/// What a forger would like the scenario or the design to be.
std::vector<Case> weaker_cases(const scenario::Scenario& scenario, const design::Design& design,
                               const std::vector<design::Design>& others) {
  std::vector<Case> cases;
  const auto changed = [&](const auto& change) {
    cases.push_back({scenario, design});
    change(cases.back().scenario);
  };
  changed([](scenario::Scenario& s) { s.cancel.max = 0; });
  changed([](scenario::Scenario& s) { s.cancel.max = std::max(0, s.cancel.max - 1); });
  changed([](scenario::Scenario& s) { s.cancel.at = 1; });
  changed([](scenario::Scenario& s) { s.cancel.who = {s.tasks.back().id}; });
  changed([](scenario::Scenario& s) { s.tasks.pop_back(); });
  changed([](scenario::Scenario& s) { s.tasks.front().operations.resize(1); });
  changed([](scenario::Scenario& s) { s.pool_max = std::min(2, s.pool_max + 1); });
  changed([](scenario::Scenario& s) { s.ready = scenario::Ready::fifo; });
  changed([](scenario::Scenario& s) { s.physics = {}; });
  for (const design::Design& other : others) {
    cases.push_back({scenario, other});
    cases.back().design.id = design.id;
  }
  std::erase_if(cases, [](const Case& each) { return each.scenario.tasks.empty(); });
  return cases;
}

/// Listed states in which, at whose end or by whose events one of the facts is seen.
std::set<std::uint32_t> guilty_states(const world::World& world, const Parts& parts, Facts facts) {
  std::set<std::uint32_t> guilty;
  for (std::uint32_t s = 0; s < parts.states.size(); ++s) {
    const auto& bytes = parts.states[s].state;
    const world::State state = world.decode(bytes.data(), bytes.size());
    Facts seen = world.facts(state);
    Events events;
    world.enabled(state, events);
    bool complete = true;
    for (const Event event : events) {
      world::State after = state;
      seen |= world.apply(after, event).facts;
      complete = complete && world.is_optional(event);
    }
    if (complete) seen |= world.end(state).facts;
    if ((seen & facts) != 0) guilty.insert(s);
  }
  return guilty;
}

/// A world to lie about; nothing if it is too large, or all is true there, or nothing is.
std::optional<Subject> subject_of(const Case& each, Remembered what, const std::vector<design::Design>& others) {
  auto world = forgeable(each.scenario, each.design, what);
  if (!world) return std::nullopt;
  auto honest = list_of(*world, {"no-leak"}, kFewStates);
  if (!honest) return std::nullopt;
  std::shared_ptr<const Failures> excused;
  if (what.failures) excused = excused_in(each.scenario, each.design, kFewSchedules, kFewEvents);
  if (what.failures && excused == nullptr) return std::nullopt;
  const Enumeration truth = enumerate(Oracle(each.scenario, each.design, excused), kFewSchedules, kFewEvents);
  if (!truth.finished || truth.diverges) return std::nullopt;
  Subject subject{each.scenario, each.design, std::move(*world), std::move(*honest), {}, {}, {}, {}};
  Facts bad = 0;
  for (const property::Invariant& invariant : property::all_invariants()) {
    const std::string name(invariant.name);
    const bool violated = truth.shortest.count(name) != 0;
    if (violated) bad |= invariant.violated_by;
    if (!violated && invariant.violated_by == world::fact::kCancelWaits && !what.prompt) continue;
    if (!check::can_judge(subject.world, invariant)) continue;
    (violated ? subject.violated : subject.holds).push_back(name);
  }
  if (subject.violated.empty() || subject.holds.empty()) return std::nullopt;
  subject.honest = *list_of(subject.world, subject.holds, kFewStates);
  subject.guilty = guilty_states(subject.world, subject.honest, bad);
  if (subject.guilty.empty()) return std::nullopt;  // late cancels, which the world does not remember
  for (const Case& weaker : weaker_cases(each.scenario, each.design, others)) {
    const auto weak_world = forgeable(weaker.scenario, weaker.design, what);
    if (!weak_world) continue;
    auto parts = list_of(*weak_world, subject.holds, kManyStates);
    if (parts && parts->states != subject.honest.states) subject.weaker.push_back(std::move(*parts));
  }
  return subject;
}

/// The numbers from 0 to `count` - 1, each once, neighbours far from each other.
std::size_t spread(std::size_t i, std::size_t count) {
  std::size_t step = count / 3 + 1;
  while (std::gcd(step, count) != 1) ++step;
  return i * step % count;
}

/// Of each of twenty designs, spread over all, the first scenario that will do; every other one remembers
/// who was cancelled, every third whom faults have hit. Each design begins to look elsewhere, so that the scenarios are
/// many.
std::vector<Subject> shipped_subjects() {
  scenario::DesignLibrary library;
  Diagnostics errors;
  for (const auto& file : embedded::designs()) library.add(file.text, std::string(file.path), errors);
  std::vector<scenario::Scenario> scenarios;
  for (const auto& file : embedded::scenarios()) {
    const auto found = scenario::read_scenario(file.text, std::string(file.path), errors);
    scenarios.insert(scenarios.end(), found.begin(), found.end());
  }
  const Names ids = library.ids();
  const std::vector<design::Design> safe = {*library.find("redis-py-4.5.5/pool", errors),
                                            *library.find("patterns/close-on-cancel", errors)};
  std::vector<Subject> subjects;
  for (std::size_t i = 0; subjects.size() < kShippedDesigns; ++i) {
    const auto design = library.find(ids[spread(i, ids.size())], errors);
    for (std::size_t at = 0; at < scenarios.size(); ++at) {
      const auto& scenario = scenarios[(at + i * 11) % scenarios.size()];
      const auto each = case_of(scenario, *design);
      if (!each) continue;  // the design speaks another protocol
      auto subject = subject_of(*each, {i % 2 == 0, i % 3 == 0}, safe);
      if (!subject) continue;
      subjects.push_back(std::move(*subject));
      break;
    }
  }
  return subjects;
}

std::vector<Subject> random_subjects(std::uint64_t seed) {
  std::vector<Subject> subjects;
  for (std::uint64_t number = 0; subjects.size() < kRandomCases; ++number) {
    const Case each = arbitrary_case(Size{2, 2, 3, 2})(rc::Random(seed + number), rc::kNominalSize).value();
    const Case other = arbitrary_case(Size{2, 2, 3, 2})(rc::Random(seed - number), rc::kNominalSize).value();
    auto subject = subject_of(each, {number % 2 == 0, number % 3 == 0}, {other.design});
    const bool enough = subject && subject->weaker.size() >= kFewestWeaker;
    if (enough) subjects.push_back(std::move(*subject));
  }
  return subjects;
}

/// Made once: the enumerations take most of the time.
const std::vector<Subject>& subjects() {
  static const std::vector<Subject> all = [] {
    auto some = shipped_subjects();
    for (Subject& each : random_subjects(forgery_setting("INTERLEAK_ORACLE_SEED", kUsualSeed))) {
      some.push_back(std::move(each));
    }
    return some;
  }();
  return all;
}

// --- what is true --------------------------------------------------------------------------------

bool has(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The oracle knows that something that the forgery claims of this world is violated.
bool is_false(const Forgery& forgery, const Subject& subject) {
  return std::any_of(forgery.claims.begin(), forgery.claims.end(),
                     [&](const std::string& name) { return has(subject.violated, name); });
}

struct Counted {
  std::uint64_t states = 0, transitions = 0;
};

/// Numbers of the states that can be reached, and of the events in them, without the search.
Counted counted(const world::World& world) {
  Counted size;
  StateBytes bytes;
  world.encode(world.initial(), bytes);
  std::set<StateBytes> seen = {bytes};
  std::vector<StateBytes> next = {bytes};
  while (!next.empty()) {
    const world::State state = world.decode(next.back().data(), next.back().size());
    next.pop_back();
    Events events;
    world.enabled(state, events);
    size.transitions += events.size();
    for (const Event event : events) {
      world::State after = state;
      world.apply(after, event);
      StateBytes encoded;
      world.encode(after, encoded);
      if (seen.insert(encoded).second) next.push_back(std::move(encoded));
    }
  }
  size.states = seen.size();
  return size;
}

/// Why what was accepted is not true; empty: it is.
std::string untrue(const certify::Checked& checked, const Forgery& forgery) {
  const Subject& subject = *forgery.against;
  const certify::Head& head = checked.head;
  if (is_false(forgery, subject) || is_false(forgery, *forgery.about)) return "an invariant that is violated";
  if (head.invariants.empty() || head.invariants != forgery.claims) return "it proves other things";
  const std::set<std::string> names(head.invariants.begin(), head.invariants.end());
  if (names.size() != head.invariants.size()) return "an invariant twice";
  for (const std::string& name : names) {
    if (!has(subject.holds, name)) return "an invariant that is not known to hold: " + name;
  }
  const world::World& world = subject.world;
  if (head.scenario != world.scenario().id || head.variant != world.scenario().variant ||
      head.design != world.design().id || head.tracks_prompt != world.track_prompt() ||
      head.tracks_failures != world.tracks_failures() || head.subject != certify::hex(certify::subject_digest(world))) {
    return "another world";
  }
  const auto [states, transitions] = counted(world);
  if (head.states != states || head.transitions != transitions) return "numbers that are not true";
  return {};
}

// --- figures -------------------------------------------------------------------------------------

struct Tally {
  std::uint64_t forged = 0, untrue = 0, accepted = 0, untrue_accepted = 0;
};

std::string row(const std::string& name, const Tally& tally) {
  std::ostringstream out;
  out << "  " << std::left << std::setw(8) << name << std::right << std::setw(8) << tally.forged << std::setw(14)
      << tally.untrue << std::setw(10) << tally.accepted << std::setw(20) << tally.untrue_accepted << "\n";
  return out.str();
}

std::string table(const std::array<Tally, kForgeries.size()>& tallies) {
  std::string out = "  forgery   forged  false claims  accepted  false and accepted\n";
  Tally sum;
  for (std::size_t kind = 0; kind < kForgeries.size(); ++kind) {
    const Tally& each = tallies[kind];
    out += row(std::string(kForgeries[kind]), each);
    sum.forged += each.forged, sum.untrue += each.untrue;
    sum.accepted += each.accepted, sum.untrue_accepted += each.untrue_accepted;
  }
  return out + row("all", sum);
}

/// What the reasons of the checker have in common, whatever the world. Not here, for no forgery is refused
/// for them: too short a file, a limit of the engine, memory (tests/unit/certify_test.cpp has these).
const Names& shapes() {
  static const Names kShapes = {"it is no certificate",
                                "a certificate of format",
                                "has no line",
                                "a number that is none",
                                "remember unknown things",
                                "with an empty line",
                                "under semantics",
                                "uses a reduction",
                                "for another scenario",
                                "for another design",
                                "have changed",
                                "for cancel-is-prompt",
                                "(for no-",
                                "is not known here",
                                "is listed twice",
                                "twice",
                                "more states than fit",
                                "in the middle of",
                                "is malformed",
                                "in the shortest way",
                                "no event leads to",
                                "is not the initial state",
                                "is not the state that an earlier",
                                "is violated in",
                                "is violated at the end",
                                "is violated by",
                                "and the file lists",
                                "leads to no later state",
                                "does not lead to",
                                "are left over",
                                "and its head says",
                                "is missing"};
  return kShapes;
}

/// The first that the reason has; the reason itself if there is none.
std::string shape_of(const std::string& reason) {
  const auto found = std::find_if(shapes().begin(), shapes().end(),
                                  [&](const std::string& shape) { return reason.find(shape) != std::string::npos; });
  return found == shapes().end() ? reason : *found;
}

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST_CASE("the certificates that are forged from are true ones") {
  CHECK(subjects().size() == kShippedDesigns + kRandomCases);
  std::set<std::string> designs, scenarios, violated;
  for (const Subject& subject : subjects()) {
    INFO(subject.scenario.id << " " << subject.scenario.variant << " under " << subject.design.id);
    const std::string bytes = put_together(subject.honest);
    const certify::Checked checked = certify::check(subject.world, 1, bytes);
    CHECK(checked.refused == "");
    CHECK(put_together(take_apart(bytes)) == bytes);
    CHECK(untrue(checked, {bytes, subject.holds, &subject, &subject}) == "");
    CHECK(!subject.guilty.empty());
    CHECK(subject.weaker.size() >= kFewestWeaker);
    designs.insert(subject.design.id);
    scenarios.insert(subject.scenario.id + subject.scenario.variant);
    violated.insert(subject.violated.begin(), subject.violated.end());
  }
  CHECK(designs.size() == kShippedDesigns + 1);
  CHECK(scenarios.size() > 10);
  CHECK(violated.size() >= 9);
}

TEST_CASE("no forgery that claims something false is accepted") {
  const std::uint64_t seed = forgery_setting("INTERLEAK_ORACLE_SEED", kUsualSeed);
  const auto wanted = static_cast<std::uint64_t>(runs(kUsualForgeries));
  std::array<Tally, kForgeries.size()> tallies;
  std::map<std::string, int> reasons;
  std::uint64_t forged = 0, lies = 0;
  int failed = 0;
  for (; forged < wanted && failed < 5; ++forged) {
    const std::size_t kind = forged % kForgeries.size();
    const Forgery forgery = Forger(subjects(), seed + forged).forge(kind);
    const certify::Checked checked = certify::check(forgery.against->world, 1, forgery.bytes);
    const bool lie = is_false(forgery, *forgery.about) || is_false(forgery, *forgery.against);
    Tally& tally = tallies[kind];
    ++tally.forged;
    tally.untrue += lie, lies += lie;
    if (!checked.valid()) {
      ++reasons[shape_of(checked.refused)];
      continue;
    }
    ++tally.accepted;
    const std::string why = untrue(checked, forgery);
    if (why.empty()) continue;
    tally.untrue_accepted += lie;
    ++failed;
    FAIL_CHECK("forgery " << forged << " (" << kForgeries[kind] << ") of " << forgery.about->scenario.id << " under "
                          << forgery.about->design.id << " is accepted: " << why);
  }
  const std::string figures = table(tallies);
  std::cout << figures;
  CHECK(lies * 2 >= forged);
  CHECK(tallies[0].accepted > 0);  // "claims" has true ones, too
  for (const auto& [reason, count] : reasons) {
    INFO("not in shapes(): " << reason);
    CHECK(std::find(shapes().begin(), shapes().end(), reason) != shapes().end());
  }
  if (forged < 10'000) return;
  for (const std::string& shape : shapes()) {
    INFO("no forgery was refused because: " << shape);
    CHECK(reasons[shape] > 0);
  }
  if (seed != kUsualSeed || forged != kUsualForgeries) return;
  INFO("docs/certificates.md has other figures; now they are\n" << figures);
  CHECK(file_text("docs/certificates.md").find(figures) != std::string::npos);
}

}  // namespace
}  // namespace interleak::oracle
