// The states of one design inside a page, as compact JSON: what its script steps through. The form
// is documented in docs/report.md; reports/page/src/graph.js reads it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "reports/json.hpp"
#include "sim/check/state_space.hpp"
#include "sim/kernel/allowance.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

/// How much of the states a page holds, each rung less than the one before.
enum class Rung : std::uint8_t {
  all,   ///< every state
  near,  ///< those within a few steps of a schedule that is told
  path,  ///< those on such a schedule, and what else may happen next there
  none   ///< no states: the schedules are told without their alternatives
};
/// What the page says of it, a sentence; empty: everything is there.
std::string_view rung_words(Rung rung);

/// Texts that occur often, each once.
class TextTable {
 public:
  int of(const std::string& text);
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::vector<std::string> texts_;
  std::map<std::string, int> index_;
};

/// `paths`: the schedules that are told. Null for Rung::none.
Json graph_json(const world::World& world, const check::StateSpace& space, Rung rung, std::span<const Events> paths,
                TextTable& texts);

/// SHA-256 of the whole graph in the form of docs/report.md, section "The digest". The page
/// computes the same from what it steps through. Throws Cut where the allowance ends.
std::string graph_digest(const world::World& world, const explore::Graph& graph, const Allowance& allowance = {});

}  // namespace interleak::reports
