// Phrases of the text reports: see words.hpp.
#include "reports/words.hpp"

#include <algorithm>

namespace interleak::reports {
namespace {

bool in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

/// The first task of that id or owner; -1: none.
int task_named(const world::World& world, std::string_view name) {
  const auto& tasks = world.scenario().tasks;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (tasks[i].id == name || tasks[i].owner == name) return static_cast<int>(i);
  }
  return -1;
}

std::string symbols(const std::vector<world::ItemView>& items, bool ascii) {
  std::string out;
  for (const world::ItemView& item : items) out += symbol(item.task, ascii);
  return out;
}

/// The first finding whose kind is among the facts of the invariant.
std::string finding_of(const std::vector<std::string>& findings,
                       const property::Invariant& invariant) {
  for (const std::string& finding : findings) {
    const std::size_t colon = finding.find(':');
    const std::string kind = finding.substr(0, colon);
    Facts fact = kind == "starved"      ? world::fact::kStarved | world::fact::kHostage
                 : kind == "late-write" ? world::fact::kLateWrite
                                        : 0;
    for (const auto& pool : world::kPoolFindings) {
      if (pool.name == kind) fact = pool.fact;
    }
    if ((fact & invariant.violated_by) == 0) continue;
    return colon == std::string::npos ? finding : finding.substr(std::min(colon + 2, finding.size()));
  }
  return {};
}

}  // namespace

std::string decorated(const world::World& world, std::string_view text, bool ascii) {
  std::string out;
  while (!text.empty()) {
    std::size_t length = 0;
    while (length < text.size() && in_name(text[length])) ++length;
    if (length == 0) {
      out += text[0];
      text.remove_prefix(1);
      continue;
    }
    const std::string_view name = text.substr(0, length);
    const int task = task_named(world, name);
    out += task < 0 ? std::string(name) : tag(task, name, ascii);
    text.remove_prefix(length);
  }
  return out;
}

std::string place(const world::LineView& line) {
  return line.procedure + ":" + std::to_string(line.line);
}

std::string queues(const world::ConnectionView& connection, int requests, int replies, bool ascii) {
  if (!connection.created) return ascii ? "(not made)" : "(not made)";
  if (!connection.connected && connection.requests.empty()) return "(closed)";
  std::string left = padded(symbols(connection.requests, ascii), requests);
  // Left of the bar is what the program cannot see yet: newest of all what is still on the wire.
  std::string right = symbols(connection.wire, ascii) + symbols(connection.kernel, ascii) + "|" +
                      symbols(connection.stream, ascii);
  return "[" + left + "] " + (ascii ? "->" : "→") + " [" + padded(std::move(right), replies) + "]";
}

std::string what_happened(const world::World& world, const property::Invariant& invariant,
                          const world::Trace& trace, bool ascii) {
  if (trace.steps.empty()) return {};
  const world::StepView& last = trace.steps.back();
  const world::OutcomeView* worst = nullptr;
  for (const world::OutcomeView& outcome : last.outcomes) {
    if ((world::fact::outcome(outcome.outcome) & invariant.violated_by) == 0) continue;
    if (worst == nullptr || outcome.outcome > worst->outcome) worst = &outcome;
  }
  if (worst != nullptr) return decorated(world, worst->text, ascii);
  std::string text = finding_of(last.findings, invariant);
  if (text.empty()) text = finding_of(trace.end_findings, invariant);
  if (text.empty() && (invariant.violated_by & world::fact::kCancelWaits) != 0 && last.task >= 0) {
    text = world.scenario().tasks[static_cast<std::size_t>(last.task)].id +
           " was cancelled, and waits all the same";
    if (last.line) text += " (" + place(*last.line) + ")";
  }
  return decorated(world, text, ascii);
}

std::string deed(const world::World& world, const world::StepView& step, bool ascii) {
  std::string text = decorated(world, step.summary, ascii);
  if (step.cancel) {
    const std::string mark = ascii ? "x CANCELLED" : "✗ CANCELLED";
    text = text.empty() ? mark : mark + ", " + text;
  }
  return step.child ? "(child) " + text : text;
}

std::vector<Phrase> results_of(const world::World& world, const world::StepView& step, bool ascii) {
  using world::Outcome;
  std::vector<Phrase> phrases;
  for (const world::OutcomeView& outcome : step.outcomes) {
    if (outcome.outcome == Outcome::ok) {
      phrases.push_back({ascii ? "ok" : "✓ ok", Tone::good});
    } else if (outcome.outcome >= Outcome::type_error) {
      std::string kind(world::kOutcomeNames[static_cast<std::size_t>(outcome.outcome)]);
      std::transform(kind.begin(), kind.end(), kind.begin(),
                     [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
      phrases.push_back({kind + ": " + decorated(world, outcome.text, ascii), Tone::bad});
    } else if (outcome.outcome != Outcome::cancelled) {
      phrases.push_back({decorated(world, outcome.text, ascii), Tone::warning});
    }
  }
  for (const std::string& finding : step.findings) {
    phrases.push_back({decorated(world, finding, ascii), Tone::warning});
  }
  return phrases;
}

Tone tone_of(world::Outcome outcome) {
  using world::Outcome;
  if (outcome >= Outcome::type_error) return Tone::bad;
  if (outcome == Outcome::ok) return Tone::good;
  return outcome == Outcome::cancelled ? Tone::plain : Tone::warning;
}

std::string short_count(const check::BigInt& number, std::size_t most_digits) {
  const std::string digits = number.str();
  if (digits.size() <= most_digits) return digits;
  return "~" + digits.substr(0, 1) + "." + digits.substr(1, 2) + "e" +
         std::to_string(digits.size() - 1);
}

}  // namespace interleak::reports
