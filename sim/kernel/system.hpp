// The two concepts that every driver stands on, and the small types they speak in.
//
// A *system* is anything whose behaviour is a choice among printable events. The pool model is one;
// so are the toys of tests/unit/toys.hpp, which keep this file free of the pool model.
//
//   Replayable   can be reset and stepped. Enough for replay, random walks, stateless search.
//   Stateful     its states are values: they can be copied, compared and encoded. Needed wherever
//                visited states are remembered: exhaustive search, counting, witnesses.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <vector>

namespace interleak {

/// One choice. `code` orders events (least first) as the system wants ties to be broken; the
/// meaning of the code is the system's own.
struct Event {
  std::uint16_t code = 0;
  friend auto operator<=>(const Event&, const Event&) = default;
};

using Events = std::vector<Event>;

/// A set of named facts, one bit each. What a bit means is the system's business; a property is a
/// set of bits that must never be seen.
using Facts = std::uint32_t;

/// What one event did, as far as drivers need to know.
struct StepLabel {
  Facts facts = 0;            ///< facts about the event itself
  std::uint8_t worst = 0;     ///< class of the worst thing that happened in it, 0 = nothing
  std::uint8_t resources = 0; ///< resources (connections) that the acting process used, one bit each
  friend bool operator==(const StepLabel&, const StepLabel&) = default;
};

/// What is true of a schedule that ends here.
struct EndLabel {
  Facts facts = 0;
  std::uint8_t worst = 0;
};

/// Names no process: the environment acted (a server, the network).
inline constexpr int kNoProcess = -1;

template <class S>
concept Replayable = requires(S system, const S& view, Event event, Events& out) {
  { system.reset() };
  { view.enabled(out) };                                 // appends, in event order
  { system.step(event) } -> std::same_as<StepLabel>;     // precondition: enabled
  { view.facts() } -> std::same_as<Facts>;               // facts about the present state
  { view.end() } -> std::same_as<EndLabel>;              // meaningful if the schedule is complete
  { view.is_fault(event) } -> std::same_as<bool>;        // injected (a cancel)
  { view.is_optional(event) } -> std::same_as<bool>;  // need not happen: a fault, or what the environment may leave out
  { view.text(event) } -> std::same_as<std::string>;
};

template <class S>
concept Stateful = requires(const S& system, typename S::State state, const typename S::State& view, Event event,
                            Events& out, std::vector<std::uint8_t>& bytes) {
  { system.initial() } -> std::same_as<typename S::State>;
  { system.enabled(view, out) };  // appends, in event order
  { system.apply(state, event) } -> std::same_as<StepLabel>;
  { system.facts(view) } -> std::same_as<Facts>;
  { system.end(view) } -> std::same_as<EndLabel>;
  { system.encode(view, bytes) };  // appends; equal bytes <=> equal states
  { system.decode(bytes.data(), bytes.size()) } -> std::same_as<typename S::State>;
  { system.is_fault(event) } -> std::same_as<bool>;
  { system.is_optional(event) } -> std::same_as<bool>;
  { system.process(event) } -> std::same_as<int>;  // who acts; kNoProcess: the environment
  { system.text(event) } -> std::same_as<std::string>;
};

/// Every Stateful system is a Replayable one: this adapter holds the present state.
template <Stateful S>
class Stepper {
 public:
  explicit Stepper(const S& system) : system_(&system), state_(system.initial()) {}

  void reset() { state_ = system_->initial(); }
  void enabled(Events& out) const { system_->enabled(state_, out); }
  StepLabel step(Event event) { return system_->apply(state_, event); }
  Facts facts() const { return system_->facts(state_); }
  EndLabel end() const { return system_->end(state_); }
  bool is_fault(Event event) const { return system_->is_fault(event); }
  bool is_optional(Event event) const { return system_->is_optional(event); }
  std::string text(Event event) const { return system_->text(event); }
  const typename S::State& state() const { return state_; }

 private:
  const S* system_;
  typename S::State state_;
};

}  // namespace interleak
