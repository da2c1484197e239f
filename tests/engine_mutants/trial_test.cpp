// What is around the mutants: programs under limits, the suite's steps, results, the list of survivors.
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "tests/catch.hpp"
#include "tests/engine_mutants/catalogue.hpp"
#include "tests/engine_mutants/child.hpp"
#include "tests/engine_mutants/results.hpp"
#include "tests/engine_mutants/suite.hpp"
#include "tests/engine_mutants/trial.hpp"

namespace {

namespace fs = std::filesystem;
using namespace interleak::engine_mutants;
using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

/// A folder of our own.
struct Scratch {
  std::string path = (fs::temp_directory_path() / ("mutants-" + std::to_string(std::random_device()()))).string();
  Scratch() { fs::create_directories(path); }
  ~Scratch() { fs::remove_all(path); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
};

Ended shell(const Scratch& scratch, const std::string& script, const Limits& limits = {}) {
  return run({"sh", "-c", script}, scratch.path, {"WORD=given"}, scratch.path + "/output", limits);
}

TEST_CASE("how a program ends is told") {
  const Scratch scratch;
  CHECK(shell(scratch, "echo $WORD; pwd >&2").how == Ended::How::passed);
  CHECK(read_file(scratch.path + "/output") == "given\n" + fs::canonical(scratch.path).string() + "\n");
  CHECK(shell(scratch, "exit 3").told == "exit code 3");
  CHECK(shell(scratch, "kill -SEGV $$").told == "signal 11");
  CHECK(run({"/no/such/program"}, scratch.path, {}, scratch.path + "/output", {}).told == "exit code 127");
}

TEST_CASE("limits end what does not end") {
  const Scratch scratch;
  Limits short_ones;
  short_ones.processor = 1s;
  CHECK(shell(scratch, "while :; do :; done", short_ones).told == "runs for ever");
  short_ones.clock = 1s;
  CHECK(shell(scratch, "sleep 600", short_ones).told == "waits for ever");
  Limits small;
  small.memory = 256u << 20;
  CHECK(shell(scratch, "x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done", small).how != Ended::How::passed);
}

TEST_CASE("a suite is read") {
  const Scratch scratch;
  for (const char* name : {"b.json", "a.json", "c.txt"}) write_file(scratch.path + "/files/" + name, "");
  const Suite suite = suite_of("# about\nset A=1\neach files/*.json {build}/x check {} {name}  # more\n", scratch.path,
                               "/build", scratch.path);
  CHECK(suite.variables == Texts{"A=1"});
  REQUIRE(suite.steps.size() == 2);
  CHECK(suite.steps[0].name == "x: files/a.json");
  CHECK(suite.steps[1].words == Texts{"/build/x", "check", "files/b.json", "b"});
  // Instead of a program of Catch2 one that prints what it is asked.
  const Suite filtered = suite_of("cases /bin/echo [#file]~*slow*  # more\n", scratch.path, "/build", scratch.path);
  REQUIRE(filtered.steps.size() == 1);
  CHECK(filtered.steps[0].name == "echo: -# [#file]~*slow* --list-test-names-only");
  CHECK_THROWS(suite_of("each files/*.none x\n", scratch.path, "/build", scratch.path));
  CHECK_THROWS(suite_of("something else\n", scratch.path, "/build", scratch.path));
  CHECK_THROWS(suite_of("cases /bin/true [x]\n", scratch.path, "/build", scratch.path));
}

/// A script in which `$INTERLEAK_MUTANT` does what a mutant would.
Step step(const std::string& name, const std::string& reaches, const std::string& script) {
  return {name,
          {"sh", "-c",
           "[ -z \"$INTERLEAK_MUTANT_REACHED\" ] || printf '" + reaches + "' >>$INTERLEAK_MUTANT_REACHED\n" + script}};
}

TEST_CASE("a mutant is tried by the steps that come to it, until one fails") {
  const Scratch scratch;
  const Place place{scratch.path, scratch.path, scratch.path, 2};
  Suite suite;
  suite.steps = {step("first", "1\\n2\\n", "[ $INTERLEAK_MUTANT != 1 ]"),
                 step("second", "2\\n3\\n", "[ $INTERLEAK_MUTANT != 2 ]")};
  const auto steps = clean_run(suite, place);
  REQUIRE(steps.size() == 2);
  std::map<std::uint32_t, Fate> fates;
  try_all({{1, 1, "", "a"}, {2, 1, "", "b"}, {3, 1, "", "c"}, {4, 1, "", "d"}}, steps, {}, suite, place,
          [&](const Entry& mutant, const Fate& fate) { fates[mutant.number] = fate; });
  CHECK(fates[1].step == "first");
  CHECK(fates[1].told == "exit code 1");
  CHECK(fates[1].kind == Fate::Kind::killed);
  CHECK(fates[2].step == "second");
  CHECK(fates[3].step.empty());
  CHECK(fates[3].told == "no step notices");
  CHECK(fates[3].kind == Fate::Kind::survived);
  CHECK(fates[4].told == "no step comes there");

  suite.steps.push_back(step("third", "", "false"));
  CHECK_THROWS(clean_run(suite, place));
}

TEST_CASE("the step that is known to notice a mutant comes first, then what has noticed others") {
  const Scratch scratch;
  const Place place{scratch.path, scratch.path, scratch.path, 1};
  Suite suite;
  suite.steps = {step("dull", "1\\n2\\n", "[ $INTERLEAK_MUTANT != 1 ]"),
                 step("sharp", "1\\n2\\n", "[ $INTERLEAK_MUTANT = 0 ]")};
  const std::vector<Measured> steps = {{suite.steps[0], 1ms, std::vector<bool>(3, true)},
                                       {suite.steps[1], 9ms, std::vector<bool>(3, true)}};
  const auto noticed_by = [&](const std::vector<Entry>& mutants, const Hints& hints) {
    Texts names;
    try_all(mutants, steps, hints, suite, place, [&](const Entry&, const Fate& fate) { names.push_back(fate.step); });
    return names;
  };
  const Entry first{1, 1, "01", "a"}, second{2, 1, "02", "b"};
  CHECK(noticed_by({first}, {}) == Texts{"dull"});
  CHECK(noticed_by({first}, {{"01", "sharp"}}) == Texts{"sharp"});
  CHECK(noticed_by({first}, {{"01", "no such step"}}) == Texts{"dull"});
  // Three kills outweigh that it takes longer.
  CHECK(noticed_by({second, second, second, first}, {}) == Texts{"sharp", "sharp", "sharp", "sharp"});
}

TEST_CASE("results are kept, and read again") {
  const Scratch scratch;
  const std::string file = scratch.path + "/results.tsv";
  const std::vector<Entry> mutants = {
      {1, 1, "", "a.cpp f < -> <="}, {2, 1, "", "b.cpp g > -> >="}, {3, 1, "", "b.cpp h"}};
  Results(file, "e").add(mutants[0], {Fate::Kind::killed, "a step", "exit code 1", 12ms});
  Results(file, "e").add(mutants[1], {Fate::Kind::survived, "", "no step notices", 7ms});
  std::ofstream(file, std::ios::app) << "killed\t3";   // ended in the middle
  const Results results(file, "e");
  CHECK(results.fates().size() == 2);
  CHECK(results.fates().at(mutants[0].name).processor == 12ms);
  CHECK(results.fates().at(mutants[0].name).step == "a step");
  CHECK(survivors_of(mutants, results.fates()) == Texts{mutants[1].name});
  const std::string all = "all                                   2        1          0          1   50.0 %";
  CHECK(table(mutants, results.fates()).find(all) != std::string::npos);
  CHECK(percent_killed(mutants, results.fates()) == 66);
  CHECK_THROWS(Results(file, "another engine"));
}

TEST_CASE("the list of survivors is held against the mutants") {
  using interleak::mutation::parse_survivors;
  const auto list = parse_survivors("a x\n  equivalent: why\nb y\n  performance: why\n");
  CHECK(faults_of(list, {"a x", "b y", "c"}).empty());
  CHECK(faults_of(list, {"a x"}) == Texts{"listed, but no mutant (any more): b y"});
  CHECK(faults_of(parse_survivors("a x\n  ?\n"), {"a x"}).size() == 1);
  CHECK(faults_of(parse_survivors("a x\n  equivalent:\n"), {"a x"}).size() == 1);
  const auto twice = parse_survivors("a x\n  unnoticed: w\na x\n  unnoticed: w\n");
  CHECK(faults_of(twice, {"a x"}) == Texts{"listed twice: a x"});
  CHECK(unlisted(list, {"a x", "c"}) == Texts{"c"});
  CHECK(noticed_now(list, {{"a x", {Fate::Kind::killed, "", "", 0ms}}, {"b y", {}}}) == Texts{"a x"});
}

/// A tree with one file of the engine.
std::vector<Source> tree(const Scratch& scratch, const std::string& text) {
  for (const char* room : {"certify", "explore", "property", "words", "world"}) {
    fs::create_directories(scratch.path + "/sim/" + room);
  }
  write_file(scratch.path + "/sim/world/a.cpp", text);
  return sources_of(scratch.path);
}

TEST_CASE("copies are written with a catalogue, and without what does not compile") {
  const Scratch scratch;
  const auto sources = tree(scratch, "void f() {\n  a = b;\n  c = d;\n}\n");
  const std::string out = scratch.path + "/out";
  write_copies(sources, out, 1, {});
  const Catalogue catalogue = read_catalogue(read_file(out + "/catalogue.txt"));
  REQUIRE(catalogue.entries.size() == 2);
  CHECK(catalogue.entries[1].told() == "sim/world/a.cpp:3 f \"c = d;\" statement -> (none)");
  CHECK(read_file(out + "/sim/world/a.cpp") ==
        "void f() {\n  { if (!::mutant::on(1)) a = b; }\n  { if (!::mutant::on(2)) c = d; }\n}\n");
  const auto names = refused(sources, out, catalogue, "x\n" + out + "/sim/world/a.cpp:3:5: error: no\n");
  CHECK(names == Texts{catalogue.entries[1].name});
  CHECK(refused(sources, out, catalogue, "out/sim/world/a.cpp:3:5: error: no\n") == names);
  write_copies(sources, out, 1, {names.begin(), names.end()});
  CHECK(read_catalogue(read_file(out + "/catalogue.txt")).entries.size() == 1);
}

TEST_CASE("a share of the mutants is chosen by their names alone") {
  const Scratch scratch;
  std::string text = "void f() {\n";
  for (int i = 0; i < 600; ++i) text += "  a" + std::to_string(i) + " = b;\n";
  const auto few = tree(scratch, text + "}\n");
  const auto more = tree(scratch, "void g() { x = y; }\n" + text + "}\n");
  Texts chosen, again;
  for (const Mutant& each : few[0].mutants)
    if (is_chosen(each, kShare)) chosen.push_back(each.name());
  for (const Mutant& each : more[0].mutants) {
    if (is_chosen(each, kShare) && each.function == "f") again.push_back(each.name());
  }
  CHECK(chosen == again);
  CHECK(chosen.size() > 25);
  CHECK(chosen.size() < 75);
}

}  // namespace
