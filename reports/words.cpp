// Phrases of the text reports: see words.hpp.
#include "reports/words.hpp"

#include <algorithm>

namespace interleak::reports {
namespace {

std::string symbols(const std::vector<words::ItemView>& items, bool ascii) {
  std::string out;
  for (const words::ItemView& item : items) out += symbol(item.task, ascii);
  return out;
}

}  // namespace

std::string decorated(const words::Prose& text, bool ascii) {
  std::string out;
  for (const words::Prose::Piece& piece : text.pieces()) {
    out += piece.task < 0 ? std::string(piece.text) : tag(piece.task, piece.text, ascii);
  }
  return out;
}

std::string place(const words::LineView& line) { return line.procedure + ":" + std::to_string(line.line); }

std::string queues(const words::ConnectionView& connection, int requests, int replies, bool ascii) {
  if (!connection.created) return "(not made)";
  if (!connection.connected && connection.requests.empty()) return "(closed)";
  std::string left = padded(symbols(connection.requests, ascii), requests);
  // Left of the bar is what the program cannot see yet: newest of all what is still on the wire.
  std::string right = connection.held.empty() ? "" : symbols(connection.held, ascii) + ":";
  right +=
      symbols(connection.wire, ascii) + symbols(connection.kernel, ascii) + "|" + symbols(connection.stream, ascii);
  return "[" + left + "] " + (ascii ? "->" : "→") + " [" + padded(std::move(right), replies) + "]";
}

words::Prose what_happened(const world::World& world, const property::Invariant& invariant, const words::Trace& trace) {
  if (trace.steps.empty()) return {};
  const words::StepView& last = trace.steps.back();
  const words::OutcomeView* worst = nullptr;
  for (const words::OutcomeView& outcome : last.outcomes) {
    if ((world::fact::outcome(outcome.outcome) & invariant.violated_by) == 0) continue;
    if (worst == nullptr || outcome.outcome > worst->outcome) worst = &outcome;
  }
  if (worst != nullptr) return worst->text;
  const words::FindingView* finding = words::finding_of(last.findings, invariant.violated_by);
  if (finding == nullptr) finding = words::finding_of(trace.end_findings, invariant.violated_by);
  if (finding != nullptr) return finding->text;
  if ((invariant.violated_by & world::fact::kCancelWaits) == 0 || last.task < 0) return {};
  return words::task(world, last.task) + " was cancelled, and waits all the same" +
         (last.line ? " (" + place(*last.line) + ")" : "");
}

words::Prose deed(const words::StepView& step, bool ascii) {
  words::Prose text(step.child ? "(child) " : "");
  if (step.cancel) {
    text += ascii ? "x CANCELLED" : "✗ CANCELLED";
    if (!step.summary.empty()) text += ", ";
  }
  return text + step.summary;
}

std::vector<Phrase> results_of(const words::StepView& step, bool ascii) {
  using words::Prose;
  using world::Outcome;
  std::vector<Phrase> phrases;
  for (const words::OutcomeView& outcome : step.outcomes) {
    if (outcome.outcome == Outcome::ok) {
      phrases.push_back({Prose(ascii ? "ok" : "✓ ok"), Tone::good});
    } else if (outcome.outcome >= Outcome::type_error) {
      std::string kind(world::kOutcomeNames[static_cast<std::size_t>(outcome.outcome)]);
      std::transform(kind.begin(), kind.end(), kind.begin(),
                     [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
      phrases.push_back({kind + ": " + outcome.text, Tone::bad});
    } else if (outcome.outcome != Outcome::cancelled) {
      phrases.push_back({outcome.text, Tone::warning});
    }
  }
  for (const words::FindingView& finding : step.findings) phrases.push_back({finding.told(), Tone::warning});
  return phrases;
}

Tone tone_of(world::Outcome outcome) {
  using world::Outcome;
  if (outcome >= Outcome::type_error) return Tone::bad;
  if (outcome == Outcome::ok) return Tone::good;
  return outcome == Outcome::cancelled ? Tone::plain : Tone::warning;
}

std::string short_count(const check::BigInt& number, std::size_t most_digits) {
  std::string digits = number.str();
  if (digits.size() <= most_digits) return digits;
  return "~" + digits.substr(0, 1) + "." + digits.substr(1, 2) + "e" + std::to_string(digits.size() - 1);
}

}  // namespace interleak::reports
