check scenarios/incident/two-users.json --max-states 5 --inconclusive skip -d redis-py-4.5.1/pool
