// Takes the control-flow graph of the program, removes the edges that make progress, and asks
// whether the header of each loop can still come back to itself: one breadth-first search a loop, in the
// code of that loop alone.
#include "sim/design/loops.hpp"

#include <algorithm>
#include <deque>
#include <set>

namespace interleak::design {
namespace {

/// Variables `v` that stand as `v`, `v > 0` or `v != 0` in a conjunction: the loop ends when one of
/// them reaches 0.
void guards_of(const Test& test, std::set<std::pair<int, int>>& guards) {
  using Comparison = Expression::Comparison;
  if (test.kind == Expression::Kind::conjunction) {
    for (const Test& operand : test.operands) guards_of(operand, guards);
  }
  const bool positive = (test.comparison == Comparison::unequal && test.number == 0) ||
                        test.comparison == Comparison::greater ||
                        (test.comparison == Comparison::greater_equal && test.number > 0);
  if (test.kind == Expression::Kind::compare && positive && !test.variables) {
    guards.emplace(static_cast<int>(test.scope), test.index);
  }
}

bool only_raises(Op op) { return op == Op::raise || op == Op::reraise; }

bool never_raises(const Instruction& i) {
  switch (i.op) {
    case Op::jump:
    case Op::loop_init:
    case Op::loop_test:
    case Op::save:
    case Op::match:
    case Op::clear:
    case Op::close:
    case Op::renew:
    case Op::follow:
    case Op::forget:
    case Op::keep:
    case Op::serve:
    case Op::drop:
    case Op::await_resolve:
    case Op::end:
    case Op::end_dropped:
    case Op::yield: return true;
    default: return false;
  }
}

class LoopChecker {
 public:
  LoopChecker(const Program& program, const WhileLoop& loop) : program_(program), header_(loop.header) {
    const Instruction& test = program.code[header_];
    guards_of(program.test_of(test), guards_);
    for (Pc at = header_; at < test.target; ++at) {   // what is copied into may be raised by that
      const Instruction& i = program.code[at];
      if (i.op == Op::copy) guards_.erase({i.b, i.a});
    }
  }

  /// The lines of a way around without progress; empty: there is none.
  std::vector<std::uint16_t> way_around() const {
    std::vector<Pc> from(program_.code.size(), kNowhere);
    std::deque<Pc> queue{header_};
    while (!queue.empty()) {
      const Pc at = queue.front();
      queue.pop_front();
      bool around = false;
      for_each_successor(at, [&](Pc next) {
        around = around || next == header_;
        if (!inside(next) || from[next] != kNowhere) return;
        from[next] = at;
        queue.push_back(next);
      });
      if (around) return lines(from, at);
    }
    return {};
  }

 private:
  /// Leaving the loop ends its rounds: an outer loop is checked by itself. The code of a loop lies
  /// between its header and the target of its test.
  bool inside(Pc at) const { return at >= header_ && at < program_.code[header_].target; }

  /// Where control may go from `at` without having made progress.
  template <class Visit>
  void for_each_successor(Pc at, const Visit& visit) const {
    const Instruction& i = program_.code[at];
    if (i.op == Op::end || i.op == Op::end_dropped) return;
    if (i.op == Op::jump) return visit(i.target);
    if (!only_raises(i.op) && !makes_progress(i)) visit(static_cast<Pc>(at + 1));
    if (i.target != kNowhere && at != header_) visit(i.target);
    if (i.handler != kNowhere && !never_raises(i)) visit(i.handler);
  }

  bool makes_progress(const Instruction& i) const {
    if (i.op == Op::await_receive || i.op == Op::await_discard || i.op == Op::await_turn) return true;
    return i.op == Op::subtract && i.number > 0 && guards_.count({i.b, i.a}) != 0;
  }

  std::vector<std::uint16_t> lines(const std::vector<Pc>& from, Pc last) const {
    std::vector<std::uint16_t> result;
    for (Pc at = last; at != kNowhere && at != header_; at = from[at]) {
      const std::uint16_t line = program_.code[at].line;
      if (result.empty() || result.back() != line) result.push_back(line);
    }
    const std::uint16_t first = program_.code[header_].line;
    if (result.empty() || result.back() != first) result.push_back(first);
    std::reverse(result.begin(), result.end());
    return result;
  }

  const Program& program_;
  Pc header_;
  std::set<std::pair<int, int>> guards_;
};

/// So many lines of a way are shown.
constexpr std::size_t kMostLinesShown = 16;

Diagnostic endless(const Program& program, const Design& design, const WhileLoop& loop,
                   const std::vector<std::uint16_t>& way) {
  Diagnostic error;
  error.code = "ILK0068";
  error.file = design.file;
  error.at = loop.statement->at;
  error.length = 4;
  error.message = "this loop may not end";
  error.expected = "each round takes a reply or a wake, or lowers a counter of the condition, on every path";
  error.help = "a round without either:";
  const std::size_t shown = std::min(way.size(), kMostLinesShown);
  for (std::size_t i = 0; i < shown; ++i) {
    const SourceLine& source = program.lines[way[i]];
    error.help += " " + source.procedure + ":" + std::to_string(source.line + 1);
    error.related.push_back({source.at, source.text});
  }
  if (shown < way.size()) error.help += ", and " + std::to_string(way.size() - shown) + " lines more";
  return error;
}

}  // namespace

void check_loops(const Program& program, const Design& design, const std::vector<WhileLoop>& loops,
                 Diagnostics& errors) {
  std::set<const Statement*> reported;
  for (const WhileLoop& loop : loops) {
    if (reported.size() >= kMaxErrorsOfFile) return;
    const auto way = LoopChecker(program, loop).way_around();
    if (way.empty() || !reported.insert(loop.statement).second) continue;
    errors.push_back(endless(program, design, loop, way));
  }
}

}  // namespace interleak::design
