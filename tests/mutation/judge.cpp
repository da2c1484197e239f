// A change is tried on its own design and on all that extend it, as far as they compile to something
// else. Stored witnesses are replayed first, then the cases are explored, the cheapest first, each
// with a budget of some times the states that it has without the change.
#include "tests/mutation/judge.hpp"

#include "sim/check/faultless.hpp"
#include "sim/scenario/reader.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <thread>
#include <utility>

namespace interleak::mutation {
namespace {

/// States a mutant may have where the original has `n`. Beyond that the case is inconclusive, which
/// counts as noticed: `interleak check` would fail for it, or count other schedules.
constexpr std::uint64_t budget_for(std::uint64_t n) { return 8 * n + 20'000; }

/// Does jobs 0 to n-1 on some threads.
void parallel(std::size_t n, int workers, const std::function<void(std::size_t)>& job) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < workers; ++i) {
    threads.emplace_back([&] {
      for (std::size_t at = next++; at < n; at = next++) job(at);
    });
  }
}

void append(std::string& key, int number) { key += std::to_string(number) + ","; }

void append(std::string& key, const design::Test& test) {
  append(key, static_cast<int>(test.kind));
  append(key, static_cast<int>(test.scope));
  append(key, test.index);
  append(key, static_cast<int>(test.comparison));
  append(key, test.number);
  key += "(";
  for (const design::Test& operand : test.operands) append(key, operand);
  key += ")";
}

std::string key_of(const design::Design& design, const design::Program& program) {
  std::string key;
  append(key, static_cast<int>(design.order));
  append(key, design.cluster);
  append(key, static_cast<int>(design.readers));
  append(key, static_cast<int>(design.send_suspends));
  for (const std::string& command : design.handshake) key += command + ",";
  for (const design::Instruction& i : program.code) {
    key += "\n";
    for (const int part :
         {static_cast<int>(i.op), int{i.a}, int{i.b}, int{i.number}, int{i.target}, int{i.handler}, int{i.drop}}) {
      append(key, part);
    }
  }
  for (const design::Pc entry : program.entries) append(key, entry);
  for (const design::Test& test : program.tests) append(key, test);
  for (const auto* first : {&program.op_initial, &program.conn_initial, &program.pool_initial}) {
    key += ";";
    for (const std::uint8_t value : *first) append(key, value);
  }
  return key;
}

/// The names of operations that procedures of the same name may run, in some scenario of the tree.
std::vector<std::string> own_entries(const Tree& tree) {
  std::set<std::string> names;
  for (const scenario::Scenario& scenario : tree.scenarios) {
    for (std::string& name : scenario::own_entries(scenario)) names.insert(std::move(name));
  }
  return {names.begin(), names.end()};
}

std::optional<Compiled> compile(const scenario::DesignLibrary& library, const std::string& id,
                                const std::vector<std::string>& entries) {
  Diagnostics errors;
  auto design = library.find(id, errors);
  if (!design) return std::nullopt;
  const auto protocol =
      design->protocol.empty() ? scenario::standard_protocol() : scenario::built_in_protocols().find(design->protocol);
  if (protocol == nullptr) return std::nullopt;
  auto program = scenario::compile(*design, errors, *protocol, entries);
  if (!program) return std::nullopt;
  std::string key = key_of(*design, *program);
  return Compiled{std::move(*design), std::move(*program), std::move(key)};
}

world::World world_of(const ShippedCase& each, const Compiled& compiled) {
  const auto looks_at = [&](Facts facts) {
    return std::ranges::any_of(each.expectations.invariants,
                               [&](const auto& invariant) { return (invariant.violated_by & facts) != 0; });
  };
  const auto design = std::make_shared<const design::Design>(compiled.design);
  const auto program = std::make_shared<const design::Program>(compiled.program);
  std::shared_ptr<const world::Excused> excused;
  if (looks_at(check::kFailures)) excused = check::excused_of(*each.scenario, design, program);
  return {*each.scenario, design, program, looks_at(world::fact::kCancelWaits), std::move(excused)};
}

check::Analysis analysis_of(const ShippedCase& each, const world::World& world, std::uint64_t max_states) {
  check::Options options;
  options.counts = each.expectations.counts.has_value();
  options.budget.max_states = max_states;
  options.budget.max_bytes = 512ull << 20;
  return check::analyse(world, each.expectations.invariants, options);
}

std::string scenario_name(const scenario::Scenario& scenario) {
  return scenario.variant.empty() ? scenario.id : scenario.id + ":" + scenario.variant;
}

std::string failure_text(const ShippedCase& each, const check::Failure& failure) {
  return scenario_name(*each.scenario) + ", " + each.expectations.design + ": " +
         std::string(check::failure_name(failure.kind)) + ": " +
         (failure.invariant.empty() ? "" : failure.invariant + ": ") + failure.message;
}

/// Everything that an exploration shows, as text; empty: it did not see everything.
std::string shown(const scenario::Scenario& scenario, const Compiled& compiled) {
  const std::string& speaks = compiled.design.protocol;
  if (!speaks.empty() && speaks != scenario.protocol->id) return {};   // it was compiled for other servers
  std::vector<property::Invariant> judged;   // what failures say needs a search of its own, and no behaviour
  std::ranges::copy_if(property::all_invariants(), std::back_inserter(judged),
                       [](const property::Invariant& one) { return (one.violated_by & check::kFailures) == 0; });
  const ShippedCase each{&scenario, {compiled.design.id, judged, {}, {}}, 0};
  const world::World world = world_of(each, compiled);
  check::Options options;
  options.budget.max_states = 30'000;
  const check::Analysis analysis = check::analyse(world, each.expectations.invariants, options);
  if (!analysis.counts) return analysis.diverges ? "diverges " + analysis.diverges_schedule : "";
  std::string text = analysis.counts->schedules.str();
  for (const auto* group : {&analysis.counts->by_outcome, &analysis.counts->by_finding}) {
    for (const auto& [name, count] : *group) text += " " + name + " " + count.str();
  }
  for (const check::Judgement& judgement : analysis.judgements) text += "\n" + judgement.schedule;
  return text;
}

/// The first stored witness that no longer shows what it did; empty: all do.
std::string stale_witness(const ShippedCase& each, const world::World& world) {
  for (const property::Invariant& invariant : each.expectations.invariants) {
    const auto found = each.expectations.expected.find(std::string(invariant.name));
    if (found == each.expectations.expected.end() || found->second.witness.empty()) continue;
    const std::string why = check::why_not_shown(world, invariant, found->second.witness);
    if (why.empty()) continue;
    return failure_text(each, {check::FailureKind::stale_witness, found->first, why});
  }
  return {};
}

}  // namespace

/// A change that compiles, with the designs that it makes different.
struct Judge::Mutation {
  bool refused = false;
  std::map<std::string, Compiled> designs;
};

Judge::Judge(const Tree& tree, int workers, std::vector<std::string>& faults)
    : tree_(tree), workers_(workers), entries_(own_entries(tree)) {
  for (const std::string& id : tree.library.ids()) {
    auto compiled = compile(tree.library, id, entries_);
    if (!compiled) {
      faults.push_back(id + ": does not compile");
      return;
    }
    designs_.emplace(id, std::move(*compiled));
  }
  Diagnostics errors;
  for (const scenario::Scenario& scenario : tree.scenarios) {
    for (check::Case& each : check::cases_of(scenario, tree.library.ids(), errors)) {
      cases_.push_back({&scenario, std::move(each), 0});
    }
  }
  for (const Diagnostic& error : errors) faults.push_back(error.file + ": " + error.message);
  std::vector<std::string> failed(cases_.size());
  std::vector<check::Analysis> analyses(cases_.size());
  parallel(cases_.size(), workers_, [&](std::size_t i) {
    const world::World world = world_of(cases_[i], designs_.at(cases_[i].expectations.design));
    analyses[i] = analysis_of(cases_[i], world, 0);
    cases_[i].states = analyses[i].states;
    const auto failures = check::failures_of(cases_[i].expectations, world, analyses[i]);
    if (!failures.empty()) failed[i] = failure_text(cases_[i], failures[0]);
  });
  for (const check::Analysis& analysis : analyses) {
    for (const check::LineCoverage& each : analysis.coverage) {
      const std::string place = each.line.procedure + ":" + std::to_string(each.line.line);
      ran_[each.line.origin + " " + place] |= each.ran;
    }
  }
  for (std::string& each : failed) {
    if (!each.empty()) faults.push_back(std::move(each));
  }
  std::stable_sort(cases_.begin(), cases_.end(),
                   [](const ShippedCase& a, const ShippedCase& b) { return a.states < b.states; });
}

namespace {

/// True if the change can make a difference to the design: a listing of the same name may stand in
/// its place there.
bool concerns(const Change& change, const std::string& file_id, const Compiled& design) {
  if (change.procedure.empty()) return true;
  const auto found = design.design.procedures.find(change.procedure);
  return found != design.design.procedures.end() && found->second.origin == file_id;
}

}  // namespace

Judge::Mutation Judge::compiled(const Change& change) const {
  Mutation mutation;
  scenario::DesignLibrary library = tree_.library;
  Diagnostics errors;
  mutation.refused = !library.add(change.text, tree_.files[change.file].path, errors);
  for (const auto& [id, original] : designs_) {
    if (mutation.refused) break;
    if (!concerns(change, tree_.files[change.file].id, original)) continue;
    auto compiled = compile(library, id, entries_);
    if (!compiled) {
      mutation.refused = true;
    } else if (compiled->key != original.key) {
      mutation.designs.emplace(id, std::move(*compiled));
    }
  }
  return mutation;
}

/// True if some design runs the procedure, as this file says it.
bool Judge::reached(const Change& change) const {
  const std::string& origin = tree_.files[change.file].id;
  return std::any_of(designs_.begin(), designs_.end(), [&](const auto& entry) {
    const auto& lines = entry.second.program.lines;
    return std::any_of(lines.begin(), lines.end(), [&](const design::SourceLine& line) {
      return line.origin == origin && line.procedure == change.procedure;
    });
  });
}

/// What helps to find the reason of a survivor.
std::string Judge::known(const Change& change, std::size_t cases) const {
  const std::string all = std::to_string(cases) + " cases notice nothing";
  const auto line = ran_.find(tree_.files[change.file].id + " " + change.place);
  const bool asleep = line != ran_.end() && !line->second;
  return asleep ? all + "; this line never runs" : all;
}

Fate Judge::tried(const Change& change, const Mutation& mutation) const {
  std::vector<const ShippedCase*> affected;
  for (const ShippedCase& each : cases_) {
    if (mutation.designs.count(each.expectations.design) != 0) affected.push_back(&each);
  }
  for (const ShippedCase* each : affected) {
    const world::World world = world_of(*each, mutation.designs.at(each->expectations.design));
    std::string stale = stale_witness(*each, world);
    if (!stale.empty()) return {Fate::Kind::noticed, std::move(stale)};
  }
  for (const ShippedCase* each : affected) {
    const world::World world = world_of(*each, mutation.designs.at(each->expectations.design));
    const check::Analysis analysis = analysis_of(*each, world, budget_for(each->states));
    const auto failures = check::failures_of(each->expectations, world, analysis);
    if (!failures.empty()) return {Fate::Kind::noticed, failure_text(*each, failures[0])};
  }
  return {Fate::Kind::survived, known(change, affected.size())};
}

std::vector<Fate> Judge::fates(const std::vector<Change>& changes) const {
  std::vector<Fate> fates(changes.size());
  std::vector<Mutation> mutations(changes.size());
  parallel(changes.size(), workers_, [&](std::size_t i) { mutations[i] = compiled(changes[i]); });

  std::set<std::string> seen;
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    std::string key = std::to_string(changes[i].file);
    for (const auto& [id, compiled] : mutations[i].designs) key += "\n" + id + "\n" + compiled.key;
    if (mutations[i].refused) {
      fates[i] = {Fate::Kind::refused, "does not compile"};
    } else if (mutations[i].designs.empty()) {
      const bool dead = !changes[i].procedure.empty() && !reached(changes[i]);
      fates[i].kind = dead ? Fate::Kind::survived : Fate::Kind::same;
      fates[i].why = dead ? "no design runs this procedure" : "compiles to the same";
    } else if (!seen.insert(std::move(key)).second) {
      fates[i] = {Fate::Kind::repeated, "compiles to what another mutant compiles to"};
    } else {
      open.push_back(i);
    }
  }
  parallel(open.size(), workers_, [&](std::size_t i) {
    fates[open[i]] = tried(changes[open[i]], mutations[open[i]]);
    mutations[open[i]].designs.clear();
  });
  return fates;
}

std::vector<std::string> Judge::told_apart(const std::vector<Change>& changes,
                                           const std::vector<scenario::Scenario>& probes) const {
  std::vector<std::map<std::string, std::string>> before(probes.size());
  parallel(probes.size(), workers_, [&](std::size_t i) {
    for (const auto& [id, original] : designs_) before[i][id] = shown(probes[i], original);
  });
  std::vector<std::string> out(changes.size());
  parallel(changes.size(), workers_, [&](std::size_t i) {
    const Mutation mutation = compiled(changes[i]);
    for (std::size_t probe = 0; probe < probes.size() && out[i].empty(); ++probe) {
      for (const auto& [id, changed] : mutation.designs) {
        const std::string& original = before[probe].at(id);
        if (original.empty() || shown(probes[probe], changed) == original) continue;
        out[i] = scenario_name(probes[probe]) + ", " + id;
        break;
      }
    }
  });
  return out;
}

}  // namespace interleak::mutation
