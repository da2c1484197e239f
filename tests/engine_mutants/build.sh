#!/usr/bin/env bash
# Builds the engine with its mutants, and what the kill suite runs: tests/engine_mutants/build.sh. What the compiler
# refuses is no mutant: it is left out, and the build goes on. What is known of that (refused.txt) is left out at once.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tools/lib.sh

dir=build/mutants
cmake --preset mutants -DINTERLEAK_TESTS=ON >&2
build=(cmake --build "$dir" --parallel "$(jobs_that_fit)")
"${build[@]}" --target engine_mutants engine_with_mutants >&2
for round in 1 2 3 4 5; do
  say "building $dir, round $round"
  if "${build[@]}" --target unit_tests oracle_tests semantic_fuzz interleak -- -k 0 >$dir/build.log 2>&1; then
    echo "$(($(wc -l <$dir/engine/catalogue.txt) - 1)) mutants"
    exit 0
  fi
  "$dir/tests/engine_mutants" leave-out $dir/build.log || break
done
grep -m 20 'error' $dir/build.log >&2
exit 1
