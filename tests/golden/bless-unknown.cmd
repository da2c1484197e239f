bless scenarios/incident/two-users.json --max-states 5 -d redis-py-4.5.1/pool
