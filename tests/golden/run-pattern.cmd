run 'incident/two-*' -d redis-py-4.5.5/pool -q
