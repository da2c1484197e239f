// Assertions that stay on in release builds: what people run is what is tested.
//
// A condition that fails here is a defect of interleak, never of what a user gave: errors of the user are
// values with a position (diagnostic.hpp), and bounds of the engine that a design can reach end a schedule
// with a finding (sim/terms/bounds.hpp). A defect is thrown, so that no answer comes out of a state that
// nobody meant; the command says where, and exits with 70.
#pragma once

#include <source_location>
#include <stdexcept>
#include <string>

namespace interleak {

/// Something that the code relies on is not so.
class Defect : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

namespace detail {

[[noreturn, gnu::cold, gnu::noinline]] inline void defect(const char* what, std::source_location where) {
  throw Defect(std::string(what) + " (" + where.file_name() + ":" + std::to_string(where.line()) + ")");
}

}  // namespace detail

/// Throws a Defect unless `holds`. `what`: what is wrong if it does not, as a clause.
constexpr void ensure(bool holds, const char* what, std::source_location where = std::source_location::current()) {
  if (!holds) [[unlikely]]
    detail::defect(what, where);
}

}  // namespace interleak
