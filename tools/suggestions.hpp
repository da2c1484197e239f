// "Did you mean": what a wrong name on the command line was meant to be. The nearest name itself is found by
// design::closest_name(), here as in files; this is where the names come from, and how it is said.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace interleak::tools {

/// `; did you mean "X"?`, to be put behind a message; empty if none of the names is near.
std::string did_you_mean(std::string_view wrong, const std::vector<std::string>& names);

/// A file of the folder in which that one is missing: the same name with an ending that files of ours have, else a
/// near name. As it would be written in place of the wrong one. Empty: there is none, the folder has more than
/// `kMostNeighbours` entries, or it cannot be read.
std::string closest_file(const std::string& missing);
inline constexpr int kMostNeighbours = 2000;

/// The built-in scenario that a name means: one that is near, or the only one whose last part is, so that
/// "two-users" is "incident/two-users"; of a pattern the same pattern in the folder that is near. Empty: none.
std::string closest_scenario(std::string_view wrong);

}  // namespace interleak::tools
