// See expectations.hpp. An entry is `design glob: {invariant glob: expectation}`; `counts` and
// `digest` stand beside the invariants.
#include "sim/scenario/expectations.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "sim/scenario/glob.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/utf8.hpp"

namespace interleak::scenario {
namespace {

constexpr std::size_t kMaxDesignEntries = 128;
constexpr std::size_t kMaxInvariantEntries = 32;
constexpr std::size_t kMaxCounts = 128;
constexpr int kMaxLength = 10000;  // of a schedule, far beyond what can be explored
constexpr std::array<std::string_view, 3> kVerdicts = {"holds", "violated", "any"};

bool is_digit(std::uint32_t c) { return c >= '0' && c <= '9'; }
constexpr TextRule kReason{"the reason, a text of 1 to 4096 bytes without control characters", 1, 4096,
                           is_printable};
constexpr TextRule kDecimal{"a number in decimal digits, written as a string: \"104\"", 1, 4096,
                            is_digit};

std::string digits(const Value& value) {
  return value.integer && *value.integer >= 0 ? std::to_string(*value.integer) : "104";
}

class ExpectationReader {
 public:
  ExpectationReader(Context& context, Scenario& scenario) : c_(context), scenario_(scenario) {}

  void read(const Value& block) {
    for (const Member& entry : c_.members(block, kMaxDesignEntries)) {
      if (!c_.key(entry, kGlob)) continue;
      scenario_.expected_designs.push_back(entry.key);
      if (entry.value.kind == Value::Kind::string) {
        add(entry.key, "*", entry.key_span, entry.value);
      } else {
        read_design(entry);
      }
    }
  }

 private:
  void read_design(const Member& design) {
    for (const Member& entry : c_.members(design.value, kMaxInvariantEntries)) {
      if (entry.key == "counts") {
        read_counts(design.key, entry);
      } else if (entry.key == "digest") {
        c_.text(entry.value, kLine);
      } else if (is_invariant_glob(entry)) {
        add(design.key, entry.key, entry.key_span, entry.value);
      }
    }
  }

  bool is_invariant_glob(const Member& entry) {
    const auto& names = invariant_names();
    const bool matches = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return entry.key.size() <= kGlob.most && glob_match(entry.key, name);
    });
    if (matches) return true;
    std::vector<std::string> allowed = names;
    allowed.insert(allowed.end(), {"*", "counts", "digest"});
    c_.unknown("ILK0016", "invariant", entry.key, entry.key_span, allowed);
    return false;
  }

  void add(const std::string& design, const std::string& invariant, Span at, const Value& value) {
    Expectation e;
    e.design = design;
    e.invariant = invariant;
    e.verdict = "any";
    e.at = c_.position(at);
    const Value* verdict = &value;
    if (value.kind == Value::Kind::object) {
      const Fields fields(c_, value, {"verdict", "shortest", "witness", "because", "skip"});
      verdict = fields.require("verdict", "one of: holds, violated, any");
      if (const Value* shortest = fields.find("shortest")) read_shortest(*shortest, e);
      fields.read("witness", e.witness, kLine);
      fields.read("because", e.because, kLine);
      fields.read("skip", e.skip, kReason);
    }
    if (verdict != nullptr) {
      if (const auto index = c_.choice(*verdict, "verdict", kVerdicts)) {
        e.verdict = kVerdicts[static_cast<std::size_t>(*index)];
        refuse_witness_of_safety(e, value, *verdict);
      }
    }
    check_ambiguity(e, at);
    places_.push_back(at);
    scenario_.expectations.push_back(std::move(e));
  }

  void refuse_witness_of_safety(const Expectation& e, const Value& object, const Value& verdict) {
    if (e.verdict == "violated") return;
    for (const std::string_view name : {"shortest", "witness"}) {
      const Value* field = object.find(name);
      if (field == nullptr) continue;
      Diagnostic& d = c_.error("ILK0021", quote(name) + " needs a violation, but the verdict is " +
                                              quote(e.verdict), field->span);
      d.expected = "the verdict \"violated\"";
      d.related.push_back({c_.position(verdict.span), "the verdict"});
    }
  }

  void read_shortest(const Value& value, Expectation& e) {
    if (value.kind != Value::Kind::string) {
      e.shortest = c_.integer(value, 0, kMaxLength);
      return;
    }
    int most = 0;
    const std::string& text = value.text;
    const char* end = text.data() + text.size();
    const bool prefixed = text.starts_with("<=");
    const auto [stop, problem] = std::from_chars(text.data() + (prefixed ? 2 : 0), end, most);
    if (prefixed && problem == std::errc{} && stop == end && most >= 0 && most <= kMaxLength) {
      e.shortest_at_most = most;
    } else {
      c_.error("ILK0015", quote(text) + " is no length", value.span).expected =
          "an integer or \"<=9\", at most " + std::to_string(kMaxLength);
    }
  }

  void read_counts(const std::string& design, const Member& entry) {
    ExpectedCounts counts{design, {}, c_.position(entry.key_span)};
    for (const Member& count : c_.members(entry.value, kMaxCounts)) {
      if (!c_.key(count, kName)) continue;
      if (count.value.kind == Value::Kind::number) {
        c_.error("ILK0014", "this is a number", count.value.span).help =
            "counts can be huge, write a string: \"" + digits(count.value) + "\"";
      } else if (auto text = c_.text(count.value, kDecimal)) {
        if (text->size() > 1 && text->front() == '0') {
          c_.error("ILK0015", "this count begins with 0", count.value.span);
        }
        counts.counts[count.key] = std::move(*text);
      }
    }
    scenario_.expected_counts.push_back(std::move(counts));
  }

  void check_ambiguity(const Expectation& e, Span at) {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const Expectation& other = scenario_.expectations[i];
      if (!clash(e, other)) continue;
      Diagnostic& d =
          c_.error("ILK0031", "two equally specific expectations for the same thing", at);
      d.help = "make one of the patterns more specific";
      d.related.push_back({c_.position(places_[i]), "the other one"});
      return;
    }
  }

  static bool clash(const Expectation& a, const Expectation& b) {
    if (glob_specificity(a.design) != glob_specificity(b.design)) return false;
    if (glob_specificity(a.invariant) != glob_specificity(b.invariant)) return false;
    const auto& names = invariant_names();
    const bool meet = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return glob_match(a.invariant, name) && glob_match(b.invariant, name);
    });
    return meet && globs_overlap(a.design, b.design);
  }

  Context& c_;
  Scenario& scenario_;
  std::vector<Span> places_;  // of the expectations, by index
};

}  // namespace

const std::vector<std::string>& invariant_names() {
  static const std::vector<std::string> names = {
      "no-cross-user-reply", "no-leak",      "no-wrong-value", "no-double-owner", "no-lost-slot",
      "no-starvation",       "cancel-frees", "no-zombie",    "idle-is-clean",  "no-late-write", "cancel-is-prompt"};
  return names;
}

bool valid_invariant(std::string_view name) {
  const auto& names = invariant_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

void read_expectations(Context& context, const Value& block, Scenario& scenario) {
  ExpectationReader(context, scenario).read(block);
}

}  // namespace interleak::scenario
