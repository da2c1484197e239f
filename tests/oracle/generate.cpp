#include "tests/oracle/generate.hpp"

#include <algorithm>

#include "sim/scenario/reader.hpp"
#include "tests/oracle/fragments.hpp"
#include "tests/oracle/random_protocol.hpp"

namespace interleak::oracle {
namespace {

int below(int n) { return *rc::gen::inRange(0, n); }
bool one_in(int n) { return *rc::gen::inRange(0, n) == n - 1; }
const std::string& pick(const Lines& from) { return from[below(static_cast<int>(from.size()))]; }

void indent(Lines& out, const Lines& block) {
  for (const std::string& line : block) out.push_back("    " + line);
}

/// Where a block stands: what may be written there.
struct Place {
  int depth = 0;
  bool handler = false;   ///< a bare raise has something to raise
  bool drop = false;      ///< no awaits
  bool helper = false;    ///< inside a procedure of its own: no calls of it
};

class Draft {
 public:
  explicit Draft(Size size) : size_(size) {}

  Case operator()() {
    Case draft;
    draft.scenario.protocol = protocol_ = protocol();
    fill(draft.design);
    fill(draft.scenario);
    fit_stores(draft);
    return draft;
  }

 private:
  /// The first number is the standard one: cases shrink towards it.
  protocol::ProtocolPtr protocol() const {
    const int number = size_.foreign && !one_in(2) ? below(1'000) : 0;
    if (number == 0) return scenario::standard_protocol();
    Random random(static_cast<std::uint64_t>(number));
    return random_protocol(true, random);
  }

  /// KIND is any kind of message of the protocol, ERROR any that is one, COMMAND, BEGIN and END any of its commands,
/// VARIABLE any variable.
  void add(design::Design& d, const std::string& name, Lines lines) const {
    const Lines kinds = kinds_to_name(*protocol_), changes = changes_to_name(*protocol_);
    const Lines errors = errors_to_name(*protocol_);
    const Lines commands = commands_to_name(*protocol_);
    for (std::string& line : lines) {
      for (std::size_t at = 0; (at = line.find("KIND")) != std::string::npos;) line.replace(at, 4, pick(kinds));
      for (std::size_t at = 0; (at = line.find("ERROR")) != std::string::npos;) line.replace(at, 5, pick(errors));
      for (std::size_t at = 0; (at = line.find("VARIABLE")) != std::string::npos;) line.replace(at, 8, variable());
      for (std::size_t at = 0; (at = line.find("CHANGE")) != std::string::npos;) line.replace(at, 6, pick(changes));
      for (const std::string word : {"COMMAND", "BEGIN", "END"}) {
        const std::size_t await = line.find("await send " + word);
        if (await == std::string::npos) continue;
        if (commands.empty()) line.replace(await, std::string::npos, "await pause");
        else line.replace(line.find(word, await), word.size(), pick(commands));
      }
    }
    add_procedure(d, name, lines);
  }

  static std::string variable() {
    return pick(
        {"op.n", "op.seen", "op.tries", "conn.dirty", "conn.owed", "socket.born", "socket.s", "pool.gen", "pool.p"});
  }

  // --- the design --------------------------------------------------------------------------------

  void fill(design::Design& d) {
    d.id = "random/design";
    d.order = one_in(3) ? design::Order::fifo : design::Order::lifo;
    d.cluster = one_in(4);
    d.readers = one_in(3) ? design::Readers::queue : design::Readers::error;
    d.send_suspends = static_cast<design::SendSuspends>(std::max(0, below(6) - 2));
    if (one_in(3)) d.handshake = {"AUTH"};
    if (one_in(6)) d.handshake.push_back("SELECT");
    d.op_variables = {{"n", 0}, {"seen", 0}, {"tries", 0}};
    d.conn_variables = {{"dirty", 0}, {"locked", 0}, {"owed", 0}};
    d.socket_variables = {{"born", 0}, {"owed", 0}, {"s", 1}};
    d.pool_variables = {{"gen", 0}, {"p", 1}};
    d.conn_queues = {"lockers", "pending"};
    d.pool_queues = {"waiters"};
    for (const char* name : {"cache", "flight"}) d.pool_stores[name] = static_cast<design::Places>(below(3));
    if (one_in(3)) d.runtime = pick({"python-3.11", "python-3.11/async_timeout-4.0.2"});
    if (one_in(5)) d.keeps = 1;
    d.socket_timeout = one_in(3);
    for (const auto& [name, lines] : library()) add(d, name, lines);
    add(d, "helper", block({1, false, false, true}));
    d.parser = static_cast<design::ReplyParser>(below(3));
    add(d, "execute", one_in(5) ? block({}) : sensible());
    if (one_in(4)) add(d, "execute_pipeline", sensible());
    if (one_in(4)) add(d, "execute_transaction", sensible());
    add(d, "execute_watch", watching());
    if (one_in(4)) add(d, "book", sensible());
    if (one_in(4)) add(d, "get", sensible());
  }

  /// Sends its three steps one after another, and may go back to a clean connection.
  Lines watching() {
    Lines lines = {pick({"take", "call acquire", "share 1"}), "call open", "try:"};
    const int steps = 2 + below(3);  // too few, as many as there are, too many
    for (int i = 0; i < steps; ++i) {
      if (!one_in(4)) {
        lines.push_back("    call exchange");
      } else {
        lines.push_back("    spawn exchange");
        lines.push_back(pick({"    await child", "    await task", "    await pause"}));
      }
    }
    lines.push_back("finally:");
    if (one_in(2)) lines.push_back("    call unwatch");
    lines.push_back(pick({"    put", "    call give_back", "    call pass_on"}));
    return lines;
  }

  /// Take, open, use, return: the shape of a real pool, each part one of many.
  Lines sensible() {
    static const std::vector<Lines> takes = {{"take"},
                                             {"call acquire"},
                                             {"call be_handed"},
                                             {"share 1"},
                                             {"share 1", "call lock"},
                                             {"call acquire_in_time"},
                                             {"call take_or_make"},
                                             {"if not available:", "    renew", "take"}};
    static const std::vector<Lines> opens = {{"pass"},
                                             {"if not connected:", "    await connect"},
                                             {"call open"},
                                             {"if conn.dirty:", "    close", "    conn.dirty = 0", "call open"},
                                             {"call open", "call drain"},
                                             {"call open", "call flush"},
                                             {"call open_by_name"},
                                             {"call open_anew", "op.seen = socket.born"},
                                             {"call open_by_name", "call peek"},
                                             {"call open", "call peek"},
                                             {"call open", "call flush_polled"},
                                             {"if readable or conn.owed:", "    await close", "    await connect"}};
    static const std::vector<Lines> uses = {
        {"call exchange"},
        {"call counted"},
        {"spawn exchange", "await child"},
        {"spawn exchange", "await task"},
        {"await poll", "if polled:", "    close", "    call open", "call exchange"},
        {"call exchange", "await send \"UNWATCH\"", "await discard"},
        {"call exchange", "call exchange", "call exchange"},
        {"call queued"},
        {"spawn detached reader", "call queued"},
        {"conn.dirty = 1", "call exchange", "conn.dirty = 0"},
        {"op.tries = 2", "loop while op.tries:", "    op.tries -= 1", "    try:", "        call open",
         "        call exchange", "        return", "    except error:", "        close"},
        {"call guarded"},
        {"call nested"},
        {"call exchange", "call unwatch"},
        {"call told", "call exchange"},
        {"call asked", "call exchange"},
        {"call exchange_to"},
        {"call checked"},
        {"call again"},
        {"call exchange", "if saw ERROR:", "    raise error"},
        {"call exchange", "if not got KIND:", "    await receive until KIND"},
        {"op.seen = pool.gen", "call exchange", "if op.seen == pool.gen:", "    keep in pool.cache",
         "    pool.gen += 1"},
        {"socket.owed += 1", "call exchange", "socket.owed -= 1", "assert not socket.owed \"nothing is owed\""},
        {"call exchange", "assert mine \"of its owner\""},
        {"if has pool.cache:", "    serve pool.cache", "else:", "    call exchange", "    keep in pool.cache"},
        {"call heed", "if has pool.cache:", "    serve pool.cache", "else:", "    call exchange",
         "    keep in pool.cache"},
        {"call exchange", "if not mine:", "    close", "    raise rejected \"not mine\""}};
    static const std::vector<Lines> gives = {
        {"put"},          {"call give_back"},     {"call unlock"},          {"call pass_on"},
        {"close", "put"}, {"await close", "put"}, {"conn.dirty = 1", "put"}};
    const auto any = [](const std::vector<Lines>& of) { return of[below(static_cast<int>(of.size()))]; };
    Lines lines = any(takes);
    if (one_in(4)) lines = lines + block({2, false, false, false});
    const bool early = one_in(2);
    const Lines open = any(opens);
    if (!early) lines = lines + open;
    lines.push_back("try:");
    if (early) indent(lines, open);
    indent(lines, any(uses));
    if (one_in(4)) indent(lines, block({2, false, false, false}));
    if (one_in(3)) {
      lines.push_back("except " + pick({"cancelled", "error", "cancelled | error"}) + ":");
      indent(lines, one_in(2) ? block({2, true, false, false}) : Lines{"close", "raise"});
    }
    lines.push_back("finally:");
    indent(lines, one_in(5) ? block({2, false, false, false}) : any(gives));
    if (one_in(2)) {
      lines.push_back("on drop:");
      indent(lines, one_in(2) ? block({2, false, true, false}) : Lines{"close", "put"});
    }
    if (one_in(5)) lines = lines + block({2, false, false, false});
    return lines;
  }

  Lines block(Place place) {
    Lines lines;
    const int count = 1 + below(size_.statements);
    for (int i = 0; i < count; ++i) lines = lines + statement(place);
    return lines;
  }

  Lines inner(Place place) {
    ++place.depth;
    return block(place);
  }

  Lines statement(const Place& place) {
    if (place.depth < size_.depth && one_in(4)) return compound(place);
    if (place.handler && one_in(4)) return {"raise"};
    if (one_in(12)) return {"assert " + condition() + " \"a\""};
    if (!place.drop && one_in(2)) return {await()};
    if (!place.helper && one_in(6)) return {call(place)};
    return {plain()};
  }

  std::string await() {
    return pick({"await pause",
                 "await receive",
                 "await send request",
                 "await connect",
                 "await discard",
                 "yield",
                 "await close",
                 "await send handshake",
                 "await child",
                 "await turn pool.waiters",
                 "await turn conn.pending",
                 "await resolve",
                 "await poll",
                 "await turn pool.waiters timeout",
                 "await turn conn.pending timeout",
                 "await task",
                 "await send \"UNWATCH\"",
                 "await receive until KIND",
                 "await discard until KIND",
                 "await send COMMAND",
                 "await send COMMAND for client"});
  }

  std::string call(const Place& place) {
    if (place.drop) return pick({"call unlock", "call give_back", "call pass_on"});
    return pick({"call exchange",
                 "call open",
                 "call helper",
                 "spawn helper",
                 "spawn exchange",
                 "spawn detached reader",
                 "call drain",
                 "call flush",
                 "call lock",
                 "call unlock",
                 "call queued",
                 "call counted",
                 "call peek",
                 "call guarded",
                 "call nested",
                 "call unwatch",
                 "call acquire_in_time",
                 "call exchange_to",
                 "call skip_to",
                 "call resync",
                 "call heed",
                 "call cached"});
  }

  std::string plain() {
    return pick({"pass",
                 "put",
                 "take",
                 "close",
                 "renew",
                 "share 1",
                 "op.n = 1",
                 "op.n += 1",
                 "op.n -= 1",
                 "conn.owed += 1",
                 "conn.owed -= 1",
                 "conn.dirty = 1",
                 "pool.p += 1",
                 "pool.p -= 1",
                 "pool.gen += 1",
                 "socket.s += 1",
                 "op.n = pool.p",
                 "conn.owed = socket.s",
                 "VARIABLE = VARIABLE",
                 "assert op.n == pool.p \"as it was\"",
                 "assert socket.s < 3 \"young\"",
                 "assert VARIABLE == VARIABLE \"the same\"",
                 "join pool.waiters",
                 "leave pool.waiters",
                 "wake pool.waiters",
                 "join conn.pending",
                 "leave conn.pending",
                 "wake conn.pending",
                 "hand reply to conn.pending",
                 "hand reply to pool.waiters",
                 "hand conn to pool.waiters",
                 "raise error \"e\"",
                 "raise error",
                 "raise rejected \"r\"",
                 "return",
                 "share 2",
                 "renew",
                 "forget",
                 "keep in pool.cache",
                 "serve pool.cache",
                 "drop pool.cache",
                 "keep in pool.flight",
                 "serve pool.flight"});
  }

  Lines compound(const Place& place) {
    Lines lines;
    switch (below(5)) {
      case 0: {
        lines.push_back("if " + condition() + ":");
        indent(lines, inner(place));
        if (one_in(3)) {
          lines.push_back("elif " + condition() + ":");
          indent(lines, inner(place));
        }
        if (one_in(2)) {
          lines.push_back("else:");
          indent(lines, inner(place));
        }
        return lines;
      }
      case 1:
        lines.push_back("loop " + pick({"2", "commands", "handshake", "0"}) + " times:");
        indent(lines, inner(place));
        return lines;
      case 2:
        lines = {"op.tries = 2", "loop while op.tries" + std::string(one_in(2) ? " > 0" : "") + ":",
                 "    op.tries -= 1"};
        if (one_in(2)) lines[1] = "loop while op.tries and " + condition() + ":";
        indent(lines, inner(place));
        return lines;
      default: return attempt(place);
    }
  }

  Lines attempt(const Place& place) {
    Lines lines = {"try:"};
    indent(lines, inner(place));
    const int shape = below(4);
    Place handler = place;
    handler.handler = true;
    if (shape == 0 || shape == 3) {
      lines.push_back("except " + pick({"error", "cancelled", "cancelled | error"}) + ":");
      indent(lines, inner(handler));
    }
    if (shape == 1 || shape == 3) {
      lines.push_back("finally:");
      indent(lines, inner(place));
    }
    if (shape == 2 || one_in(3)) {
      lines.push_back("on drop:");
      Place drop = place;
      drop.drop = true;
      drop.handler = false;
      indent(lines, inner(drop));
    }
    return lines;
  }

  std::string condition() {
    if (one_in(6)) return "(" + condition() + (one_in(2) ? " and " : " or ") + condition() + ")";
    const std::string fact = pick({"connected",
                                   "available",
                                   "readable",
                                   "polled",
                                   "mine",
                                   "woken",
                                   "always",
                                   "waiting pool.waiters",
                                   "waiting conn.pending",
                                   "op.n",
                                   "op.n == 1",
                                   "conn.owed",
                                   "conn.dirty != 0",
                                   "pool.p >= 2",
                                   "pool.p < 2",
                                   "conn.owed <= 1",
                                   "op.n == pool.p",
                                   "socket.s > conn.owed",
                                   "socket.s",
                                   "got KIND",
                                   "saw KIND",
                                   "has pool.cache"});
    return one_in(3) ? "not " + fact : fact;
  }

  // --- the scenario ------------------------------------------------------------------------------

  void fill(scenario::Scenario& s) {
    s.id = "random-scenario";
    s.names_protocol = s.named = protocol_ != scenario::standard_protocol() || one_in(2);
    s.pool_max = 1 + below(2);
    s.pool_warm = below(s.pool_max + 1);
    if (one_in(2)) s.pool_warm = s.pool_max;
    s.nodes = 1 + below(2);
    fill(s.physics);
    // Pieces and the kernel's buffer multiply the schedules: fewer tasks and operations then.
    const bool pieces = s.physics.fragments || s.physics.kernel;
    static const Lines names = {"alice", "bob", "carol", "dave"};
    const int tasks = 1 + below(pieces ? std::min(2, size_.tasks) : size_.tasks);
    for (int t = 0; t < tasks; ++t) {
      scenario::Task task;
      task.goes_on = one_in(4);
      task.id = names.at(static_cast<std::size_t>(t));
      task.owner = t > 0 && one_in(8) ? names[0] : names[t];
      const int operations = 1 + (!pieces && one_in(2) ? below(size_.operations) : 0);
      for (int i = 0; i < operations; ++i) task.operations.push_back(operation(s.nodes));
      s.tasks.push_back(task);
    }
    if (tasks > 1 && one_in(3)) {  // two that may share what they read
      s.tasks[1].owner = s.tasks[0].owner;
      s.tasks[1].operations.front() = s.tasks[0].operations.front();
      s.tasks[1].operations.front().shared = true;
    }
    s.cancel.max = std::min(2, below(4));
    if (!commands_that_fail(*protocol_).empty()) s.server_errors.max = below(3);
    if (one_in(2)) s.cancel.kind = static_cast<scenario::CancelKind>(below(5));
    if (one_in(5)) s.cancel.who = {"alice"};
    if (one_in(5)) s.cancel.at = static_cast<std::uint16_t>(1u << below(11) | 4u);
    s.ownership_check = one_in(5);
    s.may_be_silent = one_in(4);
    if (!protocol_->pushes.empty()) s.pushes = below(3);
    s.ready = one_in(4) ? scenario::Ready::fifo : scenario::Ready::any;
    if (one_in(3)) s.send_suspends = static_cast<design::SendSuspends>(below(4));
  }

  void fill(scenario::Physics& physics) {
    if (one_in(2)) return;
    for (const auto& [name, option] : scenario::kPhysicsOptions) physics.*option = one_in(2);
  }

  scenario::Operation operation(int nodes) {
    scenario::Operation op;
    const protocol::Protocol& protocol = *protocol_;
    const int all = static_cast<int>(protocol.operations.size());
    if (!protocol.commands.empty() && one_in(4)) make_own(protocol, own(), op);
    const auto& told = op.own != nullptr
                           ? *op.own
                           : protocol.operations[static_cast<std::size_t>(below(one_in(3) ? all : std::min(all, 3)))];
    op.does = told.name;
    op.keys = {pick({"history", "profile"})};
    if (told.many && room_for_keys(protocol, told) > 1 && one_in(2)) op.keys.push_back("inbox");
    op.type = pick({"list", "list", "text"});
    op.accepts = {type_of_value(protocol, op)};
    if (one_in(4) && op.accepts.front() != "text") op.accepts.push_back("text");
    op.own_accepts = op.accepts.size() > 1;
    if (one_in(4)) op.mangles = {pick({"list", "text"})};
    op.strict = one_in(6);
    op.shared = one_in(4);
    if (one_in(3)) op.node = 1 + below(nodes);
    if (one_in(5)) op.moved_to = 1 + below(nodes);
    op.large = one_in(3);
    return op;
  }

  protocol::Operation own() const {
    Random random(static_cast<std::uint64_t>(below(1'000)));
    return random_operation(*protocol_, pick({"book", "get"}), random);
  }

  Size size_;
  protocol::ProtocolPtr protocol_;
};

}  // namespace

rc::Gen<Case> arbitrary_case(Size size) {
  return rc::gen::exec([size] { return Draft(size)(); });
}

}  // namespace interleak::oracle
