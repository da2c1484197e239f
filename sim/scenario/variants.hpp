// Variants of a scenario: dotted paths into its JSON tree, and the values to put there.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "sim/scenario/fields.hpp"

namespace interleak::scenario {

/// What overrides have changed in a tree. A file may have many variants and be large, so one tree serves
/// them all: each is put in, read, and taken back.
class Changes {
 public:
  /// Takes everything back. Precondition: the tree is as the overrides have left it.
  void take_back(Value& root);
  /// `place`: indices of items and members on the way down. `before`: what was there; nothing: the
  /// member was made.
  void note(std::vector<std::size_t> place, std::optional<Value> before) {
    all_.push_back({std::move(place), std::move(before)});
  }

 private:
  struct Change {
    std::vector<std::size_t> place;
    std::optional<Value> before;
  };
  std::vector<Change> all_;   // in their order
};

/// Puts the overrides of one variant into the file's tree. The new values keep their own places in the
/// file, so errors in them point at the override. A path that leads nowhere is an error (ILK0022) and
/// changes nothing.
Changes apply_overrides(Context& context, const Value& overrides, Value& root);

}  // namespace interleak::scenario
