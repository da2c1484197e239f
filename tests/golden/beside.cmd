run tests/golden/beside/scenario.json -q
