// What of a C++ file runs: its functions, their statements, conditions and expressions, by position. No parser of
// the language, but enough of one for well formatted code; what it does not understand it leaves out.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/engine_mutants/lexer.hpp"

namespace interleak::engine_mutants {

struct Function {
  std::string name;
  /// What `return` may do there beside what it does.
  enum class Result { none, value, unknown } result = Result::unknown;
};

/// Tokens `begin` to `end` - 1.
struct Range {
  std::size_t begin = 0, end = 0;
};

struct Statement {
  enum class Kind { simple, jump, result } kind = Kind::simple;   ///< jump: break, continue, return without a value
  Range range;                                                    ///< with its semicolon
  std::size_t function = 0;
  bool in_lambda = false;
  bool alone = false;   ///< all that an `if` without an `else`, or a loop, does
};

struct Condition {
  enum class Kind { branch, loop } kind = Kind::branch;
  Range range;
  std::size_t function = 0;
};

struct Expression {
  Range range;
  std::size_t function = 0;
  std::vector<std::size_t> tokens;    ///< those that are evaluated: without types, lambdas, assertions
  std::vector<bool> in_braces;        ///< of each: directly in {}, where no number may become narrower
};

struct Code {
  std::vector<Function> functions;
  std::vector<Statement> statements;
  std::vector<Condition> conditions;
  std::vector<Expression> expressions;
};

Code code_of(const Tokens& tokens);

}  // namespace interleak::engine_mutants
