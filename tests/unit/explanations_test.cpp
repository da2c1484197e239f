// docs/explain.md and what the product can print are held against each other, both ways; and every
// wrong example on the page gives the code that it stands under.
#include "reports/explanations.hpp"
#include "reports/cases.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>

#include "sim/check/baseline.hpp"
#include "sim/check/expectations.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/terms/names.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::reports {
namespace {

using Names = std::set<std::string>;

std::vector<Explanation> page() { return read_explanations(embedded::texts()[0].text); }

std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// What of the text looks like an error code.
Names codes_in(const std::string& text) {
  static const std::regex kCode("ILK[0-9]{4}");
  return {std::sregex_token_iterator(text.begin(), text.end(), kCode), {}};
}

/// The codes in string literals of the sources.
Names codes_of_sources() {
  Names codes;
  static const std::regex kLiteral("\"ILK[0-9]{4}\"");
  for (const char* room : {"sim", "reports", "tools"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(room)) {
      if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
      const std::string text = text_of_file(entry.path());
      std::sregex_iterator found(text.begin(), text.end(), kLiteral);
      for (; found != std::sregex_iterator(); ++found) codes.insert(found->str().substr(1, 7));
    }
  }
  return codes;
}

Names names_of_group(const std::string& group) {
  Names names;
  for (const Explanation& each : page()) {
    if (each.group == group) names.insert(each.names.begin(), each.names.end());
  }
  return names;
}

/// Lines of the first block that is fenced as ```KIND.
std::vector<std::string> block_of(const Explanation& explanation, const std::string& kind) {
  std::vector<std::string> lines;
  std::istringstream in(explanation.text);
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (inside && line == "```") break;
    if (inside) lines.push_back(line);
    inside = inside || line == "```" + kind;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

/// A design file whose `execute` are these lines.
std::string design_file(const std::vector<std::string>& lines) {
  std::string out = R"({"interleak": 1, "id": "x/y", "procedures": {"execute": [)";
  for (const std::string& line : lines) out += (out.back() == '[' ? "\"" : ",\"") + line + "\"";
  return out + "]}}";
}

scenario::DesignLibrary built_in() {
  scenario::DesignLibrary library;
  Diagnostics errors;
  for (const embedded::File& file : embedded::designs()) {
    library.add(file.text, std::string(file.path), errors);
  }
  REQUIRE(errors.empty());
  return library;
}

/// All that the command `check` or `validate` would say about a file of either kind.
Names codes_of_reading(const std::string& text) {
  scenario::DesignLibrary library = built_in();
  Diagnostics errors;
  if (check::looks_like_baseline(text)) {
    check::read_baseline(text, "baseline", kSemanticsVersion, errors);
  } else if (scenario::looks_like_design(text)) {
    if (const auto id = library.add(text, "design", errors)) {
      if (const auto design = library.find(*id, errors)) scenario::compile(*design, errors);
    }
  } else {
    const auto scenarios = scenario::read_scenario(text, "scenario", errors);
    if (!scenarios.empty()) check::cases_of(scenarios[0], library.ids(), errors);
  }
  Names codes;
  for (const Diagnostic& error : errors) codes.insert(error.code);
  return codes;
}

TEST_CASE("every code of the sources is explained, and no other") {
  Names explained;
  for (const Explanation& each : page()) {
    for (const std::string& name : each.names) {
      if (name.starts_with("ILK")) CHECK(explained.insert(name).second);
    }
  }
  const Names known = codes_of_sources();
  CHECK(known.size() > 40);
  CHECK(explained == known);
}

TEST_CASE("the table of docs/formats.md has every code of a file") {
  const Names table = codes_in(text_of_file("docs/formats.md"));
  for (const std::string& code : codes_of_sources()) {
    if (code < "ILK0100") CHECK(table.count(code) == 1);
  }
}

TEST_CASE("every invariant, outcome, finding, verdict and failure is explained, and no other") {
  Names invariants;
  for (const property::Invariant& invariant : property::all_invariants()) {
    invariants.emplace(invariant.name);
    invariants.emplace(invariant.code);
  }
  CHECK(names_of_group("Invariants") == invariants);

  CHECK(names_of_group("Outcomes") == Names(world::kOutcomeNames.begin(), world::kOutcomeNames.end()));

  Names findings = {"diverges"};
  for (const auto& finding : world::kPoolFindings) findings.emplace(finding.name);
  CHECK(names_of_group("Findings") == findings);

  Names verdicts = {"vacuous", "ILK0205"};
  using check::Verdict;
  for (const auto verdict : {Verdict::holds, Verdict::violated, Verdict::unknown}) {
    verdicts.emplace(check::verdict_name(verdict));
  }
  CHECK(names_of_group("Verdicts") == verdicts);

  Names failures;
  for (int kind = 0; kind <= static_cast<int>(check::FailureKind::expired_waiver); ++kind) {
    failures.emplace(check::failure_name(static_cast<check::FailureKind>(kind)));
  }
  for (const FailureRule& rule : failure_rules()) failures.emplace(rule.code);
  for (const char* name : {"vacuous", "ILK0205"}) failures.erase(name);   // among the verdicts
  CHECK(names_of_group("Failures of check") == failures);
}

TEST_CASE("every term is one of the documents, and no name stands in two sections") {
  std::string documents;
  for (const char* file : {"docs/semantics.md", "docs/language.md", "docs/formats.md"}) {
    documents += text_of_file(file);
  }
  for (const std::string& term : names_of_group("Terms")) {
    INFO(term);
    CHECK(std::regex_search(documents, std::regex("\\b" + term + "s?\\b")));
  }
  Names seen;
  for (const Explanation& each : page()) {
    for (const std::string& name : each.names) {
      INFO(name);
      CHECK(seen.insert(name).second);
    }
    CHECK_FALSE(summary_of(each).empty());
  }
}

TEST_CASE("every wrong example gives the code that it stands under") {
  // Of these a file would have to be unreadable, not UTF-8, empty, very long, or one of several.
  const Names without = {"ILK0002", "ILK0003", "ILK0004", "ILK0005", "ILK0008", "ILK0025",
                         "ILK0042", "ILK0058", "ILK0061", "ILK0065", "ILK0070", "ILK0071"};
  int examples = 0;
  for (const Explanation& each : page()) {
    const std::string code = each.names[0];
    if (!code.starts_with("ILK")) continue;
    INFO(code);
    const auto json = block_of(each, "json"), pool = block_of(each, "pool"), listing = block_of(each, "listing");
    const bool none = json.empty() && pool.empty() && listing.empty();
    CHECK(none == (without.count(code) == 1));
    if (none) continue;
    ++examples;
    const std::string text = !json.empty() ? joined(json) : !pool.empty() ? joined(pool) : design_file(listing);
    CHECK(codes_of_reading(text).count(code) == 1);
  }
  CHECK(examples > 30);
}

TEST_CASE("the design that waits after a cancel does so") {
  const auto all = page();
  const auto section = explanations_of(all, "cancel-is-prompt");
  REQUIRE(section.size() == 1);
  scenario::DesignLibrary library = built_in();
  Diagnostics errors;
  const auto id = library.add(joined(block_of(*section[0], "pool")), "design", errors);
  REQUIRE(id);
  const auto design = library.find(*id, errors);
  const auto program = scenario::compile(*design, errors);
  REQUIRE(errors.empty());
  for (const embedded::File& file : embedded::scenarios()) {
    if (!file.path.ends_with("/two-users.json")) continue;
    const auto scenarios = scenario::read_scenario(file.text, "scenario", errors);
    const world::World world(scenarios.at(0), *design, *program, true);
    const auto prompt = *property::find_invariant("cancel-is-prompt");
    const auto analysis = check::analyse(world, {prompt}, {});
    REQUIRE(analysis.judgements.size() == 1);
    CHECK(analysis.judgements[0].verdict == check::Verdict::violated);
    return;
  }
  FAIL("no scenario two-users");
}

TEST_CASE("every other invariant is shown violated by a command") {
  for (const Explanation& each : page()) {
    if (each.group != "Invariants" || each.names[0] == "cancel-is-prompt") continue;
    INFO(each.names[0]);
    const std::string shown = joined(block_of(each, "console exits 1"));
    CHECK(shown.find("VIOLATED  " + each.names[0]) != std::string::npos);
  }
}

constexpr const char* kSmall = R"(# Title

Not in a section.

## One

### a, ILK9999

Short of a,
in two lines.

- first
  goes on
- second

```json
## { not a heading }
```

## Two

### b

Short of b.
)";

TEST_CASE("sections, names and groups are read") {
  const auto all = read_explanations(kSmall);
  REQUIRE(all.size() == 2);
  CHECK(all[0].group == "One");
  CHECK(all[0].names == std::vector<std::string>{"a", "ILK9999"});
  CHECK(summary_of(all[0]) == "Short of a, in two lines.");
  CHECK(all[1].group == "Two");
  CHECK(explanations_of(all, "ilk9999").size() == 1);
  CHECK(explanations_of(all, "A") == explanations_of(all, "a"));
  CHECK(explanations_of(all, "c").empty());
  CHECK(explanations_of(all, "").empty());
  CHECK(read_explanations("").empty());
}

TEST_CASE("a section on the terminal") {
  const auto all = read_explanations(kSmall);
  Style style;
  style.width = 20;
  CHECK(explanation_text(all[0], style) ==
        "a, ILK9999   One\n\n  Short of a, in two\n  lines.\n\n  - first goes on\n  - second\n\n"
        "    ## { not a heading }\n");
  style.width = 34;
  CHECK(explanation_list(all, style) ==
        "One\n  a, ILK9999  Short of a, in two\n              lines.\n\n"
        "Two\n  b           Short of b.\n");
}

}  // namespace
}  // namespace interleak::reports
