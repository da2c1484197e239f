verify tests/golden/certificates/zero-states-4.5.1-pool.cert -d redis-py-4.5.5/pool
