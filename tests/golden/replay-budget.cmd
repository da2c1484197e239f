replay incident/two-users -d redis-py-4.5.5/pool --max-states 5
