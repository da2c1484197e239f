#!/usr/bin/env bash
# Designs as text, as the command deals with them: tests/golden/pool.sh INTERLEAK. Both forms of a built-in design give
# the same bytes, what `show` prints runs the same, `fmt` and `convert` write whole files and nothing by mistake, and
# text is found wherever JSON is.
set -uo pipefail
export LC_ALL=C COLUMNS=100 TERM=dumb NO_COLOR=1
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITHUB_OUTPUT
binary=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 2
tree=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
interleak() { timeout 60 "$binary" "$@" </dev/null; }

passed=0 failed=0
check() {  # check WHAT TEST...: the test is a command
  local what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED %s\n' "$what"
    head -n 5 out err 2>/dev/null | sed 's/^/  /'
  fi
}
# exits CODE WORD...: output and errors stay in out and err.
exits() {
  local wanted=$1 code
  shift
  interleak "$@" >out 2>err
  code=$?
  [[ $code == "$wanted" ]]
}
says() { grep -qF -- "$1" out err; }
lacks() { ! grep -qF -- "$1" out err; }

# Everything that a run tells, but for which file each design is of, where in it, and whence a listing is.
run_of() {
  interleak run incident/two-users --json --max-states 20000 "$@" |
    grep -vE '^ *"(file|origin|line|column|replay|command)":' | sed -e "s|'[^']*\.pool'|FILE|g; s|[a-z/]*\.\(pool\|json\)|FILE|g"
}

# Each built-in design in both forms.
scenario=incident/two-users
count=0
for file in "$tree"/scenarios/designs/*/*.pool; do
  grep -q '^part' "$file" && continue
  count=$((count + 1))
  id=$(sed -n 's/^design *//p' "$file")
  exits 0 designs convert "$file" -o a.json && exits 0 designs convert a.json -o a.pool && cmp -s "$file" a.pool ||
    check "$id: through JSON it comes back as it was" false
  exits 0 designs show "$id" -o shown.pool || check "$id: is shown" false
  exits 0 designs fmt --check a.pool shown.pool || check "$id: both are laid out" false
  ((count % 8 == 1)) || continue   # runs take longer
  run_of -d "$file" >as-text
  run_of -d a.json >as-json
  check "$id: both forms run the same" cmp -s as-text as-json
  interleak run $scenario -d "$id" -q >named 2>&1
  interleak run $scenario -d shown.pool -q 2>&1 | sed 's/shown\.pool/'"${id//\//\\/}"'/g' >shown
  check "$id: what is shown runs the same" cmp -s named shown
done
check "there are designs" test $count -gt 80

# A design as text is found wherever one in JSON is.
mkdir -p library/deep
printf 'design mine/pool\nextends mine/base\n' >library/mine.pool
printf 'design mine/base\npart\n\ndef execute:\n    call acquire\n    call give_back\n' >library/deep/base.pool
printf 'colours of a swimming pool\n' >library/other.pool
check "-L a folder" exits 0 run $scenario -L library -d mine/pool
check "what is no design is told" exits 0 validate library
check "and left out" says '1 other file left out'
check "-d a file, -L another" exits 0 run $scenario -d library/mine.pool -L library/deep/base.pool
check "compare" exits 0 compare $scenario -L library -d mine/pool -d patterns/close-on-cancel
check "list with a pattern" exits 0 designs list 'mine/*' -L library
check "has what matches" says 'mine/pool'
check "and nothing else" lacks 'redis-py'
check "list with a pattern of none" exits 5 designs list 'nobody/*'
check "a design is no scenario" exits 3 run library/mine.pool
check "and that is told" says 'it is a design, not a scenario'
printf 'design a\ndef execute:\n    tkae\n' | timeout 60 "$binary" validate - --json >out 2>err
check "validate reads a buffer" test $? = 3
for piece in '"line": 3' '"column": 5' '"length": 4' '"severity": "error"' '"code": "ILK0050"' '"suggestion": "take"'; do
  check "and tells an editor $piece" says "$piece"
done
printf '  \n' >empty.pool
check "an empty text" exits 3 validate empty.pool
check "says what it should hold" says 'design NAME'

# Layout.
printf 'design   a\n# why\ndef execute :\n  take # one\n  put\n' >ugly.pool
cp ugly.pool before.pool
check "fmt --check names what would change" exits 1 designs fmt --check ugly.pool
check "by its name" says 'ugly.pool'
check "and writes nothing" cmp -s ugly.pool before.pool
check "fmt writes" exits 0 designs fmt ugly.pool
printf 'design  a\n\n# why\ndef execute:\n    take  # one\n    put\n' >wanted.pool
check "the layout" cmp -s ugly.pool wanted.pool
check "fmt --check is content then" exits 0 designs fmt --check ugly.pool
before=$(stat -c %Y.%i ugly.pool)
check "a file that is laid out" exits 0 designs fmt ugly.pool
check "is not written" test "$before" = "$(stat -c %Y.%i ugly.pool)"
timeout 60 "$binary" designs fmt - <before.pool >out 2>err
check "fmt of a buffer" cmp -s out wanted.pool
cp before.pool ugly.pool
printf 'design b\ndef execute:\n    tkae\n' >broken.pool
check "a broken file" exits 3 designs fmt ugly.pool broken.pool
check "is told" says 'broken.pool:3:5'
check "and stops all" cmp -s ugly.pool before.pool
check "JSON is not laid out" exits 2 designs fmt a.json
check "a folder" exits 1 designs fmt --check library ugly.pool
printf 'design a\r\ntitle x \t# c\r\n\r\n\r\ndef execute:\r\n\ttake\r\n' >tabs.pool
check "a tab in a listing" exits 3 designs fmt tabs.pool
check "is told as one" says 'a tab in the indentation'

# From one form to the other.
check "convert prints" exits 0 designs convert wanted.pool
check "JSON" says '"id": "a"'
check "with the comment of a procedure" says '"procedures.execute": {"above": ["# why"]}'
cp out a.json
check "convert prints" exits 0 designs convert a.json
check "text" cmp -s out wanted.pool
check "the name of the output says the form" exits 0 designs convert a.json -o b.json
check "also where it is the same" grep -q '"id": "a"' b.json
check "a broken file is not converted" exits 3 designs convert broken.pool -o none.json
check "and nothing is written" test ! -e none.json
check "of no file that is told" exits 3 designs convert nowhere.pool
cp wanted.pool text.json
check "text under a name of JSON" exits 3 validate text.json -q
check "new design writes text" exits 0 new design -o new.pool
check "which is laid out" exits 0 designs fmt --check new.pool
check "or JSON" exits 0 new design -o new.json
check "that says the same" exits 0 designs convert new.json -o again.pool
check "to the byte" cmp -s new.pool again.pool
check "and runs" exits 0 run $scenario -d new.pool

printf 'pool: %d checks passed, %d failed\n' "$passed" "$failed"
[[ $failed == 0 ]]
