validate tests/golden/broken/latin1.json
