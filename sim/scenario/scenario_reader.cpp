// Scenario files -> Scenario values; the format is docs/formats.md. One pass over the JSON tree per
// variant. A field that is wrong keeps its default and reading goes on, so all errors show at once.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "sim/property/invariants.hpp"
#include "sim/scenario/expectations.hpp"
#include "sim/scenario/fields.hpp"
#include "sim/scenario/json.hpp"
#include "sim/scenario/pool_text.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/variants.hpp"
#include "sim/terms/awaits.hpp"
#include "sim/terms/bounds.hpp"
#include "sim/terms/events.hpp"

namespace interleak::scenario {
namespace {

constexpr std::array<std::string_view, 2> kReady = {"any", "fifo"};
constexpr std::array<std::string_view, 4> kSendSuspendsNames = {"never", "after", "before", "may"};
constexpr std::array<std::string_view, 3> kEffects = {"none", "show", "send"};
constexpr std::array<std::string_view, 2> kOnError = {"end", "next"};
constexpr std::array<std::string_view, 2> kRoles = {"content", "recipient"};

/// Fields of every operation, whatever it does.
constexpr std::array<std::string_view, 17> kOperationFields = {
    "do",     "key",  "keys",   "commands", "result", "type", "accepts",  "mangles", "shared",
    "strict", "flow", "fields", "effect",   "as",     "node", "moved_to", "large"};
constexpr std::array<std::string_view, 3> kRequestKeys = {"no key", "the key", "each key"};

/// "a, b, c".
std::string listed(const std::vector<std::string>& names, const char* between = ", ") {
  std::string out;
  for (const std::string& each : names) out += (out.empty() ? "" : between) + each;
  return out;
}

/// "tmo, srv, net".
std::string reserved_words() {
  std::string out;
  for (const std::string_view word : kReservedWords) out += (out.empty() ? "" : ", ") + std::string(word);
  return out;
}

class ScenarioReader {
 public:
  /// `like`: a scenario whose file has the same `expect`, which is not read again then.
  ScenarioReader(Context& context, const ProtocolLibrary& protocols, const Scenario* like = nullptr)
      : c_(context), protocols_(protocols), like_(like) {}

  Scenario read(const Value& root) {
    const Fields file(c_, root,
                      {"interleak", "id", "title", "description", "protocol", "pool", "server", "tasks",
                       "ownership_check", "physics", "faults", "ready", "invariants", "designs", "expect", "variants"});
    if (!file) return {};
    check_format(c_, file);
    if (const Value* id = file.require("id", kPathName.expected)) s_.at = c_.position(id->span);
    file.read("id", s_.id, kPathName);
    file.read("title", s_.title, kLine);
    file.read("description", s_.description, kProse);
    if (!read_protocol(file)) return std::move(s_);   // nothing is known of its operations
    if (const Value* pool = file.find("pool")) read_pool(*pool);
    if (const Value* server = file.find("server")) read_server(*server);
    if (const Value* tasks = file.require("tasks", "an array of 1 to 8 tasks")) read_tasks(*tasks);
    file.read("ownership_check", s_.ownership_check);
    if (const Value* physics = file.find("physics")) read_physics(*physics);
    file.read("ready", s_.ready, kReady);
    if (const Value* faults = file.find("faults")) read_faults(*faults, file.find("ready"));
    if (const Value* names = file.find("invariants")) read_invariants(*names);
    if (const Value* designs = file.find("designs")) {
      s_.designs = c_.texts(*designs, kGlob, 1, kMaxDesigns);
    }
    if (const Value* block = file.find("expect")) expect(*block);
    return std::move(s_);
  }

 private:
  /// False if the protocol that it names is not known.
  bool read_protocol(const Fields& file) {
    s_.protocol = standard_protocol();
    const Value* name = file.find("protocol");
    if (name == nullptr) {   // a design may
      candidates_ = {s_.protocol};
      for (const std::string& id : protocols_.ids()) {
        if (id != s_.protocol->id) candidates_.push_back(protocols_.find(id));
      }
      return true;
    }
    s_.names_protocol = s_.named = true;
    const auto id = c_.text(*name, kName);
    s_.protocol = id ? protocols_.find(*id) : nullptr;
    if (id && s_.protocol == nullptr) {
      Diagnostic* error = c_.unknown("ILK0016", "protocol", *id, name->span, protocols_.ids());
      if (error != nullptr && error->help.empty()) error->help = "-L FILE adds the protocol of a file";
    }
    candidates_ = {s_.protocol};
    return s_.protocol != nullptr;
  }

  /// What an operation may be called: of the protocol that is named, else of any that a design may name.
  std::vector<std::string> operation_names() const {
    std::vector<std::string> names;
    for (const protocol::ProtocolPtr& each : candidates_) {
      for (const std::string& name : names_of(each->operations)) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
      }
    }
    return names;
  }

  /// The protocol that has it: the first, for others are only known when there is a design (spoken.cpp).
  const protocol::Protocol& speaker_of(const std::string& operation) const {
    const auto has = [&](const protocol::ProtocolPtr& each) { return each->operation(operation) != nullptr; };
    const auto found = std::ranges::find_if(candidates_, has);
    return found == candidates_.end() ? *s_.protocol : **found;
  }

  void contradiction(const Value& at, std::string message, std::string expected, const Value* other,
                     std::string there) {
    Diagnostic& d = c_.error("ILK0021", std::move(message), at.span);
    d.expected = std::move(expected);
    if (other != nullptr) d.related.push_back({c_.position(other->span), std::move(there)});
  }

  void read_pool(const Value& value) {
    const Fields pool(c_, value, {"max", "warm", "nodes"});
    pool.read("max", s_.pool_max, 1, kMaxConnections);
    pool.read("nodes", s_.nodes, 1, kMaxConnections);
    pool.read("warm", s_.pool_warm, 0, kMaxConnections);
    if (s_.pool_max * s_.nodes > kMaxConnections) {
      contradiction(*pool.find("nodes"), "\"max\" times \"nodes\" is too large",
                    "at most " + std::to_string(kMaxConnections) + " connections in all", pool.find("max"),
                    "max is " + std::to_string(s_.pool_max) + " here");
    }
    if (s_.pool_warm > s_.pool_max) {
      contradiction(*pool.find("warm"), "\"warm\" is larger than \"max\"",
                    "an integer from 0 to " + std::to_string(s_.pool_max), pool.find("max"),
                    "max is " + std::to_string(s_.pool_max) + " here");
    }
  }

  void read_server(const Value& value) {
    const Fields server(c_, value, {"may_be_silent", "pushes"});
    server.read("may_be_silent", s_.may_be_silent);
    server.read("pushes", s_.pushes, 0, kMaxPushesInSchedule);
  }

  void read_physics(const Value& value) {
    std::vector<std::string_view> names;
    for (const PhysicsOption& each : kPhysicsOptions) names.push_back(each.name);
    for (const Value& item : word_or_list(value, "all", names.size())) {
      if (const auto index = c_.choice(item, "physics", names)) {
        s_.physics.*kPhysicsOptions[static_cast<std::size_t>(*index)].option = true;
      }
    }
    if (value.kind == Value::Kind::string) s_.physics = all_physics();
  }

  void read_tasks(const Value& value) {
    std::map<std::string, Position> seen;
    for (const Value& item : c_.items(value, 1, kMaxTasks)) {
      const Fields fields(c_, item, {"id", "owner", "on_error", "do"});
      if (!fields) continue;
      Task task;
      task.at = c_.position(item.span);
      if (const Value* id = fields.require("id", kName.expected)) read_task_id(*id, task, seen);
      task.owner = task.id;
      fields.read("owner", task.owner, kLabel);
      if (const Value* what = fields.find("on_error")) task.goes_on = c_.choice(*what, "on_error", kOnError) == 1;
      if (const Value* list = fields.require("do", "an array of 1 to 8 operations")) {
        for (const Value& operation : c_.items(*list, 1, kMaxOperations)) {
          task.operations.push_back(read_operation(operation));
        }
      }
      s_.tasks.push_back(std::move(task));
    }
    count_types(value);
  }

  /// A set of types is a word of the machine, in every state and every comparison.
  void count_types(const Value& tasks) {
    const std::size_t named = types_beside_protocol(s_), most = most_types(*s_.protocol);
    if (named <= most) return;
    c_.error("ILK0015", "the tasks name " + std::to_string(named) + " types of values", {tasks.span.offset, 1})
        .expected = "at most " + std::to_string(most) + " beside " + listed(protocol::types_of(*s_.protocol), " and ");
  }

  void read_task_id(const Value& value, Task& task, std::map<std::string, Position>& seen) {
    const auto id = c_.text(value, kName);
    if (!id) return;
    task.id = *id;
    if (begins_event(*id)) {   // it stands in schedules beside the events of servers and wires
      c_.error("ILK0019", "a task cannot be called " + quote(*id), value.span).expected =
          "a name that does not begin with the name of another event: " + reserved_words();
    }
    const Position at = c_.position(value.span);
    if (const auto [first, fresh] = seen.emplace(*id, at); !fresh) {
      c_.error("ILK0017", "two tasks are called " + quote(*id), value.span)
          .related.push_back({first->second, "the first one"});
    }
  }

  Operation read_operation(const Value& value) {
    std::vector<std::string> allowed = operation_names();
    allowed.insert(allowed.end(), kOperationFields.begin(), kOperationFields.end());
    const Fields fields(c_, value, allowed);
    Operation operation;
    operation.does = s_.protocol->operations.front().name;   // until it is read
    operation.at = c_.position(value.span);
    if (!fields) return operation;
    read_commands(fields, value, operation);
    fields.read("type", operation.type, kName);
    if (operation.written && s_.names_protocol) read_own_words(operation, value);
    operation.accepts = {type_of_value(speaker_of(operation.does), operation)};
    if (const Value* accepts = fields.find("accepts")) {
      operation.own_accepts = true;
      operation.accepts = c_.texts(*accepts, kName, 1, 16);
    }
    if (const Value* mangles = fields.find("mangles")) {
      operation.mangles = c_.texts(*mangles, kName, 1, 16);
    }
    fields.read("shared", operation.shared);
    fields.read("strict", operation.strict);
    fields.read("flow", operation.flow, kLabel);
    if (const Value* names = fields.find("fields")) read_value_fields(*names, operation);
    fields.read("effect", operation.effect, kEffects);
    fields.read("as", operation.role, kRoles);
    if (operation.role == Role::recipient && operation.effect != Effect::send) {
      contradiction(*fields.find("as"), "only what is sent has a recipient", "\"effect\": \"send\" beside it",
                    fields.find("effect"), "the effect is this");
    }
    if (const Value* node = fields.find("node")) operation.node = c_.integer(*node, 1, s_.nodes);
    if (const Value* moved = fields.find("moved_to")) operation.moved_to = c_.integer(*moved, 1, s_.nodes);
    fields.read("large", operation.large);
    return operation;
  }

  /// Names of what is in the value; for a pipeline one list for each of its keys.
  void read_value_fields(const Value& value, Operation& operation) {
    const protocol::Operation* told = speaker_of(operation.does).operation(operation.does);
    const bool many = operation.written ? operation.written->many : told != nullptr && told->many;
    if (!many) {
      operation.fields = {c_.texts(value, kLabel, 1, kMaxFields)};
      return;
    }
    const std::size_t keys = operation.keys.size();
    for (const Value& names : c_.items(value, keys, keys)) {
      operation.fields.push_back(c_.texts(names, kLabel, 1, kMaxFields));
    }
  }

  void read_commands(const Fields& fields, const Value& whole, Operation& operation) {
    if (const Value* name = fields.find("do")) return read_named(fields, *name, operation);
    for (const std::string_view name : {"key", "keys", "commands", "result"}) {
      const Value* alone = fields.find(name);
      if (alone == nullptr) continue;
      c_.error("ILK0021", quote(std::string(name)) + " belongs to an operation that is named with \"do\"", alone->span)
          .expected = "\"do\", the name of the operation";
    }
    const Value* command = nullptr;
    for (const std::string& each : operation_names()) {
      const Value* candidate = fields.find(each);
      if (candidate == nullptr) continue;
      if (command != nullptr) {
        contradiction(*candidate, "an operation is one command, not two of them", "", command, "the other one");
        continue;
      }
      command = candidate;
      operation.does = each;
    }
    const protocol::Protocol& speaker = speaker_of(operation.does);
    const protocol::Operation& told = *speaker.operation(operation.does);
    if (command == nullptr) {
      c_.error("ILK0013", "this operation does nothing", {whole.span.offset, 1}).expected =
          "one of the fields " + listed(names_of(s_.protocol->operations));
    } else if (told.many) {
      operation.keys = c_.texts(*command, kLabel, 1, most_keys(speaker, told), true);
    } else if (auto key = c_.text(*command, kLabel)) {
      operation.keys = {std::move(*key)};
    }
  }

  /// {"do": "book", "key": "invoice", "commands": ["insert"]}
  void read_named(const Fields& fields, const Value& name, Operation& operation) {
    for (const std::string& each : operation_names()) {
      if (const Value* other = fields.find(each)) {
        contradiction(*other, "an operation is one command, not two of them", "", &name, "the other one");
      }
    }
    const auto does = c_.text(name, kVariable);
    if (!does) return;
    const Value* commands = fields.find("commands");
    const auto names = operation_names();
    if (commands != nullptr) {
      operation.written = read_own(fields, *commands);
    } else {
      if (std::ranges::find(names, *does) == names.end()) {
        Diagnostic* error = c_.unknown("ILK0016", "operation", *does, name.span, names);
        if (error != nullptr && error->help.empty()) {
          error->help = "\"commands\" beside it says what an operation of the scenario's own sends";
        }
        return;
      }
      if (const Value* result = fields.find("result")) {
        c_.error("ILK0021", "\"result\" belongs to an operation of the scenario's own", result->span).expected =
            "\"commands\" beside it";
      }
    }
    operation.does = *does;
    read_keys(fields, operation);
  }

  void read_keys(const Fields& fields, Operation& operation) {
    const Value* key = fields.find("key");
    const Value* keys = fields.find("keys");
    operation.keys = {operation.does};
    if (keys != nullptr) {
      if (key != nullptr)
        contradiction(*keys, "\"keys\" and \"key\" stand here", "one of the two", key, "the other one");
      const protocol::Protocol& speaker = speaker_of(operation.does);
      const protocol::Operation* told = operation.written ? nullptr : speaker.operation(operation.does);
      const std::size_t most = told == nullptr ? kMaxCommands : told->many ? most_keys(speaker, *told) : 1;
      if (auto all = c_.texts(*keys, kLabel, 1, most, true); !all.empty()) operation.keys = std::move(all);
      if (operation.written) operation.written->many = true;
    } else if (key != nullptr) {
      if (auto text = c_.text(*key, kLabel)) operation.keys = {std::move(*text)};
    }
  }

  /// With the protocol that the scenario names; where it names none, a design may (spoken.cpp).
  void read_own_words(Operation& operation, const Value& whole) {
    Diagnostics found;
    operation.own = own_operation(*s_.protocol, operation, found);
    for (const Diagnostic& each : found) {
      Diagnostic& error = c_.error(each.code, each.message, {whole.span.offset, 1});
      error.at = each.at;
      error.length = each.length;
      error.expected = each.expected;
      error.help = each.help;
    }
  }

  /// What it sends; which commands there are only a protocol knows.
  OwnOperation read_own(const Fields& fields, const Value& commands) {
    OwnOperation own;
    const auto items = c_.items(commands, 1, kMaxCommands);
    const bool steps = !items.empty() && items.front().kind == Value::Kind::array;
    if (!steps) own.steps.push_back(read_own_step(items));
    else
      for (const Value& step : items) own.steps.push_back(read_own_step(c_.items(step, 1, kMaxCommands)));
    if (const Value* result = fields.find("result")) own.result = c_.texts(*result, kVariable, 0, protocol::kMaxKinds);
    return own;
  }

  std::vector<OwnOperation::Request> read_own_step(std::span<const Value> items) {
    std::vector<OwnOperation::Request> step;
    for (const Value& item : items) {
      OwnOperation::Request request;
      request.at = c_.position(item.span);
      if (item.kind != Value::Kind::object) {
        auto name = c_.text(item, kLabel);
        if (!name) continue;
        request.command = std::move(*name);
      } else {
        const Fields fields(c_, item, {"send", "of", "ignored"});
        const Value* name = fields.require("send", "the name of a command");
        if (name == nullptr) continue;
        request.at = c_.position(name->span);
        request.keys = protocol::Keys::none;
        fields.read("send", request.command, kLabel);
        fields.read("of", request.keys, kRequestKeys);
        fields.read("ignored", request.ignored);
      }
      step.push_back(std::move(request));
    }
    return step;
  }

  void read_faults(const Value& value, const Value* ready_above) {
    const Fields faults(c_, value, {"cancel", "server_error", "send_suspends", "ready"});
    if (const Value* cancel = faults.find("cancel")) read_cancel(*cancel);
    if (const Value* errors = faults.find("server_error")) read_server_errors(*errors);
    if (const Value* suspends = faults.find("send_suspends")) {
      if (const auto index = c_.choice(*suspends, "send_suspends", kSendSuspendsNames)) {
        s_.send_suspends = static_cast<design::SendSuspends>(*index);
      }
    }
    const Value* ready = faults.find("ready");
    if (ready != nullptr && ready_above != nullptr) {
      contradiction(*ready, "\"ready\" stands here and at the top of the file", "one of the two", ready_above,
                    "the other one");
    }
    faults.read("ready", s_.ready, kReady);
  }

  void read_cancel(const Value& value) {
    const Fields cancel(c_, value, {"who", "at", "max", "kind"});
    cancel.require("max", "an integer from 0 to " + std::to_string(kMaxCancels));
    cancel.read("max", s_.cancel.max, 0, kMaxCancels);
    if (const Value* who = cancel.find("who")) read_who(*who, s_.cancel.who);
    if (const Value* at = cancel.find("at")) read_at(*at);
    cancel.read("kind", s_.cancel.kind, kCancelKinds);
  }

  void read_server_errors(const Value& value) {
    const Fields errors(c_, value, {"who", "at", "max"});
    if (!errors) return;
    s_.server_errors.place = c_.position(value.span);
    errors.require("max", "an integer from 0 to " + std::to_string(kMaxServerErrors));
    errors.read("max", s_.server_errors.max, 0, kMaxServerErrors);
    if (const Value* who = errors.find("who")) read_who(*who, s_.server_errors.who);
    const Value* at = errors.find("at");
    const bool known = at == nullptr || read_commands(*at);
    if (!s_.names_protocol || !known) return;  // spoken.cpp asks the protocol of the design
    if (const auto wrong = misfit(*s_.protocol, s_.server_errors)) {
      c_.error("ILK0016", wrong->message, value.span).expected = wrong->expected;
    }
  }

  /// False if the protocol that is named does not know some of them.
  bool read_commands(const Value& value) {
    bool known = true;
    auto& commands = s_.server_errors.at;
    for (const Value& item : word_or_list(value, "any-command", kMaxProtocolCommands)) {
      const auto name = c_.text(item, kLabel);
      if (!name) continue;
      if (std::ranges::find(commands, *name) != commands.end()) {
        c_.error("ILK0017", quote(*name) + " stands here twice", item.span);
        continue;
      }
      commands.push_back(*name);
      if (!s_.names_protocol || s_.protocol->command(*name) != nullptr) continue;
      c_.unknown("ILK0016", "command of the protocol " + s_.protocol->id, *name, item.span,
                 names_of(s_.protocol->commands));
      known = false;
    }
    return known;
  }

  /// The items of a field that is either one word for all or a list; none for the word.
  std::span<const Value> word_or_list(const Value& value, std::string_view word, std::size_t most) {
    if (value.kind == Value::Kind::array) return c_.items(value, 1, most);
    if (value.kind == Value::Kind::string && value.text == word) return {};
    const bool text = value.kind == Value::Kind::string;
    Diagnostic& d = text ? c_.error("ILK0016", "unknown value " + quote(value.text), value.span)
                         : c_.error("ILK0014", "this is " + std::string(kind_name(value.kind)), value.span);
    d.expected = quote(word) + " or an array of names";
    if (text) d.help = "for one name write [" + quote(value.text) + "]";
    return {};
  }

  void read_who(const Value& value, std::vector<std::string>& who) {
    std::vector<std::string> ids;
    for (const Task& task : s_.tasks) ids.push_back(task.id);
    for (const Value& item : word_or_list(value, "any", kMaxTasks)) {
      const auto id = c_.text(item, kName);
      if (!id) continue;
      if (std::find(ids.begin(), ids.end(), *id) == ids.end()) {
        c_.unknown("ILK0016", "task", *id, item.span, ids);
      } else if (std::ranges::find(who, *id) != who.end()) {
        c_.error("ILK0017", quote(*id) + " stands here twice", item.span);
      } else {
        who.push_back(*id);
      }
    }
  }

  void read_at(const Value& value) {
    const auto items = word_or_list(value, "any-await", kCancellableAwaits.size());
    std::uint16_t mask = 0;
    for (const Value& item : items) {
      if (const auto index = c_.choice(item, "at", kCancellableAwaits)) {
        mask = static_cast<std::uint16_t>(mask | 1u << *index);
      }
    }
    if (!items.empty()) s_.cancel.at = mask;
  }

  void read_invariants(const Value& value) {
    for (const Value& item : c_.items(value, 1, property::all_invariants().size())) {
      const auto name = c_.text(item, kGlob);
      if (!name) continue;
      if (property::find_invariant(*name) == nullptr) {
        c_.unknown("ILK0016", "invariant", *name, item.span, invariant_names());
      } else if (std::find(s_.invariants.begin(), s_.invariants.end(), *name) != s_.invariants.end()) {
        c_.error("ILK0017", quote(*name) + " stands here twice", item.span);
      } else {
        s_.invariants.push_back(*name);
      }
    }
  }

  void expect(const Value& block) {
    if (like_ == nullptr) return read_expectations(c_, block, s_);
    s_.expectations = like_->expectations;
    s_.expected_counts = like_->expected_counts;
    s_.expected_designs = like_->expected_designs;
  }

  Context& c_;
  const ProtocolLibrary& protocols_;
  const Scenario* like_;
  std::vector<protocol::ProtocolPtr> candidates_;   // that may have the operations, the standard one first
  Scenario s_;
};

bool is_same(const Diagnostic& a, const Diagnostic& b) {
  return a.at == b.at && a.code == b.code && a.message == b.message;
}

/// A path of its own, or one that begins a longer name: the block may become another one.
bool changes_expectations(const Member& variant) {
  return std::any_of(variant.value.members.begin(), variant.value.members.end(),
                     [](const Member& entry) { return entry.key.starts_with("expect"); });
}

/// Reads the file and its variants out of one tree.
class FileReader {
 public:
  FileReader(const Document& document, const ProtocolLibrary& protocols, Diagnostics& errors)
      : document_(document), protocols_(protocols), errors_(errors), context_(document, errors) {}

  std::vector<Scenario> read() {
    const Value& root = *document_.root;
    result_.push_back(ScenarioReader(context_, protocols_).read(root));
    errors_of_base_ = errors_.size();
    if (const Value* variants = root.find("variants")) {
      const auto all = context_.members(*variants, kMaxVariants);
      if (!all.empty()) copy_tree();
      for (const Member& variant : all) {
        if (errors_.size() >= kMaxErrors) break;   // no more of them would be told
        if (context_.key(variant, kName)) read_variant(variant);
      }
    }
    return std::move(result_);
  }

 private:
  /// All but the variants themselves.
  void copy_tree() {
    const Value& root = *document_.root;
    tree_.kind = root.kind;
    tree_.span = root.span;
    for (const Member& member : root.members) {
      if (member.key != "variants") tree_.members.push_back(member);
    }
  }

  void read_variant(const Member& variant) {
    Diagnostics errors;
    Context context(document_, errors);
    Changes changes = apply_overrides(context, variant.value, tree_);
    const Scenario* like = changes_expectations(variant) ? nullptr : &result_.front();
    result_.push_back(ScenarioReader(context, protocols_, like).read(tree_));
    changes.take_back(tree_);
    result_.back().variant = variant.key;
    for (Diagnostic& error : errors) {
      const auto end = errors_.begin() + static_cast<std::ptrdiff_t>(errors_of_base_);
      const bool known = std::any_of(errors_.begin(), end, [&](const Diagnostic& d) { return is_same(d, error); });
      if (!known) errors_.push_back(in_variant(std::move(error), variant));
    }
  }

  /// An error of a variant shows inside the variant, also where an override made a field wrong that
  /// stands elsewhere.
  Diagnostic in_variant(Diagnostic error, const Member& variant) const {
    const auto place = [](Position at) { return std::tuple(at.line, at.column); };
    const Span value = variant.value.span;
    const Position begin = document_.position(variant.key_span.offset);
    const Position end = document_.position(value.offset + value.length);
    if (place(error.at) >= place(begin) && place(error.at) < place(end)) return error;
    error.message += " in variant " + quote(variant.key);
    error.related.insert(error.related.begin(), {error.at, "this field"});
    error.at = begin;
    error.length = document_.length_on_line(variant.key_span);
    error.path = document_.path(variant.key_span.offset);
    return error;
  }

  const Document& document_;
  const ProtocolLibrary& protocols_;
  Diagnostics& errors_;
  Context context_;
  Value tree_;   // what the variants are put into
  std::vector<Scenario> result_;
  std::size_t errors_of_base_ = 0;
};

}  // namespace

std::span<const std::string_view> operation_fields() { return kOperationFields; }

bool fits(const protocol::Protocol& protocol, const protocol::Operation& operation, std::size_t keys) {
  return protocol::requests_of(operation, keys) <= kMaxCommands &&
         protocol::messages_of(protocol, operation, keys) <= kMaxAnswers &&
         protocol::results_of(protocol, operation, keys) <= kMaxCommands;
}

std::size_t most_keys(const protocol::Protocol& protocol, const protocol::Operation& operation) {
  std::size_t keys = 1;
  while (keys < kMaxCommands && fits(protocol, operation, keys + 1)) ++keys;
  return keys;
}

std::size_t types_beside_protocol(const Scenario& scenario) {
  std::set<std::string_view> types;
  for (const Task& task : scenario.tasks) {
    for (const Operation& operation : task.operations) {
      types.insert(operation.type);
      types.insert(operation.accepts.begin(), operation.accepts.end());
      types.insert(operation.mangles.begin(), operation.mangles.end());
    }
  }
  for (const std::string& type : protocol::types_of(*scenario.protocol)) types.erase(type);
  return types.size();
}

std::size_t most_types(const protocol::Protocol& protocol) { return kMaxTypes - protocol::types_of(protocol).size(); }

std::string type_of_value(const protocol::Protocol& protocol, const Operation& operation) {
  const protocol::Operation* told = protocol_of(protocol, operation);
  const protocol::Request* judged = told == nullptr ? nullptr : protocol::judged_request(*told);
  const bool nobodys = judged != nullptr && !protocol::asks_for_data(protocol, *judged);
  return nobodys ? protocol.kinds[protocol::reply_of(protocol, *judged).front().front().kind].name : operation.type;
}

std::vector<Scenario> read_scenario(std::string_view text, const std::string& file, Diagnostics& errors,
                                    const ProtocolLibrary& protocols) {
  Diagnostics found;
  const Document document = read_json(text, found);
  std::vector<Scenario> result;
  if (is_readable(document, found)) result = FileReader(document, protocols, found).read();
  for (Scenario& scenario : result) scenario.file = file;
  if (!found.empty()) result.clear();
  report(std::move(found), file, errors);
  return result;
}

bool looks_like_design(std::string_view text, std::string_view file) {
  if (looks_like_pool_text(text)) return true;   // whatever it is called: that is told by who reads it
  if (form_of_design(text, file) == Form::text) return file.ends_with(".pool");
  const auto keys = root_keys(text);
  return keys.count("procedures") != 0 || keys.count("extends") != 0;
}

}  // namespace interleak::scenario
