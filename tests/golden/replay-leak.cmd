replay incident/two-users -d redis-py-4.5.1/pool -s 'alice !alice bob srv.1 net.1 bob'
