// See variants.hpp. Names in paths may contain dots themselves (ids of designs do), so at each
// object the longest member name that fits is taken.
#include "sim/scenario/variants.hpp"

#include <algorithm>
#include <charconv>

#include "sim/scenario/reader.hpp"

namespace interleak::scenario {
namespace {

constexpr std::size_t kMaxOverrides = 64;
constexpr std::size_t kMaxPathBytes = 256;

bool begins_path(std::string_view name, std::string_view path) {
  return path.starts_with(name) && (path.size() == name.size() || path[name.size()] == '.');
}

void consume(std::string_view& path, std::size_t bytes) {
  path.remove_prefix(std::min(bytes + 1, path.size()));
}

Value* item(Value& array, std::string_view& path) {
  const std::string_view digits = path.substr(0, path.find('.'));
  std::size_t index = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, problem] = std::from_chars(digits.data(), end, index);
  if (problem != std::errc{} || stop != end || index >= array.items.size()) return nullptr;
  consume(path, digits.size());
  return &array.items[index];
}

/// The member that the path begins with; made if the object has none.
Value* member(Value& object, std::string_view& path, Span made_at) {
  Member* best = nullptr;
  for (Member& candidate : object.members) {
    const bool longer = best == nullptr || candidate.key.size() > best->key.size();
    if (longer && begins_path(candidate.key, path)) best = &candidate;
  }
  if (best == nullptr) {
    const std::string_view name = path.substr(0, path.find('.'));
    Value empty;
    empty.kind = Value::Kind::object;
    empty.span = made_at;
    best = &object.members.emplace_back(Member{std::string(name), made_at, std::move(empty)});
  }
  consume(path, best->key.size());
  return &best->value;
}

/// Names and positions between single dots, not too many.
bool is_path(std::string_view text) {
  const bool dots = text.empty() || text.front() == '.' || text.back() == '.' ||
                    text.find("..") != std::string_view::npos;
  return !dots && text.size() <= kMaxPathBytes &&
         std::count(text.begin(), text.end(), '.') < kMaxNesting;
}

/// Null if an array or a scalar is in the way; only then nothing was made.
Value* descend(Value& root, std::string_view path, Span at) {
  Value* value = &root;
  while (!path.empty()) {
    if (value->kind == Value::Kind::array) {
      value = item(*value, path);
    } else if (value->kind == Value::Kind::object) {
      value = member(*value, path, at);
    } else {
      return nullptr;
    }
    if (value == nullptr) return nullptr;
  }
  return value;
}

bool is_fixed(std::string_view path) {
  return begins_path("interleak", path) || begins_path("id", path) || begins_path("variants", path);
}

}  // namespace

void apply_overrides(Context& context, const Value& overrides, Value& root) {
  for (const Member& entry : context.members(overrides, kMaxOverrides)) {
    const bool usable = is_path(entry.key) && !is_fixed(entry.key);
    Value* target = usable ? descend(root, entry.key, entry.key_span) : nullptr;
    if (target != nullptr) {
      *target = entry.value;
      continue;
    }
    Diagnostic& d = context.error(
        "ILK0022", quote(entry.key) + " is nothing that a variant can set", entry.key_span);
    d.expected = "a dotted path of fields and positions, \"faults.cancel.max\", \"tasks.0.owner\"";
  }
}

}  // namespace interleak::scenario
