// Tables of trials: any bytes are read without harm; what is read predicts without harm.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/conform/rows.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  interleak::Diagnostics errors;
  interleak::conform::read_rows({reinterpret_cast<const char*>(data), size}, "table.csv", errors);
  return 0;
}
