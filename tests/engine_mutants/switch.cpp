// The number is read once. Where INTERLEAK_MUTANT_REACHED names a file, the numbers of all guards that were asked
// are appended to it when the process ends.
#include "tests/engine_mutants/switch.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace mutant::detail {
namespace {

std::uint32_t number_from(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? 0 : static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
}

void tell_reached() {
  std::string text;
  for (std::uint32_t n = 0; n < kNumbers; ++n) {
    if (reached[n] != 0) text += std::to_string(n) + "\n";
  }
  if (std::FILE* file = std::fopen(std::getenv("INTERLEAK_MUTANT_REACHED"), "a")) {
    std::fwrite(text.data(), 1, text.size(), file);
    std::fclose(file);
  }
}

const bool kTells = std::getenv("INTERLEAK_MUTANT_REACHED") != nullptr && std::atexit(tell_reached) == 0;

}  // namespace

const std::uint32_t active = number_from("INTERLEAK_MUTANT");
unsigned char reached[kNumbers];  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): see the header

}  // namespace mutant::detail
