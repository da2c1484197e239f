#include "sim/conform/csv.hpp"

namespace interleak::conform {
namespace {

class CsvReader {
 public:
  CsvReader(std::string_view text, const std::string& file, Diagnostics& errors)
      : text_(text), file_(file), errors_(errors) {}

  std::vector<Record> read() {
    if (text_.size() > kMaxTableBytes) {
      complain("ILK0002", "the file is too large", "at most " + std::to_string(kMaxTableBytes >> 20) + " MiB");
      return {};
    }
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
    while (at_ < text_.size() && !failed_) record();
    return std::move(records_);
  }

 private:
  void complain(std::string code, std::string message, std::string expected) {
    Diagnostic error;
    error.code = std::move(code);
    error.message = std::move(message);
    error.expected = std::move(expected);
    error.file = file_;
    error.at = {line_, static_cast<std::uint32_t>(at_ - line_start_ + 1)};
    errors_.push_back(std::move(error));
    failed_ = true;
  }

  bool at_line_end() const { return at_ >= text_.size() || text_[at_] == '\n' || text_[at_] == '\r'; }

  void skip_line_end() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
    line_start_ = at_;
  }

  void record() {
    Record record;
    record.line = line_;
    const bool empty = at_line_end();
    while (!empty && !failed_) {
      if (record.fields.size() == kMaxTableFields) {
        return complain("ILK0015", "too many fields in one row", "at most " + std::to_string(kMaxTableFields));
      }
      record.fields.push_back(at_ < text_.size() && text_[at_] == '"' ? quoted() : plain());
      if (failed_ || at_line_end()) break;
      ++at_;  // the comma
    }
    if (failed_) return;
    skip_line_end();
    if (empty) return;
    if (records_.size() == kMaxTableRows) {
      return complain("ILK0015", "too many rows", "at most " + std::to_string(kMaxTableRows));
    }
    records_.push_back(std::move(record));
  }

  std::string plain() {
    const std::size_t begin = at_;
    while (!at_line_end() && text_[at_] != ',') ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string quoted() {
    std::string out;
    const std::uint32_t opened = line_;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != '"') {
        out += text_[at_];
        if (text_[at_] == '\n') {
          ++line_;
          line_start_ = at_ + 1;
        }
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        out += text_[++at_];
      } else {
        ++at_;
        if (!at_line_end() && text_[at_] != ',') {
          complain("ILK0001", "text behind a closing quote", "a comma or the end of the line");
        }
        return out;
      }
    }
    complain("ILK0001", "a quote that does not end", "its other end; it is open since line " + std::to_string(opened));
    return out;
  }

  std::string_view text_;
  const std::string& file_;
  Diagnostics& errors_;
  std::size_t at_ = 0, line_start_ = 0;
  std::uint32_t line_ = 1;
  bool failed_ = false;
  std::vector<Record> records_;
};

}  // namespace

std::vector<Record> read_csv(std::string_view text, const std::string& file, Diagnostics& errors) {
  return CsvReader(text, file, errors).read();
}

}  // namespace interleak::conform
