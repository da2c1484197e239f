check -L tests/formats/hostile-pool.json tests/formats/hostile.json -qq --junit $work/file; cat $work/file
