// See findings.hpp.
#include "sim/words/findings.hpp"

#include <algorithm>

#include "sim/words/frames.hpp"
#include "sim/words/names.hpp"
#include "sim/world/findings.hpp"
#include "sim/world/server.hpp"
#include "sim/world/wire.hpp"

namespace interleak::words {
namespace {

using world::ConnId;
using world::FrameId;
using world::State;
using world::World;
namespace fact = world::fact;

FindingView about(Facts fact, ConnId conn, const std::string& text) {
  return {fact, conn, -1, Prose(connection(conn) + text)};
}

void look_at(const World& world, const State& state, ConnId id, std::vector<FindingView>& found) {
  const world::Connection& c = state.conn(id);
  if (!c.created) return;
  if (world::is_in_two_hands(world, state, id)) found.push_back(about(fact::kDoubleOwner, id, " is in two hands"));
  if (!world::is_dirty_idle(world, state, id)) return;
  if (world::owes_replies(world, c.socket)) {
    const std::string owed = count_of(world.messages_on(c.socket), "reply");
    found.push_back(about(fact::kDirtyIdle, id, " is idle and owes " + owed));
  } else {
    const protocol::Variable* left = world::off_base(world, c.socket);
    const std::string session = left == nullptr ? "not set up" : "one that " + left->words;
    found.push_back(about(fact::kDirtyIdle, id, " is idle, and its session at the server is " + session));
  }
}

}  // namespace

std::string_view FindingView::kind() const {
  // Who starves is told once, whatever else that is; and so is a failure of who was clear.
  Facts told = fact;
  for (const Facts whole : {fact::kStarved, fact::kLastingFailure}) {
    if ((fact & whole) != 0) told = whole;
  }
  return std::ranges::find(terms::kFacts, told, &terms::FactInfo::fact)->name;
}

Prose FindingView::told() const { return std::string(kind()) + ": " + text; }

std::vector<FindingView> findings_in(const World& world, const State& state) {
  std::vector<FindingView> found;
  for (int n = 1; n <= world.connections(); ++n) look_at(world, state, static_cast<ConnId>(n), found);
  for (int f = 0; f < world.frames(); ++f) {
    const auto id = static_cast<FrameId>(f);
    if (!world::is_zombie(world, state, id)) continue;
    const ConnId conn = state.frame(id).conn;
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
  for (int t = 0; t < world.tasks(); ++t) {
    if (!world::is_starved(state, t)) continue;
    const FrameId id = world::frame_of(t);
    found.push_back({fact::kStarved | fact::kHostage, 0, id, frame(world, id) + " " + posture(world, state, id)});
  }
  return found;
}

namespace {

/// What the server comes to in an event: the oldest request, or what a closed socket has left.
world::Label executed_in(const State& before, world::EventParts event) {
  const world::Connection& c = before.conn(event.conn);
  const bool lingers = event.kind == world::EventParts::Kind::linger;
  return lingers ? c.lingering.front() : c.socket.requests.front();
}

}  // namespace

FindingView late_write(const World& world, const State& before, world::EventParts event) {
  const world::Label write = executed_in(before, event);
  return {fact::kLateWrite, event.conn, -1,
          "the server executes " + owner_of(world, write.op) + "'s " + request(world, write) +
              ", and the operation that sent it is over"};
}

FindingView foreign_session(const World& world, const State& before, world::EventParts event) {
  const world::Socket& socket = before.socket(event.conn);
  const world::Label request_of = socket.requests.front();
  Prose text =
      std::string_view("the server executes ") + owner_of(world, request_of.op) + "'s " + request(world, request_of);
  for (const std::uint8_t variable : world.command(request_of).under) {
    if (!world::is_foreign(world, socket, variable, request_of.op)) continue;
    text = std::move(text) + " in a session that " + world.variable(variable).words;
    const std::uint8_t value = socket.variables[variable];
    if (world.variable(variable).identity) {
      text = std::move(text) + ": " + owner_of(world, static_cast<world::OpId>(value - world::kFirstOwner)) + "'s";
    }
    break;
  }
  return {fact::kForeignSession, event.conn, -1, std::move(text)};
}

FindingView double_effect(const World& world, const State& before, world::EventParts event) {
  const world::Label write = executed_in(before, event);
  return {fact::kDoubleEffect, event.conn, -1,
          "the server executes " + owner_of(world, write.op) + "'s " + request(world, write) + " a second time"};
}

FindingView lasting_failure(const World& world, const world::OperationEnd& end, Facts facts) {
  const FrameId own = world::frame_of(world.operations()[end.op].task);
  const bool clear = (facts & fact::kLastingFailure) != 0;
  return {facts, 0, own,
          frame(world, own) + " fails (" + world::failure_text(world, end.failure) + "), and no fault has hit it" +
              (clear ? ", nor anybody while it ran" : "")};
}

FindingView assertion(const World& world, FrameId id, design::Pc pc) {
  const design::Instruction& i = world.program().code[pc];
  return {fact::kAssertion, 0, id, frame(world, id) + ": " + world.program().assertions[i.other]};
}

FindingView divergence(world::Bound bound) { return {fact::kDiverges, 0, -1, Prose(world::text_of(bound))}; }

std::vector<std::string> texts_of(const std::vector<FindingView>& findings) {
  std::vector<std::string> texts;
  for (const FindingView& each : findings) texts.push_back(each.told().text());
  return texts;
}

const FindingView* finding_of(const std::vector<FindingView>& findings, Facts facts) {
  const auto found =
      std::find_if(findings.begin(), findings.end(), [&](const FindingView& each) { return (each.fact & facts) != 0; });
  return found == findings.end() ? nullptr : &*found;
}

}  // namespace interleak::words
