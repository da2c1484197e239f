sample incident/two-users -d redis-py-4.5.5/pool --by pct:2 --json
