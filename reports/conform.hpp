// What a table of measured trials and the predictions for it come to.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "reports/json.hpp"
#include "reports/style.hpp"
#include "sim/conform/conformity.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

/// The world of a row again, to tell its trace.
using WorldOfRow = std::function<std::shared_ptr<const world::World>(const conform::Row&)>;

struct ConformOptions {
  Style style;
  bool quiet = false;         ///< the totals only
  std::size_t most_told = 5;  ///< so many mispredicted rows are told step by step
};

std::string conform_text(const conform::Conformity& conformity, const WorldOfRow& world_of,
                         const ConformOptions& options);

/// Fields of the document of `conform --json`.
Json conform_json(const conform::Conformity& conformity, const WorldOfRow& world_of);

}  // namespace interleak::reports
