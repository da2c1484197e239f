// What live runs have left behind that were killed, and so could not clean up: the next run does it. Only what says
// itself whose it is, and only if that run is known to live no more.
#pragma once

#include <string>

namespace interleak::live {

struct Leftovers {
  int processes = 0, folders = 0;
};

/// Ends the processes that bear the mark of such a run, with all that is below them, and removes its folders in
/// `root`. Waits until the processes are gone, a few seconds at most. Never ends ourselves or who has started us.
/// Throws Interrupted.
Leftovers clear_leftovers(const std::string& root);

}  // namespace interleak::live
