#!/usr/bin/env bash
# Golden tests of the command. A case is NAME.cmd, a line of arguments as a shell reads them, run in
# the root of the tree; NAME.out is what it must print, NAME.code its exit code (0 without the file),
# NAME.err its standard error, where that file is there.
#
#   tests/golden/run.sh INTERLEAK [--bless | --only NAME]
#
# --bless writes what comes out as what is expected; --only runs one case.
set -u
export LC_ALL=C COLUMNS=100 TERM=dumb
unset NO_COLOR CLICOLOR_FORCE GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITHUB_OUTPUT
binary=$(realpath "$1")
bless=${2:-}
cases='*'
[[ $bless == --only ]] && cases=$3
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
interleak() { "$binary" "$@"; }

failed=0
count=0
# differs EXPECTED ACTUAL: says how, or takes the actual one when blessing
differs() {
  cmp -s "$1" "$2" && return 1
  if [[ $bless == --bless ]]; then
    cp "$2" "$1"
    return 1
  fi
  diff -u "$1" "$2" | head -40
}

for case in tests/golden/$cases.cmd; do
  base=${case%.cmd}
  eval "interleak $(cat "$case")" >"$work/out" 2>"$work/err" </dev/null
  echo $? >"$work/code"
  count=$((count + 1))
  bad=0
  if [[ ! -e $base.code && $(cat "$work/code") == 0 ]]; then :; else
    differs "$base.code" "$work/code" && bad=1
  fi
  differs "$base.out" "$work/out" && bad=1
  if [[ -e $base.err ]] || [[ $bless == --bless && -s $work/err ]]; then
    differs "$base.err" "$work/err" && bad=1
  fi
  if ((bad)); then
    echo "FAILED $base: interleak $(cat "$case")"
    failed=$((failed + 1))
  fi
done
echo "golden: $((count - failed)) passed, $failed failed"
((failed == 0))
