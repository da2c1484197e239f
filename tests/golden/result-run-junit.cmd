run incident/two-users -d redis-py-4.5.1/cluster -qq --junit $work/file; cat $work/file
