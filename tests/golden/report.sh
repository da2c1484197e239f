#!/usr/bin/env bash
# The page of `report` without a browser: tests/golden/report.sh INTERLEAK. The same bytes for any
# number of threads, sizes within their budgets, a digest that `export` agrees with, exit codes.
set -uo pipefail
export LC_ALL=C.UTF-8
binary=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

passed=0 failed=0
one() {
  local name=$1
  shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "FAILED $name"; fi
}
exits() {
  local wanted=$1
  shift
  "$@" >"$work/out" 2>"$work/err"
  local code=$?
  ((code == wanted)) || { echo "exit code $code, not $wanted: $*"; cat "$work/err"; return 1; }
}
at_most() {
  local size
  size=$(wc -c <"$2")
  ((size <= $1)) || { echo "$2 has $size bytes, more than $1"; return 1; }
}

incident=(incident/two-users -d redis-py-4.5.1/pool -d redis-py-4.5.5/pool --no-progress)
for threads in 1 2 7; do
  one "written with $threads threads" exits 0 "$binary" report "${incident[@]}" --threads $threads -o "$work/$threads.html"
done
one "two threads, the same bytes" cmp "$work/1.html" "$work/2.html"
one "seven threads, the same bytes" cmp "$work/1.html" "$work/7.html"
one "on standard output, too" exits 0 "$binary" report "${incident[@]}"
one "and those are the same" cmp "$work/1.html" "$work/out"
one "run writes the same page" exits 1 "$binary" run "${incident[@]}" --report "$work/run.html"
one "the same as report" cmp "$work/1.html" "$work/run.html"
one "the incident's page is small" at_most 400000 "$work/1.html"
one "script and style are small" at_most 120000 <(cat reports/page/explorer.js reports/page/explorer.css)
one "a run of a million schedules and more fits" exits 0 "$binary" report incident/four-flows --no-progress -o "$work/big.html"
one "it fits into 5 MiB" at_most 5242880 "$work/big.html"
one "a smaller page was asked for" exits 0 "$binary" report regression/two-connections -d redis-py-4.5.1/pool -d redis-py-4.5.5/pool --no-progress --max-report-size 200KiB -o "$work/less.html"
one "it is smaller" at_most 204800 "$work/less.html"
one "and says what it leaves out" grep -q 'class="warn">This run has more states than a page' "$work/less.html"
one "the digest is export's" grep -q "$("$binary" export incident/two-users -d redis-py-4.5.1/pool -f digest)" "$work/1.html"
one "a single design gets one beside it" exits 0 "$binary" report incident/two-users -d redis-py-4.5.1/pool -o "$work/one.html"
one "the next release that holds" grep -q '<h3>redis-py-4.5.5/pool</h3>' "$work/one.html"
one "or none" exits 0 "$binary" report incident/two-users -d redis-py-4.5.1/pool --alone -o "$work/alone.html"
one "really none" eval '! grep -q "<h3>redis-py-4.5.5/pool</h3>" "$work/alone.html"'
one "a budget that ends the search" exits 4 "$binary" report "${incident[@]}" --max-states 10 -o "$work/part.html"
one "is said" grep -q 'not all: states budget' "$work/part.html"
one "two scenarios on one page" exits 2 "$binary" run incident/two-users incident/waiters --report "$work/no.html"
one "nowhere to write to" exits 74 "$binary" report "${incident[@]}" -o "$work/none/x.html"
one "nothing of it came from elsewhere" eval '! grep -oE "(src|href)=\"[^#\"][^\"]*" "$work/1.html" "$work/big.html"'
printf '%d passed, %d failed\n' "$passed" "$failed"
[[ $failed == 0 ]]
