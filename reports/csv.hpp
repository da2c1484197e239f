// A schedule as comma-separated values (RFC 4180), one row a step, for spreadsheets.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sim/words/trace.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

std::string csv(const world::World& world, const words::Trace& trace);

/// One record. Control characters are escaped; a field that a spreadsheet would take for a formula
/// gets an apostrophe before it.
std::string csv_record(std::span<const std::string> fields);

}  // namespace interleak::reports
