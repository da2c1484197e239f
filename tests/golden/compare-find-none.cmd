compare regression/two-cancels -d redis-py-4.5.1/cluster -d redis-py-4.5.5/cluster --find leak,lost-slot -q
