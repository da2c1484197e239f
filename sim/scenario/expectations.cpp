// See expectations.hpp. An entry is `design glob: {invariant glob: expectation}`; `counts` and
// `digest` stand beside the invariants.
//
// There may be thousands of entries, and each is held against all before it. So what can be known of one
// pattern is found out once: how specific it is, which invariants it matches, and of a design glob the ones
// before it that are as specific and can meet it.
#include "sim/scenario/expectations.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "sim/kernel/ensure.hpp"
#include "sim/property/invariants.hpp"
#include "sim/scenario/glob.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/utf8.hpp"

namespace interleak::scenario {
namespace {

constexpr int kMaxLength = 10000;  // of a schedule, far beyond what can be explored
constexpr std::array<std::string_view, 3> kVerdicts = {"holds", "violated", "any"};

bool is_digit(std::uint32_t c) { return c >= '0' && c <= '9'; }
constexpr TextRule kReason{"the reason, a text of 1 to 4096 bytes without control characters", 1, 4096, is_printable};
constexpr TextRule kDecimal{"a number in decimal digits, written as a string: \"104\"", 1, 4096, is_digit};

std::string digits(const Value& value) {
  return value.integer && *value.integer >= 0 ? std::to_string(*value.integer) : "104";
}

class ExpectationReader {
 public:
  ExpectationReader(Context& context, Scenario& scenario) : c_(context), scenario_(scenario) {}

  void read(const Value& block) {
    for (const Member& entry : c_.members(block, kMaxDesignEntries)) {
      if (!c_.key(entry, kGlob)) continue;
      scenario_.expected_designs.push_back({entry.key, c_.position(entry.key_span), c_.length_on_line(entry.key_span)});
      begin_design(entry.key);
      if (entry.value.kind == Value::Kind::string) {
        add(entry.key, "*", matched_by("*"), entry.key_span, entry.value);
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
      } else if (const InvariantSet matched = invariants_of(entry); matched != 0) {
        add(design.key, entry.key, matched, entry.key_span, entry.value);
      }
    }
  }

  using InvariantSet = std::uint32_t;   // bit i: the i-th of all

  static InvariantSet matched_by(std::string_view glob) {
    const auto all = property::all_invariants();
    ensure(all.size() <= 32, "more invariants than a set has room for");
    InvariantSet set = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (glob_match(glob, all[i].name)) set |= InvariantSet{1} << i;
    }
    return set;
  }

  /// Empty, and an error, if the key matches none.
  InvariantSet invariants_of(const Member& entry) {
    const InvariantSet matched = entry.key.size() <= kGlob.most ? matched_by(entry.key) : 0;
    if (matched != 0) return matched;
    std::vector<std::string> allowed = invariant_names();
    allowed.insert(allowed.end(), {"*", "counts", "digest"});
    c_.unknown("ILK0016", "invariant", entry.key, entry.key_span, allowed);
    return 0;
  }

  void add(const std::string& design, const std::string& invariant, InvariantSet matched, Span at, const Value& value) {
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
    const Entry entry{at, matched, glob_specificity(invariant)};
    check_ambiguity(entry);
    designs_.back().entries.push_back(entry);
    scenario_.expectations.push_back(std::move(e));
  }

  void refuse_witness_of_safety(const Expectation& e, const Value& object, const Value& verdict) {
    if (e.verdict == "violated") return;
    for (const std::string_view name : {"shortest", "witness"}) {
      const Value* field = object.find(name);
      if (field == nullptr) continue;
      Diagnostic& d =
          c_.error("ILK0021", quote(name) + " needs a violation, but the verdict is " + quote(e.verdict), field->span);
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

  /// An expectation, as far as it can clash with another.
  struct Entry {
    Span at;
    InvariantSet matched = 0;
    int specificity = 0;   // of the invariant glob
  };
  /// A design glob, and what stands under it.
  struct DesignGlob {
    std::string glob;
    int specificity = 0;
    std::vector<std::size_t> rivals;   // indices of those before it that are as specific and can meet it
    std::vector<Entry> entries;
  };

  void begin_design(const std::string& glob) {
    DesignGlob design{glob, glob_specificity(glob), {}, {}};
    for (std::size_t i = 0; i < designs_.size(); ++i) {
      const DesignGlob& other = designs_[i];
      if (other.specificity == design.specificity && globs_overlap(other.glob, glob)) {
        design.rivals.push_back(i);
      }
    }
    designs_.push_back(std::move(design));
  }

  /// The first one before that is as specific, for the same thing.
  const Entry* clash_of(const Entry& entry) const {
    const auto among = [&](const DesignGlob& design) -> const Entry* {
      for (const Entry& other : design.entries) {
        const bool meet = (other.matched & entry.matched) != 0;
        if (meet && other.specificity == entry.specificity) return &other;
      }
      return nullptr;
    };
    for (const std::size_t rival : designs_.back().rivals) {
      if (const Entry* other = among(designs_[rival])) return other;
    }
    return among(designs_.back());
  }

  void check_ambiguity(const Entry& entry) {
    const Entry* other = clash_of(entry);
    if (other == nullptr) return;
    Diagnostic& d = c_.error("ILK0031", "two equally specific expectations for the same thing", entry.at);
    d.help = "make one of the patterns more specific";
    d.related.push_back({c_.position(other->at), "the other one"});
  }

  Context& c_;
  Scenario& scenario_;
  std::vector<DesignGlob> designs_;   // in file order
};

}  // namespace

std::vector<std::string> invariant_names() {
  std::vector<std::string> names;
  for (const property::Invariant& each : property::all_invariants()) names.emplace_back(each.name);
  return names;
}

void read_expectations(Context& context, const Value& block, Scenario& scenario) {
  ExpectationReader(context, scenario).read(block);
}

}  // namespace interleak::scenario
