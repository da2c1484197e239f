// What the command may take, at most, measured on the command itself:
//
//   limits inputs INTERLEAK DIR [CPU_SECONDS]   no file keeps it busy before its search begins, nor makes it
//                                               write without end (inputs.hpp)
//   limits time INTERLEAK DIR                   --max-time ends every verb in time
//   limits memory INTERLEAK DIR                 --max-mem is kept by the process, within a tenth
//
// Files are written to DIR. Seconds of the processor are counted, not of the clock, so that a busy machine
// changes little; without CPU_SECONDS (sanitizers, no optimization) it is only seen that all ends.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <set>
#include <string>

#include "tests/limits/inputs.hpp"
#include "tests/limits/process.hpp"

namespace interleak::limits {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::uint64_t kMiB = 1 << 20;
constexpr const char* kLarge = "tests/limits/six-users.json";
constexpr const char* kUnlike = "tests/limits/six-unlike-users.json";   // for verbs that always fold
constexpr const char* kDesign = "patterns/release-in-finally";

std::string seconds(std::chrono::milliseconds time) {
  std::string digits = std::to_string(time.count() % 1000);
  return std::to_string(time.count() / 1000) + "." + std::string(3 - digits.size(), '0') + digits + " s";
}

class Lane {
 public:
  Lane(std::string interleak, std::string folder) : interleak_(std::move(interleak)), folder_(std::move(folder)) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }

  Ran command(std::vector<std::string> words) const {
    words.insert(words.begin(), interleak_);
    return run(words, 240s);
  }

  /// Empty: it is as it should be.
  void judge(const std::vector<std::string>& words, const Ran& ran, const std::string& wrong) {
    std::string line;
    for (const std::string& word : words) line += " " + word;
    const bool good = wrong.empty() && !ran.timed_out;
    (good ? passed_ : failed_) += 1;
    std::cout << (good ? "ok    " : "FAILED") << " cpu " << seconds(ran.cpu) << "  wall " << seconds(ran.wall) << "  "
              << ran.peak_bytes / kMiB << " MiB  exit " << ran.code << " " << line << std::endl;
    if (good) return;
    std::cout << "       " << (ran.timed_out ? "it had to be killed" : wrong) << "\n"
              << ran.output.substr(0, 2000) << std::endl;
  }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  int finish() const {
    std::cout << passed_ << " passed, " << failed_ << " failed\n";
    return failed_ == 0 && passed_ > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  }

 private:
  const std::string interleak_, folder_;
  int passed_ = 0, failed_ = 0;
};

void write(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

// --- inputs ---------------------------------------------------------------------------------------

/// Where the input lies now.
std::string put(const Lane& lane, const Input& input) {
  const bool folder = input.kind == Input::Kind::folder;
  std::string path = lane.path(input.name + (folder ? "" : input.kind == Input::Kind::pool ? ".pool" : ".json"));
  if (input.kind != Input::Kind::folder) {
    write(path, input.text);
    return path;
  }
  fs::create_directories(path);
  for (std::size_t i = 0; i < input.files.size(); ++i) {
    write(path + "/" + std::to_string(i) + ".json", input.files[i]);
  }
  return path;
}

/// What is done with an input of that kind: all that reads it, and searches next to nothing.
std::vector<std::vector<std::string>> commands_on(const Input& input, const std::string& path) {
  const std::vector<std::string> soon = {"--max-states", "1", "--threads", "1", "--no-progress", "-qq"};
  const auto brief = [&](std::vector<std::string> words) {
    words.insert(words.end(), soon.begin(), soon.end());
    return words;
  };
  switch (input.kind) {
    case Input::Kind::design:
      return {{"validate", path},
              {"designs", "diff", path, "redis-py-4.5.1/pool"},
              brief({"run", "incident/two-users", "--variant", "all", "-d", path})};
    case Input::Kind::pool:
      return {{"validate", path},
              {"designs", "fmt", "--check", path},
              {"designs", "convert", path},
              brief({"run", "incident/two-users", "--variant", "all", "-d", path})};
    case Input::Kind::scenario:
      return {{"validate", path}, brief({"check", path}), brief({"run", path, "--variant", "all", "-d", "all"})};
    case Input::Kind::baseline:
      return {brief({"check", "scenarios/incident/two-users.json", "-d", "redis-py-4.5.1/pool", "--baseline", path})};
    case Input::Kind::table: return {{"conform", path}};
    case Input::Kind::folder:
      return {{"validate", path},
              {"designs", "list", "-L", path},
              brief({"run", "incident/two-users", "-L", path, "-d", "m/*"})};
  }
  return {};
}

int inputs(Lane& lane, std::optional<std::chrono::seconds> most_cpu) {
  constexpr std::uint64_t kMostOutput = 2 * kMiB;   // a design that is shown whole, with a margin; a hundred errors
  constexpr std::uint64_t kMostMemory = 512 * kMiB;
  for (const Input& input : hostile_inputs()) {
    const std::string path = put(lane, input);
    for (const auto& words : commands_on(input, path)) {
      const Ran ran = lane.command(words);
      std::string wrong;
      if (most_cpu && ran.cpu > *most_cpu) wrong = "more than " + seconds(*most_cpu) + " of the processor";
      if (most_cpu && ran.peak_bytes > kMostMemory) wrong = "more than 512 MiB of memory";
      if (ran.output_bytes > kMostOutput) wrong = std::to_string(ran.output_bytes) + " bytes of output";
      if (ran.code >= 70) wrong = "neither a result nor an error of the file";
      lane.judge(words, ran, wrong);
    }
    fs::remove_all(path);
  }
  return lane.finish();
}

// --- time and memory ------------------------------------------------------------------------------

/// A verb at something that is large for it: the search, or what comes behind it.
struct Long {
  std::vector<std::string> words;
  std::set<int> codes;   ///< any of these is right, the budget being what it is
};

/// Every verb that has budgets.
std::vector<Long> long_commands(const Lane& lane) {
  const std::string large = kLarge, design = kDesign, holds = "redis-py-4.5.5/pool";
  const std::string all = "100000000";
  return {
      {{"run", large, "-d", design, "--no-reduction", "--why", "never"}, {1, 4}},
      {{"run", large, "-d", design, "-i", "all", "--why", "always", "--numbers", "all"}, {1, 4}},
      {{"run", large, "-d", holds, "--numbers", "all", "--certificate", lane.path("certificate")}, {0, 1, 4}},
      {{"run", large, "-d", design, "--report", lane.path("page.html")}, {1, 4}},
      {{"check", large, "-d", design, "--no-reduction"}, {1, 4}},
      {{"bless", large, "-d", design, "--no-reduction", "--dry-run"}, {1, 4}},
      {{"matrix", large, "-d", design}, {4}},
      {{"matrix", large, "-d", holds, "--by", "line", "--chances", "--max-cancels", "1"}, {0, 4}},
      {{"compare", large, "-d", design, "-d", holds}, {4}},
      {{"sample", large, "-d", design, "--by", "uniform"}, {4}},
      {{"sample", large, "-d", design, "--count", "10000000"}, {1, 4}},
      {{"report", kUnlike, "-d", design, "-o", lane.path("page.html")}, {4}},
      {{"export", large, "-d", design, "-f", "digest", "--max-states", all}, {4}},
      {{"export", large, "-d", design, "-f", "edges-csv", "--max-states", all}, {4}},
      {{"export", large, "-d", design, "-f", "dot", "--max-states", all}, {4}},
      {{"export", large, "-d", holds, "-f", "itf", "-i", "no-double-owner"}, {4, 5}},
  };
}

std::vector<std::string> with(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// Of a budget that ended something it must be said which one it was.
std::string wrong_end(const Long& each, const Ran& ran, const std::string& bound) {
  if (each.codes.count(ran.code) == 0) return "another exit code was expected";
  if (ran.code == 4 && ran.output.find(bound) == std::string::npos) return "it does not name " + bound;
  return "";
}

int time(Lane& lane) {
  // The judging of what was seen has a fifth of a second; the rest is for a busy machine.
  constexpr auto kMost = 10s;
  for (const Long& each : long_commands(lane)) {
    const auto words = with(each.words, {"--max-time", "1s", "--threads", "1", "--no-progress"});
    const Ran ran = lane.command(words);
    std::string wrong = wrong_end(each, ran, "--max-time");
    if (ran.wall > kMost) wrong = "it lasted " + seconds(ran.wall);
    lane.judge(words, ran, wrong);
  }
  return lane.finish();
}

int memory(Lane& lane) {
  const auto judge = [&](const Long& each, std::uint64_t mebibytes) {
    const auto words =
        with(each.words, {"--max-mem", std::to_string(mebibytes) + "MiB", "--threads", "2", "--no-progress"});
    Ran ran = lane.command(words);
    std::string wrong = wrong_end(each, ran, "--max-mem");
    if (ran.peak_bytes > mebibytes * kMiB * 11 / 10) wrong = "that is more than a tenth too much";
    lane.judge(words, ran, wrong);
    return ran;
  };
  for (const Long& each : long_commands(lane)) {
    if (each.words[0] != "sample" || each.words.back() == "uniform") judge(each, 100);
  }
  const Long by_name = long_commands(lane).front();
  for (const std::uint64_t mebibytes : {100, 200, 400}) {
    const Ran ran = judge(by_name, mebibytes);
    lane.judge(by_name.words, ran,
               ran.peak_bytes < mebibytes * kMiB / 2 ? "less than half of the memory was used" : "");
  }
  return lane.finish();
}

int main_of(const std::vector<std::string>& words) {
  if (words.size() < 3) {
    std::cerr << "limits inputs|time|memory INTERLEAK DIR [CPU_SECONDS]\n";
    return 2;
  }
  Lane lane(words[1], words[2]);
  if (words[0] == "time") return time(lane);
  if (words[0] == "memory") return memory(lane);
  std::optional<std::chrono::seconds> most_cpu;
  if (words.size() > 3) most_cpu = std::chrono::seconds(std::stoi(words[3]));
  return inputs(lane, most_cpu);
}

}  // namespace
}  // namespace interleak::limits

int main(int argc, char** argv) { return interleak::limits::main_of({argv + 1, argv + argc}); }
