// The words of the settings of a design, in the order of the values that they stand for (sim/design/syntax.hpp). The
// same in both forms of a file.
#pragma once

#include <array>
#include <string_view>

namespace interleak::scenario {

inline constexpr std::array<std::string_view, 2> kDesignOrders = {"lifo", "fifo"};
inline constexpr std::array<std::string_view, 2> kDesignReaders = {"error", "queue"};
inline constexpr std::array<std::string_view, 3> kDesignParsers = {"resumes", "loses", "greedy"};
inline constexpr std::array<std::string_view, 4> kDesignSuspends = {"never", "after", "before", "may"};

}  // namespace interleak::scenario
