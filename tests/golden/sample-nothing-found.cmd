sample incident/two-users -d redis-py-4.5.5/pool -i no-leak
