run tests/golden/beside/scenario.json -d beside/pol
