check tests/golden/failing -qq --summary-md $work/file; cat $work/file
