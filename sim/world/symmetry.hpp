// Tasks that are alike, and the one state that stands for all that differ only in which of them is which.
//
// Two tasks are alike if what they do is the same up to the names of their owners, and if no other task
// works for these owners. Exchanging them everywhere in a state (frames, queues, ghost labels) then changes
// nothing of its future but the names, so all states that come out of one another in this way may be kept
// as one: a fold. No number changes, since each event of the one that is kept is followed by itself.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/world/world.hpp"

namespace interleak::world {

/// Which task takes whose place: task t goes to to[t].
struct Renaming {
  std::array<std::uint8_t, kMaxTasks> to{};
  friend bool operator==(const Renaming&, const Renaming&) = default;
};

class Symmetry {
 public:
  /// `world` must outlive this.
  explicit Symmetry(const World& world);

  /// False: no two tasks are alike.
  bool any() const { return !classes_.empty(); }
  /// Tasks that are alike, by index, at least two in each row.
  const std::vector<std::vector<std::uint8_t>>& classes() const { return classes_; }

  /// To the state that is kept for this one. Equal for all states of which the same one is kept, up to
  /// renamings that do not change that state.
  Renaming renaming(const State& state) const { return order(state).renaming; }
  /// How many states differ from this one only in which task is which, itself included.
  std::uint64_t orbit(const State& state) const;

  State renamed(const State& state, const Renaming& renaming) const;
  Event renamed(Event event, const Renaming& renaming) const;
  OpId renamed(OpId op, const Renaming& renaming) const;
  /// The state that is kept for this one.
  State folded(const State& state) const { return renamed(state, renaming(state)); }

  /// Exchanges two tasks.
  Renaming exchange(std::uint8_t a, std::uint8_t b) const;

 private:
  struct Ordered {
    Renaming renaming;
    std::uint64_t fixed_by = 1;   ///< renamings that leave the state as it is
  };
  struct NamesOnly;
  struct Renamer;
  struct Key;
  class Keys;

  Ordered order(const State& state) const;
  Ordered try_all(const State& state, const std::vector<std::vector<std::uint8_t>>& ties, Ordered so_far) const;

  const World& world_;
  std::vector<std::vector<std::uint8_t>> classes_;
  std::array<bool, kMaxTasks> alike_{};       // some other task is
  std::vector<std::uint8_t> task_of_;         // of each operation
  std::vector<OpId> first_operation_;         // of each task
  std::uint64_t renamings_ = 1;
};

}  // namespace interleak::world
