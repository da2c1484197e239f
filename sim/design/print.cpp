// The printer reads the tables of vocabulary.hpp backwards. A condition gets brackets where its
// parent binds as strongly or stronger: the parser flattens `a and b and c`, so a conjunction that
// is an operand of a conjunction was written with brackets, and gets them again.
#include "sim/design/print.hpp"

#include <algorithm>
#include <string_view>

#include "sim/design/vocabulary.hpp"

namespace interleak::design {
namespace {

using ExpressionKind = Expression::Kind;
using StatementKind = Statement::Kind;

std::string reference(const VariableRef& ref) { return std::string(text_of(scope_words, ref.scope)) + "." + ref.name; }

/// Whether `inner` needs brackets as an operand of `outer`.
bool bracketed(ExpressionKind outer, ExpressionKind inner) {
  if (inner == ExpressionKind::disjunction) return true;
  return inner == ExpressionKind::conjunction && outer != ExpressionKind::disjunction;
}

std::string operand(const Expression& outer, const Expression& inner) {
  const std::string text = print_condition(inner);
  return bracketed(outer.kind, inner.kind) ? "(" + text + ")" : text;
}

std::string chain(const Expression& all, std::string_view word) {
  std::string result;
  for (const Expression& part : all.operands) {
    if (!result.empty()) result.append(" ").append(word).append(" ");
    result += operand(all, part);
  }
  return result;
}

std::string number_or(const std::optional<VariableRef>& other, int number) {
  return other ? reference(*other) : std::to_string(number);
}

std::string comparison(const Expression& expression) {
  std::string variable = reference(expression.variable);
  if (expression.comparison == Expression::Comparison::unequal && expression.number == 0 && !expression.other) {
    return variable;
  }
  return variable + " " + std::string(text_of(comparison_words, expression.comparison)) + " " +
         number_or(expression.other, expression.number);
}

std::string raise(const Statement& statement) {
  if (statement.exception == Exception::none) return "raise";
  std::string result = "raise ";
  result += text_of(raise_words, statement.exception);
  return statement.name.empty() ? result : result + " \"" + statement.name + "\"";
}

std::string await(const Statement& statement) {
  if (const std::string_view sent = text_of(send_words, statement.kind); !sent.empty()) {
    return "await send " + std::string(sent);
  }
  if (statement.kind == StatementKind::await_send_command) {
    if (statement.for_client) return "await send " + statement.name + " for client";
    return "await send \"" + statement.name + "\"";
  }
  if (statement.kind == StatementKind::await_send_own) return "await send " + statement.name;
  std::string result = "await " + std::string(text_of(await_words, statement.kind));
  if (!statement.name.empty()) return result + " until " + statement.name;
  if (statement.kind != StatementKind::await_turn) return result;
  return result + " " + reference(statement.variable) + (statement.timeout ? " timeout" : "");
}

/// The line of a statement that has no clauses.
std::string simple(const Statement& statement) {
  const StatementKind kind = statement.kind;
  if (const std::string_view word = text_of(plain_words, kind); !word.empty()) {
    return std::string(word);
  }
  if (const std::string_view word = text_of(queue_words, kind); !word.empty()) {
    return std::string(word) + " " + reference(statement.variable);
  }
  if (const std::string_view word = text_of(store_words, kind); !word.empty()) {
    return std::string(word) + (kind == StatementKind::keep ? " in " : " ") + reference(statement.variable);
  }
  if (const std::string_view word = text_of(assignment_words, kind); !word.empty()) {
    return reference(statement.variable) + " " + std::string(word) + " " + number_or(statement.other, statement.number);
  }
  if (const std::string_view word = text_of(hand_words, kind); !word.empty()) {
    return "hand " + std::string(word) + " to " + reference(statement.variable);
  }
  if (kind == StatementKind::assert_) {
    return "assert " + print_condition(statement.condition) + " \"" + statement.name + "\"";
  }
  if (kind == StatementKind::call) return "call " + statement.name;
  if (kind == StatementKind::raise) return raise(statement);
  if (kind == StatementKind::share) return "share " + std::to_string(statement.number);
  if (kind == StatementKind::spawn) return "spawn " + statement.name;
  if (kind == StatementKind::spawn_detached) return "spawn detached " + statement.name;
  return await(statement);
}

std::string loop(const Statement& statement, const Clause& clause) {
  if (statement.kind == StatementKind::loop_while) {
    return "loop while " + print_condition(clause.condition);
  }
  const std::string_view word = text_of(count_words, statement.count);
  const std::string count = word.empty() ? std::to_string(statement.number) : std::string(word);
  return "loop " + count + " times";
}

std::string kinds(const Clause& clause) {
  std::string result;
  for (const auto& [text, exception] : except_words) {
    if ((clause.catches >> static_cast<unsigned>(exception) & 1U) == 0) continue;
    result.append(result.empty() ? "" : "|").append(text);
  }
  return result;
}

/// The head line of a clause, without its colon.
std::string head(const Statement& statement, const Clause& clause) {
  const bool first = &clause == &statement.clauses.front();
  switch (clause.kind) {
    case Clause::Kind::when: return (first ? "if " : "elif ") + print_condition(clause.condition);
    case Clause::Kind::otherwise: return "else";
    case Clause::Kind::except: return "except " + kinds(clause);
    case Clause::Kind::finally: return "finally";
    case Clause::Kind::on_drop: return "on drop";
    case Clause::Kind::body: break;
  }
  return statement.kind == StatementKind::attempt ? "try" : loop(statement, clause);
}

void print_block(const Block& block, std::size_t indent, std::vector<std::string>& lines) {
  const std::string margin(indent, ' ');
  for (const Statement& statement : block) {
    if (statement.clauses.empty()) lines.push_back(margin + simple(statement));
    for (const Clause& clause : statement.clauses) {
      lines.push_back(margin + head(statement, clause) + ":");
      print_block(clause.block, indent + 4, lines);
    }
  }
}

bool same_expression(const Expression& a, const Expression& b) {
  return a.kind == b.kind && a.variable == b.variable && a.name == b.name && a.comparison == b.comparison &&
         a.number == b.number && a.other == b.other &&
         std::equal(a.operands.begin(), a.operands.end(), b.operands.begin(), b.operands.end(), same_expression);
}

bool same_clause(const Clause& a, const Clause& b) {
  return a.kind == b.kind && same_expression(a.condition, b.condition) && a.catches == b.catches &&
         same_listing(a.block, b.block);
}

bool same_statement(const Statement& a, const Statement& b) {
  return a.kind == b.kind && a.name == b.name && a.variable == b.variable && a.number == b.number &&
         a.other == b.other && same_expression(a.condition, b.condition) && a.count == b.count &&
         a.exception == b.exception && a.timeout == b.timeout &&
         std::equal(a.clauses.begin(), a.clauses.end(), b.clauses.begin(), b.clauses.end(), same_clause);
}

}  // namespace

std::vector<std::string> print_listing(const Block& block) {
  std::vector<std::string> lines;
  print_block(block, 0, lines);
  return lines;
}

std::string print_condition(const Expression& condition) {
  switch (condition.kind) {
    case ExpressionKind::compare: return comparison(condition);
    case ExpressionKind::negation: return "not " + operand(condition, condition.operands.front());
    case ExpressionKind::conjunction: return chain(condition, "and");
    case ExpressionKind::disjunction: return chain(condition, "or");
    case ExpressionKind::waiting:
    case ExpressionKind::has:
      return std::string(text_of(fact_words, condition.kind)) + " " + reference(condition.variable);
    case ExpressionKind::got:
    case ExpressionKind::saw: return std::string(text_of(fact_words, condition.kind)) + " " + condition.name;
    default: return std::string(text_of(fact_words, condition.kind));
  }
}

bool same_listing(const Block& a, const Block& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_statement);
}

}  // namespace interleak::design
