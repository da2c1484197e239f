// The wish that long work ends: a flag that whoever runs the work raises, from any thread, and that the work
// looks at between two steps. No callbacks, and nothing to wait for: what was asked to end ends at its next look.
#pragma once

#include <atomic>
#include <memory>

namespace interleak {

/// Copies share the flag. Once raised it stays so.
class Interrupt {
 public:
  /// One that nobody can raise.
  Interrupt() = default;
  /// One that can be raised.
  static Interrupt armed() {
    Interrupt out;
    out.flag_ = std::make_shared<std::atomic<bool>>(false);
    return out;
  }

  /// From any thread; nothing happens if it was raised before, or cannot be.
  void raise() const {
    if (flag_) flag_->store(true, std::memory_order_release);
  }
  /// From any thread. Who sees it raised sees all that was written before that, such as why.
  bool raised() const { return flag_ && flag_->load(std::memory_order_acquire); }

 private:
  std::shared_ptr<std::atomic<bool>> flag_;
};

}  // namespace interleak
