#!/usr/bin/env bash
# Scenarios by their names of before: tests/golden/moved.sh INTERLEAK. Every verb says the same on standard output as
# for the name of today, writes the same files, and tells of the old name once, on standard error.
set -uo pipefail
export LC_ALL=C COLUMNS=200 TERM=dumb NO_COLOR=1
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
    head -n 5 now/out now/err before/out before/err | sed 's/^/  /'
  fi
}

# both WORD...: runs it in the folders now and before, `@` in a word is the folder of the scenario; output, errors and
# exit code stay there.
both() {
  local name folder
  rm -rf now before
  for folder in now before; do
    [[ $folder == now ]] && name=regression || name=lessons
    mkdir "$folder"
    (cd "$folder" && interleak "${@//@/$name}" >out 2>err; echo $? >code)
  done
}
told() { grep -c ' now$' "$1/err"; }
is() { [[ $1 == "$2" ]]; }

# same WORD...: the same in all but the two lines on standard error.
same() {
  local file
  both "$@"
  check "$*: standard output" cmp now/out before/out
  check "$*: exit code" cmp now/code before/code
  check "$*: told once" is 1 "$(told before)"
  check "$*: the rest of the errors" cmp now/err <(sed '/ is .* now$/,+1d' before/err)
  while read -r file; do
    check "$*: the file $file" cmp "now/$file" "before/$file"
  done < <(cd now && find . -type f ! -name out ! -name err ! -name code)
}

pool=redis-py-4.5.1/pool closing=redis-py-4.5.5/pool
same run @/two-cancels -d $pool
same run @/two-cancels -d $pool --json --junit junit.xml --sarif found.sarif --summary-md summary.md --report page.html
same run scenarios/@/two-cancels.json -d $pool -q
same run @/one-user @/one-user incident/two-users -d $closing -q
same run @/one-user -d $closing --certificate cert
same @/two-cancels -d $pool                                  # no verb: run
same run @/two-cancels -d $pool --variant none               # a message with the name in it
same check @/two-cancels -d $pool
same check @/two-cancels -d $pool --json
same check @/two-cancels --list
same check @/two-cancels --list --format ctest
same check @/two-cancels -d $pool --cache verdicts
same bless @/two-cancels -d $pool
same bless @/two-cancels -d $pool --baseline base.json --yes
same replay @/two-cancels -d $pool -s 'alice !alice bob srv.1 net.1 bob'
same replay @/two-cancels -d $pool -s 'bob nonsense'
same compare @/two-cancels -d $pool -d $closing
same matrix @/two-cancels -d $pool
same sample @/two-cancels -d $pool --count 20
same validate @/two-cancels
same designs diff $pool $closing --verdicts @/two-cancels
same designs diff $pool $closing --verdicts incident/two-users @/two-cancels --markdown
same export @/two-cancels -d $pool -f mermaid
same export @/two-cancels -d $pool -f digest -o digest
same report @/two-cancels -d $pool --no-progress -o page.html
same live @/two-cancels --client "$work/no-such-client"

both run @/two-cancels -d $pool -q
check "the notice" cmp before/err - <<'END'
interleak: lessons/two-cancels is regression/two-cancels now
  the old name works for now: change it in the command, or in the script, CI file or CMakeLists.txt behind it
END
both run @/two-cancels @/one-user -d $closing -q
check "each old name is told" is 2 "$(told before)"
for quiet in -qq "-q -q"; do
  # shellcheck disable=SC2086
  both run @/two-cancels -d $pool $quiet
  check "$quiet: nothing is told" is 0 "$(told before)"
done

# Certificates: what was proved under the old name is proved.
interleak run regression/one-user -d $closing --certificate cert -qq
both verify "$work/cert" @/one-user -d $closing
check "verify: proved" is 0 "$(<before/code)"
check "verify: told" is 1 "$(told before)"
check "verify: the same is said" cmp now/out before/out

# What is called so in the file system is the user's.
mkdir -p lessons scenarios/lessons
sed 's/"id": "two-cancels"/"id": "mine"/' "$tree/scenarios/regression/two-cancels.json" |
  tee lessons/two-cancels.json scenarios/lessons/two-cancels.json >lessons/two-cancels
for name in lessons/two-cancels lessons/two-cancels.json scenarios/lessons/two-cancels.json; do
  interleak run "$name" -d $pool -q >out 2>err
  check "$name: the user's" grep -q mine out
  check "$name: nothing is told" is 0 "$(wc -c <err)"
done
rm -r lessons scenarios

# Names that never were any are as unknown as others.
interleak run lessons/two-cancel -d $pool >out 2>err
check "a misspelt old name: exit code" is 3 $?
check "a misspelt old name: the guess" grep -q 'did you mean the built-in scenario "regression/two-cancels"' err
for name in lessons/zzz 'lessons/zzz*' lessons/ lessons/two-users; do
  interleak check "$name" >out 2>err
  check "$name: exit code" is 3 $?
  check "$name: the message" grep -qF "cannot read \"$name\"" err
  check "$name: no notice" is 0 "$(grep -c ' now$' err)"
done

# Only names of today are offered.
interleak __complete scenarios >out
check "old names are not offered" is 0 "$(grep -c lessons out)"
check "new ones are" grep -qx regression/two-cancels out

echo "moved: $passed passed, $failed failed"
((failed == 0 && passed > 0))
