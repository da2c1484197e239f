// Explanations say nothing that the run does not show: each sentence about every violated pair of scenario and design
// in the tree is read again, and what it claims (who, in which step, at which line, was a cancel needed, was it the
// last time) is looked up in the trace, which knows nothing of the explanation.
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <regex>

#include "sim/check/expectations.hpp"
#include "sim/explain/because.hpp"
#include "sim/words/frames.hpp"
#include "sim/world/listener.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::test {
namespace {

using Act = world::Listener::Act;
using explain::Sentence;

/// A run, and what is looked up in it.
class Run {
 public:
  Run(const world::World& world, const check::Judgement& judgement)
      : world_(world), judgement_(judgement), trace_(words::trace(world, judgement.witness)) {
    state_ = world.initial();
    for (const Event event : judgement.witness) world.apply(state_, event);
  }

  bool cancelled(const std::string& who, int step, const std::string& at) const {
    const words::StepView& view = step_at(step);
    return view.cancel && actor(view) == who && view.line && place(*view.line) == at;
  }

  /// `who` did that on a connection, as a task: its children act for it. `conn` 0: any.
  bool did(const std::string& who, int step, std::initializer_list<Act> acts, int conn = 0) const {
    const words::StepView& view = step_at(step);
    if (task(view) != who && actor(view) != who) return false;
    return std::ranges::any_of(view.actions, [&](const words::ActionView& each) {
      return std::ranges::find(acts, each.act) != acts.end() && (conn == 0 || each.connection == conn);
    });
  }

  bool sent(const std::string& who, int step, const std::string& request) const {
    const words::StepView& view = step_at(step);
    return task(view) == who && std::ranges::any_of(view.actions, [&](const words::ActionView& each) {
             return each.act == Act::sends && each.text.text().starts_with("sends " + request);
           });
  }

  bool acts(const std::string& who, int step) const { return actor(step_at(step)) == who; }

  bool ended(const std::string& who, int step, const std::string& outcome) const {
    return std::ranges::any_of(step_at(step).outcomes, [&](const words::OutcomeView& each) {
      return name(each.task) == who &&
             (outcome.empty() || world::kOutcomeNames[static_cast<std::size_t>(each.outcome)] == outcome);
    });
  }

  /// A turn in that queue took somebody out of it in this step, or in a later one.
  bool any_turn_from(const std::string& queue, int step) const {
    return std::ranges::any_of(trace_.steps, [&](const words::StepView& view) {
      return view.number >= step && std::ranges::any_of(view.actions, [&](const words::ActionView& each) {
               return each.text.text() == "wakes " + queue || each.text.text() == "hands over to " + queue;
             });
    });
  }

  /// At the end that frame is suspended at that line.
  bool stands(const std::string& who, const std::string& at) const {
    return std::ranges::any_of(words::frames_in(world_, state_), [&](const words::FrameView& each) {
      return each.name == who && each.line && place(*each.line) == at;
    });
  }

  bool needs_no_cancel() const { return judgement_.without_cancel; }
  bool is_over() const { return trace_.complete; }
  int steps() const { return static_cast<int>(trace_.steps.size()); }

  /// "`await receive` (redis-py/connection-4.4, read:3)".
  static std::string place(const words::LineView& line) {
    std::string code = line.text;
    if (!code.empty() && code.back() == ':') code.pop_back();
    return "`" + code + "` (" + line.origin + ", " + line.procedure + ":" + std::to_string(line.line) + ")";
  }

 private:
  const words::StepView& step_at(int number) const { return trace_.steps.at(static_cast<std::size_t>(number - 1)); }
  std::string name(int task) const {
    return task < 0 ? "" : world_.scenario().tasks[static_cast<std::size_t>(task)].id;
  }
  std::string task(const words::StepView& view) const { return name(view.task); }
  /// The frame: "alice", "alice'".
  std::string actor(const words::StepView& view) const {
    const auto parts = world::parts_of(view.event);
    return view.task < 0 ? "" : world_.frame_name(parts.frame);
  }

  const world::World& world_;
  const check::Judgement& judgement_;
  const words::Trace trace_;
  world::State state_;
};

/// One kind of claim: how it is worded, and when it is true of a run.
struct Claim {
  const char* name;
  std::regex words;
  std::function<bool(const Run&, const std::smatch&)> is_true;
};

const std::string kLine = "(`[^`]*` \\([^ ,]+, [^ ]+:\\d+\\))";
const std::string kStep = " \\(step (\\d+)\\)";

int number(const std::ssub_match& match) { return std::stoi(match.str()); }

const std::vector<Claim>& claims() {
  static const std::vector<Claim> all = {
      {"was cancelled", std::regex("(\\S+)(?:, who)? was cancelled" + kStep + " at " + kLine),
       [](const Run& run, const std::smatch& m) { return run.cancelled(m[1], number(m[2]), m[3]); }},
      {"took", std::regex("(\\S+) took c(\\d+)" + kStep),
       [](const Run& run, const std::smatch& m) {
         return run.did(m[1], number(m[3]), {Act::takes, Act::makes, Act::shares}, number(m[2]));
       }},
      {"took it", std::regex("and (\\S+) took it" + kStep),
       [](const Run& run, const std::smatch& m) {
         return run.did(m[1], number(m[2]), {Act::takes, Act::makes, Act::shares});
       }},
      {"returned", std::regex("(\\S+) returned (?:c\\d+|it(?: all the same)?)" + kStep),
       [](const Run& run, const std::smatch& m) { return run.did(m[1], number(m[2]), {Act::puts}); }},
      {"returned twice",
       std::regex("(\\S+) took c(\\d+)" + kStep + " once, and returned it twice, at " + kLine + kStep + " and at " +
                  kLine + kStep),
       [](const Run& run, const std::smatch& m) {
         const bool once = run.did(m[1], number(m[5]), {Act::puts}, number(m[2]));
         return once && run.did(m[1], number(m[7]), {Act::puts}, number(m[2])) && m[5] != m[7];
       }},
      {"received",
       std::regex("^(\\S+) received .*?" + kStep +
                  ", which answers the (.*?) that (?:(\\S+) sent|it had "
                  "sent itself)" +
                  kStep),
       [](const Run& run, const std::smatch& m) {
         const std::string sender = m[4].matched ? m[4].str() : m[1].str();
         return run.sent(sender, number(m[5]), m[3]);
       }},
      {"no cancel was needed", std::regex("no cancel was needed"),
       [](const Run& run, const std::smatch&) { return run.needs_no_cancel(); }},
      {"operation ended", std::regex("(\\S+)'s operation ended \\(([^)]*)\\)" + kStep),
       [](const Run& run, const std::smatch& m) { return run.ended(m[1], number(m[3]), m[2]); }},
      {"operation is over", std::regex("(\\S+)'s operation is over(?: \\(([^)]*)\\))?" + kStep),
       [](const Run& run, const std::smatch& m) { return run.ended(m[1], number(m[3]), m[2]); }},
      {"joined", std::regex("(\\S+) joined \\S+" + kStep),
       [](const Run& run, const std::smatch& m) { return run.acts(m[1], number(m[2])); }},
      {"set by", std::regex("set by (\\S+)" + kStep + " at "),
       [](const Run& run, const std::smatch& m) { return run.acts(m[1], number(m[2])); }},
      {"handed over", std::regex("(\\S+) handed it over(?: to \\S+)?" + kStep),
       [](const Run& run, const std::smatch& m) {
         return run.acts(m[1], number(m[2])) && run.did(m[1], number(m[2]), {Act::hands});
       }},
      {"last turn", std::regex("The last turn in (\\S+) was given by (\\S+)" + kStep),
       [](const Run& run, const std::smatch& m) {
         return run.acts(m[2], number(m[3])) && !run.any_turn_from(m[1], number(m[3]) + 1);
       }},
      {"nobody woke", std::regex("Nobody ever woke (\\S+)\\."),
       [](const Run& run, const std::smatch& m) { return !run.any_turn_from(m[1], 1); }},
      {"waits at the end", std::regex("^(\\S+) waits at " + kLine + ", and nothing is left to happen"),
       [](const Run& run, const std::smatch& m) { return run.is_over() && run.stands(m[1], m[2]); }},
      {"is with", std::regex("^c\\d+ is with (\\S+), who waits at " + kLine),
       [](const Run& run, const std::smatch& m) { return run.stands(m[1], m[2]); }},
  };
  return all;
}

/// Steps and lines that a sentence speaks of stand in its text, and nothing else.
void check_marks(const Run& run, const world::World& world, const Sentence& sentence) {
  std::set<int> steps;
  static const std::regex step("\\(step (\\d+)\\)");
  for (std::sregex_iterator at(sentence.text.text().begin(), sentence.text.text().end(), step), end; at != end; ++at) {
    steps.insert(number((*at)[1]));
  }
  CHECK(std::vector(steps.begin(), steps.end()) == sentence.steps);
  for (const int each : steps) CHECK((each >= 1 && each <= run.steps()));
  for (const words::LineView& line : sentence.lines) {
    CHECK(sentence.text.text().find(Run::place(line)) != std::string::npos);
    CHECK(std::ranges::any_of(check::listing_lines(world), [&](const check::LineCoverage& each) {
      return each.line.text == line.text && each.line.line == line.line && each.line.origin == line.origin;
    }));
  }
}

/// How often each kind of claim was made.
using Made = std::map<std::string, int>;

void check_claims(const world::World& world, Made& made) {
  check::Options options;
  options.counts = false;
  options.budget.max_states = 30'000;
  for (const check::Judgement& judgement : analysis_of(world, options).judgements) {
    if (judgement.verdict != check::Verdict::violated) continue;
    const Run run(world, judgement);
    const auto sentences = explain::because(world, judgement.witness, judgement.invariant.violated_by);
    INFO(world.scenario().id << " " << world.scenario().variant << " under " << world.design().id << ", "
                             << judgement.invariant.name << ": " << judgement.schedule);
    ++made["explained"];
    for (const Sentence& sentence : sentences) {
      INFO(sentence.text.text());
      check_marks(run, world, sentence);
      for (const Claim& claim : claims()) {
        for (std::sregex_iterator at(sentence.text.text().begin(), sentence.text.text().end(), claim.words), end;
             at != end; ++at) {
          INFO(claim.name << ": " << at->str());
          CHECK(claim.is_true(run, *at));
          ++made[claim.name];
        }
      }
    }
  }
}

std::string file_text(const std::string& path) {
  std::ifstream file(path);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("every claim of every explanation in the tree is true of its run") {
  scenario::DesignLibrary library;
  Diagnostics errors;
  for (const auto& file : embedded::designs()) library.add(file.text, std::string(file.path), errors);
  Made made;
  for (const auto& file : embedded::scenarios()) {
    for (const auto& scenario : scenario::read_scenario(file.text, std::string(file.path), errors)) {
      for (const check::Case& each : check::cases_of(scenario, library.ids(), errors)) {
        check_claims(world_of(scenario, library.find(each.design, errors).value(), true), made);
      }
    }
  }
  for (const char* name :
       {"lock-cancelled-waiters", "node-mysql2-3559", "proxy-abort-while-queued", "stream-generator-not-closed"}) {
    const std::string folder = std::string("tests/cases/") + name;
    const auto id = library.add(file_text(folder + "/bug.json"), folder + "/bug.json", errors);
    const auto scenarios = scenario::read_scenario(file_text(folder + "/scenario.json"), "scenario.json", errors);
    REQUIRE(id);
    for (const auto& scenario : scenarios)
      check_claims(world_of(scenario, library.find(*id, errors).value(), true), made);
  }
  CHECK(errors.empty());
  CHECK(made["explained"] > 100);
  for (const Claim& claim : claims()) {
    INFO(claim.name << ", " << made[claim.name] << " times");
    CHECK(made[claim.name] > 0);
  }
}

std::string told(const std::string& name, const std::string& invariant) {
  scenario::DesignLibrary library;
  Diagnostics errors;
  for (const auto& file : embedded::designs()) library.add(file.text, std::string(file.path), errors);
  const std::string folder = "tests/cases/" + name;
  const auto id = library.add(file_text(folder + "/bug.json"), folder + "/bug.json", errors);
  const auto world =
      world_of(scenario::read_scenario(file_text(folder + "/scenario.json"), "scenario.json", errors).at(0),
               library.find(*id, errors).value(), true);
  const auto analysis = analysis_of(world);
  std::string out;
  const auto& violated = judgement(analysis, invariant);
  for (const auto& each : explain::because(world, violated.witness, violated.invariant.violated_by))
    out += each.text.text() + " ";
  return out;
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("a slot that was handed to a dead entry is lost there, and whose cancel left it is named") {
  const std::string text = told("proxy-abort-while-queued", "no-lost-slot");
  INFO(text);
  CHECK(says(text, "alice' handed it over (step 7) at `hand conn to pool.waiters`"));
  CHECK(says(text, "to a dead entry of pool.waiters: nobody has it."));
  CHECK(says(text, "The entry is that of bob, who joined (step 2)"));
  CHECK(says(text, "bob was cancelled (step 3) at `await turn pool.waiters`"));
  CHECK_FALSE(says(text, "no line that returns c1 had run"));
}

TEST_CASE("who waits for a turn is told what led it there, and who set it") {
  const std::string text = told("lock-cancelled-waiters", "no-starvation");
  INFO(text);
  CHECK(says(text, "carol joined conn.lockers (step 7), since `if conn.locked or not conn.queued == 0`"));
  CHECK(says(text, "conn.queued was 1, set by bob (step 2) at `conn.queued += 1`"));
}

TEST_CASE("who waits for a slot is told who has it") {
  const std::string text = told("stream-generator-not-closed", "no-starvation");
  INFO(text);
  CHECK(says(text, "c1 is with alice', who waits at `await turn conn.lockers`"));
  CHECK(says(text, "alice's operation is over (cancelled) (step 2)"));
}

TEST_CASE("a leak that takes a cancel does not say that none was needed") {
  const std::string text = told("node-mysql2-3559", "no-cross-user-reply");
  INFO(text);
  CHECK_FALSE(says(text, "no cancel was needed"));
  CHECK(says(text, "u1 took c1 (step 1) once, and returned it twice"));
}

}  // namespace
}  // namespace interleak::test
