#!/usr/bin/env bash
# check --cache: what comes out is what comes out without it, whatever is in the folder; hits are told; nothing that
# shapes a result is missed; a signal leaves nothing half written:   tests/cache.sh INTERLEAK [SIGNALS]
set -u
export LC_ALL=C COLUMNS=100 TERM=dumb
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITHUB_OUTPUT
binary=$(realpath -e -- "${1:?the command under test}") || exit 2
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 70
passed=0 failed=0

complain() { failed=$((failed + 1)); echo "FAILED: $*"; cat err 2>/dev/null; }
is() { if [[ $2 == "$3" ]]; then passed=$((passed + 1)); else complain "$1: \"$3\", expected \"$2\""; fi; }

# known FLAGS...: "12 of 14", what the cache knew; what was printed and written is held against the same without it.
known() {
  rm -f ./*.xml ./*.sarif ./*.md
  "$binary" check "$@" --junit a.xml --sarif a.sarif --summary-md a.md >out.without 2>/dev/null
  echo $? >>out.without
  "$binary" check "$@" --junit b.xml --sarif b.sarif --summary-md b.md --cache cache >out.with 2>err
  echo $? >>out.with
  local kind
  cmp -s out.without out.with || echo "another output"
  for kind in xml sarif md; do cmp -s a.$kind b.$kind || echo "another $kind"; done
  grep -o '[0-9]* of [0-9]* cases*' err
}

cp -r "$root/scenarios" tree
mine=tree/designs/redis-py/connection-4.4.pool
both=(tree/incident/two-users.json tree/incident/three-users.json)
count=$("$binary" check "${both[@]}" --cache cache 2>&1 >/dev/null | grep -o 'of [0-9]*' | cut -c4-)
((count > 20)) || complain "only $count cases"
is "the second run knows all" "$count of $count cases" "$(known "${both[@]}")"
is "as JSON" "$count of $count cases" "$(known "${both[@]}" --json)"
is "with more threads" "$count of $count cases" "$(known "${both[@]}" --threads 7 --jobs 3)"
is "with time and memory" "$count of $count cases" "$(known "${both[@]}" --max-time 50s --max-mem 1GiB)"
is "with --counterexamples -v" "$count of $count cases" "$(known "${both[@]}" --counterexamples -v)"
is "-qq says nothing" "" "$("$binary" check "${both[@]}" --cache cache -qq 2>&1)"

# Every flag that shapes a result has verdicts of its own: the first time none is known, the second time all are.
for flags in "--max-states 50" "--max-states 51" "--max-depth 4" "--max-depth 5" "--no-reduction"; do
  read -ra words <<<"$flags"
  first=$("$binary" check "${both[@]}" "${words[@]}" --cache cache 2>&1 >/dev/null | grep -o '[0-9]* of [0-9]*')
  is "$flags for the first time" 0 "${first%% *}"
  is "$flags again" "${first##* } of ${first##* } cases" "$(known "${both[@]}" "${words[@]}")"
done
is "without them again" "$count of $count cases" "$(known "${both[@]}")"

# A scenario, a design, or the program is another one.
cp -r tree before
sed -i 's/"cancel": *{[^}]*}/"cancel": {"at": "any-await", "max": 2}/' tree/incident/two-users.json
cmp -s {before,tree}/incident/two-users.json && complain "the scenario has no such line"
is "a scenario with more cancels" 0 "$(known tree/incident/two-users.json --no-progress | cut -d' ' -f1)"
cp before/incident/two-users.json tree/incident
is "and as it was" "24 of 24" "$(known tree/incident/two-users.json | cut -d' ' -f1-3)"
is "its title is nothing that matters" "24 of 24" \
  "$(sed -i 's/"title": *"/&Another: /' tree/incident/two-users.json && known tree/incident/two-users.json | cut -d' ' -f1-3)"
sed -i 's/"flow": *"[^"]*"/"flow": "mail"/' tree/incident/*.json
cmp -s {before,tree}/incident/four-flows.json && complain "the scenario names no flow"
"$binary" check before/incident/four-flows.json --cache cache >/dev/null 2>&1
is "a flow has another name" 0 "$(known tree/incident/four-flows.json | cut -d' ' -f1)"
rm -rf tree && cp -r before tree

one=(tree/incident/two-users.json -d redis-py-4.5.1/pool -L tree/designs/redis-py)
known "${one[@]}" >/dev/null
is "a design of files" "1 of 1 case" "$(known "${one[@]}")"
sed -i 's/await receive/await receive  # here/' "$mine"
is "with another comment" "0 of 1 case" "$(known "${one[@]}")"
sed -i 's/except error:/except cancelled|error:/' "$mine"
cmp -s "before/${mine#tree/}" "$mine" && complain "the design has no such line"
is "with another line" "0 of 1 case" "$(known "${one[@]}")"
cp "before/${mine#tree/}" "$mine"
is "and as it was" "1 of 1 case" "$(known "${one[@]}")"
parent=tree/designs/redis-py/pool.pool
sed -i 's/order lifo/order fifo/' "$parent"
cmp -s "before/${parent#tree/}" "$parent" && complain "the parent has no such line"
is "and its parent is another" "0 of 1 case" "$(known "${one[@]}")"
cp "before/${parent#tree/}" "$parent"

# What is expected is never kept: the judgement is new.
sed 's/"no-cross-user-reply": *{[^}]*}/"no-cross-user-reply": "holds"/' tree/incident/two-users.json >expects.json
is "other expectations" "24 of 24" "$(known expects.json | cut -d' ' -f1-3)"
"$binary" check expects.json --cache cache >/dev/null 2>&1
is "other expectations fail" 1 $?
"$binary" check tree/incident/two-users.json -d redis-py-4.5.1/pool --cache cache >/dev/null 2>&1
cp "$binary" other-program && printf ' ' >>other-program
is "of another program nothing is known" "0 of" \
  "$(./other-program check tree/incident/two-users.json --cache cache 2>&1 >/dev/null | grep -o '[0-9]* of')"

# What is in the folder is damaged, of another key, no file, or another's.
rm -rf cache && "$binary" check tree/incident/two-users.json --cache cache >/dev/null 2>&1
cp -r cache whole
damages=('head -c 400' 'sed s/violated/holds/' 'sed s/"states":[0-9]*/"states":7/' 'tr a-z b-za' 'true' 'head -1' 'sed p')
for damage in "${damages[@]}"; do
  same=0
  for file in cache/*.verdict; do
    $damage <"whole/${file#cache/}" >"$file"
    cmp -s "$file" "whole/${file#cache/}" && same=$((same + 1))
  done
  ((same < 24)) || complain "$damage does nothing"
  is "after $damage" "$same of 24" "$(known tree/incident/two-users.json | cut -d' ' -f1-3)"
  is "and it is mended" "24 of 24" "$(known tree/incident/two-users.json | cut -d' ' -f1-3)"
done
files=(cache/*.verdict)
for ((i = 1; i < ${#files[@]}; i++)); do cp "whole/${files[0]#cache/}" "${files[i]}"; done
is "all have the name of one" "1 of 24" "$(known tree/incident/two-users.json | cut -d' ' -f1-3)"
for file in "${files[@]}"; do rm "$file" && mkfifo "$file"; done
is "they are FIFOs" "0 of 24" "$(known tree/incident/two-users.json </dev/null 2>&1 | cut -d' ' -f1-3)"
rm -rf cache && "$binary" check tree/incident/two-users.json --cache cache >/dev/null 2>&1
is "a folder of ours says what it is" "Signature: 8a477f597d28d172789f06886806bc55" "$(head -1 cache/CACHEDIR.TAG)"
is "is no scenario" "24 of 24" "$(cp -r cache tree/incident && known tree/incident/two-users.json | cut -d' ' -f1-3)"
is "below scenarios neither" 0 "$("$binary" check tree/incident -q --cache tree/incident/cache >/dev/null 2>&1; echo $?)"
mkdir own && "$binary" check tree/incident/two-users.json --cache own >/dev/null 2>&1
is "a folder that was there gets verdicts only" "" "$(find own -type f -not -name '*.verdict')"

"$binary" check tree/incident/two-users.json --cache expects.json >/dev/null 2>err
is "a file is no folder" 74 $?
"$binary" check tree/incident/two-users.json --cache '' >/dev/null 2>err
is "no name" 2 $?
if [[ $(id -u) == 0 ]]; then as=(setpriv --reuid=65534 --clear-groups); else as=(); fi
rm -rf cache && mkdir cache && chmod 755 . && chmod -R a+rX tree && chmod 555 cache
if "${as[@]}" "$binary" --version >/dev/null 2>&1; then
  "${as[@]}" "$binary" check tree/incident/two-users.json --cache cache >out 2>err
  is "a folder that may not be written is no failure" 0 $?
  is "but told" 1 "$(grep -c 'new ones are not kept: cannot write' err)"
fi
chmod 755 cache

# Nothing is kept of what time has ended, and two runs may share a folder.
echo '{"interleak": 1, "semantics": 1, "baseline": {}}' >empty.json
for budget in "--max-time 300ms" "--max-mem 20MiB"; do
  read -ra words <<<"$budget"
  "$binary" check "$root/tests/limits/six-unlike-users.json" -d redis-py-4.5.5/pool --baseline empty.json "${words[@]}" \
    --cache slow --no-progress >out 2>err
  is "$budget ends it" 4 $?
  is "what $budget has ended is not kept" 0 "$(find slow -name '*.verdict' | wc -l)"
done
for _ in 1 2 3 4; do "$binary" check tree/incident --cache shared >/dev/null 2>&1 & done
wait
is "four at once" "24 of 24" "$("$binary" check tree/incident/two-users.json --cache shared 2>&1 >/dev/null | grep -o '[0-9]* of [0-9]*')"
is "and nothing beside verdicts" "" "$(find shared -type f -not -name '*.verdict' -not -name CACHEDIR.TAG -not -name .gitignore)"

# Signals at any moment leave whole verdicts, and nothing beside them.
signals=(INT TERM HUP QUIT KILL)
for ((i = 0; i < ${2:-30}; i++)); do
  rm -rf hit
  "$binary" check tree/incident --cache hit >/dev/null 2>&1 &
  sleep "0.$(printf '%03d' $((RANDOM % 250)))"
  kill -"${signals[i % 5]}" $! 2>/dev/null
  wait $! 2>/dev/null
  [[ -d hit ]] || continue
  others=$(find hit -mindepth 1 -not -name '*.verdict' -not -name CACHEDIR.TAG -not -name .gitignore | grep -v '/\..*\.interleak$')
  is "after signal ${signals[i % 5]}: what is left" "" "$others"
  kept=$(find hit -name '*.verdict' | wc -l)
  is "and all is whole" "$kept of" "$("$binary" check tree/incident --cache hit 2>&1 >/dev/null | grep -o '[0-9]* of')"
done

echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
