// See disclosure.hpp. Nothing here is part of a state: it is read off the scenario.
#include "sim/world/disclosure.hpp"

#include <algorithm>

namespace interleak::world {
namespace {

using scenario::Effect;
using scenario::Operation;
using scenario::Role;

const Operation& operation_at(const World& world, OpId op) {
  const OperationInfo& info = world.operations()[op];
  return world.scenario().tasks[info.task].operations[info.script];
}

const std::string& owner_of(const World& world, OpId op) {
  return world.scenario().tasks[world.operations()[op].task].owner;
}

std::vector<std::string> fields_of(const Operation& operation, std::size_t part) {
  if (part < operation.fields.size()) return operation.fields[part];
  return {operation.keys[std::min(part, operation.keys.size() - 1)]};
}

void add_new(std::vector<std::string>& to, const std::vector<std::string>& more) {
  for (const std::string& each : more) {
    if (std::find(to.begin(), to.end(), each) == to.end()) to.push_back(each);
  }
}

/// What the message says that the operation addresses: all content that its task sends in the flow.
std::vector<std::string> message_of(const World& world, OpId op) {
  const std::string& flow = operation_at(world, op).flow;
  std::vector<std::string> fields;
  for (const Operation& each : world.scenario().tasks[world.operations()[op].task].operations) {
    if (each.flow != flow || each.effect != Effect::send || each.role != Role::content) continue;
    for (std::size_t part = 0; part < each.keys.size(); ++part) add_new(fields, fields_of(each, part));
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
  result.to = owner_of(world, op);
  result.of = owner_of(world, reply.op);
  if (result.wrong_recipient) {
    std::swap(result.to, result.of);
    result.fields = message_of(world, op);
  } else {
    result.fields = fields_of(operation_at(world, reply.op), reply.part);
  }
  return result;
}

std::vector<Disclosure> disclosures_of(const World& world, OpId op, const Value& value) {
  std::vector<Disclosure> result;
  for (std::size_t part = 0; part < value.size(); ++part) {
    if (world.judge(value[part], op, part) != Outcome::leak) continue;
    Disclosure next = disclosure_of(world, op, value[part]);
    const auto same = std::find_if(result.begin(), result.end(), [&](const Disclosure& each) {
      return each.to == next.to && each.of == next.of;
    });
    if (same == result.end()) {
      result.push_back(std::move(next));
    } else {
      add_new(same->fields, next.fields);
    }
  }
  return result;
}

std::string text_of(const Disclosure& disclosure) {
  std::string out = disclosure.to + verb(disclosure.effect) + disclosure.of + "'s ";
  for (std::size_t i = 0; i < disclosure.fields.size(); ++i) {
    const bool last = i > 0 && i + 1 == disclosure.fields.size();
    out += (i == 0 ? "" : last ? " and " : ", ") + disclosure.fields[i];
  }
  std::string how = disclosure.flow;
  if (disclosure.effect == Effect::send) {
    how += std::string(how.empty() ? "" : ", ") +
           (disclosure.wrong_recipient ? "wrong recipient" : "wrong content");
  }
  return how.empty() ? out : out + " (" + how + ")";
}

std::string text_of(std::span<const Disclosure> disclosures) {
  std::string out;
  for (const Disclosure& each : disclosures) out += (out.empty() ? "" : "; ") + text_of(each);
  return out;
}

}  // namespace interleak::world
