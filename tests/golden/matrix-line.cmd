matrix regression/slow-send -d redis-py-4.5.1/pool --by line
