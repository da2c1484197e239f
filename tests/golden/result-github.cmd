check tests/golden/failing --github
