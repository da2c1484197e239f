replay incident/two-users -d redis-py-4.5.1/pool
