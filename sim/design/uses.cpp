// See uses.hpp.
#include "sim/design/uses.hpp"

#include <algorithm>
#include <string_view>

namespace interleak::design {
namespace {

/// Calls `see` with each statement of a block, those in its clauses included, and with each condition.
template <typename See>
void visit(const Block& block, const See& see) {
  for (const Statement& statement : block) {
    see(statement, nullptr);
    if (statement.kind == Statement::Kind::assert_) see(statement, &statement.condition);
    for (const Clause& clause : statement.clauses) {
      see(statement, &clause.condition);
      visit(clause.block, see);
    }
  }
}

bool names_procedure(const Statement& statement) {
  return statement.kind == Statement::Kind::call || statement.kind == Statement::Kind::spawn ||
         statement.kind == Statement::Kind::spawn_detached;
}

/// What a design declares, and its listings name.
enum class Declared : std::uint8_t { variable, queue, store };

Declared named_by(const Statement& statement) {
  switch (statement.kind) {
    case Statement::Kind::assign:
    case Statement::Kind::add:
    case Statement::Kind::subtract: return Declared::variable;
    case Statement::Kind::keep:
    case Statement::Kind::serve:
    case Statement::Kind::drop: return Declared::store;
    default: return Declared::queue;
  }
}

/// The condition that asks for it.
Expression::Kind asked_by(Declared what) {
  return what == Declared::variable ? Expression::Kind::compare
         : what == Declared::queue  ? Expression::Kind::waiting
                                    : Expression::Kind::has;
}

/// What of these a condition names.
void add_names(const Expression& condition, Declared what, Names& names) {
  if (condition.kind == asked_by(what)) names.emplace(condition.variable.scope, condition.variable.name);
  if (condition.other && what == Declared::variable) names.emplace(condition.other->scope, condition.other->name);
  for (const Expression& part : condition.operands) add_names(part, what, names);
}

Names names_of(const Design& design, const std::vector<std::string>& procedures, Declared what) {
  Names names;
  const auto see = [&](const Statement& statement, const Expression* condition) {
    if (condition != nullptr) return add_names(*condition, what, names);
    const bool any = !statement.variable.name.empty();
    if (any && named_by(statement) == what) names.emplace(statement.variable.scope, statement.variable.name);
    const auto& other = statement.other;
    if (other && what == Declared::variable) names.emplace(other->scope, other->name);
  };
  for (const std::string& name : procedures) visit(design.procedures.at(name).block, see);
  return names;
}

/// What no other procedure calls or spawns.
std::set<std::string> unnamed_procedures(const Design& design) {
  std::set<std::string> unnamed;
  for (const auto& [name, procedure] : design.procedures) unnamed.insert(name);
  for (const auto& [name, procedure] : design.procedures) {
    visit(procedure.block, [&](const Statement& statement, const Expression* condition) {
      if (condition == nullptr && names_procedure(statement) && statement.name != name) unnamed.erase(statement.name);
    });
  }
  return unnamed;
}

}  // namespace

bool is_of_prelude(const std::string& id) { return id == "prelude" || id.starts_with("prelude/"); }

bool is_entry(const std::string& procedure) { return procedure == "execute" || procedure.starts_with("execute_"); }

std::vector<std::string> used_procedures(const Design& design) {
  std::vector<std::string> used;
  std::set<std::string> seen;
  const auto add = [&](const std::string& name) {
    if (design.procedures.count(name) != 0 && seen.insert(name).second) used.push_back(name);
  };
  const bool runs = design.procedures.count("execute") != 0;
  if (runs) add("execute");
  const bool named = runs && !design.protocol.empty();
  const std::set<std::string> unnamed = named ? unnamed_procedures(design) : std::set<std::string>{};
  for (const auto& [name, procedure] : design.procedures) {
    const bool own = !is_of_prelude(procedure.origin) || is_of_prelude(design.id);
    if (runs ? is_entry(name) || (own && unnamed.count(name) != 0) : own) add(name);
  }
  for (std::size_t i = 0; i < used.size(); ++i) {
    visit(design.procedures.at(used[i]).block, [&](const Statement& statement, const Expression* condition) {
      if (condition == nullptr && names_procedure(statement)) add(statement.name);
    });
  }
  return used;
}

Names used_variables(const Design& design, const std::vector<std::string>& procedures) {
  return names_of(design, procedures, Declared::variable);
}

Names used_queues(const Design& design, const std::vector<std::string>& procedures) {
  return names_of(design, procedures, Declared::queue);
}

Names used_stores(const Design& design, const std::vector<std::string>& procedures) {
  return names_of(design, procedures, Declared::store);
}

bool has_assertions(const Design& design) {
  bool found = false;
  for (const auto& [name, procedure] : design.procedures) {
    visit(procedure.block, [&](const Statement& statement, const Expression*) {
      found = found || statement.kind == Statement::Kind::assert_;
    });
  }
  return found;
}

}  // namespace interleak::design
