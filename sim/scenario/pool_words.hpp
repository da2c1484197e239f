// The words that begin a line of a design in the text form, one table: the reader, the printer, messages and the
// grammars for editors take them from here. What a field means, and its JSON form, is docs/language.md.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace interleak::scenario {

/// What stands behind the word.
enum class HeaderShape : std::uint8_t {
  word,       ///< one word, bare
  line,       ///< a text, bare to the end of the line or between quotes
  flag,       ///< nothing, or `true`, or `false`
  number,     ///< the version of the format
  words,      ///< words with commas between them
  lines,      ///< texts with commas between them
  settings,   ///< `NAME VALUE`, with commas between them
  counters,   ///< `SCOPE.NAME = NUMBER`, with commas between them
  queues,     ///< `SCOPE.NAME`, with commas between them
  stores,     ///< `SCOPE.NAME`, perhaps `by` and of what it has a place for each, with commas between them
};

struct HeaderWord {
  std::string_view text;    ///< "leaves out"
  std::string_view field;   ///< of the JSON form, "leaves_out"
  HeaderShape shape;
};

inline constexpr std::array<HeaderWord, 15> kHeaderWords = {{{"design", "id", HeaderShape::word},
                                                             {"title", "title", HeaderShape::line},
                                                             {"source", "source", HeaderShape::line},
                                                             {"part", "part", HeaderShape::flag},
                                                             {"extends", "extends", HeaderShape::words},
                                                             {"leaves out", "leaves_out", HeaderShape::lines},
                                                             {"pool", "pool", HeaderShape::settings},
                                                             {"protocol", "protocol", HeaderShape::word},
                                                             {"runtime", "runtime", HeaderShape::word},
                                                             {"send suspends", "send_suspends", HeaderShape::word},
                                                             {"socket timeout", "socket_timeout", HeaderShape::flag},
                                                             {"var", "variables", HeaderShape::counters},
                                                             {"queue", "queues", HeaderShape::queues},
                                                             {"store", "stores", HeaderShape::stores},
                                                             {"interleak", "interleak", HeaderShape::number}}};

/// The word that begins a procedure; in JSON, a member of `procedures`.
inline constexpr std::string_view kProcedureWord = "def";

/// The setting of `pool` that is a list of words, and what stands for an empty one.
inline constexpr std::string_view kHandshakeSetting = "handshake", kNoHandshake = "none";
/// The setting of `pool` that is a flag.
inline constexpr std::string_view kClusterSetting = "cluster";

/// How a field of the JSON form is called in the text form; what has no other name there is called the same.
constexpr std::string_view text_name(std::string_view field) {
  if (field == "procedures") return kProcedureWord;
  const auto found = std::ranges::find(kHeaderWords, field, &HeaderWord::field);
  return found == kHeaderWords.end() ? field : found->text;
}

}  // namespace interleak::scenario
