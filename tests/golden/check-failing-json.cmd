check tests/golden/failing -d redis-py-4.5.5/pool --json
