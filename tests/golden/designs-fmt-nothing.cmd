designs fmt --check tests/golden/failing
