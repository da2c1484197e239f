// See inputs.hpp. Each function writes one kind of file; the numbers in them are chosen so that the file is
// just below a limit, or far beyond it.
#include "tests/limits/inputs.hpp"

#include <functional>
#include <string_view>
#include <utility>

namespace interleak::limits {
namespace {

using Lines = std::vector<std::string>;
using Procedures = std::vector<std::pair<std::string, Lines>>;
using Kind = Input::Kind;

constexpr std::size_t kMost = std::size_t{1} << 20;   // bytes

std::string number(std::size_t n) { return std::to_string(n); }
std::string times(std::size_t count, std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}
/// `each(0)`, `each(1)`, ... with commas between, as many as there are, or as fit.
std::string list(std::size_t count, const std::function<std::string(std::size_t)>& each, std::size_t room = kMost) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string next = (i == 0 ? "" : ",") + each(i);
    if (out.size() + next.size() > room) break;
    out += next;
  }
  return out;
}
std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// --- designs --------------------------------------------------------------------------------------

std::string design(const Procedures& procedures, const std::string& more = "") {
  return R"({"interleak":1,"id":"h/x",)" + more + R"("procedures":{)" +
         list(procedures.size(),
              [&](std::size_t i) {
                const Lines& lines = procedures[i].second;
                return quoted(procedures[i].first) + ":[" +
                       list(lines.size(), [&](std::size_t j) { return quoted(lines[j]); }) + "]";
              }) +
         "}}";
}

/// As many procedures p0, p1, ... beside `execute` as there may be, and fit.
std::string many_procedures(std::size_t count, const Lines& lines) {
  Procedures all = {{"execute", {"pass"}}};
  for (std::size_t i = 0; i < count; ++i) all.emplace_back("p" + number(i), lines);
  return design(all);
}

/// p0 calls p1 `width` times, that calls p2, and so on; the last one has the lines.
std::string calls(std::size_t depth, std::size_t width, const Lines& last, std::size_t first = 1) {
  Procedures all = {{"execute", Lines(first, "call p0")}};
  for (std::size_t i = 0; i < depth; ++i) {
    all.emplace_back("p" + number(i), Lines(width, "call p" + number(i + 1)));
  }
  all.emplace_back("p" + number(depth), last);
  return design(all);
}

/// `try` inside of `try`, each with a `finally` of that line.
Lines nested_try(std::size_t depth, const std::string& inside, const std::string& last) {
  Lines lines;
  for (std::size_t i = 0; i < depth; ++i) lines.push_back(times(i, " ") + "try:");
  lines.push_back(times(depth, " ") + inside);
  for (std::size_t i = depth; i-- > 0;) {
    lines.push_back(times(i, " ") + "finally:");
    lines.push_back(times(i + 1, " ") + last);
  }
  return lines;
}

/// A `finally` whose block has a `try` with a `finally` that has one ...: each return runs all of them.
Lines finally_in_finally(std::size_t depth, std::size_t indent = 0) {
  const std::string margin = times(indent, " ");
  if (depth == 0) return {margin + "return"};
  Lines lines = {margin + "try:", margin + " return", margin + "finally:"};
  for (std::size_t i = 0; i < 2; ++i) {
    const Lines inner = finally_in_finally(depth - 1, indent + 1);
    lines.insert(lines.end(), inner.begin(), inner.end());
  }
  return lines;
}

/// Endless loops inside of each other, through calls too.
std::string nested_loops(const Lines& body) {
  Procedures all = {{"execute", {"call p0"}}};
  for (std::size_t p = 0; p < 22; ++p) {
    Lines lines;
    for (std::size_t i = 0; i < 22; ++i) lines.push_back(times(i, " ") + "loop while always:");
    lines.push_back(times(22, " ") + "call p" + number(p + 1));
    all.emplace_back("p" + number(p), lines);
  }
  all.emplace_back("p22", body);
  return design(all);
}

Lines repeated(std::size_t count, const Lines& lines) {
  Lines out;
  for (std::size_t i = 0; i < count; ++i) out.insert(out.end(), lines.begin(), lines.end());
  return out;
}

std::string chain_of(std::size_t count, std::string_view word, std::string_view part) {
  std::string out(part);
  for (std::size_t i = 1; i < count; ++i) out += " " + std::string(word) + " " + std::string(part);
  return out;
}

void add_designs(std::vector<Input>& out) {
  const auto add = [&](std::string name, std::string text) {
    out.push_back({Kind::design, std::move(name), std::move(text)});
  };
  add("calls-that-triple", calls(30, 3, {"pass"}));
  add("calls-that-triple-and-come-to-nothing", calls(22, 3, {"call execute", "call execute"}));
  add("calls-on-calls", calls(22, 1, {"pass"}, 1000));
  add("calls-of-long-procedures", calls(4, 1000, repeated(100, {"pass"})));
  add("awaits-in-drops", calls(3, 900, {"try:", " pass", "on drop:", " await pause", " await pause"}));
  add("finally-in-try", design({{"execute", nested_try(23, "pass", "pass")}}));
  add("finally-that-returns", design({{"execute", nested_try(23, "return", "return")}}));
  add("finally-in-finally", design({{"execute", finally_in_finally(7)}}));
  add("unknown-procedures", many_procedures(60, Lines(1000, "call z")));
  add("unknown-variables", many_procedures(50, Lines(1000, "op.z = 1")));
  add("unknown-statements", many_procedures(60, Lines(1000, "pasz")));
  add("long-tokens", many_procedures(62, Lines(62, times(250, "x"))));
  add("long-indentation", many_procedures(62, Lines(62, times(250, " ") + "x")));
  add("indentation-back-and-forth", many_procedures(20, repeated(250, {"try:", "   pass", "  pass", " pass"})));
  add("many-brackets", many_procedures(15, repeated(250, {"if " + times(110, "(") + ":", " pass"})));
  add("many-nots", many_procedures(15, repeated(250, {"if " + times(60, "not ") + "always:", " pass"})));
  add("nots-and-brackets",
      many_procedures(15, repeated(250, {"if " + times(12, "not (") + "always" + times(12, ")") + ":", " pass"})));
  add("or-chains", many_procedures(15, repeated(250, {"if " + chain_of(24, "or", "always") + ":", " pass"})));
  add("loops-in-loops", nested_loops(Lines(900, "pass")));
  add("loops-in-loops-that-end", nested_loops(Lines(900, "await receive")));
  add("loops-after-loops", design({{"execute", repeated(500, {"loop while always:", " pass"})}}));
  Lines endless = {"loop while always:"};
  for (std::size_t i = 0; i < 900; ++i) endless.push_back(" call p");
  add("a-long-endless-loop", design({{"execute", endless}, {"p", {"pass", "pass", "pass"}}}));
  Lines branches = {"if always:", " pass"};
  const Lines more = repeated(490, {"elif always:", " pass"});
  branches.insert(branches.end(), more.begin(), more.end());
  add("many-branches", design({{"execute", branches}}));
  add("many-spawns", many_procedures(60, Lines(1000, "spawn p1")));
  const auto variables = [](const char* scope) {
    return quoted(scope) + ":{" + list(64, [&](std::size_t i) { return quoted("v" + number(i)) + ":1"; }) + "}";
  };
  add("many-variables", design({{"execute", Lines(1000, "op.v7 = 1")}, {"q", Lines(1000, "conn.x = 1")}},
                               "\"variables\":{" + variables("op") + "," + variables("conn") + "},"));
  add("a-large-design-that-is-valid", [] {
    Procedures all = {{"execute", {"take", "await connect", "await send request", "await receive", "put"}}};
    for (std::size_t i = 0; i < 60; ++i) all.emplace_back("p" + number(i), Lines(1000, "op.x = 1"));
    return design(all, R"("variables":{"op":{"x":0}},)");
  }());
  add("a-long-program-that-is-valid",
      design({{"execute", repeated(1, {"take", "await connect", "call p", "call p", "call p", "put"})},
              {"p", Lines(1000, "pass")}}));
}

// --- designs as text ------------------------------------------------------------------------------

/// As many lines as fit.
std::string lines_of(const std::function<std::string(std::size_t)>& each) {
  std::string out = "design h/x\n";
  for (std::size_t i = 0; out.size() < kMost - 500; ++i) out += each(i) + "\n";
  return out;
}

void add_texts(std::vector<Input>& out) {
  const auto add = [&](std::string name, std::string text) {
    out.push_back({Kind::pool, std::move(name), std::move(text)});
  };
  const auto always = [](const std::string& line) { return [line](std::size_t) { return line; }; };
  const std::string execute = "def execute:\n    take\n";
  const std::size_t most = kMost - 100;
  add("text-commas", "design h/x\nvar " + times(most, ",") + "\n" + execute);
  add("text-names-without-values", "design h/x\nvar " + times(most / 2, "a,") + "\n" + execute);
  add("text-variables", "design h/x\nvar " +
                            list(
                                1'000'000, [](std::size_t i) { return "op.v" + number(i) + "=0"; }, most) +
                            "\n" + execute);
  add("text-scopes", "design h/x\nvar " +
                         list(
                             1'000'000, [](std::size_t i) { return "s" + number(i) + ".v=0"; }, most) +
                         "\n" + execute);
  add("text-queues", "design h/x\nqueue " +
                         list(
                             1'000'000, [](std::size_t i) { return "pool.q" + number(i); }, most) +
                         "\n" + execute);
  add("text-settings", "design h/x\npool " + times(most / 2, "a,") + "\n" + execute);
  add("text-quotes", "design h/x\npool " + times(most / 2, " \"") + "\n" + execute);
  add("text-open-quote", "design h/x\nleaves out \"" + times(most, "x") + "\n" + execute);
  add("text-escapes", "design h/x\ntitle \"" + times(most / 2, "\\\\") + "\"\n" + execute);
  add("text-handshake", "design h/x\npool handshake " + times(most / 2, "a ") + "\n" + execute);
  add("text-blanks", "design h/x\ntitle x" + times(most, " ") + "# y\n" + execute);
  add("text-unknown-fields", lines_of([](std::size_t i) { return "f" + number(i); }));
  add("text-procedures-without-names", lines_of(always("def")));
  add("text-procedures", lines_of([](std::size_t i) { return "def p" + number(i) + ":\n x"; }));
  add("text-one-procedure", lines_of(always("def execute:\n pass")));
  add("text-listing", lines_of([](std::size_t i) { return i == 0 ? "def execute:" : " pass"; }));
  add("text-wrong-listing", lines_of([](std::size_t i) { return i == 0 ? "def execute:" : "     x"; }));
  add("text-backward", lines_of([](std::size_t i) { return i == 0 ? "def execute:\n      pass" : " pass"; }));
  add("text-stray-lines", lines_of(always(" x")));
  add("text-comments", lines_of([](std::size_t i) { return i % 2 == 0 ? "# x" : ""; }));
  add("text-many-comments", lines_of([](std::size_t i) { return "# x\ntitle" + number(i) + " # y"; }));
  add("text-blank-lines", lines_of(always("")) + execute);
  add("text-one-long-line", "design h/x\ndef execute:\n    take  # " + times(most, "x"));
}

// --- JSON -----------------------------------------------------------------------------------------

void add_json(std::vector<Input>& out) {
  const auto add = [&](std::string name, std::string text) {
    out.push_back({Kind::scenario, std::move(name), std::move(text)});
  };
  const std::string head = R"({"interleak":1,"id":"s",)";
  add("brackets", times(kMost, "["));
  add("digits", R"({"interleak":)" + times(1'000'000, "1") + "}");
  add("exponents", R"({"interleak":1e)" + times(1'000'000, "1") + "}");
  add("decimals", R"({"interleak":0.)" + times(1'000'000, "1") + "}");
  add("one-key-again-and-again", "{" + list(170'000, [](std::size_t) { return R"("a":1)"; }) + "}");
  add("many-keys", "{" + list(85'000, [](std::size_t i) { return quoted("k" + number(i)) + ":1"; }) + "}");
  add("a-long-key", "{" + quoted(times(1'000'000, "a")) + ":1}");
  add("escapes", R"({"id":")" + times(170'000, R"(\u0041)") + "\"}");
  add("deep-and-wide",
      times(30, R"({"a":)") + "[" + list(500'000, [](std::size_t) { return "1"; }) + "]" + times(30, "}"));
  add("many-tasks", head + R"("tasks":[)" + list(500'000, [](std::size_t) { return "1"; }) + "]}");
  add("many-empty-objects", head + R"("tasks":[)" + list(340'000, [](std::size_t) { return "{}"; }) + "]}");
  add("many-fields-of-a-task",
      head + R"("tasks":[{"id":"a",)" +
          list(
              80'000, [](std::size_t i) { return quoted("x" + number(i)) + ":{}"; }, kMost - 100) +
          "}]}");
  add("empty-lines", "{\n" + times(1'000'000, "\n") + "\"x\":1}");
  add("not-utf8-at-its-end", "{\"x\":\"" + times(1'000'000, "\xe2\x82\xac").substr(0, 1'000'000) + "\xff\"}");
}

// --- scenarios ------------------------------------------------------------------------------------

std::string scenario(const std::string& more) {
  return R"({"interleak":1,"id":"s","tasks":[{"id":"a","do":[{"get":"k"}]},{"id":"b","do":[{"get":"k"}]}])" +
         (more.empty() ? "" : "," + more) + "}";
}
/// 32 variants, each with those overrides.
std::string variants(const std::function<std::string(std::size_t)>& overrides) {
  return R"("variants":{)" +
         list(32, [&](std::size_t i) { return quoted("v" + number(i)) + ":{" + overrides(i) + "}"; }) + "}";
}
/// A pattern of many stars that is as specific as the others, and meets none of them.
std::string starry(std::size_t i) {
  std::string out = times(60, "*?");
  for (std::size_t bit = 0; bit < 8; ++bit) out += (i >> bit & 1) != 0 ? 'x' : 'y';
  return out;
}
std::string expectations(const std::function<std::string(std::size_t)>& design,
                         const std::vector<std::string>& invariants, const std::string& value) {
  return R"("expect":{)" +
         list(128,
              [&](std::size_t i) {
                return quoted(design(i)) + ":{" +
                       list(invariants.size(), [&](std::size_t j) { return quoted(invariants[j]) + ":" + value; }) +
                       "}";
              }) +
         "}";
}

void add_scenarios(std::vector<Input>& out) {
  const auto add = [&](std::string name, std::string text) {
    out.push_back({Kind::scenario, std::move(name), std::move(text)});
  };
  const std::vector<std::string> every = {"no-cross*", "no-le*", "no-w*", "no-d*",  "no-lo*",   "no-s*",
                                          "cancel-f*", "no-z*",  "idle*", "no-la*", "cancel-i*"};
  std::vector<std::string> twins;   // each meets another one
  for (const char* name : {"no-l*", "no-*k", "*-leak", "no-?eak", "no-l?ak"}) twins.emplace_back(name);
  const std::string each_expect = variants([](std::size_t i) { return quoted("expect.x" + number(i)) + ":\"holds\""; });
  add("expectations-that-clash",
      scenario(expectations([](std::size_t i) { return times(60, "*") + "a" + number(i); }, twins, R"("holds")")));
  add("expectations-held-against-each-other", scenario(expectations(starry, every, R"("holds")")));
  add("the-same-in-each-variant", scenario(expectations(starry, every, R"("holds")") + "," + each_expect));
  add("long-names-of-invariants", scenario(expectations(starry, Lines(20, times(126, "*") + "a"), R"("any")")));
  add("a-large-tree-for-each-variant",
      R"({"interleak":1,"id":"s","tasks":[{"id":"a","do":[{"get":"k"}]}],"designs":[)" +
          list(450'000, [](std::size_t) { return "1"; }) + "]," +
          variants([](std::size_t i) { return R"("tasks.0.owner":"o)" + number(i) + "\""; }) + "}");
  add("the-same-by-replacing-it", R"({"interleak":1,"id":"s","tasks":[{"id":"a","do":[{"get":"k"}]}],"designs":[)" +
                                      list(450'000, [](std::size_t) { return "1"; }) + "]," +
                                      variants([](std::size_t i) { return R"("designs":["x)" + number(i) + "\"]"; }) +
                                      "}");
  const auto paths = [](const std::string& front) {
    return variants([front](std::size_t) {
      return list(64, [&](std::size_t j) { return quoted(front + number(j)) + ":\"holds\""; });
    });
  };
  add("paths-through-a-large-object",
      scenario(R"("expect":{)" + list(70'000, [](std::size_t i) { return quoted("a" + number(i)) + ":1"; }) + "}," +
               paths("expect.b")));
  add("deep-paths", scenario(paths("tasks.0.do.0." + times(14, "x."))));
  add("paths-that-lead-nowhere", scenario(paths("tasks.9.x")));
  add("a-long-description", scenario(R"("description":")" + times(1'000'000, "x") + "\""));
  add("patterns-of-designs",
      scenario(R"("designs":[)" + list(64, [](std::size_t i) { return quoted(times(60, "*-") + number(i)); }) + "]," +
               variants([](std::size_t i) { return R"("faults.cancel.max":)" + number(i % 16); })));
  // All designs match, by the one that fits best; the texts are copied for nobody.
  add("long-texts-for-many-worlds",
      scenario(R"("expect":{)" +
               list(60,
                    [](std::size_t i) {
                      return quoted(times(i, "?") + "*") + R"(:{"*":{"verdict":"any","because":")" + times(4000, "b") +
                             R"("}})";
                    }) +
               "}," + variants([](std::size_t i) { return R"("faults.cancel.max":)" + number(i % 4); })));
  const std::string long_witness = R"({"verdict":"violated","witness":")" + times(450, "a*99999 ") + "\"}";
  add("long-witnesses", scenario(R"("expect":{)" +
                                 list(60,
                                      [&](std::size_t i) {
                                        return quoted(times(i, "?") + "*") + R"(:{"no-leak":)" + long_witness + "}";
                                      }) +
                                 "}"));
}

// --- other files ----------------------------------------------------------------------------------

void add_others(std::vector<Input>& out) {
  const auto baseline = [](const std::function<std::string(std::size_t)>& entry) {
    return R"({"interleak":1,"semantics":1,"baseline":{)" + list(19'000, entry, kMost - 100) + "}}";
  };
  out.push_back({Kind::baseline, "baseline-of-nobody", baseline([](std::size_t i) {
                   return quoted("s d" + number(i) + "/x no-leak") + R"(:{"verdict":"holds","states":1})";
                 })});
  out.push_back({Kind::baseline, "baseline-of-nonsense", baseline([](std::size_t i) {
                   return quoted("no key " + number(i) + " at all") + R"(:{"verdict":"holdz"})";
                 })});
  const std::string head = "version,client,connection_at_start,op,cancel_point,cancel_mode,schedule,victim_op\n";
  const std::string row = ",idle pooled connection,get,1,imm,early,get\n";
  out.push_back({Kind::table, "table-of-nonsense", head + times(60'000, "a,b,c,d,e,f,g,h\n")});
  out.push_back({Kind::table, "table-of-unknown-releases", head + times(18'000, "0.0.1,pool" + row)});
  out.push_back({Kind::table, "table-of-commas", head + times(1'000'000, ",")});
  out.push_back({Kind::table, "table-of-quotes", head + times(500'000, "\"\"")});
}

/// A design that extends others, in a file of its own.
std::string extending(std::size_t i, const std::vector<std::size_t>& parents, const std::string& by = "m/") {
  return R"({"interleak":1,"id":"m/)" + number(i) + R"(","extends":[)" +
         list(parents.size(), [&](std::size_t p) { return quoted(by + number(parents[p])); }) + "]}";
}

void add_folders(std::vector<Input>& out) {
  const auto add = [&](std::string name, std::size_t count, const std::function<std::string(std::size_t)>& file) {
    Input input{Kind::folder, std::move(name), ""};
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count && bytes < kMost; ++i) {
      input.files.push_back(file(i));
      bytes += input.files.back().size();
    }
    out.push_back(std::move(input));
  };
  const std::string root = R"({"interleak":1,"id":"m/0","extends":"redis-py-4.5.1/pool"})";
  add("a-chain", 1000, [&](std::size_t i) { return i == 0 ? root : extending(i, {i - 1}); });
  add("a-circle", 500, [](std::size_t i) { return extending(i, {(i + 1) % 500}); });
  add("many-circles", 500, [](std::size_t i) { return extending(i, {i ^ 1}); });
  add("a-mesh", 500, [](std::size_t i) {
    std::vector<std::size_t> parents;
    for (std::size_t p = 1; p <= 16; ++p) parents.push_back((i + p * 31) % 500);
    return extending(i, parents);
  });
  add("a-fan", 1000, [&](std::size_t i) {   // sixteen others each, sixteen times sixteen above them
    if (i < 300) return extending(i, {});
    std::vector<std::size_t> parents;
    for (std::size_t p = 0; p < 16; ++p) parents.push_back((i * 16 + p) % (i < 600 ? 300 : 600));
    return extending(i, parents);
  });
  add("behind-a-circle", 500, [](std::size_t i) { return extending(i, {i == 0 ? 1 : i - 1}); });
  add("parents-that-do-not-exist", 1000, [](std::size_t i) { return extending(i, {i}, "n/"); });
  add("long-names-that-do-not-exist", 1000, [](std::size_t i) { return extending(i, {i}, times(100, "n") + "/"); });
}

}  // namespace

std::vector<Input> hostile_inputs() {
  std::vector<Input> all;
  add_designs(all);
  add_texts(all);
  add_json(all);
  add_scenarios(all);
  add_others(all);
  add_folders(all);
  return all;
}

}  // namespace interleak::limits
