// The words of the settings of a design, in the order of the values that they stand for (sim/design/syntax.hpp). The
// same in both forms of a file.
#pragma once

#include <array>
#include <string_view>

#include "sim/design/vocabulary.hpp"

namespace interleak::scenario {

inline constexpr std::array<std::string_view, 2> kDesignOrders = {"lifo", "fifo"};
inline constexpr std::array<std::string_view, 2> kDesignReaders = {"error", "queue"};
inline constexpr std::array<std::string_view, 3> kDesignParsers = {"resumes", "loses", "greedy"};
inline constexpr std::array<std::string_view, 4> kDesignSuspends = {"never", "after", "before", "may"};
/// Of a store (design/vocabulary.hpp has the others); in the text form it is said by nothing.
inline constexpr std::string_view kOnePlace = design::text_of(design::place_words, design::Places::one);

}  // namespace interleak::scenario
