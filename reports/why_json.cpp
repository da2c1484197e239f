// The explanation of a witness for programs: see why.hpp, and docs/output.md for the fields.
#include "reports/why.hpp"
#include "sim/explain/why.hpp"
#include "sim/kernel/schedule.hpp"

namespace interleak::reports {
namespace {

Json sentence_json(const explain::Sentence& sentence) {
  Json lines = Json::array();
  for (const words::LineView& line : sentence.lines) lines.push_back(line_json(line));
  return {{"text", sentence.text.text()}, {"steps", sentence.steps}, {"lines", std::move(lines)}};
}

/// Exact, as "numerator/denominator"; a whole number without the second.
std::string rational_text(const explain::Rational& number) { return number.str(); }

Json along_json(const explain::Along& along) {
  Json probability = Json::array();
  for (const explain::Rational& each : along.probability) probability.push_back(rational_text(each));
  const bool never = along.last_safe_choice < 0;
  return {{"scheduler", "uniform"},
          {"probability", std::move(probability)},
          {"last_safe_choice", never ? Json(nullptr) : Json(along.last_safe_choice)},
          {"no_return", along.last_safe_choice + 1}};
}

Json safe_json(const explain::SafeSchedule& safe) {
  Json out = {{"schedule", safe.schedule},     {"edits", safe.edits},
              {"differs_at", safe.differs_at}, {"difference", safe.difference.text.text()},
              {"ending", safe.ending.text()},  {"nothing_violated", safe.nothing_violated}};
  if (safe.check) out["check"] = sentence_json(*safe.check);
  return out;
}

Json fifo_json(const explain::UnderFifo& fifo) {
  return {{"violated", !fifo.events.empty()}, {"steps", fifo.events.size()}, {"schedule", fifo.schedule}};
}

std::string schedule_json(const world::World& world, const Events& events) {
  std::vector<std::string> texts;
  for (const Event event : events) texts.push_back(world.text(event));
  return join_schedule(texts);
}

Json causes_json(const world::World& world, const explain::Causes& causes) {
  Json classes = Json::array();
  for (const explain::RootCause& cause : causes.classes) {
    classes.push_back({{"cancel", cause.cancel ? line_json(*cause.cancel) : Json(nullptr)},
                       {"residue", explain::residue_name(cause.residue)},
                       {"read", cause.read ? line_json(*cause.read) : Json(nullptr)},
                       {"schedules", cause.schedules.str()},
                       {"probability", rational_text(cause.probability)},
                       {"witness", schedule_json(world, cause.witness)}});
  }
  return {{"outcome", world::kOutcomeNames[static_cast<std::size_t>(causes.outcome)]},
          {"schedules", causes.schedules.str()},
          {"classes", std::move(classes)}};
}

}  // namespace

Json why_json(const world::World& world, const check::Judgement& judgement) {
  const explain::Why& why = *judgement.why;
  Json because = Json::array(), steps = Json::array();
  for (const explain::Sentence& sentence : why.because) because.push_back(sentence_json(sentence));
  for (const explain::Freedom& step : why.freedom) {
    steps.push_back({{"earliest", step.earliest}, {"latest", step.latest}, {"droppable", step.droppable}});
  }
  return {{"because", std::move(because)},
          {"steps", std::move(steps)},
          {"along", why.along ? along_json(*why.along) : Json(nullptr)},
          {"nearest_safe", why.safe ? safe_json(*why.safe) : Json(nullptr)},
          {"never_safe", why.never_safe},
          {"under_fifo", why.under_fifo ? fifo_json(*why.under_fifo) : Json(nullptr)},
          {"root_causes", why.causes ? causes_json(world, *why.causes) : Json(nullptr)},
          {"left_out", why.left_out}};
}

}  // namespace interleak::reports
