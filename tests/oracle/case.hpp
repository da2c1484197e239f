// A scenario and a design under test, and the files that say the same: those two, and that of the protocol.
#pragma once

#include <memory>
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

/// The JSON text of the files, as the command reads them.
std::string to_json(const scenario::Scenario& scenario);
std::string to_json(const design::Design& design);
std::string to_json(const protocol::Protocol& protocol);
/// That of the protocol only if it is not built in.
std::ostream& operator<<(std::ostream& out, const Case& that);

/// A world has at most 16 places of stores, and 32 keys where it matters which is which (docs/formats.md): where it had
/// more it has fewer.
void fit_stores(Case& each);

/// The scenario as it is run under the design: it may be that which names a protocol. Nothing if that has not all of
/// the scenario's operations.
std::optional<Case> case_of(const scenario::Scenario& scenario, const design::Design& design);

/// A design and its program, as worlds share them.
struct Compiled {
  std::shared_ptr<const design::Design> design;
  std::shared_ptr<const design::Program> program;
};

/// Of the case. If the design is refused: nothing, and `error` says why, its code first.
std::optional<Compiled> compiled(const Case& each, std::string& error);

/// Compiles the case. If the design is refused: nothing, and `error` says why, its code first.
std::optional<world::World> world_of(const Case& each, std::string& error);

}  // namespace interleak::oracle
