// Results as one JSON document, for programs: format 1, described in docs/output.md and by
// sim/scenario/schema/result.schema.json. Free of time, memory, threads and build type unless the
// timings are asked for, so that equal inputs give equal bytes. Counts are decimal strings: they
// do not fit a double.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "reports/result.hpp"
#include "sim/kernel/diagnostic.hpp"
#include "sim/words/schedule_text.hpp"
#include "sim/words/trace.hpp"

namespace interleak::reports {

using Json = nlohmann::ordered_json;

struct JsonOptions {
  bool timings = false;
  bool coverage = false;
};

/// The document of a command with nothing in it yet: format, versions, name of the command.
Json document(std::string_view command);
/// Text of a document, two spaces deep, with a final newline. Invalid UTF-8 becomes U+FFFD.
std::string text_of(const Json& document);
/// The same of a part, indented so much (-1: on one line), without a line end. What is not printable is escaped, for a
/// person may look at it in a terminal.
std::string text_of(const Json& value, int indent);

Json result_json(const Result& result, const JsonOptions& options);
Json trace_json(const world::World& world, const words::Trace& trace);
Json errors_json(const Diagnostics& errors);
/// Adds the field `bound`, what a design that diverges runs into; nothing if it goes in a circle.
void add_bound(Json& out, world::Bound bound);
/// Where a schedule is not legal, and what is enabled there.
Json divergence_json(const words::Refusal& error);
/// Numbers by name, as decimal strings.
Json numbers_json(const std::map<std::string, check::BigInt>& numbers);
Json counts_json(const check::Counts& counts);
Json line_json(const words::LineView& line);
/// Which scenario and which design: the head of every result.
Json subject_json(const world::World& world);

}  // namespace interleak::reports
