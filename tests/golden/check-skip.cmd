check tests/golden/more/skip.json -qq --junit $work/file; interleak check tests/golden/more/skip.json; cat $work/file
