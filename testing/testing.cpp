// See interleak/testing.hpp. It reads files, so it is no part of the simulator; it knows nothing of
// terminals, flags and threads, so it is no part of the command either.
#define INTERLEAK_NO_SHORT_NAMES
#include "testing/interleak/testing.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>

#include "reports/diagnostics.hpp"
#include "reports/result.hpp"
#include "reports/text.hpp"
#include "sim/check/analysis.hpp"
#include "sim/check/expectations.hpp"
#include "sim/design/program.hpp"
#include "sim/scenario/reader.hpp"
#include "tools/embedded.hpp"

namespace interleak::suite {
namespace {

constexpr int kWidth = 74;   // Catch2 breaks lines at 80, behind its indentation

bool is_file_name(const std::string& name) { return name.ends_with(".json"); }

/// One call of check(): the files that it read, and what was wrong with them.
class Reading {
 public:
  Reading() {
    for (const embedded::File& file : embedded::designs()) {
      library_.add(file.text, std::string(file.path), errors_);
    }
  }

  /// The id of a design file, or the id that was given.
  std::string design_id(const std::string& design) {
    if (!is_file_name(design)) {
      if (!library_.contains(design)) say("ILK0016", design, "no design of that name, and no .json file");
      return design;
    }
    const auto text = read(design);
    return text ? library_.add(*text, design, errors_).value_or("") : "";
  }

  std::optional<scenario::Scenario> scenario(const std::string& name, const std::string& variant) {
    for (scenario::Scenario& each : scenarios(name)) {
      if (each.variant == variant) return std::move(each);
    }
    if (errors_.empty()) say("ILK0016", name, "the scenario has no variant \"" + variant + "\"");
    return std::nullopt;
  }

  std::shared_ptr<const world::World> world(const scenario::Scenario& scenario, const std::string& id,
                                            const std::vector<property::Invariant>& invariants) {
    const auto design = library_.find(id, errors_);
    const auto program = design ? design::compile(*design, errors_) : std::nullopt;
    if (!program || !errors_.empty()) return nullptr;
    const bool prompt = std::any_of(invariants.begin(), invariants.end(), [](const auto& i) {
      return (i.violated_by & world::fact::kCancelWaits) != 0;
    });
    return std::make_shared<world::World>(scenario, *design, *program, prompt);
  }

  std::vector<property::Invariant> invariants(const std::vector<std::string>& names,
                                              const scenario::Scenario& scenario) {
    if (names.empty()) return check::invariants_of(scenario);
    std::vector<property::Invariant> chosen;
    for (const property::Invariant& invariant : property::all_invariants()) {
      const bool named = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return scenario::glob_match(name, invariant.name);
      });
      if (named) chosen.push_back(invariant);
    }
    for (const std::string& name : names) {
      const bool known = std::any_of(chosen.begin(), chosen.end(), [&](const auto& invariant) {
        return scenario::glob_match(name, invariant.name);
      });
      if (!known) say("ILK0016", name, "no invariant of that name");
    }
    return chosen;
  }

  bool failed() const { return !errors_.empty(); }
  std::string errors_text() const {
    const auto source = [&](const std::string& file) -> std::optional<std::string_view> {
      const auto found = sources_.find(file);
      if (found == sources_.end()) return std::nullopt;
      return found->second;
    };
    return reports::render(errors_, source, false, true);
  }

 private:
  void say(const std::string& code, const std::string& file, const std::string& message) {
    Diagnostic error;
    error.code = code;
    error.message = message;
    error.file = file;
    errors_.push_back(std::move(error));
  }

  std::optional<std::string> read(const std::string& path) {
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    std::string text(scenario::kMaxFileBytes + 1, '\0');
    if (in) in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in && !in.eof()) {
      say("ILK0008", path, std::string("cannot be read: ") + std::strerror(errno));
      return std::nullopt;
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    sources_[path] = text;
    return text;
  }

  std::vector<scenario::Scenario> scenarios(const std::string& name) {
    std::error_code ignored;
    if (!std::filesystem::exists(name, ignored)) {
      const std::string path = "scenarios/" + name + (is_file_name(name) ? "" : ".json");
      for (const embedded::File& file : embedded::scenarios()) {
        if (file.path == path) return scenario::read_scenario(file.text, path, errors_);
      }
    }
    const auto text = read(name);
    return text ? scenario::read_scenario(*text, name, errors_) : std::vector<scenario::Scenario>();
  }

  scenario::DesignLibrary library_;
  std::map<std::string, std::string> sources_;
  Diagnostics errors_;
};

Verdict verdict_of(check::Verdict verdict) {
  switch (verdict) {
    case check::Verdict::holds: return Verdict::holds;
    case check::Verdict::violated: return Verdict::violated;
    default: return Verdict::unknown;
  }
}

Outcome outcome_of(reports::Result result) {
  for (const check::Judgement& judgement : result.analysis.judgements) {
    result.traces.emplace_back();
    if (judgement.verdict != check::Verdict::violated) continue;
    result.traces.back() = words::trace(*result.world, judgement.witness);
  }
  Outcome outcome;
  outcome.verdict = verdict_of(reports::verdict_of(result.analysis));
  reports::TextOptions options;
  options.style = {.colour = false, .ascii = true, .width = kWidth};
  outcome.text = reports::run_text(result, options);
  const int gravest = reports::gravest_violation(result.analysis);
  if (gravest >= 0) outcome.schedule = result.analysis.judgements[static_cast<std::size_t>(gravest)].schedule;
  return outcome;
}

}  // namespace

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds: return "holds";
    case Verdict::violated: return "violated";
    case Verdict::unknown: return "unknown";
    default: return "invalid";
  }
}

Outcome check(const std::string& scenario, const std::string& design, const Options& options) {
  Reading reading;
  for (const std::string& file : options.designs) reading.design_id(file);
  const std::string id = reading.design_id(design);
  const auto chosen = reading.scenario(scenario, options.variant);
  if (reading.failed()) return {Verdict::invalid, reading.errors_text(), ""};
  const auto invariants = reading.invariants(options.invariants, *chosen);
  reports::Result result;
  if (!reading.failed()) result.world = reading.world(*chosen, id, invariants);
  if (reading.failed()) return {Verdict::invalid, reading.errors_text(), ""};
  result.replay_words = {scenario, "-d", design};
  for (const std::string& file : options.designs) result.replay_words.insert(result.replay_words.end(), {"-L", file});
  if (!options.variant.empty()) result.replay_words.insert(result.replay_words.end(), {"--variant", options.variant});
  check::Options search;
  search.budget = {.max_states = options.max_states, .max_depth = 0, .max_bytes = options.max_bytes};
  result.analysis = interleak::check::analyse(*result.world, invariants, search);
  return outcome_of(std::move(result));
}

}  // namespace interleak::suite
