check tests/golden/failing --github -qq; GITHUB_STEP_SUMMARY=$work/s GITHUB_OUTPUT=$work/o interleak check tests/golden/failing --github -qq; cat $work/o; head -1 $work/s
