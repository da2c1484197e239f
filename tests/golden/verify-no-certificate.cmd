verify tests/golden/verify.cmd -q
