replay tests/golden/beside/scenario.json
