// What explains a witness (sim/explain), in words and for programs. All of it is empty where nothing was
// explained.
#pragma once

#include <string>
#include <vector>

#include "reports/chart.hpp"
#include "reports/json.hpp"
#include "reports/style.hpp"
#include "sim/check/analysis.hpp"
#include "sim/explain/chance.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

/// What stands beside each step of the witness in its table.
std::vector<StepMargin> margins_of(const check::Judgement& judgement, const Style& style);

/// The paragraphs under the table. `all`: every root cause.
std::string why_text(const world::World& world, const check::Judgement& judgement, const Style& style, bool all);

Json why_json(const world::World& world, const check::Judgement& judgement);

/// "8.3 %", "100 %" only if it is certain, "0 %" only if it is impossible, "<0.1 %", ">99.9 %".
std::string percent_text(const explain::Rational& probability);

}  // namespace interleak::reports
