// Names for things that must stay the same from run to run, and differ where the things differ.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sim/words/trace.hpp"
#include "sim/world/world.hpp"

namespace interleak::reports {

/// XXH3-128 of the parts, each with its length before it, as 32 hexadecimal digits. Not meant
/// against an adversary: who can write the scenario can name its findings.
std::string fingerprint(std::span<const std::string> parts);

/// The schedule with tasks and connections renamed by their first appearance: "t1 !t1 t2 srv.1".
/// Two witnesses of one shape are one finding, whatever the people are called.
std::string witness_shape(const words::Trace& trace);

}  // namespace interleak::reports
