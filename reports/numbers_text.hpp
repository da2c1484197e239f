// Exact numbers of one exploration for people: the share of schedules beside the probability, how many runs
// it takes to see the worst of it, and what an adversary can do.
#pragma once

#include <string>

#include "reports/result.hpp"
#include "reports/style.hpp"
#include "sim/check/numbers.hpp"

namespace interleak::reports {

/// `rate` is the probability of a cancel where one is possible. Precondition: the result has counts and numbers.
std::string numbers_text(const Result& result, const check::Rational& rate, const Style& style);

}  // namespace interleak::reports
