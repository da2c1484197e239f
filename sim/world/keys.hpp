// The keys of a scenario as numbers: which operations name, of each owner their own; which of them have ages
// (versions), and where a store of the pool keeps what.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/design/program.hpp"
#include "sim/terms/scenario.hpp"

namespace interleak::world {

/// Number of a key, of an owner.
using KeyId = std::uint8_t;
inline constexpr KeyId kNoKey = 0xff;

/// All keys that operations name, in the order in which they do. They are numbered where something is asked of them:
/// kept by key, or by name, pushed to who has read them, or told apart by age.
struct Keys {
  std::size_t count = 0;
  std::vector<std::uint8_t> name;  ///< of each: number of its name, whoever's key it is
  std::size_t names = 0;
  std::vector<std::vector<KeyId>> of_operation;  ///< by operation of the scenario, then by its keys
  std::vector<bool> aged;  ///< of each: which data of it is older than which invalidation is kept
  bool any_aged = false;
  std::optional<std::size_t> to_readers;  ///< the push that goes to who has read a key
  bool by_place = false;  ///< a store of the pool has a place for each
};

Keys keys_of(const scenario::Scenario& scenario, const design::Program& program);

}  // namespace interleak::world
