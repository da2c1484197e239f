// The tasks that are alike in a world, as a folding of its graph (sim/explore/folding.hpp).
#pragma once

#include "sim/explore/folding.hpp"
#include "sim/world/symmetry.hpp"

namespace interleak::check {

struct TaskFolding {
  using Renaming = world::Renaming;
  const world::Symmetry& symmetry;

  Renaming renaming(const world::State& state) const { return symmetry.renaming(state); }
  Event renamed(Event event, const Renaming& renaming) const { return symmetry.renamed(event, renaming); }
  /// A process counts as its task here.
  int renamed_process(int task, const Renaming& renaming) const { return renaming.to[static_cast<std::size_t>(task)]; }
};

}  // namespace interleak::check
