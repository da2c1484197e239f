check tests/golden/baseline --baseline tests/golden/baseline/interleak.baseline.json -d redis-py-4.5.1/pool
