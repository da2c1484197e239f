// Recursive descent over the lines of a listing. First every line is split into tokens; then a
// block takes the lines of its indentation, and a statement the tokens of its line.
//
// Errors need no unwinding: fail() keeps the first error of the line and drops the tokens behind
// it, so that what was begun ends by itself, and the next line is read as if nothing had happened.
// The tree of a listing with errors has gaps; nobody may run it.
#include "sim/design/parse.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "sim/design/lexer.hpp"
#include "sim/design/vocabulary.hpp"

namespace interleak::design {
namespace {

constexpr std::size_t tab_width = 4;  // only to go on behind the error that a tab is

struct Line {
  int index = 0;
  std::size_t indent = 0;
  std::vector<Token> tokens;
};

/// What was written -> what was probably meant, for words that only look right to a reader of other
/// languages (a misspelling is found by closest_name).
constexpr std::pair<std::string_view, std::string_view> false_friends[] = {{"while", "loop while"},
                                                                           {"for", "loop"},
                                                                           {"connect", "await connect"},
                                                                           {"send", "await send"},
                                                                           {"receive", "await receive"},
                                                                           {"discard", "await discard"},
                                                                           {"turn", "await turn"},
                                                                           {"child", "await child"},
                                                                           {"pause", "await pause"},
                                                                           {"poll", "await poll"},
                                                                           {"resolve", "await resolve"},
                                                                           {"store", "keep in"},
                                                                           {"any", "cancelled|error"},
                                                                           {"all", "cancelled|error"},
                                                                           {"everything", "cancelled|error"},
                                                                           {"exception", "cancelled|error"},
                                                                           {"Exception", "cancelled|error"},
                                                                           {"BaseException", "cancelled|error"},
                                                                           {"CancelledError", "cancelled"},
                                                                           {"rejected", "error"},
                                                                           {"true", "always"},
                                                                           {"True", "always"}};

constexpr std::string_view kind_of_message = "a kind of message of the protocol";

std::string quoted(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string result = "\"";
  std::size_t size = std::min(text.size(), longest);
  while (size > 0 && size < text.size() && (text[size] & 0xC0) == 0x80) --size;  // whole characters
  for (char c : text.substr(0, size)) {
    if (c == '\t') result += "\\t";
    else result += c >= 0 && c < ' ' ? '?' : c;
  }
  return result + (size < text.size() ? "...\"" : "\"");
}

std::string did_you_mean(std::string_view name) { return name.empty() ? "" : "did you mean " + quoted(name) + "?"; }

template <typename Table>
std::vector<std::string> texts(const Table& table) {
  std::vector<std::string> result;
  for (const auto& word : table) result.emplace_back(word.text);
  return result;
}

std::string one_of(const std::vector<std::string>& names) {
  std::string result;
  for (const std::string& name : names) result += (result.empty() ? "one of: " : ", ") + name;
  return result;
}

/// The number that a token of that kind means. Stops growing far above the limit, so that no number
/// of digits is too many; a negative one is as wrong as -1.
int value_of(std::string_view number) {
  if (number.starts_with('-')) return -1;
  return std::accumulate(number.begin(), number.end(), 0,
                         [](int value, char digit) { return std::min(value * 10 + (digit - '0'), max_number + 1); });
}

class Parser {
 public:
  explicit Parser(const std::vector<ListingLine>& source) : source_(source) { split(); }

  Block parse() { return block(0); }

  /// The errors in the order of the lines, at most one a line.
  void report(Diagnostics& errors) {
    for (auto& [line, error] : errors_) errors.push_back(std::move(error));
  }

 private:
  using Handler = void (Parser::*)(Statement&);
  struct Head {
    std::string_view text;
    Handler handler;
    bool compound = false;
  };
  static const std::vector<Head>& heads();

  // Lines.
  void split();
  void split_line(int index);
  bool done() const { return next_ == lines_.size(); }
  const Line& line() const { return lines_[next_]; }
  void next_line() { ++next_, cursor_ = 0; }
  bool deeper_than(std::size_t indent) const { return !done() && line().indent > indent; }
  bool failed(int line) const { return errors_.count(line) > 0; }

  // Tokens of the line.
  const Token& token() const { return line().tokens[cursor_]; }
  bool at_end() const { return token().kind == Token::Kind::end; }
  bool at(std::string_view text) const { return token().text == text && !at_end(); }
  bool accept(std::string_view text);
  void expect(std::string_view text);
  template <typename Table>
  auto choose(const Table& table) -> decltype(table[0].value);

  // Errors.
  Position place(int line, std::size_t offset) const;
  void add(std::string_view code, int line, std::size_t offset, std::size_t length, std::string message,
           std::string expected, std::string help);
  void fail(std::string_view code, std::string message, std::string expected = {}, std::string help = {});
  void unexpected(std::string_view code, std::string expected, std::string help = {});
  std::string guess(const std::vector<std::string>& allowed) const;

  // Blocks.
  Block block(std::size_t indent);
  void misplaced_block(std::size_t indent);
  void skip_deeper(std::size_t indent);
  Clause clause(Clause::Kind kind) const;
  void body(Clause& clause, std::string expected = "\":\"");
  bool follows(std::size_t indent, std::string_view word);
  bool orphan(bool excused);

  // Statements.
  Statement statement();
  void finish();
  void plain(Statement& statement);
  void queue_word(Statement& statement);
  void store_word(Statement& statement);
  void call(Statement& statement);
  void raise(Statement& statement);
  void share(Statement& statement);
  void await(Statement& statement);
  void send(Statement& statement);
  void hand(Statement& statement);
  void spawn(Statement& statement);
  void assignment(Statement& statement);
  void assertion(Statement& statement);
  void branch(Statement& statement);
  void loop(Statement& statement);
  void attempt(Statement& statement);
  std::uint8_t kinds();

  // Operands.
  int number(int least = 0);
  int number_or(std::optional<VariableRef>& other);
  std::string name(std::string_view what = "the name of a procedure");
  VariableRef variable(std::string_view what);
  VariableRef queue();
  VariableRef store();

  // Conditions.
  Expression condition();
  Expression disjunction();
  Expression conjunction();
  Expression chain(Expression::Kind kind, std::string_view word, Expression (Parser::*part)());
  Expression factor();
  Expression simple_factor();
  Expression comparison();

  const std::vector<ListingLine>& source_;
  std::vector<Line> lines_;  ///< without the blank ones
  std::size_t next_ = 0;     ///< the line that is being read
  std::size_t cursor_ = 0;   ///< its token that is being read
  int block_depth_ = -1;
  int condition_depth_ = 0;
  int except_depth_ = 0;
  std::string_view code_ = "ILK0050";  ///< of syntax errors: in conditions it is another
  std::map<int, Diagnostic> errors_;   ///< by line: one error a line, and in their order
};

// --- Lines -------------------------------------------------------------------------------------

void Parser::split() {
  const std::size_t count = std::min(source_.size(), max_listing_lines);
  for (std::size_t i = 0; i < count; ++i) split_line(static_cast<int>(i));
  if (source_.size() > count) {
    add("ILK0058", static_cast<int>(count), 0, 1, "the listing is too long",
        "at most " + std::to_string(max_listing_lines) + " lines", "move a part into a procedure");
  }
}

void Parser::split_line(int index) {
  const std::string_view text = source_[static_cast<std::size_t>(index)].text;
  const bool too_long = text.size() > max_line_bytes;
  if (too_long) {
    add("ILK0058", index, max_line_bytes, text.size() - max_line_bytes, "the line is too long",
        "at most " + std::to_string(max_line_bytes) + " bytes", "");
  }
  Line line{index, 0, lex_line(too_long ? text.substr(0, max_line_bytes) : text)};
  if (line.tokens.size() == 1) return;
  const std::string_view margin = text.substr(0, line.tokens.front().offset);
  const auto tabs = static_cast<std::size_t>(std::count(margin.begin(), margin.end(), '\t'));
  line.indent = margin.size() + tabs * (tab_width - 1);
  if (tabs > 0) {
    add("ILK0051", index, margin.find('\t'), 1, "a tab in the indentation", "spaces only",
        "write " + std::to_string(tab_width) + " spaces for each tab");
  }
  lines_.push_back(std::move(line));
}

// --- Tokens ------------------------------------------------------------------------------------

bool Parser::accept(std::string_view text) {
  if (!at(text)) return false;
  ++cursor_;
  return true;
}

void Parser::expect(std::string_view text) {
  if (!accept(text)) unexpected(code_, quoted(text), guess({std::string(text)}));
}

/// The value of the word that stands here, which must be in the table.
template <typename Table>
auto Parser::choose(const Table& table) -> decltype(table[0].value) {
  if (const auto* word = find_word(table, token().text)) {
    ++cursor_;
    return word->value;
  }
  const std::vector<std::string> names = texts(table);
  unexpected(code_, one_of(names), guess(names));
  return {};
}

// --- Errors ------------------------------------------------------------------------------------

Position Parser::place(int line, std::size_t offset) const {
  const Position start = source_[static_cast<std::size_t>(line)].at;
  return {start.line, start.column + static_cast<std::uint32_t>(offset)};
}

void Parser::add(std::string_view code, int line, std::size_t offset, std::size_t length, std::string message,
                 std::string expected, std::string help) {
  Diagnostic error;
  error.code = code;
  error.message = std::move(message);
  error.at = place(line, offset);
  error.length = static_cast<std::uint32_t>(std::max<std::size_t>(1, length));
  error.expected = std::move(expected);
  error.help = std::move(help);
  errors_.try_emplace(line, std::move(error));
}

/// An error at the token that stands here; the rest of the line is dropped.
void Parser::fail(std::string_view code, std::string message, std::string expected, std::string help) {
  add(code, line().index, token().offset, token().text.size(), std::move(message), std::move(expected),
      std::move(help));
  cursor_ = line().tokens.size() - 1;
}

void Parser::unexpected(std::string_view code, std::string expected, std::string help) {
  const bool open_string = token().kind == Token::Kind::bad && token().text.front() == '"';
  std::string message = open_string ? "the string does not end"
                        : at_end()  ? "the line ends too early"
                                    : "unexpected " + quoted(token().text);
  if (!open_string && cursor_ > 0) message += " after " + quoted(line().tokens[cursor_ - 1].text);
  if (open_string && help.empty()) help = "put a \" at its end";
  fail(code, std::move(message), std::move(expected), std::move(help));
}

/// "did you mean" for the token that stands here: a false friend of an allowed word, or a misspelt
/// one.
std::string Parser::guess(const std::vector<std::string>& allowed) const {
  for (const auto& [friendly, meant] : false_friends) {
    const std::string_view word = meant.substr(0, meant.find_first_of(" |"));
    const bool fits = std::find(allowed.begin(), allowed.end(), word) != allowed.end();
    if (friendly == token().text && fits) return did_you_mean(meant);
  }
  return did_you_mean(closest_name(token().text, allowed));
}

// --- Blocks ------------------------------------------------------------------------------------

/// The lines from here on that are indented by `indent` (and what is nested in them).
Block Parser::block(std::size_t indent) {
  Block result;
  if (++block_depth_ > max_block_nesting) {
    fail("ILK0058", "blocks are nested too deeply", "at most " + std::to_string(max_block_nesting) + " levels",
         "move a part into a procedure");
    while (!done() && line().indent >= indent) next_line();
  }
  bool excused = false;  // behind a line that was not understood an `else` has lost its `if`
  while (!done() && line().indent >= indent) {
    if (line().indent > indent) {
      misplaced_block(indent);
    } else if (orphan(excused)) {
      skip_deeper(indent);
    } else {
      const int index = line().index;
      result.push_back(statement());
      excused = failed(index);
      if (excused) skip_deeper(indent);
    }
  }
  --block_depth_;
  return result;
}

void Parser::misplaced_block(std::size_t indent) {
  const bool back = next_ > 0 && lines_[next_ - 1].indent > line().indent;
  const std::size_t wanted = indent + source_[static_cast<std::size_t>(line().index)].margin;
  fail("ILK0051", back ? "the indentation fits no line above" : "the line is indented, but begins no block",
       std::to_string(wanted) + (wanted == 1 ? " space" : " spaces"));
  block(line().indent);
}

/// Reads the lines of a block that has no head, for their errors only.
void Parser::skip_deeper(std::size_t indent) {
  if (deeper_than(indent)) block(line().indent);
}

Clause Parser::clause(Clause::Kind kind) const {
  Clause result;
  result.kind = kind;
  result.line = line().index;
  result.at = place(result.line, line().tokens.front().offset);
  return result;
}

/// The colon and the block of a clause.
void Parser::body(Clause& clause, std::string expected) {
  const std::size_t indent = line().indent;
  const Token head = line().tokens.front();
  if (at_end()) {
    fail("ILK0052", "the \":\" is missing", std::move(expected));
  } else if (!accept(":")) {
    unexpected("ILK0056", std::move(expected));
  } else if (!at_end()) {
    fail("ILK0056", "text after the \":\"", "the block on lines of its own, indented");
  }
  next_line();
  if (deeper_than(indent)) {
    clause.block = block(line().indent);
  } else {
    add("ILK0052", clause.line, head.offset, head.text.size(), quoted(head.text) + " has no block",
        "at least one line, indented", "write \"pass\" for an empty block");
  }
}

/// Takes the word if the line is indented so and begins with it.
bool Parser::follows(std::size_t indent, std::string_view word) {
  while (deeper_than(indent)) misplaced_block(indent);   // behind a block, and not as deep: told where it stands
  return !done() && line().indent == indent && accept(word);
}

/// Takes a clause that belongs to no statement.
bool Parser::orphan(bool excused) {
  const bool of_if = at("elif") || at("else");
  if (!of_if && !at("except") && !at("finally") && !at("on")) return false;
  if (!excused) {
    const std::string head = of_if ? "\"if\"" : "\"try\"";
    fail("ILK0055", quoted(at("on") ? "on drop" : token().text) + " without its " + head,
         of_if ? "\"if\", then \"elif\", then \"else\", indented the same"
               : "\"try\", then \"except\", \"finally\", \"on drop\", indented the same");
  }
  next_line();
  return true;
}

// --- Statements --------------------------------------------------------------------------------

const std::vector<Parser::Head>& Parser::heads() {
  static const std::vector<Head> result = [] {
    std::vector<Head> list = {{"call", &Parser::call},       {"raise", &Parser::raise},
                              {"share", &Parser::share},     {"assert", &Parser::assertion},
                              {"await", &Parser::await},     {"hand", &Parser::hand},
                              {"spawn", &Parser::spawn},     {"if", &Parser::branch, true},
                              {"loop", &Parser::loop, true}, {"try", &Parser::attempt, true}};
    for (const auto& word : plain_words) list.push_back({word.text, &Parser::plain});
    for (const auto& word : queue_words) list.push_back({word.text, &Parser::queue_word});
    for (const auto& word : store_words) list.push_back({word.text, &Parser::store_word});
    return list;
  }();
  return result;
}

/// A statement: its line, and for a compound one the lines of its clauses.
Statement Parser::statement() {
  Statement result;
  result.line = line().index;
  result.at = place(result.line, token().offset);
  const Head* head = find_word(heads(), token().text);
  if (head != nullptr) {
    (this->*head->handler)(result);
  } else if (token().kind == Token::Kind::dotted) {
    assignment(result);
  } else {
    std::vector<std::string> names = texts(heads());
    names.insert(names.end(), {"elif", "else", "except", "finally", "on"});
    fail("ILK0050", "unknown statement " + quoted(token().text), "a statement of the language", guess(names));
  }
  if (head == nullptr || !head->compound) finish();
  return result;
}

/// The end of a line that is a whole statement.
void Parser::finish() {
  if (!at_end()) unexpected("ILK0056", "the end of the line");
  next_line();
}

void Parser::plain(Statement& statement) { statement.kind = choose(plain_words); }

void Parser::queue_word(Statement& statement) {
  statement.kind = choose(queue_words);
  statement.variable = queue();
}

void Parser::store_word(Statement& statement) {
  statement.kind = choose(store_words);
  if (statement.kind == Statement::Kind::keep && !accept("in")) {
    const bool forgotten = token().kind == Token::Kind::dotted;
    unexpected(code_, quoted("in"),
               forgotten ? did_you_mean("in " + std::string(token().text)) : guess({std::string("in")}));
  }
  statement.variable = store();
}

void Parser::call(Statement& statement) {
  ++cursor_;
  statement.kind = Statement::Kind::call;
  statement.name = name();
}

void Parser::raise(Statement& statement) {
  statement.kind = Statement::Kind::raise;
  if (line().tokens[cursor_ + 1].kind == Token::Kind::end) {
    if (except_depth_ == 0) {
      fail("ILK0057", "a bare \"raise\" outside \"except\"", "raise error \"text\"",
           "only an \"except\" block has an exception to raise again");
    }
    cursor_ = line().tokens.size() - 1;
    return;
  }
  ++cursor_;
  statement.exception = choose(raise_words);
  if (token().kind != Token::Kind::string) {
    if (!at_end()) unexpected(token().text.front() == '"' ? "ILK0050" : "ILK0056", "a \"text\"");
    return;
  }
  statement.name = token().text.substr(1, token().text.size() - 2);
  ++cursor_;
}

void Parser::share(Statement& statement) {
  ++cursor_;
  statement.kind = Statement::Kind::share;
  statement.number = number(1);  // slots are numbered from 1
}

void Parser::await(Statement& statement) {
  ++cursor_;
  statement.kind = choose(await_words);
  if (statement.kind == Statement::Kind::await_send_request) send(statement);
  const bool reads =
      statement.kind == Statement::Kind::await_receive || statement.kind == Statement::Kind::await_discard;
  if (reads && accept("until")) statement.name = name(kind_of_message);
  if (statement.kind != Statement::Kind::await_turn) return;
  statement.variable = queue();
  statement.timeout = accept("timeout");
}

/// Behind `await send`: what is sent. A command that the protocol need not have stands in quotes.
void Parser::send(Statement& statement) {
  if (token().kind == Token::Kind::word && find_word(send_words, token().text) == nullptr) {
    statement.name = name("a command of the protocol");
    statement.kind = Statement::Kind::await_send_own;
    if (!accept("for")) return;
    expect("client");
    statement.kind = Statement::Kind::await_send_command;
    statement.for_client = true;
    return;
  }
  if (token().kind != Token::Kind::string) {
    statement.kind = choose(send_words);
    return;
  }
  statement.kind = Statement::Kind::await_send_command;
  statement.name = token().text.substr(1, token().text.size() - 2);
  if (statement.name.empty()) return fail("ILK0050", "a command without a name", "a name between the quotes");
  ++cursor_;
}

void Parser::hand(Statement& statement) {
  ++cursor_;
  statement.kind = choose(hand_words);
  expect("to");
  statement.variable = queue();
}

void Parser::spawn(Statement& statement) {
  ++cursor_;
  const bool detached = accept("detached");
  statement.kind = detached ? Statement::Kind::spawn_detached : Statement::Kind::spawn;
  statement.name = name();
}

void Parser::assignment(Statement& statement) {
  statement.variable = variable("a variable");
  if (at("==")) unexpected("ILK0050", one_of(texts(assignment_words)), did_you_mean("="));
  statement.kind = choose(assignment_words);
  if (statement.kind == Statement::Kind::assign) statement.number = number_or(statement.other);
  else statement.number = number();
}

void Parser::assertion(Statement& statement) {
  ++cursor_;
  statement.kind = Statement::Kind::assert_;
  code_ = "ILK0053";
  statement.condition = disjunction();
  code_ = "ILK0050";
  if (token().kind != Token::Kind::string) {
    const std::string expected = "\"and\", \"or\" or a \"text\"";
    unexpected(code_, expected,
               at_end() ? "say what is not so then: assert not conn.dirty \"a dirty connection\"" : "");
    return;
  }
  statement.name = token().text.substr(1, token().text.size() - 2);
  if (statement.name.empty())
    return fail(code_, "an assertion without a text", "what is not so then, between the quotes");
  ++cursor_;
}

void Parser::branch(Statement& statement) {
  const std::size_t indent = line().indent;
  statement.kind = Statement::Kind::branch;
  ++cursor_;
  do {
    Clause when = clause(Clause::Kind::when);
    when.condition = condition();
    body(when);
    statement.clauses.push_back(std::move(when));
  } while (follows(indent, "elif"));
  if (follows(indent, "else")) {
    if (at("if")) unexpected("ILK0056", "\":\"", did_you_mean("elif"));
    body(statement.clauses.emplace_back(clause(Clause::Kind::otherwise)));
  }
}

void Parser::loop(Statement& statement) {
  Clause rounds = clause(Clause::Kind::body);
  ++cursor_;
  if (accept("while")) {
    statement.kind = Statement::Kind::loop_while;
    rounds.condition = condition();
  } else {
    statement.kind = Statement::Kind::loop_times;
    if (token().kind == Token::Kind::number) {
      statement.number = number();
    } else if (const auto* word = find_word(count_words, token().text)) {
      statement.count = word->value;
      ++cursor_;
    } else {
      unexpected("ILK0050", "one of: while, commands, handshake, a number", guess({"while", "commands", "handshake"}));
    }
    expect("times");
  }
  body(rounds);
  statement.clauses.push_back(std::move(rounds));
}

void Parser::attempt(Statement& statement) {
  const std::size_t indent = line().indent;
  const Token head = token();
  statement.kind = Statement::Kind::attempt;
  ++cursor_;
  body(statement.clauses.emplace_back(clause(Clause::Kind::body)));
  while (follows(indent, "except")) {
    Clause except = clause(Clause::Kind::except);
    except.catches = kinds();
    ++except_depth_;
    body(except, "\"|\" or \":\"");
    --except_depth_;
    statement.clauses.push_back(std::move(except));
  }
  if (follows(indent, "finally")) {
    body(statement.clauses.emplace_back(clause(Clause::Kind::finally)));
  }
  if (follows(indent, "on")) {
    expect("drop");
    // A dropped task handles no exception, whatever is around the block.
    const int outside = std::exchange(except_depth_, 0);
    body(statement.clauses.emplace_back(clause(Clause::Kind::on_drop)));
    except_depth_ = outside;
  }
  if (statement.clauses.size() == 1) {
    add("ILK0059", statement.line, head.offset, head.text.size(),
        "\"try\" without \"except\", \"finally\" or \"on drop\"", "at least one of them", "");
  }
}

/// The exceptions of an `except`, as a set.
std::uint8_t Parser::kinds() {
  std::uint8_t result = 0;
  do {
    if (at(":")) {
      unexpected("ILK0050", one_of(texts(except_words)), did_you_mean("cancelled|error"));
    }
    result |= static_cast<std::uint8_t>(1U << static_cast<unsigned>(choose(except_words)));
  } while (accept("|"));
  return result;
}

// --- Operands ----------------------------------------------------------------------------------

int Parser::number(int least) {
  const std::string range = "a number from " + std::to_string(least) + " to " + std::to_string(max_number);
  if (token().kind != Token::Kind::number) {
    unexpected(code_, range);
    return least;
  }
  const int value = value_of(token().text);
  if (value < least || value > max_number) {
    fail("ILK0054", "the number " + quoted(token().text) + " is out of range", range);
    return least;
  }
  ++cursor_;
  return value;
}

/// A number, or a variable that stands in its place.
int Parser::number_or(std::optional<VariableRef>& other) {
  if (token().kind == Token::Kind::dotted) {
    other = variable("a variable");
    return 0;
  }
  if (token().kind == Token::Kind::number) return number();
  unexpected(code_, "a number from 0 to " + std::to_string(max_number) + ", or a variable");
  return 0;
}

std::string Parser::name(std::string_view what) {
  if (token().kind != Token::Kind::word) {
    unexpected(code_, std::string(what));
    return {};
  }
  return std::string(line().tokens[cursor_++].text);
}

VariableRef Parser::variable(std::string_view what) {
  if (token().kind != Token::Kind::dotted) {
    unexpected(code_, std::string(what));
    return {};
  }
  const std::size_t dot = token().text.find('.');
  const std::string_view scope = token().text.substr(0, dot);
  const auto* word = find_word(scope_words, scope);
  if (word == nullptr) {
    const std::string close = closest_name(scope, texts(scope_words));
    const std::string meant = close.empty() ? "" : close + std::string(token().text.substr(dot));
    fail(code_, "unknown scope " + quoted(scope), one_of(texts(scope_words)), did_you_mean(meant));
    return {};
  }
  VariableRef result{word->value, std::string(token().text.substr(dot + 1))};
  ++cursor_;
  return result;
}

VariableRef Parser::queue() {
  static constexpr std::string_view what = "a queue: conn.NAME or pool.NAME";
  for (const auto& [scope, none] :
       {std::pair("op.", "an operation has no queues"), {"socket.", "a socket has no queues"}}) {
    if (!token().text.starts_with(scope) || token().kind != Token::Kind::dotted) continue;
    unexpected(code_, std::string(what), none);
    return {};
  }
  return variable(what);
}

VariableRef Parser::store() {
  static constexpr std::string_view what = "a store: pool.NAME";
  const std::string_view written = token().text;
  const std::size_t dot = written.find('.');
  const bool known = token().kind == Token::Kind::dotted && find_word(scope_words, written.substr(0, dot)) != nullptr;
  if (known && !written.starts_with("pool.")) {
    unexpected(code_, std::string(what),
               "stores are the pool's: " + did_you_mean("pool" + std::string(written.substr(dot))));
    return {};
  }
  return variable(what);
}

// --- Conditions --------------------------------------------------------------------------------

/// The condition of a head; behind it stands the colon.
Expression Parser::condition() {
  code_ = "ILK0053";
  Expression result = disjunction();
  if (!at_end() && !at(":")) unexpected(code_, "\"and\", \"or\" or \":\"", guess({"and", "or"}));
  code_ = "ILK0050";
  return result;
}

Expression Parser::disjunction() { return chain(Expression::Kind::disjunction, "or", &Parser::conjunction); }

Expression Parser::conjunction() { return chain(Expression::Kind::conjunction, "and", &Parser::factor); }

/// part { word part }; a single part stands for itself.
Expression Parser::chain(Expression::Kind kind, std::string_view word, Expression (Parser::*part)()) {
  Expression first = (this->*part)();
  if (!at(word)) return first;
  Expression all;
  all.kind = kind;
  all.operands.push_back(std::move(first));
  while (accept(word)) all.operands.push_back((this->*part)());
  return all;
}

/// Only here conditions recurse, so here the nesting is counted: each "not" and each bracket.
Expression Parser::factor() {
  if (!at("not") && !at("(")) return simple_factor();
  if (condition_depth_ == max_condition_nesting) {
    fail("ILK0058", "the condition is nested too deeply",
         "at most " + std::to_string(max_condition_nesting) + " levels");
    return {};
  }
  ++condition_depth_;
  Expression result;
  if (accept("not")) {
    result.kind = Expression::Kind::negation;
    result.operands.push_back(factor());
  } else {
    ++cursor_;
    result = disjunction();
    expect(")");
  }
  --condition_depth_;
  return result;
}

Expression Parser::simple_factor() {
  if (token().kind == Token::Kind::dotted) return comparison();
  const auto* fact = find_word(fact_words, token().text);
  if (fact == nullptr) {
    const std::vector<std::string> names = texts(fact_words);
    unexpected(code_, one_of(names) + ", a variable", guess(names));
    return {};
  }
  ++cursor_;
  Expression result;
  result.kind = fact->value;
  if (result.kind == Expression::Kind::waiting) result.variable = queue();
  if (result.kind == Expression::Kind::has) result.variable = store();
  if (result.kind == Expression::Kind::got || result.kind == Expression::Kind::saw) result.name = name(kind_of_message);
  return result;
}

Expression Parser::comparison() {
  Expression result;
  result.kind = Expression::Kind::compare;
  result.variable = variable("a variable");
  if (at("=")) unexpected(code_, one_of(texts(comparison_words)), did_you_mean("=="));
  if (const auto* word = find_word(comparison_words, token().text)) {
    ++cursor_;
    result.comparison = word->value;
    result.number = number_or(result.other);
  }
  return result;
}

}  // namespace

Block parse_listing(const std::vector<ListingLine>& lines, Diagnostics& errors) {
  Parser parser(lines);
  Block block = parser.parse();
  parser.report(errors);
  return block;
}

}  // namespace interleak::design
