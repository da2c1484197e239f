// See variants.hpp. Names in paths may contain dots themselves (ids of designs do), so at each
// object the longest member name that fits is taken.
#include "sim/scenario/variants.hpp"

#include <algorithm>
#include <charconv>

#include "sim/scenario/reader.hpp"

namespace interleak::scenario {
namespace {

constexpr std::size_t kMaxPathBytes = 256;
/// No field takes that many members, so an object with more is refused anyway; it is not searched for each
/// path.
constexpr std::size_t kMaxSearched = 1000;

bool begins_path(std::string_view name, std::string_view path) {
  return path.starts_with(name) && (path.size() == name.size() || path[name.size()] == '.');
}

/// Names and positions between single dots, not too many.
bool is_path(std::string_view text) {
  const bool dots =
      text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos;
  return !dots && text.size() <= kMaxPathBytes && std::count(text.begin(), text.end(), '.') < kMaxNesting;
}

bool is_fixed(std::string_view path) {
  return begins_path("interleak", path) || begins_path("id", path) || begins_path("variants", path);
}

/// The item or member of that index.
Value& child(Value& value, std::size_t index) {
  return value.kind == Value::Kind::array ? value.items[index] : value.members[index].value;
}

/// Goes down a path, and makes the members that are missing on it.
class Descent {
 public:
  Descent(Value& root, std::string_view path, Span made_at) : value_(&root), path_(path), made_at_(made_at) {}

  /// Null if an array or a scalar is in the way; only then nothing was made.
  Value* go() {
    while (!path_.empty()) {
      const auto index = value_->kind == Value::Kind::array    ? item()
                         : value_->kind == Value::Kind::object ? member()
                                                               : std::nullopt;
      if (!index) return nullptr;
      if (!made_) place_.push_back(*index);
      value_ = &child(*value_, *index);
    }
    return value_;
  }

  /// Was the last member of `place()` made? Then it holds all that was made.
  bool made() const { return made_; }
  const std::vector<std::size_t>& place() const { return place_; }

 private:
  void consume(std::size_t bytes) { path_.remove_prefix(std::min(bytes + 1, path_.size())); }

  std::optional<std::size_t> item() {
    const std::string_view digits = path_.substr(0, path_.find('.'));
    std::size_t index = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, problem] = std::from_chars(digits.data(), end, index);
    if (problem != std::errc{} || stop != end || index >= value_->items.size()) return std::nullopt;
    consume(digits.size());
    return index;
  }

  /// The member that the path begins with; made if the object has none.
  std::optional<std::size_t> member() {
    auto& members = value_->members;
    if (members.size() > kMaxSearched) return std::nullopt;
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < members.size(); ++i) {
      const bool longer = !best || members[i].key.size() > members[*best].key.size();
      if (longer && begins_path(members[i].key, path_)) best = i;
    }
    if (!best) {
      best = members.size();
      make();
    }
    consume(members[*best].key.size());
    return best;
  }

  void make() {
    Value empty;
    empty.kind = Value::Kind::object;
    empty.span = made_at_;
    const std::string_view name = path_.substr(0, path_.find('.'));
    value_->members.push_back({std::string(name), made_at_, std::move(empty)});
    if (!made_) place_.push_back(value_->members.size() - 1);
    made_ = true;
  }

  Value* value_;
  std::string_view path_;   // the rest of it
  const Span made_at_;
  std::vector<std::size_t> place_;
  bool made_ = false;
};

}  // namespace

void Changes::take_back(Value& root) {
  for (auto change = all_.rbegin(); change != all_.rend(); ++change) {
    Value* parent = &root;
    const auto& place = change->place;
    for (std::size_t i = 0; i + 1 < place.size(); ++i) parent = &child(*parent, place[i]);
    if (change->before) {
      child(*parent, place.back()) = std::move(*change->before);
    } else {
      parent->members.pop_back();   // what was made later is gone already
    }
  }
  all_.clear();
}

Changes apply_overrides(Context& context, const Value& overrides, Value& root) {
  Changes changes;
  for (const Member& entry : context.members(overrides, kMaxOverrides)) {
    const bool usable = is_path(entry.key) && !is_fixed(entry.key);
    Descent descent(root, entry.key, entry.key_span);
    Value* target = usable ? descent.go() : nullptr;
    if (target != nullptr) {
      std::optional<Value> before;
      if (!descent.made()) before = std::move(*target);
      *target = entry.value;
      changes.note(descent.place(), std::move(before));
      continue;
    }
    Diagnostic& d = context.error("ILK0022", quote(entry.key) + " is nothing that a variant can set", entry.key_span);
    d.expected = "a dotted path of fields and positions, \"faults.cancel.max\", \"tasks.0.owner\"";
  }
  return changes;
}

}  // namespace interleak::scenario
