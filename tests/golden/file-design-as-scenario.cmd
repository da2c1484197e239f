run scenarios/designs/redis-py-4.5.1/pool.pool
