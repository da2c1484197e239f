#!/usr/bin/env bash
# Does semantic_fuzz find things? Puts the faults of faults.patch into a copy of the engine, one at a time, and
# prints after how many designs each is found: of five seeds the least, the one in the middle, the most.
#
#   tests/oracle/faults.sh [--check] [FAULT...]
#
# --check: only whether the patch still fits the engine, and the README has a row for each fault.
# The copy is build/faults/tree; the faults are switched by INTERLEAK_FAULT. Exits with 1 if a fault is not found.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
patch=$PWD/tests/oracle/faults.patch
seeds=(1 2 3 4 5)
most=20000  # designs

mapfile -t faults < <(grep -o 'fault("[a-z-]*")' "$patch" | cut -d'"' -f2)

check() {
  local name wrong=0
  # Outside of any repository, so that it is the files that are looked at.
  GIT_DIR=/nonexistent git apply --check "$patch" || wrong=1
  for name in "${faults[@]}"; do
    grep -q "^| \`$name\` |" tests/oracle/README.md || { echo "tests/oracle/README.md: no row for $name"; wrong=1; }
  done
  [[ $(grep -c '^| `[a-z-]*` |' tests/oracle/README.md) == "${#faults[@]}" ]] ||
    { echo "tests/oracle/README.md: more rows than the ${#faults[@]} faults"; wrong=1; }
  return "$wrong"
}

build_copy() {
  source tools/lib.sh
  rm -rf build/faults/tree
  mkdir -p build/faults/tree
  cp -r CMakeLists.txt CMakePresets.json LICENSE README.md cmake docs examples live reports scenarios sim testing \
    tests tools build/faults/tree
  export GIT_CEILING_DIRECTORIES=$PWD/build/faults  # the copy is no part of this repository
  (cd build/faults/tree && git apply "$patch" && build release ON semantic_fuzz)
}

# designs_until FAULT SEED: how many it takes, or nothing.
designs_until() {
  local log=build/faults/$1-$2.log
  INTERLEAK_FAULT=$1 timeout 600 build/faults/tree/build/release/tests/semantic_fuzz --seed "$2" --designs "$most" \
    --threads 1 --differences 1 --raw --out build/faults/found >"$log" 2>&1 || true
  # It says the design, or a handler does, as the program ends of it. They are numbered from 0.
  sed -n -e "s/^DIFFERENCE $2-\([0-9]*\):.*/\1/p" -e 's/^.*the program ends in design \([0-9]*\)$/\1/p' "$log" |
    awk 'NR == 1 { print $1 + 1 }'
}

if [[ ${1:-} == --check ]]; then
  check
  exit
fi
(($#)) && faults=("$@")
build_copy
missed=0
echo '| fault | least | middle | most |'
echo '|---|---|---|---|'
for name in "${faults[@]}"; do
  found=()
  for seed in "${seeds[@]}"; do
    designs=$(designs_until "$name" "$seed")
    found+=("${designs:-never}")
    [[ -n $designs ]] || missed=1
  done
  mapfile -t found < <(printf '%s\n' "${found[@]}" | sort -n)   # "never" counts as 0 there, and exits with 1
  echo "| \`$name\` | ${found[0]} | ${found[2]} | ${found[4]} |"
done
exit "$missed"
