// What the analysis has worked out, in the form in which a page takes it: see html_extras.hpp.
#include <algorithm>

#include "reports/html_extras.hpp"
#include "reports/style.hpp"
#include "sim/check/numbers.hpp"
#include "sim/explain/why.hpp"
#include "sim/kernel/schedule.hpp"

namespace interleak::reports {
namespace {

Json rate_of(const check::RatePolynomial& rate) {
  Json terms = Json::array();
  for (const auto& [powers, c] : rate.terms) {
    terms.push_back({{"coefficient", c.str()}, {"p", powers.first}, {"q", powers.second}});
  }
  return {{"terms", std::move(terms)}};
}

/// Of the worst outcome, if it is one that somebody would look for.
Json numbers_of(const check::Analysis& analysis) {
  const check::Numbers& numbers = *analysis.numbers;
  const auto chance = numbers.by_outcome.find(numbers.adversary_outcome);
  if (chance == numbers.by_outcome.end()) return nullptr;
  Json out = {{"scheduler", "uniform: every choice of a state is equally likely"},
              {"outcome", numbers.adversary_outcome},
              {"rate", rate_of(chance->second.rate)}};
  if (const auto runs = check::runs_for_95_percent(chance->second.uniform)) {
    out["runs"] = grouped(std::to_string(*runs));
  }
  return out;
}

Json causes_of(const world::World& world, const explain::Causes& causes) {
  Json out = Json::array();
  for (const explain::RootCause& cause : causes.classes) {
    std::vector<std::string> texts;
    for (const Event event : cause.witness) texts.push_back(world.text(event));
    out.push_back({{"cancel", cause.cancel ? line_json(*cause.cancel) : Json(nullptr)},
                   {"residue", explain::residue_name(cause.residue)},
                   {"read", cause.read ? line_json(*cause.read) : Json(nullptr)},
                   {"schedules", cause.schedules.str()},
                   {"probability", cause.probability.str()},
                   {"witness", join_schedule(texts)}});
  }
  return out;
}

words::Prose safe_words(const explain::SafeSchedule& safe) {
  words::Prose text("The nearest schedule without it is " + plural(std::to_string(safe.edits), "edit") + " away: ");
  text += safe.difference.text;
  if (safe.check) text += " " + safe.check->text;
  if (!safe.ending.empty()) text += " In the end " + safe.ending + ".";
  return text;
}

Json reasons_of(const explain::Why& why) {
  Json because = Json::array(), loose = Json::array();
  for (const explain::Sentence& sentence : why.because) because.push_back(prose_json(sentence.text));
  for (std::size_t i = 0; i < why.freedom.size(); ++i) {
    const explain::Freedom& step = why.freedom[i];
    if (step.droppable || step.earliest != step.latest) loose.push_back(i + 1);
  }
  Json out = {{"because", std::move(because)}, {"loose", std::move(loose)}};
  if (why.safe) out["nearest_safe"] = {{"schedule", why.safe->schedule}, {"text", prose_json(safe_words(*why.safe))}};
  if (why.along && why.along->last_safe_choice >= 0) {
    out["last_safe_choice"] = why.along->last_safe_choice;
    out["point_of_no_return"] = why.along->last_safe_choice + 1;
  }
  return out;
}

}  // namespace

Json prose_json(const words::Prose& text) {
  const auto pieces = text.pieces();
  const bool names = std::any_of(pieces.begin(), pieces.end(), [](const auto& piece) { return piece.task >= 0; });
  if (!names) return text.text();
  Json out = Json::array();
  for (const words::Prose::Piece& piece : pieces) {
    if (piece.task < 0) {
      out.push_back(std::string(piece.text));
    } else {
      out.push_back(Json::array({std::string(piece.text), piece.task}));
    }
  }
  return out;
}

words::Prose prose_of(const Json& json) {
  if (json.is_string()) return words::Prose(json.get<std::string>());
  words::Prose out;
  for (const Json& piece : json) {
    out += piece.is_string() ? words::Prose(piece.get<std::string>())
                             : words::Prose::name(piece.at(1).get<int>(), piece.at(0).get<std::string>());
  }
  return out;
}

Extras extras_of(const Result& result) {
  Extras out = Json::object();
  const check::Analysis& analysis = result.analysis;
  if (analysis.numbers) {
    Json numbers = numbers_of(analysis);
    if (!numbers.is_null()) out["numbers"] = std::move(numbers);
  }
  const int gravest = gravest_violation(analysis);
  if (gravest < 0) return out;
  const auto& why = analysis.judgements[static_cast<std::size_t>(gravest)].why;
  if (!why) return out;
  out["why"] = reasons_of(*why);
  if (why->causes) out["causes"] = causes_of(*result.world, *why->causes);
  if (why->along && out.contains("numbers")) {
    Json along = Json::array();
    for (const explain::Rational& each : why->along->probability) along.push_back(each.str());
    out["numbers"]["along"] = std::move(along);
  }
  return out;
}

}  // namespace interleak::reports
