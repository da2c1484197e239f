replay incident/two-users -d redis-py-4.5.1/pool -s alice --max-states 5
