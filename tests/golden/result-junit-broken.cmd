check tests/golden/broken/syntax.json -qq --junit $work/file; cat $work/file
