// Analyses as text, and back: sim/check/kept.hpp.
#include "sim/check/kept.hpp"

#include <set>

#include "sim/certify/subject.hpp"
#include "sim/check/expectations.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

std::string text_of(const check::Analysis& analysis) {
  REQUIRE(check::may_be_kept(analysis));
  return check::kept_text(analysis);
}

/// Reads it back, and holds what is no part of the text against what it was.
void round_trip(const world::World& world, const std::vector<property::Invariant>& invariants,
                const check::Options& options) {
  const check::Analysis before = check::analyse(world, invariants, options);
  const std::string text = text_of(before);
  const auto after = check::kept_analysis(text, world, invariants);
  REQUIRE(after);
  CHECK(check::kept_text(*after) == text);
  CHECK(after->diverges == before.diverges);
  CHECK(after->bound == before.bound);
  CHECK(after->disclosures == before.disclosures);
  for (std::size_t i = 0; i < invariants.size(); ++i) {
    CHECK(after->judgements[i].witness == before.judgements[i].witness);
    CHECK(after->judgements[i].invariant.name == before.judgements[i].invariant.name);
  }
  for (std::size_t i = 0; i < before.coverage.size(); ++i) {
    CHECK(after->coverage[i].line.text == before.coverage[i].line.text);
    CHECK(after->coverage[i].is_await == before.coverage[i].is_await);
  }
}

check::Options options_of(std::uint64_t states, int depth, bool counts) {
  check::Options options;
  options.budget.max_states = states;
  options.budget.max_depth = depth;
  options.counts = counts;
  return options;
}

TEST_CASE("an analysis comes back from its text as what it was: shipped scenarios, whole and cut") {
  std::set<check::Verdict> verdicts;
  for (const auto& file : embedded::scenarios()) {
    Diagnostics errors;
    const auto scenario = scenario::read_scenario(file.text, std::string(file.path), errors).at(0);
    for (const char* id : {"redis-py-4.5.1/pool", "patterns/tombstones"}) {
      const auto world = world_of(scenario, shipped(id));
      const auto invariants = check::invariants_of(scenario);
      for (const auto& options : {options_of(400, 0, true), options_of(0, 5, true), options_of(2'000, 0, false)}) {
        round_trip(world, invariants, options);
        for (const auto& each : check::analyse(world, invariants, options).judgements) verdicts.insert(each.verdict);
      }
    }
  }
  CHECK(verdicts.size() == 3);
}

TEST_CASE("a design that diverges comes back, with the bound that it runs into") {
  const auto world = world_of(
      users(1, 1, 0), design_of({{"execute", {"take", "loop 100 times:", "    await send \"PING\"", "close", "put"}}}));
  round_trip(world, check::invariants_of(world.scenario()), {});
}

TEST_CASE("what says something impossible of its world is no analysis") {
  const auto world = world_of(users(2, 1, 1), shipped("redis-py-4.5.1/pool"));
  const auto invariants = check::invariants_of(world.scenario());
  const std::string text = text_of(check::analyse(world, invariants, {}));
  const auto refused = [&](const std::string& what, const std::string& by) {
    std::string other = text;
    const std::size_t at = other.find(what);
    INFO(what << " -> " << by);
    REQUIRE(at != std::string::npos);
    other.replace(at, what.size(), by);
    CHECK_FALSE(check::kept_analysis(other, world, invariants));
  };
  refused(R"("verdict":"violated")", R"("verdict":"holds")");
  refused(R"("verdict":"holds")", R"("verdict":"unknown")");
  refused(R"("verdict":"holds")", R"("verdict":"violated")");
  refused("alice !alice bob srv.1 net.1 bob", "alice !alice bob");          // shows no violation
  refused("alice !alice bob srv.1 net.1 bob", "alice bob bob bob");         // is none
  refused(R"("stop":"finished")", R"("stop":"interrupted")");
  refused(R"("stop":"finished")", R"("stop":"states budget")");             // then nothing may hold
  refused(R"("leak":")", R"("leak":"1)");                                   // the outcomes do not add up
  refused(R"("leak":")", R"("leek":")");
  refused(R"("coverage":")", R"("coverage":"0)");
  refused(R"("coverage":")", R"("coverage":"9)");
  refused(R"("states":)", R"("states":-)");
  refused(R"("no-lost-slot")", R"("no-such-thing")");
  refused("{", "[");
  const auto fewer = std::vector(invariants.begin(), invariants.end() - 1);
  CHECK_FALSE(check::kept_analysis(text, world, fewer));
  const auto other = world_of(users(2, 1, 1), shipped("redis-py-4.5.5/pool"));
  CHECK_FALSE(check::kept_analysis(text, other, invariants));
}

TEST_CASE("nothing is kept of a search that time or memory has ended, or that has more to tell") {
  check::Analysis analysis;
  CHECK(check::may_be_kept(analysis));
  for (const auto stop : {check::Stop::interrupted, check::Stop::bytes}) {
    analysis.stop = stop;
    CHECK_FALSE(check::may_be_kept(analysis));
  }
  analysis.stop = check::Stop::finished;
  analysis.left_out = {"counts"};
  CHECK_FALSE(check::may_be_kept(analysis));
}

TEST_CASE("what is told of a subject is more than the subject") {
  const auto base = users(2, 1, 1);
  const auto digests = [](const scenario::Scenario& scenario) {
    const auto world = world_of(scenario, shipped("redis-py-4.5.5/pool"));
    return std::pair(certify::hex(certify::subject_digest(world)), certify::hex(certify::told_digest(world)));
  };
  const auto [subject, told] = digests(base);
  const auto only_told = [&](const auto& change) {
    auto other = base;
    change(other.tasks[0].operations[0]);
    const auto [its_subject, its_told] = digests(other);
    CHECK(its_subject == subject);
    CHECK(its_told != told);
  };
  only_told([](auto& o) { o.flow = "email"; });
  only_told([](auto& o) { o.fields = {{"titles"}}; });
  only_told([](auto& o) { o.effect = scenario::Effect::send; });
  auto titled = base;
  titled.title = "another title";
  CHECK(digests(titled) == digests(base));
}

}  // namespace
}  // namespace interleak::test
