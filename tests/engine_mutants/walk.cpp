// Two levels: scopes are namespaces and classes, where headers stand before braces; bodies are what runs. A lambda
// is a body inside of an expression, a local class a scope inside of a body.
#include "tests/engine_mutants/walk.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace interleak::engine_mutants {
namespace {

template <std::size_t N>
bool one_of(const Token& token, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return token.is(word); });
}

class Walker {
 public:
  explicit Walker(const Tokens& tokens) : tokens_(tokens) {}

  Code run() {
    scope({0, tokens_.size()});
    return std::move(code_);
  }

 private:
  const Token& at(std::size_t i) const {
    static const Token none{};
    return i < tokens_.size() ? tokens_[i] : none;
  }
  /// Behind the token, or behind the brackets that it opens.
  std::size_t past(std::size_t i) const { return std::max(i, at(i).partner) + 1; }
  /// The first of `words` outside of brackets, or the end.
  template <std::size_t N>
  std::size_t find(Range range, const std::array<std::string_view, N>& words) const {
    std::size_t i = range.begin;
    while (i < range.end && !one_of(at(i), words)) i = past(i);
    return std::min(i, range.end);
  }
  std::size_t find(Range range, std::string_view word) const { return find(range, std::array{word}); }
  bool has(Range range, std::string_view word) const { return find(range, word) < range.end; }

  // --- namespaces and classes

  void scope(Range range) {
    std::size_t begin = range.begin;   // of the header
    for (std::size_t i = range.begin; i < range.end; i = past(i)) {
      const bool access = at(i).is(":") && i == begin + 1 &&
                          one_of(at(begin), std::array<std::string_view, 3>{"public", "private", "protected"});
      if (at(i).is(";") || access) begin = i + 1;
      if (at(i).is("{") && braces({begin, i}, i)) begin = past(i);
    }
  }

  /// True if the declaration is over behind these braces.
  bool braces(Range header, std::size_t open) {
    const Range inside{open + 1, at(open).partner};
    if (has(header, "=") || has(header, "enum") || has(header, "concept")) return false;
    if (has(header, "namespace")) {
      scope(inside);
      return true;
    }
    const std::size_t parameters = find(header, "(");
    if (parameters == header.end) {
      if (has(header, "class") || has(header, "struct") || has(header, "union")) scope(inside);
      return false;
    }
    // In a list of members' initial values braces follow a name; those of the body do not.
    const std::size_t colon = find({past(parameters), header.end}, ":");
    const Token& before = at(open - 1);
    const bool specifier = one_of(before, std::array<std::string_view, 4>{"const", "noexcept", "override", "final"});
    if (colon < header.end && !specifier && (before.kind == Token::Kind::identifier || before.is(">"))) return false;
    function(header, parameters, inside);
    return true;
  }

  void function(Range header, std::size_t parameters, Range inside) {
    if (has(header, "constexpr") || has(header, "consteval")) return;
    const Range type{header.begin, parameters - 1};
    Function function{std::string(at(parameters - 1).text), Function::Result::value};
    if (has(type, "operator")) function.name = "operator" + function.name;
    if (has(type, "auto") || has(type, "decltype") || has(type, "&") || has(type, "operator")) {
      function.result = Function::Result::unknown;
    }
    if (has(type, "void") && !has(type, "*")) function.result = Function::Result::none;
    code_.functions.push_back(function);
    const std::size_t outer = std::exchange(function_, code_.functions.size() - 1);
    const bool outer_lambda = std::exchange(in_lambda_, false);
    statements(inside);
    function_ = outer;
    in_lambda_ = outer_lambda;
  }

  // --- bodies

  void statements(Range range) {
    for (std::size_t i = range.begin; i < range.end;) i = statement({i, range.end});
  }

  /// Returns what is behind it.
  std::size_t statement(Range rest) {
    const std::size_t i = rest.begin;
    if (at(i).is("{")) {
      statements({i + 1, at(i).partner});
      return past(i);
    }
    if (at(i).is("if") || at(i).is("while") || at(i).is("switch")) return headed(rest);
    if (at(i).is("for")) return loop(rest);
    if (at(i).is("else") || at(i).is("do") || at(i).is("try")) return statement({i + 1, rest.end});
    if (at(i).is("catch")) return statement({past(i + 1), rest.end});
    if (at(i).is("case") || (at(i).is("default") && at(i + 1).is(":"))) return find(rest, ":") + 1;
    if (at(i).is("struct") || at(i).is("class")) return local_class(rest);
    return plain(rest);
  }

  std::size_t headed(Range rest) {
    std::size_t open = rest.begin + 1;
    const bool fixed = at(open).is("constexpr");
    if (fixed) ++open;
    Range inside{open + 1, at(open).partner};
    const std::size_t semicolon = find(inside, ";");
    if (semicolon < inside.end) {
      expression({inside.begin, semicolon});
      inside.begin = semicolon + 1;
    }
    if (!fixed) {
      if (!at(rest.begin).is("switch") && !has(inside, "=")) {
        const auto kind = at(rest.begin).is("if") ? Condition::Kind::branch : Condition::Kind::loop;
        code_.conditions.push_back({kind, inside, function_});
      }
      expression(inside);
    }
    const Range behind{past(open), rest.end};
    // Where the condition stays as it is, nothing else leaves the statement out.
    return fixed ? statement(behind) : headed_by(behind);
  }

  /// The statement behind `if (...)`, `for (...)` and the like.
  std::size_t headed_by(Range rest) {
    if (at(rest.begin).is(";")) return rest.begin + 1;
    const std::size_t known = code_.statements.size();
    const std::size_t end = statement(rest);
    const bool own = code_.statements.size() > known && code_.statements[known].range.begin == rest.begin;
    if (own && !at(end).is("else")) code_.statements[known].alone = true;
    return end;
  }

  std::size_t loop(Range rest) {
    const Range inside{rest.begin + 2, at(rest.begin + 1).partner};
    const std::size_t first = find(inside, ";");
    if (first < inside.end) {
      const std::size_t second = find({first + 1, inside.end}, ";");
      expression({inside.begin, first});
      if (second > first + 1) code_.conditions.push_back({Condition::Kind::loop, {first + 1, second}, function_});
      expression({first + 1, second});
      expression({second + 1, inside.end});
    } else {
      expression({find(inside, ":") + 1, inside.end});
    }
    return headed_by({inside.end + 1, rest.end});
  }

  std::size_t local_class(Range rest) {
    const std::size_t end = find(rest, ";");
    const std::size_t open = find(rest, "{");
    if (open < end) scope({open + 1, at(open).partner});
    return end + 1;
  }

  std::size_t plain(Range rest) {
    const std::size_t end = find(rest, ";");
    const Range inside{rest.begin, end};
    const Token& first = at(rest.begin);
    const bool fixed = first.is("using") || first.is("static_assert") || first.is("typedef") || first.is("assert") ||
                       has(inside, "constexpr");
    if (fixed) return end + 1;
    if (const auto kind = kind_of(inside)) {
      code_.statements.push_back({*kind, {rest.begin, end + 1}, function_, in_lambda_});
    }
    expression(inside);
    return end + 1;
  }

  /// Nothing: a declaration, or something else that cannot simply be left out.
  std::optional<Statement::Kind> kind_of(Range inside) const {
    const Token& first = at(inside.begin);
    if (inside.begin == inside.end) return std::nullopt;
    if (first.is("return")) {
      return inside.end == inside.begin + 1 ? Statement::Kind::jump : Statement::Kind::result;
    }
    if (first.is("break") || first.is("continue")) return Statement::Kind::jump;
    std::size_t i = inside.begin;
    if (first.is("++") || first.is("--") || first.is("*")) ++i;
    if (at(i).kind != Token::Kind::identifier) return std::nullopt;
    for (bool name = false; i < inside.end; i = past(i)) {
      if (at(i).kind == Token::Kind::identifier) {
        if (name || one_of(at(i), kNoName)) return std::nullopt;   // two names in a row declare
        name = true;
        continue;
      }
      if (one_of(at(i), kAssigns)) return Statement::Kind::simple;
      if (!one_of(at(i), std::array<std::string_view, 6>{"::", ".", "->", "(", "[", "<"})) return std::nullopt;
      name = at(i).is("<") && at(at(i).partner + 1).kind == Token::Kind::identifier;
    }
    const bool moves = first.is("++") || first.is("--");
    return moves || at(inside.end - 1).is(")") ? std::optional(Statement::Kind::simple) : std::nullopt;
  }

  static constexpr std::array<std::string_view, 13> kNoName = {"const",    "static",    "auto",     "throw", "delete",
                                                               "goto",     "co_return", "co_yield", "int",   "bool",
                                                               "unsigned", "char",      "typename"};
  static constexpr std::array<std::string_view, 13> kAssigns = {
      "=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "++", "--"};

  // --- expressions

  void expression(Range range) {
    Expression found{range, function_, {}, {}};
    live(range, false, found);
    if (!found.tokens.empty()) code_.expressions.push_back(std::move(found));
  }

  void live(Range range, bool in_braces, Expression& found) {
    for (std::size_t i = range.begin; i < range.end;) {
      if (const std::size_t body = lambda_at(i); body != 0) {
        const bool outer = std::exchange(in_lambda_, true);
        statements({body + 1, at(body).partner});
        in_lambda_ = outer;
        i = past(body);
      } else if (one_of(at(i), kAsksCompiler)) {
        i = at(i + 1).is("(") ? past(i + 1) : i + 1;
      } else if (at(i).is("<") && at(i).partner != i) {
        i = past(i);
      } else if (at(i).partner > i) {
        live({i + 1, at(i).partner}, at(i).is("{"), found);
        i = past(i);
      } else {
        found.tokens.push_back(i);
        found.in_braces.push_back(in_braces);
        ++i;
      }
    }
  }

  static constexpr std::array<std::string_view, 7> kAsksCompiler = {"sizeof", "decltype", "noexcept",     "alignof",
                                                                    "assert", "requires", "static_assert"};

  /// The brace that opens the body of a lambda that begins here; 0: none does.
  std::size_t lambda_at(std::size_t i) const {
    if (!at(i).is("[") || at(i).partner == i) return 0;
    const Token& before = at(i - 1);
    const bool index =
        before.is(")") || before.is("]") || (before.kind == Token::Kind::identifier && !before.is("return"));
    if (index) return 0;
    std::size_t next = past(i);
    if (at(next).is("<")) next = past(next);
    if (at(next).is("(")) next = past(next);
    while (next < tokens_.size() && !one_of(at(next), std::array<std::string_view, 4>{"{", ";", ")", ","})) {
      next = past(next);   // mutable, -> type
    }
    return at(next).is("{") ? next : 0;
  }

  const Tokens& tokens_;
  Code code_;
  std::size_t function_ = 0;
  bool in_lambda_ = false;
};

}  // namespace

Code code_of(const Tokens& tokens) { return Walker(tokens).run(); }

}  // namespace interleak::engine_mutants
