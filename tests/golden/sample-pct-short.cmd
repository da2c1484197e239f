sample incident/two-users -d redis-py-4.5.1/pool -i no-leak --by pct:2 --steps 5 --count 10
