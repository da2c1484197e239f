#!/usr/bin/env bash
# Outputs are polite: whatever a verb writes to is what it was before, and holds all of the new text or all of the
# old one. Every kind of thing that a name can mean, for every verb and flag that writes; then signals at random
# moments. As root also devices, owners, and once more as an ordinary user.
#
#   tests/outputs.sh INTERLEAK [SIGNALS]     how many signals, 100 by default
set -u
binary=$(realpath -e -- "${1:?the command under test}") || exit 2
signals=${2:-100}
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 70
export LC_ALL=C COLUMNS=100 TERM=dumb
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITHUB_OUTPUT
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
passed=0 failed=0

check() {   # check WHAT COMMAND...: the command must succeed
  local what=$1
  shift
  if "$@" >/dev/null 2>"$work/complaint"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $what"
    cat "$work/complaint"
  fi
}

# Every verb and flag that writes, @ for the file. What stands in the scenario and the baseline is not what comes out,
# so that bless has something to write.
scenario=$root/scenarios/incident/two-users.json
one="$scenario -d redis-py-4.5.5/pool"
commands=(
  "run $one -o @" "run $one --json -o @" "run $one --junit @" "run $one --sarif @" "run $one --summary-md @"
  "run $one --certificate @" "check $scenario --junit @" "check $scenario --sarif @" "replay $one -s alice -o @"
  "compare $scenario -d redis-py-4.5.5/pool -d redis-py-4.5.1/pool -o @" "matrix $one -o @"
  "sample $one --count 10 -o @" "export $one -f dot -o @" "report $one -o @" "new scenario --force -o @"
  "new design --force -o @" "schema scenario -o @" "explain leak -o @" "designs show prelude -o @"
  "designs diff redis-py-4.5.1/pool redis-py-4.5.5/pool --verdicts $scenario --markdown -o @" "validate $scenario -o @" "completion bash -o @"
  "scenarios list -o @"
  "conform tests/conformance/redis-py-measured.csv -q -o @"
)
interleak() { "$binary" "$@"; }
# write FILE COMMAND: runs it; the exit code says whether a file could be written (74: no).
write() {
  local words
  read -ra words <<<"${2//@/$1}"
  "$binary" "${words[@]}" >"$work/printed" 2>"$work/error" </dev/null
  [[ $? != 74 ]]
}

for command in "${commands[@]}"; do
  dir=$work/case
  rm -rf "$dir" && mkdir "$dir"
  check "$command: a new file" write "$dir/new" "$command"
  if [[ ! -s $dir/new ]]; then
    failed=$((failed + 1))
    echo "FAILED: $command wrote nothing: $(cat "$work/error")"
    continue
  fi
  new=$dir/new

  echo old >"$dir/file" && chmod 640 "$dir/file"
  echo other >"$dir/.file.interleak" && echo other >"$dir/file.part1"
  check "$command: over a file" write "$dir/file" "$command"
  check "$command: all of it" cmp "$new" "$dir/file"
  check "$command: the mode stays" test "$(stat -c %a "$dir/file")" = 640
  check "$command: a left-over is gone" test ! -e "$dir/.file.interleak"
  check "$command: what is somebody's stays" test "$(cat "$dir/file.part1")" = other

  echo old >"$dir/target" && ln -s target "$dir/link" && ln -s link "$dir/chain" && ln -s nothing "$dir/dangling"
  check "$command: through a link" write "$dir/chain" "$command"
  check "$command: links stay" test -L "$dir/chain" -a -L "$dir/link" -a ! -L "$dir/target"
  check "$command: the file of the link" cmp "$new" "$dir/target"
  check "$command: through a link to nothing" write "$dir/dangling" "$command"
  check "$command: the file of that link" cmp "$new" "$dir/nothing"
  ln -s loop "$dir/loop"
  check "$command: a circle of links is an error" eval '! write "$dir/loop" "$command"'

  echo old >"$dir/hard" && ln "$dir/hard" "$dir/other"
  check "$command: a file with two names" write "$dir/hard" "$command"
  check "$command: the other name" cmp "$new" "$dir/other"

  mkfifo "$dir/fifo"
  cat "$dir/fifo" >"$dir/read" &
  check "$command: a FIFO" timeout 60 bash -c "$(declare -f write); binary=$binary work=$work; write '$dir/fifo' '$command'"
  wait
  check "$command: what was read" cmp "$new" "$dir/read"
  check "$command: still a FIFO" test -p "$dir/fifo"

  echo before >"$dir/log"
  read -ra words <<<"${command//@//dev/stdout}"
  "$binary" "${words[@]}" 2>/dev/null </dev/null >>"$dir/log"
  check "$command: /dev/stdout adds to a log" test "$(head -n 1 "$dir/log")" = before
  check "$command: and all arrives there" test "$(wc -c <"$dir/log")" -gt "$(wc -c <"$new")"

  exec 9>"$dir/ninth"
  check "$command: an own descriptor" write /dev/fd/9 "$command"
  exec 9>&-
  check "$command: what came there" cmp "$new" "$dir/ninth"

  check "$command: a full disk is an error" eval '! write /dev/full "$command"'
  check "$command: /dev/full stays" test -c /dev/full
  mkdir "$dir/folder"
  check "$command: a folder is an error" eval '! write "$dir/folder" "$command"'
  echo old >"$dir/kept"
  ( ulimit -f 0; trap '' XFSZ; write "$dir/kept" "$command" ) 2>/dev/null
  check "$command: no room leaves the old one" test "$(cat "$dir/kept")" = old
  check "$command: and nothing beside it" test "$(find "$dir" -name '*kept*' | wc -l)" = 1

  if [[ $(id -u) == 0 ]]; then
    chown 1234:2345 "$dir/file"
    check "$command: over another's file" write "$dir/file" "$command"
    check "$command: it stays theirs" test "$(stat -c %u:%g:%a "$dir/file")" = 1234:2345:640
    if mknod "$dir/null" c 1 3 2>/dev/null; then
      check "$command: a device" write "$dir/null" "$command"
      check "$command: still a device" test -c "$dir/null"
    fi
  fi
done

# A folder that may not be written: the file stays as it was. Root may write everywhere, so as nobody.
dir=$work/readonly
mkdir "$dir" && echo old >"$dir/file" && chmod 666 "$dir/file" && chmod 555 "$dir"
as_nobody() { if [[ $(id -u) == 0 ]]; then setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; else "$@"; fi; }
as_nobody "$binary" new scenario --force -o "$dir/file" >/dev/null 2>&1
check "a read-only folder: error 74" test $? = 74
check "a read-only folder: the old file" test "$(cat "$dir/file")" = old
check "a read-only folder: nothing else" test "$(ls -A "$dir" | wc -l)" = 1

# Files that are edited in place.
dir=$work/bless
mkdir "$dir"
sed 's/"max": 1/"max": 2/' tests/golden/failing/fails.json >"$dir/real.json" 2>/dev/null || cp tests/golden/failing/*.json "$dir/"
for file in "$dir"/*.json; do
  ln -s "$(basename "$file")" "$file.link" && chmod 604 "$file"
  interleak bless "$file" --yes >/dev/null 2>&1
  check "bless: the mode stays" test "$(stat -c %a "$file")" = 604
  check "bless: the link stays" test -L "$file.link"
done
interleak bless "$scenario" --baseline "$dir/baseline.json" --yes >/dev/null 2>&1
check "bless: a baseline" test -s "$dir/baseline.json"

# Signals at random moments: the file is the old one or the new one, and nothing stays beside it. RANDOM is seeded,
# the moments are the machine's.
RANDOM=20230320
kinds=(INT TERM HUP QUIT KILL)
shell=$(readlink "/proc/$$/exe")
broken=0 left=0
# hit WORDS...: runs the command, and sends it SIG$kind at some moment.
hit() {
  "$binary" "$@" >/dev/null 2>&1 </dev/null &
  local pid=$!
  # It is the command, and no copy of this shell any more: that one would end as this shell does, and clean up here.
  while [[ $(readlink "/proc/$pid/exe") == "$shell" ]]; do :; done
  sleep "0.0$((RANDOM % 10))$((RANDOM % 10))"
  kill -s "$kind" "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
}
for ((i = 0; i < signals; ++i)); do
  command=${commands[i % ${#commands[@]}]}
  kind=${kinds[i / ${#commands[@]} % 5]}
  dir=$work/signal
  rm -rf "$dir" && mkdir "$dir"
  write "$dir/new" "$command"
  echo old >"$dir/file"
  read -ra words <<<"${command//@/$dir/file}"
  hit "${words[@]}"
  # A search that was interrupted writes what it has: a whole file as well, which ends as it should.
  if ! cmp -s "$dir/file" "$dir/new" && [[ $(cat "$dir/file") != old && $kind != INT && $kind != TERM ]]; then
    broken=$((broken + 1))
    echo "FAILED: SIG$kind broke the file of $command"
  fi
  if [[ $kind == KILL ]]; then write "$dir/file" "$command"; fi
  rm -f "$dir/new" "$dir/file"
  if [[ -n $(ls -A "$dir") ]]; then
    left=$((left + 1))
    echo "FAILED: SIG$kind left $(ls -A "$dir") of $command"
  fi
done

# The same of what is edited in place: a scenario that is blessed, and a baseline.
cp "$scenario" "$work/old.json" && sed -i 's/"ok": "2"/"ok": "3"/' "$work/old.json"
cp "$work/old.json" "$work/blessed.json" && interleak bless "$work/blessed.json" --yes >/dev/null 2>&1
check "bless has something to write" eval '! cmp -s "$work/old.json" "$work/blessed.json"'
interleak bless "$work/old.json" --baseline "$work/base.json" --yes >/dev/null 2>&1
for ((i = 0; i < (signals + 5) / 6; ++i)); do
  kind=${kinds[i % 5]} dir=$work/signal
  rm -rf "$dir" && mkdir "$dir"
  cp "$work/old.json" "$dir/file" && echo '{ "interleak": 1, "semantics": 1, "baseline": {} }' >"$dir/base" && cp "$dir/base" "$work/empty"
  if ((i % 2)); then words=(bless "$dir/file" --yes); else words=(bless "$dir/file" --baseline "$dir/base" --yes); fi
  hit "${words[@]}"
  if ! cmp -s "$dir/file" "$work/old.json" && ! cmp -s "$dir/file" "$work/blessed.json"; then
    broken=$((broken + 1))
    echo "FAILED: SIG$kind broke the scenario of bless"
  fi
  if ! cmp -s "$dir/base" "$work/empty" && [[ $(tail -n 1 "$dir/base") != "  } }" ]]; then
    broken=$((broken + 1))
    echo "FAILED: SIG$kind broke the baseline of bless"
  fi
  rm -f "$dir/file" "$dir/base"
  if [[ $kind == KILL ]]; then rm -f "$dir"/.*.interleak; fi   # the next run that writes the file would
  if [[ -n $(ls -A "$dir") ]]; then
    left=$((left + 1))
    echo "FAILED: SIG$kind left $(ls -A "$dir") of ${words[*]}"
  fi
done
check "signals: no broken files" test "$broken" = 0
check "signals: no left-overs" test "$left" = 0
echo "$signals signals: $broken broken files, $left left-overs"
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
