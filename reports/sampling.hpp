// A sample of schedules for people, and as JSON: see sim/check/sampling.hpp and docs/sampling.md.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reports/json.hpp"
#include "reports/style.hpp"
#include "sim/check/sampling.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

struct SamplingReport {
  std::shared_ptr<const world::World> world;
  check::Sampling sampling;
  std::vector<std::string> replay_words;  ///< the command that replays, without its schedule
  std::string stopped_by;                 ///< "--max-time", "SIGINT"; empty: see the sampling
};

/// Verdicts, how often what was seen, the shortest schedule that was drawn. `quiet`: the verdicts only.
std::string sampling_text(const SamplingReport& report, const Style& style, bool quiet);

/// An entry of "samples" in the document.
Json sampling_json(const SamplingReport& report);

}  // namespace interleak::reports
