// Syntax tree -> step program.
//
// Code is emitted in one pass with labels that are resolved at the end. What stands around a
// statement (handler, drop code, `finally` blocks that a return must run, depth of saved exceptions
// and counters) travels down as a Context by value. A `finally` is emitted once for each way out of
// it: normal, exception, and every return through it. Registers that are no longer needed are
// cleared by the code itself, so that equal futures are equal states.
//
// Calls and returns multiply code, so a few lines can ask for more than there is. Everything that
// grows has its limit where it grows: steps, calls (some add no step), blocks inside of blocks, errors.
// At the first one nothing more is emitted.
#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

#include "sim/design/declaration.hpp"
#include "sim/design/lexer.hpp"
#include "sim/design/loops.hpp"
#include "sim/design/parse.hpp"
#include "sim/design/program.hpp"
#include "sim/design/vocabulary.hpp"

namespace interleak::design {
namespace {

using Label = std::uint16_t;

struct Finally;

/// What stands around a statement.
struct Context {
  Label handler = kNowhere;
  Label drop = kNowhere;
  std::uint8_t saved = 0;     ///< saved exceptions in use
  std::uint8_t counters = 0;  ///< loop counters in use
  int handling = -1;          ///< slot of the exception that a bare `raise` raises again
  bool dropping = false;      ///< inside `on drop`: no awaits
  const Finally* finals = nullptr;  ///< of this procedure, the innermost; it knows the next one
  Label leave = kNowhere;     ///< end of this procedure
  std::uint8_t base_saved = 0, base_counters = 0;  ///< at the call of this procedure
  const Procedure* procedure = nullptr;
  int depth = 0;
  std::uint32_t site = 0;     ///< the call that this is expanded for
};

/// A `finally` that a return has to run, and what stands around it. Both live where the `try` is
/// emitted, and so longer than anything inside of it.
struct Finally {
  const Block* block = nullptr;
  const Context* outer = nullptr;
};

std::vector<std::string> names_of(const std::map<std::string, int>& variables) {
  std::vector<std::string> names;
  for (const auto& [name, first] : variables) names.push_back(name);
  return names;
}

std::vector<std::uint8_t> initial_of(const std::map<std::string, int>& variables) {
  std::vector<std::uint8_t> values;
  for (const auto& [name, first] : variables) values.push_back(static_cast<std::uint8_t>(first));
  return values;
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return "";
  bool quoted = false;
  auto last = first;
  for (; last < text.size(); ++last) {
    if (text[last] == '"') quoted = !quoted;
    if (text[last] == '#' && !quoted) break;
  }
  while (last > first && text[last - 1] == ' ') --last;
  return text.substr(first, last - first);
}

constexpr std::size_t kMaxNamedCommands = 8;
constexpr std::size_t kMaxSpawned = 15;
/// Calls inside each other, each with blocks inside each other: what these limits alone allow. More come
/// about where a return runs a `finally` with a return in it.
constexpr int kMaxNesting = (kMaxCallDepth + 1) * (max_block_nesting + 1);

class Compiler {
 public:
  Compiler(const Design& design, const ProtocolNames& protocol) : design_(design), protocol_(protocol) {}

  /// Nothing if there are errors.
  std::optional<Program> run() {
    declare();
    check_all_names();
    if (errors_.empty()) emit_entries();
    if (errors_.empty()) resolve_labels();
    if (errors_.empty()) check_loops(program_, design_, while_headers(), errors_);
    if (!errors_.empty()) return std::nullopt;
    return std::move(program_);
  }

  Diagnostics take_errors() { return std::move(errors_); }

 private:
  // --- names ---------------------------------------------------------------------------------

  void declare() {
    program_.op_variables = names_of(design_.op_variables);
    program_.conn_variables = names_of(design_.conn_variables);
    program_.pool_variables = names_of(design_.pool_variables);
    program_.socket_variables = names_of(design_.socket_variables);
    program_.op_initial = initial_of(design_.op_variables);
    program_.conn_initial = initial_of(design_.conn_variables);
    program_.pool_initial = initial_of(design_.pool_variables);
    program_.socket_initial = initial_of(design_.socket_variables);
    program_.conn_queues = design_.conn_queues;
    program_.pool_queues = design_.pool_queues;
    for (const auto& [name, places] : design_.pool_stores) {
      program_.pool_stores.push_back(name);
      program_.store_places.push_back(places);
    }
    limit(program_.op_variables.size(), kMaxVariables, "variables of an operation");
    limit(program_.conn_variables.size(), kMaxVariables, "variables of a connection");
    limit(program_.socket_variables.size(), kMaxVariables, "variables of a socket");
    limit(program_.pool_variables.size(), kMaxVariables, "variables of a pool");
    limit(program_.conn_queues.size(), kMaxQueues, "queues of a connection");
    limit(program_.pool_queues.size(), kMaxQueues, "queues of a pool");
    limit(program_.pool_stores.size(), kMaxStores, "stores of a pool");
    if (!design_.procedures.count("execute")) {
      fail("ILK0060", design_.at, "the design has no procedure \"execute\"", "", "");
    }
  }

  void limit(std::size_t have, int most, const std::string& what) {
    if (have > static_cast<std::size_t>(most)) {
      fail("ILK0061", design_.at, "too many " + what, "at most " + std::to_string(most), "");
    }
  }

  void fail(const std::string& code, Position at, const std::string& message, const std::string& expected,
            const std::string& help, std::uint32_t length = 1) {
    if (full()) return;
    ++failures_;
    Diagnostic error;
    error.code = code;
    error.message = message;
    error.file = design_.file;
    error.at = at;
    error.length = length;
    error.expected = expected;
    error.help = help;
    if (std::none_of(errors_.begin(), errors_.end(), [&](const Diagnostic& other) {
          return other.code == code && other.at == at && other.message == message;
        })) {
      errors_.push_back(std::move(error));
    }
  }

  /// Enough was said. What fails in each expansion of a call counts each time.
  bool full() const { return failures_ >= kMaxErrorsOfFile; }

  /// A limit of the program: nothing more is emitted.
  void give_up(Position at, const std::string& message, const std::string& expected) {
    if (!given_up_) fail("ILK0065", at, message, expected, "");
    given_up_ = true;
  }
  bool stopped() const { return given_up_ || full(); }

  /// Every procedure is checked, also one that nothing calls: a typo there is a typo.
  void check_all_names() {
    for (const auto& [name, procedure] : design_.procedures) {
      checked_ = &procedure;
      check_names(procedure.block);
    }
  }

  void check_names(const Block& block) {
    for (const Statement& statement : block) {
      if (full()) return;
      check_names(statement);
      for (const Clause& clause : statement.clauses) {
        check_names(clause.condition, clause.at);
        check_names(clause.block);
      }
    }
  }

  void check_names(const Statement& statement) {
    using Kind = Statement::Kind;
    switch (statement.kind) {
      case Kind::call:
      case Kind::spawn:
      case Kind::spawn_detached:
        if (!design_.procedures.count(statement.name)) unknown_procedure(statement);
        break;
      case Kind::assert_: check_names(statement.condition, statement.at); break;
      case Kind::assign:
      case Kind::add:
      case Kind::subtract:
        check_variable(statement.variable, statement.at);
        if (statement.other) check_variable(*statement.other, statement.at);
        break;
      case Kind::await_turn:
      case Kind::join:
      case Kind::leave:
      case Kind::wake:
      case Kind::hand_reply:
      case Kind::hand_conn: check_queue(statement.variable, statement.at); break;
      case Kind::keep:
      case Kind::serve:
      case Kind::drop: check_store(statement.variable, statement.at); break;
      case Kind::await_send_own: check_command(statement.name, statement.at); break;
      case Kind::await_send_command:
        if (statement.for_client) check_command(statement.name, statement.at);
        break;
      case Kind::await_receive:
      case Kind::await_discard:
        if (!statement.name.empty()) check_kind(statement.name, statement.at);
        break;
      default: break;
    }
  }

  void check_names(const Expression& expression, Position at) {
    if (expression.kind == Expression::Kind::compare) check_variable(expression.variable, at);
    if (expression.other) check_variable(*expression.other, at);
    if (expression.kind == Expression::Kind::waiting) check_queue(expression.variable, at);
    if (expression.kind == Expression::Kind::has) check_store(expression.variable, at);
    if (is_about_kind(expression.kind)) check_kind(expression.name, at);
    for (const Expression& operand : expression.operands) check_names(operand, at);
  }

  static bool is_about_kind(Expression::Kind kind) {
    return kind == Expression::Kind::got || kind == Expression::Kind::saw;
  }

  void check_command(const std::string& name, Position at) {
    if (index_of(protocol_.commands, name) >= 0) return;
    std::vector<std::string> known = {"request", "handshake"};   // which are none, and may be meant
    known.insert(known.end(), protocol_.commands.begin(), protocol_.commands.end());
    unknown("ILK0072", at, name, "command of the protocol " + protocol_.protocol, name, known, "");
  }

  void check_kind(const std::string& name, Position at) {
    if (index_of(protocol_.kinds, name) >= 0) return;
    unknown("ILK0069", at, name, "kind of message of the protocol " + protocol_.protocol, name, protocol_.kinds, "");
  }

  void unknown_procedure(const Statement& statement) {
    std::vector<std::string> names;
    for (const auto& [name, procedure] : design_.procedures) names.push_back(name);
    unknown("ILK0062", statement.at, statement.name, "procedure", statement.name, names, "");
  }

  /// `word`: how it stands in the line, in the statement that begins at `at`. `declaration`: what would make the name
  /// known; empty: that is not said.
  void unknown(const std::string& code, Position at, const std::string& word, const std::string& what,
               const std::string& name, const std::vector<std::string>& allowed, const std::string& declaration) {
    std::string list;
    for (const std::string& each : allowed) list += (list.empty() ? "" : ", ") + each;
    const std::string near = closest_name(name, allowed);
    std::string help = near.empty() ? "" : "did you mean \"" + near + "\"?";
    if (!declaration.empty()) help += (near.empty() ? "declare it: " : " Else declare it: ") + declaration;
    fail(code, place_of_word(at, word), "unknown " + what + " \"" + name + "\"",
         allowed.empty() ? "none is declared" : "one of: " + list, help, static_cast<std::uint32_t>(word.size()));
  }

  /// Where the word stands in the line of the statement; where that begins if it is not found there.
  Position place_of_word(Position at, std::string_view word) const {
    const auto is_part = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
    };
    for (const ListingLine& line : checked_->lines) {
      const std::string_view text = line.text;
      const bool here =
          line.at.line == at.line && line.at.column <= at.column && at.column - line.at.column < text.size();
      std::size_t found = here ? text.find(word, at.column - line.at.column) : text.npos;
      for (; found != text.npos; found = text.find(word, found + 1)) {
        const std::size_t end = found + word.size();
        if ((found > 0 && is_part(text[found - 1])) || (end < text.size() && is_part(text[end]))) continue;
        return {at.line, line.at.column + static_cast<std::uint32_t>(found)};
      }
    }
    return at;
  }

  /// What the file is called says which form it has, if not which it is: for a hint that is enough.
  bool in_json() const { return design_.file.ends_with(".json"); }

  static std::string scope_name(Scope scope) { return std::string(text_of(scope_words, scope)); }

  const std::vector<std::string>& variables(Scope scope) const {
    return scope == Scope::op       ? program_.op_variables
           : scope == Scope::conn   ? program_.conn_variables
           : scope == Scope::socket ? program_.socket_variables
                                    : program_.pool_variables;
  }

  const std::vector<std::string>& queues(Scope scope) const {
    return scope == Scope::conn ? program_.conn_queues : program_.pool_queues;
  }

  static int index_of(const std::vector<std::string>& names, const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? -1 : static_cast<int>(found - names.begin());
  }

  void check_variable(const VariableRef& ref, Position at) {
    const auto& names = variables(ref.scope);  // sorted
    if (!std::binary_search(names.begin(), names.end(), ref.name)) {
      unknown("ILK0063", at, scope_name(ref.scope) + ("." + ref.name), "variable of " + scope_name(ref.scope), ref.name,
              names, variable_declaration(in_json(), scope_name(ref.scope), ref.name));
    }
  }

  void check_queue(const VariableRef& ref, Position at) {
    const auto& names = queues(ref.scope);
    if (names.size() > static_cast<std::size_t>(kMaxQueues)) return;  // said already
    if (index_of(names, ref.name) < 0) {
      unknown("ILK0064", at, scope_name(ref.scope) + ("." + ref.name), "queue of " + scope_name(ref.scope), ref.name,
              names, queue_declaration(in_json(), scope_name(ref.scope), ref.name));
    }
  }

  void check_store(const VariableRef& ref, Position at) {
    const auto& names = program_.pool_stores;
    if (names.size() > static_cast<std::size_t>(kMaxStores)) return;  // said already
    if (index_of(names, ref.name) < 0) {
      unknown("ILK0073", at, scope_name(ref.scope) + ("." + ref.name), "store of pool", ref.name, names,
              store_declaration(in_json(), ref.name));
    }
  }

  // --- emission ------------------------------------------------------------------------------

  /// There are fewer labels than kNowhere: a call has one, and what else has some has a step for each.
  Label new_label() {
    static_assert(kMaxCalls + 5 * kMaxInstructions < kNowhere);
    places_.push_back(kNowhere);
    return static_cast<Label>(places_.size() - 1);
  }

  void place(Label label) { places_[label] = static_cast<Pc>(program_.code.size()); }

  std::uint16_t line_index(const Context& context, int line) {
    const auto next = static_cast<std::uint16_t>(program_.lines.size());
    const auto [at, fresh] = line_numbers_.try_emplace({context.procedure, line}, next);
    if (fresh) program_.lines.push_back(source_line(*context.procedure, line));
    return at->second;
  }

  static SourceLine source_line(const Procedure& procedure, int line) {
    SourceLine source{procedure.name, procedure.origin, line, "", {}};
    if (static_cast<std::size_t>(line) < procedure.lines.size()) {
      source.text = trimmed(procedure.lines[static_cast<std::size_t>(line)].text);
      source.at = procedure.lines[static_cast<std::size_t>(line)].at;
    }
    return source;
  }

  /// Where the text of a line begins.
  static Position place_of(const Procedure& procedure, int line) {
    if (static_cast<std::size_t>(line) >= procedure.lines.size()) return {};
    const ListingLine& source = procedure.lines[static_cast<std::size_t>(line)];
    const std::size_t margin = std::min(source.text.find_first_not_of(' '), source.text.size());
    return {source.at.line, source.at.column + static_cast<std::uint32_t>(margin)};
  }

  Instruction& emit(const Context& context, int line, Op op, int a = 0, int b = 0) {
    if (program_.code.size() >= static_cast<std::size_t>(kMaxInstructions)) {
      give_up(place_of(*context.procedure, line), "the program is too long when all calls are expanded",
              "at most " + std::to_string(kMaxInstructions) + " steps");
    }
    if (stopped()) return nowhere_ = {};
    Instruction instruction;
    instruction.op = op;
    instruction.a = static_cast<std::uint8_t>(a);
    instruction.b = static_cast<std::uint8_t>(b);
    instruction.handler = context.handler;
    instruction.drop = context.drop;
    instruction.line = line_index(context, line);
    instruction.site = context.site;
    program_.code.push_back(instruction);
    return program_.code.back();
  }

  void emit_entries() {
    for (const std::string& name : protocol_.entries) {
      if (design_.procedures.count(name) != 0) entry(name, nullptr);
    }
    const std::size_t begun_with = program_.entry_names.size();
    most_entries_ = begun_with + kMaxSpawned;
    for (std::size_t i = 0; i < pending_.size() && !stopped(); ++i) {
      const auto& [name, index] = pending_[i];
      const Procedure& procedure = design_.procedures.at(name);
      program_.entries[index] = static_cast<Pc>(program_.code.size());
      Context context;
      context.procedure = &procedure;
      expand(procedure, context, 0);
      emit(context, std::max(0, last_line(procedure.block)), Op::end);
    }
  }

  /// Index of the entry of a procedure that runs in a frame of its own.
  int entry(const std::string& name, const Statement* where) {
    const int found = index_of(program_.entry_names, name);
    if (found >= 0) return found;
    if (where != nullptr && program_.entry_names.size() >= most_entries_) {
      fail("ILK0061", where->at, "too many spawned procedures", "at most " + std::to_string(kMaxSpawned), "");
      return 0;
    }
    program_.entry_names.push_back(name);
    program_.entries.push_back(0);
    pending_.emplace_back(name, program_.entries.size() - 1);
    return static_cast<int>(program_.entries.size() - 1);
  }

  static int last_line(const Block& block) {
    if (block.empty()) return 0;
    const Statement& last = block.back();
    return last.clauses.empty() ? last.line : last_line(last.clauses.back().block);
  }

  /// The lines of a procedure in place; falls through at its end.
  void expand(const Procedure& procedure, Context context, int depth) {
    context.procedure = &procedure;
    context.finals = nullptr;
    context.leave = new_label();
    context.base_saved = context.saved;
    context.base_counters = context.counters;
    context.depth = depth;
    emit_block(procedure.block, context);
    place(context.leave);
  }

  void emit_block(const Block& block, const Context& context) {
    if (++nesting_ > kMaxNesting && !block.empty()) {
      give_up(block.front().at, "blocks are nested too deep when calls and returns are expanded",
              "at most " + std::to_string(kMaxNesting));
    }
    for (const Statement& statement : block) {
      if (stopped()) break;
      emit_statement(statement, context);
    }
    --nesting_;
  }

  void emit_statement(const Statement& s, const Context& context) {
    using Kind = Statement::Kind;
    switch (s.kind) {
      case Kind::pass: emit(context, s.line, Op::clear, context.saved, context.counters); break;
      case Kind::call: emit_call(s, context); break;
      case Kind::return_: emit_return(s, context); break;
      case Kind::raise: emit_raise(s, context); break;
      case Kind::branch: emit_branch(s, context); break;
      case Kind::loop_times: emit_loop_times(s, context); break;
      case Kind::loop_while: emit_loop_while(s, context); break;
      case Kind::attempt: emit_attempt(s, context); break;
      case Kind::assert_: emit_assertion(s, context); break;
      case Kind::assign: emit_variable(s, context, s.other ? Op::copy : Op::assign); break;
      case Kind::add: emit_variable(s, context, Op::add); break;
      case Kind::subtract: emit_variable(s, context, Op::subtract); break;
      case Kind::take: emit(context, s.line, Op::take); break;
      case Kind::share: emit(context, s.line, Op::share).number = static_cast<std::uint8_t>(s.number); break;
      case Kind::put: emit(context, s.line, Op::put); break;
      case Kind::renew: emit(context, s.line, Op::renew); break;
      case Kind::follow: emit(context, s.line, Op::follow); break;
      case Kind::forget: emit(context, s.line, Op::forget); break;
      case Kind::await_resolve: emit_await(s, context, Op::await_resolve); break;
      case Kind::await_send_command: emit_await(s, context, Op::await_send_command); break;
      case Kind::await_send_own: emit_await(s, context, Op::await_send_own); break;
      case Kind::await_task: emit_await(s, context, Op::await_task); break;
      case Kind::await_poll: emit_await(s, context, Op::await_poll); break;
      case Kind::close: emit(context, s.line, Op::close); break;
      case Kind::await_connect: emit_await(s, context, Op::await_connect); break;
      case Kind::await_send_request: emit_await(s, context, Op::await_send_request); break;
      case Kind::await_send_handshake: emit_await(s, context, Op::await_send_handshake); break;
      case Kind::await_receive: emit_await(s, context, Op::await_receive); break;
      case Kind::await_discard: emit_await(s, context, Op::await_discard); break;
      case Kind::await_turn: emit_await(s, context, Op::await_turn); break;
      case Kind::await_child: emit_await(s, context, Op::await_child); break;
      case Kind::await_close: emit_await(s, context, Op::await_close); break;
      case Kind::await_pause: emit_await(s, context, Op::await_pause); break;
      case Kind::yield: emit_await(s, context, Op::yield); break;
      case Kind::join: emit_queue(s, context, Op::join); break;
      case Kind::leave: emit_queue(s, context, Op::leave); break;
      case Kind::wake: emit_queue(s, context, Op::wake); break;
      case Kind::hand_reply: emit_queue(s, context, Op::hand_reply); break;
      case Kind::hand_conn: emit_queue(s, context, Op::hand_conn); break;
      case Kind::keep: emit_store(s, context, Op::keep); break;
      case Kind::serve: emit_store(s, context, Op::serve); break;
      case Kind::drop: emit_store(s, context, Op::drop); break;
      case Kind::spawn: emit_spawn(s, context, 0); break;
      case Kind::spawn_detached: emit_spawn(s, context, 1); break;
    }
  }

  void emit_await(const Statement& s, const Context& context, Op op) {
    if (context.dropping) {
      fail("ILK0066", s.at, "`on drop` may not await, yield or spawn", "", "nothing runs the task any more");
      return;
    }
    if (op == Op::await_turn) {
      emit_queue(s, context, op).number = s.timeout ? 1 : 0;
    } else {
      emit(context, s.line, op, operand_of(s, op));
    }
  }

  int operand_of(const Statement& s, Op op) {
    if (op == Op::await_send_command) return command(s, program_.commands);
    if (op == Op::await_send_own) return command(s, program_.own_commands);
    return s.name.empty() ? 0 : 1 + kind(s.name);
  }

  /// Index of a command that is sent by name, for the client or for an operation.
  int command(const Statement& s, std::vector<std::string>& names) {
    const int found = index_of(names, s.name);
    if (found >= 0) return found;
    if (names.size() >= kMaxNamedCommands) {
      fail("ILK0061", s.at, "too many commands that are sent by name", "at most " + std::to_string(kMaxNamedCommands),
           "");
      return 0;
    }
    names.push_back(s.name);
    return static_cast<int>(names.size() - 1);
  }

  /// Index of a kind of message that the program asks for.
  int kind(const std::string& name) {
    const int found = index_of(program_.kinds, name);
    if (found >= 0) return found;
    program_.kinds.push_back(name);
    return static_cast<int>(program_.kinds.size() - 1);
  }

  void emit_spawn(const Statement& s, const Context& context, int detached) {
    if (context.dropping) {
      fail("ILK0066", s.at, "`on drop` may not await, yield or spawn", "", "nothing runs the task any more");
      return;
    }
    emit(context, s.line, Op::spawn, entry(s.name, &s), detached);
  }

  void emit_variable(const Statement& s, const Context& context, Op op) {
    Instruction& added = emit(context, s.line, op, index_of(variables(s.variable.scope), s.variable.name),
                              static_cast<int>(s.variable.scope));
    added.number = static_cast<std::uint8_t>(s.number);
    if (!s.other) return;
    added.other_scope = s.other->scope;
    added.other = static_cast<std::uint8_t>(index_of(variables(s.other->scope), s.other->name));
  }

  void emit_assertion(const Statement& s, const Context& context) {
    int text = index_of(program_.assertions, s.name);
    if (text < 0) {
      text = static_cast<int>(program_.assertions.size());
      program_.assertions.push_back(s.name);
    }
    if (text >= kMaxAssertions) {
      fail("ILK0061", s.at, "too many assertions", "at most " + std::to_string(kMaxAssertions) + " different texts",
           "");
      return;
    }
    emit_asking(s.condition, s.line, context, Op::assert_).other = static_cast<std::uint8_t>(text);
  }

  Instruction& emit_queue(const Statement& s, const Context& context, Op op) {
    return emit(context, s.line, op, index_of(queues(s.variable.scope), s.variable.name),
                static_cast<int>(s.variable.scope));
  }

  void emit_store(const Statement& s, const Context& context, Op op) {
    emit(context, s.line, op, index_of(program_.pool_stores, s.variable.name));
  }

  void emit_call(const Statement& s, const Context& context) {
    if (std::find(calls_.begin(), calls_.end(), s.name) != calls_.end() || s.name == context.procedure->name) {
      fail("ILK0067", s.at, "procedure \"" + s.name + "\" calls itself",
           "calls are expanded in place, so they may not go in a circle", "use a loop",
           static_cast<std::uint32_t>(s.name.size()));
      return;
    }
    if (context.depth >= kMaxCallDepth) {
      return give_up(s.at, "calls are nested too deep", "at most " + std::to_string(kMaxCallDepth));
    }
    if (++calls_made_ > kMaxCalls) {
      return give_up(s.at, "the program has too many calls when all are expanded",
                     "at most " + std::to_string(kMaxCalls));
    }
    calls_.push_back(context.procedure->name);
    Context called = context;
    called.site = static_cast<std::uint32_t>(program_.sites.size());
    program_.sites.push_back({source_line(*context.procedure, s.line), context.site});
    const std::size_t before = program_.code.size();
    expand(design_.procedures.at(s.name), called, context.depth + 1);
    if (program_.code.size() == before) program_.sites.pop_back();
    calls_.pop_back();
  }

  void emit_return(const Statement& s, const Context& context) {
    for (const Finally* each = context.finals; each != nullptr && !stopped(); each = each->outer->finals) {
      emit(*each->outer, s.line, Op::clear, each->outer->saved, each->outer->counters);
      emit_block(*each->block, *each->outer);
    }
    emit(context, s.line, Op::clear, context.base_saved, context.base_counters);
    emit(context, s.line, Op::jump).target = context.leave;
  }

  void emit_raise(const Statement& s, const Context& context) {
    if (s.exception != Exception::none) {
      emit(context, s.line, Op::raise, static_cast<int>(s.exception), raised_text(s));
      program_.carries_refusals = program_.carries_refusals || s.name.empty();
    } else if (context.handling >= 0) {
      emit(context, s.line, Op::reraise, context.handling);
    } else {
      fail("ILK0057", s.at, "bare `raise` outside `except`", "raise error \"text\"", "");
    }
  }

  /// 1 + the index of what it says; 0: it says nothing.
  int raised_text(const Statement& s) {
    if (s.name.empty()) return 0;
    const int known = index_of(program_.raised, s.name);
    if (known >= 0) return 1 + known;
    program_.raised.push_back(s.name);
    if (program_.raised.size() > kMaxRaised) {
      fail("ILK0061", s.at, "too many texts of `raise`", "at most " + std::to_string(kMaxRaised) + " different ones",
           "");
      program_.raised.pop_back();
    }
    return static_cast<int>(program_.raised.size());
  }

  Test resolve(const Expression& expression) {
    Test test;
    test.kind = expression.kind;
    test.scope = expression.variable.scope;
    test.comparison = expression.comparison;
    test.number = static_cast<std::uint8_t>(expression.number);
    if (expression.kind == Expression::Kind::compare) {
      test.index = static_cast<std::uint8_t>(index_of(variables(expression.variable.scope), expression.variable.name));
      test.variables = expression.other.has_value();
      if (test.variables) {
        test.other_scope = expression.other->scope;
        test.other = static_cast<std::uint8_t>(index_of(variables(test.other_scope), expression.other->name));
      }
    } else if (expression.kind == Expression::Kind::waiting) {
      test.index = static_cast<std::uint8_t>(index_of(queues(expression.variable.scope), expression.variable.name));
    } else if (expression.kind == Expression::Kind::has) {
      test.index = static_cast<std::uint8_t>(index_of(program_.pool_stores, expression.variable.name));
    }
    if (is_about_kind(expression.kind)) test.index = static_cast<std::uint8_t>(kind(expression.name));
    for (const Expression& operand : expression.operands) test.operands.push_back(resolve(operand));
    return test;
  }

  /// An instruction that asks a condition: test a + 256 b.
  Instruction& emit_asking(const Expression& condition, int line, const Context& context, Op op) {
    program_.tests.push_back(resolve(condition));
    const std::size_t index = program_.tests.size() - 1;
    return emit(context, line, op, static_cast<int>(index & 0xff), static_cast<int>(index >> 8));
  }

  void emit_test(const Expression& condition, int line, const Context& context, Label otherwise) {
    emit_asking(condition, line, context, Op::branch).target = otherwise;
  }

  void emit_branch(const Statement& s, const Context& context) {
    const Label end = new_label();
    for (const Clause& clause : s.clauses) {
      const Label next = new_label();
      if (clause.kind == Clause::Kind::when) emit_test(clause.condition, clause.line, context, next);
      emit_block(clause.block, context);
      if (&clause != &s.clauses.back()) emit(context, last_line(clause.block), Op::jump).target = end;
      place(next);
    }
    place(end);
  }

  void emit_loop_times(const Statement& s, const Context& context) {
    if (context.counters >= kMaxCounters) {
      return give_up(s.at, "counted loops are nested too deep", "at most " + std::to_string(kMaxCounters));
    }
    const Label top = new_label(), end = new_label();
    Instruction& init = emit(context, s.line, Op::loop_init, context.counters, static_cast<int>(s.count));
    init.number = static_cast<std::uint8_t>(s.number);
    place(top);
    emit(context, s.line, Op::loop_test, context.counters).target = end;
    Context inner = context;
    ++inner.counters;
    emit_block(s.clauses.at(0).block, inner);
    emit(context, last_line(s.clauses.at(0).block), Op::jump).target = top;
    place(end);
  }

  void emit_loop_while(const Statement& s, const Context& context) {
    const Label top = new_label(), end = new_label();
    place(top);
    whiles_.push_back({static_cast<Pc>(program_.code.size()), &s});
    emit_test(s.clauses.at(0).condition, s.line, context, end);
    emit_block(s.clauses.at(0).block, context);
    emit(context, last_line(s.clauses.at(0).block), Op::jump).target = top;
    place(end);
  }

  static const Clause* find_clause(const Statement& s, Clause::Kind kind) {
    for (const Clause& clause : s.clauses) {
      if (clause.kind == kind) return &clause;
    }
    return nullptr;
  }

  void emit_attempt(const Statement& s, const Context& context) {
    if (context.saved >= kMaxSaved) {
      return give_up(s.at, "handlers are nested too deep", "at most " + std::to_string(kMaxSaved));
    }
    const Clause* last = find_clause(s, Clause::Kind::finally);
    const Clause* drop = find_clause(s, Clause::Kind::on_drop);
    const bool catches = find_clause(s, Clause::Kind::except) != nullptr;
    const Label on_except = new_label(), on_finally = new_label(), on_drop = new_label();
    const Label normal = new_label(), end = new_label();

    Context guarded = context;  // around the body and the `except` blocks
    const Finally own{last == nullptr ? nullptr : &last->block, &context};
    if (last != nullptr) {
      guarded.handler = on_finally;
      guarded.finals = &own;
    }
    if (drop != nullptr) guarded.drop = on_drop;
    Context body = guarded;
    if (catches) body.handler = on_except;

    const Clause& first = s.clauses.at(0);
    emit_block(first.block, body);
    emit(context, last_line(first.block), Op::jump).target = normal;
    if (catches) {
      place(on_except);
      emit_excepts(s, context, guarded, normal);
    }
    place(normal);
    if (last != nullptr) emit_block(last->block, context);
    emit(context, s.line, Op::jump).target = end;
    if (last != nullptr) {
      place(on_finally);
      emit_finally(*last, context);
    }
    if (drop != nullptr) {
      place(on_drop);
      emit_drop(*drop, context);
    }
    place(end);
  }

  void emit_excepts(const Statement& s, const Context& context, const Context& guarded, Label normal) {
    emit(guarded, s.line, Op::save, context.saved, context.counters);
    for (const Clause& clause : s.clauses) {
      if (clause.kind != Clause::Kind::except) continue;
      const Label next = new_label();
      emit(guarded, clause.line, Op::match, context.saved, clause.catches).target = next;
      Context inner = guarded;
      inner.saved = static_cast<std::uint8_t>(context.saved + 1);
      inner.handling = context.saved;
      emit_block(clause.block, inner);
      emit(guarded, last_line(clause.block), Op::clear, context.saved, context.counters);
      emit(guarded, last_line(clause.block), Op::jump).target = normal;
      place(next);
    }
    emit(guarded, s.line, Op::reraise, context.saved);
  }

  void emit_finally(const Clause& clause, const Context& context) {
    emit(context, clause.line, Op::save, context.saved, context.counters);
    Context inner = context;
    inner.saved = static_cast<std::uint8_t>(context.saved + 1);
    emit_block(clause.block, inner);
    emit(context, last_line(clause.block), Op::reraise, context.saved);
  }

  /// An error or a `return` inside an `on drop` block ends that block only.
  void emit_drop(const Clause& clause, const Context& context) {
    const Label done = new_label();
    Context inner = context;
    inner.dropping = true;
    inner.handler = done;
    inner.leave = done;
    inner.finals = nullptr;
    emit_block(clause.block, inner);
    place(done);
    if (context.drop != kNowhere) {
      emit(context, last_line(clause.block), Op::jump).target = context.drop;
    } else {
      emit(context, last_line(clause.block), Op::end_dropped);
    }
  }

  void resolve_labels() {
    const auto resolve = [&](Pc& field) {
      if (field != kNowhere) field = places_[field];
    };
    for (Instruction& instruction : program_.code) {
      resolve(instruction.target);
      resolve(instruction.handler);
      resolve(instruction.drop);
    }
  }

  const std::vector<WhileLoop>& while_headers() const { return whiles_; }

  const Design& design_;
  const Procedure* checked_ = nullptr;  ///< whose names are looked at
  const ProtocolNames& protocol_;
  Diagnostics errors_;
  Program program_;
  std::vector<Pc> places_;
  std::vector<WhileLoop> whiles_;
  std::vector<std::pair<std::string, std::size_t>> pending_;
  std::size_t most_entries_ = 0;  // what operations begin with, and what may be spawned
  std::vector<std::string> calls_;
  std::map<std::pair<const Procedure*, int>, std::uint16_t> line_numbers_;  ///< index into program_.lines
  std::size_t failures_ = 0;  ///< errors, repeated ones too
  int calls_made_ = 0;
  int nesting_ = 0;  ///< blocks being emitted inside each other
  bool given_up_ = false;
  Instruction nowhere_;  ///< what is written there is lost
};

}  // namespace

std::optional<Program> compile(const Design& design, const ProtocolNames& names, Diagnostics& errors) {
  Compiler compiler(design, names);
  std::optional<Program> program = compiler.run();
  for (Diagnostic& error : compiler.take_errors()) errors.push_back(std::move(error));
  return program;
}

}  // namespace interleak::design
