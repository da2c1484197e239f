// Design files -> designs, and inheritance between them; the format is docs/language.md.
#include <algorithm>
#include <array>

#include "sim/design/parse.hpp"
#include "sim/scenario/fields.hpp"
#include "sim/scenario/glob.hpp"
#include "sim/scenario/reader.hpp"

namespace interleak::scenario {
namespace {

using design::Design;

// What the state of the model has room for is checked by design::compile(); these only bound work.
constexpr std::size_t kMaxNames = 64;        // variables, queues, procedures; of one kind
constexpr std::size_t kMaxLines = 4096;      // of one listing
constexpr std::size_t kMaxHandshake = 16;
constexpr std::size_t kMaxNotes = 64;
constexpr int kMaxVariable = 255;
constexpr std::string_view kRoot = "prelude";

constexpr std::array<std::string_view, 2> kOrder = {"lifo", "fifo"};
constexpr std::array<std::string_view, 2> kReaders = {"error", "queue"};
constexpr std::array<std::string_view, 4> kSendSuspends = {"never", "after", "before", "may"};

class DesignReader {
 public:
  DesignReader(Context& context, Diagnostics& errors) : c_(context), errors_(errors) {}

  WrittenDesign read(const Value& root) {
    const Fields file(c_, root,
                      {"interleak", "id", "title", "source", "extends", "leaves_out", "pool",
                       "send_suspends", "variables", "queues", "procedures"});
    if (!file) return {};
    check_format(c_, file);
    file.require("id", kPathName.expected);
    file.read("id", d_.id, kPathName);
    file.read("title", d_.title, kLine);
    file.read("source", d_.source, kLine);
    if (const Value* extends = file.find("extends")) read_extends(*extends);
    if (const Value* notes = file.find("leaves_out")) {
      d_.leaves_out = c_.texts(*notes, kLine, 0, kMaxNotes);
      w_.given.insert("leaves_out");
    }
    if (const Value* pool = file.find("pool")) read_pool(*pool);
    if (file.find("send_suspends") != nullptr) w_.given.insert("send_suspends");
    file.read("send_suspends", d_.send_suspends, kSendSuspends);
    if (const Value* variables = file.find("variables")) read_variables(*variables);
    if (const Value* queues = file.find("queues")) read_queues(*queues);
    if (const Value* listings = file.require("procedures", "an object of listings")) {
      for (const Member& listing : c_.members(*listings, kMaxNames)) read_procedure(listing);
    }
    return std::move(w_);
  }

 private:
  void read_extends(const Value& value) {
    w_.extends_at = c_.position(value.span);
    w_.extends_length = static_cast<std::uint32_t>(value.span.length);
    if (value.kind == Value::Kind::string && value.text.empty()) return;  // the prelude
    if (const auto id = c_.text(value, kPathName)) d_.extends = *id;
  }

  void read_pool(const Value& value) {
    const Fields pool(c_, value, {"order", "cluster", "readers", "handshake"});
    for (const std::string name : {"order", "cluster", "readers", "handshake"}) {
      if (pool.find(name) != nullptr) w_.given.insert("pool." + name);
    }
    pool.read("order", d_.order, kOrder);
    pool.read("cluster", d_.cluster);
    pool.read("readers", d_.readers, kReaders);
    if (const Value* commands = pool.find("handshake")) {
      d_.handshake = c_.texts(*commands, kLabel, 0, kMaxHandshake, true);
    }
  }

  void read_variables(const Value& value) {
    const Fields scopes(c_, value, {"op", "conn", "pool"});
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

  void read_procedure(const Member& member) {
    if (!c_.key(member, kVariable)) return;
    design::Procedure procedure;
    procedure.name = member.key;
    procedure.origin = d_.id;
    const std::size_t before = errors_.size();
    for (const Value& line : c_.items(member.value, 1, kMaxLines)) {
      const auto text = c_.text(line, kListingLine);
      if (!text) continue;
      Position at = c_.position(line.span);
      ++at.column;  // behind the quote
      procedure.lines.push_back({*text, at});
    }
    if (errors_.size() != before) return;  // a listing with holes would only give more of them
    procedure.block = design::parse_listing(procedure.lines, errors_);
    for (std::size_t i = before; i < errors_.size(); ++i) {
      if (errors_[i].path.empty()) errors_[i].path = "$.procedures." + member.key;
    }
    d_.procedures.emplace(member.key, std::move(procedure));
  }

  // Tabs pass: the parser of listings says more about them.
  static bool in_listing(std::uint32_t c) { return c == '\t' || kLine.allows(c); }
  static constexpr TextRule kListingLine{"one line of at most 256 bytes without control characters",
                                         0, 256, in_listing};

  Context& c_;
  Diagnostics& errors_;
  WrittenDesign w_;
  Design& d_ = w_.design;
};

void merge_queues(std::vector<std::string>& inherited, const std::vector<std::string>& own) {
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
  if (given("leaves_out")) base.leaves_out = own.leaves_out;
  if (given("pool.order")) base.order = own.order;
  if (given("pool.cluster")) base.cluster = own.cluster;
  if (given("pool.readers")) base.readers = own.readers;
  if (given("pool.handshake")) base.handshake = own.handshake;
  if (given("send_suspends")) base.send_suspends = own.send_suspends;
  for (const auto& [name, first] : own.op_variables) base.op_variables[name] = first;
  for (const auto& [name, first] : own.conn_variables) base.conn_variables[name] = first;
  for (const auto& [name, first] : own.pool_variables) base.pool_variables[name] = first;
  merge_queues(base.conn_queues, own.conn_queues);
  merge_queues(base.pool_queues, own.pool_queues);
  for (const auto& [name, procedure] : own.procedures) base.procedures[name] = procedure;
}

/// The design and its ancestors, the nearest first, as far as they exist.
struct Lineage {
  std::vector<const WrittenDesign*> chain;
  std::string end;      // id that stands nowhere, or that stood in the chain before
  bool circle = false;
};

Lineage lineage(const std::map<std::string, WrittenDesign>& designs, const std::string& id) {
  Lineage result;
  std::string next = id;
  while (true) {
    const auto found = designs.find(next);
    if (found == designs.end()) {
      // A library without a prelude is one with an empty prelude, unless the file asks for it.
      const bool asked = result.chain.empty() || !result.chain.back()->design.extends.empty();
      if (asked) result.end = next;
      return result;
    }
    const WrittenDesign* written = &found->second;
    result.circle = std::find(result.chain.begin(), result.chain.end(), written) !=
                    result.chain.end();
    if (result.circle) {
      result.end = next;
      return result;
    }
    result.chain.push_back(written);
    if (next == kRoot && written->design.extends.empty()) return result;
    next = written->design.extends.empty() ? std::string(kRoot) : written->design.extends;
  }
}

Diagnostic at_extends(const WrittenDesign& written, std::string code, std::string message) {
  Diagnostic d;
  d.code = std::move(code);
  d.message = std::move(message);
  d.file = written.design.file;
  d.at = written.extends_at;
  d.length = written.extends_length;
  d.path = "$.extends";
  return d;
}

bool has_execute(const Lineage& line) {
  return std::any_of(line.chain.begin(), line.chain.end(), [](const WrittenDesign* written) {
    return written->design.procedures.count("execute") != 0;
  });
}

}  // namespace

std::optional<std::string> DesignLibrary::add(std::string_view text, const std::string& file,
                                              Diagnostics& errors) {
  Diagnostics found;
  const Document document = read_json(text, found);
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
  return id;
}

std::optional<Design> DesignLibrary::find(const std::string& id, Diagnostics& errors) const {
  const auto suggest = [&](Diagnostic d, const std::string& wrong) {
    std::vector<std::string> names;
    for (const auto& [name, written] : designs_) names.push_back(name);
    const std::string guess = design::closest_name(wrong, names);
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
  const Lineage line = lineage(designs_, id);
  const WrittenDesign& last = *line.chain.back();
  if (line.circle) {
    std::string circle;
    for (const WrittenDesign* written : line.chain) circle += written->design.id + " -> ";
    errors.push_back(at_extends(last, "ILK0024", "a design extends itself: " + circle + line.end));
    return std::nullopt;
  }
  if (!line.end.empty()) {
    return suggest(at_extends(last, "ILK0023", "the design extends " + quote(line.end) +
                                                   ", which does not exist"), line.end);
  }
  Design merged;
  for (auto written = line.chain.rbegin(); written != line.chain.rend(); ++written) {
    put_over(merged, **written);
  }
  return merged;
}

std::vector<std::string> DesignLibrary::ids() const {
  std::vector<std::string> result;
  for (const auto& [id, written] : designs_) {
    if (id != kRoot && has_execute(lineage(designs_, id))) result.push_back(id);
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
