#include "live/judge.hpp"

#include <algorithm>

namespace interleak::live {

using terms::Outcome;

Judge::Judge(const scenario::Scenario& scenario, const Redis& redis) : scenario_(scenario) {
  for (const Redis::Stored& each : redis.stored()) by_text_[each.text] = &each;
}

Result Judge::result_of(int task, const ClientEnd& end) const {
  if (end.how == ClientEnd::How::cancelled) return {Outcome::cancelled, -1, "cancelled"};
  if (end.how == ClientEnd::How::error) return {Outcome::error, -1, end.text};
  const scenario::Task& its = scenario_.tasks[static_cast<std::size_t>(task)];
  const scenario::Operation& operation = its.operations[static_cast<std::size_t>(end.operation)];
  Found found;
  find_data(end.value, found);
  for (const Redis::Stored* datum : found) {
    const bool own = scenario_.tasks[static_cast<std::size_t>(datum->task)].owner == its.owner;
    if (!own) return value_of_other(operation, *datum);
  }
  if (auto own = Redis::own_reply(operation, its.owner, end.value)) return {Outcome::ok, -1, std::move(*own)};
  return {Outcome::wrong_value, -1, "what it did not ask for: " + end.value.dump().substr(0, 60)};
}

Result Judge::value_of_other(const scenario::Operation& operation, const Redis::Stored& datum) const {
  if (std::ranges::count(operation.accepts, datum.type) == 0) {
    const bool mangled = std::ranges::count(operation.mangles, datum.type) != 0;
    return {mangled ? Outcome::wrong_value : Outcome::type_error, mangled ? -1 : datum.task, words_for(datum)};
  }
  return {scenario_.ownership_check ? Outcome::rejected : Outcome::leak, datum.task, words_for(datum)};
}

std::string Judge::anybodys(const Json& value) const {
  Found found;
  find_data(value, found);
  return found.empty() ? "" : words_for(*found[0]);
}

/// Every text in a value that is somebody's.
void Judge::find_data(const Json& value, Found& found) const {
  if (value.is_structured()) {
    for (const Json& each : value) find_data(each, found);
    return;
  }
  const auto datum = value.is_string() ? by_text_.find(value.get<std::string>()) : by_text_.end();
  if (datum != by_text_.end()) found.push_back(datum->second);
}

std::string Judge::words_for(const Redis::Stored& datum) const {
  return scenario_.tasks[static_cast<std::size_t>(datum.task)].id + "'s " + datum.key;
}

}  // namespace interleak::live
