designs show redis-py-4.5.1/pool
