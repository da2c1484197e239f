// See kept.hpp. Structures are taken apart as a whole: when one gets a new field this file does not compile until
// somebody has decided what becomes of it.
#include "sim/check/kept.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <nlohmann/json.hpp>

#include "sim/check/expectations.hpp"
#include "sim/check/faultless.hpp"
#include "sim/terms/names.hpp"
#include "sim/words/schedule_text.hpp"
#include "sim/world/schedules.hpp"

namespace interleak::check {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostDigits = 20'000;   // of a number; more are worked on for seconds
constexpr std::array kKeptStops = {Stop::finished, Stop::states, Stop::depth};

// --- writing -----------------------------------------------------------------------------------------

Json json_of(const std::map<std::string, BigInt>& numbers) {
  Json out = Json::object();
  for (const auto& [name, number] : numbers) out[name] = number.str();
  return out;
}

Json json_of(const Counts& counts) {
  const auto& [schedules, by_outcome, by_finding, without_cancel] = counts;
  return {{"schedules", schedules.str()},
          {"by_outcome", json_of(by_outcome)},
          {"by_finding", json_of(by_finding)},
          {"without_cancel", json_of(without_cancel)}};
}

Json json_of(const Judgement& judgement) {
  const auto& [invariant, verdict, vacuous, witness, schedule, without_cancel, why] = judgement;
  static_cast<void>(witness);   // is the schedule
  static_cast<void>(why);       // nobody asked: see may_be_kept()
  return {{"invariant", invariant.name},
          {"verdict", verdict_name(verdict)},
          {"vacuous", vacuous},
          {"schedule", schedule},
          {"without_cancel", without_cancel}};
}

Json json_of(const words::Disclosure& disclosure) {
  const auto& [to, of, flow, fields, effect, wrong_recipient] = disclosure;
  return {{"to", to},
          {"of", of},
          {"flow", flow},
          {"fields", fields},
          {"effect", static_cast<int>(effect)},
          {"wrong_recipient", wrong_recipient}};
}

/// A digit for each line.
std::string text_of(const std::vector<LineCoverage>& coverage) {
  std::string out;
  for (const LineCoverage& each : coverage) {
    const auto& [line, ran, is_await, cancelled_waiting, cancelled_ready] = each;
    static_cast<void>(line), static_cast<void>(is_await);   // the world knows them
    out += static_cast<char>('0' + (ran ? 1 : 0) + (cancelled_waiting ? 2 : 0) + (cancelled_ready ? 4 : 0));
  }
  return out;
}

template <class Each>
Json list_of(const std::vector<Each>& all) {
  Json out = Json::array();
  for (const Each& each : all) out.push_back(json_of(each));
  return out;
}

// --- reading: throws Json::exception or Refused ------------------------------------------------------

struct Refused {};

void demand(bool holds) {
  if (!holds) throw Refused{};
}

template <class Number>
Number number_of(const Json& json) {
  demand(json.is_number_unsigned());
  const auto number = json.get<std::uint64_t>();
  demand(number <= static_cast<std::uint64_t>(std::numeric_limits<Number>::max()));
  return static_cast<Number>(number);
}

BigInt big_number_of(const Json& json) {
  const auto& text = json.get_ref<const std::string&>();
  demand(!text.empty() && text.size() <= kMostDigits && (text[0] != '0' || text == "0"));
  demand(std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }));
  return BigInt(text);
}

/// All of these names, and no other.
template <class Names, class NameOf>
std::map<std::string, BigInt> numbers_of(const Json& json, const Names& names, const NameOf& name_of) {
  std::map<std::string, BigInt> out;
  for (const auto& each : names) out.emplace(name_of(each), big_number_of(json.at(std::string(name_of(each)))));
  demand(json.size() == out.size());
  return out;
}

std::optional<Counts> counts_of(const Json& json) {
  if (json.is_null()) return std::nullopt;
  const auto outcome = [](std::string_view name) { return name; };
  const auto finding = [](const auto& each) { return std::string_view(each.name); };
  Counts counts;
  counts.schedules = big_number_of(json.at("schedules"));
  counts.by_outcome = numbers_of(json.at("by_outcome"), world::kOutcomeNames, outcome);
  counts.by_finding = numbers_of(json.at("by_finding"), world::kPoolFindings, finding);
  counts.without_cancel = numbers_of(json.at("without_cancel"), world::kOutcomeNames, outcome);
  BigInt sum = 0;
  for (const auto& [name, number] : counts.by_outcome) sum += number;
  demand(sum == counts.schedules && sum > 0);   // each schedule has one worst outcome
  return counts;
}

std::vector<Event> events_of(const world::World& world, const std::string& schedule) {
  std::vector<Event> events;
  demand(!words::parse_schedule(world, schedule, events));
  return events;
}

Judgement judgement_of(const Json& json, const world::World& world, const property::Invariant& invariant) {
  constexpr std::array kVerdicts = {Verdict::holds, Verdict::violated, Verdict::unknown};
  demand(json.at("invariant").get_ref<const std::string&>() == invariant.name);
  const auto& word = json.at("verdict").get_ref<const std::string&>();
  const auto verdict = std::ranges::find(kVerdicts, word, verdict_name);
  demand(verdict != kVerdicts.end());
  Judgement out;
  out.invariant = invariant;
  out.verdict = *verdict;
  out.vacuous = json.at("vacuous").get<std::string>();
  out.schedule = json.at("schedule").get<std::string>();
  out.without_cancel = json.at("without_cancel").get<bool>();
  if (out.verdict == Verdict::violated) {
    out.witness = events_of(world, out.schedule);
    demand(why_not_shown(world, invariant, out.schedule).empty());
  } else {
    demand(out.schedule.empty() && !out.without_cancel);
  }
  return out;
}

words::Disclosure disclosure_of(const Json& json) {
  const int effect = number_of<int>(json.at("effect"));
  demand(effect <= static_cast<int>(scenario::Effect::send));
  return {json.at("to").get<std::string>(),      json.at("of").get<std::string>(),
          json.at("flow").get<std::string>(),    json.at("fields").get<std::vector<std::string>>(),
          static_cast<scenario::Effect>(effect), json.at("wrong_recipient").get<bool>()};
}

std::vector<LineCoverage> coverage_of(const Json& json, const world::World& world) {
  const auto& digits = json.get_ref<const std::string&>();
  std::vector<LineCoverage> lines = listing_lines(world);
  demand(lines.size() == digits.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const int bits = digits[i] - '0';
    demand(bits >= 0 && bits < 8);
    lines[i].ran = (bits & 1) != 0;
    lines[i].cancelled_waiting = (bits & 2) != 0;
    lines[i].cancelled_ready = (bits & 4) != 0;
  }
  return lines;
}

Analysis analysis_of(const Json& json, const world::World& world, const std::vector<property::Invariant>& invariants) {
  Analysis out;
  out.states = number_of<std::uint64_t>(json.at("states"));
  out.transitions = number_of<std::uint64_t>(json.at("transitions"));
  out.kept = number_of<std::uint64_t>(json.at("kept"));
  out.depth = number_of<int>(json.at("depth"));
  out.clear_steps = number_of<int>(json.at("clear_steps"));
  const auto& stop = json.at("stop").get_ref<const std::string&>();
  const auto kept = std::ranges::find(kKeptStops, stop, stop_name);
  demand(kept != kKeptStops.end());
  out.stop = *kept;
  if (const Json& diverges = json.at("diverges"); !diverges.is_null()) {
    out.diverges_schedule = diverges.get<std::string>();
    out.diverges = events_of(world, out.diverges_schedule);
    out.bound = world::bound_reached(world, *out.diverges);
  }
  const Json& judgements = json.at("judgements");
  demand(judgements.is_array() && judgements.size() == invariants.size());
  for (std::size_t i = 0; i < invariants.size(); ++i) {
    out.judgements.push_back(judgement_of(judgements[i], world, invariants[i]));
  }
  const bool all_seen = out.stop == Stop::finished && !out.diverges;
  for (const Judgement& each : out.judgements)
    demand(each.verdict != (all_seen && can_judge(world, each.invariant) ? Verdict::unknown : Verdict::holds));
  out.counts = counts_of(json.at("counts"));
  demand(all_seen || !out.counts);
  for (const Json& each : json.at("disclosures")) out.disclosures.push_back(disclosure_of(each));
  out.coverage = coverage_of(json.at("coverage"), world);
  return out;
}

}  // namespace

bool may_be_kept(const Analysis& analysis) {
  const auto explained = [](const Judgement& each) { return each.why != nullptr; };
  return std::ranges::find(kKeptStops, analysis.stop) != kKeptStops.end() && analysis.left_out.empty() &&
         !analysis.numbers && analysis.certificate.empty() && std::ranges::none_of(analysis.judgements, explained);
}

std::string kept_text(const Analysis& analysis) {
  const auto& [states, transitions, kept, depth, clear_steps, stop, diverges, diverges_schedule, bound, judgements,
               counts, numbers, disclosures, coverage, certificate, left_out, left_out_by, stopped_by] = analysis;
  static_cast<void>(bound);     // the schedule shows it
  static_cast<void>(numbers), static_cast<void>(certificate), static_cast<void>(left_out);   // see may_be_kept()
  static_cast<void>(left_out_by), static_cast<void>(stopped_by);
  const Json json = {{"states", states},
                     {"transitions", transitions},
                     {"kept", kept},
                     {"depth", depth},
                     {"clear_steps", clear_steps},
                     {"stop", stop_name(stop)},
                     {"diverges", diverges ? Json(diverges_schedule) : Json(nullptr)},
                     {"judgements", list_of(judgements)},
                     {"counts", counts ? json_of(*counts) : Json(nullptr)},
                     {"disclosures", list_of(disclosures)},
                     {"coverage", text_of(coverage)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<Analysis> kept_analysis(std::string_view text, const world::World& world,
                                      const std::vector<property::Invariant>& invariants) {
  try {
    return analysis_of(Json::parse(text), world, invariants);
  } catch (const Json::exception&) {
    return std::nullopt;
  } catch (const Refused&) {
    return std::nullopt;
  }
}

}  // namespace interleak::check
