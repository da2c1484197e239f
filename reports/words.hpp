// Phrases that the text reports share: names with their symbols, places, queues, counts.
#pragma once

#include <string>
#include <vector>

#include "reports/style.hpp"
#include "sim/check/analysis.hpp"
#include "sim/words/prose.hpp"
#include "sim/words/trace.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

/// Text with the symbol put before every name of a task or owner: "▲bob received ●alice's history".
std::string decorated(const words::Prose& text, bool ascii);

/// "execute:6".
std::string place(const words::LineView& line);

/// Requests and replies of a connection as symbols: "[●▲] → [●|▲]"; the widths are in symbols.
std::string queues(const words::ConnectionView& connection, int requests, int replies, bool ascii);

/// What a violated invariant's witness shows, in one phrase: "bob received alice's history".
words::Prose what_happened(const world::World& world, const property::Invariant& invariant, const words::Trace& trace);

/// What the acting task did: "takes c1, sends GET history", "✗ CANCELLED, closes c1".
words::Prose deed(const words::StepView& step, bool ascii);

/// Text with what it means.
struct Phrase {
  words::Prose text;
  Tone tone = Tone::plain;
};
/// Outcomes and findings of a step: "LEAK: bob received alice's history", "dirty-idle: c1 ...".
/// A cancelled operation says nothing.
std::vector<Phrase> results_of(const words::StepView& step, bool ascii);

/// How bad an outcome is, as a colour.
Tone tone_of(world::Outcome outcome);

/// Exact up to so many digits, "~1.23e15" beyond.
std::string short_count(const check::BigInt& number, std::size_t most_digits = 12);

}  // namespace interleak::reports
