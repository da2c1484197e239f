#!/usr/bin/env bash
# What the words of a certificate can make `verify` do, and what not: tests/golden/verify.sh INTERLEAK. The
# certificates are true ones with other words, and the right digest.
set -uo pipefail
export LC_ALL=C COLUMNS=400
unset GITHUB_ACTIONS
binary=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 2
tree=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
interleak() { timeout 20 "$binary" "$@"; }

passed=0 failed=0
check() {  # check WHAT TEST...: the test is a command
  local what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED %s\n' "$what"
    sed 's/^/  /' out
  fi
}

signed() {  # signed FILE: puts the digest of its bytes behind them
  printf "$(sha256sum <"$1" | cut -c1-64 | sed 's/../\\x&/g')" >>"$1"
}

with_words() {  # with_words FILE WORD...: the certificate `base`, with these words in its head, as `c`
  local base=$1 lines word
  shift
  lines=$(grep -a -n -m1 '^$' "$base" | cut -d: -f1)
  {
    head -n "$lines" "$base" | sed '/^word /d; /^states /,$d'
    for word in "$@"; do printf 'word %s\n' "$word"; done
    head -n "$lines" "$base" | sed -n '/^states /,$p'
    tail -n +$((lines + 1)) "$base" | head -c -32
  } >c
  signed c
}

verifies() {  # verifies CODE WORD...: exit code of verify; what it prints is in `out`
  local wanted=$1 code
  shift
  interleak verify "$@" >out 2>&1 </dev/null
  code=$?
  [[ $code == "$wanted" ]] || { echo "exit code $code" >>out; return 1; }
}
says() { grep -a -q -F -- "$1" out; }
is_silent_on() { ! grep -a -q -F -- "$1" out; }

make() { interleak run "$@" --certificate base -qq || [[ $? == 1 ]] || echo "cannot run $*"; }

# Files under the names of what is built in, each of which makes the incident's design a safe one.
mkdir -p folder same
echo '{"interleak": 1, "id": "redis-py-4.5.1/pool", "extends": "redis-py-4.5.5/pool"}' >design.json
echo '{"interleak": 1, "id": "redis-py/connection-4.4", "part": true, "extends": "redis-py/connection-4.5.5"}' >part.json
sed 's/"max": 1 *}/"max": 0}/' "$tree/scenarios/incident/two-users.json" >weak.json
cp part.json folder
sed 's/^title   /&Another /' "$tree/scenarios/designs/prelude.pool" >prelude.pool
cp "$tree/scenarios/designs/redis-py-4.5.5/pool.pool" same/pool.pool
cp "$tree/scenarios/incident/two-users.json" same/two-users.json

while read -r file words; do
  make $words
  check "$words: a certificate of it is refused" verifies 1 base
  check "$words: the reason" says "it names the file $file, which says something else"
  check "$words: nothing is proved" is_silent_on "  proved "
  check "$words: refused in JSON" verifies 1 base --json
  check "$words: said in JSON" says '"replaces_built_in": true'
  check "$words: its user may mean it" verifies 0 base $words
  check "$words: and is told" says "NOT       the built-in"
  check "$words: in few words, too" verifies 0 base $words -q
  check "$words: told in few words" says "NOT       the built-in"
done <<'END'
design.json incident/two-users -d design.json
design.json incident/two-users -d redis-py-4.5.1/pool -L design.json
part.json incident/two-users -d redis-py-4.5.1/pool -L part.json
folder/part.json incident/two-users -d redis-py-4.5.1/pool -L folder
weak.json weak.json -d redis-py-4.5.1/pool
prelude.pool incident/two-users -d redis-py-4.5.5/pool -L prelude.pool
END

make same/two-users.json -d same/pool.pool
check "copies of what is built in" verifies 0 base
check "are told as the files that they are" says "two-users, of the file same/two-users.json"
check "of a design as well" says "redis-py-4.5.5/pool, of the file same/pool.pool"
check "and are no others" is_silent_on "NOT "

echo '{"interleak": 1, "id": "mine/pool", "extends": "mine/base"}' >mine.json
echo '{"interleak": 1, "id": "mine/base", "extends": "redis-py-4.5.5/pool"}' >base.json
make incident/two-users -d mine.json -L base.json --max-cancels 0 --owner-types same
check "designs of one's own" verifies 0 base
check "all their files" says "mine/pool, of the file mine.json, with mine/base of the file base.json"
check "flags" says "scenarios/incident/two-users.json, with --owner-types same --max-cancels 0"

cp base.json 'x, built in as y.json'
interleak run incident/two-users -d 'x, built in as y.json' --certificate base -qq
check "a name that looks like what is built in" verifies 0 base
check "is quoted" says "mine/base, of the file 'x, built in as y.json'"

make incident/two-users -d redis-py-4.5.5/pool
check "half a name" verifies 2 base -d redis-py-4.5.1/pool
check "half a name in flags" verifies 2 base --max-cancels 1
check "what half a name lacks" says "together with SCENARIO only"

# A certificate of before a scenario was moved names it as it was called then.
make regression/one-user -d redis-py-4.5.5/pool
with_words base lessons/one-user -d redis-py-4.5.5/pool
check "a name of before" verifies 0 c
check "is told" says "lessons/one-user is regression/one-user now"
check "and what is proved" says "one-user, built in as scenarios/regression/one-user.json"
check "in silence, too" verifies 0 c -qq
check "which is one" is_silent_on "lessons"
interleak verify c --json >out 2>/dev/null
check "not in JSON" is_silent_on "lessons"
mkdir lessons && cp weak.json lessons/one-user
check "a file of that name is that file" verifies 1 c
check "and is told as such" is_silent_on "is regression/one-user now"
rm -r lessons

# Words that are none, or name what nobody should read.
mkfifo pipe
mkdir pipes many big
mkfifo pipes/x.json
: >empty.json
head -c 2000000 /dev/zero | tr '\0' ' ' >large.json
(cd many && seq -f 'f%.0f' 10001 | xargs touch)
(cd big && for i in $(seq 65); do head -c 1048576 /dev/zero | tr '\0' ' ' >"$i.json"; done)
echo 'password: SECRET' >private
while read -r code reason words; do
  with_words base $words
  check "$words" verifies "$code" c
  check "$words: ${reason//_/ }" says "${reason//_/ }"
  check "$words: nothing is proved" is_silent_on "  proved "
done <<'END'
3 names_standard_input - -d redis-py-4.5.5/pool
3 names_standard_input incident/two-users -d redis-py-4.5.5/pool -L -
3 no_file_of_at_most_1_MiB pipe -d redis-py-4.5.5/pool
3 no_file_of_at_most_1_MiB /dev/zero -d redis-py-4.5.5/pool
3 no_file_of_at_most_1_MiB /proc/self/status -d redis-py-4.5.5/pool
3 no_file_of_at_most_1_MiB empty.json -d redis-py-4.5.5/pool
3 no_file_of_at_most_1_MiB large.json -d redis-py-4.5.5/pool
3 no_file_of_at_most_1_MiB folder -d redis-py-4.5.5/pool
3 no_file_of_at_most_1_MiB incident/two-users -d redis-py-4.5.5/pool -L pipes
3 no_file_of_at_most_1_MiB incident/two-users -d ./pipe
3 10,000_files incident/two-users -d redis-py-4.5.5/pool -L many
3 64_MiB incident/two-users -d redis-py-4.5.5/pool -L big
3 (ILK0 private -d redis-py-4.5.5/pool
3 (ILK0 incident/two-users -d ./private
3 (ILK0 incident/no-such -d redis-py-4.5.5/pool
3 (ILK0 incident/two-users -d redis-py-4.5.5/pool -L no-such
5 no_design_matches incident/two-users -d no-such
5 has_no_variant incident/two-users -d redis-py-4.5.5/pool --variant no-such
2 one_scenario_and_one_design incident/two-users -d redis-py-4.5.5/pool -d redis-py-4.5.1/pool
2 one_scenario_and_one_design incident/two-users
2 verify_takes_one_design incident/two-users -d redis-py-4.5.*
2 does_not_say_where incident/two-users -d redis-py-4.5.5/pool --help
2 does_not_say_where incident/two-users -d redis-py-4.5.5/pool -o c
2 does_not_say_where -d redis-py-4.5.5/pool
END
for name in private ./private; do
  with_words base incident/two-users -d "$name" && interleak verify c >out 2>&1
  check "no line of a file is printed ($name)" is_silent_on SECRET
  with_words base "$name" -d redis-py-4.5.5/pool && interleak verify c --json >out 2>&1
  check "in JSON neither ($name)" is_silent_on SECRET
done
with_words base incident/two-users -d redis-py-4.5.5/pool $(seq 300)
check "more words than any command has" verifies 2 c
with_words base incident/two-users -d "$(head -c 5000 /dev/zero | tr '\0' x)"
check "a longer word than any path" verifies 2 c
with_words base incident/two-users -d 'x%1b[31mred%0a::error::no'
check "words for the terminal" verifies 5 c
check "no escape sequence" is_silent_on $'\e'
check "no line of the certificate's own" bash -c '! grep -q "^::" out'

echo "$passed passed, $failed failed"
((failed == 0))
