// The choices that a schedule is made of: the kinds of event, one table with their texts and who acts in them.
// When they are enabled and what they do: docs/semantics.md, Events.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/terms/table.hpp"

namespace interleak::terms {

/// Who acts in an event: a task (one of its frames), or what stands between it and its replies.
enum class Actor : std::uint8_t { task, server, network, kernel, socket };

struct ActorInfo {
  Actor actor = Actor::task;
  std::string_view lane;   ///< of reports, with ".N" behind for connection N; a task has its own name
  std::string_view name;   ///< "network"; kernel and socket are read and written by an "event loop"
  std::string_view who;    ///< in a sentence: "the network"
};

/// In the order of the enumeration.
inline constexpr std::array<ActorInfo, 5> kActors = {{
    {Actor::task, "", "task", "the task"},
    {Actor::server, "srv", "server", "the server"},
    {Actor::network, "net", "network", "the network"},
    {Actor::kernel, "krn", "event loop", "the client"},
    {Actor::socket, "flu", "event loop", "the client"},
}};
static_assert(in_order(kActors, &ActorInfo::actor), "kActors is indexed by the enumeration");

constexpr const ActorInfo& info_of(Actor actor) { return kActors[static_cast<std::size_t>(actor)]; }

/// In event order: for ties, the least comes first.
enum class EventKind : std::uint8_t {
  resume,
  cancel,
  timeout,
  serve,
  fail,            ///< the server answers with an error, and executes nothing
  deliver,         ///< to the kernel's buffer, or to the stream buffer
  deliver_header,  ///< likewise
  deliver_part,    ///< likewise
  drain,                                   ///< from the kernel's buffer to the stream buffer
  flush,                                   ///< the rest of the requests reaches the server
  linger,                                  ///< a server executes what a closed socket has left
  silence,                                 ///< the server answers nothing more on a socket
  push                                     ///< the server sends what nobody has asked for
};

struct EventInfo {
  EventKind kind = EventKind::resume;
  Actor actor = Actor::task;
  std::string_view name;       ///< in the documents: "deliver header"
  std::string_view prefix;     ///< of its text in a schedule; behind it stands a frame or a number
  std::string_view suffix;     ///< of its text, behind that
  char names = '\0';  ///< behind that, and behind it which of those that the protocol names; none: it names none
};

/// In the order of the enumeration.
inline constexpr std::array<EventInfo, 13> kEvents = {{
    {EventKind::resume, Actor::task, "resume", "", ""},
    {EventKind::cancel, Actor::task, "cancel", "!", ""},
    {EventKind::timeout, Actor::task, "timeout", "tmo.", ""},
    {EventKind::serve, Actor::server, "serve", "srv.", ""},
    {EventKind::fail, Actor::server, "fail", "srv.", "", '!'},
    {EventKind::deliver, Actor::network, "deliver", "net.", ""},
    {EventKind::deliver_header, Actor::network, "deliver header", "net.", ":hdr"},
    {EventKind::deliver_part, Actor::network, "deliver part", "net.", ":part"},
    {EventKind::drain, Actor::kernel, "drain", "krn.", ""},
    {EventKind::flush, Actor::socket, "flush", "flu.", ""},
    {EventKind::linger, Actor::server, "linger", "srv.", "@old"},
    {EventKind::silence, Actor::server, "silence", "sil.", ""},
    {EventKind::push, Actor::server, "push", "psh.", "", ':'},
}};
static_assert(in_order(kEvents, &EventInfo::kind), "kEvents is indexed by the enumeration");

constexpr const EventInfo& info_of(EventKind kind) { return kEvents[static_cast<std::size_t>(kind)]; }

/// A task acts; otherwise the event is about a connection.
constexpr bool is_run(EventKind kind) { return info_of(kind).actor == Actor::task; }

/// The text of an event in a schedule. `of`: the name of the frame, or the number of the connection.
inline std::string text_of(EventKind kind, std::string_view of) {
  const EventInfo& info = info_of(kind);
  return std::string(info.prefix) + std::string(of) + std::string(info.suffix);
}

/// The same without the name behind it, if such an event has one.
constexpr std::string_view without_name(EventKind kind, std::string_view text) {
  const char names = info_of(kind).names;
  return names == '\0' ? text : text.substr(0, text.find(names));
}

/// The word in front of the dot with which the text of an event begins; empty: it begins with none.
constexpr std::string_view word_of(const EventInfo& info) {
  return info.prefix.ends_with('.') ? info.prefix.substr(0, info.prefix.size() - 1) : std::string_view{};
}

/// What `rst.N`, an event that resets a connection, may be called once: no task has had that name.
inline constexpr std::string_view kKeptFree = "rst";

/// The row is the first that begins with its word.
constexpr bool begins_anew(const EventInfo& row) {
  for (const EventInfo& other : kEvents) {
    if (word_of(other) == word_of(row)) return other.kind == row.kind && !word_of(row).empty();
  }
  return false;
}

/// With these words texts of events begin, so a task is not called so, nor so with a dot behind.
inline constexpr auto kReservedWords = [] {
  std::array<std::string_view, std::count_if(kEvents.begin(), kEvents.end(), begins_anew) + 1> words{};
  std::size_t next = 0;
  for (const EventInfo& row : kEvents) {
    if (begins_anew(row)) words[next++] = word_of(row);
  }
  words[next] = kKeptFree;
  return words;
}();

/// The text, or the name, begins with a reserved word, and that is all of it or a dot follows.
constexpr bool begins_event(std::string_view text) {
  const std::string_view word = text.substr(0, text.find('.'));
  return std::find(kReservedWords.begin(), kReservedWords.end(), word) != kReservedWords.end();
}

}  // namespace interleak::terms
