// Everything that explains a violation: the chain of sentences of its witness, which of its steps are
// free to move, how likely the violation is after each of them, the nearest schedule in which nothing is
// violated, and the root causes of all schedules like it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/explain/because.hpp"
#include "sim/explain/causes.hpp"
#include "sim/explain/chance.hpp"
#include "sim/explain/relevance.hpp"
#include "sim/explore/graph.hpp"
#include "sim/explore/order.hpp"
#include "sim/kernel/allowance.hpp"
#include "sim/world/world.hpp"

namespace interleak::explain {

/// Probability of the violation, under `uniform`, after each prefix of the witness.
struct Along {
  std::vector<Rational> probability;  ///< after so many steps: one more than there are steps
  /// After this step a choice is left that avoids the violation, and after the next one none is. -1: none
  /// was left at any time; the number of steps: one is left until the end.
  int last_safe_choice = -1;
};

/// The nearest safe schedule, in words.
struct SafeSchedule {
  Events events;
  std::string schedule;               ///< as text
  int edits = 0;                      ///< insertions and deletions
  int differs_at = 0;                 ///< the first step, from 1, that is another one
  bool nothing_violated = true;       ///< false: only the witness's own invariant holds in it
  Sentence difference;                ///< what is different there
  std::optional<Sentence> check;      ///< a check that sees there what it did not see in the witness
  words::Prose ending;                ///< how its operations end: "alice: cancelled, bob: ok"
};

/// What a scheduler runs that always resumes the task that has been ready for longest, as asyncio's does.
struct UnderFifo {
  Events events;                      ///< the least schedule of its that violates the invariant; empty: none does
  std::string schedule;               ///< as text
};

struct Why {
  std::vector<Sentence> because;
  std::vector<Freedom> freedom;              ///< of each step; empty: left out
  std::optional<Along> along;
  std::optional<SafeSchedule> safe;          ///< nothing: there is none, or it was left out
  bool never_safe = false;                   ///< every maximal schedule violates the invariant
  std::optional<UnderFifo> under_fifo;       ///< if such a scheduler does not run the witness; nothing: not known
  std::optional<Causes> causes;              ///< if the violation is a reply in wrong hands
  std::vector<std::string> left_out;         ///< what was not computed, and why, one line each
};

/// How far the explanation of a witness may go; 0 = no limit.
struct WhyLimits {
  std::uint64_t max_states = 0;      ///< of graphs whose probabilities are computed
  std::uint64_t max_bits = 0;        ///< of all these probabilities together
  std::uint64_t max_costs = 0;       ///< of the search for the nearest safe schedule
  std::uint64_t max_nodes = 0;       ///< of the product for root causes
};
/// What takes about as long as the search itself.
inline constexpr WhyLimits kBoundedWhy = {60'000, 400'000'000, 8'000'000, 40'000};
/// What still fits into a machine.
inline constexpr WhyLimits kFullWhy = {20'000'000, 8'000'000'000, 100'000'000, 2'000'000};

/// More states than these are of no use to an explanation within the limits: neither probabilities nor the
/// nearest safe schedule of a witness of that length are computed then. Every task acts. 0: no limit.
std::uint64_t states_of_use(const WhyLimits& limits, std::size_t length, int tasks);

/// Which states the explanation has. `too_many`: there are more than are of use; the graph is a folded one, of
/// which only the worst of all replies is asked.
enum class Seen : std::uint8_t { all, not_all, too_many };

/// What a witness is a witness of.
struct Violation {
  const Events& witness;
  Facts mask = 0;                    ///< facts that violate its invariant
  Facts checked = 0;                 ///< facts that violate some invariant that is checked
  bool with_causes = true;
};

/// Explains a witness. The graph is finished and without cycle if all states were seen; else only what needs no
/// more than the witness is told. What the allowance ends is left out.
Why why(const world::World& world, const explore::Graph& graph, const explore::Order& order, Seen seen,
        const Violation& violation, const WhyLimits& limits, const Allowance& allowance = {});

}  // namespace interleak::explain
