#!/usr/bin/env bash
# Green means judged, and errors reach the user: tests/judged.sh INTERLEAK. What a design or a folder of the user's can
# be, and what the exit code and the words then are.
set -u
interleak=$(realpath -e -- "${1:?the command under test}") || exit 2
cd "$(dirname "$0")/.." || exit 70
export LC_ALL=C.UTF-8 NO_COLOR=1 COLUMNS=200 TERM=dumb
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITHUB_OUTPUT
attacks=$PWD/tests/attacks
work=$(mktemp -d) && trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
chmod 755 "$work"
passed=0 failed=0

# expect CODE TEXT COMMAND...: exits so, and prints the text (a regular expression) on either stream.
expect() {
  local code=$1 text=$2 got=0
  shift 2
  timeout 60 "$@" >"$work/out" 2>&1 </dev/null || got=$?
  if [[ $got == "$code" ]] && grep -qE -- "$text" "$work/out"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: ${*/#$interleak/interleak}: exit $got, wanted $code and \"$text\""
    head -n 12 "$work/out"
  fi
}

# The skeletons are judged as a pair, and stay so when the leak is in.
cd "$work" || exit 70
"$interleak" new scenario -o mine.json && "$interleak" new design -o pool.json
expect 0 '3 passed, 0 failed' "$interleak" check mine.json -L pool.json
grep -v '    close  #' pool.json >leaky.json
expect 1 'my-pool/simple' "$interleak" check mine.json -L leaky.json
expect 1 '1 failed' "$interleak" check mine.json -d leaky.json
expect 0 '2 passed' "$interleak" check mine.json

# A design that nothing judges is told; named alone it fails, from a folder it does not.
sed 's/,$/,/; /"\*": "holds"$/d; s/"\*": "any"},/"*": "any"}/' mine.json >narrow.json
expect 0 '1 passed' "$interleak" check narrow.json
expect 5 'expects anything of "my-pool/simple"' "$interleak" check narrow.json -L leaky.json
expect 5 'expects anything of "my-pool/simple"' "$interleak" check narrow.json -d leaky.json -d redis-py-4.5.1/pool
mkdir pools && cp leaky.json pools/
expect 0 'expects anything of 1 design of pools' "$interleak" check narrow.json -L pools

# "*" means the designs of the run, not all that is built in.
sed 's/  "designs": .*//' mine.json | sed '/"redis-py-4.5.1\/pool": {/d' >star.json
expect 3 'ILK0033' "$interleak" check star.json
expect 0 '1 passed' "$interleak" check star.json -L pool.json
expect 1 '1 failed' "$interleak" check star.json -L leaky.json
expect 0 '' "$interleak" validate star.json

# Errors of files come before "nothing was selected".
expect 3 'ILK0050' "$interleak" run "$attacks/no-designs-field.json" -d "$attacks/broken-design2.json"
expect 3 'ILK0008' "$interleak" run "$attacks/no-designs-field.json" -L missing.json -d my/pool
expect 5 'no design matches' "$interleak" run "$attacks/no-designs-field.json" -d my/pool

# Folders: JSON of others is left alone and counted, FIFOs are nobody's, what cannot be read is told.
mkdir -p folder/below && cp mine.json folder/ && cp pool.json folder/below/
echo '{"name": "x", "private": true}' >folder/package.json
echo '{"name": "x", "dependencies": {"interleak": "^1.0.0"}, "keywords": ["interleak"]}' >folder/below/package.json
echo '{ // not JSON' >folder/tsconfig.json
head -c 3000000 /dev/zero >folder/large.json
mkfifo folder/pipe.json folder/below/pipe.json
ln -s ../folder folder/below/circle
expect 0 '4 other JSON files left out' "$interleak" check folder
expect 0 '2 passed, 0 failed' "$interleak" check folder
expect 0 'my-pool/simple' "$interleak" check folder -L folder
expect 0 '4 other JSON files left out' "$interleak" check folder -L folder
expect 0 'valid: 1 scenario .*, 1 design' "$interleak" validate folder
expect 0 '4 other JSON files left out' "$interleak" validate folder
echo '{ "interleak": 1, ' >folder/broken.json
expect 3 'ILK0001' "$interleak" check folder
rm folder/broken.json
if [[ $(id -u) == 0 ]]; then as=(setpriv --reuid 65534 --regid 65534 --clear-groups); else as=(); fi
mkdir folder/secret && chmod 000 folder/secret
expect 3 'ILK0008.*secret' "${as[@]}" "$interleak" check folder
expect 3 'ILK0008.*secret' "${as[@]}" "$interleak" validate folder

# Bounds: what runs past one says so, and judges nothing by it.
bounds=$attacks/bounds
expect 4 'more than 16 entries in the list of free connections' "$interleak" run "$bounds/one.json" -d "$bounds/over2.json" -i all
schedule=$("$interleak" run "$bounds/one.json" -d "$bounds/over2.json" --json | sed -n 's/^ *"diverges": "\(.*\)",*$/\1/p')
expect 0 'The schedule diverges: more than 16 entries' "$interleak" replay "$bounds/one.json" -d "$bounds/over2.json" -s "$schedule"
for design in over14 over over15 over16; do
  expect 1 'VIOLATED  no-wrong-value' "$interleak" run "$bounds/one.json" -d "$bounds/$design.json" -i all
  expect 1 'more than 3 children' "$interleak" run "$bounds/one.json" -d "$bounds/$design.json" -i all
  grep -q '^  holds' "$work/out" && { echo "FAILED: an invariant holds under $design"; failed=$((failed + 1)); }
done
expect 1 'Shortest violation of idle-is-clean: 2 steps' "$interleak" run "$bounds/mayone.json" -d "$bounds/may.json"
for scenario in two five fiveall six; do   # neighbours: they are as they were
  expect "$([[ $scenario == two ]] && echo 0 || echo 1)" 'no-l' \
    "$interleak" run "$bounds/$scenario.json" -d patterns/release-in-finally --max-states 300000 --why never
done

# States by name are one number, folded or not.
for design in redis-py-4.4.4/pool patterns/tombstones-removed; do
  for flag in "" --no-reduction; do
    # shellcheck disable=SC2086
    "$interleak" run "$attacks/reduction-counts.json" -d "$design" $flag | grep -o 'all of it: [0-9,]* states, [0-9,]*'
  done | uniq >states
  if [[ $(wc -l <states) == 1 ]]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $design folded"; cat states; fi
done

echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
