sample incident/two-users -d redis-py-9/pool
