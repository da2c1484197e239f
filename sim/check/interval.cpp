#include "sim/check/interval.hpp"

#include <boost/math/special_functions/beta.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>

namespace interleak::check {
namespace {

using explore::BigInt;
using explore::Rational;
using Digits50 = boost::multiprecision::cpp_bin_float_50;

/// The decimal fractions of three significant digits between 0 and 1, in order: 1.00e-20, 1.01e-20, ..., 0.999.
/// Number 0 is 0, and the last one is 1.
class Grid {
 public:
  static constexpr int kDecades = 20, kOfDecade = 900, kLast = kDecades * kOfDecade + 1;

  static Rational at(int number) {
    if (number == 0) return 0;
    if (number == kLast) return 1;
    const int decade = (number - 1) / kOfDecade, digits = 100 + (number - 1) % kOfDecade;
    return Rational(digits, pow(BigInt(10), static_cast<unsigned>(kDecades - decade + 2)));
  }
  static Digits50 float_at(int number) {
    const Rational value = at(number);
    return Digits50(numerator(value)) / Digits50(denominator(value));
  }
};

/// That of `drawn` draws `seen` or more show a thing of probability p.
Digits50 at_least(std::uint64_t seen, std::uint64_t drawn, const Digits50& p) {
  return boost::math::ibeta(Digits50(seen), Digits50(drawn - seen + 1), p);
}

/// That of `drawn` draws `seen` or fewer do.
Digits50 at_most(std::uint64_t seen, std::uint64_t drawn, const Digits50& p) {
  return boost::math::ibetac(Digits50(seen + 1), Digits50(drawn - seen), p);
}

/// The greatest p for which so many are too many; with p the chance of them grows.
Rational lower(std::uint64_t seen, std::uint64_t drawn, const Digits50& doubt) {
  int below = 0, above = Grid::kLast;   // too many at `below`, not at `above`
  while (above - below > 1) {
    const int middle = (below + above) / 2;
    (at_least(seen, drawn, Grid::float_at(middle)) <= doubt ? below : above) = middle;
  }
  return Grid::at(below);
}

/// The least p for which so few are too few.
Rational upper(std::uint64_t seen, std::uint64_t drawn, const Digits50& doubt) {
  int below = 0, above = Grid::kLast;   // too few at `above`, not at `below`
  while (above - below > 1) {
    const int middle = (below + above) / 2;
    (at_most(seen, drawn, Grid::float_at(middle)) <= doubt ? above : below) = middle;
  }
  return Grid::at(above);
}

}  // namespace

Interval clopper_pearson(std::uint64_t seen, std::uint64_t drawn, const Rational& confidence) {
  const Rational rest = (Rational(1) - confidence) / 2;
  const Digits50 doubt = Digits50(numerator(rest)) / Digits50(denominator(rest));
  return {seen == 0 ? Rational(0) : lower(seen, drawn, doubt), seen == drawn ? Rational(1) : upper(seen, drawn, doubt)};
}

}  // namespace interleak::check
