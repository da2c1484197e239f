// That the random cases leave out nothing of the language and of the options, and that a table with gaps
// says so.
#include <algorithm>
#include <set>

#include "tests/catch.hpp"
#include "tests/oracle/choices.hpp"
#include "tests/oracle/coverage.hpp"
#include "tests/oracle/random_case.hpp"
#include "tests/oracle/twins.hpp"

namespace interleak::oracle {
namespace {

constexpr std::uint64_t kSeed = 20'230'320, kCases = 400;

std::set<std::string> without(const std::vector<std::string>& all, const std::set<std::string>& found) {
  std::set<std::string> rest(all.begin(), all.end());
  for (const std::string& each : found) rest.erase(each);
  return rest;
}

TEST_CASE("random designs have every statement and every condition, random cases every option") {
  std::set<std::string> statements, choices;
  for (std::uint64_t number = 0; number < kCases; ++number) {
    Random random(kSeed, number);
    const Case each = random_case(Scale{}, random);
    statements.merge(statements_of(each.design));
    choices.merge(choices_of(each));
  }
  CHECK(without(all_statements(), statements) == std::set<std::string>{});
  CHECK(without(all_choices(), choices) == std::set<std::string>{});
}

TEST_CASE("a run in which nothing has happened lacks all that is in the table") {
  Coverage coverage;
  CHECK(coverage.missing().size() == coverage.all().size());
  design::Statement statement;
  statement.kind = design::Statement::Kind::renew;
  coverage.see(statement);
  coverage.see("renew: a free slot");
  const auto missing = coverage.missing();
  CHECK(missing.size() == coverage.all().size() - 2);
  CHECK(std::count(missing.begin(), missing.end(), "renew") == 0);
  CHECK(std::count(missing.begin(), missing.end(), "renew: one that somebody has") == 1);
}

TEST_CASE("a tally tells of every kind of event, every outcome and every finding about the pool") {
  std::set<std::string> told, expected;
  for (const auto& [what, count] : happened(Tally{})) told.insert(what);
  for (const terms::EventInfo& each : terms::kEvents) expected.insert("event: " + name_of(each.kind));
  for (const std::string_view name : terms::kOutcomeNames) expected.insert("outcome: " + std::string(name));
  for (const terms::FactInfo& each : terms::kPoolFindings) expected.insert("finding: " + std::string(each.name));
  for (const std::string& what : expected) {
    INFO(what);
    CHECK(told.count(what) == 1);
  }
}

}  // namespace
}  // namespace interleak::oracle
