check tests/golden/failing --github=auto -q
