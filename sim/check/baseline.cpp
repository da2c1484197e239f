// Reading, writing and comparing of baselines: see baseline.hpp.
#include "sim/check/baseline.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "sim/property/invariants.hpp"
#include "sim/scenario/fields.hpp"
#include "sim/scenario/json.hpp"
#include "sim/scenario/utf8.hpp"

namespace interleak::check {
namespace {

using scenario::Context;
using scenario::Fields;
using scenario::Member;
using scenario::TextRule;
using scenario::Value;

// What fits a file of 1 MiB at most; the reader of JSON refuses larger ones.
constexpr std::size_t kMaxEntries = 20'000;
constexpr int kMaxLength = 10'000;   // of a schedule, as in scenarios
constexpr std::size_t kMaxCounts = 64;
constexpr std::array<std::string_view, 2> kVerdicts = {"holds", "violated"};

bool is_digit(std::uint32_t c) { return c >= '0' && c <= '9'; }
bool is_hex(std::uint32_t c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
constexpr TextRule kDecimal{"a number in decimal digits, written as a string: \"104\"", 1, 4096, is_digit};
bool is_date_part(std::uint32_t c) { return is_digit(c) || c == '-'; }
constexpr TextRule kDate{"a day such as \"2027-03-31\"", 10, 10, is_date_part};
constexpr TextRule kDigest{"32 hexadecimal digits", 32, 32, is_hex};

/// The parts of a text between single blanks.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t end = text.find(' '); end != std::string_view::npos; end = text.find(' ')) {
    words.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  words.push_back(text);
  return words;
}

bool follows(std::string_view text, const TextRule& rule) {
  return text.size() >= rule.least && text.size() <= rule.most &&
         std::all_of(text.begin(), text.end(), [&](char c) { return rule.allows(static_cast<unsigned char>(c)); });
}

/// "two-users" or "two-users[two-cancels]".
bool names_scenario(std::string_view word) {
  const std::size_t bracket = word.find('[');
  if (bracket == std::string_view::npos) return follows(word, scenario::kPathName);
  return word.ends_with(']') && follows(word.substr(0, bracket), scenario::kPathName) &&
         follows(word.substr(bracket + 1, word.size() - bracket - 2), scenario::kName);
}

bool is_key(std::string_view key) {
  const auto words = words_of(key);
  return words.size() == 3 && names_scenario(words[0]) && follows(words[1], scenario::kPathName) &&
         property::find_invariant(words[2]) != nullptr;
}

class BaselineReader {
 public:
  explicit BaselineReader(Context& context) : c_(context) {}

  Baseline read(const Value& root, int semantics) {
    const Fields file(c_, root, {"interleak", "semantics", "baseline"});
    if (!file) return {};
    scenario::check_format(c_, file);
    if (const Value* version = file.require("semantics", "the version of the semantics")) {
      if (!version->integer || *version->integer != semantics) {
        auto& error =
            c_.error("ILK0041", "this baseline was made under another version of the semantics", version->span);
        error.expected = std::to_string(semantics);
        error.help = "interleak bless PATH... --baseline FILE makes it anew; look at what differs";
      }
    }
    if (const Value* entries = file.require("baseline", "an object of entries")) {
      for (const Member& entry : c_.members(*entries, kMaxEntries)) read_entry(entry);
    }
    return std::move(result_);
  }

 private:
  void read_entry(const Member& member) {
    if (!is_key(member.key)) {
      c_.error("ILK0040", scenario::quote(member.key) + " names no result", member.key_span).expected =
          "\"SCENARIO DESIGN INVARIANT\" or \"SCENARIO[VARIANT] DESIGN INVARIANT\"";
    }
    const Fields fields(c_, member.value, {"verdict", "shortest", "digest", "states", "counts", "until", "because"});
    if (!fields) return;
    BaselineEntry entry;
    const Value* verdict = fields.require("verdict", "one of: holds, violated");
    if (verdict == nullptr) return;
    const auto index = c_.choice(*verdict, "verdict", kVerdicts);
    if (!index) return;
    entry.verdict = *index == 0 ? Verdict::holds : Verdict::violated;
    for (const std::string_view name : {"shortest", "digest"}) {
      const bool violated = entry.verdict == Verdict::violated;
      if (violated) {
        fields.require(name, "it, of a violation");
      } else if (const Value* value = fields.find(name)) {
        needs_violation(name, *value);
      }
    }
    read_waiver(fields, entry);
    fields.read("shortest", entry.shortest, 0, kMaxLength);
    fields.read("digest", entry.digest, kDigest);
    if (const Value* states = fields.require("states", "how many states were explored")) {
      if (states->integer && *states->integer >= 0) {
        entry.states = static_cast<std::uint64_t>(*states->integer);
      } else {
        c_.error("ILK0014", "this is no number of states", states->span).expected = "an integer from 0";
      }
    }
    if (const Value* counts = fields.find("counts")) read_counts(*counts, entry);
    result_.entries[member.key] = std::move(entry);
  }

  void needs_violation(std::string_view name, const Value& value) {
    c_.error("ILK0021", scenario::quote(name) + " needs a violation, but the verdict is \"holds\"", value.span);
  }

  void read_waiver(const Fields& fields, BaselineEntry& entry) {
    if (entry.verdict == Verdict::holds) {
      for (const std::string_view name : {"until", "because"}) {
        if (const Value* value = fields.find(name)) needs_violation(name, *value);
      }
      return;
    }
    fields.read("because", entry.waiver.because, scenario::kLine);
    const Value* until = fields.find("until");
    if (until == nullptr) return;
    fields.read("until", entry.waiver.until, kDate);
    if (entry.waiver.until.empty() || is_date(entry.waiver.until)) return;
    c_.error("ILK0014", "there is no such day", until->span).expected = kDate.expected;
  }

  void read_counts(const Value& counts, BaselineEntry& entry) {
    for (const Member& count : c_.members(counts, kMaxCounts)) {
      if (!c_.key(count, scenario::kName)) continue;
      if (auto digits = c_.text(count.value, kDecimal)) entry.counts[count.key] = std::move(*digits);
    }
  }

  Context& c_;
  Baseline result_;
};

std::string entry_text(const BaselineEntry& entry) {
  std::string out = "{\"verdict\": \"" + std::string(verdict_name(entry.verdict)) + "\"";
  if (entry.verdict == Verdict::violated) {
    out += ", \"shortest\": " + std::to_string(entry.shortest) + ", \"digest\": \"" + entry.digest + "\"";
  }
  if (!entry.waiver.until.empty()) out += ", \"until\": \"" + entry.waiver.until + "\"";
  if (!entry.waiver.because.empty()) out += ", \"because\": " + scenario::json_text(entry.waiver.because);
  out += ", \"states\": " + std::to_string(entry.states);
  if (entry.counts.empty()) return out + "}";
  out += ", \"counts\": {";
  const char* separator = "";
  for (const auto& [name, digits] : entry.counts) {
    out += separator + ("\"" + name + "\": \"" + digits + "\"");
    separator = ", ";
  }
  return out + "}}";
}

}  // namespace

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto number = [&](std::size_t from, std::size_t size) {
    int out = -1;
    const char* const end = text.data() + from + size;
    return std::from_chars(text.data() + from, end, out).ptr == end ? out : -1;
  };
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  const std::array<int, 12> days = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return day <= days[static_cast<std::size_t>(month - 1)];
}

bool Baseline::has_dates() const {
  return std::any_of(entries.begin(), entries.end(),
                     [](const auto& each) { return !each.second.waiver.until.empty(); });
}

std::string baseline_prefix(const scenario::Scenario& scenario, std::string_view design) {
  std::string out = scenario.id;
  if (!scenario.variant.empty()) out += "[" + scenario.variant + "]";
  return out.append(" ").append(design).append(" ");
}

std::string baseline_key(const scenario::Scenario& scenario, std::string_view design, std::string_view invariant) {
  return baseline_prefix(scenario, design).append(invariant);
}

std::optional<BaselineEntry> baseline_entry(const Judgement& judgement, const Analysis& analysis, std::string digest) {
  if (judgement.verdict == Verdict::unknown) return std::nullopt;
  BaselineEntry entry;
  entry.verdict = judgement.verdict;
  entry.states = analysis.states;
  if (judgement.verdict == Verdict::violated) {
    entry.shortest = static_cast<int>(judgement.witness.size());
    entry.digest = std::move(digest);
  }
  if (analysis.counts) {
    for (const auto& [name, number] : analysis.counts->by_outcome) {
      if (number != 0) entry.counts[name] = number.str();
    }
  }
  return entry;
}

std::optional<Baseline> read_baseline(std::string_view text, const std::string& file, int semantics,
                                      Diagnostics& errors) {
  Diagnostics found;
  const scenario::Document document = scenario::read_json(text, found);
  std::optional<Baseline> result;
  if (scenario::is_readable(document, found)) {
    Context context(document, found);
    result = BaselineReader(context).read(*document.root, semantics);
  }
  if (!found.empty()) result.reset();
  scenario::report(std::move(found), file, errors);
  return result;
}

std::string baseline_text(const Baseline& baseline, int semantics) {
  std::string out = "{ \"interleak\": 1,\n  \"semantics\": " + std::to_string(semantics) + ",\n  \"baseline\": {";
  const char* separator = "\n    \"";
  for (const auto& [key, entry] : baseline.entries) {
    out += separator + key + "\": " + entry_text(entry);
    separator = ",\n    \"";
  }
  return out + "\n  } }\n";
}

bool looks_like_baseline(std::string_view text) { return scenario::root_keys(text).count("baseline") != 0; }

std::string_view change_name(Change change) {
  static constexpr std::array<std::string_view, 5> kNames = {"same", "new", "fixed", "changed", "other numbers"};
  return kNames[static_cast<std::size_t>(change)];
}

Change change_of(const BaselineEntry* before, const BaselineEntry& now) {
  const bool was = before != nullptr && before->verdict == Verdict::violated;
  const bool is = now.verdict == Verdict::violated;
  if (is && !was) return Change::fresh;
  if (was && !is) return Change::fixed;
  if (before == nullptr) return Change::grown;
  // What was explored is no part of a violation: more may be seen of the same.
  const bool alike = before->shortest == now.shortest && before->digest == now.digest && before->counts == now.counts;
  if (alike) return Change::same;
  return is ? Change::changed : Change::grown;
}

std::map<std::string, BaselineEntry> baseline_entries(const scenario::Scenario& scenario, const std::string& design,
                                                      const Analysis& analysis,
                                                      const std::vector<std::string>& digests) {
  std::map<std::string, BaselineEntry> entries;
  for (std::size_t i = 0; i < analysis.judgements.size(); ++i) {
    const Judgement& judgement = analysis.judgements[i];
    const std::string key = baseline_key(scenario, design, judgement.invariant.name);
    if (auto entry = baseline_entry(judgement, analysis, digests[i])) entries[key] = std::move(*entry);
  }
  return entries;
}

Comparison compared(const Baseline& baseline, const Case& expectations, const scenario::Scenario& scenario,
                    const Analysis& analysis, const std::vector<std::string>& digests, bool ratchet,
                    const std::string& today) {
  Comparison out;
  const auto fail = [&](FailureKind kind, std::string_view invariant, std::string message) {
    out.failures.push_back({kind, std::string(invariant), std::move(message)});
  };
  for (std::size_t i = 0; i < analysis.judgements.size(); ++i) {
    const Judgement& judgement = analysis.judgements[i];
    const std::string name(judgement.invariant.name);
    const auto now = baseline_entry(judgement, analysis, digests[i]);
    const auto expected = expectations.expected.find(name);
    const bool stated = expected != expectations.expected.end();
    if (stated && !expected->second.skip.empty()) continue;
    if (!now) {
      if (!stated) fail(FailureKind::inconclusive, name, "the search ended without a verdict" + ending_words(analysis));
      continue;
    }
    const auto found = baseline.entries.find(baseline_key(scenario, expectations.design, name));
    const BaselineEntry* before = found == baseline.entries.end() ? nullptr : &found->second;
    const Change change = change_of(before, *now);
    out.changes[name] = change;
    const std::string steps = std::to_string(now->shortest) + " steps: " + judgement.schedule;
    // What a scenario expects to hold fails without a baseline, and what it expects to be violated is
    // known.
    if (change == Change::fresh && (!stated || expected->second.verdict == "any")) {
      fail(FailureKind::unexpected_violation, name, "not in the baseline: a violation of " + steps);
    }
    if (change == Change::changed) {
      fail(FailureKind::changed_violation, name,
           "the baseline knows another violation, of " + std::to_string(before->shortest) + " steps; found one of " +
               steps);
    }
    if (change == Change::same && before->waiver != Waiver{} && now->verdict == Verdict::violated) {
      const Waiver& waiver = out.waivers[name] = before->waiver;
      if (!waiver.until.empty() && waiver.until < today) {
        fail(FailureKind::expired_waiver, name,
             "excused until " + waiver.until + (waiver.because.empty() ? "" : " (" + waiver.because + ")") +
                 ", and still a violation of " + steps);
      }
    }
    if (ratchet && before != nullptr && now->states < before->states) {
      fail(FailureKind::less_explored, name,
           std::to_string(now->states) + " states explored, in the baseline " + std::to_string(before->states));
    }
  }
  if (!ratchet) return out;
  const std::string prefix = baseline_prefix(scenario, expectations.design);
  for (auto it = baseline.entries.lower_bound(prefix); it != baseline.entries.end() && it->first.starts_with(prefix);
       ++it) {
    const std::string name = it->first.substr(prefix.size());
    const bool judged = std::any_of(analysis.judgements.begin(), analysis.judgements.end(),
                                    [&](const Judgement& j) { return j.invariant.name == name; });
    if (!judged) fail(FailureKind::less_explored, name, "in the baseline, but no longer judged");
  }
  return out;
}

std::vector<Failure> with_baseline(std::vector<Failure> failures, const Comparison& comparison) {
  std::erase_if(failures, [&](const Failure& failure) {
    const auto change = comparison.changes.find(failure.invariant);
    return failure.kind == FailureKind::unexpected_violation && change != comparison.changes.end() &&
           change->second != Change::fresh;
  });
  failures.insert(failures.end(), comparison.failures.begin(), comparison.failures.end());
  return failures;
}

}  // namespace interleak::check
