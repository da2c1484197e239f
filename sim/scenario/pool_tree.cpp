// See pool_tree.hpp.
#include "sim/scenario/pool_tree.hpp"

#include <algorithm>
#include <set>
#include <span>

#include "sim/design/uses.hpp"
#include "sim/design/vocabulary.hpp"
#include "sim/scenario/design_words.hpp"

namespace interleak::scenario {
namespace {

using design::Design;
using design::Scope;

Value tree_value(Value::Kind kind) {
  Value value;
  value.kind = kind;
  return value;
}

Value tree_text(std::string text) {
  Value value = tree_value(Value::Kind::string);
  value.text = std::move(text);
  return value;
}

/// The word of a setting.
template <class Enum>
Value tree_word(std::span<const std::string_view> words, Enum value) {
  return tree_text(std::string(words[static_cast<std::size_t>(value)]));
}

Value tree_flag(bool flag) {
  Value value = tree_value(Value::Kind::boolean);
  value.boolean = flag;
  return value;
}

Value tree_number(int number) {
  Value value = tree_value(Value::Kind::number);
  value.integer = number;
  return value;
}

Value tree_texts(const std::vector<std::string>& texts) {
  Value value = tree_value(Value::Kind::array);
  for (const std::string& text : texts) value.items.push_back(tree_text(text));
  return value;
}

void put(Value& object, std::string_view key, Value value) {
  object.members.push_back({std::string(key), {}, std::move(value)});
}

/// Adds a container unless there is nothing in it.
void put_filled(Value& object, std::string_view key, Value value) {
  if (!value.members.empty() || !value.items.empty()) put(object, key, std::move(value));
}

class TreeWriter {
 public:
  TreeWriter(const Design& design, const Written& what)
      : design_(design), what_(what), base_(what.prelude != nullptr ? *what.prelude : nothing_) {}

  Value write() {
    procedures_ = design::used_procedures(design_);
    if (what_.all) add_unused();
    root_ = tree_value(Value::Kind::object);
    put(root_, "interleak", tree_number(1));
    put(root_, "id", tree_text(design_.id));
    if (!design_.title.empty()) put(root_, "title", tree_text(design_.title));
    if (!design_.source.empty()) put(root_, "source", tree_text(design_.source));
    if (what_.part) put(root_, "part", tree_flag(true));
    put_filled(root_, "leaves_out", tree_texts(design_.leaves_out));
    put_settings();
    put_filled(root_, "variables", variables());
    put_filled(root_, "queues", queues());
    put_filled(root_, "stores", stores());
    put_procedures();
    put_filled(root_, "comments", comments());
    return std::move(root_);
  }

 private:
  void add_unused() {
    const std::set<std::string> used(procedures_.begin(), procedures_.end());
    for (const auto& [name, procedure] : design_.procedures) {
      if (used.count(name) == 0) procedures_.push_back(name);
    }
  }

  void put_settings() {
    Value pool = tree_value(Value::Kind::object);
    const Design& d = design_;
    if (d.order != base_.order) put(pool, "order", tree_word(kDesignOrders, d.order));
    if (d.cluster != base_.cluster) put(pool, "cluster", tree_flag(d.cluster));
    if (d.readers != base_.readers) {
      put(pool, "readers", tree_word(kDesignReaders, d.readers));
    }
    if (d.parser != base_.parser) {
      put(pool, "parser", tree_word(kDesignParsers, d.parser));
    }
    if (d.keeps != base_.keeps) put(pool, "keeps", tree_number(d.keeps));
    if (d.handshake != base_.handshake) put(pool, "handshake", tree_texts(d.handshake));
    put_filled(root_, "pool", std::move(pool));
    if (d.protocol != base_.protocol) put(root_, "protocol", tree_text(d.protocol));
    if (d.runtime != base_.runtime) put(root_, "runtime", tree_text(d.runtime));
    if (d.send_suspends != base_.send_suspends) {
      put(root_, "send_suspends", tree_word(kDesignSuspends, d.send_suspends));
    }
    if (d.socket_timeout != base_.socket_timeout) put(root_, "socket_timeout", tree_flag(d.socket_timeout));
  }

  Value variables() const {
    const design::Names used = design::used_variables(design_, procedures_);
    Value all = tree_value(Value::Kind::object);
    const auto add = [&](Scope scope, const std::map<std::string, int>& own, const std::map<std::string, int>& known) {
      Value counters = tree_value(Value::Kind::object);
      for (const auto& [name, first] : own) {
        const auto same = known.find(name);
        const bool said = same != known.end() && same->second == first;
        if (!said || used.count({scope, name}) != 0) put(counters, name, tree_number(first));
      }
      put_filled(all, design::text_of(design::scope_words, scope), std::move(counters));
    };
    add(Scope::op, design_.op_variables, base_.op_variables);
    add(Scope::conn, design_.conn_variables, base_.conn_variables);
    add(Scope::socket, design_.socket_variables, base_.socket_variables);
    add(Scope::pool, design_.pool_variables, base_.pool_variables);
    return all;
  }

  Value queues() const {
    const design::Names used = design::used_queues(design_, procedures_);
    Value all = tree_value(Value::Kind::object);
    const auto add = [&](Scope scope, const std::vector<std::string>& own, const std::vector<std::string>& known) {
      std::vector<std::string> names;
      for (const std::string& name : own) {
        const bool said = std::ranges::find(known, name) != known.end();
        if (!said || used.count({scope, name}) != 0) names.push_back(name);
      }
      put_filled(all, design::text_of(design::scope_words, scope), tree_texts(names));
    };
    add(Scope::conn, design_.conn_queues, base_.conn_queues);
    add(Scope::pool, design_.pool_queues, base_.pool_queues);
    return all;
  }

  Value stores() const {
    const design::Names used = design::used_stores(design_, procedures_);
    Value own = tree_value(Value::Kind::object);
    for (const auto& [name, places] : design_.pool_stores) {
      const auto same = base_.pool_stores.find(name);
      const bool said = same != base_.pool_stores.end() && same->second == places;
      if (said && used.count({Scope::pool, name}) == 0) continue;
      put(own, name, tree_text(std::string(design::text_of(design::place_words, places))));
    }
    Value all = tree_value(Value::Kind::object);
    put_filled(all, design::text_of(design::scope_words, Scope::pool), std::move(own));
    return all;
  }

  void put_procedures() {
    Value all = tree_value(Value::Kind::object);
    for (const std::string& name : procedures_) {
      Value lines = tree_value(Value::Kind::array);
      for (const design::ListingLine& line : design_.procedures.at(name).lines) {
        lines.items.push_back(tree_text(line.text));
      }
      put(all, name, std::move(lines));
    }
    put_filled(root_, "procedures", std::move(all));
  }

  // --- Comments --------------------------------------------------------------------------------

  static Value comment_of(const std::vector<std::string>& above, const std::string& beside) {
    Value out = tree_value(Value::Kind::object);
    put_filled(out, "above", tree_texts(above));
    if (!beside.empty()) put(out, "beside", tree_text(beside));
    return out;
  }

  Value comments() const {
    Value all = tree_value(Value::Kind::object);
    std::map<std::string, design::Comment> header = design_.comments;
    if (!design_.extends.empty()) add_lineage(header["id"].above);
    for (const auto& [anchor, comment] : header) {
      if (!anchor.starts_with("leaves_out.")) put_filled(all, anchor, comment_of(comment.above, comment.beside));
    }
    for (const std::string& name : procedures_) {
      const design::Procedure& procedure = design_.procedures.at(name);
      std::vector<std::string> above = procedure.comment.above;
      if (procedure.origin != design_.id) above.push_back("# from " + procedure.origin);
      put_filled(all, "procedures." + name, comment_of(above, procedure.comment.beside));
    }
    return all;
  }

  void add_lineage(std::vector<std::string>& above) const {
    std::string from;
    for (const std::string& id : design_.extends) from += (from.empty() ? "" : ", ") + id;
    above.push_back("# extends " + from + ", of which all that it uses stands here");
  }

  const Design& design_;
  const Written& what_;
  const Design nothing_;
  const Design& base_;
  std::vector<std::string> procedures_;
  Value root_;
};

}  // namespace

Value written_tree(const Design& design, const Written& what) { return TreeWriter(design, what).write(); }

}  // namespace interleak::scenario
