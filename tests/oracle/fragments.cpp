#include "tests/oracle/fragments.hpp"

namespace interleak::oracle {

const std::map<std::string, Lines>& library() {
  static const std::map<std::string, Lines> all = {
      {"acquire",
       {"if not available:", "    join pool.waiters", "    try:", "        await turn pool.waiters",
        "    except cancelled:", "        if woken:", "            wake pool.waiters", "        else:",
        "            leave pool.waiters", "        raise", "take"}},
      {"acquire_in_time",
       {"loop while not available:", "    join pool.waiters", "    try:",
        "        await turn pool.waiters timeout", "    except error | cancelled:", "        if woken:",
        "            wake pool.waiters", "        else:", "            leave pool.waiters", "        raise",
        "take"}},
      {"give_back", {"put", "wake pool.waiters"}},
      {"pass_on", {"if waiting pool.waiters:", "    hand conn to pool.waiters", "else:", "    put"}},
      {"take_or_make", {"try:", "    take", "except error:", "    renew", "    take"}},
      {"be_handed",
       {"if available:", "    take", "else:", "    join pool.waiters", "    await turn pool.waiters"}},
      {"lock",
       {"if conn.locked:", "    join conn.lockers", "    try:", "        await turn conn.lockers",
        "    except cancelled:", "        if woken:", "            call unlock", "        else:",
        "            leave conn.lockers", "        raise", "conn.locked = 1"}},
      {"unlock", {"if waiting conn.lockers:", "    wake conn.lockers", "else:", "    conn.locked = 0"}},
      {"open",
       {"if not connected:", "    await connect", "    loop handshake times:",
        "        await send handshake", "        await discard"}},
      {"open_by_name",
       {"if not connected:", "    await resolve", "    await connect", "    loop handshake times:",
        "        await send handshake", "        await discard"}},
      {"look", {"await poll", "if polled:", "    close", "    call open_by_name"}},
      {"flush_polled", {"await poll", "loop while polled:", "    await discard", "    await poll"}},
      {"unwatch", {"await send \"UNWATCH\"", "await discard"}},
      {"ping", {"await send \"PING\"", "await discard"}},
      {"guarded",
       {"try:", "    spawn exchange", "    await task", "except cancelled | error:", "    close", "    raise"}},
      {"nested", {"try:", "    spawn guarded", "    await task", "finally:", "    await pause"}},
      {"shielded", {"spawn exchange", "await child"}},
      {"exchange", {"await send request", "loop commands times:", "    await receive"}},
      {"counted",
       {"loop commands times:", "    conn.owed += 1", "await send request", "loop commands times:",
        "    await receive", "    conn.owed -= 1"}},
      {"drain", {"loop while conn.owed > 0:", "    await discard", "    conn.owed -= 1"}},
      {"flush", {"loop while readable:", "    await discard"}},
      {"retried",
       {"op.tries = 2", "loop while op.tries:", "    op.tries -= 1", "    try:", "        call open",
        "        call exchange", "        return", "    except error:", "        close"}},
      {"reader",
       {"try:", "    loop while connected:", "        await receive", "        hand reply to conn.pending",
        "except error:", "    pass"}},
      {"queued", {"join conn.pending", "await send request", "await turn conn.pending"}},
      {"refill",
       {"try:", "    take", "    call open", "    call give_back", "except error:", "    pass"}},
      {"reap", {"try:", "    take", "    await pause", "    close", "    put", "except error:", "    pass"}},
      {"broker",
       {"try:", "    take", "    await pause", "    hand conn to pool.waiters", "except error:", "    yield"}},
      {"keeper", {"spawn detached refill", "join pool.waiters", "await turn pool.waiters", "await pause", "put"}},
      {"pings", {"await send \"PING\"", "await send \"PING\"", "await send request", "await pause"}},
      {"put_it", {"put"}},
      {"wait_in_turn", {"join pool.waiters", "await turn pool.waiters", "await pause"}},
      {"child_of_child", {"spawn detached refill", "spawn ping", "await child"}},
      {"read_one", {"await receive"}}};
  return all;
}

const std::vector<Lines>& ways_to_take() {
  static const std::vector<Lines> all = {
      {"take"}, {"take"}, {"call acquire"}, {"call be_handed"}, {"share 1"}, {"share 2"},
      {"share 1", "call lock"}, {"call acquire_in_time"}, {"call take_or_make"},
      {"if not available:", "    renew", "take"}, {"spawn detached refill", "await pause", "call acquire"},
      {"spawn detached broker", "call wait_in_turn"},
      {"spawn detached keeper", "spawn detached broker", "await pause", "take"}};
  return all;
}

const std::vector<Lines>& ways_to_open() {
  static const std::vector<Lines> all = {
      {"pass"},
      {"if not connected:", "    await connect"},
      {"call open"},
      {"call open"},
      {"if conn.dirty:", "    close", "    conn.dirty = 0", "call open"},
      {"call open", "call drain"},
      {"call open", "call flush"},
      {"call open_by_name"},
      {"call open_by_name", "call look"},
      {"call open", "call flush_polled"},
      {"if readable or conn.owed:", "    await close", "    await connect", "call open"},
      {"spawn open", "await task"},
      {"try:", "    call open", "except error:", "    close", "    call open_by_name"}};
  return all;
}

const std::vector<Lines>& ways_to_use() {
  static const std::vector<Lines> all = {
      {"call exchange"},
      {"call exchange"},
      {"call counted"},
      {"call shielded"},
      {"spawn exchange", "await task"},
      {"await poll", "if polled:", "    close", "    call open", "call exchange"},
      {"call exchange", "call unwatch"},
      {"call exchange", "call exchange", "call exchange"},
      {"call queued"},
      {"spawn detached reader", "call queued"},
      {"conn.dirty = 1", "call exchange", "conn.dirty = 0"},
      {"call retried"},
      {"call guarded"},
      {"call nested"},
      {"call exchange", "if not mine:", "    close", "    raise rejected \"not mine\""},
      {"call exchange", "if redirected:", "    follow"},
      {"await send request", "spawn read_one", "await child", "await receive"},
      {"spawn exchange", "await pause", "spawn exchange", "await child"},
      {"spawn child_of_child", "await task", "call exchange"},
      {"spawn ping", "call exchange", "await task"},
      {"spawn read_one", "await send request", "await pause", "await pause", "await child"},
      {"try:", "    await receive", "except cancelled | error:", "    call pings", "    raise"},
      {"loop 3 times:", "    await send request", "loop 3 times:", "    loop commands times:",
       "        await receive"},
      {"await send request", "loop commands times:", "    await discard", "call exchange"}};
  return all;
}

const std::vector<Lines>& ways_to_give() {
  static const std::vector<Lines> all = {
      {"put"}, {"put"}, {"call give_back"}, {"call unlock"}, {"call pass_on"}, {"close", "put"},
      {"await close", "put"}, {"conn.dirty = 1", "put"}, {"renew", "put"},
      {"if readable:", "    close", "put"}, {"spawn put_it"}, {"spawn detached put_it", "await pause"},
      {"call drain", "put"}, {"call pings", "put"}, {"call pass_on", "call pass_on"}};
  return all;
}

const std::vector<Lines>& whole_operations() {
  static const std::vector<Lines> all = {
      // A cluster client that follows a MOVED.
      {"op.tries = 3", "loop while op.tries > 0:", "    op.tries -= 1", "    call acquire", "    try:",
       "        call open", "        call exchange", "    finally:", "        call give_back",
       "    if not redirected:", "        return", "    follow", "raise error \"moved too often\""},
      {"loop 2 times:", "    take", "    call open", "    call exchange", "    put", "    if redirected:",
       "        follow", "    else:", "        return"},
      // A multiplexed client with a background reader.
      {"share 1", "if not connected:", "    call lock", "    try:", "        if not connected:",
       "            call open", "            spawn detached reader", "    finally:", "        call unlock",
       "join conn.pending", "try:", "    await send request", "    await turn conn.pending timeout",
       "except error | cancelled:", "    if not woken:", "        leave conn.pending", "    raise"},
      // One connection behind a lock.
      {"share 1", "call lock", "try:", "    call open", "    call exchange", "finally:", "    call unlock"},
      // A cancel is caught, and that is all: the task goes on.
      {"call acquire", "try:", "    call open", "    call exchange", "except cancelled | error:", "    close",
       "finally:", "    call give_back"},
      // Who has waited for too long says so to others.
      {"share 1", "join pool.waiters", "try:", "    await turn pool.waiters timeout", "except error | cancelled:",
       "    leave pool.waiters", "    call pings", "finally:", "    spawn ping", "    wake pool.waiters"},
      // A dropped operation cleans up.
      {"take", "try:", "    call open", "    try:", "        call exchange", "    on drop:", "        close",
       "finally:", "    put", "on drop:", "    conn.dirty = 1", "    if waiting pool.waiters:",
       "        hand conn to pool.waiters", "    else:", "        put", "        return"},
      // Children under children, in tasks of their own.
      {"take", "try:", "    call open", "    spawn nested", "    await task", "except error | cancelled:",
       "    await close", "    raise", "finally:", "    call give_back"},
      // WATCH, in three steps, each read by somebody else.
      {"call acquire", "call open", "try:", "    call exchange", "    spawn exchange", "    await child",
       "    call shielded", "finally:", "    call unwatch", "    call give_back"}};
  return all;
}

const std::vector<BoundFragment>& into_bounds() {
  static const std::vector<BoundFragment> all = {
      {"free-list by put",
       {"loop N times:", "    share 1", "    spawn put_it", "    put", "    await child", "await pause"}, 12, 20},
      {"free-list by put, of one that is owned",
       {"take", "loop N times:", "    spawn put_it", "    await child", "put", "await pause"}, 12, 20},
      {"free-list by share",
       {"loop N times:", "    share 1", "    spawn put_it", "    put", "    await child", "share 2",
        "await pause", "share 3"}, 13, 16},
      {"free-list by renew",
       {"share 1", "share 2", "loop N times:", "    share 1", "    spawn put_it", "    put", "    await child",
        "take", "await pause", "take", "take", "take", "renew", "await pause"}, 12, 18},
      {"free-list by a lost slot",
       {"take", "await pause", "op.tries = 2", "loop N times:", "    spawn put_it", "    await child",
        "take", "spawn detached put_it", "renew", "await pause"}, 13, 17},
      {"children", {"take", "loop N times:", "    spawn wait_in_turn", "await child"}, 2, 5},
      {"children of children",
       {"take", "spawn child_of_child", "spawn detached wait_in_turn", "loop N times:", "    await pause",
        "    spawn child_of_child"}, 0, 3},
      {"children that are done", {"take", "loop N times:", "    spawn read_one", "    await pause"}, 3, 12},
      {"waiters", {"loop N times:", "    join pool.waiters", "leave pool.waiters", "wake pool.waiters"}, 10, 20},
      {"waiters of a connection",
       {"share 1", "loop N times:", "    join conn.pending", "    join conn.lockers", "await pause"}, 12, 19},
      {"requests",
       {"take", "call open", "loop N times:", "    await send request", "call flush", "await receive", "put"}, 3,
       34},
      {"requests by name",
       {"share 1", "call open", "loop N times:", "    await send \"PING\"", "loop 3 times:", "    await discard",
        "call exchange"}, 28, 34},
      {"requests and replies",
       {"take", "call open", "loop N times:", "    await send request", "    await pause", "put"}, 5, 40},
      {"readers",
       {"share 1", "call open", "loop N times:", "    spawn read_one", "    yield", "await receive"}, 2, 3,
       {.tasks = 5, .one_slot = true, .waiting = true}},
      {"readers for ever",
       {"share 1", "call open", "spawn read_one", "spawn detached read_one", "spawn read_one", "try:",
        "    await receive", "finally:", "    loop N times:", "        await discard"}, 0, 2,
       {.tasks = 5, .waiting = true}},
      {"lingering",
       {"take", "loop N times:", "    call open", "    await send request", "    close", "put"}, 6, 12,
       {.one_slot = true, .writes = true}},
      {"lingering, several",
       {"take", "loop N times:", "    call open", "    loop 3 times:", "        await send request",
        "    await close", "put"}, 2, 5, {.one_slot = true, .writes = true}},
      {"steps",
       {"take", "loop 200 times:", "    loop N times:", "        op.n += 1", "await pause", "put"}, 1, 200},
      {"steps in a circle",
       {"op.tries = 1", "loop while op.tries:", "    op.tries -= 1", "    if op.n < N:", "        op.tries = 1"},
       0, 9},
      {"a circle of states",
       {"op.tries = 1", "loop while op.tries:", "    op.tries -= 1", "    op.tries = 1", "    loop N times:",
        "        await pause"}, 1, 2},
      {"values",
       {"share 1", "call open", "loop N times:", "    await send request", "    loop commands times:",
        "        await receive"}, 2, 9, {.long_ones = true}},
      {"values that are handed",
       {"share 1", "call open", "spawn detached reader", "loop N times:", "    join conn.pending",
        "    await send request", "    await turn conn.pending"}, 2, 10, {.long_ones = true}},
      {"values of children",
       {"share 1", "call open", "loop N times:", "    spawn exchange", "    await child"}, 2, 10, {.long_ones = true}},
      {"may",
       {"share 1", "call open", "try:", "    loop N times:", "        await send \"PING\"", "    share 2",
        "    call open", "    loop N times:", "        await send \"PING\"", "    await send request",
        "finally:", "    close"}, 10, 32, {.choices = true}},
      {"variables",
       {"take", "loop N times:", "    conn.owed += 100", "    op.n += 200", "conn.owed -= 255", "op.n -= 255",
        "pool.p -= 255", "put"}, 1, 4},
      {"cycle of wakes",
       {"loop N times:", "    join pool.waiters", "    wake pool.waiters", "    await turn pool.waiters",
        "loop while always:", "    wake pool.waiters", "    join pool.waiters", "    await turn pool.waiters"}, 0, 3}};
  return all;
}

}  // namespace interleak::oracle
