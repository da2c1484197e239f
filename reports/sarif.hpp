// Findings as SARIF 2.1.0, for code scanning: where the fatal cancel lands, the places that make it
// a leak, every step as a code flow, and fingerprints that survive edits elsewhere in the files.
#pragma once

#include <string>

#include "reports/cases.hpp"

namespace interleak::reports {

/// `expected_too`: violations that the scenarios expect stand there as notes.
std::string sarif(const Cases& cases, bool expected_too);

/// A path as a relative URI reference: separators stay, everything unusual is percent-encoded.
std::string uri_of(std::string_view path);

/// Plain text of a SARIF message: brackets, which would be links, are escaped.
std::string sarif_text(std::string_view text);

}  // namespace interleak::reports
