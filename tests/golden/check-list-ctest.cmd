check scenarios/incident --list --format ctest -d redis-py-4.5.1/pool
