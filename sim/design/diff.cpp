// See diff.hpp. Equal lines at both ends are set aside, the rest is the textbook table of longest
// common subsequences: listings have a few dozen lines.
#include "sim/design/diff.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "sim/design/print.hpp"
#include "sim/design/uses.hpp"
#include "sim/design/vocabulary.hpp"

namespace interleak::design {
namespace {

constexpr std::array<std::string_view, 4> kSuspends = {"never", "after", "before", "may"};

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out.empty() ? "-" : out;
}

std::string joined(const std::map<std::string, int>& variables) {
  std::vector<std::string> words;
  for (const auto& [name, first] : variables) words.push_back(name + "=" + std::to_string(first));
  return joined(words);
}

/// "cache by key, last"
std::string joined(const std::map<std::string, Places>& stores) {
  std::string out;
  for (const auto& [name, places] : stores) {
    out += (out.empty() ? "" : ", ") + name;
    if (places != Places::one) out.append(" ").append(text_of(place_words, places));
  }
  return out.empty() ? "-" : out;
}

/// The settings as text, in the order of docs/language.md.
std::vector<std::pair<std::string, std::string>> settings(const Design& design) {
  return {{"pool.order", design.order == Order::lifo ? "lifo" : "fifo"},
          {"pool.cluster", design.cluster ? "true" : "false"},
          {"pool.readers", design.readers == Readers::error ? "error" : "queue"},
          {"pool.handshake", joined(design.handshake)},
          {"socket_timeout", design.socket_timeout ? "true" : "false"},
          {"send_suspends", std::string(kSuspends[static_cast<std::size_t>(design.send_suspends)])},
          {"variables.op", joined(design.op_variables)},
          {"variables.conn", joined(design.conn_variables)},
          {"variables.socket", joined(design.socket_variables)},
          {"variables.pool", joined(design.pool_variables)},
          {"queues.conn", joined(design.conn_queues)},
          {"queues.pool", joined(design.pool_queues)},
          {"stores.pool", joined(design.pool_stores)}};
}

const Procedure* procedure_of(const Design& design, const std::string& name) {
  const auto found = design.procedures.find(name);
  return found == design.procedures.end() ? nullptr : &found->second;
}

std::vector<std::string> texts(const Procedure* procedure) {
  std::vector<std::string> out;
  if (procedure == nullptr) return out;
  for (const ListingLine& line : procedure->lines) out.push_back(line.text);
  return out;
}

/// `execute` first, then by name: procedures of either design, but none of the prelude that neither
/// of them runs.
std::vector<std::string> compared_names(const Design& left, const Design& right) {
  std::set<std::string> names;
  for (const Design* design : {&left, &right}) {
    const std::vector<std::string> used = used_procedures(*design);
    names.insert(used.begin(), used.end());
  }
  for (const Design* design : {&left, &right}) {
    for (const auto& [name, procedure] : design->procedures) {
      if (!is_of_prelude(procedure.origin)) names.insert(name);
    }
  }
  std::vector<std::string> out(names.begin(), names.end());
  std::stable_partition(out.begin(), out.end(), [](const auto& name) { return name == "execute"; });
  return out;
}

/// lengths[i][j]: of the longest common subsequence of left[i...] and right[j...].
std::vector<std::vector<int>> table(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  std::vector<std::vector<int>> lengths(left.size() + 1, std::vector<int>(right.size() + 1, 0));
  for (std::size_t i = left.size(); i-- > 0;) {
    for (std::size_t j = right.size(); j-- > 0;) {
      lengths[i][j] = left[i] == right[j] ? lengths[i + 1][j + 1] + 1 : std::max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}

}  // namespace

std::vector<DiffLine> diff_lines(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  const std::size_t shorter = std::min(left.size(), right.size());
  std::size_t head = 0, tail = 0;
  while (head < shorter && left[head] == right[head]) ++head;
  while (tail < shorter - head && *(left.rbegin() + static_cast<std::ptrdiff_t>(tail)) ==
                                      *(right.rbegin() + static_cast<std::ptrdiff_t>(tail))) {
    ++tail;
  }
  const auto middle = [&](const std::vector<std::string>& all) {
    return std::vector<std::string>(all.begin() + static_cast<std::ptrdiff_t>(head),
                                    all.end() - static_cast<std::ptrdiff_t>(tail));
  };
  const auto lengths = table(middle(left), middle(right));

  std::vector<DiffLine> out;
  std::size_t i = 0, j = 0;
  const auto both = [&] {
    out.push_back({static_cast<int>(i + 1), static_cast<int>(j + 1), left[i]});
    ++i, ++j;
  };
  while (i < head) both();
  while (i < left.size() - tail || j < right.size() - tail) {
    const bool more_left = i < left.size() - tail, more_right = j < right.size() - tail;
    if (more_left && more_right && left[i] == right[j]) {
      both();
    } else if (more_left && (!more_right || lengths[i + 1 - head][j - head] >= lengths[i - head][j + 1 - head])) {
      out.push_back({static_cast<int>(i + 1), 0, left[i]});
      ++i;
    } else {
      out.push_back({0, static_cast<int>(j + 1), right[j]});
      ++j;
    }
  }
  while (i < left.size()) both();
  return out;
}

DesignDiff diff(const Design& left, const Design& right) {
  DesignDiff out;
  const auto left_settings = settings(left), right_settings = settings(right);
  for (std::size_t i = 0; i < left_settings.size(); ++i) {
    if (left_settings[i].second == right_settings[i].second) continue;
    out.fields.push_back({left_settings[i].first, left_settings[i].second, right_settings[i].second});
  }
  for (const std::string& name : compared_names(left, right)) {
    const Procedure* a = procedure_of(left, name);
    const Procedure* b = procedure_of(right, name);
    if (a != nullptr && b != nullptr && texts(a) == texts(b)) continue;
    ProcedureDiff procedure;
    procedure.name = name;
    procedure.left_origin = a == nullptr ? "" : a->origin;
    procedure.right_origin = b == nullptr ? "" : b->origin;
    procedure.comments_only = a != nullptr && b != nullptr && same_listing(a->block, b->block);
    procedure.lines = diff_lines(texts(a), texts(b));
    out.procedures.push_back(std::move(procedure));
  }
  return out;
}

}  // namespace interleak::design
