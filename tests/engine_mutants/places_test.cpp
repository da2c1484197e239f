// Where mutants are found, what they are called, and the text with their guards in it.
#include "tests/engine_mutants/mutants.hpp"

#include <algorithm>

#include "tests/catch.hpp"

namespace {

using namespace interleak::engine_mutants;
using Texts = std::vector<std::string>;

/// "before -> after" of each mutant of a function's body.
Texts changes(const std::string& body, const std::string& head = "int f(int a, int b)") {
  Texts out;
  for (const Mutant& each : mutants_of("a.cpp", head + " {\n" + body + "\n}\n")) {
    out.push_back(each.before + " -> " + each.after);
  }
  return out;
}

/// The text with the guard of one mutant, whose number is 7.
std::string with(const std::string& text, const std::string& change) {
  const std::vector<Mutant> all = mutants_of("a.cpp", text);
  for (const Mutant& each : all) {
    if (each.before + " -> " + each.after == change) return guarded(text, {&each}, {7});
  }
  return "no such mutant";
}

std::string with_all(const std::string& text) {
  const std::vector<Mutant> all = mutants_of("a.cpp", text);
  std::vector<const Mutant*> mutants;
  std::vector<std::uint32_t> numbers;
  for (const Mutant& each : all) {
    mutants.push_back(&each);
    numbers.push_back(static_cast<std::uint32_t>(mutants.size()));
  }
  return guarded(text, mutants, numbers);
}

TEST_CASE("operators of two operands become others") {
  CHECK(changes("g(a < b, a <= b, a > b, a >= b);", "void f()") ==
        Texts{"statement -> (none)", "< -> <=", "<= -> <", "> -> >=", ">= -> >"});
  CHECK(changes("g(a == b, a != b, a & b, a | b);", "void f()") ==
        Texts{"statement -> (none)", "== -> !=", "!= -> ==", "& -> |", "| -> &"});
  CHECK(changes("g(a + b, a - b, -a, &b);", "void f()") == Texts{"statement -> (none)", "+ -> -", "- -> +"});
}

TEST_CASE("what joins texts is no sum") { CHECK(changes("g(\"a\" + b);", "void f()") == Texts{"statement -> (none)"}); }

TEST_CASE("conditions hold always, or never; loops end at once") {
  CHECK(changes("if (a) g(); else h();", "void f()") ==
        Texts{"condition -> never", "condition -> always", "statement -> (none)", "statement -> (none)"});
  CHECK(changes("while (a) { g(); h(); }", "void f()") ==
        Texts{"condition -> never", "statement -> (none)", "statement -> (none)"});
  CHECK(changes("const int x = a ? b : c;", "void f()") == Texts{"condition of ? -> negated"});
}

TEST_CASE("what an if alone does is not taken away twice") {
  CHECK(changes("if (a) g();", "void f()") == Texts{"condition -> never", "condition -> always"});
}

TEST_CASE("parts of conditions") {
  CHECK(with("void f() { x = a && !b; }", "&& -> ||") ==
        "void f() { x = ::mutant::flip(7, (::mutant::flip(7, (a)) && ::mutant::flip(7, (!b)))); }");
  CHECK(with("void f() { x = a || b(c, d); }", "|| -> left alone") ==
        "void f() { x = a || ::mutant::never(7, (b(c, d))); }");
  CHECK(with("void f() { x = a && b && c; }", "&& -> right alone") ==
        "void f() { x = ::mutant::always(7, (a)) && b && c; }");
  CHECK(with("void f() { x = !a; }", "! -> (none)") == "void f() { x = ::mutant::negation{7}->*a; }");
}

TEST_CASE("numbers, truths and names") {
  CHECK(changes("x = 3;", "void f()") == Texts{"statement -> (none)", "3 -> 3 + 1", "3 -> 3 - 1"});
  CHECK(changes("x = 0;", "void f()") == Texts{"statement -> (none)", "0 -> 0 + 1"});
  CHECK(changes("x = true;", "void f()") == Texts{"statement -> (none)", "true -> false"});
  CHECK(with("void f() { x = Kind::one; y = Kind::two; }", "one -> two") ==
        "void f() { x = ::mutant::other(7, Kind::one, Kind::two); y = Kind::two; }");
  CHECK(changes("x = Kind::one;", "void f()") == Texts{"statement -> (none)"});   // there is no other
}

TEST_CASE("results are nothing") {
  CHECK(changes("return a;") == Texts{"return -> return {}"});
  CHECK(changes("return g();", "void f()") == Texts{"return -> return nothing"});
  CHECK(changes("return;", "void f()") == Texts{"return -> (none)"});
  CHECK(changes("return false;") == Texts{"false -> true"});
  CHECK(changes("return a;", "auto f()").empty());
  CHECK(changes("return a;", "int& f()").empty());
}

TEST_CASE("declarations are no statements to leave out") {
  CHECK(changes("const int x = b; std::vector<int> y(b); Type z(b); auto& w = b; Type v{b};", "void f()").empty());
  CHECK(changes("x.y->z(b)[c] = d; ++e; *p = q; A::b<C>(d); --f.g;", "void f()").size() == 5);
}

TEST_CASE("nothing is changed that the compiler must know") {
  CHECK(changes("return a < b;", "constexpr bool f(int a)").empty());
  CHECK(changes("constexpr int x = 3; static_assert(x < 4); assert(a < b); using B = A<3>;", "void f()").empty());
  CHECK(changes("std::array<int, 3> x; int y{3}; x = B{4, 5};", "void f()") == Texts{"statement -> (none)"});
  CHECK(changes("switch (a) { case 3: break; default: break; }", "void f()") ==
        Texts{"break -> (none)", "break -> (none)"});
  CHECK(changes("if constexpr (a < b) g();", "void f()") == Texts{"statement -> (none)"});
  CHECK(mutants_of("a.cpp",
                   "#define X 3\nconstexpr int a = 3 + 4;\nint b[] = {1, 2};\nenum E { c = 1 };\n"
                   "struct S { int d = 3; int e{4}; S() : d(5), e{6} {} };\n")
            .empty());
}

TEST_CASE("bodies are found in classes, lambdas and local classes") {
  const std::string text =
      "namespace n {\n"
      "template <class T, int N = 3>\n"
      "class C : public B<T> {\n"
      " public:\n"
      "  explicit C(int a) : a_(a), b_{a} { g(a == 1); }\n"
      "  bool operator<(const C& o) const { return a_ < o.a_; }\n"
      " private:\n"
      "  int a_ = 3;\n"
      "};\n"
      "void h() {\n"
      "  const auto each = [&](int x) { return x > 4; };\n"
      "  struct Local {\n"
      "    int value() const { return 5; }\n"
      "  } local;\n"
      "}\n"
      "}\n";
  Texts functions;
  for (const Mutant& each : mutants_of("a.cpp", text)) functions.push_back(each.function + " " + each.before);
  CHECK(functions ==
        Texts{"C statement", "C ==", "C 1", "C 1", "operator< <", "h >", "h 4", "h 4", "value 5", "value 5"});
}

TEST_CASE("guards nest, and lines stay") {
  CHECK(with_all("void f() {\n  if (a == 0) g(a < 1 || !b);\n}\n") ==
        "void f() {\n"
        "  if (::mutant::never(1, (::mutant::always(2, (a == ::mutant::equal{3} == ::mutant::more(4, (0))))))) "
        "g(::mutant::flip(5, (::mutant::flip(5, (::mutant::never(6, (a < ::mutant::less{7} < "
        "::mutant::more(8, (::mutant::fewer(9, (1)))))))) || ::mutant::flip(5, (::mutant::never(10, "
        "(::mutant::negation{11}->*b)))))));\n"
        "}\n");
}

TEST_CASE("a name says where, and stays when lines come above it") {
  const std::string text = "void f() {\n  x = a < b;\n  x = a < b;\n}\n";
  const auto first = mutants_of("a.cpp", text), later = mutants_of("a.cpp", "\nint y = 3;\n" + text);
  REQUIRE(first.size() == 4);
  CHECK(first[1].name() == "a.cpp f \"x = a < b;\" < -> <=");
  CHECK(first[3].name() == "a.cpp f \"x = a < b;\" < -> <= #2");
  CHECK(first[3].line == 3);
  CHECK(later[3].name() == first[3].name());
  CHECK(later[3].id() == first[3].id());
  CHECK(later[3].line == 5);
  CHECK(first[1].id() != first[3].id());
}

}  // namespace
