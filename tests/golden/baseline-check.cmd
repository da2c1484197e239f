check tests/golden/baseline/pool.json --baseline tests/golden/baseline/interleak.baseline.json
