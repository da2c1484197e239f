#!/usr/bin/env bash
# Same input, same bytes: tests/determinism.sh BINARY BINARY... compares what the binaries print for
# shipped scenarios, each with 1, 2 and 7 threads, with and without reduction, and with themselves a second
# time.
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

mapfile -t scenarios < <(find scenarios -name '*.json' -not -path 'scenarios/designs/*' |
  LC_ALL=C sort | head -n "${INTERLEAK_DETERMINISM_FILES:-12}")
((${#scenarios[@]})) || { echo "no scenarios" >&2; exit 1; }

compared=0
for scenario in "${scenarios[@]}"; do
  document "$1" 1 "$scenario" >"$work/first"
  if [[ $(tail -n 1 "$work/first") != exit\ [014] ]]; then
    echo "$scenario: $(tail -n 1 "$work/first")" >&2
    exit 1
  fi
  document "$1" 2 "$scenario" --no-reduction >"$work/again"
  if ! cmp "$work/first" "$work/again" >&2; then
    echo "$scenario: $1 --no-reduction differs" >&2
    exit 1
  fi
  compared=$((compared + 1))
  for binary in "$@"; do
    for threads in 1 2 7; do
      document "$binary" "$threads" "$scenario" >"$work/again"
      if ! cmp "$work/first" "$work/again" >&2; then
        echo "$scenario: $binary --threads $threads differs from $1 --threads 1" >&2
        exit 1
      fi
      compared=$((compared + 1))
    done
  done
done
echo "$compared runs of ${#scenarios[@]} scenarios: the same bytes"
