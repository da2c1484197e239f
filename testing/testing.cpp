// See interleak/testing.hpp. It reads files, so it is no part of the simulator; it knows nothing of
// terminals, flags and threads, so it is no part of the command either.
#define INTERLEAK_NO_SHORT_NAMES
#include "testing/interleak/testing.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "reports/diagnostics.hpp"
#include "reports/result.hpp"
#include "reports/style.hpp"
#include "reports/text.hpp"
#include "sim/check/analysis.hpp"
#include "sim/check/worlds.hpp"
#include "sim/design/parse.hpp"
#include "sim/scenario/design_head.hpp"
#include "sim/scenario/json.hpp"
#include "sim/scenario/reader.hpp"
#include "tools/design_files.hpp"
#include "tools/embedded.hpp"

namespace interleak::suite {
namespace {

constexpr int kWidth = 74;   // Catch2 breaks lines at 80, behind its indentation

constexpr const char* kInTest = "the old name works for now: change it in the test that calls interleak::check with it";

/// Null: none is called so. What begins with "scenarios/" is a file of the program's, also where it is missing.
const embedded::File* shipped_scenario(const std::string& name) {
  return name.starts_with("scenarios/") ? nullptr : embedded::find_scenario(name);
}

/// A shipped scenario by its name of today; a name of before is told on standard error.
std::string scenario_of_today(const std::string& name) {
  std::error_code ignored;
  if (name.starts_with("scenarios/") || std::filesystem::exists(name, ignored)) return name;
  const auto now = embedded::moved_to(name);
  if (now) std::fputs(embedded::moved_text(name, *now, kInTest).c_str(), stderr);
  return now.value_or(name);
}

/// One call of check(): the files that it read, and what was wrong with them.
class Reading {
 public:
  Reading() {
    for (const embedded::File& file : embedded::designs()) {
      worlds_.add_design(file.text, std::string(file.path), errors_);
    }
  }

  /// The id of a design file, or the id that was given. What nobody knows of it, the design or what it extends, is
  /// looked for beside the scenario, if that is a file.
  std::string design_id(const std::string& design, const std::string& scenario) {
    std::string id = design;
    if (tools::named_as_design(design)) {
      const auto text = read(design);
      id = text ? worlds_.add_design(*text, design, errors_).value_or("") : "";
      if (id.empty()) return id;
      files_[id] = design;
    }
    find_beside(id, scenario);
    if (!worlds_.library().contains(id)) {
      say("ILK0016", id, "no design of that name, and no .pool or .json file");
      const std::string guess = design::closest_name(id, worlds_.library().ids());
      if (!guess.empty()) errors_.back().help = "did you mean " + scenario::quote(guess) + "?";
    }
    return id;
  }

  std::optional<scenario::Scenario> scenario(const std::string& name, const std::string& variant) {
    auto chosen = check::variant_of(scenarios(name), variant);
    if (!chosen && errors_.empty()) say("ILK0016", name, "the scenario has no variant \"" + variant + "\"");
    return chosen;
  }

  std::shared_ptr<const world::World> world(const scenario::Scenario& scenario, const std::string& id,
                                            const std::vector<property::Invariant>& invariants) {
    return worlds_.world(scenario, id, invariants, errors_);
  }

  std::vector<property::Invariant> invariants(const std::vector<std::string>& names,
                                              const scenario::Scenario& scenario) {
    check::ChosenInvariants chosen = check::choose_invariants(names, scenario);
    for (const std::string& name : chosen.unknown) say("ILK0016", name, "no invariant of that name");
    if (!names.empty()) {   // the gravest first, in whatever order they were named
      std::ranges::sort(chosen.invariants, {}, [](const auto& each) { return property::find_invariant(each.name); });
    }
    return std::move(chosen.invariants);
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

  void find_beside(const std::string& id, const std::string& scenario) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(scenario, ignored)) return;
    std::vector<std::string> open = {id};
    std::set<std::string> seen = {id};
    while (!open.empty()) {
      const std::string each = std::move(open.back());
      open.pop_back();
      if (!worlds_.library().contains(each) && !add_beside(each, tools::folder_of(scenario))) continue;
      const auto file = files_.find(each);
      if (file == files_.end()) continue;   // built in
      for (std::string& parent : scenario::design_head(sources_.at(file->second), file->second).extends) {
        if (seen.insert(parent).second) open.push_back(std::move(parent));
      }
    }
  }

  /// False: no file there has it, or what they say is an error.
  bool add_beside(const std::string& id, const std::string& folder) {
    if (!beside_) beside_ = tools::designs_in(folder);
    const tools::DesignFile* first = nullptr;
    for (const tools::DesignFile& each : beside_->designs) {
      if (each.id != id) continue;
      if (first == nullptr) first = &each;
      if (each.text == first->text) continue;
      say("ILK0016", first->file,
          "there is another design " + scenario::quote(id) + " in " + scenario::quote(each.file));
      return false;
    }
    if (first == nullptr) return false;
    sources_[first->file] = first->text;
    if (!worlds_.add_design(first->text, first->file, errors_)) return false;
    files_[id] = first->file;
    const std::string told = id + " in " + reports::printable(first->file);
    std::fprintf(stderr, "interleak: found beside the scenario: %s\n", told.c_str());
    return true;
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
    const embedded::File* shipped = std::filesystem::exists(name, ignored) ? nullptr : shipped_scenario(name);
    if (shipped != nullptr) return worlds_.scenarios(shipped->text, std::string(shipped->path), errors_);
    const auto text = read(name);
    return text ? worlds_.scenarios(*text, name, errors_) : std::vector<scenario::Scenario>();
  }

  check::Worlds worlds_;
  std::map<std::string, std::string> sources_;
  std::map<std::string, std::string> files_;   ///< id -> its file, of what is not built in
  std::optional<tools::DesignFolder> beside_;   ///< the folder of the scenario, once it was looked at
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
  const std::string name = scenario_of_today(scenario);
  for (const std::string& file : options.designs) reading.design_id(file, name);
  const std::string id = reading.design_id(design, name);
  const auto chosen = reading.scenario(name, options.variant);
  if (reading.failed()) return {Verdict::invalid, reading.errors_text(), ""};
  const auto invariants = reading.invariants(options.invariants, *chosen);
  reports::Result result;
  if (!reading.failed()) result.world = reading.world(*chosen, id, invariants);
  if (reading.failed()) return {Verdict::invalid, reading.errors_text(), ""};
  result.replay_words = {name, "-d", design};
  for (const std::string& file : options.designs) result.replay_words.insert(result.replay_words.end(), {"-L", file});
  if (!options.variant.empty()) result.replay_words.insert(result.replay_words.end(), {"--variant", options.variant});
  check::Options search;
  search.budget = {.max_states = options.max_states, .max_depth = 0, .max_bytes = options.max_bytes};
  const auto judged = reading.invariants(options.invariants, result.world->scenario());
  result.analysis = interleak::check::analyse(*result.world, judged, search);
  return outcome_of(std::move(result));
}

}  // namespace interleak::suite
