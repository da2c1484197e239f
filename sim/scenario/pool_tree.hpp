// A design, with all that it inherits, as the tree of a file that says the same by itself: for `designs show`.
#pragma once

#include "sim/design/syntax.hpp"
#include "sim/scenario/document.hpp"

namespace interleak::scenario {

/// What of the design is written.
struct Written {
  bool part = false;          ///< it is made to be extended
  bool all = false;           ///< also procedures that no operation reaches
  /// What every design has without saying so; null: nothing. Its fields, variables and queues are not repeated unless a
  /// procedure that is written names them.
  const design::Design* prelude = nullptr;
};

/// The tree. It extends nothing: inherited procedures stand in it, each with a comment that says whence it is, and so
/// do fields. Where it was put together from other designs, a comment says which.
Value written_tree(const design::Design& design, const Written& what);

}  // namespace interleak::scenario
