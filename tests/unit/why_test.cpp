// Explanations: against trying everything on the shipped scenarios, and their sentences on designs
// whose story is known.
#include "reports/why.hpp"
#include "tests/brute_why.hpp"
#include "tests/unit/shipped.hpp"
#include "tests/unit/slice.hpp"

namespace interleak::test {
namespace {

using explain::Why;

std::vector<std::string> sentences(const world::World& world, const std::string& schedule,
                                   const std::string& invariant) {
  const Facts mask = property::find_invariant(invariant)->violated_by;
  std::vector<std::string> texts;
  for (const auto& each : explain::because(world, events_of(world, schedule), mask)) {
    texts.push_back(each.text.text());
  }
  return texts;
}

check::Analysis explained(const world::World& world) {
  check::Options options;
  options.numbers = check::WhichNumbers::all;
  options.explain = check::Explain::all;
  return analysis_of(world, options);
}

TEST_CASE("explanations of the shipped scenarios are what trying everything says") {
  Slice slice;
  int compared = 0;
  for (const Shipped& each : shipped_scenarios()) {
    for (const design::Design* design : each.designs) {
      if (!slice.takes_next()) continue;
      INFO(each.name << " under " << design->id);
      if (brute::check_why(world_of(each.scenario, *design, true), 200)) ++compared;
    }
  }
  CHECK(compared > slice.of(50));
}

TEST_CASE("a leak is told from the reply to the check that saw nothing") {
  const auto world = world_of(users(2, 1, 1), shipped("redis-py-4.5.1/pool"));
  const auto texts = sentences(world, "alice !alice bob srv.1 net.1 bob", "no-cross-user-reply");
  REQUIRE(texts.size() == 4);
  CHECK(texts[0] ==
        "bob received alice's history (step 6), which answers the GET history that alice "
        "sent (step 1).");
  CHECK(texts[1].find("alice was cancelled (step 2) at `await receive` (redis-py/connection-4.4, "
                      "read:3), and so never read that reply: the server had not answered yet.") == 0);
  CHECK(texts[2].find("alice returned c1 (step 2) at ") == 0);
  CHECK(texts[2].find(" with that reply still owed, and bob took it (step 3).") != std::string::npos);
  CHECK(texts[3].find("looked into the stream buffer of c1 (step 3) and saw nothing") != std::string::npos);
}

TEST_CASE("without a check the chain says that nothing asked") {
  const auto world = world_of(users(2, 1, 1), shipped("redis-py-4.5.1/cluster"));
  const auto analysis = explained(world);
  const auto& why = *judgement(analysis, "no-leak").why;
  REQUIRE_FALSE(why.because.empty());
  CHECK(why.because.back().text.text() == "Nothing on the way asked whether c1 still owes a reply.");
}

TEST_CASE("one wrong reply after another goes back to the first cancel") {
  const auto world = world_of(users(3, 1, 1), shipped("redis-py-4.5.1/cluster"));
  const auto analysis = explained(world);
  const auto& causes = judgement(analysis, "no-cross-user-reply").why->causes;
  REQUIRE(causes);
  CHECK(causes->schedules == analysis.counts->by_outcome.at("leak"));
  // alice's reply to bob, and so bob's to carol.
  const auto texts = sentences(world, "alice !alice bob srv.1 net.1 bob carol srv.1 net.1 carol", "no-leak");
  REQUIRE(texts.size() >= 3);
  CHECK(texts[0].find("carol received bob's history") == 0);
  CHECK(texts[1].find("bob did not wait for it: it had taken alice's history (step 6)") == 0);
  CHECK(texts[2].find("alice was cancelled (step 2)") == 0);
}

TEST_CASE("root causes add up, whatever the number of cancels") {
  for (const char* design : {"redis-py-4.5.1/pool", "redis-py-4.5.1/cluster", "redis-py-4.5.1/single",
                             "patterns/release-in-finally", "patterns/tombstones"}) {
    for (const int cancels : {0, 1, 2}) {
      const auto world = world_of(users(3, 1, cancels), shipped(design));
      const auto analysis = explained(world);
      INFO(design << " with " << cancels);
      const auto& no_leak = judgement(analysis, "no-leak");
      if (no_leak.verdict != check::Verdict::violated) continue;
      const auto& cross = judgement(analysis, "no-cross-user-reply");
      REQUIRE(cross.why->causes);  // told once, with the gravest
      CHECK(cross.why->causes->schedules == analysis.counts->by_outcome.at("leak"));
      explain::BigInt sum;
      explain::Rational probability;
      for (const auto& cause : cross.why->causes->classes) {
        sum += cause.schedules;
        probability += cause.probability;
        Events events = cause.witness;
        CHECK((Facts{} | last_facts(world,
                                    [&] {
                                      std::vector<std::string> texts;
                                      for (const Event event : events) texts.push_back(world.text(event));
                                      return join_schedule(texts);
                                    }()) &
                             world::fact::outcome(world::Outcome::leak)) != 0);
      }
      CHECK(sum == cross.why->causes->schedules);
      CHECK(probability == no_leak.why->along->probability.front());
      CHECK(probability == analysis.numbers->by_outcome.at("leak").uniform);
    }
  }
}

TEST_CASE("lost slots, orphans and starvation have a chain") {
  const auto lost = world_of(users(2, 1, 1), shipped("redis-py-4.5.5/cluster"));
  auto scenario = users(2, 1, 1);
  scenario.send_suspends = design::SendSuspends::after;
  const auto analysis = explained(world_of(scenario, shipped("redis-py-4.5.5/cluster")));
  const auto& slot = judgement(analysis, "no-lost-slot");
  REQUIRE(slot.verdict == check::Verdict::violated);
  REQUIRE(slot.why->because.size() >= 3);
  CHECK(slot.why->because[0].text.text().find("took c1 (step ") != std::string::npos);
  CHECK(slot.why->because[1].text.text().find("was cancelled (step ") != std::string::npos);
  CHECK(slot.why->because[2].text.text().find("nobody else has it.") != std::string::npos);

  const auto shield = explained(world_of(users(2, 1, 1), shipped("redis-py-4.5.4/pool")));
  const auto& zombie = judgement(shield, "no-zombie");
  REQUIRE(zombie.verdict == check::Verdict::violated);
  CHECK(zombie.why->because.front().text.text().find("started a child") != std::string::npos);
  CHECK(zombie.why->because.back().text.text().find("the child goes on with c1") != std::string::npos);
}

TEST_CASE("what is too large is left out, and said to be") {
  const auto world = world_of(users(2, 1, 1), shipped("redis-py-4.5.1/pool"));
  const check::Exploration seen = check::explore_all(world, {});
  const Events witness = events_of(world, "alice !alice bob srv.1 net.1 bob");
  const Facts leak = world::fact::outcome(world::Outcome::leak);
  const explain::Violation violation{witness, leak, leak, true};
  const Why small = explain::why(world, seen.graph, seen.order, explain::Seen::all, violation, {10, 0, 10, 0});
  CHECK_FALSE(small.along);
  CHECK_FALSE(small.safe);
  CHECK_FALSE(small.never_safe);
  CHECK_FALSE(small.causes);
  CHECK(small.left_out.size() == 2);
  CHECK_FALSE(small.because.empty());
  const Why few = explain::why(world, seen.graph, seen.order, explain::Seen::all, violation, {0, 0, 0, 3});
  CHECK(few.along);
  CHECK_FALSE(few.causes);
  CHECK(few.left_out.size() == 1);
  const Why open = explain::why(world, seen.graph, seen.order, explain::Seen::not_all, violation, {});
  CHECK_FALSE(open.along);
  CHECK(open.left_out.size() == 1);
  CHECK(open.freedom.size() == witness.size());
}

TEST_CASE("the nearest safe schedule of the incident") {
  const auto world = world_of(users(2, 1, 1), shipped("redis-py-4.5.1/pool"));
  const auto analysis = explained(world);
  const auto& why = *judgement(analysis, "no-leak").why;
  REQUIRE(why.safe);
  CHECK(events_of(world, why.safe->schedule) == why.safe->events);
  CHECK(why.along->probability.back() == 1);
  CHECK(why.along->last_safe_choice > 0);
}

TEST_CASE("only what is certain is shown as certain") {
  using explain::Rational;
  CHECK(reports::percent_text(Rational(0)) == "0 %");
  CHECK(reports::percent_text(Rational(1)) == "100 %");
  CHECK(reports::percent_text(Rational(1, 3)) == "33.3 %");
  CHECK(reports::percent_text(Rational(1, 4)) == "25 %");
  CHECK(reports::percent_text(Rational(1, 100'000)) == "<0.1 %");
  CHECK(reports::percent_text(Rational(99'999, 100'000)) == ">99.9 %");
}

}  // namespace
}  // namespace interleak::test
