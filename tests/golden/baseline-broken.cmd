check tests/golden/baseline/pool.json --baseline tests/fuzz/corpus/baseline/wrong.json
