#!/usr/bin/env bash
# Same input, same bytes: tests/determinism.sh BINARY [BINARY...] compares what the binaries print for all
# shipped scenarios. The first one runs each of them with 1, 2 and 7 threads, with and without reduction;
# the others, which may be slow, once each, with a number of threads that goes round from scenario to scenario
# and, by INTERLEAK_SLICE (a number, 0), from commit to commit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# document BINARY THREADS SCENARIO [FLAG]: the JSON document and the exit code.
document() {
  local code=0
  "$1" run "$3" --json --threads "$2" ${4:+"$4"} 2>/dev/null || code=$?
  echo "exit $code"
}

# same WHAT BINARY THREADS SCENARIO [FLAG]: as what the first run has printed.
compared=0
same() {
  local what=$1
  shift
  document "$@" >"$work/again"
  cmp "$work/first" "$work/again" >&2 || { echo "$3: $what differs from $first --threads 1" >&2; exit 1; }
  compared=$((compared + 1))
}

mapfile -t scenarios < <(find scenarios -name '*.json' -not -path 'scenarios/designs/*' -not -path 'scenarios/protocols/*' | LC_ALL=C sort)
((${#scenarios[@]})) || { echo "no scenarios" >&2; exit 1; }

first=$1
shift
threads=(1 2 7)
turn=${INTERLEAK_SLICE:-0}
for scenario in "${scenarios[@]}"; do
  document "$first" 1 "$scenario" >"$work/first"
  if [[ $(tail -n 1 "$work/first") != exit\ [014] ]]; then
    echo "$scenario: $(tail -n 1 "$work/first")" >&2
    exit 1
  fi
  for count in "${threads[@]}"; do same "--threads $count" "$first" "$count" "$scenario"; done
  same "--no-reduction" "$first" 2 "$scenario" --no-reduction
  for binary in "$@"; do
    count=${threads[turn++ % ${#threads[@]}]}
    same "$binary --threads $count" "$binary" "$count" "$scenario"
  done
done
echo "$compared runs of ${#scenarios[@]} scenarios: the same bytes"
