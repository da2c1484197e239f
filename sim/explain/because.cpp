// Which of the sentences are told: see because.hpp, and telling.hpp for where they stand.
#include "sim/explain/because.hpp"

#include <algorithm>

#include "sim/explain/telling.hpp"

namespace interleak::explain {
namespace {

namespace fact = world::fact;

/// The worst of what ended in the last step, of what is asked; null: nothing.
const Ending* worst_ending(const Telling& t, Facts mask) {
  const Ending* worst = nullptr;
  for (const Ending& ending : t.story.endings) {
    if (ending.step != t.last || (fact::outcome(ending.outcome) & mask) == 0) continue;
    if (worst == nullptr || ending.outcome > worst->outcome) worst = &ending;
  }
  return worst;
}

bool waits_after_cancel(const Telling& t) {
  return std::any_of(t.story.after.frames.begin(), t.story.after.frames.end(),
                     [](const auto& frame) { return frame.cancelled && frame.status == world::Status::waiting; });
}

void tell(Telling& t, Facts mask) {
  if (const Ending* ending = worst_ending(t, mask)) return tell_ending(t, *ending);
  if (const Facts facts = t.world.facts(t.story.after) & mask; facts != 0) return tell_state(t, facts);
  if ((mask & fact::kCancelWaits) != 0 && waits_after_cancel(t)) return tell_waiting(t);
  if ((mask & fact::kLateWrite) != 0 && tell_late_write(t)) return;
  if ((mask & fact::kAssertion) != 0 && tell_assertion(t)) return;
  const Facts failures = mask & (fact::kLastingFailure | fact::kCollateralFailure);
  if (failures != 0 && tell_lasting_failure(t, failures)) return;
  if ((mask & fact::kDoubleEffect) != 0 && tell_double_effect(t)) return;
  if ((mask & fact::kForeignSession) != 0 && tell_foreign_session(t)) return;
  if (const Facts at_end = t.world.end(t.story.after).facts & mask; at_end != 0) tell_end(t, at_end);
}

}  // namespace

std::vector<Sentence> because(const world::World& world, const Events& events, Facts mask) {
  Telling telling(world, events);
  tell(telling, mask);
  return std::move(telling.chain);
}

}  // namespace interleak::explain
