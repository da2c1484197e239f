check tests/golden/failing --github --json
