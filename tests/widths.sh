#!/usr/bin/env bash
# No line is wider than the terminal, but for commands and schedules, which are to be copied whole:
# tests/widths.sh INTERLEAK
set -u
export LC_ALL=C.UTF-8 NO_COLOR=1 TERM=xterm   # wc counts columns by the locale
interleak=$(realpath -e -- "${1:?the command under test}") || exit 2
cd "$(dirname "$0")/.." || exit 70
unset GITHUB_ACTIONS
passed=0 failed=0

# fits COLUMNS COMMAND...: the widest line of what it prints.
fits() {
  local columns=$1 widest
  shift
  widest=$(COLUMNS=$columns "$interleak" "$@" 2>&1 </dev/null | grep -vE "^ *(Replay|Next:)|interleak [a-z]+ |-s '" | wc -L)
  if ((widest <= columns)); then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: interleak $*: $widest columns on a terminal of $columns"
  fi
}

for columns in 80 120; do
  for scenario in scenarios/incident/*.json scenarios/regression/{cold-start,every-await,half-written,pipeline,two-connections,two-nodes}.json; do
    fits "$columns" run "$scenario" --max-states 20000
  done
  fits "$columns" designs
  fits "$columns" scenarios
  fits "$columns" designs diff redis-py-4.5.1/cluster redis-py-4.5.5/cluster --verdicts scenarios/regression -q
  fits "$columns" matrix incident/two-users -d 'redis-py-4.5.*/pool'
  fits "$columns" compare regression/two-cancels -d redis-py-4.5.1/cluster -d redis-py-4.5.5/cluster --find leak,lost-slot
  fits "$columns" replay incident/two-users -d redis-py-4.5.1/pool -s 'alice !alice bob srv.1 net.1 bob'
done
fits 80
fits 120
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
