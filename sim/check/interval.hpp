// Exact confidence intervals of a probability, from a sample (C. J. Clopper, E. S. Pearson: The use of confidence
// or fiducial limits illustrated in the case of the binomial, Biometrika 26, 1934).
#pragma once

#include <cstdint>

#include "sim/explore/fractions.hpp"

namespace interleak::check {

struct Interval {
  explore::Rational low, high;   ///< decimal fractions of three significant digits at most
};

/// The interval in which a probability is, with that confidence at least, if a thing came `seen` times in `drawn`
/// independent draws. Rounded outward, so it is never too narrow. Computed in software to 50 digits: the
/// same on every machine. Preconditions: seen <= drawn, 0 < confidence < 1.
Interval clopper_pearson(std::uint64_t seen, std::uint64_t drawn, const explore::Rational& confidence);

}  // namespace interleak::check
