// What the tables of this room share. A table is an array with one row for each value of an enumeration, in
// its order, so that a value is an index and a row that is missing does not compile.
#pragma once

#include <array>
#include <cstddef>

namespace interleak::terms {

/// Each row names its own place. `key`: the member that does.
template <class Row, std::size_t kRows, class Key>
constexpr bool in_order(const std::array<Row, kRows>& table, Key Row::*key) {
  for (std::size_t i = 0; i < kRows; ++i) {
    if (table[i].*key != static_cast<Key>(i)) return false;
  }
  return true;
}

/// One column of a table, the names as a rule.
template <class Row, std::size_t kRows, class Cell>
constexpr std::array<Cell, kRows> column(const std::array<Row, kRows>& table, Cell Row::*cell) {
  std::array<Cell, kRows> cells{};
  for (std::size_t i = 0; i < kRows; ++i) cells[i] = table[i].*cell;
  return cells;
}

/// How many rows of a table have this set.
template <class Row, std::size_t kRows>
constexpr std::size_t count_of(const std::array<Row, kRows>& table, bool Row::*cell) {
  std::size_t count = 0;
  for (const Row& row : table) count += row.*cell ? 1 : 0;
  return count;
}

}  // namespace interleak::terms
