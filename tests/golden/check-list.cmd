check scenarios/incident --list -d redis-py-4.5.1/pool
