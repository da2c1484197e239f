// The parser of listings: every statement, every error at its exact place with its suggestion, the
// limits, recovery, the round trip through the printer, and random soups of tokens.
#include <iterator>
#include <random>
#include <sstream>

#include "sim/design/lexer.hpp"
#include "sim/design/parse.hpp"
#include "sim/design/print.hpp"
#include "tests/catch.hpp"

namespace {

using namespace interleak;
using namespace interleak::design;

using Lines = std::vector<std::string>;
using StatementKind = Statement::Kind;
using ExpressionKind = Expression::Kind;

/// As in a JSON file: line i of the listing stands on line 10 + i, its text begins in column 5.
std::vector<ListingLine> place(const Lines& lines) {
  std::vector<ListingLine> result;
  for (const std::string& line : lines) {
    result.push_back({line, {10 + static_cast<std::uint32_t>(result.size()), 5}});
  }
  return result;
}

Block parse(const Lines& lines) {
  Diagnostics errors;
  Block block = parse_listing(place(lines), errors);
  for (const Diagnostic& error : errors) {
    FAIL_CHECK(error.code << " at line " << error.at.line << ": " << error.message);
  }
  return block;
}

Diagnostics errors_of(const Lines& lines) {
  Diagnostics errors;
  parse_listing(place(lines), errors);
  return errors;
}

/// "CODE line:column+length help" with line and column counted from 0 in the listing; one a line.
std::string summary(const Lines& lines) {
  std::ostringstream out;
  for (const Diagnostic& error : errors_of(lines)) {
    out << (out.tellp() > 0 ? "\n" : "") << error.code << " " << error.at.line - 10 << ":" << error.at.column - 5 << "+"
        << error.length;
    if (error.help.starts_with("did you mean")) out << " " << error.help;
  }
  return out.str();
}

Statement only(const std::string& line) {
  const Block block = parse({line});
  REQUIRE(block.size() == 1);
  return block.front();
}

Expression condition(const std::string& text) {
  const Block block = parse({"if " + text + ":", " pass"});
  REQUIRE(block.size() == 1);
  return block.front().clauses.front().condition;
}

Lines nested_blocks(int levels) {
  Lines lines;
  for (int i = 0; i < levels; ++i) {
    lines.push_back(std::string(static_cast<std::size_t>(i), ' ') + "if always:");
  }
  lines.push_back(std::string(static_cast<std::size_t>(levels), ' ') + "pass");
  return lines;
}

std::string repeat(const std::string& text, int times) {
  std::string result;
  while (times-- > 0) result += text;
  return result;
}

const Lines every_statement = {
    "pass",
    "call acquire",
    "raise error",
    "raise error \"# no comment\"",
    "raise rejected \"busy\"",
    "op.tries = 0",
    "conn.owed += 255",
    "pool.size -= 1",
    "take",
    "share 2",
    "put",
    "close",
    "await connect",
    "await send request",
    "await send handshake",
    "await receive",
    "await discard",
    "await turn pool.waiters",
    "await child",
    "await close",
    "await pause",
    "yield",
    "join conn.lockers",
    "leave conn.lockers",
    "wake conn.lockers",
    "hand reply to conn.pending",
    "hand conn to pool.waiters",
    "keep in pool.cache",
    "serve pool.cache",
    "drop pool.cache",
    "spawn reader",
    "spawn detached reader",
    "if available:",
    "    pass",
    "elif connected and not readable or mine:",
    "    pass",
    "elif woken and (waiting conn.lockers or op.tries):",
    "    pass",
    "elif not has pool.cache:",
    "    pass",
    "else:",
    "    pass",
    "loop 3 times:",
    "    pass",
    "loop commands times:",
    "    pass",
    "loop handshake times:",
    "    pass",
    "loop while op.tries > 0:",
    "    op.tries -= 1",
    "try:",
    "    pass",
    "except cancelled:",
    "    raise",
    "except cancelled|error:",
    "    pass",
    "finally:",
    "    pass",
    "on drop:",
    "    put",
    "return",
};

}  // namespace

TEST_CASE("every statement is printed as it was written", "[parse]") {
  CHECK(print_listing(parse(every_statement)) == every_statement);
}

TEST_CASE("simple statements", "[parse]") {
  CHECK(only("pass").kind == StatementKind::pass);
  CHECK(only("return").kind == StatementKind::return_);
  CHECK(only("await send request").kind == StatementKind::await_send_request);
  CHECK(only("await send handshake").kind == StatementKind::await_send_handshake);
  CHECK(only("await close").kind == StatementKind::await_close);
  CHECK(only("close").kind == StatementKind::close);
  CHECK(only("share 4").number == 4);
  CHECK(only("spawn detached reader").kind == StatementKind::spawn_detached);
  CHECK(only("spawn detached reader").name == "reader");
  CHECK(only("call take").name == "take");

  const Statement add = only("conn.owed += 2");
  CHECK(add.kind == StatementKind::add);
  CHECK(add.variable == VariableRef{Scope::conn, "owed"});
  CHECK(add.number == 2);

  const Statement hand = only("hand conn to pool.waiters");
  CHECK(hand.kind == StatementKind::hand_conn);
  CHECK(hand.variable == VariableRef{Scope::pool, "waiters"});

  const Statement keep = only("keep in pool.cache");
  CHECK(keep.kind == StatementKind::keep);
  CHECK(keep.variable == VariableRef{Scope::pool, "cache"});
  CHECK(only("serve pool.cache").kind == StatementKind::serve);
  CHECK(only("drop pool.cache").kind == StatementKind::drop);

  const Statement raise = only("raise rejected \"too # busy\"  # comment");
  CHECK(raise.exception == Exception::rejected);
  CHECK(raise.name == "too # busy");
  CHECK(only("raise error").name.empty());
}

TEST_CASE("loops and their counts", "[parse]") {
  CHECK(parse({"loop 255 times:", " pass"})[0].number == 255);
  CHECK(parse({"loop commands times:", " pass"})[0].count == Statement::Count::commands);
  CHECK(parse({"loop handshake times:", " pass"})[0].count == Statement::Count::handshake);
  const Statement loop = parse({"loop while readable:", " await discard"})[0];
  CHECK(loop.kind == StatementKind::loop_while);
  CHECK(loop.clauses[0].kind == Clause::Kind::body);
  CHECK(loop.clauses[0].condition.kind == ExpressionKind::readable);
}

TEST_CASE("clauses know their lines; positions are those of the file", "[parse]") {
  const Block block = parse({"# first", "", "try:", "    take  # inside", "except error|cancelled:", "  close",
                             "  raise", "finally:", "      put"});
  REQUIRE(block.size() == 1);
  const Statement& attempt = block[0];
  CHECK(attempt.line == 2);
  CHECK(attempt.at == Position{12, 5});
  REQUIRE(attempt.clauses.size() == 3);
  CHECK(attempt.clauses[0].block[0].line == 3);
  CHECK(attempt.clauses[0].block[0].at == Position{13, 9});
  CHECK(attempt.clauses[1].kind == Clause::Kind::except);
  CHECK(attempt.clauses[1].catches == 0b110);
  CHECK(attempt.clauses[1].line == 4);
  CHECK(attempt.clauses[1].block[1].exception == Exception::none);
  CHECK(attempt.clauses[2].kind == Clause::Kind::finally);
  CHECK(attempt.clauses[2].at == Position{17, 5});
}

TEST_CASE("conditions", "[parse]") {
  const Expression bare = condition("op.tries");
  CHECK(bare.kind == ExpressionKind::compare);
  CHECK(bare.comparison == Expression::Comparison::unequal);
  CHECK(bare.number == 0);

  const Expression either = condition("mine or woken and readable");
  CHECK(either.kind == ExpressionKind::disjunction);
  REQUIRE(either.operands.size() == 2);
  CHECK(either.operands[1].kind == ExpressionKind::conjunction);

  const Expression denied = condition("not op.x>=3");
  CHECK(denied.kind == ExpressionKind::negation);
  CHECK(denied.operands[0].comparison == Expression::Comparison::greater_equal);
  CHECK(denied.operands[0].number == 3);

  CHECK(condition("waiting pool.q").variable == VariableRef{Scope::pool, "q"});
  CHECK(condition("has pool.cache").kind == ExpressionKind::has);
  CHECK(condition("has pool.cache").variable == VariableRef{Scope::pool, "cache"});
}

TEST_CASE("conditions keep only the brackets they need", "[print]") {
  using Pair = std::pair<std::string, std::string>;
  const auto [written, printed] = GENERATE(table<std::string, std::string>(
      {Pair{"((always))", "always"}, Pair{"op.a!=0", "op.a"}, Pair{"not (op.a == 1)", "not op.a == 1"},
       Pair{"(mine and woken) or always", "mine and woken or always"},
       Pair{"(mine or woken) and always", "(mine or woken) and always"},
       Pair{"(mine and woken) and always", "(mine and woken) and always"},
       Pair{"mine or (woken or always)", "mine or (woken or always)"},
       Pair{"not(mine and woken)", "not (mine and woken)"}, Pair{"not not mine", "not not mine"}}));
  CHECK(print_condition(condition(written)) == printed);
  CHECK(print_condition(condition(printed)) == printed);
}

TEST_CASE("an empty listing has no statements", "[parse]") {
  CHECK(parse({}).empty());
  CHECK(parse({"", "   ", "  # only this", "\t"}).empty());
}

TEST_CASE("ILK0050: no statement of the language", "[parse][errors]") {
  CHECK(summary({"awiat connect"}) == "ILK0050 0:0+5 did you mean \"await\"?");
  CHECK(summary({"recieve"}) == "ILK0050 0:0+7");
  CHECK(summary({"receive"}) == "ILK0050 0:0+7 did you mean \"await receive\"?");
  CHECK(summary({"while mine:", " pass"}) == "ILK0050 0:0+5 did you mean \"loop while\"?");
  CHECK(summary({"await recieve"}) == "ILK0050 0:6+7 did you mean \"receive\"?");
  CHECK(summary({"await"}) == "ILK0050 0:5+1");
  CHECK(summary({"await send 5"}) == "ILK0050 0:11+1");
  CHECK(summary({"await send GET for alice"}) == "ILK0050 0:19+5");
  CHECK(summary({"con.x = 1"}) == "ILK0050 0:0+5 did you mean \"conn.x\"?");
  CHECK(summary({"op.x == 1"}) == "ILK0050 0:5+2 did you mean \"=\"?");
  CHECK(summary({"op.x += op.y"}) == "ILK0050 0:8+4");
  CHECK(summary({"join op.q"}) == "ILK0050 0:5+4");
  CHECK(summary({"hand reply pool.q"}) == "ILK0050 0:11+6");
  CHECK(summary({"call"}) == "ILK0050 0:4+1");
  CHECK(summary({"raise eror"}) == "ILK0050 0:6+4 did you mean \"error\"?");
  CHECK(summary({"raise error \"open"}) == "ILK0050 0:12+5");
  CHECK(summary({"loop three times:", " pass"}) == "ILK0050 0:5+5");
  CHECK(summary({"op.a.b = 1"}) == "ILK0050 0:0+6");
  CHECK(summary({"\xc3\xa4\xc3\xb6"}) == "ILK0050 0:0+4");
}

TEST_CASE("ILK0050: what is no store", "[parse][errors]") {
  CHECK(summary({"keep pool.cache"}) == "ILK0050 0:5+10 did you mean \"in pool.cache\"?");
  CHECK(errors_of({"keep pool.cache"})[0].expected == "\"in\"");
  CHECK(summary({"keep"}) == "ILK0050 0:4+1");
  CHECK(summary({"keep inn pool.cache"}) == "ILK0050 0:5+3 did you mean \"in\"?");
  CHECK(summary({"keep in cache"}) == "ILK0050 0:8+5");
  CHECK(summary({"store pool.cache"}) == "ILK0050 0:0+5 did you mean \"keep in\"?");
  CHECK(summary({"srve pool.cache"}) == "ILK0050 0:0+4 did you mean \"serve\"?");
  CHECK(summary({"serve in pool.cache"}) == "ILK0050 0:6+2");
  CHECK(summary({"serve pol.cache"}) == "ILK0050 0:6+9 did you mean \"pool.cache\"?");
  CHECK(summary({"drop pool.cache now"}) == "ILK0056 0:16+3");
  for (const char* scope : {"op", "conn"}) {
    const Diagnostics errors = errors_of({"drop " + std::string(scope) + ".cache"});
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].expected == "a store: pool.NAME");
    CHECK(errors[0].help == "stores are the pool's: did you mean \"pool.cache\"?");
  }
}

TEST_CASE("ILK0050: what is no set of exceptions", "[parse][errors]") {
  const auto of = [](const std::string& head) { return summary({"try:", " pass", head, " pass"}); };
  CHECK(of("except any:") == "ILK0050 2:7+3 did you mean \"cancelled|error\"?");
  CHECK(of("except:") == "ILK0050 2:6+1 did you mean \"cancelled|error\"?");
  CHECK(of("except canceled:") == "ILK0050 2:7+8 did you mean \"cancelled\"?");
  CHECK(of("except rejected:") == "ILK0050 2:7+8 did you mean \"error\"?");
  CHECK(of("except error, cancelled:") == "ILK0056 2:12+1");
}

TEST_CASE("ILK0051: indentation", "[parse][errors]") {
  CHECK(summary({"pass", "  pass"}) == "ILK0051 1:2+4");
  CHECK(summary({"  pass"}) == "ILK0051 0:2+4");
  CHECK(summary({"if mine:", "    pass", "  pass"}) == "ILK0051 2:2+4");
  CHECK(summary({"try:", "    pass", "  pass", "finally:", "    pass"}) == "ILK0051 2:2+4");
  CHECK(summary({"if mine:", "\tpass"}) == "ILK0051 1:0+1");
  CHECK(errors_of({"if mine:", "\tpass"})[0].help == "write 4 spaces for each tab");
}

TEST_CASE("ILK0052: a block is missing", "[parse][errors]") {
  CHECK(summary({"if mine:", "pass"}) == "ILK0052 0:0+2");
  CHECK(summary({"loop 2 times:"}) == "ILK0052 0:0+4");
  CHECK(summary({"if mine", "    pass"}) == "ILK0052 0:7+1");
  CHECK(summary({"if mine:", " pass", "else:", "# nothing"}) == "ILK0052 2:0+4");
}

TEST_CASE("ILK0053: a condition", "[parse][errors]") {
  CHECK(summary({"if conected:", " pass"}) == "ILK0053 0:3+8 did you mean \"connected\"?");
  CHECK(summary({"if op.x = 1:", " pass"}) == "ILK0053 0:8+1 did you mean \"==\"?");
  CHECK(summary({"if op.x > :", " pass"}) == "ILK0053 0:10+1");
  CHECK(summary({"if (mine:", " pass"}) == "ILK0053 0:8+1");
  CHECK(summary({"if mine adn woken:", " pass"}) == "ILK0053 0:8+3 did you mean \"and\"?");
  CHECK(summary({"if waiting op.q:", " pass"}) == "ILK0053 0:11+4");
  CHECK(summary({"if has conn.cache:", " pass"}) == "ILK0053 0:7+10");
  CHECK(summary({"if has:", " pass"}) == "ILK0053 0:6+1");
  CHECK(summary({"loop while True:", " pass"}) == "ILK0053 0:11+4 did you mean \"always\"?");
  CHECK(summary({"if:", " pass"}) == "ILK0053 0:2+1");
}

TEST_CASE("ILK0054: a number out of range", "[parse][errors]") {
  CHECK(summary({"op.x = 256"}) == "ILK0054 0:7+3");
  CHECK(summary({"op.x = -1"}) == "ILK0054 0:7+2");
  CHECK(summary({"share 0"}) == "ILK0054 0:6+1");
  CHECK(summary({"loop 99999999999999999999 times:", " pass"}) == "ILK0054 0:5+20");
  CHECK(summary({"if op.x > 300:", " pass"}) == "ILK0054 0:10+3");
  CHECK(errors_of({"op.x = 256"})[0].expected == "a number from 0 to 255");
}

TEST_CASE("ILK0055: a clause without its head", "[parse][errors]") {
  CHECK(summary({"else:", " pass"}) == "ILK0055 0:0+4");
  CHECK(summary({"elif mine:", " pass"}) == "ILK0055 0:0+4");
  CHECK(summary({"except error:", " pass"}) == "ILK0055 0:0+6");
  CHECK(summary({"finally:", " pass"}) == "ILK0055 0:0+7");
  CHECK(summary({"on drop:", " pass"}) == "ILK0055 0:0+2");
  CHECK(summary({"if mine:", " pass", "else:", " pass", "elif mine:", " pass"}) == "ILK0055 4:0+4");
  CHECK(summary({"try:", " pass", "finally:", " pass", "except error:", " pass"}) == "ILK0055 4:0+6");
}

TEST_CASE("ILK0056: text behind the end", "[parse][errors]") {
  CHECK(summary({"put put"}) == "ILK0056 0:4+3");
  CHECK(summary({"pass\t"}) == "ILK0056 0:4+1");
  CHECK(summary({"raise error text"}) == "ILK0056 0:12+4");
  CHECK(summary({"if mine: pass"}) == "ILK0056 0:9+4");
  CHECK(summary({"if mine:", " pass", "else if mine:", " pass"}) == "ILK0056 2:5+2 did you mean \"elif\"?");
}

TEST_CASE("ILK0057: a bare raise outside except", "[parse][errors]") {
  CHECK(summary({"raise"}) == "ILK0057 0:0+5");
  CHECK(summary({"try:", " raise", "finally:", " raise"}) == "ILK0057 1:1+5\nILK0057 3:1+5");
  CHECK(summary({"try:", " pass", "except error:", " if mine:", "  raise"}).empty());
  CHECK(summary({"try:", " pass", "except error:", " try:", "  pass", " on drop:", "  raise"}) == "ILK0057 6:2+5");
}

TEST_CASE("ILK0058: limits", "[parse][errors]") {
  CHECK(summary({"pass" + std::string(396, ' ')}).empty());
  CHECK(summary({"pass" + std::string(397, ' ')}) == "ILK0058 0:400+1");
  CHECK(summary(Lines(1000, "pass")).empty());
  CHECK(summary(Lines(1002, "pass")) == "ILK0058 1000:0+1");
  CHECK(summary(nested_blocks(24)).empty());
  CHECK(summary(nested_blocks(25)) == "ILK0058 25:25+4");
  CHECK(summary(nested_blocks(300)).starts_with("ILK0058 25:25+2"));
  const auto with = [](const std::string& text) { return summary({"if " + text + ":", " pass"}); };
  CHECK(with(repeat("(", 24) + "mine" + repeat(")", 24)).empty());
  CHECK(with(repeat("not ", 24) + "mine").empty());
  CHECK(with(repeat("not ", 25) + "mine") == "ILK0058 0:99+3");
  CHECK(with(repeat("(", 390)) == "ILK0058 0:27+1");
}

TEST_CASE("ILK0059: try alone", "[parse][errors]") {
  CHECK(summary({"try:", " pass"}) == "ILK0059 0:0+3");
  CHECK(summary({"try:", " pass", "on drop:", " pass"}).empty());
}

TEST_CASE("all errors are reported, one a line and in order", "[parse][errors]") {
  CHECK(summary({"putt putt", "try:", "    op.x = 999 999", "iff mine:", "    tkae", "else:", "    pass", "share"}) ==
        "ILK0050 0:0+4 did you mean \"put\"?\n"
        "ILK0059 1:0+3\n"
        "ILK0054 2:11+3\n"
        "ILK0050 3:0+3 did you mean \"if\"?\n"
        "ILK0050 4:4+4 did you mean \"take\"?\n"
        "ILK0050 7:5+1");
}

TEST_CASE("messages stay readable whatever the text", "[parse][errors]") {
  CHECK(errors_of({"\x01"})[0].message == "unknown statement \"?\"");
  CHECK(errors_of({"put\tput"})[0].message == "unexpected \"\\t\" after \"put\"");
  CHECK(errors_of({std::string(50, 'x')})[0].message == "unknown statement \"" + std::string(40, 'x') + "...\"");
  CHECK(errors_of({"put " + repeat("\xe2\x82\xac", 20)})[0].message ==
        "unexpected \"" + repeat("\xe2\x82\xac", 13) + "...\" after \"put\"");
}

TEST_CASE("the closest name", "[parse]") {
  const Lines names = {"release", "acquire", "lock", "unlock"};
  CHECK(closest_name("relaese", names) == "release");
  CHECK(closest_name("aquire", names) == "acquire");
  CHECK(closest_name("lokc", names) == "lock");
  CHECK(closest_name("unlok", names) == "unlock");
  CHECK(closest_name("lock", names) == "lock");
  CHECK(closest_name("drain", names).empty());
  CHECK(closest_name("", names).empty());
  CHECK(closest_name("x", {"a"}).empty());
  CHECK(closest_name(std::string(100000, 'x'), names).empty());
}

/// The whole table.
std::size_t distance_of(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

TEST_CASE("the closest name is the first of the least distance", "[parse]") {
  std::mt19937 random(3);
  const auto word = [&](std::size_t most) {
    std::string text;
    for (std::size_t i = 1 + random() % most; i > 0; --i) text += static_cast<char>('a' + random() % 3);
    return text;
  };
  std::size_t found = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::string wrong = word(14);
    Lines names;
    for (int i = 0; i < 6; ++i) names.push_back(word(16));
    std::string closest;
    std::size_t limit = std::min(std::max<std::size_t>(1, wrong.size() / 3) + 1, wrong.size());
    for (const std::string& name : names) {
      if (distance_of(wrong, name) >= limit) continue;
      limit = distance_of(wrong, name);
      closest = name;
    }
    found += closest.empty() ? 0 : 1;
    INFO(wrong);
    REQUIRE(closest_name(wrong, names) == closest);
  }
  CHECK(found > 300);
}

TEST_CASE("no number of names makes the search for the closest one long", "[parse]") {
  const std::string wrong(120, 'x');
  Lines names(200'000, std::string(100, 'x') + std::string(30, 'y'));   // 16,000 entries of a table each
  CHECK(closest_name(wrong, names) == names[0]);
  names.emplace_back(std::string(119, 'x') + "y");
  CHECK(closest_name(wrong, names) == names[0]);                        // it was not looked at any more
}

TEST_CASE("a random soup of tokens does not crash, and survives the round trip", "[parse]") {
  static constexpr const char* words[] = {
      "pass",     "call",  "return",  "raise",    "error",   "rejected",  "\"text\"", "op.x",    "conn.q", "pool.q",
      "=",        "+=",    "-=",      "0",        "7",       "255",       "256",      "take",    "share",  "put",
      "close",    "await", "connect", "send",     "request", "turn",      "child",    "yield",   "join",   "hand",
      "reply",    "to",    "spawn",   "detached", "reader",  "if",        "elif",     "else",    ":",      "loop",
      "commands", "times", "while",   "try",      "except",  "cancelled", "|",        "finally", "on",     "drop",
      "not",      "(",     ")",       "and",      "or",      "mine",      "waiting",  "#"};
  std::mt19937 random(1);
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random()) % limit; };
  std::size_t valid = 0;
  for (int round = 0; round < 4000; ++round) {
    Lines lines(1 + below(6));
    for (std::string& line : lines) {
      line = below(2) == 0 ? every_statement[below(every_statement.size())] : "";
      if (line.empty()) line = std::string(below(3) * 4, ' ');
      const bool empty = line.find_first_not_of(' ') == line.npos;
      for (std::size_t n = below(empty ? 6 : 2); n > 0; --n) {
        line += std::string(" ") + words[below(std::size(words))];
      }
    }
    Diagnostics errors;
    const Block block = parse_listing(place(lines), errors);
    REQUIRE(errors.size() <= lines.size());
    if (!errors.empty()) continue;
    ++valid;
    REQUIRE(same_listing(parse(print_listing(block)), block));
  }
  CHECK(valid > 100);
}
