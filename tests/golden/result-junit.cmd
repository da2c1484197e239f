check tests/golden/failing -qq --junit $work/file; cat $work/file
