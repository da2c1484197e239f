#include "sim/world/events.hpp"

#include <array>

namespace interleak::world {
namespace {

// Codes are laid out so that their order is the event order of docs/semantics.md: resumes by frame
// and choice, then cancels, then timeouts likewise, then serves (as it should, by an error), delivers (whole, header,
// part), drains, flushes, lingering requests, silences and pushes by connection.
constexpr int kFirstCancel = kMaxFrames * kChoices;
constexpr int kFirstTimeout = 2 * kFirstCancel;
constexpr int kFirstServe = kFirstTimeout + kFirstCancel;
constexpr int kNumbers = kMaxConnections + 1;
constexpr int kPieces = 3;   // of a deliver
constexpr int kServes = 1 + static_cast<int>(protocol::kMaxKinds);  // as it should, or by an error
constexpr int kFirstDeliver = kFirstServe + kServes * kNumbers;
constexpr int kFirstDrain = kFirstDeliver + kPieces * kNumbers;
constexpr int kFirstFlush = kFirstDrain + kNumbers;
constexpr int kFirstLinger = kFirstFlush + kNumbers;
constexpr int kFirstSilence = kFirstLinger + kNumbers;
constexpr int kFirstPush = kFirstSilence + kNumbers;
constexpr int kPushes = static_cast<int>(protocol::kMaxPushes);
static_assert(kFirstPush + kPushes * kNumbers <= 0xffff, "the code of an event has 16 bits");
// A send queues a request at least, and a connection that is closed is opened by an await that suspends.
static_assert(kChoices > kMaxConnections * kMaxQueued, "each send of an event can be the one that suspends");

}  // namespace

Event make_event(EventParts parts) {
  using Kind = EventParts::Kind;
  const int run = parts.frame * kChoices + parts.choice;
  int code = 0;
  switch (parts.kind) {
    case Kind::resume: code = run; break;
    case Kind::cancel: code = kFirstCancel + run; break;
    case Kind::timeout: code = kFirstTimeout + run; break;
    case Kind::serve: code = kFirstServe + kServes * parts.conn; break;
    case Kind::fail: code = kFirstServe + kServes * parts.conn + 1 + parts.choice; break;
    case Kind::deliver: code = kFirstDeliver + kPieces * parts.conn; break;
    case Kind::deliver_header: code = kFirstDeliver + kPieces * parts.conn + 1; break;
    case Kind::deliver_part: code = kFirstDeliver + kPieces * parts.conn + 2; break;
    case Kind::drain: code = kFirstDrain + parts.conn; break;
    case Kind::flush: code = kFirstFlush + parts.conn; break;
    case Kind::linger: code = kFirstLinger + parts.conn; break;
    case Kind::silence: code = kFirstSilence + parts.conn; break;
    case Kind::push: code = kFirstPush + kPushes * parts.conn + parts.choice; break;
  }
  return Event{static_cast<std::uint16_t>(code)};
}

EventParts parts_of(Event event) {
  using Kind = EventParts::Kind;
  constexpr std::array<Kind, kPieces> kDelivers = {Kind::deliver, Kind::deliver_header, Kind::deliver_part};
  EventParts parts;
  const auto numbered = [&](Kind kind, int number) {
    parts.kind = kind;
    parts.conn = static_cast<ConnId>(number);
  };
  if (event.code >= kFirstPush) {
    numbered(Kind::push, (event.code - kFirstPush) / kPushes);
    parts.choice = static_cast<std::uint16_t>((event.code - kFirstPush) % kPushes);
  } else if (event.code >= kFirstSilence) {
    numbered(Kind::silence, event.code - kFirstSilence);
  } else if (event.code >= kFirstLinger) {
    numbered(Kind::linger, event.code - kFirstLinger);
  } else if (event.code >= kFirstFlush) {
    numbered(Kind::flush, event.code - kFirstFlush);
  } else if (event.code >= kFirstDrain) {
    numbered(Kind::drain, event.code - kFirstDrain);
  } else if (event.code >= kFirstDeliver) {
    const int at = event.code - kFirstDeliver;
    numbered(kDelivers[static_cast<std::size_t>(at % kPieces)], at / kPieces);
  } else if (event.code >= kFirstServe) {
    const int at = event.code - kFirstServe;
    numbered(at % kServes == 0 ? Kind::serve : Kind::fail, at / kServes);
    parts.choice = static_cast<std::uint16_t>(at % kServes == 0 ? 0 : at % kServes - 1);
  } else {
    constexpr std::array<Kind, 3> kRuns = {Kind::resume, Kind::cancel, Kind::timeout};
    const int run = event.code % kFirstCancel;
    parts.kind = kRuns[static_cast<std::size_t>(event.code / kFirstCancel)];
    parts.frame = static_cast<FrameId>(run / kChoices);
    parts.choice = static_cast<std::uint16_t>(run % kChoices);
  }
  return parts;
}

}  // namespace interleak::world
