// How a file of a design declares what its listings name, word by word: for messages that say what to write, in the
// form that the file has.
#pragma once

#include <string>
#include <string_view>

namespace interleak::design {

/// A variable with its first value, as it stands in the file: `var op.tries = 0`, in JSON
/// `"variables": {"op": {"tries": 0}}`.
inline std::string variable_declaration(bool json, std::string_view scope, std::string_view name) {
  if (!json) return std::string("var ").append(scope).append(".").append(name).append(" = 0");
  return std::string("\"variables\": {\"").append(scope).append("\": {\"").append(name).append("\": 0}}");
}

/// A queue: `queue pool.line`, in JSON `"queues": {"pool": ["line"]}`.
inline std::string queue_declaration(bool json, std::string_view scope, std::string_view name) {
  if (!json) return std::string("queue ").append(scope).append(".").append(name);
  return std::string("\"queues\": {\"").append(scope).append("\": [\"").append(name).append("\"]}");
}

/// A store with one place: `store pool.cache`, in JSON `"stores": {"pool": {"cache": "one"}}`.
inline std::string store_declaration(bool json, std::string_view name) {
  if (!json) return std::string("store pool.").append(name);
  return std::string("\"stores\": {\"pool\": {\"").append(name).append("\": \"one\"}}");
}

}  // namespace interleak::design
