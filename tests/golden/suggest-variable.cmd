validate tests/golden/undeclared.json
