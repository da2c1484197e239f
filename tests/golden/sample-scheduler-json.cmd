sample incident/two-users -d redis-py-4.5.1/pool --seed 7 --count 500 --json
