// How a file of a design declares what its listings name, word by word: for messages that say what to write. The one
// place that knows the form of the file.
#pragma once

#include <string>
#include <string_view>

namespace interleak::design {

/// A variable with its first value, as it stands in the file: `"variables": {"op": {"tries": 0}}`.
inline std::string variable_declaration(std::string_view scope, std::string_view name) {
  return std::string("\"variables\": {\"").append(scope).append("\": {\"").append(name).append("\": 0}}");
}

/// A queue: `"queues": {"pool": ["line"]}`.
inline std::string queue_declaration(std::string_view scope, std::string_view name) {
  return std::string("\"queues\": {\"").append(scope).append("\": [\"").append(name).append("\"]}");
}

}  // namespace interleak::design
