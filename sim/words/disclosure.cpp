// See disclosure.hpp. Nothing here is part of a state: it is read off the scenario.
#include "sim/words/disclosure.hpp"

#include <algorithm>

#include "sim/words/names.hpp"
#include "sim/world/findings.hpp"

namespace interleak::words {
namespace {

using scenario::Effect;
using scenario::Operation;
using scenario::Role;
using world::Label;
using world::OperationInfo;
using world::OpId;
using world::Outcome;
using world::Value;
using world::World;

const Operation& operation_at(const World& world, OpId op) {
  const OperationInfo& info = world.operations()[op];
  return world.scenario().tasks[info.task].operations[info.script];
}

void add_new(std::vector<std::string>& to, const std::vector<std::string>& more) {
  for (const std::string& each : more) {
    if (std::find(to.begin(), to.end(), each) == to.end()) to.push_back(each);
  }
}

/// What is in the value of a key; -1: of all keys.
std::vector<std::string> fields_of(const Operation& operation, int key) {
  const auto index = static_cast<std::size_t>(key);
  if (key >= 0) {
    return index < operation.fields.size() ? operation.fields[index] : std::vector<std::string>{operation.keys[index]};
  }
  std::vector<std::string> all;
  for (std::size_t i = 0; i < operation.keys.size(); ++i) {
    add_new(all, fields_of(operation, static_cast<int>(i)));
  }
  return all;
}

/// What the message says that the operation addresses: all content that its task sends in the flow.
std::vector<std::string> message_of(const World& world, OpId op) {
  const std::string& flow = operation_at(world, op).flow;
  std::vector<std::string> fields;
  for (const Operation& each : world.scenario().tasks[world.operations()[op].task].operations) {
    if (each.flow != flow || each.effect != Effect::send || each.role != Role::content) continue;
    add_new(fields, fields_of(each, -1));
  }
  return fields.empty() ? std::vector<std::string>{"message"} : fields;
}

std::string verb(Effect effect) {
  switch (effect) {
    case Effect::show: return " is shown ";
    case Effect::send: return " is sent ";
    default: return " received ";
  }
}

}  // namespace

Disclosure disclosure_of(const World& world, OpId op, Label reply) {
  const Operation& mine = operation_at(world, op);
  Disclosure result;
  result.flow = mine.flow;
  result.effect = mine.effect;
  result.wrong_recipient = mine.role == Role::recipient;
  result.to = owner_of(world, op).text();
  result.of = owner_of(world, reply.op).text();
  if (result.wrong_recipient) {
    std::swap(result.to, result.of);
    result.fields = message_of(world, op);
  } else {
    result.fields = fields_of(operation_at(world, reply.op), world.message(reply).key);
  }
  return result;
}

std::vector<Disclosure> disclosures_of(const World& world, OpId op, const Value& value) {
  std::vector<Disclosure> result;
  judge_each(world, op, value, [&](Label label, Outcome outcome) {
    if (outcome != Outcome::leak) return;
    Disclosure next = disclosure_of(world, op, label);
    const auto same = std::find_if(result.begin(), result.end(),
                                   [&](const Disclosure& each) { return each.to == next.to && each.of == next.of; });
    if (same == result.end()) {
      result.push_back(std::move(next));
    } else {
      add_new(same->fields, next.fields);
    }
  });
  return result;
}

Prose gist_of(const World& world, const Disclosure& disclosure) {
  Prose out = owner_named(world, disclosure.to) + verb(disclosure.effect) + owner_named(world, disclosure.of) + "'s ";
  for (std::size_t i = 0; i < disclosure.fields.size(); ++i) {
    const bool last = i + 1 == disclosure.fields.size();
    out += (i == 0 ? "" : last ? " and " : ", ") + disclosure.fields[i];
  }
  return out;
}

Prose told(const World& world, const Disclosure& disclosure) {
  std::string how = disclosure.flow;
  if (disclosure.effect == Effect::send) {
    how += std::string(how.empty() ? "" : ", ") + (disclosure.wrong_recipient ? "wrong recipient" : "wrong content");
  }
  Prose out = gist_of(world, disclosure);
  if (!how.empty()) out += " (" + how + ")";
  return out;
}

Prose told(const World& world, std::span<const Disclosure> disclosures) {
  std::vector<Prose> all;
  for (const Disclosure& each : disclosures) all.push_back(told(world, each));
  return joined(all, "; ");
}

}  // namespace interleak::words
