// A finished search as a certificate (sim/certify): the states in a topological order, so that every
// event leads to a later one.
#pragma once

#include <string>

#include "sim/certify/certificate.hpp"
#include "sim/explore/graph.hpp"
#include "sim/explore/order.hpp"
#include "sim/kernel/allowance.hpp"
#include "sim/world/world.hpp"

namespace interleak::check {

/// The file. Precondition: the graph is finished, without cycle, of whole states without a reduction,
/// and the invariants that `head` names hold. Throws Cut where the allowance ends.
std::string certificate_of(const world::World& world, const explore::Graph& graph, const explore::Order& order,
                           certify::Head head, const Allowance& allowance = {});

}  // namespace interleak::check
