// What a protocol file says of sessions: their variables, what is asked of them, and what becomes of them. The form is
// docs/formats.md, Sessions.
#pragma once

#include <string_view>
#include <vector>

#include "sim/protocol/protocol.hpp"
#include "sim/scenario/fields.hpp"

namespace interleak::scenario {

/// The variables, from an object of texts and objects.
std::vector<protocol::Variable> read_session(Context& context, const Value& value);

/// "transaction and path != asker"
std::vector<protocol::Test> read_tests(Context& context, const Value& value,
                                       const std::vector<protocol::Variable>& session);

/// The `set`, `raises` and `lowers` of a command or of a case. No variable is set twice.
std::vector<protocol::Assignment> read_assignments(Context& context, const Fields& fields,
                                                   const std::vector<protocol::Variable>& session);

/// An array of names of variables.
std::vector<std::size_t> read_variables(Context& context, const Value& value,
                                        const std::vector<protocol::Variable>& session);

}  // namespace interleak::scenario
