// Flags that several verbs share, in one spelling, and what they come to: where output goes, how it
// looks, how far a search may go.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "reports/result.hpp"
#include "reports/text.hpp"
#include "tools/engine.hpp"
#include "tools/session.hpp"
#include "tools/terminal.hpp"

namespace interleak::tools {

/// Standard output, or what stands at a path (whole_file.hpp), written when all of it is there.
class Output {
 public:
  /// `path` empty: standard output.
  explicit Output(std::string path) : path_(std::move(path)) {}
  /// Throws Failure(74) if it cannot be written.
  void write(std::string text);
  /// Throws Failure(74).
  void finish();

 private:
  std::string path_, text_;
};

struct OutputFlags {
  bool json = false, timings = false;
  int quiet = 0;                 ///< -q: verdict lines only; -qq: nothing
  bool verbose = false;
  std::string file;
  TerminalFlags terminal;

  void add_to(CLI::App& app);
  reports::Style style() const;         ///< of the output
  reports::Style error_style() const;   ///< of standard error
  reports::TextOptions text_options() const;
};

class VerdictCache;

struct SearchFlags {
  std::vector<std::string> designs, invariants, libraries, variants;
  check::Overrides overrides;
  check::Budget budget;
  std::optional<std::chrono::milliseconds> max_time;
  int threads = 0;               ///< 0: as many as the machine has
  bool no_progress = false, no_counts = false, no_reduction = false;
  std::string certificate;       ///< `run`: file for the certificate; empty: none
  std::string why = "never";     ///< whether witnesses are explained: auto, always, never
  check::WhichNumbers numbers = check::WhichNumbers::none;
  VerdictCache* cache = nullptr; ///< what is known already is not explored; null: none

  /// Which designs, files and variants; for all verbs that make worlds.
  void add_selection_to(CLI::App& app);
  /// The same without the designs.
  void add_live_selection_to(CLI::App& app);
  /// How far the search goes.
  void add_budget_to(CLI::App& app);
  EngineOptions engine_options(const OutputFlags& output) const;
};

/// The check of a flag whose value lies between these. What it says is the same with every release of CLI11.
template <class Number>
CLI::Validator in_range(Number least, Number most) {
  const CLI::Range range(least, most);
  return {[range, least, most](std::string& text) -> std::string {
            if (range(text).empty()) return {};
            return "Value " + text + " not in range " + std::to_string(least) + " to " + std::to_string(most);
          },
          range.get_description()};
}

/// A size such as 500MiB in bytes; `flag`: for the message if it is none.
std::uint64_t bytes_of(const char* flag, const std::string& text);

/// The scenarios of a name, of the chosen variants, with the overrides applied, without what they expect.
std::vector<scenario::Scenario> chosen_scenarios(Session& session, const std::string& name, const SearchFlags& flags);

/// Designs of the command line, as Session::designs() found them, else those that the scenario names.
/// Throws Failure(5) if there are none.
std::vector<std::string> designs_for(Session& session, const std::vector<std::string>& chosen,
                                     const scenario::Scenario& scenario);

/// The one scenario of verbs that take no more: its file as it stands, or the one --variant. Nothing
/// if it has errors. `verb`: for the message. Throws Failure(2) if several variants are chosen.
std::optional<scenario::Scenario> one_scenario(Session& session, const std::string& name, const SearchFlags& flags,
                                               std::string_view verb);

/// Budgets of the flags as options of an exploration.
check::Options check_options(const SearchFlags& flags);

/// Words of `interleak replay` for a scenario under a design, without the schedule.
std::vector<std::string> replay_words(const Session& session, const std::string& scenario_word,
                                      const scenario::Scenario& scenario, const std::string& design,
                                      const SearchFlags& flags);

/// Explores a world and traces its witnesses.
reports::Result explore(Engine& engine, std::shared_ptr<const world::World> world,
                        const std::vector<property::Invariant>& invariants, const SearchFlags& flags,
                        std::vector<std::string> words);

/// The gravest violation in a world, with the shortest schedule that shows it, as `run` tells it; nothing: none.
/// Throws Failure(4) if the search ended before it found one, Failure(130) or Failure(143) if a signal ended it.
std::optional<check::Judgement> shortest_violation(Engine& engine, const world::World& world,
                                                   const std::vector<property::Invariant>& invariants,
                                                   const SearchFlags& flags, const std::string& title);

/// Prints the errors of the session (JSON: as a document on the output) and returns exit code 3.
int refuse(const Session& session, const OutputFlags& flags, std::string_view command);

/// The errors of the session as text, without repetition, and a last line with their number and what
/// came of them.
std::string errors_text(const Session& session, const reports::Style& style,
                        std::string_view consequence = "Nothing was run.");

/// Says on standard error which files beside a scenario designs came from, if any did; not with -q.
void tell_beside(const Session& session, int quiet);

/// 130 or 143 after a signal, else the given code.
int exit_after(const Engine& engine, int code);

}  // namespace interleak::tools
