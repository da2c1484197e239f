check tests/golden/baseline/pool.json --baseline tests/golden/baseline/interleak.baseline.json -d redis-py-4.5.1/pool --json
