export incident/two-users -d redis-py-4.5.5/pool --max-cancels 0 --format dot -s "alice srv.1"
