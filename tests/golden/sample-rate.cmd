sample incident/two-users -d redis-py-4.5.1/pool --by rate:1% --seed 7 --count 2000 --confidence 99%
