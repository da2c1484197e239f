// See findings.hpp.
#include "sim/words/findings.hpp"

#include <algorithm>
#include <array>

#include "sim/words/frames.hpp"
#include "sim/words/names.hpp"
#include "sim/world/slot.hpp"

namespace interleak::words {
namespace {

using world::ConnId;
using world::FrameId;
using world::State;
using world::Status;
using world::World;
namespace fact = world::fact;

/// Beside the findings that are counted apart (world::kPoolFindings).
constexpr std::array<world::FindingName, 3> kOtherFindings = {{{fact::kStarved, "starved"},
                                                               {fact::kLateWrite, "late-write"},
                                                               {fact::kDiverges, "diverges"}}};

FindingView about(Facts fact, ConnId conn, const std::string& text) {
  return {fact, conn, -1, Prose(connection(conn) + text)};
}

void look_at(const World& world, const State& state, ConnId id, std::vector<FindingView>& found) {
  const world::Connection& c = state.conns[id - 1];
  if (!c.created) return;
  if (world::places_of(world, state, id) >= 2) found.push_back(about(fact::kDoubleOwner, id, " is in two hands"));
  if (world::times_free(world, state, id) == 0) return;
  if (world::owes_replies(c)) {
    const std::size_t owed = c.requests.size() + c.wire.size() + c.kernel.size() + c.stream.size();
    found.push_back(about(fact::kDirtyIdle, id, " is idle and owes " + count_of(owed, "reply")));
  } else if (world::is_dirty(world, c)) {
    const std::string session = c.watched ? "one that watches a key" : "not set up";
    found.push_back(about(fact::kDirtyIdle, id, " is idle, and its session at the server is " + session));
  }
}

/// An orphan of an operation that is over still works on a connection.
bool is_zombie(const World& world, const State& state, FrameId id) {
  const world::Frame& frame = state.frames[id];
  const bool child = id % world::kFramesPerTask != 0;
  const bool lives = frame.status != Status::absent && frame.status != Status::finished;
  return child && lives && !frame.detached && frame.conn != 0 && !world.runs(state, world.operation_of(state, id));
}

}  // namespace

std::string_view FindingView::kind() const {
  const auto tells = [&](const world::FindingName& each) { return (each.fact & fact) != 0; };
  const auto pool = std::find_if(world::kPoolFindings.begin(), world::kPoolFindings.end(), tells);
  if (pool != world::kPoolFindings.end()) return pool->name;
  const auto other = std::find_if(kOtherFindings.begin(), kOtherFindings.end(), tells);
  return other == kOtherFindings.end() ? std::string_view() : other->name;
}

Prose FindingView::told() const { return std::string(kind()) + ": " + text; }

std::vector<FindingView> findings_in(const World& world, const State& state) {
  std::vector<FindingView> found;
  for (int n = 1; n <= world.connections(); ++n) look_at(world, state, static_cast<ConnId>(n), found);
  for (int f = 0; f < world.frames(); ++f) {
    const auto id = static_cast<FrameId>(f);
    if (!is_zombie(world, state, id)) continue;
    const ConnId conn = state.frames[f].conn;
    found.push_back({fact::kZombie, conn, f, frame(world, id) + " still holds " + connection(conn)});
    break;
  }
  return found;
}

std::vector<FindingView> end_findings_in(const World& world, const State& state) {
  std::vector<FindingView> found;
  for (int n = 1; n <= world.connections(); ++n) {
    const auto id = static_cast<ConnId>(n);
    if (world::is_lost(world, state, id)) {
      found.push_back(about(fact::kLostSlot, id, " never comes back to the pool"));
    }
  }
  for (int f = 0; f < world.frames(); f += world::kFramesPerTask) {
    const auto id = static_cast<FrameId>(f);
    if (state.frames[f].status == Status::absent) continue;
    found.push_back({fact::kStarved | fact::kHostage, 0, f, frame(world, id) + " " + posture(world, state, id)});
  }
  return found;
}

FindingView late_write(const World& world, const State& before, world::EventParts event) {
  const world::Connection& c = before.conns[event.conn - 1];
  const bool lingers = event.kind == world::EventParts::Kind::linger;
  const world::Label write = lingers ? c.lingering.front() : c.requests.front();
  return {fact::kLateWrite, event.conn, -1,
          "the server executes " + owner_of(world, write.op) + "'s " + request(world, write) +
              ", and the operation that sent it is over"};
}

FindingView divergence(world::Bound bound) { return {fact::kDiverges, 0, -1, Prose(world::text_of(bound))}; }

std::vector<std::string> texts_of(const std::vector<FindingView>& findings) {
  std::vector<std::string> texts;
  for (const FindingView& each : findings) texts.push_back(each.told().text());
  return texts;
}

const FindingView* finding_of(const std::vector<FindingView>& findings, Facts facts) {
  const auto found = std::find_if(findings.begin(), findings.end(),
                                  [&](const FindingView& each) { return (each.fact & facts) != 0; });
  return found == findings.end() ? nullptr : &*found;
}

}  // namespace interleak::words
