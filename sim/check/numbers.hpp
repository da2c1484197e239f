// Exact probabilities of one scenario under one design: of each outcome and finding, under named schedulers,
// and what an adversary can make of it. Definitions: docs/semantics.md, Probabilities.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/explore/adversary.hpp"
#include "sim/explore/rate.hpp"
#include "sim/explore/uniform.hpp"
#include "sim/world/symmetry.hpp"
#include "sim/world/world.hpp"

namespace interleak::check {

using explore::RatePolynomial;
using explore::Rational;

/// How likely something is.
struct Chance {
  Rational uniform;      ///< all choices of a state are equally likely
  RatePolynomial rate;   ///< a cancel happens with probability p where one is possible
};

struct Numbers {
  std::map<std::string, Chance> by_outcome;   ///< class of a schedule; those that occur
  std::map<std::string, Chance> by_finding;   ///< pool findings that occur
  RatePolynomial budget_spent;                ///< all cancels that the scenario allows have happened
  RatePolynomial cancels;                     ///< expected number of cancels in a schedule
  int operations = 0;                         ///< of all tasks together
  /// That some operation ends in the worst outcome that occurs, for at most 0, 1, ... cancels chosen by an
  /// adversary; empty if nothing worse than `error` occurs.
  std::string adversary_outcome;
  std::vector<explore::AdversaryValue> adversary;
};

/// `graph` is that of `world`, finished, without divergence; `order` its topological order. `folded_by`: the
/// symmetry by which the graph is folded; null: it is not. Throws Cut where the allowance ends.
Numbers numbers_of(const world::World& world, const explore::Graph& graph, const explore::Order& order,
                   const world::Symmetry* folded_by = nullptr, const Allowance& allowance = {});

/// How many random runs it takes to see something of that probability once with a chance of 95 %; nothing if
/// it never happens. At most 10^18, which also stands for more.
std::optional<std::uint64_t> runs_for_95_percent(const Rational& probability);

/// "21.3 %", rounded to three significant digits; "0 %" and "100 %" only for exactly that.
std::string percent(const Rational& probability);

/// A probability as a person writes it: "0.01", "1/100", "1 %"; nothing if it is none.
std::optional<Rational> parse_probability(std::string_view text);

}  // namespace interleak::check
