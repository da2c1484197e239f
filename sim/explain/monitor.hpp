// What root causes have to remember of the past, beside a state: see causes.hpp. A monitor walks along
// with the world as a listener; its memory is a value that can be compared.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/explain/causes.hpp"
#include "sim/world/listener.hpp"
#include "sim/world/world.hpp"

namespace interleak::explain {

/// A line of the program as a number from 1, 0: none; small, so that memories are small.
using LineNumber = std::uint16_t;

/// The cancel that an operation's left-over replies go back to.
struct Fatal {
  LineNumber line = 0;
  Residue residue = Residue::no_cancel;
  friend auto operator<=>(const Fatal&, const Fatal&) = default;
};

/// A class of root causes.
struct CauseKey {
  Fatal fatal;
  LineNumber read = 0;
  friend auto operator<=>(const CauseKey&, const CauseKey&) = default;
};

/// Everything that is remembered; zero where nothing is, so that equal memories are equal.
struct Memory {
  std::vector<Fatal> fatal;                        ///< of each operation
  std::vector<std::vector<world::OpId>> senders;   ///< of each connection: who sent what it owes, oldest first
  struct Read {
    world::Label label;
    LineNumber line = 0;
    friend bool operator==(const Read&, const Read&) = default;
  };
  std::vector<Read> reads;                         ///< of replies that some frame holds, in order of reading
  friend bool operator==(const Memory&, const Memory&) = default;
};

class Monitor final : public world::Listener {
 public:
  Monitor(const world::World& world, world::Outcome outcome) : world_(world), outcome_(outcome) {}

  Memory initial() const;
  /// Runs an event on the state and on the memory. The class, if an operation ends with the outcome in
  /// it (the first one, if several do).
  std::optional<CauseKey> apply(world::State& state, Memory& memory, Event event);

  void ran(world::FrameId, design::Pc) override {}
  void landed(world::FrameId frame, design::Pc pc, bool ready) override;
  void ended(const world::OperationEnd& end) override;
  void act(world::FrameId frame, design::Pc pc, Act act, world::ConnId conn, world::Label label) override;

 private:
  LineNumber line_of(design::Pc pc) const;
  Residue residue_of(world::OpId op) const;
  void take(world::FrameId frame, design::Pc pc, world::ConnId conn, world::Label label, bool keep);
  Memory::Read* read_of(world::Label label);
  std::array<std::size_t, world::kMaxConnections> on_wires(const world::State& state) const;
  void note_pushes(const std::array<std::size_t, world::kMaxConnections>& before);
  void forget_unmade(world::ConnId conn);
  bool held(world::Label label) const;
  bool matters(world::OpId op) const;
  void forget();

  const world::World& world_;
  const world::Outcome outcome_;
  // During an event:
  world::State* state_ = nullptr;
  Memory* memory_ = nullptr;
  Fatal before_cancel_;
  std::optional<CauseKey> found_;
};

}  // namespace interleak::explain
