// What long work may take: until when, and how much memory. The work asks now and then, and before it
// takes much at once; the answers come from whoever runs it, since nothing here knows a clock or a process.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "sim/kernel/interrupt.hpp"

namespace interleak {

/// Thrown by work that may not go on; nothing of it is of use. Whoever began it catches it, and says what
/// was left out: it is no error, and leaves no part of the library but by a mistake.
struct Cut {};

class Allowance {
 public:
  /// Everything.
  Allowance() = default;
  /// `room(n)`: may n bytes more be taken? 0: may what there is go on? Empty: yes. It may be asked from
  /// several threads at once.
  Allowance(Interrupt interrupt, std::function<bool(std::uint64_t)> room = {})
      : interrupt_(std::move(interrupt)), room_(std::move(room)) {}

  /// It was asked to end.
  bool stopped() const { return interrupt_.raised(); }
  bool has_room(std::uint64_t bytes) const { return !room_ || room_(bytes); }

  /// Throws Cut unless it may go on.
  void check() const { take(0); }
  /// Throws Cut unless it may go on, and take so many bytes.
  void take(std::uint64_t bytes) const {
    if (stopped() || !has_room(bytes)) throw Cut{};
  }

 private:
  Interrupt interrupt_;
  std::function<bool(std::uint64_t)> room_;
};

/// Asks once in so many steps. Borrows the allowance.
class Pace {
 public:
  explicit Pace(const Allowance& allowance) : allowance_(&allowance) {}
  /// Throws Cut unless it may go on.
  void step() {
    if (++steps_ % kSteps == 0) allowance_->check();
  }

 private:
  static constexpr std::uint32_t kSteps = 1024;
  const Allowance* allowance_;
  std::uint32_t steps_ = 0;
};

}  // namespace interleak
