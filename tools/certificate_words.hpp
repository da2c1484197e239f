// The words of a certificate, which name its scenario and its design. Whoever wrote the certificate chose
// them, so they are read with less trust than a command line:
//
//   they name one scenario and one design    nothing else, and not standard input
//   files are plain files                    no device, no pipe, nothing larger than a reader takes; a folder
//                                            has a bound
//   their errors are not told                a certificate could have any file read, and lines of it printed
//   what is built in stays built in          no file of theirs may carry the name of something built in and say
//                                            something else
#pragma once

#include <string>

#include "sim/certify/certificate.hpp"
#include "tools/flags.hpp"

namespace interleak::tools {

/// What a command line would hold.
struct NamedWorld {
  std::string scenario;   ///< by its name of today
  SearchFlags search;
  std::string said;       ///< the scenario as the words call it
};

/// The words as flags. Throws Failure if they are no such words, or name what may not be read.
NamedWorld named_by(const certify::Head& head);

/// Throws instead of Failures that the words of a certificate have caused: their text is made one line that
/// is safe to print.
[[noreturn]] void fail_for_certificate(const Failure& failure);

/// For errors in the files that the words name: says that there are some, and which codes they have.
[[noreturn]] void fail_for_certificate(const Diagnostics& errors);

}  // namespace interleak::tools
