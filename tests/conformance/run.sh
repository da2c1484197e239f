#!/usr/bin/env bash
# The model predicts what a real client was measured to do, and only with the right designs and all of
# its physics: tests/conformance/run.sh INTERLEAK. The table is the measurements of four releases.
set -u
cd "$(dirname "$0")/../.." || exit 70
interleak=$1
table=tests/conformance/redis-py-measured.csv
failed=0

complain() { echo "FAILED $1"; failed=$((failed + 1)); }

# expect NAME CODE PATTERN ARGS...: conform ends with that code and prints a line like that.
expect() {
  local name=$1 code=$2 pattern=$3 out got
  shift 3
  out=$("$interleak" conform "$table" "$@" 2>&1) && got=0 || got=$?
  [ "$got" = "$code" ] || complain "$name: exit $got, expected $code"
  grep -qE "$pattern" <<<"$out" || complain "$name: no line like $pattern in
$(head -20 <<<"$out")"
}

expect "all rows are predicted" 0 "^  Predicted: 1850 of 1850 rows" -q
for field in codes delivered of_suspensions cancel_phase requests_sent_by_A replies_still_owed_on_open_conns; do
  expect "$field" 0 "^  $field +1850 of 1850$" -q
done
expect "rows whose repeats differed stand apart" 0 "^  Apart: [0-9]+ of 25 rows" -q

# Controls: without an option of the physics, or with the designs of another release, it does not hold.
for option in poll resolve kernel fragments swallow timeouts; do
  expect "without $option rows are mispredicted" 1 "MISPREDICTED" --without "$option"
done
# These add nothing that the table could show; docs/conform.md says so.
for option in session flush linger; do
  expect "without $option nothing changes" 0 "^  Predicted: 1850 of 1850 rows" -q --without "$option"
done
for exchange in 4.5.1=4.5.5 4.5.5=4.5.1 4.3.4=4.5.5 4.5.3=4.5.1 4.5.1=4.5.3; do
  expect "with the designs of $exchange rows are mispredicted" 1 "MISPREDICTED" --as "$exchange"
done

# A procedure of a design replaced by its neighbour's: the read of 4.5.5 in 4.5.1.
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
sed 's/^extends redis-py\/connection-4.4,/& test\/read,/' \
  scenarios/designs/redis-py-4.5.1/pool.pool > "$work/pool.pool"
cat > "$work/read.pool" <<'POOL'
design test/read
part
def read:
    try:
        loop commands times:
            await receive
    except cancelled|error:
        close
        raise
POOL
expect "with another release's read rows are mispredicted" 1 "MISPREDICTED" -L "$work"

# What is wrong with a row is said, and the others are predicted.
head -3 "$table" > "$work/rows.csv"
sed -n 4p "$table" | sed 's/^4.3.4/9.9.9/' >> "$work/rows.csv"
sed -n 2p "$table" | sed 's/,imm,/,inm,/' >> "$work/rows.csv"
out=$("$interleak" conform "$work/rows.csv" 2>&1); code=$?
[ "$code" = 3 ] || complain "wrong rows: exit $code, expected 3"
for wanted in 'no design stands for release "9.9.9"' 'unknown cancel_mode "inm"' 'did you mean "imm"' \
  'Predicted: 2 of 2 rows'; do
  grep -qF "$wanted" <<<"$out" || complain "wrong rows: nothing about $wanted"
done

echo "conformance: $failed failed"
[ "$failed" = 0 ]
