// Design files -> designs, and inheritance between them; the format is docs/language.md.
#include <algorithm>

#include "sim/design/parse.hpp"
#include "sim/scenario/design_head.hpp"
#include "sim/scenario/design_words.hpp"
#include "sim/scenario/fields.hpp"
#include "sim/scenario/glob.hpp"
#include "sim/scenario/json.hpp"
#include "sim/scenario/lineage.hpp"
#include "sim/scenario/pool_print.hpp"
#include "sim/scenario/pool_text.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/utf8.hpp"
#include "sim/terms/runtime.hpp"

namespace interleak::scenario {
namespace {

using design::Design;

// What the state of the model has room for is checked by design::compile(); these only bound work.
constexpr std::size_t kMaxNames = 64;        // variables, queues, procedures; of one kind
constexpr std::size_t kMaxLines = 1000;      // of one listing
constexpr std::size_t kMaxHandshake = 16;
constexpr std::size_t kMaxNotes = 64;
constexpr std::size_t kMaxParents = 16;
constexpr int kMaxVariable = 255;
constexpr std::size_t kMaxComments = 1000;   // lines of one

class DesignReader {
 public:
  DesignReader(Context& context, Diagnostics& errors) : c_(context), errors_(errors) {}

  WrittenDesign read(const Value& root) {
    const Fields file(
        c_, root,
        {"interleak", "id", "title", "source", "part", "extends", "leaves_out", "pool", "protocol", "runtime",
         "send_suspends", "socket_timeout", "variables", "queues", "stores", "procedures", "comments"});
    if (!file) return {};
    check_format(c_, file);
    if (const Value* id = file.require("id", kPathName.expected)) d_.at = c_.position(id->span);
    file.read("id", d_.id, kPathName);
    file.read("title", d_.title, kLine);
    file.read("source", d_.source, kLine);
    file.read("part", w_.part);
    if (const Value* extends = file.find("extends")) read_extends(*extends);
    if (const Value* notes = file.find("leaves_out")) {
      d_.leaves_out = c_.texts(*notes, kLine, 0, kMaxNotes);
    }
    if (const Value* pool = file.find("pool")) read_pool(*pool);
    if (const Value* protocol = file.find("protocol")) read_protocol_name(*protocol);
    if (const Value* runtime = file.find("runtime")) read_runtime(*runtime);
    if (file.find("socket_timeout") != nullptr) w_.given.insert("socket_timeout");
    file.read("socket_timeout", d_.socket_timeout);
    if (file.find("send_suspends") != nullptr) w_.given.insert("send_suspends");
    file.read("send_suspends", d_.send_suspends, kDesignSuspends);
    if (const Value* variables = file.find("variables")) read_variables(*variables);
    if (const Value* queues = file.find("queues")) read_queues(*queues);
    if (const Value* stores = file.find("stores")) read_stores(*stores);
    if (const Value* comments = file.find("comments")) read_comments(*comments, root);
    const Value* listings =
        d_.extends.empty() ? file.require("procedures", "an object of listings") : file.find("procedures");
    if (listings != nullptr) {
      for (const Member& listing : c_.members(*listings, kMaxNames)) read_procedure(listing);
    }
    return std::move(w_);
  }

 private:
  /// One id, or a list of them.
  void read_extends(const Value& value) {
    if (value.kind == Value::Kind::string) {
      if (!value.text.empty()) read_parent(value, "$.extends");  // empty: the prelude
      return;
    }
    std::size_t index = 0;
    for (const Value& item : c_.items(value, 1, kMaxParents)) {
      read_parent(item, "$.extends[" + std::to_string(index++) + "]");
    }
  }

  void read_parent(const Value& value, std::string path) {
    const auto id = c_.text(value, kPathName);
    if (!id) return;
    if (std::find(d_.extends.begin(), d_.extends.end(), *id) != d_.extends.end()) {
      c_.error("ILK0017", quote(*id) + " stands here twice", value.span);
      return;
    }
    d_.extends.push_back(*id);
    if (c_.form() == Form::text) path.clear();
    w_.parents.push_back(
        {*id, c_.position(value.span), static_cast<std::uint32_t>(value.span.length), std::move(path)});
  }

  /// Which protocols there are, is known when a world is made.
  void read_protocol_name(const Value& value) {
    w_.given.insert("protocol");
    d_.protocol = c_.text(value, kName).value_or("");
    d_.protocol_at = c_.position(value.span);
  }

  void read_runtime(const Value& value) {
    std::vector<std::string_view> names;
    for (const Runtime& each : kRuntimes) names.push_back(each.name);
    w_.given.insert("runtime");
    if (const auto index = c_.choice(value, "runtime", names)) d_.runtime = names[*index];
  }

  void read_pool(const Value& value) {
    const Fields pool(c_, value, {"order", "cluster", "readers", "parser", "keeps", "handshake"});
    for (const std::string name : {"order", "cluster", "readers", "parser", "keeps", "handshake"}) {
      if (pool.find(name) != nullptr) w_.given.insert("pool." + name);
    }
    pool.read("order", d_.order, kDesignOrders);
    pool.read("cluster", d_.cluster);
    pool.read("readers", d_.readers, kDesignReaders);
    pool.read("parser", d_.parser, kDesignParsers);
    pool.read("keeps", d_.keeps, 0, kMaxConnections);
    if (const Value* commands = pool.find("handshake")) {
      d_.handshake = c_.texts(*commands, kLabel, 0, kMaxHandshake, true);
    }
  }

  void read_variables(const Value& value) {
    const Fields scopes(c_, value, {"op", "conn", "socket", "pool"});
    const auto read_scope = [&](std::string_view scope, std::map<std::string, int>& variables) {
      const Value* names = scopes.find(scope);
      if (names == nullptr) return;
      for (const Member& variable : c_.members(*names, kMaxNames)) {
        if (!c_.key(variable, kVariable)) continue;
        const auto first = c_.integer(variable.value, 0, kMaxVariable);
        if (first) variables[variable.key] = *first;
      }
    };
    read_scope("op", d_.op_variables);
    read_scope("conn", d_.conn_variables);
    read_scope("socket", d_.socket_variables);
    read_scope("pool", d_.pool_variables);
  }

  void read_queues(const Value& value) {
    const Fields scopes(c_, value, {"conn", "pool"});
    if (const Value* names = scopes.find("conn")) {
      d_.conn_queues = c_.texts(*names, kVariable, 0, kMaxNames);
    }
    if (const Value* names = scopes.find("pool")) {
      d_.pool_queues = c_.texts(*names, kVariable, 0, kMaxNames);
    }
  }

  void read_stores(const Value& value) {
    if (!c_.is(value, Value::Kind::object)) return;
    for (const Member& scope : value.members) {
      if (scope.key != "pool") {
        Diagnostic* error = c_.unknown("ILK0012", "field", scope.key, scope.key_span, {"pool"});
        if (error != nullptr && error->help.empty()) error->help = "stores are the pool's";
        continue;
      }
      for (const Member& store : c_.members(scope.value, kMaxNames)) {
        if (!c_.key(store, kVariable)) continue;
        if (const auto places = read_places(store.value)) d_.pool_stores[store.key] = *places;
      }
    }
  }

  std::optional<design::Places> read_places(const Value& value) {
    const bool text = c_.form() == Form::text;
    if (text && value.text == kOnePlace) return design::Places::one;   // said by nothing there
    std::vector<std::string_view> names;
    std::vector<design::Places> meant;
    for (const auto& word : design::place_words) {
      if (text && word.value == design::Places::one) continue;
      names.push_back(word.text);
      meant.push_back(word.value);
    }
    const auto index = c_.choice(value, "stores", names);
    if (!index) return std::nullopt;
    return meant[static_cast<std::size_t>(*index)];
  }

  /// What a comment stands at must be there, that no other form loses it.
  void read_comments(const Value& value, const Value& root) {
    const std::vector<std::string> anchors = pool_anchors(root);
    if (!c_.is(value, Value::Kind::object)) return;
    for (const Member& each : value.members) {
      if (!std::ranges::binary_search(known(anchors), each.key)) {
        const bool few = anchors.size() <= kMaxNames;   // that nobody searches thousands for each mistake
        c_.unknown("ILK0016", "place of a comment", each.key, each.key_span,
                   few ? anchors : std::vector<std::string>());
        continue;
      }
      const Fields comment(c_, each.value, {"above", "beside"});
      design::Comment read;
      if (const Value* above = comment.find("above")) {
        for (const Value& line : c_.items(*above, 1, kMaxComments)) read.above.push_back(comment_text(line, true));
      }
      if (const Value* beside = comment.find("beside")) read.beside = comment_text(*beside, false);
      d_.comments.emplace(each.key, std::move(read));
    }
  }

  std::string comment_text(const Value& value, bool may_be_empty) {
    std::string text = c_.text(value, kComment).value_or("");
    const bool good = text.empty() ? may_be_empty : text.front() == '#';
    if (!good && value.kind == Value::Kind::string) {
      c_.error("ILK0019", quote(text) + " is no comment", value.span).expected = kComment.expected;
    }
    return text;
  }

  /// The same, sorted once.
  const std::vector<std::string>& known(const std::vector<std::string>& anchors) {
    if (known_.empty()) {
      known_ = anchors;
      std::ranges::sort(known_);
    }
    return known_;
  }

  void read_procedure(const Member& member) {
    if (!c_.key(member, kVariable) || errors_.size() >= kMaxErrors) return;
    design::Procedure procedure;
    procedure.name = member.key;
    procedure.origin = d_.id;
    const std::size_t before = errors_.size();
    for (const Value& line : c_.items(member.value, 1, kMaxLines)) {
      const auto text = c_.text(line, kListingLine);
      if (!text) continue;
      const Position at = c_.text_position(line);
      procedure.lines.push_back({*text, at, c_.form() == Form::text ? at.column - 1 : 0});
    }
    if (errors_.size() != before) return;  // a listing with holes would only give more of them
    procedure.block = design::parse_listing(procedure.lines, errors_);
    for (std::size_t i = before; i < errors_.size(); ++i) {
      if (errors_[i].path.empty() && c_.form() == Form::json) errors_[i].path = "$.procedures." + member.key;
    }
    if (const auto comment = d_.comments.extract("procedures." + member.key)) procedure.comment = comment.mapped();
    d_.procedures.emplace(member.key, std::move(procedure));
  }

  // Tabs pass: the parser of listings says more about them.
  static bool in_listing(std::uint32_t c) { return c == '\t' || kLine.allows(c); }
  static constexpr TextRule kListingLine{"one line of at most 256 bytes without control characters", 0, kMaxListingLine,
                                         in_listing};
  static constexpr TextRule kComment{"\"#\" and a text, at most 4096 bytes without control characters", 0, 4096,
                                     is_printable};

  std::vector<std::string> known_;   // places of comments, sorted
  Context& c_;
  Diagnostics& errors_;
  WrittenDesign w_;
  Design& d_ = w_.design;
};

/// Adds what is not there yet.
void merge(std::vector<std::string>& inherited, const std::vector<std::string>& own) {
  for (const std::string& name : own) {
    if (std::find(inherited.begin(), inherited.end(), name) == inherited.end()) {
      inherited.push_back(name);
    }
  }
}

/// Puts a design over what it inherits.
void put_over(Design& base, const WrittenDesign& written) {
  const Design& own = written.design;
  const auto given = [&](const char* field) { return written.given.count(field) != 0; };
  base.id = own.id;
  base.title = own.title;
  base.source = own.source;
  base.extends = own.extends;
  base.file = own.file;
  base.at = own.at;
  base.comments = own.comments;
  if (given("pool.order")) base.order = own.order;
  if (given("pool.cluster")) base.cluster = own.cluster;
  if (given("pool.readers")) base.readers = own.readers;
  if (given("pool.parser")) base.parser = own.parser;
  if (given("pool.keeps")) base.keeps = own.keeps;
  if (given("runtime")) base.runtime = own.runtime;
  if (given("protocol")) {
    base.protocol = own.protocol;
    base.protocol_file = own.file;
    base.protocol_at = own.protocol_at;
  }
  if (given("pool.handshake")) base.handshake = own.handshake;
  if (given("socket_timeout")) base.socket_timeout = own.socket_timeout;
  if (given("send_suspends")) base.send_suspends = own.send_suspends;
  for (const auto& [name, first] : own.op_variables) base.op_variables[name] = first;
  for (const auto& [name, first] : own.conn_variables) base.conn_variables[name] = first;
  for (const auto& [name, first] : own.socket_variables) base.socket_variables[name] = first;
  for (const auto& [name, first] : own.pool_variables) base.pool_variables[name] = first;
  merge(base.leaves_out, own.leaves_out);
  merge(base.conn_queues, own.conn_queues);
  merge(base.pool_queues, own.pool_queues);
  for (const auto& [name, places] : own.pool_stores) base.pool_stores[name] = places;
  for (const auto& [name, procedure] : own.procedures) base.procedures[name] = procedure;
}

}  // namespace

DesignHead design_head(std::string_view text, std::string_view file) {
  DesignHead head;
  Diagnostics found;
  const Document document = read_design_tree(text, file, found);
  if (!document.root) return head;
  Context context(document, found);
  const auto name = [&](const Value& value) { return context.text(value, kPathName).value_or(""); };
  if (const Value* id = document.root->find("id")) head.id = name(*id);
  const Value* extends = document.root->find("extends");
  if (extends == nullptr) return head;
  const bool list = extends->kind == Value::Kind::array;
  for (const Value& each : list ? extends->items : std::vector<Value>{*extends}) {
    std::string parent = name(each);
    if (!parent.empty()) head.extends.push_back(std::move(parent));
  }
  return head;
}

Document read_design_tree(std::string_view text, std::string_view file, Diagnostics& errors) {
  if (form_of_design(text, file) == Form::text) return read_pool_text(text, errors);
  Document document = read_json(text, errors);
  const bool wrong_name = !errors.empty() && errors.back().code == "ILK0001" && looks_like_pool_text(text);
  if (wrong_name) errors.back().help = "a design in the text form has a name that ends in .pool";
  return document;
}

std::optional<std::string> DesignLibrary::add(std::string_view text, const std::string& file, Diagnostics& errors) {
  Diagnostics found;
  const Document document = read_design_tree(text, file, found);
  WrittenDesign written;
  if (is_readable(document, found)) {
    Context context(document, found);
    written = DesignReader(context, found).read(*document.root);
  }
  const bool good = found.empty();
  report(std::move(found), file, errors);
  if (!good) return std::nullopt;
  written.design.file = file;
  const std::string id = written.design.id;
  designs_.insert_or_assign(id, std::move(written));
  lineages_.forget();
  return id;
}

std::optional<Design> DesignLibrary::find(const std::string& id, Diagnostics& errors) const {
  const auto lineages = lineages_.of(designs_);
  const Lineages::Wrong* const wrong = contains(id) ? lineages->wrong(id) : nullptr;
  // No help as a parent is who lacks the same one: the design itself, and all that inherit from it.
  const auto suggest = [&](Diagnostic d, const std::string& missing) {
    std::vector<std::string> names;
    for (const auto& [name, written] : designs_) {
      if (wrong == nullptr || lineages->wrong(name) != wrong) names.push_back(name);
    }
    const std::string guess = design::closest_name(missing, names);
    if (!guess.empty()) d.help = "did you mean " + quote(guess) + "?";
    errors.push_back(std::move(d));
    return std::nullopt;
  };
  if (!contains(id)) {
    Diagnostic d;
    d.code = "ILK0016";
    d.message = "unknown design " + quote(id);
    return suggest(std::move(d), id);
  }
  if (wrong != nullptr) {
    if (!wrong->missing.empty()) return suggest(wrong->error, wrong->missing);
    errors.push_back(wrong->error);
    return std::nullopt;
  }
  Design merged;
  for (const std::string& each : lineages->order(id)) put_over(merged, designs_.at(each));
  return merged;
}

std::shared_ptr<const Lineages> LineageCache::of(const std::map<std::string, WrittenDesign>& designs) const {
  const std::lock_guard lock(mutex_);
  if (!kept_) kept_ = std::make_shared<const Lineages>(designs);
  return kept_;
}

void LineageCache::forget() {
  const std::lock_guard lock(mutex_);
  kept_.reset();
}

std::shared_ptr<const Lineages> LineageCache::kept() const {
  const std::lock_guard lock(mutex_);
  return kept_;
}

std::vector<std::string> DesignLibrary::lineage(const std::string& id) const {
  return contains(id) ? lineages_.of(designs_)->order(id) : std::vector<std::string>();
}

bool DesignLibrary::runs(const std::string& id) const {
  const auto found = designs_.find(id);
  if (found == designs_.end() || found->second.part || id == kPreludeId) return false;
  return lineages_.of(designs_)->has_execute(id);
}

std::vector<std::string> DesignLibrary::ids() const {
  std::vector<std::string> result;
  for (const auto& [id, written] : designs_) {
    if (runs(id)) result.push_back(id);
  }
  return result;
}

std::vector<std::string> DesignLibrary::matching(std::string_view glob) const {
  std::vector<std::string> result = ids();
  if (glob == "all") return result;
  std::erase_if(result, [&](const std::string& id) { return !glob_match(glob, id); });
  return result;
}

}  // namespace interleak::scenario
