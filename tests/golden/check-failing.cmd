check tests/golden/failing
