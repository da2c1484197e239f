verify tests/golden/certificates/zero-states-4.5.1-pool.cert incident/two-users -d redis-py-4.5.1/pool
