// See junit.hpp.
#include "reports/junit.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/chart.hpp"
#include "reports/fingerprint.hpp"
#include "reports/style.hpp"
#include "reports/text.hpp"
#include "sim/scenario/utf8.hpp"

namespace interleak::reports {
namespace {

constexpr std::size_t kMostBody = 8000;
constexpr int kBodyWidth = 100;

bool xml_allows(std::uint32_t code) {
  if (code < 0x20) return code == '\t' || code == '\n' || code == '\r';
  return code != 0xfffe && code != 0xffff;
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + xml_text(value, true) + "\"";
}

/// Jenkins cuts names at their dots.
std::string undotted(std::string text) {
  std::replace(text.begin(), text.end(), '.', '_');
  return text;
}

/// "scenarios/incident/two-users": the file without its suffix, else the id of the scenario.
std::string class_name(const Case& each) {
  std::string name = each.file.empty() ? each.scenario().file : each.file;
  if (name.empty() || name == "-") name = each.scenario().id;
  if (name.ends_with(".json")) name.resize(name.size() - 5);
  return undotted(scenario::escaped(name));
}

/// Each line through `escape`; line ends stay.
std::string by_lines(std::string_view text, std::string (*escape)(std::string_view)) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out += escape(text.substr(0, end));
    if (end == std::string_view::npos) break;
    out += '\n';
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string ascii_lines(std::string_view text) { return by_lines(text, scenario::ascii_only); }

/// At most so many bytes, cut behind a line if there is one.
std::string cut(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  constexpr std::string_view kMark = "... (cut)\n";
  text.resize(most - kMark.size());
  const std::size_t end = text.rfind('\n');
  if (end != std::string::npos) {
    text.resize(end + 1);
  } else {
    text += '\n';
  }
  return text.append(kMark);
}

/// "scenarios-two-users-redis-py-4_5_1-pool-1a2b3c4d.txt": readable, and no other case's.
std::string attachment_name(const Case& each) {
  const std::vector<std::string> parts = {class_name(each), each.scenario().id, each.scenario().variant,
                                          each.subject()};
  std::string name = parts[0] + "-" + parts[2] + (parts[2].empty() ? "" : "-") + undotted(parts[3]);
  for (char& c : name) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!word) c = '-';
  }
  constexpr std::size_t kMost = 120;   // file systems take 255 bytes
  if (name.size() > kMost) name.erase(0, name.size() - kMost);
  return name + "-" + fingerprint(parts).substr(0, 8) + ".txt";
}

/// One of the findings has a schedule to show.
bool shows_schedule(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& f) { return f.judgement >= 0; });
}

/// One <testcase>: an invariant of a case, or its counts.
class TestCase {
 public:
  TestCase(const Case& each, std::string invariant, const JunitOptions& options)
      : case_(each), invariant_(std::move(invariant)), options_(options) {
    for (Finding& finding : findings_of(each, false)) {
      if (finding.invariant == invariant_) findings_.push_back(std::move(finding));
    }
  }

  bool is_error() const { return !findings_.empty() && std::all_of(findings_.begin(), findings_.end(), inconclusive); }
  bool is_failure() const { return !findings_.empty() && !is_error(); }
  bool is_skipped() const { return !why_skipped(case_, invariant_).empty(); }

  std::string text() const {
    std::string inside = properties() + verdict() + attachment();
    std::string out = "    <testcase" + attribute("classname", class_name(case_)) + attribute("name", name());
    if (const auto place = expectation_place(case_, invariant_)) {
      out += attribute("file", scenario::escaped(place->file)) + attribute("line", std::to_string(place->line));
    }
    out += attribute("time", seconds());
    return inside.empty() ? out + "/>\n" : out + ">\n" + inside + "    </testcase>\n";
  }

 private:
  static bool inconclusive(const Finding& finding) { return finding.kind == "inconclusive"; }

  /// Everything that a viewer may drop elsewhere: "redis-py-4_5_1/pool :: no-leak [two-cancels]".
  std::string name() const {
    std::string out =
        undotted(scenario::escaped(case_.subject())) + " :: " + (invariant_.empty() ? "counts" : invariant_);
    const std::string& variant = case_.scenario().variant;
    return variant.empty() ? out : out + " [" + variant + "]";
  }

  /// The first test case of a design carries the time of its exploration.
  std::string seconds() const {
    const bool first = case_.result && !case_.result->analysis.judgements.empty() &&
                       case_.result->analysis.judgements[0].invariant.name == invariant_;
    return fmt::format("{:.3f}", options_.timings && first ? case_.result->seconds : 0.0);
  }

  std::string properties() const {
    std::string out;
    const auto add = [&](std::string_view key, const std::string& value) {
      out += "        <property" + attribute("name", key) + attribute("value", value) + "/>\n";
    };
    if (case_.result) explored(add);
    if (case_.observed) observed(add);
    return out.empty() ? "" : "      <properties>\n" + out + "      </properties>\n";
  }

  template <class Add>
  void observed(Add add) const {
    add("schedules", case_.observed->schedules);
    for (const ObservedJudgement& judgement : case_.observed->judgements) {
      if (judgement.invariant != invariant_) continue;
      add("code", std::string(property::find_invariant(invariant_)->code));
      add("verdict", std::string(check::verdict_name(judgement.verdict)));
      if (judgement.verdict != check::Verdict::violated) continue;
      add("shortest", std::to_string(judgement.steps.size()));
      add("schedule", scenario::escaped(judgement.schedule));
    }
    if (invariant_ != kAgreement) return;
    add("design", case_.observed->model);
    add("compared", case_.observed->compared);
    add("agreed", case_.observed->agreed);
  }

  template <class Add>
  void explored(Add add) const {
    const check::Analysis& analysis = case_.result->analysis;
    add("states", std::to_string(analysis.states));
    add("transitions", std::to_string(analysis.transitions));
    if (analysis.counts) add("schedules", analysis.counts->schedules.str());
    for (const check::Judgement& judgement : analysis.judgements) {
      if (judgement.invariant.name != invariant_) continue;
      add("code", std::string(judgement.invariant.code));
      add("verdict", std::string(check::verdict_name(judgement.verdict)));
      if (judgement.verdict != check::Verdict::violated) continue;
      add("shortest", std::to_string(judgement.witness.size()));
      add("schedule", scenario::escaped(judgement.schedule));
    }
  }

  std::string verdict() const {
    if (is_skipped()) {
      return "      <skipped" + attribute("message", scenario::escaped(why_skipped(case_, invariant_))) + "/>\n";
    }
    if (findings_.empty()) return {};
    // A test case has one failure: more of them come one after another in its body.
    const std::string_view tag = is_error() ? "error" : "failure";
    const auto told = std::find_if_not(findings_.begin(), findings_.end(),
                                       [&](const Finding& f) { return is_failure() && inconclusive(f); });
    std::string body;
    for (const Finding& finding : findings_) {
      body += (body.empty() ? "" : "\n") + failure_body(case_, finding);
    }
    const std::string message = scenario::escaped(told->kind + ": " + headline(case_, *told, true));
    return fmt::format("      <{}{}{}>{}</{}>\n", tag, attribute("message", message), attribute("type", told->kind),
                       xml_text(cut(body, kMostBody), false), tag);
  }

  std::string attachment() const {
    if (options_.attachments.empty() || case_.observed || !shows_schedule(findings_)) return {};
    const std::string file = options_.attachments + "/" + attachment_name(case_);
    return "      <system-out>[[ATTACHMENT|" + xml_text(file, false) + "]]</system-out>\n";
  }

  const Case& case_;
  std::string invariant_;
  const JunitOptions& options_;
  std::vector<Finding> findings_;
};

/// What is judged of a case: of `check` what is expected, of `run` everything.
std::vector<std::string> invariants_of(const Case& each) {
  std::vector<std::string> names;
  if (each.result) {
    for (const check::Judgement& judgement : each.result->analysis.judgements) {
      const std::string name(judgement.invariant.name);
      if (each.expected.empty() || each.expected.count(name) != 0) names.push_back(name);
    }
  } else if (each.observed) {
    for (const ObservedJudgement& judgement : each.observed->judgements) names.push_back(judgement.invariant);
    if (!each.observed->model.empty()) names.emplace_back(kAgreement);
  } else {
    for (const auto& [name, expectation] : each.expected) names.push_back(name);
  }
  if (each.counts) names.emplace_back();
  return names;
}

struct Totals {
  int tests = 0, failures = 0, errors = 0, skipped = 0;
  double seconds = 0;

  void add(const Totals& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    skipped += other.skipped;
    seconds += other.seconds;
  }
  /// Jenkins' schema knows `skipped` of a suite, but not of all of them.
  std::string attributes(bool of_suite) const {
    const std::string skips = of_suite ? fmt::format(" skipped=\"{}\"", skipped) : "";
    return fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"{}\"{} time=\"{:.3f}\"", tests, failures, errors, skips,
                       seconds);
  }
};

struct Suite {
  std::string name, text;
  Totals totals;

  void add(const Case& each, const JunitOptions& options) {
    for (const std::string& invariant : invariants_of(each)) {
      const TestCase test(each, invariant, options);
      ++totals.tests;
      totals.failures += test.is_failure();
      totals.errors += test.is_error();
      totals.skipped += test.is_skipped();
      text += test.text();
    }
    if (options.timings && each.result) totals.seconds += each.result->seconds;
  }
};

/// Files that could not be read, as test cases with an error.
Suite invalid_files(const Diagnostics& errors) {
  Suite suite{.name = "files", .text = "", .totals = {}};
  for (const Diagnostic& error : errors) {
    const std::string message = scenario::ascii_only(error.code + ": " + error_words(error));
    const std::string file = scenario::escaped(error.file);
    const bool placed = error.at.line != 0;   // not if the file could not be read at all
    const std::string line = std::to_string(error.at.line);
    suite.text += "    <testcase" + attribute("classname", "files") +
                  attribute("name", file + (placed ? ":" + line : "") + " " + error.code) + attribute("file", file) +
                  (placed ? attribute("line", line) : "") + attribute("time", "0.000") + ">\n      <error" +
                  attribute("message", message) + attribute("type", "invalid-file") + ">" + xml_text(message, false) +
                  "</error>\n    </testcase>\n";
    ++suite.totals.tests;
    ++suite.totals.errors;
  }
  return suite;
}

}  // namespace

std::string xml_text(std::string_view text, bool attribute) {
  std::string out;
  while (!text.empty()) {
    const scenario::Character next = scenario::first_character(text);
    const std::size_t length = std::max<std::size_t>(next.length, 1);
    if (next.length == 0 || !xml_allows(next.code)) {
      out += "\xef\xbf\xbd";
    } else if (next.code == '&') {
      out += "&amp;";
    } else if (next.code == '<') {
      out += "&lt;";
    } else if (next.code == '>') {
      out += "&gt;";
    } else if (next.code == '"') {
      out += "&quot;";
    } else if (next.code == '\'') {
      out += "&apos;";
    } else if (next.code == '\r' || (attribute && next.code < 0x20)) {
      out += "&#" + std::to_string(next.code) + ";";
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string failure_body(const Case& each, const Finding& finding) {
  std::string out =
      finding.kind + (finding.invariant.empty() ? "" : ": " + finding.invariant) + "\n" + finding.message + "\n";
  const words::Trace* trace = trace_of(each, finding);
  const auto* seen = observed_steps(each, finding);
  if (finding.judgement < 0) return cut(ascii_lines(out), kMostBody);
  out += headline(each, finding, true) + " [" + finding.code + "]\n";
  if (seen != nullptr) out += "\n" + steps_table(*seen);
  if (trace != nullptr) {
    out += "\n" + chart(*each.world, *trace, {.colour = false, .ascii = true, .width = kBodyWidth}, false);
  }
  const std::string replay = cut(ascii_lines("\n" + replay_of(each, finding) + "\n"), kMostBody / 2);
  return cut(ascii_lines(out), kMostBody - replay.size()) + replay;
}

std::vector<Attachment> junit_attachments(const Cases& cases) {
  std::vector<Attachment> attachments;
  for (const Case& each : cases.all) {
    if (each.observed || !shows_schedule(findings_of(each, false))) continue;
    TextOptions options;
    options.style = {.colour = false, .ascii = false, .width = kBodyWidth};
    options.verbose = true;
    attachments.push_back({attachment_name(each), by_lines(run_text(*each.result, options), scenario::escaped)});
  }
  return attachments;
}

std::string junit(const Cases& cases, const JunitOptions& options) {
  std::vector<Suite> suites;
  for (const Case& each : cases.all) {
    const std::string name = class_name(each);
    auto suite = std::find_if(suites.begin(), suites.end(), [&](const Suite& other) { return other.name == name; });
    if (suite == suites.end()) suite = suites.insert(suites.end(), {name, "", {}});
    suite->add(each, options);
  }
  if (!cases.errors.empty()) suites.push_back(invalid_files(cases.errors));
  Totals totals;
  for (const Suite& suite : suites) totals.add(suite.totals);
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"interleak\"" + totals.attributes(false) + ">\n";
  for (const Suite& suite : suites) {
    out += "  <testsuite" + attribute("name", suite.name) + suite.totals.attributes(true) + ">\n" + suite.text +
           "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace interleak::reports
