#include "sim/conform/rows.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "sim/conform/csv.hpp"
#include "sim/design/parse.hpp"

namespace interleak::conform {
namespace {

constexpr std::array<std::string_view, 8> kNeeded = {
    "version", "client", "connection_at_start", "op", "cancel_point", "cancel_mode", "schedule", "victim_op"};
constexpr std::array<std::string_view, 10> kMeasured = {"of_suspensions",
                                                        "cancel_phase",
                                                        "requests_sent_by_A",
                                                        "replies_still_owed_on_open_conns",
                                                        "A_outcome",
                                                        "codes",
                                                        "B",
                                                        "C",
                                                        "repeats",
                                                        "identical_repeats"};
constexpr std::array<std::string_view, 2> kStarts = {"idle pooled connection", "none (cold)"};
constexpr int kMostSuspensions = 100;

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  std::string out = "\"";
  for (const char c : text.substr(0, kLongest)) out += c >= 0 && c < ' ' ? '?' : c;
  return out + (text.size() > kLongest ? "...\"" : "\"");
}

/// One row, with the columns by name. The first thing that is wrong is kept.
class RowReader {
 public:
  RowReader(const Record& record, const std::map<std::string, std::size_t>& columns, const std::string& file)
      : record_(record), columns_(columns), file_(file) {}

  std::optional<Row> read() {
    Row row;
    row.line = record_.line;
    row.version = text("version");
    row.client = text("client");
    row.operation = text("op");
    row.victim = text("victim_op");
    row.mode = text("cancel_mode");
    row.left_over = text("schedule");
    row.trial.cold = choice("connection_at_start", kStarts) == 1;
    row.trial.operation = static_cast<Command>(choice("op", kCommandNames));
    row.trial.victim = static_cast<Command>(choice("victim_op", kCommandNames));
    row.trial.mode = static_cast<Mode>(choice("cancel_mode", kModeNames));
    row.trial.left_over = static_cast<LeftOver>(choice("schedule", kLeftOverNames));
    row.trial.cancel_point = number("cancel_point", 1, kMostSuspensions).value_or(1);
    read_client(row);
    read_measured(row.measured);
    if (error_) return std::nullopt;
    return row;
  }

  const Diagnostic& error() const { return *error_; }

 private:
  bool has(std::string_view column) const { return columns_.count(std::string(column)) != 0; }

  const std::string& text(std::string_view column) const {
    static const std::string kNone;
    const auto found = columns_.find(std::string(column));
    return found == columns_.end() ? kNone : record_.fields[found->second];
  }

  void complain(std::string message, std::string expected, std::string help = "") {
    if (error_) return;
    error_.emplace();
    error_->code = "ILK0070";
    error_->message = std::move(message);
    error_->expected = std::move(expected);
    error_->help = std::move(help);
    error_->file = file_;
    error_->at = {record_.line, 1};
  }

  template <std::size_t N>
  std::size_t choice(std::string_view column, const std::array<std::string_view, N>& names) {
    const std::string& word = text(column);
    const auto found = std::find(names.begin(), names.end(), word);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    const std::vector<std::string> allowed(names.begin(), names.end());
    std::string list;
    for (const std::string& name : allowed) list += (list.empty() ? "one of: " : ", ") + name;
    const std::string near = design::closest_name(word, allowed);
    complain("unknown " + std::string(column) + " " + in_quotes(word), list,
             near.empty() ? "" : "did you mean " + in_quotes(near) + "?");
    return 0;
  }

  std::optional<int> number(std::string_view column, int least, int most) {
    const std::string& word = text(column);
    int value = 0;
    const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (failed == std::errc() && end == word.data() + word.size() && value >= least && value <= most) {
      return value;
    }
    complain(std::string(column) + " is " + in_quotes(word),
             "a number from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
  }

  /// "pool2" is the client "pool" with two connections. A single client has one of its own, and the
  /// pool that its pipelines use.
  void read_client(Row& row) {
    std::string client = row.client;
    const bool counted =
        client.size() > 1 && client.back() >= '2' && client.back() <= '8' && client.find('_') == std::string::npos;
    if (counted) {
      row.trial.connections = client.back() - '0';
      client.pop_back();
    } else if (client == "single") {
      row.trial.connections = 2;
    }
    row.design = "redis-py-" + row.version + "/" + client;
  }

  void read_measured(Measured& m) {
    m.codes = text("codes");
    if (!m.codes.empty() && m.codes.size() != 2) {
      complain("codes is " + in_quotes(m.codes), "two letters: the outcome of B, then of C");
    }
    m.phase = text("cancel_phase");
    if (has("A_outcome")) m.delivered = text("A_outcome") == "CancelledError";
    if (has("of_suspensions")) m.suspensions = number("of_suspensions", 1, kMostSuspensions);
    if (has("requests_sent_by_A")) m.requests_sent = number("requests_sent_by_A", 0, 1000);
    if (has("replies_still_owed_on_open_conns")) {
      m.replies_owed = number("replies_still_owed_on_open_conns", 0, 1000);
    }
    if (!has("repeats") || !has("identical_repeats")) return;
    const auto repeats = number("repeats", 0, 1'000'000);
    const auto identical = number("identical_repeats", 0, 1'000'000);
    m.stable = repeats && identical && *identical >= *repeats;
  }

  const Record& record_;
  const std::map<std::string, std::size_t>& columns_;
  const std::string& file_;
  std::optional<Diagnostic> error_;
};

Diagnostic about_header(const Record& header, const std::string& file, std::string message, std::string expected) {
  Diagnostic error;
  error.code = "ILK0071";
  error.message = std::move(message);
  error.expected = std::move(expected);
  error.file = file;
  error.at = {header.line, 1};
  return error;
}

/// Columns by name; unknown and missing ones are errors.
std::map<std::string, std::size_t> columns_of(const Record& header, const std::string& file, bool& complete,
                                              Diagnostics& errors) {
  std::map<std::string, std::size_t> columns;
  for (std::size_t i = 0; i < header.fields.size(); ++i) {
    const std::string& name = header.fields[i];
    const bool known = std::find(kNeeded.begin(), kNeeded.end(), name) != kNeeded.end() ||
                       std::find(kMeasured.begin(), kMeasured.end(), name) != kMeasured.end();
    if (!known) {
      errors.push_back(about_header(header, file, "unknown column " + in_quotes(name), "it is ignored"));
    } else if (!columns.emplace(name, i).second) {
      errors.push_back(about_header(header, file, "two columns are called " + in_quotes(name), "one"));
    }
  }
  for (const std::string_view name : kNeeded) {
    if (columns.count(std::string(name)) != 0) continue;
    complete = false;
    errors.push_back(
        about_header(header, file, "column " + in_quotes(name) + " is missing", "a header with this column"));
  }
  return columns;
}

}  // namespace

std::vector<Row> read_rows(std::string_view text, const std::string& file, Diagnostics& errors) {
  std::vector<Row> rows;
  const std::vector<Record> records = read_csv(text, file, errors);
  if (records.empty()) {
    if (errors.empty()) errors.push_back(about_header({1, {}}, file, "the table is empty", "a header"));
    return rows;
  }
  bool complete = true;
  const auto columns = columns_of(records[0], file, complete, errors);
  if (!complete) return rows;
  std::size_t told = errors.size();
  const auto tell = [&](Diagnostic error) {
    if (++told <= kMaxErrorsOfFile) errors.push_back(std::move(error));
  };
  for (std::size_t i = 1; i < records.size(); ++i) {
    if (records[i].fields.size() != records[0].fields.size()) {
      Diagnostic error = about_header(records[i], file,
                                      "this row has " + std::to_string(records[i].fields.size()) +
                                          " fields, the header " + std::to_string(records[0].fields.size()),
                                      "as many as the header");
      error.code = "ILK0070";
      tell(std::move(error));
      continue;
    }
    RowReader reader(records[i], columns, file);
    if (auto row = reader.read()) {
      rows.push_back(std::move(*row));
    } else {
      tell(reader.error());
    }
  }
  return rows;
}

}  // namespace interleak::conform
