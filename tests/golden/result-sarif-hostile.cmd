check -L tests/formats/hostile-pool.json tests/formats/hostile.json -qq --sarif $work/file; cat $work/file
