// JSON as it is spoken with the drivers of clients: its objects keep the order of their members.
#pragma once

#include <nlohmann/json.hpp>

namespace interleak::live {

using Json = nlohmann::ordered_json;

}  // namespace interleak::live
