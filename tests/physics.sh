#!/usr/bin/env bash
# The scenarios of the incident, with everything that a real client does on top, are still explored to
# the end, and in seconds: tests/physics.sh INTERLEAK. What they are expected to show is for the model
# without it, so verdicts do not count here: only that none is "unknown".
set -u
cd "$(dirname "$0")/.." || exit 70
interleak=$1
failed=0
for scenario in scenarios/incident/*.json; do
  begin=$SECONDS
  timeout 120 "$interleak" run "$scenario" --physics all -qq
  code=$?
  echo "$(basename "$scenario" .json): exit $code, $((SECONDS - begin)) s"
  # 0: all hold, 1: some are violated. 4 would be a search that did not end.
  if [ "$code" != 0 ] && [ "$code" != 1 ]; then failed=$((failed + 1)); fi
done
echo "physics: $failed failed"
[ "$failed" = 0 ]
