// The set of visited states: an open-addressing table over the arena of a graph.
//
// A slot is the number of a state and half of its hash; the other half picks the place. Whole
// encoded states are compared, so two states are never mistaken for one. Nothing is ever removed,
// and nothing depends on the order of the slots. Lookups may run in parallel while nobody inserts.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#define XXH_INLINE_ALL  // the library stays header-only: nothing to link
#include <xxhash.h>

#include "sim/explore/graph.hpp"

namespace interleak::explore {

inline std::uint64_t hash_of(std::span<const std::uint8_t> bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

class Visited {
 public:
  /// The states live in `graph`, which must outlive the set.
  explicit Visited(const Graph& graph) : graph_(&graph), slots_(1024) {}

  /// The number of the state with these bytes and this hash, or kNoState.
  std::uint32_t find(std::span<const std::uint8_t> bytes, std::uint64_t hash) const {
    for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
      const Slot& slot = slots_[at];
      if (slot.state == kNoState) return kNoState;
      if (slot.tag != tag(hash)) continue;
      if (same(graph_->bytes_of(slot.state), bytes)) return slot.state;
    }
  }

  /// Precondition: the state lies in the graph's arena and is not in the set.
  void insert(std::uint32_t state, std::uint64_t hash) {
    if (++size_ * 4 > slots_.size() * 3) grow();
    place(state, hash);
  }

  /// Bytes of the larger table, if so many more states do not fit into this one; else 0.
  std::uint64_t growth(std::size_t more) const {
    std::size_t slots = slots_.size();
    while ((size_ + more) * 4 > slots * 3) slots *= 2;
    return slots == slots_.size() ? 0 : slots * sizeof(Slot);
  }

  std::uint64_t bytes() const { return slots_.size() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint32_t state = kNoState;
    std::uint32_t tag = 0;
  };

  static bool same(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
  }
  static std::uint32_t tag(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  std::size_t mask() const { return slots_.size() - 1; }

  void place(std::uint32_t state, std::uint64_t hash) {
    std::size_t at = hash & mask();
    while (slots_[at].state != kNoState) at = (at + 1) & mask();
    slots_[at] = {state, tag(hash)};
  }

  // Hashes are computed again rather than kept: half the memory, and growing is rare.
  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.state != kNoState) place(slot.state, hash_of(graph_->bytes_of(slot.state)));
    }
  }

  const Graph* graph_;
  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace interleak::explore
