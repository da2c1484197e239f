verify tests/golden/certificates/zero-states-4.5.1-pool.cert -q
