// Listings as trees of lines, for those who change them: random mutations, and the shrinker. A line knows
// its text without indentation and the lines of its block; a compound statement is its head and the clauses
// behind it (`elif`, `else`, `except`, `finally`, `on drop`), side by side.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/design/syntax.hpp"
#include "tests/oracle/listing.hpp"
#include "tests/oracle/random.hpp"

namespace interleak::oracle {

struct TreeLine;
using Tree = std::vector<TreeLine>;

struct TreeLine {
  std::string text;
  Tree block;
};

/// Lines without comments to a tree, and back. The lines must be well indented.
Tree tree_of(const Lines& lines);
Lines lines_of(const Tree& tree);
Lines lines_of(const design::Procedure& procedure);

/// One random change somewhere in the tree: a statement goes, comes, comes twice, changes places, is wrapped
/// or loses what wraps it; a clause goes; an `except` catches something else. `fresh` are statements that may
/// come. The result may be nonsense that the compiler refuses.
Tree mutated(const Tree& tree, const Lines& fresh, Random& random);

/// All trees with one thing less: a statement, a clause, or the head around a block. Largest cuts first.
std::vector<Tree> smaller(const Tree& tree);

}  // namespace interleak::oracle
