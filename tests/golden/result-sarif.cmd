check tests/golden/failing -qq --sarif $work/file; cat $work/file
