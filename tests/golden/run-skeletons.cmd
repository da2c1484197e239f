run tests/golden/good/scenario.json -d tests/golden/good/design.json
