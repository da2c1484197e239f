check tests/limits/six-unlike-users.json -d redis-py-4.5.5/pool --baseline tests/golden/baseline/empty.baseline.json --max-states 100
