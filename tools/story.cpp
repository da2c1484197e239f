// `interleak` alone: the incident of March 2023 on one screen. Every number is computed while you
// wait, from the scenarios of scenarios/incident/ that travel inside the command.
#include <unistd.h>

#include <algorithm>
#include <array>

#include "reports/words.hpp"
#include "sim/check/expectations.hpp"
#include "tools/exit_codes.hpp"
#include "tools/flags.hpp"
#include "tools/verbs.hpp"

namespace interleak::tools {
namespace {

using reports::padded;
using reports::right_aligned;

constexpr std::string_view kWhatHappened =
    "20 March 2023: some users of a chat service saw titles of other users' conversations. "
    "A cancelled request left its reply on a pooled Redis connection; the next request on "
    "that connection, a stranger's, took it for its own. All the ways in which that happens:";

/// A rung of the ladder: what changed, and the clients in which one sees it.
struct Rung {
  std::string_view release, what;
  std::vector<std::string_view> clients;
};

const std::vector<Rung>& ladder() {
  static const std::vector<Rung> kLadder = {
      {"4.3.4", "whatever interrupts a request closes its connection", {"pool", "single"}},
      {"4.5.1", "since 4.4.0 a cancel does not", {"pool", "blocking", "single", "cluster"}},
      {"4.5.3", "first patch, 22 March: a shield for cluster reads and pipelines", {"pool", "cluster"}},
      {"4.5.4", "second patch, 29 March: a shield for all", {"pool"}},
      {"4.5.5", "third patch, 8 May: a cancel closes again", {"pool", "cluster"}},
      {"8.1.0", "today: the cluster's send is inside its try, too", {"cluster"}},
  };
  return kLadder;
}

struct Flow {
  std::string_view scenario, label;
};
constexpr std::array<Flow, 5> kFlows = {{{"incident/sidebar", "sidebar"},
                                         {"incident/first-message", "first message"},
                                         {"incident/email", "email"},
                                         {"incident/subscription-page", "subscription page"},
                                         {"incident/four-flows", "all four, three nodes"}}};
constexpr std::size_t kMostDigits = 7;   // of a count that is printed exactly
constexpr int kVerdictWidth = 21;        // so that a row has 80 columns
constexpr std::string_view kFlowDesign = "redis-py-4.5.1/cluster";

/// Explores what the story needs, and remembers what was not as the files expect.
class Teller {
 public:
  Teller() : engine_(search_.engine_options(output_)) {}

  /// Nothing if the files have errors, or a signal came.
  std::optional<reports::Result> explored(const std::string& name, const std::string& design,
                                          std::string_view variant = "") {
    for (const scenario::Scenario& scenario : session_.scenarios(name)) {
      if (scenario.variant != variant || engine_.signal() != 0) continue;
      const auto invariants = check::invariants_of(scenario);
      auto world = session_.world(scenario, design, invariants);
      if (!world) return std::nullopt;
      auto words = replay_words(session_, name, scenario, design, search_);
      auto result = explore(engine_, world, check::invariants_of(world->scenario()), search_, std::move(words));
      complain(result);
      return result;
    }
    return std::nullopt;
  }

  const Session& session() const { return session_; }
  const OutputFlags& output() const { return output_; }
  const std::string& complaints() const { return complaints_; }
  int exit_code() const { return exit_after(engine_, complaints_.empty() ? kExitOk : kExitViolated); }

 private:
  /// Expectations of the scenario that this exploration does not meet.
  void complain(const reports::Result& result) {
    const scenario::Scenario& scenario = result.scenario();
    if (scenario.expected_designs.empty()) return;
    for (const auto& each : check::cases_of(scenario, session_.library().ids(), session_.errors, nullptr,
                                            [&](const std::string& id) { return session_.asked_by(id); })) {
      if (each.design != result.design().id) continue;
      for (const check::Failure& failure : check::failures_of(each, *result.world, result.analysis)) {
        complaints_ += "  NOT AS EXPECTED  " + scenario.id + ", " + each.design + ": " + failure.message + "\n";
      }
    }
  }

  Session session_;
  OutputFlags output_;
  SearchFlags search_;
  Engine engine_;
  std::string complaints_;
};

const check::Judgement* violated(const reports::Result& result, std::string_view invariant) {
  for (const check::Judgement& each : result.analysis.judgements) {
    if (each.invariant.name == invariant && each.verdict == check::Verdict::violated) return &each;
  }
  return nullptr;
}

/// "leak", "lost slot": what the violated invariants saw, the worst first; "ok" if all hold.
std::string verdict_words(const reports::Result& result) {
  std::string out;
  for (const check::Judgement& judgement : result.analysis.judgements) {
    if (judgement.verdict == check::Verdict::unknown) return "unknown";
    if (judgement.verdict != check::Verdict::violated) continue;
    out += (out.empty() ? "" : ", ") + std::string(judgement.invariant.violation);
    if (judgement.without_cancel) out += " without any cancel";
  }
  return out.empty() ? "ok" : out;
}

std::string count_of(const reports::Result& result, const char* outcome) {
  const auto& counts = result.analysis.counts;
  return counts ? reports::short_count(counts->by_outcome.at(outcome), kMostDigits) : "-";
}

std::string schedules_of(const reports::Result& result) {
  const auto& counts = result.analysis.counts;
  return counts ? reports::short_count(counts->schedules, kMostDigits) : "-";
}

std::string toned(const std::string& verdict, int width, const reports::Style& style) {
  const auto tone = verdict == "ok" ? reports::Tone::good : reports::Tone::bad;
  return padded(reports::paint(style, tone, verdict), width);
}

std::string ladder_row(const reports::Result& warm, const reports::Result& cold, const std::string& client,
                       const reports::Style& style) {
  const check::Judgement* leak = violated(warm, "no-cross-user-reply");
  return "    " + padded(client, 10) + right_aligned(schedules_of(warm), 9) + right_aligned(count_of(warm, "leak"), 7) +
         right_aligned(leak ? std::to_string(leak->witness.size()) : "-", 10) + "  " +
         toned(verdict_words(warm), kVerdictWidth, style) + toned(verdict_words(cold), 0, style) + "\n";
}

std::string ladder_text(Teller& teller, const reports::Style& style) {
  std::string out = "  " + padded("redis-py", 12) + right_aligned("schedules", 9) + right_aligned("leak", 7) +
                    right_aligned("shortest", 10) + "  " + padded("verdict", kVerdictWidth) + "pool not open yet\n";
  for (const Rung& rung : ladder()) {
    out += "  " + reports::paint(style, reports::Tone::strong, std::string(rung.release)) + "  " +
           reports::paint(style, reports::Tone::dim, std::string(rung.what)) + "\n";
    for (const std::string_view client : rung.clients) {
      const std::string design = "redis-py-" + std::string(rung.release) + "/" + std::string(client);
      const auto warm = teller.explored("incident/two-users", design);
      const auto cold = teller.explored("incident/two-users-cold", design);
      if (warm && cold) out += ladder_row(*warm, *cold, std::string(client), style);
    }
  }
  return out;
}

/// What the flow leaks, or the first of it.
std::string first_disclosure(const reports::Result& result) {
  const auto& all = result.analysis.disclosures;
  if (all.empty()) return "-";
  return words::gist_of(*result.world, all.front()).text();  // the flow stands at the left already
}

std::string flows_text(Teller& teller, const reports::Style& style) {
  const std::string design(kFlowDesign);
  std::string out = "  " + padded("four flows, " + design, 54) + "with an ownership check\n" + "  " +
                    right_aligned("leak", 45) + right_aligned("leak", 6) + right_aligned("rejected", 11) +
                    right_aligned("wrong value", 14) + "\n";
  for (const Flow& flow : kFlows) {
    const std::string name(flow.scenario);
    const auto plain = teller.explored(name, design);
    const auto checked = teller.explored(name, design, "ownership-check");
    if (!plain || !checked) continue;
    out += "    " + padded(std::string(flow.label), 22) +
           right_aligned(count_of(*plain, "leak") + " of " + schedules_of(*plain), 21) +
           right_aligned(count_of(*checked, "leak"), 6) + right_aligned(count_of(*checked, "rejected"), 11) +
           right_aligned(count_of(*checked, "wrong-value"), 14) + "\n" + "      " +
           reports::paint(style, reports::Tone::dim,
                          reports::clipped(first_disclosure(*plain), style.width - 8, style.ascii)) +
           "\n";
  }
  return out;
}

}  // namespace

int tell_story() {
  Teller teller;
  const reports::Style style = terminal_style({}, STDOUT_FILENO);
  const std::string ladder = ladder_text(teller, style), flows = flows_text(teller, style);
  if (!teller.session().errors.empty()) return refuse(teller.session(), teller.output(), "story");
  Output out("");
  out.write(reports::paint(style, reports::Tone::strong, "interleak " + std::string(reports::kToolVersion)) + "\n\n" +
            reports::paragraph(std::string(kWhatHappened), 0, style.width) + "\n\n" +
            "Two users, one connection, at most one cancel: every schedule, explored.\n" + ladder + "\n" + flows +
            teller.complaints() +
            "\n  Next:  interleak run incident/two-users -d redis-py-4.5.1/pool   step by step\n"
            "         interleak designs show redis-py-4.5.1/pool                the listing\n"
            "         interleak new scenario -o mine.json                       your own\n");
  return teller.exit_code();
}

}  // namespace interleak::tools
