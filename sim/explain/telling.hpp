// What the sentences about a schedule are told from, and with: its story, words for what stands in it, questions
// that several of them ask. because.cpp says which of them are told.
//
//   because_reply.cpp   a reply in wrong hands
//   because_pool.cpp    what is wrong with a state: a connection in two hands, a dirty one, an orphan
//   because_failure.cpp a failure that outlasts its fault
//   because_end.cpp     what is wrong with an end: a connection that is lost, somebody who starves
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/explain/because.hpp"
#include "sim/explain/story.hpp"
#include "sim/words/names.hpp"
#include "sim/world/world.hpp"

namespace interleak::explain {

/// A sentence being put together.
class Text {
 public:
  Text& operator<<(std::string_view text) {
    out_.text += text;
    return *this;
  }
  Text& operator<<(const words::Prose& text) {
    out_.text += text;
    return *this;
  }
  /// " (step 3)".
  Text& step(int number) {
    if (number == 0) return *this;
    steps_.insert(number);
    return *this << " (step " << std::to_string(number) << ")";
  }
  /// "`await receive` (redis-py/connection-4.4, read:3)".
  Text& line(const words::LineView& at) {
    std::string code = at.text;
    if (!code.empty() && code.back() == ':') code.pop_back();
    out_.lines.push_back(at);
    return *this << "`" << code << "` (" << at.origin << ", " << at.procedure << ":" << std::to_string(at.line) << ")";
  }
  Sentence done() {
    out_.text += ".";
    out_.steps.assign(steps_.begin(), steps_.end());
    return std::move(out_);
  }

 private:
  Sentence out_;
  std::set<int> steps_;
};

class Telling {
 public:
  Telling(const world::World& in, const Events& schedule)
      : world(in), events(schedule), last(static_cast<int>(schedule.size())), story(story_of(in, schedule)) {}

  const world::World& world;
  const Events& events;
  const int last;                  ///< number of the last step
  const Story story;
  std::vector<Sentence> chain;     ///< told so far

  // --- words -------------------------------------------------------------------------------------

  words::Prose task(world::OpId op) const { return words::task_of(world, op); }
  words::Prose who(FrameId id) const { return words::frame(world, id); }
  static std::string conn(ConnId id) { return words::connection(id); }
  words::LineView line(design::Pc pc) const { return words::line_of(world, pc); }
  world::OpId op_of(FrameId frame) const { return world.operation_of(story.after, frame); }
  /// "GET history", "AUTH".
  const std::string& request(const Message& m) const { return words::request(world, m.label); }
  void add(Text& text) { chain.push_back(text.done()); }
  void add(Text&& text) { add(text); }
  /// "pool.waiters", of an instruction that names a queue.
  std::string queue_name(design::Pc pc) const { return words::queue_name(world, world.program().code[pc]); }
  /// "pool.cache", of an instruction that names a store.
  std::string store_name(design::Pc pc) const { return words::store_name(world, world.program().code[pc]); }
  /// "alice's history", "the OK for alice's SET history", "the reply to AUTH".
  words::Prose reply(const Message& m) const;

  // --- looking things up -------------------------------------------------------------------------

  /// The message whose reply an operation ended with: the last one of that label that was read; where
  /// there are several, read by that operation itself.
  const Message* message_of(world::Label label, world::OpId by) const;
  /// The last cancel that hit an operation before that moment.
  const Landing* cancel_of(world::OpId op, std::size_t before) const;
  /// The last reply that an operation took although it had not asked for it.
  const Message* wrongly_taken(world::OpId op, std::size_t before) const;
  const Ending* ending_of(world::OpId op) const;
  const Deed* last_deed(ConnId id, world::Listener::Act act) const;
  /// Where a reply was after a step, as a clause.
  static std::string place_at(const Message& m, int step);
  bool has_cancel() const;

  // --- what several of them tell -----------------------------------------------------------------

  void tell_cancel_before(world::OpId op, std::size_t before);
  /// ": pool.gate was 1, set by bob (step 3) at ...": what the variables of a condition were, and who had set them.
  void tell_values(Text& text, const Question& question) const;
  /// Who made a variable of a session what it was before a step, what interrupted them, and where they returned the
  /// connection.
  void tell_who_set(ConnId id, std::size_t variable, int before);
  void tell_passing_on(ConnId id, world::OpId from);
  /// Somebody who had got a connection once has returned it twice, before that moment. False: nobody but, perhaps,
  /// the operation that is no matter here.
  bool tell_returned_twice(ConnId id, std::size_t before, world::OpId but);
};

/// An operation ended with a reply that is not its own, or with too few.
void tell_ending(Telling& telling, const Ending& ending);
/// Why the operation that asked for a reply did not take it itself.
void tell_left_behind(Telling& telling, const Message& message);

/// What of these facts holds in the last state.
void tell_state(Telling& telling, Facts facts);
/// A cancelled task waits.
void tell_waiting(Telling& telling);
/// The last event executes a write of an operation that is over. False if it is none in which a server does.
bool tell_late_write(Telling& telling);

/// The last event executes a command in a session that is foreign to its operation. False if it does not.
bool tell_foreign_session(Telling& telling);

/// An assertion is not true in the last event. False if there is none.
bool tell_assertion(Telling& telling);

/// Somebody whom no fault has hit fails in the last event. `facts`: which of the two that is. False if nobody fails.
bool tell_lasting_failure(Telling& telling, Facts facts);

/// The last event executes a write a second time. False if it does not.
bool tell_double_effect(Telling& telling);

/// What of these facts holds at the end.
void tell_end(Telling& telling, Facts facts);

}  // namespace interleak::explain
