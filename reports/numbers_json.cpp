#include "reports/numbers_json.hpp"

namespace interleak::reports {
namespace {

Json fraction(const check::Rational& number) { return number.str(); }

Json polynomial(const check::RatePolynomial& polynomial) {
  Json terms = Json::array();
  for (const auto& [powers, c] : polynomial.terms) {
    terms.push_back({{"cancels", powers.first}, {"passed", powers.second}, {"factor", fraction(c)}});
  }
  return terms;
}

Json chances(const std::map<std::string, check::Chance>& all) {
  Json out = Json::object();
  for (const auto& [name, chance] : all) {
    out[name] = {{"uniform", fraction(chance.uniform)},
                 {"percent", check::percent(chance.uniform)},
                 {"rate", polynomial(chance.rate)}};
  }
  return out;
}

}  // namespace

Json numbers_json(const world::World& world, const check::Numbers& numbers) {
  Json out = {{"by_outcome", chances(numbers.by_outcome)},
              {"by_finding", chances(numbers.by_finding)},
              {"budget_spent", polynomial(numbers.budget_spent)},
              {"cancels", polynomial(numbers.cancels)},
              {"operations", numbers.operations},
              {"max_cancels", world.scenario().cancel.max}};
  Json games = Json::array();
  for (std::size_t k = 0; k < numbers.adversary.size(); ++k) {
    std::vector<std::string> texts;
    for (const Event event : numbers.adversary[k].schedule) texts.push_back(world.text(event));
    games.push_back({{"cancels", k},
                     {"least", fraction(numbers.adversary[k].least)},
                     {"greatest", fraction(numbers.adversary[k].greatest)},
                     {"schedule", join_schedule(texts)}});
  }
  out["adversary"] = {{"outcome", numbers.adversary_outcome}, {"values", std::move(games)}};
  return out;
}

}  // namespace interleak::reports
