// The mutants of the engine as one list: those of a share of them, each with the number that switches it on.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tests/engine_mutants/mutants.hpp"

namespace interleak::engine_mutants {

/// A file of the engine, with its mutants.
struct Source {
  std::string path;                     ///< below the root, "sim/world/machine.cpp"
  std::string text;
  std::vector<Mutant> mutants;          ///< all of them
  std::uint32_t first_number = 1;       ///< of mutants[0]
};

/// What is changed: the files of sim/world, sim/explore, sim/certify and sim/property, in the order of their names.
std::vector<Source> sources_of(const std::string& root);

/// One of how many mutants is tried, unless something else is asked for.
inline constexpr std::uint32_t kShare = 12;

/// A number that only the name decides, evenly spread: the order in which mutants are chosen, and tried.
std::uint32_t rank_of(const std::string& name);

/// True for one of `share` mutants, the first ones by rank: what happens to others does not matter, and who is
/// chosen for a greater share is for a smaller one, too. Of sim/property, which is all but a table, it is true for all.
bool is_chosen(const Mutant& mutant, std::uint32_t share);

/// Drawn are those with the least of these.
std::uint32_t lot_of(const std::string& seed, const std::string& name);

/// What is known of a mutant that is in the program.
struct Entry {
  std::uint32_t number = 0;
  std::size_t line = 0;
  std::string id, name;

  /// "sim/world/machine.cpp:313 put ..."
  std::string told() const;
};

struct Catalogue {
  std::string engine;  ///< digest of the files: results are of one engine
  std::vector<Entry> entries;  ///< in the order of files and places
};

std::string printed(const Catalogue& catalogue);
Catalogue read_catalogue(const std::string& text);

/// Writes the engine's files, with guards, and the catalogue to the folder `out`; those of `left_out` (names)
/// get no guard. A file that is already as it should be keeps its time. Throws std::runtime_error.
void write_copies(const std::vector<Source>& sources, const std::string& out, std::uint32_t share,
                  const std::set<std::string>& left_out);

/// The names of the mutants of which the compiler says in `log` that they are none: those in a line of a copy
/// below `out` that an error is about.
std::vector<std::string> refused(const std::vector<Source>& sources, const std::string& out, const Catalogue& catalogue,
                                 const std::string& log);

std::string read_file(const std::string& path);
/// Throws std::runtime_error.
void write_file(const std::string& path, const std::string& text);

}  // namespace interleak::engine_mutants
