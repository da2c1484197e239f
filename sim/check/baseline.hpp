// What came out of every scenario, variant, design and invariant at some time, so that a later check
// can say what is new. A team whose pool violates something already keeps a baseline beside its
// scenarios, and only what is new fails. The file is JSON with sorted keys and one entry a line, so
// that two branches can be merged like text.
//
//   { "interleak": 1,
//     "semantics": 1,
//     "baseline": {
//       "two-users my-pool/a no-leak": {"verdict": "violated", "shortest": 6, ...},
//       ... } }
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sim/check/analysis.hpp"
#include "sim/check/expectations.hpp"
#include "sim/kernel/diagnostic.hpp"
#include "sim/terms/scenario.hpp"

namespace interleak::check {

/// What somebody wrote beside a violation: how long it is excused, and why.
struct Waiver {
  std::string until;     ///< the last day on which it is, "2027-03-31"; empty: for ever
  std::string because;   ///< one line; may be empty

  friend bool operator==(const Waiver&, const Waiver&) = default;
};

/// True if it is a day of the calendar, written as in "2027-03-31". Such texts are in the order of their days.
bool is_date(std::string_view text);

struct BaselineEntry {
  Verdict verdict = Verdict::holds;           ///< never unknown
  int shortest = 0;                           ///< violated: steps of the shortest witness
  std::string digest;                         ///< violated: names the shape of the witness
  std::uint64_t states = 0;                   ///< how much was explored
  std::map<std::string, std::string> counts;  ///< schedules by worst outcome, in digits, without zeros
  Waiver waiver;                              ///< only of a violation; nothing that a search finds

  friend bool operator==(const BaselineEntry&, const BaselineEntry&) = default;
};

struct Baseline {
  std::map<std::string, BaselineEntry> entries;   ///< by baseline_key()

  /// Some violation is excused until a day: what is known then depends on which one it is.
  bool has_dates() const;
};

/// "two-users[two-cancels] redis-py-4.5.1/pool no-leak". None of the names can hold a blank.
std::string baseline_key(const scenario::Scenario& scenario, std::string_view design, std::string_view invariant);

/// "two-users[two-cancels] redis-py-4.5.1/pool": the beginning of the keys of one case, and a blank.
std::string baseline_prefix(const scenario::Scenario& scenario, std::string_view design);

/// What a judgement comes to; nothing if its verdict is unknown. `digest`: of its witness.
std::optional<BaselineEntry> baseline_entry(const Judgement& judgement, const Analysis& analysis, std::string digest);

/// Nothing, and errors with positions, if the text is no baseline, or one of another version of the
/// semantics: its numbers would mean something else.
std::optional<Baseline> read_baseline(std::string_view text, const std::string& file, int semantics,
                                      Diagnostics& errors);

std::string baseline_text(const Baseline& baseline, int semantics);

/// True if the JSON text looks like a baseline (has "baseline"): then it is no scenario.
bool looks_like_baseline(std::string_view text);

/// How an entry of today stands to that of the baseline (null: it has none).
enum class Change : std::uint8_t {
  same,
  fresh,     ///< violated now, and not before
  fixed,     ///< violated before, and not now
  changed,   ///< violated then and now, with another length, witness or counts
  grown      ///< held or was not there, and holds: only its numbers are others, or it is not there yet
};
/// "same", "new", "fixed", "changed", "other numbers".
std::string_view change_name(Change change);
Change change_of(const BaselineEntry* before, const BaselineEntry& now);

/// The entries of a case, by key. `digests`: of the witnesses, one for each judgement.
std::map<std::string, BaselineEntry> baseline_entries(const scenario::Scenario& scenario, const std::string& design,
                                                      const Analysis& analysis,
                                                      const std::vector<std::string>& digests);

/// A case against the baseline, by name of invariant.
struct Comparison {
  std::map<std::string, Change> changes;   ///< without those that have no verdict
  std::map<std::string, Waiver> waivers;   ///< of the violations that it knows, where there is one
  std::vector<Failure> failures;           ///< new and changed violations; what less was explored
};

/// What the scenario itself expects to be violated is not new. Of what it says nothing there has to be a verdict.
/// `ratchet`: fewer states than before, and
/// invariants that are no longer judged, are failures too. `today`: the day for the waivers, see is_date(); a
/// violation that was excused until an earlier one is a failure.
Comparison compared(const Baseline& baseline, const Case& expectations, const scenario::Scenario& scenario,
                    const Analysis& analysis, const std::vector<std::string>& digests, bool ratchet,
                    const std::string& today = {});

/// The failures of the expectations without violations that the baseline knows, and those of the
/// comparison, in this order.
std::vector<Failure> with_baseline(std::vector<Failure> failures, const Comparison& comparison);

}  // namespace interleak::check
