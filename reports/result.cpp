// Small questions about a result that every format asks: see result.hpp.
#include "reports/result.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/style.hpp"

namespace interleak::reports {

check::Verdict verdict_of(const check::Analysis& analysis) {
  auto worst = check::Verdict::holds;
  for (const check::Judgement& judgement : analysis.judgements) {
    if (judgement.verdict == check::Verdict::violated) return check::Verdict::violated;
    if (judgement.verdict == check::Verdict::unknown) worst = check::Verdict::unknown;
  }
  return worst;
}

int gravest_violation(const check::Analysis& analysis) {
  int best = -1;
  for (std::size_t i = 0; i < analysis.judgements.size(); ++i) {
    const check::Judgement& judgement = analysis.judgements[i];
    if (judgement.verdict != check::Verdict::violated) continue;
    if (best >= 0) {
      const check::Judgement& other = analysis.judgements[static_cast<std::size_t>(best)];
      const bool graver = judgement.invariant.severity > other.invariant.severity;
      const bool shorter =
          judgement.invariant.severity == other.invariant.severity && judgement.witness.size() < other.witness.size();
      if (!graver && !shorter) continue;
    }
    best = static_cast<int>(i);
  }
  return best;
}

std::string divergence_text(std::string_view who, world::Bound bound) {
  return std::string(who) +
         " diverges: " + (bound == world::Bound::none ? "it never comes to rest" : world::text_of(bound));
}

std::string why_unknown(const Result& result) {
  if (result.analysis.diverges) return divergence_text("the design", result.analysis.bound);
  if (result.analysis.stop == check::Stop::finished) return {};
  return check::ended_by(result.analysis);
}

namespace {

/// $'...' with the bytes in octal: POSIX 2024, and every shell but the smallest before it.
std::string ansi_c_quoted(std::string_view word) {
  std::string out = "$'";
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= ' ' && byte < 0x7f && c != '\'' && c != '\\';
    out += plain ? std::string(1, c) : fmt::format("\\{:03o}", byte);
  }
  return out + "'";
}

}  // namespace

std::string shell_quoted(std::string_view word) {
  const auto harmless = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-./:=+,@%").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), harmless)) return std::string(word);
  if (printable(word) != word) return ansi_c_quoted(word);
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string command_line(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + shell_quoted(word);
  return out;
}

std::string replay_command(const std::vector<std::string>& words, const std::string& schedule) {
  return "interleak replay " + command_line(words) + (words.empty() ? "" : " ") + "-s " + shell_quoted(schedule);
}

std::string scenario_name(const scenario::Scenario& scenario) {
  return scenario.variant.empty() ? scenario.id : scenario.id + " [" + scenario.variant + "]";
}

std::vector<std::string> cancel_awaits(const scenario::Scenario& scenario) {
  std::vector<std::string> out;
  for (const terms::AwaitInfo& each : terms::kAwaits) {
    if (each.cancellable && (scenario.cancel.at & terms::await_bit(each.kind)) != 0) out.emplace_back(each.name);
  }
  if (out.size() == terms::kCancellableAwaits.size()) out.clear();
  return out;
}

std::vector<std::string> physics_names(const scenario::Scenario& scenario) {
  std::vector<std::string> out;
  for (const scenario::PhysicsOption& each : scenario::kPhysicsOptions) {
    if (scenario.physics.*each.option) out.emplace_back(each.name);
  }
  return out;
}

}  // namespace interleak::reports
