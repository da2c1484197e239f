#!/usr/bin/env bash
# The page in a real browser: tests/browser/run.sh INTERLEAK [--need-all]
#
# Needs node, chromium, and in build/browser/node_modules esbuild, playwright-core and axe-core (tools/test
# browser puts them there): otherwise it exits 77, which CTest calls skipped; with --need-all, 1. Pictures
# of what it saw stay in build/browser/shots.
set -uo pipefail
export LC_ALL=C.UTF-8 NO_COLOR=1
interleak=$(realpath "$1")
need_all=${2:-}
cd "$(dirname "$0")/../.." || exit 70
modules=build/browser/node_modules
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
missing=
[[ -n $chromium ]] || missing+=' chromium'
command -v node >/dev/null || missing+=' node'
for package in esbuild playwright-core axe-core; do [[ -d $modules/$package ]] || missing+=" $package"; done
if [[ -n $missing ]]; then
  echo "browser: not here:$missing; skipped"
  [[ $need_all == --need-all ]] && exit 1
  exit 77
fi
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
passed=0 failed=0
# one NAME COMMAND...: a check.
one() {
  local name=$1
  shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "FAILED $name"; fi
}

rebuilt() {
  tools/build-page "$modules/.bin/esbuild" "$work" &&
    cmp "$work/explorer.js" reports/page/explorer.js && cmp "$work/explorer.css" reports/page/explorer.css ||
    { echo "reports/page/explorer.* is not what tools/build-page makes of reports/page/src"; return 1; }
}

one "the built page is that of its sources" rebuilt
one "the page's modules" timeout 60 node --test tests/browser/unit.test.mjs
INTERLEAK=$interleak WORK=$work \
  one "the states of every shipped scenario" timeout 300 node --test tests/browser/states.test.mjs
INTERLEAK=$interleak CHROMIUM=$chromium WORK=$work MODULES=$PWD/$modules SHOTS=$PWD/build/browser/shots \
  one "in the browser" timeout 300 node --test --test-concurrency=1 tests/browser/page.test.mjs
printf '%d passed, %d failed\n' "$passed" "$failed"
[[ $failed == 0 && $passed -gt 0 ]]
