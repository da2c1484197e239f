#!/usr/bin/env bash
# tests/consumer-ci as a project of its own against what is installed: tests/consumer-ci.sh BUILD_FOLDER.
# Under a pool that is right all of its tests pass; under one that leaks exactly those fail that should, and
# print the counterexample.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0

fail() { echo "consumer-ci: $*" >&2; exit 1; }
says() { grep -qF -- "$1" "$work/log" || { cat "$work/log" >&2; fail "it does not say: $1"; }; passed=$((passed + 1)); }

cmake --build "$build" --target interleak interleak_testing interleak_share >"$work/log" ||
  { cat "$work/log" >&2; exit 1; }
cmake --install "$build" --prefix "$work/prefix" >/dev/null

# consumer POOL: builds it with that pool; its tests into $work/log.
consumer() {
  cmake -S tests/consumer-ci -B "$work/consumer" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" -DPOOL="$1" \
    >"$work/log" 2>&1 && cmake --build "$work/consumer" >>"$work/log" 2>&1 ||
    { cat "$work/log" >&2; fail "the consumer does not build"; }
  ctest --test-dir "$work/consumer" --output-on-failure >"$work/log" 2>&1
}

consumer closing || { cat "$work/log" >&2; fail "tests fail under the pool that is right"; }
says '100% tests passed, 0 tests failed'
says 'pool.scenarios/two-customers shop/pool'
grep -qE 'pool.scenarios/later shop/pool .*Skipped' "$work/log" || fail "what the scenario skips is not skipped"
[[ -s $work/consumer/reports/scenarios-two-customers-shop-pool.xml ]] || fail "no JUnit file"
gtest=no
grep -q ' gtest ' "$work/log" && gtest=yes

if consumer leaky; then fail "tests pass under the pool that leaks"; fi
names=(catch2)
[[ $gtest == yes ]] && names+=(gtest)
for name in "${names[@]}" 'pool.scenarios/two-customers shop/pool'; do
  grep -qE "^[[:space:]]+[0-9]+ - $name \(Failed\)" "$work/log" || { cat "$work/log" >&2; fail "$name does not fail"; }
  passed=$((passed + 1))
done
says "alice !alice"                       # the schedule
says 'no-cross-user-reply  B:bob received A:alice'   # of Catch2 and GoogleTest
says 'expected holds, found a violation'  # of CTest's case
cases=$(grep -c "LEAK: " "$work/log")
((cases >= 2)) || fail "the counterexample stands there $cases times"

# Catch2 3 has its headers elsewhere. Debian has only 2, so this is its layout and the one template that
# interleak/catch2.hpp needs of it: the right header is taken, and the outcome is told in full.
mkdir -p "$work/three/catch2"
cp -r tests/golden/beside "$work/three"
printf '#pragma once\n#include <string>\nnamespace Catch { template <typename T> struct StringMaker; }\n' \
  >"$work/three/catch2/catch_tostring.hpp"
printf '%s\n' '#include <interleak/catch2.hpp>' '#include <iostream>' \
  'int main() {' \
  '  const bool moved = interleak::check("lessons/one-user", "redis-py-4.5.5/pool") == interleak::holds;' \
  '  if (moved) std::cout << "one-user holds\n";' \
  "  const auto beside = interleak::check(\"$work/three/beside/scenario.json\", \"beside/pool\");" \
  '  if (beside == interleak::violated) std::cout << "the pool beside leaks\n";' \
  '  const auto outcome = interleak::check("incident/two-users", "redis-py-4.5.1/pool");' \
  '  std::cout << Catch::StringMaker<interleak::suite::Outcome>::convert(outcome) << "\n"' \
  '            << Catch::StringMaker<interleak::suite::Verdict>::convert(interleak::holds);' \
  '}' >"$work/three/main.cpp"
printf '%s\n' 'cmake_minimum_required(VERSION 3.25)' 'project(three LANGUAGES CXX)' 'enable_testing()' \
  'find_package(interleak REQUIRED)' 'add_executable(three main.cpp)' \
  'target_include_directories(three BEFORE PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})' \
  'target_link_libraries(three PRIVATE interleak::testing)' \
  'interleak_discover_scenarios(DIR lessons/two-cancels)' >"$work/three/CMakeLists.txt"
cmake -S "$work/three" -B "$work/three/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" >"$work/log" 2>&1 &&
  cmake --build "$work/three/build" >>"$work/log" 2>&1 || { cat "$work/log" >&2; fail "the layout of Catch2 3 does not build"; }
"$work/three/build/three" >"$work/log" 2>"$work/told"
says 'violated'
says 'B:bob received A:alice'

# A scenario that was moved is found by its old name: from a test, and by CTest, which tells of it when it lists.
says 'one-user holds'
says 'the pool beside leaks'
cp "$work/told" "$work/log"
says 'lessons/one-user is regression/one-user now'
says 'found beside the scenario: beside/pool in '
says 'found beside the scenario: beside/base in '
says 'change it in the test that calls interleak::check'
ctest --test-dir "$work/three/build" -N >"$work/log" 2>&1
says 'interleak.regression/two-cancels redis-py-4.5.5/pool'
says 'lessons/two-cancels is regression/two-cancels now'

# A design that cannot be read fails, and says where.
printf '{' >"$work/consumer/pool/shop-pool.json"
if ctest --test-dir "$work/consumer" --output-on-failure >"$work/log" 2>&1; then fail "a broken design passes"; fi
says 'ILK0001'
echo "consumer-ci: $passed checks passed (GoogleTest: $gtest)"
