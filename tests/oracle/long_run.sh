#!/usr/bin/env bash
# Very many designs in slices, each a process: a run that is stopped goes on where it was when it is begun again.
#
#   tests/oracle/long_run.sh SEMANTIC_FUZZ LOG [DESIGNS [SEED [SLICE]]]
#
# Slice number i has the designs from i * SLICE on of the seed. LOG gets the last line of each slice, with its
# seconds of processor time in front, and when all are through the sum. Exits with 1 if a slice found something.
set -euo pipefail
fuzz=$(realpath -e -- "${1:?semantic_fuzz}") log=${2:?a log}
designs=${3:-1000000} seed=${4:-20230320} slice=${5:-10000}
touch "$log"

# sum_of: the figures of all slices of this seed that are in the log.
sum_of() {
  awk -v seed="$seed" '
    $0 ~ "^slice [0-9]+: [0-9.]+ s: semantic_fuzz: seed " seed ", " {
      slices++; seconds += $3
      sub(/^.*seed [0-9]+, /, "")
      designs += $1
      if (match($0, /[0-9]+ schedules/)) schedules += substr($0, RSTART, RLENGTH)
      if (match($0, /[0-9]+ states/)) states += substr($0, RSTART, RLENGTH)
      if (match($0, /[0-9]+ steps/)) steps += substr($0, RSTART, RLENGTH)
      if (match($0, /[0-9]+ of [0-9]+ enumerations/)) compared += substr($0, RSTART, RLENGTH)
      if (match($0, /[0-9]+ differences?$/)) differences += substr($0, RSTART, RLENGTH)
    }
    END {
      printf "sum: seed %s, %d slices, %d designs, %d schedules, %d states, %d steps, ",
        seed, slices, designs, schedules, states, steps
      printf "%d enumerations compared, %d differences, %d s of processor time\n", compared, differences, seconds
    }' "$log"
}

failed=0
for ((i = 0; i * slice < designs; ++i)); do
  grep -q "^slice $i: .* seed $seed, $slice designs" "$log" && continue
  code=0
  TIMEFORMAT='%U'
  { time "$fuzz" --seed "$seed" --from $((i * slice)) --designs "$slice" --out "$log.found" \
    >"$log.slice" 2>"$log.err"; } 2>"$log.time" || code=$?
  ((code == 0)) || { failed=1; cat "$log.slice" "$log.err" >>"$log.failed"; }
  echo "slice $i: $(tail -n 1 "$log.time") s: $(tail -n 1 "$log.slice")" >>"$log"
done
sum_of | tee -a "$log"
exit "$failed"
