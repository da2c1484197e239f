// What happened, in sentences that need no knowledge of pools: who got whose data, which cancel
// left it behind and at which line, when it could no longer be helped, and what the designs that
// hold do instead. Reasons that came from elsewhere (html_extras.hpp) stand in place of the ones
// told here.
#include <algorithm>

#include "reports/html_parts.hpp"
#include "reports/html_text.hpp"
#include "reports/style.hpp"
#include "reports/timeline.hpp"
#include "reports/words.hpp"
#include "sim/check/lockstep.hpp"
#include "sim/world/listener.hpp"

namespace interleak::reports {
namespace {

using check::Verdict;
using words::StepView;

std::string at_step(int number) {
  const std::string n = std::to_string(number);
  return "<a class=\"step\" href=\"#step-" + n + "\">step " + n + "</a>";
}

std::string line_words(const world::World& world, const words::LineView& line) {
  std::string text = line.text;
  const auto found = world.design().procedures.find(line.procedure);
  if (text.empty() && found != world.design().procedures.end()) {
    text = found->second.lines[static_cast<std::size_t>(line.line) - 1].text;
  }
  return "<code>" + html_text(text) + "</code>, line " + std::to_string(line.line) + " of <code>" +
         html_text(line.procedure) + "</code> <small>(" + html_text(line.origin) + ")</small>";
}

/// The message that its wrong reader took last; null: none.
const Message* crossed(const Timeline& timeline) {
  const Message* last = nullptr;
  for (const Message& each : timeline.messages) {
    if (each.crossed() && (last == nullptr || each.read >= last->read)) last = &each;
  }
  return last;
}

/// The cancel of a task between two steps; null: none.
const StepView* cancel_between(const words::Trace& trace, int task, int after, int before) {
  for (const StepView& step : trace.steps) {
    if (step.cancel && step.task == task && step.number > after && step.number < before) return &step;
  }
  return nullptr;
}

const StepView& step_at(const words::Trace& trace, int number) {
  return trace.steps[static_cast<std::size_t>(number) - 1];
}

/// One reply, from its request to its wrong reader.
std::vector<std::string> told(const world::World& world, const words::Trace& trace, const Message& m) {
  const std::string c = "connection c" + std::to_string(m.connection);
  const std::string owner = html_task(world, m.request.task), reader = html_task(world, m.reader_task);
  std::vector<std::string> out;
  out.push_back("At " + at_step(m.sent) + " " + owner + " sends <code>" + html_text(m.request.text) + "</code> on " +
                c + ".");
  if (const StepView* cancel = cancel_between(trace, m.request.task, m.sent, m.read)) {
    std::string text = "At " + at_step(cancel->number) + " " + owner + " is <b class=\"bad\">cancelled</b>";
    if (cancel->line) text += " at " + line_words(world, *cancel->line);
    text += m.delivered > 0 && m.delivered < cancel->number ? ", when the reply is there but not read."
                                                            : ", before the reply is read.";
    for (const words::FindingView& finding : cancel->findings) {
      if ((finding.fact & world::fact::kDirtyIdle) != 0) text += " " + html_names(finding.text) + ".";
    }
    out.push_back(text);
  }
  for (const StepView& step : trace.steps) {
    if (step.task != m.reader_task || step.number <= m.sent || step.number >= m.read) continue;
    out.push_back("At " + at_step(step.number) + " " + reader + " " + html_names(deed(step, false)) + ".");
  }
  out.push_back("At " + at_step(m.read) + " " + reader + " reads the next reply on " + c +
                ". Replies carry no name: it is the answer to what " + owner + " asked at step " +
                std::to_string(m.sent) + ".");
  return out;
}

std::vector<words::Prose> sentences(const Json& extras, const char* name) {
  std::vector<words::Prose> out;
  if (!extras.is_object() || !extras.contains("why") || !extras["why"].contains(name)) return out;
  for (const auto& each : extras["why"][name]) out.push_back(prose_of(each));
  return out;
}

/// "(step 3)" becomes a link, what stands between backticks code. `text` is HTML already.
std::string with_links(const std::string& text) {
  std::string out;
  bool code = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '`') {
      out += (code = !code) ? "<code>" : "</code>";
      continue;
    }
    if (text.compare(i, 6, "(step ") != 0) {
      out += text[i];
      continue;
    }
    const std::size_t end = text.find_first_not_of("0123456789", i + 6);
    const std::string number = text.substr(i + 6, end == std::string::npos ? end : end - i - 6);
    if (number.empty() || number.size() > 6) {
      out += text[i];
      continue;
    }
    out += "(" + at_step(std::stoi(number));
    i += 5 + number.size();
  }
  return code ? text : out;
}

std::vector<std::string> because(const PageSubject& page) {
  std::vector<std::string> out;
  for (const words::Prose& each : sentences(page.design().extras, "because")) {
    out.push_back(with_links(html_names(each)));
  }
  if (!out.empty()) return out;
  const Timeline timeline = reports::timeline(page.world(), *page.trace);
  if (const Message* message = crossed(timeline)) return told(page.world(), *page.trace, *message);
  for (const StepView& step : page.trace->steps) {
    const std::string who = step.task < 0 ? "the server side" : html_task(page.world(), step.task);
    out.push_back("At " + at_step(step.number) + " " + who + ": " + html_names(deed(step, false)) + ".");
  }
  return out;
}

// --- what would have prevented it ----------------------------------------------------------------

/// A step as a clause: "●alice, cancelled, closes c1, returns c1".
std::string doing(const world::World& world, const StepView& step) {
  const std::string who = step.task >= 0 ? html_task(world, step.task) : "the " + std::string(machine_of(step));
  const std::string what = step.summary.empty() ? "ends" : html_names(step.summary);
  return who + (step.cancel ? ", when cancelled, " : " ") + what;
}

/// What an event does after a schedule, in words.
std::string deed_of(const PageSubject& page, int prefix, Event event) {
  std::vector<Event> events;
  for (int i = 0; i < prefix; ++i) events.push_back(step_at(*page.trace, i + 1).event);
  events.push_back(event);
  return doing(page.world(), words::trace(page.world(), events).steps.back());
}

std::string turn_sentence(const PageSubject& page) {
  const Turn turn = turn_of(page);
  if (turn.no_return < 1 || turn.last_safe < 0) return {};
  const std::string then = turn.last_safe == 0 ? "At the start" : "After " + at_step(turn.last_safe);
  const auto& ways = turn.safe.empty() ? turn.open : turn.safe;
  std::string out = then + " it could still end well";
  for (std::size_t i = 0; i < ways.size(); ++i) {
    out += (i == 0 ? turn.safe.empty() ? ", for example if " : ", for sure if " : ", or if ") +
           deed_of(page, turn.last_safe, ways[i]) + " first";
  }
  return out + "; from " + at_step(turn.no_return) + " on it cannot. That is luck: only the design can be relied on.";
}

/// What a design that holds does otherwise on the same schedule, from the first difference on.
std::string other_design(const PageSubject& page, const HtmlDesign& other) {
  const auto both = check::side_by_side({page.design().result.world, other.result.world}, page.schedule);
  const auto* lanes = std::get_if<check::SideBySide>(&both);
  const std::string id = "<b>" + html_text(other.result.design().id) + "</b>";
  if (lanes == nullptr || !lanes->parts[1]) return id + " holds, and does the same here.";
  const check::Lane& lane = lanes->lanes[1];
  const std::size_t at = lanes->parts[1]->step;
  std::string out = id + ": ";
  if (at < 1 || at > lane.trace.steps.size()) {
    out +=
        lane.stopped ? "there the schedule cannot go on: " + html_names(lane.stopped->told()) : "it goes another way";
  } else {
    const StepView& step = lane.trace.steps[at - 1];
    out += "at " + at_step(static_cast<int>(at)) + " " + doing(page.world(), step);
    for (const words::ActionView& action : step.actions) {
      if (action.act == world::Listener::Act::closes) out += ", by " + line_words(*other.result.world, action.line);
    }
  }
  return out + ". No schedule of this scenario violates <code>" + html_text(page.invariant.name) + "</code> under it.";
}

/// Names of the other invariants that do not hold under a design; empty: all do.
std::string but_not(const PageSubject& page, const HtmlDesign& other) {
  std::string names;
  for (const check::Judgement* each : others_not_holding(page, other)) {
    names += (names.empty() ? "<code>" : ", <code>") + html_text(each->invariant.name) +
             (each->verdict == Verdict::violated ? "</code>" : "</code> (unknown)");
  }
  return names;
}

/// The other designs that hold, by name, the best first, and what does not hold under them.
std::string further_designs(const PageSubject& page, const std::vector<std::size_t>& mended) {
  constexpr std::size_t kMostNamed = 8;
  std::string out = "<code>" + html_text(page.invariant.name) + "</code> also holds under ";
  for (std::size_t i = 1; i < mended.size() && i <= kMostNamed; ++i) {
    const HtmlDesign& other = page.report.designs[mended[i]];
    const std::string but = but_not(page, other);
    out += std::string(i == 1 ? "" : ", ") + "<a href=\"#design-" + std::to_string(mended[i]) + "\">" +
           html_text(other.result.design().id) + "</a>" + (but.empty() ? "" : " (but not " + but + ")");
  }
  const std::size_t named = std::min(mended.size() - 1, kMostNamed);
  const std::size_t more = mended.size() - 1 - named;
  return out + (more > 0 ? ", and " + std::to_string(more) + " more." : ".");
}

std::vector<std::string> prevented(const PageSubject& page) {
  std::vector<std::string> out;
  for (const words::Prose& each : sentences(page.design().extras, "prevented")) {
    out.push_back(html_names(each));
  }
  const auto mended = mended_designs(page);
  if (!mended.empty()) {
    const HtmlDesign& best = page.report.designs[mended.front()];
    const std::string but = but_not(page, best);
    out.push_back(other_design(page, best) + (but.empty() ? "" : " It does not keep every invariant: " + but + "."));
  }
  if (mended.size() > 1) out.push_back(further_designs(page, mended));
  if (const std::string turn = turn_sentence(page); !turn.empty()) out.push_back(turn);
  const Extras& extras = page.design().extras;
  if (extras.is_object() && extras.contains("why") && extras["why"].contains("nearest_safe")) {
    const Json& safe = extras["why"]["nearest_safe"];
    out.push_back(with_links(html_names(prose_of(safe.value("text", Json(""))))) + " " +
                  html_opening(safe.value("schedule", "")));
  }
  return out;
}

std::string list(const std::string& tag, const std::vector<std::string>& items) {
  std::string out = "<" + tag + ">";
  for (const std::string& each : items) out += "<li>" + each + "</li>\n";
  return out + "</" + tag + ">\n";
}

std::string violated_story(const PageSubject& page) {
  const check::Judgement& judged = judgement_on(page, page.design());
  const auto& counts = page.design().result.analysis.counts;
  const words::Prose shown = what_happened(page.world(), page.invariant, *page.trace);
  std::string out = "<p class=\"headline\"><b class=\"verdict bad\">✗ violated</b> " + html_names(shown) +
                    ".</p>\n<p>Under <b>" + html_text(page.world().design().id) +
                    "</b> the shortest schedule that shows it has " +
                    plural(std::to_string(judged.witness.size()), "step") +
                    (judged.without_cancel ? "; it can also happen without any cancel" : "") + ".";
  if (counts && counts->by_outcome.at("leak") > 0) {
    out += " Of all " + grouped(counts->schedules.str()) + " schedules, " +
           grouped(counts->by_outcome.at("leak").str()) + " hand one user&#39;s data to another.";
  }
  out += "</p>\n<h3>How it happens</h3>\n" + list("ol", because(page));
  const auto cures = prevented(page);
  if (!cures.empty()) out += "<h3>What would have prevented it</h3>\n" + list("ul", cures);
  return out;
}

}  // namespace

namespace {

/// The turn as far as the states tell it.
Turn turn_in_states(const PageSubject& page) {
  Turn turn;
  const check::StateSpace& space = page.design().space;
  if (page.trace == nullptr || !space.futures) return turn;
  std::uint32_t state = 0;
  const auto certain = [&](Facts met, std::uint32_t s) {
    return ((met | space.futures->must[s]) & page.invariant.violated_by) != 0;
  };
  if (certain(0, 0)) return turn;
  Facts met = 0;
  for (const StepView& step : page.trace->steps) {
    const auto edges = space.seen.graph.edges_of(state);
    std::vector<Event> safe, open;
    const explore::Edge* taken = nullptr;
    for (const explore::Edge& edge : edges) {
      if (edge.event == step.event) taken = &edge;
      const Facts future = edge.facts | space.futures->may[edge.target];
      if ((future & page.invariant.violated_by) == 0) safe.push_back(edge.event);
      if (!certain(met | edge.facts, edge.target)) open.push_back(edge.event);
    }
    if (taken == nullptr) return {};
    met |= taken->facts;
    state = taken->target;
    if (!certain(met, state)) continue;
    turn.no_return = step.number;
    turn.last_safe = step.number - 1;
    turn.safe = safe;
    turn.open = open;
    return turn;
  }
  return turn;
}

}  // namespace

Turn turn_of(const PageSubject& page) {
  Turn turn = turn_in_states(page);
  const Extras& extras = page.design().extras;
  if (!extras.is_object() || !extras.contains("why")) return turn;
  const Json& why = extras["why"];
  turn.last_safe = why.value("last_safe_choice", turn.last_safe);
  turn.no_return = why.value("point_of_no_return", turn.no_return);
  turn.loose = why.value("loose", std::vector<int>());
  return turn;
}

std::vector<std::string> shares_of(const PageSubject& page) {
  std::vector<std::string> out;
  const check::StateSpace& space = page.design().space;
  if (page.trace == nullptr || !space.onward) return out;
  std::uint32_t state = 0;
  bool met = false;
  const auto add = [&] {
    const check::BigInt harmful =
        met ? space.onward->all[state] : check::BigInt(space.onward->all[state] - space.onward->without[state]);
    out.push_back(harmful.str() + "/" + space.onward->all[state].str());
  };
  add();
  for (const StepView& step : page.trace->steps) {
    const auto edges = space.seen.graph.edges_of(state);
    const auto edge =
        std::find_if(edges.begin(), edges.end(), [&](const explore::Edge& each) { return each.event == step.event; });
    if (edge == edges.end()) return {};
    met = met || (edge->facts & page.invariant.violated_by) != 0;
    state = edge->target;
    add();
  }
  return out;
}

std::string html_story(const PageSubject& page) {
  if (page.trace != nullptr) return violated_story(page);
  const check::Judgement& judged = judgement_on(page, page.design());
  const bool holds = judged.verdict == Verdict::holds;
  std::string out = "<p class=\"headline\"><b class=\"verdict " +
                    std::string(holds ? "good\">✓ holds" : "warn\">? unknown") + "</b> <code>" +
                    html_text(page.invariant.name) + "</code>: " + html_text(page.invariant.meaning) + ".</p>\n";
  if (!judged.vacuous.empty()) out += "<p class=\"warn\">This says little: " + html_text(judged.vacuous) + ".</p>\n";
  const check::Analysis& analysis = page.design().result.analysis;
  const std::string why = why_unknown(page.design().result);
  out += "<p>Under <b>" + html_text(page.world().design().id) + "</b>: " + grouped(std::to_string(analysis.states)) +
         " states, " + (why.empty() ? "all that there are" : "then the search ended (" + html_text(why) + ")") +
         ".</p>\n";
  return out;
}

}  // namespace interleak::reports
