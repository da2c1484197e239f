compare regression/two-cancels -d redis-py-4.5.5/pool -d redis-py-4.5.5/cluster --find cancelled,lost-slot -q
