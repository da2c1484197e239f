check tests/golden/baseline/pool.json -d redis-py-4.5.1/pool --baseline tests/golden/baseline/waived.baseline.json --today 2027-02-30
