check tests/golden/good
