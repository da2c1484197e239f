run incident/two-users -d redis-py-4.5.5/cluster -d redis-py-4.5.4/pool --numbers none -v
