#include "sim/check/worlds.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "sim/check/expectations.hpp"
#include "sim/check/faultless.hpp"
#include "sim/design/program.hpp"
#include "sim/design/uses.hpp"
#include "sim/scenario/reader.hpp"

namespace interleak::check {
namespace {

/// Some invariant looks at one of these facts.
bool look_at(const std::vector<property::Invariant>& invariants, Facts facts) {
  return std::ranges::any_of(invariants,
                             [&](const property::Invariant& each) { return (each.violated_by & facts) != 0; });
}

/// What a program depends on of a protocol.
std::vector<std::string> names_known(const protocol::Protocol& protocol, const std::vector<std::string>& operations) {
  std::vector<std::string> names = protocol::entries_of(protocol);
  names.push_back(protocol.id);
  for (const protocol::Kind& kind : protocol.kinds) names.push_back(kind.name);
  for (const protocol::Command& command : protocol.commands) {   // with how much answers it: that has a limit
    names.push_back(command.name + " " + std::to_string(protocol::messages_of(command)));
  }
  names.insert(names.end(), operations.begin(), operations.end());
  return names;
}

/// Operations that are answered by more than the engine can number, with what the design sends for them.
Diagnostics too_much(const scenario::Scenario& scenario, const design::Design& design, const design::Program& program) {
  Diagnostics errors;
  for (const scenario::Task& task : scenario.tasks) {
    for (const scenario::Operation& operation : task.operations) {
      const std::size_t messages = world::messages_of(scenario, operation, program);
      if (messages <= world::kMaxAnswers) continue;
      Diagnostic& error = errors.emplace_back();
      error.code = "ILK0061";
      error.message = "operation " + operation.does + " may be answered by " + std::to_string(messages) +
                      " messages, with what the listings of " + design.id + " send for it";
      error.file = scenario.file;
      error.at = operation.at;
      error.expected = "at most " + std::to_string(world::kMaxAnswers);
    }
  }
  return errors;
}

}  // namespace

std::optional<std::string> Worlds::add_design(std::string_view text, const std::string& file, Diagnostics& errors) {
  auto id = library_.add(text, file, errors);
  if (id) {   // others may inherit from it
    compiled_.clear();
    merged_.clear();
  }
  return id;
}

std::optional<std::string> Worlds::add_protocol(std::string_view text, const std::string& file, Diagnostics& errors) {
  return protocols_.add(text, file, errors);
}

std::vector<scenario::Scenario> Worlds::scenarios(std::string_view text, const std::string& file,
                                                  Diagnostics& errors) const {
  return scenario::read_scenario(text, file, errors, protocols_);
}

std::optional<design::Design> Worlds::find_design(const std::string& id, Diagnostics& errors) {
  Diagnostics found;
  auto design = library_.find(id, found);
  tell_new(std::move(found), errors);
  return design;
}

std::shared_ptr<const world::World> Worlds::world(const scenario::Scenario& scenario, const std::string& id,
                                                  const std::vector<property::Invariant>& invariants,
                                                  Diagnostics& errors) {
  const auto design = merged(id, errors);
  if (design == nullptr) return nullptr;
  Diagnostics found;
  const auto spoken = scenario::spoken(scenario, *design, protocols_, found);
  tell_new(std::move(found), errors);
  if (!spoken) return nullptr;
  const Compiled kept = compiled(id, *spoken, errors);
  if (!kept.program) return nullptr;
  Diagnostics much = too_much(*spoken, *design, *kept.program);
  std::ranges::move(scenario::kept_too_much(*design, *spoken), std::back_inserter(much));
  if (!much.empty()) {
    tell_new(std::move(much), errors);
    return nullptr;
  }
  std::shared_ptr<const world::Excused> excused;
  if (look_at(invariants, kFailures)) excused = excused_of(*spoken, kept.design, kept.program);
  const bool prompt = look_at(invariants, world::fact::kCancelWaits);
  return std::make_shared<world::World>(*spoken, kept.design, kept.program, prompt, std::move(excused));
}

std::shared_ptr<const design::Design> Worlds::merged(const std::string& id, Diagnostics& errors) {
  const auto [kept, fresh] = merged_.try_emplace(id);
  if (fresh) {
    if (auto design = find_design(id, errors))
      kept->second = std::make_shared<const design::Design>(std::move(*design));
  }
  return kept->second;
}

scenario::DesignAsks Worlds::asked_by(const std::string& id, Diagnostics& errors) {
  const auto design = merged(id, errors);
  if (design == nullptr) return {};
  return {!design->protocol.empty(), design::has_assertions(*design)};
}

bool Worlds::speaks(const scenario::Scenario& scenario, const std::string& id) {
  Diagnostics untold;
  const auto design = library_.find(id, untold);
  if (!design || design->protocol.empty() || protocols_.find(design->protocol) == nullptr) return true;
  if (scenario.names_protocol) return design->protocol == scenario.protocol->id;
  return scenario::spoken(scenario, *design, protocols_, untold).has_value();
}

Worlds::Compiled Worlds::compiled(const std::string& id, const scenario::Scenario& spoken, Diagnostics& errors) {
  const protocol::Protocol& protocol = *spoken.protocol;
  const std::vector<std::string> operations = scenario::own_entries(spoken);
  const auto [kept, fresh] = compiled_.try_emplace({id, names_known(protocol, operations)});
  if (!fresh) return kept->second;
  const auto design = merged(id, errors);
  if (design == nullptr) return {};
  Diagnostics found;
  auto program = scenario::compile(*design, found, protocol, operations);
  tell_new(std::move(found), errors);
  if (!program) return {};
  kept->second = {design, std::make_shared<const design::Program>(std::move(*program))};
  return kept->second;
}

void Worlds::tell_new(Diagnostics found, Diagnostics& errors) {
  for (Diagnostic& error : found) {
    const std::string place = std::to_string(error.at.line) + ":" + std::to_string(error.at.column);
    const std::string key = error.file + ":" + place + ":" + error.code + error.message;
    if (told_.insert(key).second) errors.push_back(std::move(error));
  }
}

std::optional<scenario::Scenario> variant_of(const std::vector<scenario::Scenario>& all, std::string_view variant) {
  const auto found = std::ranges::find(all, variant, &scenario::Scenario::variant);
  if (found == all.end()) return std::nullopt;
  return *found;
}

scenario::Scenario without_expectations(scenario::Scenario scenario) {
  scenario.expectations = {};
  scenario.expected_counts = {};
  scenario.expected_designs = {};
  return scenario;
}

ChosenInvariants choose_invariants(const std::vector<std::string>& names, const scenario::Scenario& scenario) {
  if (names.empty()) return {invariants_of(scenario), {}};
  ChosenInvariants out;
  for (const std::string& name : names) {
    bool any = false;
    for (const property::Invariant& invariant : property::all_invariants()) {
      if (!scenario::glob_match(name, invariant.name)) continue;
      any = true;
      const bool seen = std::ranges::count(out.invariants, invariant.name, &property::Invariant::name) != 0;
      if (!seen) out.invariants.push_back(invariant);
    }
    if (!any) out.unknown.push_back(name);
  }
  return out;
}

}  // namespace interleak::check
