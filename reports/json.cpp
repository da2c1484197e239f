// Values -> JSON: see json.hpp. Keys stand in the order in which a reader wants them.
#include "reports/json.hpp"

#include "reports/numbers_json.hpp"

#include <array>

#include <fmt/format.h>

#include "reports/certificate.hpp"
#include "reports/why.hpp"
#include "reports/words.hpp"
#include "sim/scenario/utf8.hpp"

namespace interleak::reports {
namespace {

std::string task_id(const world::World& world, int task) {
  return world.scenario().tasks[static_cast<std::size_t>(task)].id;
}

/// The id of a task, or null for nobody.
Json task_or_null(const world::World& world, int task) { return task < 0 ? Json(nullptr) : Json(task_id(world, task)); }

Json items_json(const world::World& world, const std::vector<words::ItemView>& items) {
  Json out = Json::array();
  for (const words::ItemView& item : items) {
    out.push_back({{"task", task_or_null(world, item.task)}, {"text", item.text}});
  }
  return out;
}

Json connections_json(const world::World& world, const std::vector<words::ConnectionView>& connections) {
  Json out = Json::array();
  for (const words::ConnectionView& c : connections) {
    Json each = {{"number", c.number},
                 {"created", c.created},
                 {"connected", c.connected},
                 {"idle", c.idle},
                 {"requests", items_json(world, c.requests)}};
    if (world.shape().held) each["held"] = items_json(world, c.held);
    each["wire"] = items_json(world, c.wire);
    if (world.physics().kernel) each["kernel"] = items_json(world, c.kernel);
    each["stream"] = items_json(world, c.stream);
    out.push_back(std::move(each));
  }
  return out;
}

Json disclosures_json(const world::World& world, const std::vector<words::Disclosure>& disclosures) {
  static constexpr std::array<std::string_view, 3> kEffects = {"none", "show", "send"};
  Json out = Json::array();
  for (const words::Disclosure& each : disclosures) {
    Json entry = {{"to", each.to},
                  {"of", each.of},
                  {"flow", each.flow},
                  {"fields", each.fields},
                  {"effect", kEffects[static_cast<std::size_t>(each.effect)]}};
    if (each.effect == scenario::Effect::send) {
      entry["mistake"] = each.wrong_recipient ? "wrong recipient" : "wrong content";
    }
    entry["text"] = words::told(world, each).text();
    out.push_back(std::move(entry));
  }
  return out;
}

Json outcome_json(const world::World& world, const words::OutcomeView& outcome) {
  Json out = {{"task", task_id(world, outcome.task)},
              {"operation", outcome.operation + 1},
              {"outcome", world::kOutcomeNames[static_cast<std::size_t>(outcome.outcome)]},
              {"from", task_or_null(world, outcome.from_task)},
              {"text", outcome.text.text()}};
  if (!outcome.disclosures.empty()) out["disclosures"] = disclosures_json(world, outcome.disclosures);
  return out;
}

Json step_json(const world::World& world, const words::StepView& step) {
  Json out = {{"number", step.number},
              {"event", step.text},
              {"task", task_or_null(world, step.task)},
              {"summary", step.summary.text()}};
  if (step.child) out["child"] = true;
  if (step.cancel) {
    out["cancel"] = {{"await", step.await}, {"ready", step.was_ready}};
  }
  if (step.line) out["line"] = line_json(*step.line);
  Json outcomes = Json::array();
  for (const auto& outcome : step.outcomes) outcomes.push_back(outcome_json(world, outcome));
  out["outcomes"] = std::move(outcomes);
  out["findings"] = words::texts_of(step.findings);
  out["connections"] = connections_json(world, step.connections);
  out["free"] = step.free;
  return out;
}

Json judgement_json(const Result& result, std::size_t index) {
  const check::Judgement& judgement = result.analysis.judgements[index];
  Json out = {{"invariant", judgement.invariant.name},
              {"code", judgement.invariant.code},
              {"severity", judgement.invariant.severity},
              {"verdict", check::verdict_name(judgement.verdict)}};
  if (judgement.verdict == check::Verdict::holds && !judgement.vacuous.empty()) {
    out["vacuous"] = judgement.vacuous;
  }
  if (!result.traces[index]) return out;
  const words::Trace& trace = *result.traces[index];
  out["without_cancel"] = judgement.without_cancel;
  out["witness"] = {{"schedule", judgement.schedule},
                    {"length", judgement.witness.size()},
                    {"shows", decorated(what_happened(*result.world, judgement.invariant, trace), true)},
                    {"replay", replay_command(result.replay_words, judgement.schedule)},
                    {"trace", trace_json(*result.world, trace)}};
  if (judgement.why) out["why"] = why_json(*result.world, judgement);
  return out;
}

Json coverage_json(const check::Analysis& analysis) {
  Json out = Json::array();
  for (const check::LineCoverage& line : analysis.coverage) {
    Json entry = line_json(line.line);
    entry["ran"] = line.ran;
    if (line.is_await) {
      entry["cancelled"] = {{"waiting", line.cancelled_waiting}, {"ready", line.cancelled_ready}};
    }
    out.push_back(std::move(entry));
  }
  return out;
}

Json position_json(Position at) { return {{"line", at.line}, {"column", at.column}}; }

}  // namespace

Json line_json(const words::LineView& line) {
  return {{"design", line.origin}, {"procedure", line.procedure}, {"line", line.line}, {"text", line.text}};
}

Json numbers_json(const std::map<std::string, check::BigInt>& numbers) {
  Json out = Json::object();
  for (const auto& [name, number] : numbers) out[name] = number.str();
  return out;
}

Json counts_json(const check::Counts& counts) {
  return {{"schedules", counts.schedules.str()},
          {"by_outcome", numbers_json(counts.by_outcome)},
          {"by_finding", numbers_json(counts.by_finding)},
          {"without_cancel", numbers_json(counts.without_cancel)}};
}

Json document(std::string_view command) {
  return {
      {"interleak", kFormatVersion}, {"tool", kToolVersion}, {"semantics", kSemanticsVersion}, {"command", command}};
}

std::string text_of(const Json& value, int indent) {
  const std::string text = value.dump(indent, ' ', false, Json::error_handler_t::replace);
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const scenario::Character next = scenario::first_character(rest);
    // Control characters of ASCII are escaped already, but DEL; those that are left are the line ends of the layout.
    if (next.code < 0x7f || scenario::is_printable(next.code)) {
      out += rest.substr(0, next.length);
    } else if (next.code < 0x10000) {
      out += fmt::format("\\u{:04x}", next.code);
    } else {
      const std::uint32_t pair = next.code - 0x10000;
      out += fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + (pair >> 10), 0xdc00 + (pair & 0x3ff));
    }
    rest.remove_prefix(next.length);
  }
  return out;
}

std::string text_of(const Json& document) { return text_of(document, 2) + "\n"; }

Json subject_json(const world::World& world) {
  const scenario::Scenario& scenario = world.scenario();
  const design::Design& design = world.design();
  Json tasks = Json::array();
  for (const auto& task : scenario.tasks) tasks.push_back({{"id", task.id}, {"owner", task.owner}});
  Json about = {{"id", scenario.id},
                {"variant", scenario.variant},
                {"file", scenario.file},
                {"protocol", scenario.protocol->id},
                {"tasks", std::move(tasks)},
                {"connections", world.connections()},
                {"nodes", world.nodes()},
                {"max_cancels", scenario.cancel.max},
                {"cancel_kind", scenario::kCancelKinds[static_cast<std::size_t>(scenario.cancel.kind)]},
                {"cancel_of", scenario.cancel.who},
                {"cancel_at", cancel_awaits(scenario)},
                {"physics", physics_names(scenario)},
                {"ready", scenario.ready == scenario::Ready::fifo ? "fifo" : "any"},
                {"silent_server", scenario.may_be_silent},
                {"ownership_check", scenario.ownership_check}};
  const scenario::ServerErrors& errors = scenario.server_errors;
  if (errors.max > 0) about["server_errors"] = {{"max", errors.max}, {"of", errors.who}, {"at", errors.at}};
  return {{"scenario", std::move(about)},
          {"design", {{"id", design.id}, {"title", design.title}, {"source", design.source}}}};
}

void add_bound(Json& out, world::Bound bound) {
  if (bound == world::Bound::none) return;
  const world::BoundInfo& info = world::info_of(bound);
  out["bound"] = {{"name", info.name}, {"most", info.most}, {"of", info.of}};
}

Json trace_json(const world::World& world, const words::Trace& trace) {
  Json steps = Json::array();
  for (const words::StepView& step : trace.steps) steps.push_back(step_json(world, step));
  Json out = {{"start", connections_json(world, trace.start)},
              {"steps", std::move(steps)},
              {"complete", trace.complete},
              {"end_findings", words::texts_of(trace.end_findings)},
              {"possible_under_fifo", trace.possible_under_fifo}};
  add_bound(out, trace.bound);
  return out;
}

Json result_json(const Result& result, const JsonOptions& options) {
  const check::Analysis& analysis = result.analysis;
  Json out = subject_json(*result.world);
  const std::string why = why_unknown(result);
  out["verdict"] = check::verdict_name(verdict_of(analysis));
  out["explored"] = {{"complete", why.empty()},   {"stopped_by", why},
                     {"states", analysis.states}, {"transitions", analysis.transitions},
                     {"depth", analysis.depth},   {"clear_steps", analysis.clear_steps}};
  if (!analysis.left_out.empty()) {
    out["explored"]["left_out"] = analysis.left_out;
    out["explored"]["left_out_by"] = check::ended_by(analysis);
  }
  if (analysis.diverges) out["diverges"] = analysis.diverges_schedule;
  add_bound(out, analysis.bound);
  Json judgements = Json::array();
  for (std::size_t i = 0; i < analysis.judgements.size(); ++i) {
    judgements.push_back(judgement_json(result, i));
  }
  out["invariants"] = std::move(judgements);
  out["counts"] = analysis.counts ? counts_json(*analysis.counts) : Json(nullptr);
  if (analysis.numbers) out["numbers"] = numbers_json(*result.world, *analysis.numbers);
  out["disclosures"] = disclosures_json(*result.world, analysis.disclosures);
  if (!result.certificate_file.empty()) out["certificate"] = certificate_json(result);
  if (options.coverage) out["coverage"] = coverage_json(analysis);
  if (options.timings) {
    out["timings"] = {{"milliseconds", static_cast<std::int64_t>(result.seconds * 1000)},
                      {"bytes", result.bytes},
                      {"threads", result.threads}};
    if (result.known) out["timings"]["known"] = true;
  }
  return out;
}

Json divergence_json(const words::Refusal& error) {
  return {
      {"step", error.number}, {"offset", error.offset}, {"message", error.told().text()}, {"enabled", error.enabled}};
}

namespace {

/// The word of "did you mean "..."?", for an editor to offer; empty: nothing was guessed.
std::string suggested_word(const Diagnostic& error) {
  constexpr std::string_view kBefore = "did you mean \"", kBehind = "\"?";
  const std::string_view help = error.help;
  if (!help.starts_with(kBefore) || !help.ends_with(kBehind)) return {};
  return std::string(help.substr(kBefore.size(), help.size() - kBefore.size() - kBehind.size()));
}

}  // namespace

Json errors_json(const Diagnostics& errors) {
  Json out = Json::array();
  for (const Diagnostic& error : errors) {
    Json entry = {{"code", error.code},     {"message", error.message},
                  {"file", error.file},     {"at", position_json(error.at)},
                  {"length", error.length}, {"severity", "error"}};
    if (!error.path.empty()) entry["path"] = error.path;
    if (!error.expected.empty()) entry["expected"] = error.expected;
    if (!error.help.empty()) entry["help"] = error.help;
    if (const std::string word = suggested_word(error); !word.empty()) entry["suggestion"] = word;
    for (const RelatedPlace& place : error.related) {
      entry["related"].push_back({{"at", position_json(place.at)}, {"message", place.message}});
    }
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace interleak::reports
