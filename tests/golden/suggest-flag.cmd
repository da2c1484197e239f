run incident/two-users --desing redis-py-4.5.1/pool
