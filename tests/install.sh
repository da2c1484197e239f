#!/usr/bin/env bash
# What `cmake --install` leaves works on its own: tests/install.sh BUILD_FOLDER installs into a
# temporary prefix, moves that, builds and runs the example against it, runs the command, looks for
# the rest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "install: $*" >&2; exit 1; }

cmake --build "$build" --target interleak interleak-asio-client interleak_reports interleak_share >"$work/log" ||
  { cat "$work/log" >&2; exit 1; }
cmake --install "$build" --prefix "$work/first" >/dev/null
mv "$work/first" "$work/prefix"   # relocatable: nothing may remember where it was installed
prefix=$work/prefix
! grep -rqF "$work/first" "$prefix" || fail "these know where they were installed:" \
  "$(grep -rlF "$work/first" "$prefix")"
! grep -rqF "$PWD" "$prefix/lib"*/cmake || fail "the package points into the source tree"

for file in bin/interleak bin/interleak-asio-client share/interleak/drivers/redis_py.py \
  share/interleak/drivers/node_clients.js share/man/man1/interleak.1 \
  share/interleak/scenarios/incident/two-users.json share/interleak/scenarios/designs/prelude.pool share/bash-completion/completions/interleak \
  share/zsh/site-functions/_interleak share/fish/vendor_completions.d/interleak.fish \
  share/doc/interleak/LICENSE share/doc/interleak/docs/language.md \
  include/interleak/sim/check/analysis.hpp include/interleak/reports/text.hpp; do
  [[ -s $prefix/$file ]] || fail "$file is missing"
done

# The command, where no source tree is around it.
(cd "$work" && prefix/bin/interleak check prefix/share/interleak/scenarios/incident -q) |
  grep -qE '^interleak: [1-9][0-9]* passed, 0 failed' || fail "the installed command does not pass"
if command -v redis-server >/dev/null; then
  (cd "$work" && PATH=$prefix/bin:$PATH interleak live incident/two-users --client "interleak-asio-client poison-flag" -q) |
    grep -qE '^  holds +no-cross-user-reply' || fail "the installed client does not run live"
fi
if command -v man >/dev/null; then
  MANPATH=$prefix/share/man man -w interleak >/dev/null || fail "man does not find the page"
fi

# The library, from a project of its own.
cmake -S examples/consumer -B "$work/consumer" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" \
  >"$work/log" 2>&1 && cmake --build "$work/consumer" >>"$work/log" 2>&1 ||
  { cat "$work/log" >&2; fail "the example does not build"; }
"$work/consumer/consumer" >"$work/out" || fail "the example fails"
diff tests/install.out "$work/out" || fail "the example says something else"
echo "install: passed"
