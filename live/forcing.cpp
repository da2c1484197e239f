#include "live/forcing.hpp"

#include <utility>

namespace interleak::live {
namespace {

using Kind = Action::Kind;

constexpr std::size_t kPartBytes = 3;    // of `net.1:part` behind the header

}  // namespace

void Forcing::force(const Action& action, bool confirm) {
  switch (action.kind) {
    case Kind::start: course_.tell("starts"); return start(action.task, 0, false, confirm);
    case Kind::cancel:
      course_.tell("CANCELLED");
      course_.cancel();
      return settle(party_.client().cancel(task_of(action.task).id), confirm);
    case Kind::serve: return serve(action.connection);   // the client gets nothing of it
    case Kind::deliver:
    case Kind::header:
    case Kind::part: return deliver(action, confirm);
    case Kind::start_cancel:
      course_.tell("starts, to be CANCELLED at suspension " + std::to_string(action.suspension));
      course_.cancel_at(action.task, action.suspension);
      return start(action.task, action.suspension, false, confirm);
    case Kind::turn:
      course_.tell("the reply comes, and " + task_of(action.task).id + " starts in the same turn");
      party_.proxy().deliver(action.connection);
      return start(action.task, 0, true, confirm);
    case Kind::together:
      course_.tell(task_of(action.task).id + " and " + task_of(action.other).id + " start in the same turn");
      course_.start(action.task);
      party_.client().start_later(task_of(action.task).id, redis_.operations_of(task_of(action.task)));
      return start(action.other, 0, false, confirm);
    case Kind::close:
      course_.tell("the server closes the connection");
      course_.close();
      party_.proxy().close(action.connection);
      return go_on(confirm);
  }
}

void Forcing::serve(int connection) {
  const auto words = party_.held(connection).requests.at(0).request;
  course_.tell("the server answers " + words[0] + (words.size() > 1 ? " " + words[1] : ""));
  party_.proxy().serve(connection, party_.timeout_ms());
  party_.proxy().poll();
}

/// A whole reply, or its beginning, of which some may have been delivered.
void Forcing::deliver(const Action& action, bool confirm) {
  Proxy& proxy = party_.proxy();
  const std::size_t header = proxy.header_of(action.connection);
  if (action.kind == Kind::deliver) {
    proxy.deliver(action.connection);
  } else if (action.kind == Kind::header) {
    proxy.deliver_part(action.connection, header);
  } else {
    const std::size_t delivered = party_.held(action.connection).replies.at(0).delivered;
    proxy.deliver_part(action.connection, header + kPartBytes - delivered);
  }
  go_on(confirm);
  if (!course_.has_told()) course_.tell(action.kind == Kind::deliver ? "a reply comes" : "a piece of a reply comes");
}

void Forcing::start(int task, int cancel_at, bool same_turn, bool confirm) {
  course_.start(task);
  const scenario::Task& started = task_of(task);
  settle(party_.client().start(started.id, redis_.operations_of(started), cancel_at, same_turn), confirm);
}

void Forcing::settle(ClientReport report, bool confirm) {
  const ClientReport last = party_.settle(std::move(report), confirm);
  if (confirm) course_.check_complete(last, party_.client().name());
}

}  // namespace interleak::live
