// See sarif.hpp. What GitHub renders of SARIF is the narrower target: the first location, one
// thread flow, and partialFingerprints under its own key.
#include "reports/sarif.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "reports/fingerprint.hpp"
#include "reports/json.hpp"
#include "reports/style.hpp"
#include "reports/timeline.hpp"
#include "reports/words.hpp"
#include "sim/scenario/utf8.hpp"
#include "sim/world/listener.hpp"

namespace interleak::reports {
namespace {

using Act = world::Listener::Act;

constexpr const char* kSchema = "https://json.schemastore.org/sarif-2.1.0.json";
constexpr std::size_t kMostSteps = 1000;  // of a code flow; GitHub shows no more

Json message(const std::string& text) { return {{"text", sarif_text(text)}}; }

// --- rules ---------------------------------------------------------------------------------------

/// "type-error or leak": the worst last.
std::string facts_words(Facts facts) {
  std::string out;
  for (auto row = terms::kFacts.rbegin(); row != terms::kFacts.rend(); ++row) {
    if ((facts & row->fact) != 0) out += (out.empty() ? "" : " or ") + std::string(row->words);
  }
  return out;
}

const char* level_of(int severity) { return severity >= 6 ? "error" : "warning"; }

Json invariant_rule(const property::Invariant& invariant) {
  const std::string name(invariant.name), meaning(invariant.meaning);
  const std::string violated = "Violated by: " + facts_words(invariant.violated_by) + ".";
  Json tags = Json::array({"concurrency", "connection-pool"});
  Json properties = {{"precision", "very-high"}, {"problem.severity", level_of(invariant.severity)}};
  if (!invariant.weakness.empty()) {
    tags.push_back("security");
    tags.push_back("external/cwe/" + std::string(invariant.weakness));
    properties["security-severity"] = std::to_string(invariant.severity) + ".1";
  }
  properties["tags"] = std::move(tags);
  return {{"id", invariant.code},
          {"name", name},
          {"shortDescription", {{"text", name + ": " + meaning}}},
          {"fullDescription", {{"text", "The invariant " + name + " says: " + meaning + ". " + violated}}},
          {"help",
           {{"text", meaning + ". " + violated + " The code flow is the shortest schedule that shows it."},
            {"markdown", "**" + name + "**: " + meaning + ". " + violated +
                             "\n\nThe code flow is the shortest schedule that shows it; "
                             "`interleak replay` runs it step by step."}}},
          {"defaultConfiguration", {{"level", level_of(invariant.severity)}}},
          {"properties", std::move(properties)}};
}

Json failure_rule(const FailureRule& rule) {
  const std::string name(check::failure_name(rule.kind)), meaning(rule.meaning);
  return {{"id", rule.code},
          {"name", name},
          {"shortDescription", {{"text", name + ": " + meaning}}},
          {"help", {{"text", meaning + ". The expectations stand in the scenario file."}}},
          {"defaultConfiguration", {{"level", "warning"}}},
          {"properties", {{"tags", Json::array({"expectation"})}}}};
}

Json rules() {
  Json out = Json::array();
  std::vector<property::Invariant> invariants(property::all_invariants().begin(), property::all_invariants().end());
  std::sort(invariants.begin(), invariants.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
  for (const property::Invariant& invariant : invariants) out.push_back(invariant_rule(invariant));
  for (const FailureRule& rule : failure_rules()) out.push_back(failure_rule(rule));
  return out;
}

// --- places --------------------------------------------------------------------------------------

Json physical(const Place& place) {
  Json region = {{"startLine", place.line}};
  if (!place.text.empty()) region["snippet"] = {{"text", scenario::escaped(place.text)}};
  return {{"artifactLocation", {{"uri", uri_of(place.file)}, {"uriBaseId", "%SRCROOT%"}}},
          {"region", std::move(region)}};
}

/// A place that is in no file of the user's: the line of a listing by its name.
Json logical(const words::LineView& line) {
  return {{"fullyQualifiedName", line.origin + "::" + line.procedure + ":" + std::to_string(line.line)},
          {"kind", "function"}};
}

/// A location with what is known: file and line, listing line, message.
Json location(const std::optional<Place>& place, const words::LineView* line, const std::string& text) {
  Json out = Json::object();
  if (place) out["physicalLocation"] = physical(*place);
  if (line != nullptr) out["logicalLocations"] = Json::array({logical(*line)});
  if (!text.empty()) out["message"] = message(text);
  return out;
}

/// One violated invariant of one case.
class Flow {
 public:
  Flow(const Case& each, const words::Trace& trace)
      : case_(each), world_(*each.world), trace_(trace), timeline_(timeline(world_, trace)) {}

  Json related() const {
    Json out = Json::array();
    // A line of a listing that is in no file of the user's stands at the operation that ran it.
    const auto add = [&](const words::LineView& line, const std::string& text, int task) {
      auto place = place_of(case_, line);
      if (!place) place = operation_place(case_, task, 0);
      Json entry = location(place, &line, text);
      entry["id"] = out.size() + 1;
      out.push_back(std::move(entry));
    };
    if (const words::StepView* step = last_cancel()) {
      add(*step->line, "the cancel lands here", step->task);
    }
    const Message* wrong = crossed();
    for (const words::StepView& step : trace_.steps) {
      for (const words::ActionView& action : step.actions) {
        const std::string text = step_actor(step) + " " + action.text.text();
        const bool asks = wrong != nullptr && action.act == Act::sends && step.number == wrong->sent;
        const bool reads = wrong != nullptr && action.act == Act::receives && step.number == wrong->read;
        if (asks || reads) add(action.line, text, step.task);
        if (action.act == Act::puts && owes(step, action.connection)) {
          add(action.line, text + ", which still owes a reply", step.task);
        }
      }
    }
    return out;
  }

  Json code_flows() const {
    Json global = {{"id", "schedule"}, {"message", message("every step, in order")}};
    global["locations"] = Json::array();
    std::map<std::string, Json> actors;
    std::vector<std::string> order;
    for (const words::StepView& step : trace_.steps) {
      if (static_cast<std::size_t>(step.number) > kMostSteps) break;
      const Json entry = step_location(step);
      const std::string actor = actor_of(world_, step);
      if (actors.emplace(actor, Json::array()).second) order.push_back(actor);
      actors[actor].push_back(entry);
      global["locations"].push_back(entry);
    }
    Json apart = Json::array();
    for (const std::string& actor : order) {
      apart.push_back({{"id", actor}, {"locations", std::move(actors[actor])}});
    }
    return {{{"message", message("the schedule")}, {"threadFlows", Json::array({std::move(global)})}},
            {{"message", message("the schedule by who acts")}, {"threadFlows", std::move(apart)}}};
  }

 private:
  const Message* crossed() const {
    for (const Message& each : timeline_.messages) {
      if (each.crossed()) return &each;
    }
    return nullptr;
  }

  /// The step of fatal_cancel().
  const words::StepView* last_cancel() const {
    const words::StepView* last = nullptr;
    for (const words::StepView& step : trace_.steps) {
      if (step.cancel && step.line) last = &step;
    }
    return last;
  }

  static bool owes(const words::StepView& step, int connection) {
    for (const words::ConnectionView& c : step.connections) {
      if (c.number == connection)
        return !c.requests.empty() || !c.held.empty() || !c.wire.empty() || !c.kernel.empty() || !c.stream.empty();
    }
    return false;
  }

  std::string step_actor(const words::StepView& step) const {
    if (step.task >= 0) return actor_of(world_, step);
    return "the " + std::string(machine_of(step));
  }

  std::string step_text(const words::StepView& step) const {
    std::string out = std::to_string(step.number) + ". " + step_actor(step) + ": ";
    if (step.cancel) {
      out += "CANCELLED at " + step.await + (step.was_ready ? ", which was ready" : "");
      if (!step.summary.empty()) out += ", ";
    }
    out += step.summary.text();
    for (const words::OutcomeView& outcome : step.outcomes) {
      if (outcome.outcome == world::Outcome::cancelled) continue;
      out += "; " + outcome_words(outcome);
    }
    for (const words::FindingView& finding : step.findings) out += "; " + finding.told().text();
    return out;
  }

  /// Of a task its listing line, else the operation that it works on; of a server or the network
  /// the operation whose message it moves.
  std::optional<Place> step_place(const words::StepView& step, const words::LineView* line) const {
    if (line != nullptr) {
      if (auto place = place_of(case_, *line)) return place;
    }
    for (const Message& each : timeline_.messages) {
      const bool moved = each.served == step.number || each.delivered == step.number || each.drained == step.number ||
                         std::find(each.pieces.begin(), each.pieces.end(), step.number) != each.pieces.end();
      if (moved && each.request.task >= 0) {
        return operation_place(case_, each.request.task, each.request.operation);
      }
    }
    int task = step.task, operation = 0;
    for (const OperationSpan& span : timeline_.operations) {
      if (span.task == task && span.begin <= step.number) operation = span.operation;
    }
    if (task < 0) {   // none that is known: the operation that used the connection last
      for (const Message& each : timeline_.messages) {
        const bool there = each.connection == world::parts_of(step.event).conn;
        if (!there || each.sent > step.number || each.request.task < 0) continue;
        task = each.request.task;
        operation = each.request.operation;
      }
    }
    return operation_place(case_, std::max(task, 0), operation);
  }

  Json step_location(const words::StepView& step) const {
    const words::LineView* line = step.line ? &*step.line : step.actions.empty() ? nullptr : &step.actions.back().line;
    Json state = Json::object();
    for (const words::ConnectionView& c : step.connections) {
      state["c" + std::to_string(c.number)] = message(connection_words(c));
    }
    const bool essential = step.cancel || !step.outcomes.empty() || !step.findings.empty();
    return {{"executionOrder", step.number},
            {"importance", essential ? "essential" : "important"},
            {"nestingLevel", 0},
            {"location", location(step_place(step, line), line, step_text(step))},
            {"state", std::move(state)}};
  }

  const Case& case_;
  const world::World& world_;
  const words::Trace& trace_;
  Timeline timeline_;
};

// --- results -------------------------------------------------------------------------------------

/// Which finding it is, whatever else changes in the files. The place is not part of it.
std::string fingerprint_of(const Case& each, const Finding& finding) {
  const words::Trace* trace = trace_of(each, finding);
  const auto& scenario = each.scenario();
  const std::vector<std::string> parts = {finding.code,     finding.invariant,
                                          each.subject(),   scenario.id,
                                          scenario.variant, trace == nullptr ? finding.kind : witness_shape(*trace)};
  return fingerprint(parts);
}

std::string result_text(const Case& each, const Finding& finding, bool linked) {
  std::string out =
      headline(each, finding, false) + ": " + each.subject() + " in scenario " + scenario_name(each.scenario()) + ". ";
  if (headline(each, finding, false) != finding.message) out += finding.message + ". ";
  out = sarif_text(out);
  return linked ? out + "[The cancel lands here](1)." : out;
}

Json counts_of(const Case& each) {
  Json out = Json::object();
  if (each.observed) {
    out["schedules"] = each.observed->schedules;
    for (const auto& [name, number] : each.observed->by_outcome) out[name] = number;
  }
  if (!each.result || !each.result->analysis.counts) return out;
  out["schedules"] = each.result->analysis.counts->schedules.str();
  for (const auto& [name, number] : each.result->analysis.counts->by_outcome) out[name] = number.str();
  return out;
}

/// The steps of a live schedule, each at the first operation of its task; those of the server and the network
/// at that of the first task.
Json observed_flow(const Case& each, const std::vector<ObservedStep>& steps) {
  Json locations = Json::array();
  for (const ObservedStep& step : steps) {
    if (locations.size() == kMostSteps) break;
    const std::string number = std::to_string(locations.size() + 1);
    locations.push_back({{"executionOrder", locations.size() + 1},
                         {"importance", step.worst.empty() && !step.cancel ? "important" : "essential"},
                         {"nestingLevel", 0},
                         {"location", location(operation_place(each, std::max(step.task, 0), 0), nullptr,
                                               number + ". " + step.event + ": " + step.text)}});
  }
  const Json flow = {{"id", "schedule"},
                     {"message", message("every step that was forced, in order")},
                     {"locations", std::move(locations)}};
  return Json::array({{{"message", message("the schedule")}, {"threadFlows", Json::array({flow})}}});
}

Json result_of(const Case& each, const Finding& finding) {
  Json out = {{"ruleId", finding.code}};
  const property::Invariant* invariant = property::find_invariant(finding.invariant);
  const bool violation = invariant != nullptr && finding.code == invariant->code;
  out["level"] = finding.expected ? "note" : violation ? level_of(invariant->severity) : "warning";
  const words::Trace* trace = trace_of(each, finding);
  const words::LineView* cancel = trace == nullptr ? nullptr : fatal_cancel(*trace);
  out["message"] = {{"text", result_text(each, finding, cancel != nullptr)}};
  out["locations"] = Json::array({location(main_place(each, finding), cancel, "")});
  if (trace != nullptr) {
    const Flow flow(each, *trace);
    out["relatedLocations"] = flow.related();
    out["codeFlows"] = flow.code_flows();
  }
  if (const auto* steps = observed_steps(each, finding)) out["codeFlows"] = observed_flow(each, *steps);
  const std::string print = fingerprint_of(each, finding);
  out["partialFingerprints"] = {{"interleakWitness/v1", print}, {"primaryLocationLineHash", print + ":1"}};
  Json properties = {{"scenario", each.scenario().id},
                     {"variant", each.scenario().variant},
                     {each.observed ? "client" : "design", each.subject()},
                     {"kind", finding.kind},
                     {"counts", counts_of(each)}};
  const std::string replay = replay_of(each, finding);
  if (!replay.empty()) properties["replay"] = scenario::escaped(replay);
  out["properties"] = std::move(properties);
  return out;
}

Json result_of(const Diagnostic& error) {
  Json out = {{"ruleId", error.code}, {"level", "error"}, {"message", message(error_words(error))}};
  std::optional<Place> place;
  if (!error.file.empty()) place = Place{error.file, std::max(error.at.line, 1u), ""};
  out["locations"] = Json::array({location(place, nullptr, "")});
  const std::vector<std::string> parts = {error.code, error.file, error.message};
  out["partialFingerprints"] = {{"interleakError/v1", fingerprint(parts)}};
  return out;
}

}  // namespace

std::string uri_of(std::string_view path) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  while (path.starts_with("./")) path.remove_prefix(2);
  for (const char c : path) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (word || std::string_view("-._~/").find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return out;
}

std::string sarif_text(std::string_view text) {
  std::string out;
  for (const char c : scenario::escaped(text)) {
    if (c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string sarif(const Cases& cases, bool expected_too) {
  Json results = Json::array();
  for (const Diagnostic& error : cases.errors) results.push_back(result_of(error));
  for (const Case& each : cases.all) {
    for (const Finding& finding : findings_of(each, expected_too)) {
      results.push_back(result_of(each, finding));
    }
  }
  const Json driver = {{"name", "interleak"},
                       {"semanticVersion", kToolVersion},
                       {"rules", rules()},
                       {"properties", {{"semantics", kSemanticsVersion}}}};
  const Json run = {{"tool", {{"driver", driver}}},
                    {"automationDetails", {{"id", "interleak/"}}},
                    {"invocations", Json::array({{{"executionSuccessful", cases.errors.empty()}}})},
                    {"results", std::move(results)}};
  const Json log = {{"$schema", kSchema}, {"version", "2.1.0"}, {"runs", Json::array({run})}};
  return text_of(log);
}

}  // namespace interleak::reports
