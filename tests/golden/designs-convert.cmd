designs convert scenarios/designs/patterns/drain.pool
