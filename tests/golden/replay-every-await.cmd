replay regression/every-await -d redis-py-4.5.5/pool -s 'alice srv.1 net.1 alice !alice bob'
