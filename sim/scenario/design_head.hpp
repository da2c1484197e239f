// Who a design is, before it is read: for those who look through files for one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace interleak::scenario {

struct DesignHead {
  std::string id;                      ///< empty: the text says none that could be one
  std::vector<std::string> extends;    ///< the ids that stand there
};

/// What the text of a design says of these, whatever else may be wrong with it. `file`: its name, which may say in
/// which form the text is (pool_text.hpp).
DesignHead design_head(std::string_view text, std::string_view file);

}  // namespace interleak::scenario
