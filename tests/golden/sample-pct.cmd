sample incident/two-users -d redis-py-4.5.1/pool -i no-leak --by pct:3 --seed 7 --count 500 --ascii
