#!/usr/bin/env bash
# A wrong name is answered with the right one; designs beside a scenario are found, and told; patterns of scenarios;
# the shortest schedule of `replay`:   tests/suggestions.sh INTERLEAK
set -u
interleak=$(realpath -e -- "${1:?the command under test}") || exit 2
cd "$(dirname "$0")/.." || exit 70
export LC_ALL=C.UTF-8 NO_COLOR=1 COLUMNS=200 TERM=dumb
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITHUB_OUTPUT
root=$PWD
work=$(mktemp -d) && trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
passed=0 failed=0
cd "$work" || exit 70

# expect CODE TEXT COMMAND...: exits so, and prints the text (a regular expression; with "!" before it: nothing such) on
# either stream.
expect() {
  local code=$1 text=$2 wanted=1 got=0 found=0
  shift 2
  [[ $text == !* ]] && wanted=0 text=${text#!}
  timeout 60 "$interleak" "$@" >"$work/.out" 2>&1 </dev/null || got=$?
  grep -qE -- "$text" "$work/.out" && found=1
  if [[ $got == "$code" && $found == "$wanted" ]]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: interleak ${*:0:300}: exit $got, wanted $code and $wanted times \"$text\""
    head -n 12 "$work/.out" | cut -c 1-300
  fi
}

# is WHAT EXPECTED GOT
is() {
  if [[ $2 == "$3" ]]; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "FAILED: $1: \"$3\", expected \"$2\""; fi
}

# design FILE ID [EXTENDS]: a design; it leaks unless it extends another one.
design() {
  local parent=${3:+\"extends\": \"$3\",}
  local listing='"call acquire", "try:", "    call open", "    call exchange", "finally:", "    call give_back"'
  echo "{ \"interleak\": 1, \"id\": \"$2\", $parent \"procedures\": {\"execute\": [$listing]}}" >"$1"
}
# scenario FILE DESIGNS [EXPECT]
scenario() {
  cat >"$1" <<JSON
{ "interleak": 1, "id": "mine", "pool": {"max": 1, "warm": 1},
  "tasks": [{"id": "alice", "do": [{"get": "history", "type": "list"}]},
            {"id": "bob",   "do": [{"get": "history", "type": "list"}]}],
  "faults": {"cancel": {"max": 1}}${2:+, \"designs\": [$2]}${3:+, \"expect\": {$3\}} }
JSON
}
leak='VIOLATED  no-cross-user-reply'

# --- verbs and flags
expect 2 'did you mean "run"\?' rn incident/two-users
expect 2 'did you mean "validate"\?' valdate
expect 2 'did you mean "incident/two-users"\?' two-users
expect 2 'did you mean "incident/two-users"\?' two-usrs
expect 2 '!did you mean' completely-else
expect 2 'did you mean "--design"\?' run incident/two-users --desing redis-py-4.5.1/pool
expect 2 'did you mean "--max-time"\?' run incident/two-users --max-tim=3s
expect 2 'it is a flag of check, bless' run incident/two-users --baseline x.json
expect 2 'did you mean "--verdicts"\?' designs diff redis-py-4.5.1/pool redis-py-4.5.5/pool --verdict incident/two-users
expect 2 'did you mean "show"\?' designs sow redis-py-4.5.1/pool
expect 2 'did you mean "list"\?' scenarios lst
expect 2 'required, and "--clint" was not expected; did you mean "--client"\?' live incident/two-users --clint x
expect 2 '!did you mean' run incident/two-users "--$(printf 'x%.0s' {1..20000})"

# --- scenarios
expect 3 'did you mean the built-in scenario "incident/two-users"\?' run incident/two-user
expect 3 'did you mean the built-in scenario "incident/waiters"\?' run incident/waiter.json
expect 3 'did you mean the built-in scenario "regression/one-cancel"\?' run regresion/one-cancel
expect 3 'did you mean the built-in scenarios "incident/two-\*"\?' run 'incidnt/two-*'
expect 3 'it is a design: interleak run SCENARIO -d redis-py-4.5.1/pool' run redis-py-4.5.1/pool
expect 3 '!did you mean' run 'nothing/of/the*kind'
expect 5 'no built-in scenario matches "incidnt/\*"; did you mean "incident/\*"\?' scenarios list 'incidnt/*'
expect 5 'no variant "ownershp-check"; did you mean "ownership-check"\?' run incident/sidebar --variant ownershp-check
expect 5 'it has ownership-check' run incident/sidebar --variant nothing-alike
expect 5 'it has none' run incident/two-users-cold --variant nothing-alike
cp "$root/scenarios/incident/two-users.json" two-users.json
expect 3 'did you mean "two-users.json"\?' run two-user.json -d redis-py-4.5.5/pool
expect 3 'did you mean "./two-users.json"\?' check ./two-usersjson
expect 2 'did you mean "incident/two-users"\?' two-users
mv two-users.json mine-alone.json
expect 2 'did you mean "mine-alone.json"\?' mine-alone
expect 3 'did you mean "mine-alone.json"\?' run incident/two-users -d mine-aloen.json
rm mine-alone.json

# Patterns of built-in scenarios; what has that name in the file system goes before.
names() { "$interleak" check "$@" --list | cut -d' ' -f1 | sort -u | tr '\n' ' '; }
both='incident/two-users incident/two-users-cold '
is "a pattern" "$both" "$(names 'incident/two-*')"
is "with the folder and the ending" "$both" "$(names 'scenarios/incident/two-*.json')"
is "what stands there already" "$both" "$(names 'incident/two-*' '*two-users')"
expect 0 'valid: 2 scenarios' validate 'incident/two-*'
expect 0 'two-users-cold .*redis-py-4.5.5/pool' run 'incident/two-*' -d redis-py-4.5.5/pool -q
expect 0 '2 designs in lock-step' compare 'incident/two-users-c*' -d redis-py-4.5.1/pool -d redis-py-4.5.5/pool
expect 2 '"incident/two-\*" matches 2 scenarios; name one, for example incident/two-users' replay 'incident/two-*' -s alice
expect 2 'matches 2 scenarios' export 'incident/two-*' -f csv
expect 0 'lessons/writ\* is regression/writ\* now' check 'lessons/writ*' --list
cp "$root/scenarios/incident/two-users-cold.json" 'two*.json'
expect 0 'two-users-cold' run 'two*.json' -d redis-py-4.5.5/pool -q
rm 'two*.json'
expect 2 'is no file that could be written' bless 'incident/two-*' --dry-run

# --- designs: names that are near, files that have them
expect 5 'did you mean "redis-py-4.5.1/pool"\?' run incident/two-users -d redis-py-4.5.1/pol
expect 5 '-L FILE adds your own' run incident/two-users -d nobody/knows-this
expect 5 'it is made to be extended' run incident/two-users -d redis-py/pool
mkdir here && cd here || exit 70
design my-pool.json my-pool/simple
expect 5 'my-pool.json in this folder has it: -d my-pool.json' run incident/two-users -d my-pool/simple
expect 5 'did you mean "my-pool/simple"\?' run incident/two-users -d my-pool/simpel
expect 5 'my-pool.json in this folder has it: -d my-pool.json' designs show my-pool/simpel
expect 5 'did you mean the file "my-pool.json"\?' run incident/two-users -d my-pool
expect 3 'did you mean "my-pool.json"\?' run incident/two-users -d my-pol.json
cd .. && rm -r here

# --- designs beside the scenario
mkdir a b
scenario a/s.json '"my/pool"'
design a/pool.json my/pool
expect 1 "$leak" run a/s.json
expect 3 '!did you mean' check a/none.json
expect 1 '^interleak: found beside the scenario: my/pool in a/pool.json$' run a/s.json
expect 1 '!found beside' run a/s.json -q
expect 1 'replay a/s.json -d a/pool.json -s' run a/s.json
expect 1 "$leak" run a/s.json -d my/pool
expect 1 'found beside' run a/s.json -d 'my/*'
expect 1 "$leak" run ./a/s.json -d 'my/po?l'
is "in this folder" 'interleak: found beside the scenario: my/pool in pool.json' "$(cd a && "$interleak" run s.json 2>&1 >/dev/null)"
expect 5 'no design matches "my/pool"' run - -d my/pool
expect 5 'no design matches "my/pool"' run incident/two-users -d my/pool
expect 5 'did you mean "my/pool"\?' run a/s.json -d my/pol
for verb in 'matrix' 'sample --count 20' 'compare -d redis-py-4.5.5/pool -d my/pool' 'report -o page.html' 'export -f csv' \
  'replay' "replay -s alice" 'validate' 'check -d my/pool' 'designs diff my/pool redis-py-4.5.5/pool --verdicts'; do
  read -ra words <<<"$verb"
  "$interleak" "${words[@]}" a/s.json >"$work/.out" 2>&1 </dev/null
  code=$?
  if ! grep -q 'found beside the scenario: my/pool in a/pool.json' "$work/.out" && [[ $verb != check* ]]; then
    failed=$((failed + 1))
    echo "FAILED: interleak $verb a/s.json does not find the design beside it: exit code $code"
    head -n 5 "$work/.out"
  else
    passed=$((passed + 1))
  fi
done

# Nothing that is known is looked for: built in, of -L, of a file of -d.
scenario a/builtin.json '"redis-py-4.5.5/pool"'
design a/builtin-design.json redis-py-4.5.5/pool
expect 0 '!found beside' run a/builtin.json
expect 0 'holds     no-cross-user-reply' run a/builtin.json -d redis-py-4.5.5/pool
sed 's/"call exchange"/"call exchange"/; s/"finally:"/"except cancelled|error:", "    close", "    raise", "finally:"/' a/pool.json >closes.json
expect 0 '!found beside' run a/s.json -L closes.json
expect 0 '!found beside' run a/s.json -d closes.json
expect 0 'holds     no-cross-user-reply' run a/s.json -d my/pool -d closes.json
expect 0 'holds     no-cross-user-reply' run a/s.json -d 'my/*' -L closes.json

# Not below, not in other folders, not FIFOs, no folders, none that is too large; links are followed.
mkdir a/below a/folder.json
scenario a/other.json '"my/other"'
design a/below/other.json my/other
design b/other.json my/other
expect 5 'no design matches "my/other"' run a/other.json
mkfifo a/fifo.json
head -c 3000000 /dev/zero >a/large.json
expect 1 "$leak" run a/s.json
ln -s ../b/other.json a/link.json
expect 1 'my/other in a/link.json' run a/other.json
rm a/link.json a/fifo.json a/large.json

# What it inherits is found there, too, and the command that replays names it.
scenario a/child.json '"my/child"'
design a/child-design.json my/child my/base
expect 3 'ILK0023|my/base' run a/child.json
design a/base.json my/base
expect 1 'found beside the scenario: my/child in a/child-design.json, my/base in a/base.json' run a/child.json
expect 1 'replay a/child.json -d a/child-design.json -L a/base.json -s' run a/child.json
expect 1 'my/base in a/base.json' run a/child.json -d a/child-design.json
"$interleak" run a/child.json 2>/dev/null | sed -n "s/^ *Replay  *interleak //p" >replay
eval "expect 0 'LEAK' $(cat replay)"
mv a/base.json base-of-mine.json
expect 1 '!base-of-mine.json,' run a/child.json -L base-of-mine.json
expect 3 'error' run a/child.json
expect 3 '-L FILE' run a/child.json
mv base-of-mine.json a/base.json

# A certificate names all files, so that it is checked without a search for them.
sed 's/"call exchange"/"call exchange"/; s/"finally:"/"except cancelled|error:", "    close", "    raise", "finally:"/' a/child-design.json >a/sound.json
sed -i 's|"my/child"|"my/sound"|' a/sound.json
scenario a/sound-scenario.json '"my/sound"'
expect 0 'found beside' run a/sound-scenario.json --certificate sound.cert
expect 0 'my/base' verify sound.cert
expect 0 '!found beside' verify sound.cert
expect 0 'found beside' verify sound.cert a/sound-scenario.json
sed -i 's/"    close", //' a/sound.json
expect 1 '' verify sound.cert

# Broken ones are told if they were meant, and else left alone.
echo '{ "interleak": 1, "id": "my/broken", "procedures": {"execute": ["tkae"]}}' >a/broken.json
expect 1 '!broken' run a/s.json
scenario a/s-broken.json '"my/broken"'
expect 3 'a/broken.json' run a/s-broken.json
expect 3 'did you mean' run a/s-broken.json
echo '{ "interleak": 1, "procedures": {"execute": ["take"]}}' >a/nameless.json
expect 5 'a/nameless.json beside the scenario says no id: interleak validate a/nameless.json' run a/other.json
rm a/broken.json a/nameless.json

# Two of one id must say the same.
cp a/pool.json a/same.json
expect 1 "$leak" run a/s.json
cp closes.json a/zother.json
expect 2 'there are two designs "my/pool", in "a/pool.json" and in "a/zother.json"' run a/s.json
expect 0 'holds     no-cross-user-reply' run a/s.json -d a/zother.json
rm a/zother.json a/same.json

# Of two folders each has its own; where they say different things the user must choose.
scenario b/t.json '"my/pool"'
expect 5 'a/pool.json has it, beside another scenario: -L a/pool.json' run a/s.json b/t.json
expect 5 'no design matches "my/pool"' run b/t.json
expect 1 "$leak" run a/s.json b/t.json -d my/pool
cp closes.json b/pool.json
expect 0 'my/pool in b/pool.json' run b/t.json
expect 2 'there are two designs "my/pool", in "a/pool.json" and in "b/pool.json"' run a/s.json b/t.json
expect 1 "$leak" run a/s.json b/t.json -L a/pool.json
cp a/pool.json b/pool.json
expect 1 'found beside the scenario: my/pool in a/pool.json$' run a/s.json b/t.json
rm b/pool.json

# check: what is named in "designs", or in full in "expect"; with and without a cache, and as a list for CTest.
scenario a/c.json '' '"my/pool": {"no-cross-user-reply": "violated", "*": "any"}'
expect 0 '1 passed, 0 failed' check a/c.json
expect 0 'found beside' check a/c.json
expect 0 '^a/c.json my/pool$' check a/c.json --list
expect 0 '1 passed, 0 failed' check a/c.json -d my/pool
scenario a/d.json '"my/pool"' '"*": {"no-cross-user-reply": "violated", "*": "any"}'
expect 0 '1 passed, 0 failed' check a/d.json
expect 0 'valid: 1 scenario' validate a/d.json
scenario b/e.json '"redis-py-4.5.1/pool"' '"my/*": "holds", "redis-py-4.5.1/pool": {"no-cross-user-reply": "violated", "*": "any"}'
expect 3 '"my/\*" matches no design' check b/e.json
expect 3 '"my/\*" matches no design' check a/d.json b/e.json
expect 3 '"my/\*" matches no design' check b/e.json a/d.json
expect 0 '0 of 1 case known' check a/d.json --cache cache
expect 0 '1 of 1 case known' check a/d.json --cache cache
cp closes.json a/pool.json
expect 1 '0 of 1 case known' check a/d.json --cache cache
expect 1 '0 passed, 1 failed' check a/d.json --cache cache
design a/pool.json my/pool
expect 0 '1 of 1 case known' check a/d.json --cache cache
scenario a/wrong.json '"my/pol"' '"my/pol": "holds"'
expect 3 'did you mean "my/pool"\?' check a/wrong.json -L a/pool.json
sed 's|my/pol|redis-py-4.5.1/pol|' a/wrong.json >a/near.json
expect 3 'did you mean "redis-py-4.5.1/pool"\?' validate a/near.json

# A folder with more files than are looked at: no design is found by chance of their order.
mkdir many && scenario many/s.json '"my/pool"' && design many/pool.json my/pool
(cd many && seq -f 'f%g.json' 1000 | xargs touch)
expect 5 'the folder "many/" is not searched: it has more than 1000 files' run many/s.json
expect 1 "$leak" run many/s.json -L many/pool.json

# Hostile names reach nobody's terminal.
evil=$'e\e[31m\u202e\n::error title=x::y'
mkdir "$evil" && scenario "$evil/$evil.json" '"my/pool", "my/bad"' && design "$evil/$evil-design.json" my/pool
echo '{"interleak": 1, "procedures": {"execute": []}}' >"$evil/$evil.bad.json"
for words in "run" "check" "validate" "replay"; do
  (cd "$evil" && "$interleak" "$words" "$evil.json" -d "my/$evil" 2>&1; "$interleak" "$words" "$evil.jso" 2>&1
    "$interleak" "$words" "$evil.json" 2>&1; "$interleak" "$evil.jso" 2>&1; "$interleak" "$words" "--$evil" 2>&1
    "$interleak" "$words" "$evil*" 2>&1; "$interleak" scenarios list "$evil*" 2>&1) >.out
  if grep -qP '[\x01-\x08\x0b-\x1f\x7f]|\xe2\x80\xae|^::error' .out; then
    failed=$((failed + 1)) && echo "FAILED: $words prints a hostile name" && grep -nP '[\x01-\x08\x0b-\x1f]|^::error' .out | head -n 3 | cat -v
  else
    passed=$((passed + 1))
  fi
done

# --- variables and queues: the declaration to write
echo '{"interleak": 1, "id": "v", "procedures": {"execute": ["op.rounds += 1", "call acquire", "join pool.line", "call give_bakc"]}}' >v.json
expect 3 'declare it: "variables": \{"op": \{"rounds": 0\}\}' validate v.json
expect 3 'declare it: "queues": \{"pool": \["line"\]\}' validate v.json
expect 3 'did you mean "give_back"\?' validate v.json

# --- replay without a schedule
expect 0 "^interleak: the shortest violation of no-cross-user-reply: -s 'alice !alice bob srv.1 net.1 bob'\$" replay incident/two-users -d redis-py-4.5.1/pool
expect 0 '!the shortest violation' replay incident/two-users -d redis-py-4.5.1/pool -q
expect 0 'LEAK: ' replay incident/two-users -d redis-py-4.5.1/pool
for scenario in incident/two-users regression/two-cancels incident/waiters regression/pipeline; do
  for design in redis-py-4.5.1/pool redis-py-4.5.1/cluster; do
    of_run=$("$interleak" run $scenario -d $design 2>&1 | sed -n 's/^  Replay .* -s //p' | head -n 1)
    is "replay $scenario -d $design" "$of_run" \
      "$("$interleak" replay $scenario -d $design 2>&1 >/dev/null | sed -n 's/^interleak: the shortest .* -s //p')"
  done
done
expect 5 'nothing is violated under redis-py-4.5.5/pool' replay incident/two-users -d redis-py-4.5.5/pool
expect 4 'the search ended \(states budget\) before it found a violation' replay incident/two-users -d redis-py-4.5.5/pool --max-states 5
expect 0 'no-zombie' replay incident/two-users -d redis-py-4.5.4/pool -i no-zombie
expect 5 'nothing is violated' replay incident/two-users -d redis-py-4.5.4/pool -i no-leak
expect 2 'with -s nothing is searched, so --max-states says nothing' replay incident/two-users -d redis-py-4.5.1/pool -s alice --max-states 5
expect 2 'replay takes one design' replay incident/two-users

echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
