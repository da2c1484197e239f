// What of a protocol stands in the file of a scenario.
#pragma once

#include <nlohmann/json.hpp>

#include "sim/protocol/protocol.hpp"

namespace interleak::oracle {

/// Adds what an operation of the scenario's own sends, and what its results are.
void add_own(const protocol::Protocol& protocol, const protocol::Operation& operation, nlohmann::ordered_json& json);

}  // namespace interleak::oracle
