check tests/golden/baseline/pool.json --baseline-mode ratchet
