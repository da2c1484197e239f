check tests/golden/failing -qq --junit $work/no/such/file 2>/dev/null
