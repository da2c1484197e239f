// Tables as comma-separated values (RFC 4180): quotes, quoted quotes, line ends of either kind. Fields
// know their line, so that every complaint about a row can name it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/diagnostic.hpp"

namespace interleak::conform {

inline constexpr std::size_t kMaxTableBytes = 16u << 20;
inline constexpr std::size_t kMaxTableRows = 200'000;
inline constexpr std::size_t kMaxTableFields = 64;     ///< of one row

struct Record {
  std::uint32_t line = 0;             ///< on which it begins, from 1
  std::vector<std::string> fields;
};

/// The records of a text, empty lines left out. Errors (a quote that does not end, text behind a closing
/// quote, too large) are appended; what was read before the first of them is returned.
std::vector<Record> read_csv(std::string_view text, const std::string& file, Diagnostics& errors);

}  // namespace interleak::conform
