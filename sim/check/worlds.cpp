#include "sim/check/worlds.hpp"

#include <algorithm>
#include <utility>

#include "sim/check/expectations.hpp"
#include "sim/design/program.hpp"
#include "sim/scenario/reader.hpp"

namespace interleak::check {
namespace {

/// The state must remember which cancelled task still runs.
bool need_prompt(const std::vector<property::Invariant>& invariants) {
  return std::ranges::any_of(
      invariants, [](const property::Invariant& each) { return (each.violated_by & world::fact::kCancelWaits) != 0; });
}

/// What a program depends on of a protocol.
std::vector<std::string> names_known(const protocol::Protocol& protocol) {
  std::vector<std::string> names = protocol::entries_of(protocol);
  names.push_back(protocol.id);
  for (const protocol::Kind& kind : protocol.kinds) names.push_back(kind.name);
  return names;
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
  const Compiled kept = compiled(id, *spoken->protocol, errors);
  if (!kept.program) return nullptr;
  return std::make_shared<world::World>(*spoken, kept.design, kept.program, need_prompt(invariants));
}

std::shared_ptr<const design::Design> Worlds::merged(const std::string& id, Diagnostics& errors) {
  const auto [kept, fresh] = merged_.try_emplace(id);
  if (fresh) {
    if (auto design = find_design(id, errors))
      kept->second = std::make_shared<const design::Design>(std::move(*design));
  }
  return kept->second;
}

bool Worlds::names_protocol(const std::string& id, Diagnostics& errors) {
  const auto design = merged(id, errors);
  return design != nullptr && !design->protocol.empty();
}

Worlds::Compiled Worlds::compiled(const std::string& id, const protocol::Protocol& protocol, Diagnostics& errors) {
  const auto [kept, fresh] = compiled_.try_emplace({id, names_known(protocol)});
  if (!fresh) return kept->second;
  const auto design = merged(id, errors);
  if (design == nullptr) return {};
  Diagnostics found;
  auto program = scenario::compile(*design, found, protocol);
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
