// The frame of a page: see html.hpp.
#include "reports/html.hpp"

#include <algorithm>

#include "reports/html_parts.hpp"
#include "reports/html_text.hpp"
#include "reports/sha256.hpp"
#include "reports/style.hpp"
#include "reports/words.hpp"
#include "sim/kernel/schedule.hpp"

namespace interleak::reports {
namespace {

using check::Verdict;

constexpr std::uint32_t kMostStates = 60'000;  // of all designs together: beyond, not even tried
constexpr std::size_t kMostSkips = 3;

std::string join(const std::vector<std::string>& texts, const char* with) {
  std::string out;
  for (const std::string& each : texts) out += (out.empty() ? "" : with) + each;
  return out;
}

const HtmlDesign* violating(const HtmlReport& report, std::string_view invariant, std::size_t& index) {
  for (index = 0; index < report.designs.size(); ++index) {
    for (const check::Judgement& each : report.designs[index].result.analysis.judgements) {
      if (each.invariant.name == invariant && each.verdict == Verdict::violated) return &report.designs[index];
    }
  }
  index = 0;
  return nullptr;
}

PageSubject subject_of(const HtmlReport& report) {
  std::vector<const Result*> results;
  for (const HtmlDesign& each : report.designs) results.push_back(&each.result);
  PageSubject page{report, html_subject(results), 0, nullptr, {}};
  const HtmlDesign* design = violating(report, page.invariant.name, page.main);
  if (design == nullptr) return page;
  const auto& judgements = design->result.analysis.judgements;
  for (std::size_t i = 0; i < judgements.size(); ++i) {
    if (judgements[i].invariant.name != page.invariant.name) continue;
    page.trace = &*design->result.traces[i];
    page.schedule = judgements[i].schedule;
  }
  return page;
}

// --- what the script gets ------------------------------------------------------------------------

/// The schedule under another design: events that are not enabled are left out; after a few, it
/// ends.
Events followed(const world::World& world, const words::Trace& trace) {
  Events events, enabled;
  world::State state = world.initial();
  std::size_t skips = 0;
  for (const words::StepView& step : trace.steps) {
    enabled.clear();
    world.enabled(state, enabled);
    if (std::find(enabled.begin(), enabled.end(), step.event) == enabled.end()) {
      if (++skips == kMostSkips) break;
      continue;
    }
    world.apply(state, step.event);
    events.push_back(step.event);
  }
  return events;
}

std::vector<Events> told_paths(const PageSubject& page, const HtmlDesign& design) {
  std::vector<Events> paths;
  for (const check::Judgement& each : design.result.analysis.judgements) {
    if (each.verdict == Verdict::violated) paths.push_back(each.witness);
  }
  if (page.trace != nullptr) paths.push_back(followed(*design.result.world, *page.trace));
  return paths;
}

Json listings_json(const Result& result) {
  Json out = Json::array();
  for (const std::string& name : procedures_run(result)) {
    const design::Procedure& procedure = result.design().procedures.at(name);
    Json lines = Json::array(), cancels = Json::array();
    for (const auto& line : procedure.lines) lines.push_back(line.text);
    for (const check::LineCoverage& each : result.analysis.coverage) {
      if (each.line.procedure != name) continue;
      if (each.cancelled_waiting || each.cancelled_ready) cancels.push_back(each.line.line);
    }
    out.push_back({{"procedure", name}, {"origin", procedure.origin}, {"lines", lines}, {"cancels", cancels}});
  }
  return out;
}

Json verdicts_json(const Result& result) {
  Json out = Json::array();
  for (std::size_t i = 0; i < result.analysis.judgements.size(); ++i) {
    const check::Judgement& each = result.analysis.judgements[i];
    Json entry = {{"invariant", each.invariant.name},
                  {"meaning", each.invariant.meaning},
                  {"verdict", check::verdict_name(each.verdict)},
                  {"facts", each.invariant.violated_by}};
    if (result.traces[i]) {
      entry["schedule"] = each.schedule;
      entry["shows"] = decorated(what_happened(*result.world, each.invariant, *result.traces[i]), false);
    }
    out.push_back(std::move(entry));
  }
  return out;
}

Json design_json(const PageSubject& page, const HtmlDesign& design, Rung rung, TextTable& texts) {
  const Result& result = design.result;
  Json out = {{"id", result.design().id},
              {"title", result.design().title},
              {"source", result.design().source},
              {"verdicts", verdicts_json(result)},
              {"listings", listings_json(result)},
              {"counts", result.analysis.counts ? counts_json(*result.analysis.counts) : Json(nullptr)},
              {"replay", replay_command(result.replay_words, "SCHEDULE")},
              {"rung", rung_words(rung)}};
  if (design.extras.is_object()) out["extras"] = design.extras;
  const auto paths = told_paths(page, design);
  out["graph"] = graph_json(*result.world, design.space, rung, paths, texts);
  return out;
}

Json facts_json() {
  Json out = Json::array();
  for (const terms::FactInfo& each : terms::kFacts) {
    if (!each.page.empty()) out.push_back({each.page, each.fact});
  }
  return out;
}

Json data_json(const PageSubject& page, Rung rung) {
  const scenario::Scenario& scenario = page.world().scenario();
  TextTable texts;
  Json tasks = Json::array(), designs = Json::array();
  const auto mended = mended_designs(page);
  for (int t = 0; t < page.world().tasks(); ++t) {
    const auto& task = scenario.tasks[static_cast<std::size_t>(t)];
    tasks.push_back({{"id", task.id}, {"owner", task.owner}, {"symbol", symbol(t, false)}});
  }
  for (const HtmlDesign& each : page.report.designs) {
    const bool closed = each.space.futures.has_value();
    const Rung own = closed ? rung : Rung::none;
    designs.push_back(design_json(page, each, own, texts));
  }
  return {{"format", 1},
          {"tool", kToolVersion},
          {"semantics", kSemanticsVersion},
          {"scenario",
           {{"id", scenario_name(scenario)},
            {"title", scenario.title},
            {"tasks", tasks},
            {"connections", page.world().connections()},
            {"cancels", scenario.cancel.max}}},
          {"subject",
           {{"invariant", page.invariant.name},
            {"facts", page.invariant.violated_by},
            {"design", page.main},
            {"mended", mended.empty() ? Json(nullptr) : Json(mended.front())},
            {"schedule", page.schedule}}},
          {"outcomes", world::kOutcomeNames},
          {"facts", facts_json()},
          {"designs", std::move(designs)},
          {"texts", texts.texts()}};
}

// --- the document --------------------------------------------------------------------------------

std::string section(const std::string& id, const std::string& title, const std::string& body) {
  if (body.empty()) return {};
  return "<section id=\"" + id + "\" aria-labelledby=\"h-" + id + "\">\n<h2 id=\"h-" + id + "\">" + title + "</h2>\n" +
         body + "</section>\n";
}

std::string size_words(const PageSubject& page) {
  const scenario::Scenario& scenario = page.world().scenario();
  std::string out = plural(std::to_string(page.world().tasks()), "user request") + ", " +
                    plural(std::to_string(page.world().connections()), "connection") + ", at most " +
                    plural(std::to_string(scenario.cancel.max), "cancel");
  if (scenario.ownership_check) out += ", with an ownership check";
  return out;
}

std::string header(const PageSubject& page) {
  const scenario::Scenario& scenario = page.world().scenario();
  std::string out = "<header>\n<p class=\"brand\">interleak report</p>\n<h1>" +
                    html_text(scenario.title.empty() ? scenario_name(scenario) : scenario.title) +
                    "</h1>\n<p class=\"size\"><code>" + html_text(scenario_name(scenario)) + "</code> · " +
                    size_words(page) + " · " + plural(std::to_string(page.report.designs.size()), "pool design") +
                    "</p>\n";
  if (!scenario.description.empty()) out += "<p>" + html_text(scenario.description) + "</p>\n";
  return out + "</header>\n";
}

/// Three sentences for who has never thought about a pool.
std::string primer() {
  return "<details class=\"primer\" open><summary>What you need to know</summary><p>Requests of "
         "different users share a few "
         "<b>connections</b> to a server, kept in a <b>pool</b>. Replies carry no name: a "
         "connection hands them out in the "
         "order of the requests. If a request is <b>cancelled</b> after it was sent and before its "
         "reply was read, and the "
         "connection goes back to the pool as it is, the next user of that connection reads the "
         "reply that was left. A "
         "<b>schedule</b> is one order in which everything happens; interleak has run all of them, "
         "with a cancel at every "
         "place where one can land.</p></details>\n";
}

std::string schedule_words(const HtmlDesign& design, const check::Judgement& judged) {
  return "<p class=\"replay\">Schedule <code>" + html_text(judged.schedule) + "</code><br>Replay <code>" +
         html_text(replay_command(design.result.replay_words, judged.schedule)) + "</code></p>\n";
}

/// What a place as the sentences name it is, by an example of the told schedule.
std::string example_place(const PageSubject& page) {
  for (const auto& step : page.trace->steps) {
    if (!step.line) continue;
    return "<p class=\"legend\">A place such as <code>" + html_text(step.line->procedure) + ":" +
           std::to_string(step.line->line) + "</code> is line " + std::to_string(step.line->line) + " of <code>" +
           html_text(step.line->procedure) +
           "</code> in this listing, the pseudo-code of the model; it is not a line of the "
           "client&#39;s own source file.</p>\n";
  }
  return {};
}

/// The told schedule of the page's subject, with anchors on its steps.
std::string main_schedule(const PageSubject& page) {
  if (page.trace == nullptr) return {};
  std::string steps = html_steps(page.world(), *page.trace, turn_of(page));
  for (const auto& step : page.trace->steps) {
    const std::string head = "<th scope=\"row\">" + std::to_string(step.number) + "</th>";
    const std::size_t at = steps.find(head);
    if (at != std::string::npos) steps.insert(at + 3, " id=\"step-" + std::to_string(step.number) + "\"");
  }
  return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Lanes of the "
         "schedule\">" +
         html_lanes(page.world(), *page.trace) + "</div>\n" + steps +
         schedule_words(page.design(), judgement_on(page, page.design()));
}

std::string design_section(const PageSubject& page, std::size_t index) {
  const HtmlDesign& design = page.report.designs[index];
  const Result& result = design.result;
  const int gravest = gravest_violation(result.analysis);
  const bool main = index == page.main && page.trace != nullptr;
  const words::Trace* trace = gravest < 0 ? nullptr : &*result.traces[static_cast<std::size_t>(gravest)];
  std::string out = "<details class=\"design\" open id=\"design-" + std::to_string(index) + "\"><summary><h3>" +
                    html_text(result.design().id) + "</h3> " + html_text(result.design().title) + "</summary>\n" +
                    html_verdicts(result);
  if (trace != nullptr && !main) {
    const check::Judgement& judged = result.analysis.judgements[static_cast<std::size_t>(gravest)];
    out += "<h4>Shortest violation of <code>" + html_text(judged.invariant.name) + "</code></h4>\n" +
           html_steps(*result.world, *trace, {}) + schedule_words(design, judged);
  }
  if (!main) out += "<details open><summary>Listings</summary>" + html_listings(result, trace) + "</details>\n";
  if (!result.design().source.empty())
    out += "<p class=\"legend\">Written from " + html_text(result.design().source) + ".</p>\n";
  if (!result.design().leaves_out.empty()) {
    out += "<p class=\"legend\">It leaves out: " + html_text(join(result.design().leaves_out, "; ")) + ".</p>\n";
  }
  return out + "</details>\n";
}

std::string footer(const PageSubject& page, Rung rung) {
  std::string out = "<footer>\n";
  if (rung != Rung::all) out += "<p class=\"warn\">" + std::string(rung_words(rung)) + "</p>\n";
  for (const HtmlDesign& each : page.report.designs) {
    const check::Analysis& analysis = each.result.analysis;
    const std::string why = why_unknown(each.result);
    out += "<p><code>" + html_text(each.result.design().id) + "</code>: " + grouped(std::to_string(analysis.states)) +
           " states, " + grouped(std::to_string(analysis.transitions)) + " transitions, " +
           (why.empty() ? "all there are" : "not all: " + html_text(why));
    if (rung == Rung::all && each.space.futures) {
      out += ", digest <code class=\"digest\">" + graph_digest(*each.result.world, each.space.seen.graph) + "</code>";
    }
    out += "</p>\n";
  }
  return out + "<p>interleak " + std::string(kToolVersion) + ", semantics " + std::to_string(kSemanticsVersion) +
         ". This file fetches nothing.</p>\n</footer>\n";
}

std::string numbers(const PageSubject& page) {
  const Turn turn = turn_of(page);
  return section("curve", "How close it was",
                 html_curve(page.design().extras, shares_of(page), {turn.last_safe, turn.no_return},
                            "violate <code>" + html_text(page.invariant.name) + "</code>")) +
         section("rate", "Leak against the rate of cancels", html_rate(page.design().extras)) +
         section("causes", "Root causes", html_causes(page.design().extras));
}

std::string body(const PageSubject& page, Rung rung) {
  std::string out =
      header(page) + "<main>\n" +
      section("short", "In short", "<div class=\"two\"><div>" + html_story(page) + "</div>" + primer() + "</div>");
  out += "<div id=\"explorer\"></div>\n";
  out += section("schedule", "The schedule, step by step", main_schedule(page));
  if (page.trace != nullptr) {
    out += section("listing", "The design&#39;s listing",
                   example_place(page) + html_listings(page.design().result, page.trace));
  }
  out += numbers(page);
  out += section("difference", "What the mended design does otherwise", html_difference(page));
  if (page.report.designs.size() > 1) out += section("designs", "Designs", html_designs(page));
  out += section("matrix", "On which wait is a cancel lethal?", html_matrix(page));
  std::string all;
  for (std::size_t i = 0; i < page.report.designs.size(); ++i) all += design_section(page, i);
  out += section("each", page.report.designs.size() > 1 ? "Each design" : "The design", all);
  return out + "</main>\n" + footer(page, rung);
}

std::string policy(const PageAssets& assets) {
  return "default-src 'none'; script-src 'sha256-" + base64_of(sha256(assets.script)) + "'; style-src 'sha256-" +
         base64_of(sha256(assets.style)) + "'; base-uri 'none'; form-action 'none'";
}

std::string document_of(const PageSubject& page, const PageAssets& assets, Rung rung) {
  std::string title = page.trace == nullptr
                          ? std::string("holds")
                          : decorated(what_happened(page.world(), page.invariant, *page.trace), false);
  return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
         "http-equiv=\"Content-Security-Policy\" content=\"" +
         policy(assets) +
         "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta "
         "name=\"color-scheme\" content=\"light dark\">\n<title>" +
         html_text(title + " · " + scenario_name(page.world().scenario())) + "</title>\n<style>" +
         std::string(assets.style) + "</style>\n</head>\n<body>\n" + body(page, rung) +
         "<script type=\"application/json\" id=\"data\">" + script_json(data_json(page, rung)) + "</script>\n<script>" +
         std::string(assets.script) + "</script>\n</body>\n</html>\n";
}

std::uint64_t states_in(const HtmlReport& report) {
  std::uint64_t sum = 0;
  for (const HtmlDesign& each : report.designs) sum += each.space.seen.graph.size();
  return sum;
}

}  // namespace

const property::Invariant& html_subject(const std::vector<const Result*>& results) {
  const property::Invariant* subject = nullptr;
  for (const Result* result : results) {
    const int gravest = gravest_violation(result->analysis);
    if (gravest < 0) continue;
    const property::Invariant& violated = result->analysis.judgements[static_cast<std::size_t>(gravest)].invariant;
    if (subject == nullptr || violated.severity > subject->severity) subject = &violated;
  }
  return subject != nullptr ? *subject : results.front()->analysis.judgements.front().invariant;
}

std::string html(const HtmlReport& report, const PageAssets& assets) {
  const PageSubject page = subject_of(report);
  const Rung first = states_in(report) > kMostStates ? Rung::near : Rung::all;
  for (Rung rung = first;; rung = static_cast<Rung>(static_cast<int>(rung) + 1)) {
    std::string text = document_of(page, assets, rung);
    if (text.size() <= report.max_bytes || rung == Rung::none) return text;
  }
}

}  // namespace interleak::reports
