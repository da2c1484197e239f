sample incident/two-users -d redis-py-4.5.1/pool --max-depth 5 --count 20
