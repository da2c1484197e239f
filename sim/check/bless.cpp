// See bless.hpp. The tree of the JSON reader knows where each value stands in the text; a variant's
// tree is the file's with the overrides put in, whose values still know where they were written. So
// an expectation leads to its bytes, whoever shares it.
#include "sim/check/bless.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "sim/scenario/fields.hpp"
#include "sim/scenario/json.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/variants.hpp"

namespace interleak::check {
namespace {

using scenario::Document;
using scenario::json_text;
using scenario::Member;
using scenario::Span;
using scenario::Value;

std::size_t end_of(Span span) { return span.offset + span.length; }

/// Replacements in a text, none of which overlap.
class Edits {
 public:
  void replace(Span at, std::string text) { edits_.insert_or_assign(at.offset, Edit{at.length, std::move(text)}); }
  void insert(std::size_t offset, const std::string& text) {
    Edit& edit = edits_.try_emplace(offset, Edit{0, ""}).first->second;
    edit.text += text;
  }
  /// The part of the text, with the replacements that begin in it.
  std::string applied(std::string_view text, Span part) const {
    std::string out;
    std::size_t at = part.offset;
    const std::size_t end = end_of(part);
    for (auto it = edits_.lower_bound(at); it != edits_.end() && it->first < end; ++it) {
      const auto& [offset, edit] = *it;
      if (offset < at) continue;   // inside of what was replaced
      out.append(text.substr(at, offset - at)).append(edit.text);
      at = offset + edit.length;
    }
    return out.append(text.substr(at, end - at));
  }
  std::string applied(std::string_view text) const { return applied(text, {0, text.size()}) + added_at(text.size()); }

 private:
  struct Edit {
    std::size_t length;
    std::string text;
  };
  std::string added_at(std::size_t offset) const {
    const auto found = edits_.find(offset);
    return found == edits_.end() ? "" : found->second.text;
  }
  std::map<std::size_t, Edit> edits_;
};

/// One invariant of one case, and the expectation that counts for it.
struct Row {
  const Explored* explored;
  const Judgement* judgement;
  const scenario::Expectation* expected;
  bool failing;
};

/// The rows that one value of the text speaks for.
struct Group {
  const Value* value = nullptr;
  std::vector<Row> rows;
};

std::string subject(const Explored& each) {
  std::string out = each.scenario->id;
  if (!each.scenario->variant.empty()) out += " [" + each.scenario->variant + "]";
  return out + " under " + each.expectations->design;
}

/// The least detailed thing to say about a judgement.
std::string plain_entry(const Judgement& judgement) { return json_text(verdict_name(judgement.verdict)); }

/// For a design that is new in the file: with the witness, so that it is replayed from now on.
std::string full_entry(const Judgement& judgement) {
  if (judgement.verdict != Verdict::violated) return plain_entry(judgement);
  return "{\"verdict\": \"violated\", \"shortest\": " + std::to_string(judgement.witness.size()) +
         ", \"witness\": " + json_text(judgement.schedule) + "}";
}

class Blesser {
 public:
  explicit Blesser(std::string_view text) : text_(text) {
    Diagnostics ignored;
    document_ = scenario::read_json(text, ignored);
  }

  void add(const Explored& each) {
    if (each.added) return add_design(each);
    const Value* expect = tree_of(each.scenario->variant).find("expect");
    for (const Judgement& judgement : each.analysis->judgements) {
      const auto found = each.expectations->expected.find(std::string(judgement.invariant.name));
      if (found == each.expectations->expected.end() || !found->second.skip.empty()) continue;
      const Value* value = value_of(*expect, found->second);
      if (value == nullptr) continue;
      Group& group = groups_[value->span.offset];
      group.value = value;
      group.rows.push_back({&each, &judgement, &found->second, fails(each, judgement)});
    }
    if (each.expectations->counts) add_counts(each, *expect);
  }

  std::string text() {
    for (auto& [offset, group] : groups_) bless_group(group);
    write_own_entries();
    write_new_designs();
    return edits_.applied(text_);
  }

  /// What no text of the file can say as it stands; of text().
  const std::vector<std::string>& undecided() const { return undecided_; }

 private:
  /// The file's tree as a variant sees it; kept, since values of it are pointed to.
  const Value& tree_of(const std::string& variant) {
    const auto [found, made] = trees_.try_emplace(variant, *document_.root);
    Value& tree = found->second;
    const Value* variants = document_.root->find("variants");
    if (!made || variant.empty() || variants == nullptr) return tree;
    std::erase_if(tree.members, [](const Member& member) { return member.key == "variants"; });
    Diagnostics ignored;
    scenario::Context context(document_, ignored);
    if (const Value* overrides = variants->find(variant)) {
      scenario::apply_overrides(context, *overrides, tree);
    }
    return tree;
  }

  static const Value* value_of(const Value& expect, const scenario::Expectation& expected) {
    const Value* under = expect.find(expected.design);
    if (under == nullptr || under->kind != Value::Kind::object) return under;
    return under->find(expected.invariant);
  }

  static bool fails(const Explored& each, const Judgement& judgement) {
    const auto failures = failures_of(*each.expectations, *each.world, *each.analysis);
    return std::any_of(failures.begin(), failures.end(),
                       [&](const Failure& f) { return f.invariant == judgement.invariant.name; });
  }

  void bless_group(const Group& group) {
    const bool any = std::any_of(group.rows.begin(), group.rows.end(), [](const Row& row) { return row.failing; });
    if (!any) return;
    const Verdict first = group.rows[0].judgement->verdict;
    const bool agree = std::all_of(group.rows.begin(), group.rows.end(), [&](const Row& row) {
      return row.judgement->verdict == first && row.judgement->vacuous.empty();
    });
    if (first != Verdict::unknown && agree) return change(group);
    for (const Row& row : group.rows) {
      const bool told = row.failing && row.judgement->verdict != Verdict::unknown;
      if (told && row.judgement->vacuous.empty()) own_[row.explored].push_back(row);
    }
  }

  /// All cases of an entry came out alike: it says so.
  void change(const Group& group) {
    const Judgement& judgement = *group.rows[0].judgement;
    if (group.value->kind != Value::Kind::object) {
      return edits_.replace(group.value->span, plain_entry(judgement));
    }
    if (const Value* verdict = group.value->find("verdict")) {
      edits_.replace(verdict->span, plain_entry(judgement));
    }
    std::set<std::string> gone;
    if (judgement.verdict == Verdict::holds) {
      gone = {"shortest", "witness"};   // they need a violation
    } else {
      change_length(group);
      if (!change_witness(group)) gone.insert("witness");
    }
    drop(*group.value, gone);
  }

  void change_length(const Group& group) {
    const Value* shortest = group.value->find("shortest");
    if (shortest == nullptr) return;
    std::size_t least = group.rows[0].judgement->witness.size(), most = least;
    for (const Row& row : group.rows) {
      least = std::min(least, row.judgement->witness.size());
      most = std::max(most, row.judgement->witness.size());
    }
    const auto& expected = *group.rows[0].expected;
    if (expected.shortest && least == most) {
      edits_.replace(shortest->span, std::to_string(most));
    } else if (!expected.shortest_at_most || static_cast<int>(most) > *expected.shortest_at_most) {
      edits_.replace(shortest->span, json_text("<=" + std::to_string(most)));
    }
  }

  /// A witness that all cases of the entry show; false: there is none.
  bool change_witness(const Group& group) {
    const Value* witness = group.value->find("witness");
    if (witness == nullptr || witness->text.empty()) return true;
    std::vector<std::string> candidates = {witness->text};
    for (const Row& row : group.rows) candidates.push_back(row.judgement->schedule);
    for (const std::string& candidate : candidates) {
      const bool shown = std::all_of(group.rows.begin(), group.rows.end(), [&](const Row& row) {
        return why_not_shown(*row.explored->world, row.judgement->invariant, candidate).empty();
      });
      if (!shown) continue;
      if (candidate != witness->text) edits_.replace(witness->span, json_text(candidate));
      return true;
    }
    return false;
  }

  /// Takes members out, each with one comma: those before the first that stays with the comma behind them,
  /// the others with the one before.
  void drop(const Value& object, const std::set<std::string>& gone) {
    bool kept = false;
    for (std::size_t i = 0; i < object.members.size(); ++i) {
      const Member& member = object.members[i];
      if (gone.count(member.key) == 0) {
        kept = true;
      } else if (kept) {
        const std::size_t begin = end_of(object.members[i - 1].value.span);
        edits_.replace({begin, end_of(member.value.span) - begin}, "");
      } else if (i + 1 < object.members.size()) {
        const std::size_t begin = member.key_span.offset;
        edits_.replace({begin, object.members[i + 1].key_span.offset - begin}, "");
      }
    }
  }

  void add_counts(const Explored& each, const Value& expect) {
    const Value* under = expect.find(each.expectations->counts->design);
    const Value* counts = under == nullptr ? nullptr : under->find("counts");
    if (counts == nullptr || !each.analysis->counts) return;
    for (const Member& count : counts->members) {
      const auto number = count_of(*each.analysis->counts, count.key);
      const Span at = count.value.span;
      if (!number || *number == count.value.text) continue;
      const auto [seen, first] = counted_.emplace(at.offset, *number);
      if (first || seen->second == *number) edits_.replace(at, json_text(*number));
    }
  }

  static std::optional<std::string> count_of(const Counts& counts, const std::string& name) {
    if (name == "schedules") return counts.schedules.str();
    for (const auto* group : {&counts.by_outcome, &counts.by_finding}) {
      if (const auto found = group->find(name); found != group->end()) return found->second.str();
    }
    return std::nullopt;
  }

  /// Entries of designs that go apart from the pattern that they fell under.
  void write_own_entries() {
    for (const auto& [explored, rows] : own_) {
      // A variant without an `expect` of its own shares the file's: what is said there counts for both.
      if (!explored->scenario->variant.empty()) continue;
      const std::string& design = explored->expectations->design;
      const Value& expect = *document_.root->find("expect");
      for (const Member& entry : expect.members) {
        if (entry.key != rows[0].expected->design) continue;
        if (entry.key == design) {
          write_into(entry.value, sayable(entry.value, rows));
        } else {
          edits_.insert(entry.key_span.offset, json_text(design) + ": " + apart(entry.value, rows) + separator(expect));
        }
      }
    }
  }

  /// The rows without those that an entry of their own speaks for: one for the file and a variant that came out
  /// otherwise. No entry says both, so none is written.
  std::vector<Row> sayable(const Value& value, std::vector<Row> rows) {
    std::erase_if(rows, [&](const Row& row) {
      const std::string name(row.judgement->invariant.name);
      if (value.kind != Value::Kind::object || value.find(name) == nullptr) return false;
      undecided_.push_back(subject(*row.explored) + ": " + name + ": " +
                           std::string(verdict_name(row.judgement->verdict)) +
                           " here, but not in every variant that this entry speaks for: give such a variant an "
                           "\"expect\" of its own");
      return true;
    });
    return rows;
  }

  static std::string members_of(const std::vector<Row>& rows) {
    std::string out;
    for (const Row& row : rows) {
      out += json_text(row.judgement->invariant.name) + ": " + plain_entry(*row.judgement) + ", ";
    }
    return out;
  }

  /// The design has its own object, in which a pattern of invariants speaks for some that disagree.
  void write_into(const Value& value, const std::vector<Row>& rows) {
    if (rows.empty()) return;
    if (value.kind == Value::Kind::object) {
      edits_.insert(value.span.offset + 1, members_of(rows));
    } else {
      edits_.replace(value.span, "{" + members_of(rows) + "\"*\": " + source(value.span) + "}");
    }
  }

  /// What a pattern says, with other values for some invariants.
  std::string apart(const Value& value, const std::vector<Row>& rows) const {
    std::string out = "{" + members_of(rows);
    if (value.kind != Value::Kind::object) return out + "\"*\": " + source(value.span) + "}";
    for (const Member& member : value.members) {
      const bool replaced = std::any_of(rows.begin(), rows.end(),
                                        [&](const Row& row) { return row.judgement->invariant.name == member.key; });
      if (!replaced) out += source(member.key_span) + ": " + source(member.value.span) + ", ";
    }
    out.resize(out.size() - 2);
    return out + "}";
  }

  /// What stands there, as blessed so far.
  std::string source(Span span) const { return edits_.applied(text_, span); }

  /// What stands between two entries of an object: a comma, and the line end and indentation that the
  /// entries have.
  std::string separator(const Value& object) const {
    if (object.members.empty()) return ", ";
    const std::size_t key = object.members[0].key_span.offset;
    const std::size_t begin = text_.find_last_not_of(" \t", key - 1) + 1;
    const bool own_line = begin > 0 && text_[begin - 1] == '\n';
    return own_line ? ",\n" + std::string(text_.substr(begin, key - begin)) : ", ";
  }

  void add_design(const Explored& each) {
    if (!each.scenario->variant.empty()) return;   // the file's own entry counts for its variants
    std::string inner, rest;
    bool all = true;
    for (const Judgement& judgement : each.analysis->judgements) {
      if (judgement.verdict == Verdict::unknown || !judgement.vacuous.empty()) {
        all = false;
      } else if (judgement.verdict == Verdict::violated) {
        inner += json_text(judgement.invariant.name) + ": " + full_entry(judgement) + ", ";
      } else {
        rest += json_text(judgement.invariant.name) + ": \"holds\", ";
      }
    }
    if (!rest.empty()) inner += all ? "\"*\": \"holds\", " : rest;
    if (inner.empty()) return;
    inner.resize(inner.size() - 2);
    new_.push_back(json_text(each.expectations->design) + ": {" + inner + "}");
  }

  void write_new_designs() {
    if (new_.empty()) return;
    const Value* expect = document_.root->find("expect");
    const std::string between = expect == nullptr ? ",\n    " : separator(*expect);
    std::string entries;
    for (const std::string& each : new_) entries += (entries.empty() ? "" : between) + each;
    if (expect == nullptr) {
      const Value& last = document_.root->members.back().value;
      edits_.insert(end_of(last.span), ",\n  \"expect\": {\n    " + entries + "\n  }");
    } else if (expect->members.empty()) {
      edits_.insert(expect->span.offset + 1, entries);
    } else {
      edits_.insert(end_of(expect->members.back().value.span), between + entries);
    }
  }

  std::string_view text_;
  Document document_;
  std::map<std::string, Value> trees_;                       // by name of the variant
  std::map<std::size_t, Group> groups_;                      // by where their value stands
  std::map<const Explored*, std::vector<Row>> own_;          // in the order of the cases: one array
  std::map<std::size_t, std::string> counted_;
  std::vector<std::string> new_, undecided_;
  Edits edits_;
};

/// Those that are built in, and those of the user that the scenarios were read with.
scenario::ProtocolLibrary protocols_of(const std::vector<Explored>& cases) {
  scenario::ProtocolLibrary protocols = scenario::built_in_protocols();
  for (const Explored& each : cases) protocols.add(each.world->scenario().protocol);
  return protocols;
}

/// What a file that was blessed still does not meet.
std::vector<std::string> not_met(std::string_view text, const std::vector<Explored>& cases,
                                 const scenario::ProtocolLibrary& protocols) {
  std::vector<std::string> left;
  Diagnostics errors;
  const auto scenarios = scenario::read_scenario(text, "", errors, protocols);
  if (scenarios.empty()) {
    for (const Diagnostic& error : errors) left.push_back(error.code + ": " + error.message);
    return left;
  }
  for (const Explored& each : cases) {
    for (const scenario::Scenario& scenario : scenarios) {
      if (scenario.variant != each.scenario->variant) continue;
      Diagnostics ignored;
      const auto judged = cases_of(scenario, {each.expectations->design}, ignored, nullptr,
                                   [&](const std::string&) -> scenario::DesignAsks {
                                     return {each.world->scenario().named, each.world->scenario().asserts};
                                   });
      if (judged.empty()) {
        left.push_back(subject(each) + ": nothing was concluded, so nothing is expected");
        continue;
      }
      for (const Failure& failure : failures_of(judged[0], *each.world, *each.analysis)) {
        const std::string name = failure.invariant.empty() ? "counts" : failure.invariant;
        left.push_back(subject(each) + ": " + name + ": " + failure.message);
      }
    }
  }
  return left;
}

}  // namespace

Blessing bless(std::string_view text, const std::vector<Explored>& cases) {
  Blessing result;
  Blesser blesser(text);
  for (const Explored& each : cases) blesser.add(each);
  result.text = blesser.text();
  const scenario::ProtocolLibrary protocols = protocols_of(cases);
  result.left = not_met(result.text, cases, protocols);
  result.left.insert(result.left.end(), blesser.undecided().begin(), blesser.undecided().end());
  // A text that cannot be read would be a fault of this file; it never reaches the user's.
  Diagnostics errors;
  if (scenario::read_scenario(result.text, "", errors, protocols).empty()) result.text = text;
  return result;
}

}  // namespace interleak::check
