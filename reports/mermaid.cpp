// See mermaid.hpp. Tasks, the pool and connections are the participants; their ids are ours (t0,
// c1), only their labels come from the scenario.
#include "reports/mermaid.hpp"

#include <algorithm>
#include <vector>

#include "reports/timeline.hpp"
#include "reports/words.hpp"
#include "sim/scenario/utf8.hpp"
#include "sim/world/listener.hpp"

namespace interleak::reports {
namespace {

using Act = world::Listener::Act;
constexpr std::size_t kMostEntries = 60;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

/// `next`: what follows. A colon before a blank and a hyphen inside a word mean nothing.
bool harmless(char c, char next) {
  if (c == ':') return next == ' ';
  if (c == '-') return is_word(next);
  return is_word(c) || std::string_view(" ,.()/_!'|").find(c) != std::string_view::npos;
}

class Diagram {
 public:
  Diagram(const world::World& world, const words::Trace& trace) : world_(world), trace_(trace) {
    for (const words::StepView& step : trace.steps) tell(step);
    for (const words::FindingView& finding : trace.end_findings) {
      entries_.push_back("Note over t0," + last_participant() + ": at the end, " +
                         mermaid_text(decorated(finding.told(), false)));
    }
  }

  std::string text() const {
    std::string out = "sequenceDiagram\n";
    for (int t = 0; t < world_.tasks(); ++t) {
      const std::string& id = world_.scenario().tasks[static_cast<std::size_t>(t)].id;
      out += "  participant t" + std::to_string(t) + " as " + mermaid_text(tag(t, id, false)) + "\n";
    }
    out += "  participant pool\n";
    for (const int c : used()) {
      out += "  participant c" + std::to_string(c) + " as c" + std::to_string(c) + " and its server\n";
    }
    for (std::size_t i = 0; i < entries_.size() && i < kMostEntries; ++i) out += "  " + entries_[i] + "\n";
    if (entries_.size() > kMostEntries) {
      out += "  Note over t0," + last_participant() + ": and " + std::to_string(entries_.size() - kMostEntries) +
             " more\n";
    }
    return out;
  }

 private:
  /// Connections that anything happens on.
  std::vector<int> used() const {
    std::vector<int> numbers;
    for (const words::StepView& step : trace_.steps) {
      for (const words::ConnectionView& c : step.connections) {
        const bool known = std::find(numbers.begin(), numbers.end(), c.number) != numbers.end();
        if (c.created && !known) numbers.push_back(c.number);
      }
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
  }

  std::string last_participant() const {
    const std::vector<int> numbers = used();
    return numbers.empty() ? "pool" : "c" + std::to_string(numbers.back());
  }

  void tell(const words::StepView& step) {
    const std::string number = std::to_string(step.number) + ". ";
    if (step.task < 0) {
      const std::string c = "c" + std::to_string(world::parts_of(step.event).conn);
      entries_.push_back("Note over " + c + ": " + number + std::string(machine_of(step)) + " " +
                         mermaid_text(decorated(step.summary, false)));
    } else {
      tell_task(step, number);
    }
    tell_findings(step);
  }

  void tell_task(const words::StepView& step, const std::string& number) {
    const std::string task = "t" + std::to_string(step.task);
    const std::string child = step.child ? "(child) " : "";
    const std::size_t before = entries_.size();
    if (step.cancel) {
      const std::string at = step.line ? " at " + step.await + " (" + place(*step.line) + ")" : "";
      entries_.push_back("Note over " + task + ": " + number + "✗ CANCELLED" + mermaid_text(at));
    }
    for (const words::ActionView& action : step.actions) {
      const std::string arrow = arrow_of(action, task, step.task);
      if (arrow.empty()) continue;
      entries_.push_back(arrow + ": " + number + mermaid_text(child + decorated(action.text, false)));
    }
    if (entries_.size() > before) return;
    entries_.push_back("Note over " + task + ": " + number + mermaid_text(child + decorated(step.summary, false)));
  }

  /// Empty: not worth an arrow.
  static std::string arrow_of(const words::ActionView& action, const std::string& task, int number) {
    const std::string c = "c" + std::to_string(action.connection);
    switch (action.act) {
      case Act::takes:
      case Act::makes:
      case Act::shares:
      case Act::puts: return task + "->>pool";
      case Act::sends:
      case Act::connects:
      case Act::closes: return task + "->>" + c;
      case Act::receives:
      case Act::discards: {
        const bool foreign = action.item.task >= 0 && action.item.task != number;
        return c + (foreign ? "--x" : "-->>") + task;
      }
      default: return {};
    }
  }

  void tell_findings(const words::StepView& step) {
    for (const words::OutcomeView& outcome : step.outcomes) {
      if (outcome.outcome < world::Outcome::type_error) continue;
      const std::string kind(world::kOutcomeNames[static_cast<std::size_t>(outcome.outcome)]);
      entries_.push_back("Note over t" + std::to_string(outcome.task) + ": " +
                         mermaid_text(kind + ", " + decorated(outcome.text, false)));
    }
    for (const words::FindingView& finding : step.findings) {
      entries_.push_back("Note over pool: " + mermaid_text(decorated(finding.told(), false)));
    }
  }

  const world::World& world_;
  const words::Trace& trace_;
  std::vector<std::string> entries_;
};

}  // namespace

std::string mermaid_text(std::string_view text) {
  std::string out;
  const std::string safe = scenario::escaped(text);
  for (std::size_t i = 0; i < safe.size(); ++i) {
    const char next = i + 1 < safe.size() ? safe[i + 1] : '\0';
    const std::string reference = "#" + std::to_string(static_cast<int>(safe[i])) + ";";
    out += harmless(safe[i], next) ? std::string(1, safe[i]) : reference;
  }
  return out;
}

std::string mermaid(const world::World& world, const words::Trace& trace) { return Diagram(world, trace).text(); }

}  // namespace interleak::reports
