compare regression/two-cancels -d redis-py-4.5.5/pool -d redis-py-4.5.5/cluster -s 'alice !alice bob !bob' --ascii
