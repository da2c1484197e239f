check scenarios/incident/two-users.json --budget quick --max-states 5 -d redis-py-4.5.1/pool -q
