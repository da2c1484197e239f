check tests/golden/failing -d redis-py-4.5.5/pool --max-states 2 -q
