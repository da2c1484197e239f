// Exact probabilities as JSON, for other programs to evaluate: fractions as text, and polynomials in the rate
// p of cancels as terms factor * p^cancels * (1-p)^passed.
#pragma once

#include "reports/json.hpp"
#include "sim/check/numbers.hpp"
#include "sim/kernel/schedule.hpp"

namespace interleak::reports {

Json numbers_json(const world::World& world, const check::Numbers& numbers);

}  // namespace interleak::reports
