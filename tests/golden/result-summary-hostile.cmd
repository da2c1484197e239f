check -L tests/formats/hostile-pool.json tests/formats/hostile.json -qq --summary-md $work/file; cat $work/file
