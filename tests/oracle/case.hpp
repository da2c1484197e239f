// A scenario and a design under test, and the two files that say the same.
#pragma once

#include <optional>
#include <ostream>
#include <string>

#include "sim/design/syntax.hpp"
#include "sim/terms/scenario.hpp"
#include "sim/world/world.hpp"

namespace interleak::oracle {

struct Case {
  scenario::Scenario scenario;
  design::Design design;
};

/// The JSON text of the two files, as the command reads them.
std::string to_json(const scenario::Scenario& scenario);
std::string to_json(const design::Design& design);
std::ostream& operator<<(std::ostream& out, const Case& that);

/// Compiles the case. If the design is refused: nothing, and `error` says why, its code first.
std::optional<world::World> world_of(const Case& each, std::string& error);

}  // namespace interleak::oracle
