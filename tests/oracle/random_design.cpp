#include "tests/oracle/random_design.hpp"

#include <algorithm>
#include <utility>

#include "sim/design/program.hpp"
#include "sim/scenario/reader.hpp"
#include "tests/oracle/fragments.hpp"
#include "tests/oracle/random_protocol.hpp"
#include "tests/oracle/tree.hpp"
#include "tools/embedded.hpp"

namespace interleak::oracle {
namespace {

using Parts = std::vector<Lines>;

void indent(Lines& out, const Lines& block) {
  for (const std::string& line : block) out.push_back("    " + line);
}

/// Awaits that a random block may hold; some stand more than once.
const Lines kAwaits = {"await pause",
                       "await pause",
                       "await receive",
                       "await receive",
                       "await send request",
                       "await send request",
                       "await connect",
                       "await discard",
                       "await receive until KIND",
                       "await receive until KIND",
                       "await discard until KIND",
                       "await discard until ERROR",
                       "yield",
                       "await close",
                       "await send handshake",
                       "await child",
                       "await child",
                       "await task",
                       "await task",
                       "await turn pool.waiters",
                       "await turn conn.pending",
                       "await resolve",
                       "await poll",
                       "await turn pool.waiters timeout",
                       "await turn conn.pending timeout",
                       "await turn conn.lockers",
                       "await send \"UNWATCH\"",
                       "await send \"PING\"",
                       "await send \"WATCH\"",
                       "await send \"EXEC\"",
                       "await send COMMAND",
                       "await send COMMAND",
                       "await send COMMAND",
                       "await send COMMAND for client"};

const Lines kPlain = {"pass",
                      "put",
                      "put",
                      "take",
                      "take",
                      "close",
                      "close",
                      "renew",
                      "follow",
                      "forget",
                      "share 1",
                      "share 2",
                      "share 3",
                      "share 9",
                      "op.n = 1",
                      "op.n = 255",
                      "op.n += 1",
                      "op.n += 200",
                      "op.n -= 1",
                      "conn.owed += 1",
                      "conn.owed -= 1",
                      "conn.dirty = 1",
                      "conn.dirty = 0",
                      "conn.locked = 1",
                      "pool.p += 1",
                      "pool.p -= 1",
                      "pool.p = 0",
                      "pool.gen += 1",
                      "socket.s += 1",
                      "socket.owed = 255",
                      "socket.owed -= 1",
                      "op.seen = pool.gen",
                      "op.seen = socket.born",
                      "socket.born = pool.gen",
                      "VARIABLE = VARIABLE",
                      "VARIABLE = VARIABLE",
                      "op.n = op.n",
                      "VARIABLE = VARIABLE",
                      "assert VARIABLE == VARIABLE \"the same\"",
                      "assert mine \"mine\"",
                      "assert not readable \"clean\"",
                      "socket.s += 1",
                      "socket.s = 2",
                      "op.n = pool.p",
                      "op.n = pool.p",
                      "pool.p = op.n",
                      "conn.owed = socket.s",
                      "socket.s = conn.owed",
                      "assert op.n == pool.p \"as it was\"",
                      "assert not conn.dirty \"clean\"",
                      "assert socket.s < 3 or not connected \"young\"",
                      "assert readable or conn.owed \"something\"",
                      "join pool.waiters",
                      "leave pool.waiters",
                      "wake pool.waiters",
                      "wake pool.waiters",
                      "join conn.pending",
                      "leave conn.pending",
                      "wake conn.pending",
                      "join conn.lockers",
                      "wake conn.lockers",
                      "join pool.others",
                      "wake pool.others",
                      "hand reply to conn.pending",
                      "hand reply to pool.waiters",
                      "hand conn to pool.waiters",
                      "hand conn to conn.lockers",
                      "keep in pool.cache",
                      "keep in pool.cache",
                      "keep in pool.flight",
                      "serve pool.cache",
                      "serve pool.cache",
                      "serve pool.flight",
                      "drop pool.cache",
                      "drop pool.flight",
                      "raise error \"e\"",
                      "raise error \"f\"",
                      "raise error",
                      "raise error",
                      "raise rejected",
                      "raise rejected \"r\"",
                      "return"};

/// What a block may call or spawn; procedures that are spawned are few, each takes a place in the program.
const Lines kCalls = {"call exchange",
                      "call open",
                      "call helper",
                      "call drain",
                      "call flush",
                      "call lock",
                      "call unlock",
                      "call queued",
                      "call counted",
                      "call peek",
                      "call asked",
                      "call told",
                      "call reset",
                      "spawn asked",
                      "call begin",
                      "call end",
                      "spawn detached told",
                      "call guarded",
                      "call nested",
                      "call unwatch",
                      "call acquire_in_time",
                      "call give_back",
                      "call pass_on",
                      "call acquire",
                      "call retried",
                      "spawn helper",
                      "spawn exchange",
                      "spawn detached reader",
                      "spawn detached helper",
                      "spawn put_it",
                      "spawn detached broker",
                      "spawn wait_in_turn",
                      "spawn nested",
                      "spawn detached refill",
                      "spawn detached reap",
                      "spawn child_of_child",
                      "spawn detached keeper",
                      "call pings",
                      "call exchange_to",
                      "call skip_to",
                      "call read_to",
                      "spawn read_to",
                      "call read_while",
                      "call heed",
                      "spawn detached tracker",
                      "call resync"};

/// What assertions say.
const Lines kTexts = {"a", "b", "it is so", "# not (so)"};

const Lines kDropCalls = {"call unlock", "call give_back", "call pass_on"};

const Lines kFacts = {"connected",
                      "available",
                      "readable",
                      "polled",
                      "redirected",
                      "mine",
                      "woken",
                      "always",
                      "got KIND",
                      "got KIND",
                      "saw KIND",
                      "saw KIND",
                      "saw ERROR",
                      "got ERROR",
                      "waiting pool.waiters",
                      "waiting conn.pending",
                      "waiting conn.lockers",
                      "waiting pool.others",
                      "has pool.cache",
                      "has pool.cache",
                      "has pool.flight",
                      "op.n",
                      "op.n == 1",
                      "op.n != 1",
                      "op.n < 2",
                      "op.n <= 1",
                      "op.n > 1",
                      "op.n >= 200",
                      "op.n >= 1",
                      "conn.owed",
                      "conn.dirty != 0",
                      "conn.locked == 0",
                      "conn.owed <= 1",
                      "pool.p >= 2",
                      "pool.p < 2",
                      "op.n == pool.p",
                      "op.n != pool.p",
                      "conn.owed <= socket.s",
                      "socket.s > op.n",
                      "socket.s",
                      "pool.p > 0",
                      "socket.owed",
                      "socket.s < 2",
                      "op.seen == pool.gen",
                      "op.seen == socket.born",
                      "VARIABLE == VARIABLE",
                      "VARIABLE != VARIABLE",
                      "VARIABLE < VARIABLE",
                      "VARIABLE <= VARIABLE",
                      "VARIABLE > VARIABLE",
                      "VARIABLE >= VARIABLE",
                      "pool.p <= 0",
                      "pool.p >= 1",
                      "op.tries"};

/// Where a block stands: what may be written there.
struct Place {
  int depth = 0;
  bool handler = false;   ///< a bare raise has something to raise
  bool drop = false;      ///< no awaits
  bool helper = false;    ///< inside the procedure that others call: no calls of it
  int loops = 0;          ///< counted loops around it
};

/// The first command in some case of which some variable is taken away from its base, or back there; without any, the
/// first of all.
const std::string& command_that(const protocol::Protocol& protocol, bool leaves) {
  for (const protocol::Command& command : protocol.commands) {
    for (const protocol::Case& each : command.cases) {
      for (const protocol::Assignment& set : each.sets) {
        if ((set.value != protocol.session[set.variable].base) == leaves) return command.name;
      }
    }
  }
  return protocol.commands.front().name;
}

/// Those that a listing may name, all as often.
Lines variables_of(const design::Design& design) {
  Lines names;
  for (const auto& [scope, variables] :
       {std::pair{"op.", &design.op_variables}, std::pair{"conn.", &design.conn_variables},
        std::pair{"socket.", &design.socket_variables}, std::pair{"pool.", &design.pool_variables}}) {
    for (const auto& each : *variables) names.push_back(scope + each.first);
  }
  return names;
}

/// Lines with variables of a design, kinds of messages and commands of a protocol in them.
class Words {
 public:
  Words(const protocol::Protocol& protocol, Random& random)
      : protocol_(protocol), kinds_(kinds_to_name(protocol)), errors_(errors_to_name(protocol)),
        changes_(changes_to_name(protocol)), commands_(commands_to_name(protocol)), random_(random) {}

  /// From now on the lines are of that design.
  void of(const design::Design& design) { variables_ = variables_of(design); }

  /// Each KIND is any of the kinds, each ERROR any of those that are one, each CHANGE any of those that say so, each
  /// VARIABLE any of the variables.
  Lines with_kinds(Lines lines) const {
    for (std::string& line : lines) {
      replace(line, kKind, kinds_);
      replace(line, kError, errors_);
      replace(line, kChange, changes_);
      replace(line, kVariable, variables_);
    }
    return lines;
  }

  /// Names of commands, in the words of the protocol.
  Lines with_commands(Lines lines) const {
    for (std::string& line : lines) {
      const std::size_t begin = line.find('"'), end = line.rfind('"');
      if (line.find("await send") == std::string::npos || begin == end) continue;
      line.replace(begin + 1, end - begin - 1, said_in(protocol_, line.substr(begin + 1, end - begin - 1)));
    }
    return lines;
  }

  /// Each COMMAND is any of the commands; where there is none, a pause stands for what sends it.
  Lines with_names(Lines lines) const {
    for (std::string& line : lines) {
      for (const std::string_view word : {kCommand, kBegin, kEnd}) {
        const std::size_t await = line.find("await send " + std::string(word));
        if (await == std::string::npos) continue;
        if (commands_.empty()) line.replace(await, std::string::npos, "await pause");
        else line.replace(line.find(word, await), word.size(), command_for(word));
      }
    }
    return lines;
  }

  Lines operator()(Lines lines) const { return with_names(with_commands(with_kinds(std::move(lines)))); }

 private:
  static constexpr std::string_view kKind = "KIND", kError = "ERROR", kChange = "CHANGE", kCommand = "COMMAND",
                                    kBegin = "BEGIN", kEnd = "END", kVariable = "VARIABLE";

  void replace(std::string& line, std::string_view word, const Lines& names) const {
    for (std::size_t at = 0; (at = line.find(word, at)) != std::string::npos;) {
      line.replace(at, word.size(), random_.pick(names));
    }
  }

  std::string command_for(std::string_view word) const {
    const std::string meant = word == kCommand ? "" : command_that(protocol_, word == kBegin);
    const bool known = std::ranges::find(commands_, meant) != commands_.end();
    return known && !random_.one_in(6) ? meant : random_.pick(commands_);
  }

  const protocol::Protocol& protocol_;
  Lines kinds_, errors_, changes_, commands_, variables_;
  Random& random_;
};

class Blocks {
 public:
  Blocks(const Scale& scale, Random& random) : scale_(scale), random_(random) {}

  Lines block(const Place& place) {
    Lines lines;
    const int count = 1 + random_.below(scale_.statements);
    for (int i = 0; i < count; ++i) lines = lines + statement(place);
    return lines;
  }

  /// One line that may come in anywhere; a few of them are refused in some places.
  Lines fresh() const {
    Lines all = kAwaits + kPlain;
    all.insert(all.end(), kCalls.begin(), kCalls.end());
    all.push_back("raise");
    return all;
  }

  static bool names_store(const std::string& line) {
    return line.find("pool.cache") != std::string::npos || line.find("pool.flight") != std::string::npos;
  }

  std::string condition(int depth = 0) {
    if (depth < 3 && random_.one_in(6)) {
      const std::string word = random_.one_in(2) ? " and " : " or ";
      const std::string both = condition(depth + 1) + word + condition(depth + 1);
      return random_.one_in(4) ? "not (" + both + ")" : "(" + both + ")";
    }
    const std::string& fact = random_.pick(kFacts);
    return random_.one_in(3) ? "not " + fact : fact;
  }

 private:
  Lines inner(Place place) {
    ++place.depth;
    return block(place);
  }

  Lines statement(const Place& place) {
    if (place.depth < scale_.depth && random_.one_in(4)) return compound(place);
    if (place.handler && random_.one_in(4)) return {"raise"};
    if (random_.one_in(12)) return {"assert " + condition() + " \"" + random_.pick(kTexts) + "\""};
    if (!place.drop && random_.percent(45)) return {random_.pick(kAwaits)};
    if (!place.helper && random_.one_in(5)) return {random_.pick(place.drop ? kDropCalls : kCalls)};
    return {random_.pick(kPlain)};
  }

  Lines compound(const Place& place) {
    switch (random_.below(6)) {
      case 0:
      case 1: return branch(place);
      case 2: return place.loops < 4 ? counted(place) : branch(place);
      case 3: return loop(place);
      default: return attempt(place);
    }
  }

  Lines branch(const Place& place) {
    Lines lines = {"if " + condition() + ":"};
    indent(lines, inner(place));
    while (random_.one_in(3)) {
      lines.push_back("elif " + condition() + ":");
      indent(lines, inner(place));
    }
    if (random_.one_in(2)) {
      lines.push_back("else:");
      indent(lines, inner(place));
    }
    return lines;
  }

  Lines counted(Place place) {
    Lines lines = {"loop " + random_.pick<std::string>({"2", "2", "3", "commands", "handshake", "0", "9"}) + " times:"};
    ++place.loops;
    indent(lines, inner(place));
    return lines;
  }

  /// Each round takes something, or counts down.
  Lines loop(const Place& place) {
    const int kind = random_.below(place.drop ? 2 : 6);
    Lines lines;
    if (kind < 2) {
      lines = {"op.tries = 2", kind == 0 ? "loop while op.tries:" : "loop while op.tries > 0 and " + condition() + ":",
               "    op.tries -= 1"};
    } else {
      const std::string progress = random_.pick<std::string>(
          {"await receive", "await discard", "await turn pool.waiters", "await turn conn.pending timeout"});
      lines = {"loop while " + condition() + ":", "    " + progress};
      if (kind == 2) lines[0] = "loop while connected:";
      if (kind == 3) lines[0] = "loop while readable:";
    }
    if (random_.one_in(2)) indent(lines, inner(place));
    return lines;
  }

  Lines attempt(const Place& place) {
    Lines lines = {"try:"};
    indent(lines, inner(place));
    const int shape = random_.below(5);
    Place handler = place;
    handler.handler = true;
    if (shape == 0 || shape >= 3) {
      lines.push_back("except " + random_.pick<std::string>({"error", "cancelled", "cancelled | error"}) + ":");
      indent(lines, inner(handler));
      if (random_.one_in(4)) {
        lines.push_back("except " + random_.pick<std::string>({"error", "cancelled"}) + ":");
        indent(lines, inner(handler));
      }
    }
    if (shape == 1 || shape >= 3) {
      lines.push_back("finally:");
      indent(lines, inner(place));
    }
    if (shape == 2 || random_.one_in(3)) {
      lines.push_back("on drop:");
      Place drop = place;
      drop.drop = true;
      drop.handler = false;
      indent(lines, inner(drop));
    }
    return lines;
  }

  const Scale& scale_;
  Random& random_;
};

class Designs {
 public:
  Designs(const Scale& scale, const protocol::Protocol& protocol, Random& random)
      : scale_(scale), protocol_(protocol), random_(random), words_(protocol, random), blocks_(scale, random) {}

  Draft operator()(Style style) {
    Draft draft;
    if (style == Style::shipped) {
      do draft.design = random_.pick(shipped());
      while (!is_valid(draft.design));  // it asks for kinds of messages that another protocol has
      draft.design.id = "random/design";
      draft.design.protocol.clear();  // which it is the scenario says, here
      surround(draft.design);
      words_.of(draft.design);
      add_named(draft.design, {"call execute"});
    } else {
      declare(draft.design);
      draft.wants = write(draft.design, style);
    }
    const int changes = style == Style::wild ? 0 : std::max(0, random_.between(-2, 4));
    for (int i = 0; i < changes; ++i) change(draft.design);
    if (draft.wants.waiting) draft.design.readers = design::Readers::queue;
    if (draft.wants.choices) draft.design.send_suspends = design::SendSuspends::may;
    if (draft.wants.pieces) draft.design.parser = design::ReplyParser::loses;
    if (draft.wants.moved) draft.design.cluster = true;
    if (draft.wants.session && draft.design.handshake.empty()) draft.design.handshake = {said_in(protocol_, "AUTH")};
    return draft;
  }

 private:
  /// What a shipped design is changed in, beside its listings.
  void surround(design::Design& d) {
    if (random_.one_in(4)) d.order = random_.one_in(2) ? design::Order::fifo : design::Order::lifo;
    if (random_.one_in(4)) d.readers = random_.one_in(2) ? design::Readers::queue : design::Readers::error;
    if (random_.one_in(4)) d.send_suspends = static_cast<design::SendSuspends>(random_.below(4));
    if (random_.one_in(4)) d.parser = static_cast<design::ReplyParser>(random_.below(3));
    if (random_.one_in(6)) d.cluster = !d.cluster;
    if (random_.one_in(6)) d.socket_timeout = !d.socket_timeout;
    if (random_.one_in(6)) d.keeps = random_.below(3);
    if (random_.one_in(4)) d.runtime = runtime();
    if (d.pool_stores.empty() && random_.one_in(2)) stores(d);
    for (auto* variables : {&d.op_variables, &d.socket_variables, &d.pool_variables}) {
      if (variables->empty()) variables->emplace("seen", random_.below(2));
    }
  }

  /// `flight` is what several wait for, `cache` what is there for those who come later.
  void stores(design::Design& d) {
    for (const char* name : {"cache", "flight"}) d.pool_stores[name] = static_cast<design::Places>(random_.below(3));
  }

  void declare(design::Design& d) {
    d.id = "random/design";
    d.order = random_.one_in(3) ? design::Order::fifo : design::Order::lifo;
    d.cluster = random_.one_in(3);
    d.readers = random_.one_in(3) ? design::Readers::queue : design::Readers::error;
    d.send_suspends = static_cast<design::SendSuspends>(std::max(0, random_.below(6) - 2));
    d.handshake = handshake();
    d.op_variables = {{"n", 0}, {"seen", 0}, {"tries", 0}};
    d.conn_variables = {{"dirty", 0}, {"locked", 0}, {"owed", random_.one_in(6) ? 1 : 0}};
    d.socket_variables = {{"born", 0}, {"owed", 0}, {"s", random_.one_in(6) ? 255 : random_.below(3)}};
    d.pool_variables = {{"gen", 0}, {"p", 1}};
    if (random_.one_in(12)) more_variables(d);
    d.conn_queues = {"lockers", "pending"};
    d.pool_queues = {"waiters", "others"};
    stores(d);
    d.runtime = runtime();
    if (random_.one_in(5)) d.keeps = random_.between(1, 3);
    d.socket_timeout = random_.one_in(3);
    d.parser = random_.one_in(4) ? design::ReplyParser::loses : static_cast<design::ReplyParser>(random_.below(3));
    words_.of(d);
    for (const auto& [name, lines] : library()) add_procedure(d, name, words_(lines));
    add_procedure(d, "helper", words_(blocks_.block({1, false, false, true, 0})));
  }

  /// As many as there may be, with any first values.
  void more_variables(design::Design& d) {
    for (auto* variables : {&d.op_variables, &d.conn_variables, &d.socket_variables, &d.pool_variables}) {
      while (variables->size() < 8) variables->emplace("a" + std::to_string(variables->size()), random_.below(256));
      for (auto& [name, first] : *variables) {
        if (random_.one_in(3)) first = random_.pick<int>({0, 1, 2, 255});
      }
    }
  }

  std::string runtime() {
    return random_.pick<std::string>({"", "", "python-3.11", "python-3.11/async_timeout-4.0.2"});
  }

  Lines handshake() {
    Lines names = standard_handshake();
    for (std::string& name : names) name = said_in(protocol_, name);
    return names;
  }

  Lines standard_handshake() {
    if (!random_.one_in(3)) return {};
    if (scale_.wide && random_.one_in(12)) {
      return Lines(static_cast<std::size_t>(random_.between(3, 16)), random_.pick<std::string>({"CLIENT", "AUTH"}));
    }
    Lines all = {"AUTH"};
    if (random_.one_in(2)) all.push_back(random_.pick<std::string>({"SELECT", "WATCH", "UNWATCH"}));
    return all;
  }

  Wants write(design::Design& d, Style style) {
    Wants wants;
    Lines execute;
    if (style == Style::bound) {
      const BoundFragment& fragment = random_.pick(into_bounds());
      wants = fragment.wants;
      execute = numbered(fragment);
    } else if (style == Style::realistic && random_.one_in(5)) {
      const SeldomFragment& fragment = random_.pick(seldom());
      add_procedure(d, "execute", words_(fragment.lines));
      return fragment.wants;
    } else {
      execute = style == Style::wild ? blocks_.block({}) : operation();
    }
    add_procedure(d, "execute", words_(execute));
    const bool caches = style == Style::realistic && tells_of_changes(protocol_);
    if (caches && random_.percent(75)) write_cache(d);
    if (style == Style::bound && random_.one_in(2)) return wants;
    add_named(d, {});
    for (const std::string& name : protocol::entries_of(protocol_)) {
      if (name == "execute") continue;
      if (goes_in_steps(name)) {
        if (random_.percent(80)) add_procedure(d, name, words_(watching()));
      } else if (random_.one_in(4)) {
        add_procedure(d, name, words_(operation()));
      }
    }
    return wants;
  }

  /// Procedures that have the names of operations, those of scenarios' own (random_case.cpp) as well.
  void add_named(design::Design& d, const Lines& lines) {
    Lines names = {"book", "store"};
    for (const protocol::Operation& each : protocol_.operations) names.push_back(each.name);
    for (const std::string& name : names) {
      if (d.procedures.count(name) != 0 || !random_.one_in(4)) continue;
      add_procedure(d, name, words_(lines.empty() ? operation() : lines));
    }
  }

  /// An operation that begins with the procedure is sent in more than one step.
  bool goes_in_steps(const std::string& name) const {
    return std::ranges::any_of(protocol_.operations, [&](const protocol::Operation& each) {
      return each.steps.size() > 1 && std::ranges::find(each.procedures, name) != each.procedures.end();
    });
  }

  /// Takes its time: reading and compiling.
  bool is_valid(const design::Design& design) const {
    Diagnostics errors;
    return scenario::compile(design, errors, protocol_).has_value();
  }

  Lines numbered(const BoundFragment& fragment) {
    const std::string number = std::to_string(random_.between(fragment.least, fragment.most));
    Lines lines = fragment.lines;
    for (std::string& line : lines) {
      for (const char* before : {"loop ", "< "}) {
        const std::size_t at = line.find(std::string(before) + "N");
        if (at != std::string::npos) line.replace(line.find('N', at), 1, number);
      }
    }
    return lines;
  }

  Lines operation() {
    if (pushes_data() && random_.percent(60)) return random_.pick(ways_to_look());
    return random_.one_in(5) ? random_.pick(whole_operations()) : put_together();
  }

  bool pushes_data() const {
    return std::ranges::any_of(protocol_.pushes, [](const protocol::Push& push) { return push.data.has_value(); });
  }

  /// A cache, of what other operations change.
  void write_cache(design::Design& d) {
    add_procedure(d, "execute", words_(random_.pick(caches())));
    if (!random_.one_in(5)) add_procedure(d, "set", words_(way_to_change()));
  }

  /// Take, open, use, return: the shape of a real pool, each part one of many.
  Lines put_together() {
    Lines lines = random_.pick(ways_to_take());
    if (random_.one_in(4)) lines = lines + blocks_.block({2, false, false, false, 0});
    const bool early = random_.one_in(2);
    const Lines& open = random_.pick(ways_to_open());
    if (!early) lines = lines + open;
    lines.push_back("try:");
    if (early) indent(lines, open);
    indent(lines, random_.pick(ways_to_use()));
    if (random_.one_in(4)) indent(lines, blocks_.block({2, false, false, false, 0}));
    if (random_.one_in(3)) {
      lines.push_back("except " + random_.pick<std::string>({"cancelled", "error", "cancelled | error"}) + ":");
      indent(lines, random_.one_in(2) ? blocks_.block({2, true, false, false, 0}) : Lines{"close", "raise"});
    }
    lines.push_back("finally:");
    indent(lines, random_.one_in(5) ? blocks_.block({2, false, false, false, 0}) : random_.pick(ways_to_give()));
    if (random_.one_in(2)) {
      lines.push_back("on drop:");
      indent(lines, random_.one_in(2) ? blocks_.block({2, false, true, false, 0}) : Lines{"close", "put"});
    }
    if (random_.one_in(5)) lines = lines + blocks_.block({2, false, false, false, 0});
    return lines;
  }

  /// Sends its three steps one after another, and may go back to a clean connection.
  Lines watching() {
    Lines lines = {random_.pick<std::string>({"take", "call acquire", "share 1"}), "call open", "try:"};
    const int steps = random_.between(2, 4);  // too few, as many as there are, too many
    for (int i = 0; i < steps; ++i) {
      if (!random_.one_in(4)) {
        lines.push_back("    call exchange");
      } else {
        lines.push_back("    spawn exchange");
        lines.push_back(random_.pick<std::string>({"    await child", "    await task", "    await pause"}));
      }
    }
    lines.push_back("finally:");
    if (random_.one_in(2)) lines.push_back("    call unwatch");
    lines.push_back(random_.pick<std::string>({"    put", "    call give_back", "    call pass_on"}));
    return lines;
  }

  /// One random change of a procedure, if the compiler takes it.
  void change(design::Design& d) {
    Lines names;
    for (const auto& [name, procedure] : d.procedures) {
      const bool often = name.rfind("execute", 0) == 0;
      names.insert(names.end(), often ? 4 : 1, name);
    }
    const std::string& name = random_.pick(names);
    const design::Procedure before = d.procedures.at(name);
    const Tree tree = mutated(tree_of(lines_of(before)), fresh_for(d), random_);
    try {
      add_procedure(d, name, words_(lines_of(tree)));
    } catch (const std::runtime_error&) {  // the parser refuses it
    }
    if (!is_valid(d)) d.procedures[name] = before;
  }

  /// Lines that use only what the design has.
  Lines fresh_for(const design::Design& d) {
    Lines lines;
    for (const std::string& line : blocks_.fresh()) {
      const std::size_t at = line.find_last_of(' ');
      const bool calls = line.rfind("call", 0) == 0 || line.rfind("spawn", 0) == 0;
      const bool stores = !d.pool_stores.empty() || !Blocks::names_store(line);
      if (stores && (!calls || d.procedures.count(line.substr(at + 1)) != 0)) lines.push_back(line);
    }
    return lines;
  }

  static std::vector<design::Design> read_shipped() {
    scenario::DesignLibrary files;
    Diagnostics errors;
    for (const auto& file : embedded::designs()) files.add(file.text, std::string(file.path), errors);
    std::vector<design::Design> all;
    for (const std::string& id : files.ids()) all.push_back(*files.find(id, errors));
    return all;
  }

  static const std::vector<design::Design>& shipped() {
    static const std::vector<design::Design> all = read_shipped();
    return all;
  }

  const Scale& scale_;
  const protocol::Protocol& protocol_;
  Random& random_;
  Words words_;
  Blocks blocks_;
};

}  // namespace

std::string said_in(const protocol::Protocol& protocol, const std::string& command) {
  if (protocol.commands.empty() || protocol.command(command) != nullptr) return command;
  if (command == "WATCH") return command_that(protocol, true);
  if (command == "UNWATCH") return command_that(protocol, false);
  return command == "EXEC" ? protocol.commands.back().name : command;
}

Draft random_design(Style style, const Scale& scale, const protocol::Protocol& protocol, Random& random) {
  return Designs(scale, protocol, random)(style);
}

}  // namespace interleak::oracle
