check tests/golden/failing scenarios/incident --jobs 1 >$work/one; interleak check tests/golden/failing scenarios/incident --jobs 7 >$work/seven; cmp $work/one $work/seven && tail -1 $work/seven
